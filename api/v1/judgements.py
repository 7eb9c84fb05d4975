"""Judgements: what people say of a pair, for the ranker to learn from."""

from __future__ import annotations

from typing import Any

from api import context
from api.v1.common import BODY, TOKEN, answers, api_blueprint, scoped
from api.v1.shapes import Judged, JudgementsGiven
from corpora.records import Judgement

blueprint = api_blueprint(
    "judgements", {"name": "标注 judgements", "description": "关联度的标注 / levels given by people"}
)


@blueprint.post(
    "/judgements",
    summary="提交标注，全部存下或全不存 / give judgements, all stored or none",
    description="同一人对同一对再次标注，以后一次为准。 / A pair judged again by the same person keeps the later level.",
    security=TOKEN,
    responses=answers(Judged, 403, 404, *BODY),
)
@scoped("judge")
def judge(body: JudgementsGiven) -> dict[str, Any]:
    given = [Judgement.model_validate(one.model_dump()) for one in body.root]
    stored = context.store().judge(given, context.who())
    context.log("judged", count=stored)
    return {"stored": stored}
