"""Matches as JSON, in the shape of ``matcher match --json``."""

from __future__ import annotations

from typing import Any

from api.context import service
from api.v1.asked import AchievementPath, NeedPath, TextQuery, TopQuery
from api.v1.common import TOKEN_OR_NOT, answers, api_blueprint, sees_pending
from api.v1.matched import Matches

blueprint = api_blueprint(
    "matches", {"name": "匹配 matches", "description": "有解释的匹配 / explained matches"}
)


@blueprint.get(
    "/needs/<id:need_id>/matches",
    summary="一条需求的匹配成果 / achievements that match a need",
    security=TOKEN_OR_NOT,
    responses=answers(Matches, 404),
)
def matches_of_need(path: NeedPath, query: TopQuery) -> dict[str, Any]:
    return service().match_need(path.need_id, query.top, public=not sees_pending()).as_json()


@blueprint.get(
    "/achievements/<id:achievement_id>/matches",
    summary="一项成果的匹配需求 / needs that match an achievement",
    security=TOKEN_OR_NOT,
    responses=answers(Matches, 404),
)
def matches_of_achievement(path: AchievementPath, query: TopQuery) -> dict[str, Any]:
    return service().match_achievement(path.achievement_id, query.top, public=not sees_pending()).as_json()


@blueprint.get(
    "/matches",
    summary="用一段话找成果 / achievements that match a text",
    security=TOKEN_OR_NOT,
    responses=answers(Matches),
)
def matches_of_text(query: TextQuery) -> dict[str, Any]:
    return service().match_text(query.text, query.top).as_json()
