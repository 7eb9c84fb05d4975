"""Records: looking for them, reading them, and, with the scope ``import``, writing and deleting them."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, abort
from pydantic import ValidationError

from api import context
from api.v1.asked import (
    AchievementPath,
    AchievementsQuery,
    NeedPath,
    NeedsQuery,
    OrganizationPath,
    OrganizationsQuery,
    Places,
)
from api.v1.common import (
    BODY,
    TOKEN,
    TOKEN_OR_NOT,
    answers,
    api_blueprint,
    check_visible,
    hidden,
    refuse,
    scoped,
)
from api.v1.shapes import (
    AchievementGiven,
    AchievementPage,
    AchievementShape,
    NeedGiven,
    NeedPage,
    NeedShape,
    OrganizationPage,
    OrganizationShape,
    RecordGiven,
    Saved,
)
from api.v1.validation import refused
from api.v1.values import MONEY
from corpora.errors import shorten
from corpora.records import RECORDS, Record
from corpora.vocabulary import Kind
from matcher.records import look_for, put

#: Fields whose parameter is called otherwise.
_COLUMNS = {"field": "fields", "mode": "modes"}
#: What a program that does not send it leaves as it is: it is never shown it, or holds files.
_KEPT = ("contact", "attachments")

blueprint = api_blueprint(
    "records",
    {"name": "记录 records", "description": "成果、需求、机构 / achievements, needs, organizations"},
)


# Looking for them


@blueprint.get(
    "/achievements",
    summary="查找成果 / look for achievements",
    security=TOKEN_OR_NOT,
    responses=answers(AchievementPage),
)
def achievements(query: AchievementsQuery) -> dict[str, Any]:
    return _page(Kind.ACHIEVEMENT, query)


@blueprint.get(
    "/needs", summary="查找需求 / look for needs", security=TOKEN_OR_NOT, responses=answers(NeedPage)
)
def needs(query: NeedsQuery) -> dict[str, Any]:
    return _page(Kind.NEED, query)


@blueprint.get(
    "/organizations",
    summary="查找机构 / look for organizations",
    security=TOKEN_OR_NOT,
    responses=answers(OrganizationPage),
)
def organizations(query: OrganizationsQuery) -> dict[str, Any]:
    return _page(Kind.ORGANIZATION, query)


# Reading one


@blueprint.get(
    "/achievements/<lone_id:achievement_id>",
    summary="一项成果 / one achievement",
    security=TOKEN_OR_NOT,
    responses=answers(AchievementShape, 404),
)
def achievement(path: AchievementPath) -> dict[str, Any]:
    return _shown(context.store().get(Kind.ACHIEVEMENT, path.achievement_id))


@blueprint.get(
    "/needs/<lone_id:need_id>",
    summary="一条需求 / one need",
    security=TOKEN_OR_NOT,
    responses=answers(NeedShape, 404),
)
def need(path: NeedPath) -> dict[str, Any]:
    check_visible(path.need_id)
    return _shown(context.store().get(Kind.NEED, path.need_id))


@blueprint.get(
    "/organizations/<lone_id:organization_id>",
    summary="一个机构 / one organization",
    security=TOKEN_OR_NOT,
    responses=answers(OrganizationShape, 404),
)
def organization(path: OrganizationPath) -> dict[str, Any]:
    return _shown(context.store().get(Kind.ORGANIZATION, path.organization_id))


# Writing


@blueprint.put(
    "/achievements/<lone_id:achievement_id>",
    summary="写入一项成果，整条替换 / write an achievement, all of it",
    security=TOKEN,
    responses=answers(Saved, 403, 409, *BODY),
)
@scoped("import")
def put_achievement(path: AchievementPath, body: AchievementGiven) -> dict[str, Any]:
    return _save(Kind.ACHIEVEMENT, path.achievement_id, body)


@blueprint.put(
    "/needs/<lone_id:need_id>",
    summary="写入一条需求，整条替换 / write a need, all of it",
    security=TOKEN,
    responses=answers(Saved, 403, 409, *BODY),
)
@scoped("import")
def put_need(path: NeedPath, body: NeedGiven) -> dict[str, Any]:
    return _save(Kind.NEED, path.need_id, body)


@blueprint.delete(
    "/achievements/<lone_id:achievement_id>",
    summary="删除一项成果 / delete an achievement",
    security=TOKEN,
    responses=answers(None, 403, 404, status=204),
)
@scoped("import")
def delete_achievement(path: AchievementPath) -> Response:
    return _delete(Kind.ACHIEVEMENT, path.achievement_id)


@blueprint.delete(
    "/needs/<lone_id:need_id>",
    summary="删除一条需求 / delete a need",
    security=TOKEN,
    responses=answers(None, 403, 404, status=204),
)
@scoped("import")
def delete_need(path: NeedPath) -> Response:
    return _delete(Kind.NEED, path.need_id)


def _page(kind: Kind, query: Places) -> dict[str, Any]:
    asked = query.model_dump(mode="json", exclude={"q", "page", "per_page"})
    stages = asked.pop("min_stage", None), asked.pop("max_stage", None)
    like = {_COLUMNS.get(name, name): value for name, value in asked.items() if value}
    left_out = hidden() if kind is Kind.NEED else frozenset()
    ids = look_for(context.store(), kind, query.q, like, stages, left_out)
    start = (query.page - 1) * query.per_page
    found = context.store().in_order(kind, ids[start : start + query.per_page])
    return {
        "total": len(ids),
        "page": query.page,
        "per_page": query.per_page,
        "items": [_shown(record) for record in found],
    }


def _save(kind: Kind, record_id: str, body: RecordGiven) -> dict[str, Any]:
    if body.id is not None and body.id != record_id:
        refuse(409, "正文里的 id 与网址不一致", "the id of the body is not that of the address")
    if isinstance(body, NeedGiven):
        _check_budget(record_id, body.budget)
    given = {"id": record_id, **body.model_dump(mode="json", exclude={"id"}, exclude_none=True)}
    try:
        record = RECORDS[kind].model_validate(given)
    except ValidationError as error:
        abort(refused(error))
    outcome = put(context.store(), record, context.who(), kept=set(_KEPT) - given.keys())
    context.log("record saved", f"{kind}:{record_id}", outcome=outcome)
    return {"id": record_id, "outcome": outcome}


def _check_budget(need_id: str, budget: str) -> None:
    """Refuse what people may write but a program should not, unless it is there already."""
    before = next(context.store().needs([need_id]), None)
    if not re.fullmatch(MONEY, budget) and (before is None or before.budget != budget):
        refuse(
            422,
            f"budget：请写成“50-100万元”“不超过200万元”或“面议”，现为“{shorten(budget)}”",
            f"budget: write 50-100万元, 不超过200万元 or 面议, not '{shorten(budget)}'",
        )


def _delete(kind: Kind, record_id: str) -> Response:
    context.store().delete(kind, record_id, context.who())
    context.log("record deleted", f"{kind}:{record_id}")
    return Response(status=204)


def _shown(record: Record) -> dict[str, Any]:
    """Return a record for programs: all but its contact."""
    return record.model_dump(mode="json", exclude={"contact"})
