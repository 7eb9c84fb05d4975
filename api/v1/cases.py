"""Cases: matches that are followed up, for programs of those who do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import abort, g

from api import context
from api.problems import problem
from api.v1.common import ANY, BODY, TOKEN, answers, api_blueprint, scoped
from api.v1.followed import (
    CaseChanged,
    CaseConflict,
    CaseInFull,
    CaseOpened,
    CasePage,
    CasePath,
    CasesQuery,
)
from corpora.cases import Case, Cases, Names
from corpora.errors import BadRequest, Conflict, Forbidden
from matcher import cases
from matcher.masking import masked

blueprint = api_blueprint(
    "cases", {"name": "对接 cases", "description": "跟进中的匹配 / matches followed up"}
)


@blueprint.get("/cases", summary="列出对接 / list cases", security=TOKEN, responses=answers(CasePage, 403))
@scoped(ANY)
def list_cases(query: CasesQuery) -> dict[str, Any]:
    _may_see()
    kept = Cases(context.store())
    found = [
        case
        for case in kept.all()
        if query.stage in (None, case.stage)
        and query.owner in ("", case.owner)
        and query.need_id in ("", case.need_id)
        and query.achievement_id in ("", case.achievement_id)
    ]
    names = kept.names()
    start = (query.page - 1) * query.per_page
    items = [_shown(case, names[case.id]) for case in found[start : start + query.per_page]]
    return {"total": len(found), "page": query.page, "per_page": query.per_page, "items": items}


@blueprint.get(
    "/cases/<int:case_id>",
    summary="一个对接及其经过 / a case with what happened in it",
    security=TOKEN,
    responses=answers(CaseInFull, 403, 404),
)
@scoped(ANY)
def get_case(path: CasePath) -> dict[str, Any]:
    _may_see()
    return _in_full(cases.find_case(context.store(), path.case_id))


@blueprint.post(
    "/cases",
    summary="开始跟进一对匹配 / follow a pair up",
    description="新开的回答 201，已在跟进的回答 200。 / Answers 201 where the case is new, 200 where there was one.",
    security=TOKEN,
    responses={**answers(CaseInFull, 403, 404, *BODY), **answers(CaseInFull, 403, 404, *BODY, status=201)},
)
@scoped("cases")
def open_case(body: CaseOpened) -> tuple[dict[str, Any], int]:
    store = context.store()
    with store.transaction():
        known = Cases(store).of_pair(body.need_id, body.achievement_id)
        case = cases.open_case(store, body.need_id, body.achievement_id, context.who(), body.note)
    if known is None:
        context.log("case opened", f"case:{case.id}")
    return _in_full(case), 200 if known else 201


@blueprint.patch(
    "/cases/<int:case_id>",
    summary="改一个对接 / change a case",
    description=(
        "版本不是最新、或规则不允许时回答 409，附现在的内容，什么也没有改。 / Where the version is not the "
        "latest, or the rules are against it, the answer is 409 with the case as it is; nothing is changed then."
    ),
    security=TOKEN,
    responses={
        **answers(CaseInFull, 403, 404, 409, *BODY),
        "409": {
            "description": "冲突，附现在的内容 / a conflict, with the case as it is",
            "content": {"application/problem+json": {"schema": CaseConflict.model_json_schema(
                ref_template="#/components/schemas/{model}")}},
        },
    },
)  # fmt: skip
@scoped("cases")
def change_case(path: CasePath, body: CaseChanged) -> dict[str, Any]:
    store, who = context.store(), context.who()
    case = cases.find_case(store, path.case_id)
    version = body.version
    try:
        with store.transaction():
            if body.owner is not None and body.owner != case.owner:
                case = cases.hand_over(store, case.id, body.owner, version, who)
                version = case.version
            if body.stage is not None and body.stage is not case.stage:
                case = cases.move(store, case.id, body.stage, version, who, body.note, body.agreed)
            elif body.note.strip():
                case = cases.add_note(store, case.id, body.note, version, who)
            elif version != case.version:
                raise Conflict("这个对接已改过", "the case has changed")
    except (Conflict, BadRequest) as error:
        current = _in_full(cases.find_case(store, path.case_id))
        abort(problem(409, type(error).__name__, str(error), current=current))
    context.log("case changed", f"case:{case.id}", version=case.version)
    return _in_full(case)


def _may_see() -> None:
    """Raises Forbidden for a token that may not even read cases."""
    scopes = g.token.scopes
    if not ("cases" in scopes and context.may("work_cases")) and not (
        "read" in scopes and context.may("see_cases")
    ):
        raise Forbidden(
            "令牌没有看对接的权限（cases，或 read 加上能看对接的角色）",
            "the token may not see cases: it needs the scope cases, or read and a role that sees them",
        )


def _in_full(case: Case) -> dict[str, Any]:
    kept = Cases(context.store())
    hide = _mask(case)
    events = [
        {
            "at": one.at,
            "who": one.who,
            "action": one.action.value,
            "note": hide(one.note),
            "detail": {
                name: hide(value) if isinstance(value, str) else value for name, value in one.detail.items()
            },
        }
        for one in kept.events(case.id)
    ]
    return {**_shown(case, kept.names(case.id)[case.id]), "events": events}


def _shown(case: Case, names: Names) -> dict[str, Any]:
    return {
        **asdict(case),
        "reason": _mask(case)(case.reason) if case.reason else "",
        "need": names.need,
        "enterprise": names.enterprise,
        "achievement": names.achievement,
        "institution": names.institution,
    }


def _mask(case: Case) -> Callable[[str], str]:
    """Return what hides the contacts that somebody wrote into a case's notes: the API never gives any."""
    store = context.store()
    records = [*store.needs([case.need_id]), *store.achievements([case.achievement_id])]
    contacts = [record.contact for record in records]
    return lambda text: masked(text, contacts)
