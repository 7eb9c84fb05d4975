"""Experts as JSON, in the shape of ``matcher experts --json``."""

from __future__ import annotations

from typing import Any

from api.context import service
from api.v1.asked import NeedPath, TextQuery, TopQuery
from api.v1.common import TOKEN_OR_NOT, answers, api_blueprint, check_visible
from api.v1.matched import Experts

blueprint = api_blueprint("experts", {"name": "专家 experts", "description": "该见的人 / people to meet"})


@blueprint.get(
    "/needs/<id:need_id>/experts",
    summary="一条需求的专家 / experts for a need",
    security=TOKEN_OR_NOT,
    responses=answers(Experts, 404),
)
def experts_of_need(path: NeedPath, query: TopQuery) -> dict[str, Any]:
    check_visible(path.need_id)
    return service().experts_for_need(path.need_id, query.top).as_json()


@blueprint.get(
    "/experts",
    summary="用一段话找专家 / experts for a text",
    security=TOKEN_OR_NOT,
    responses=answers(Experts),
)
def experts_of_text(query: TextQuery) -> dict[str, Any]:
    return service().experts_for_text(query.text, query.top).as_json()
