"""Roadshows: their plans for programs, and a SPEC to be planned."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, abort, g
from flask_openapi.types import ResponseDict

from api import context
from api.problems import problem
from api.security import limiter
from api.v1.common import BODY, TOKEN, TOKEN_OR_NOT, answers, api_blueprint, scoped
from api.v1.events import (
    PlanQuery,
    PlanShape,
    RoadshowGiven,
    RoadshowInFull,
    RoadshowMade,
    RoadshowPage,
    RoadshowPath,
    RoadshowShape,
    RoadshowsQuery,
)
from corpora.errors import BadSpec, UnknownRecord, shorten
from corpora.roadshows import Heading, Roadshow, Roadshows
from matcher.roadshow.plan import Plan
from matcher.roadshow.running import keeping, looking
from matcher.roadshow.specs import reading

blueprint = api_blueprint(
    "roadshows", {"name": "路演 roadshows", "description": "路演的时间表 / timetables of roadshows"}
)
_CALENDAR: ResponseDict = {
    "200": {
        "description": "iCalendar",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    }
}


@blueprint.get(
    "/roadshows",
    summary="列出路演 / list roadshows",
    description=(
        "访客只见已发布且公开的；能看待审内容的角色见所有已发布的；有 roadshows 权限的也见草案。 / Visitors see what "
        "was published for everybody, roles that see pending needs all that was published, the scope roadshows drafts too."
    ),
    security=TOKEN_OR_NOT,
    responses=answers(RoadshowPage),
)
def list_roadshows(query: RoadshowsQuery) -> dict[str, Any]:
    known = Roadshows(context.store()).all()
    found = [one for one in known if _may_see(one) and query.state in (None, one.state)]
    start = (query.page - 1) * query.per_page
    items = [_shown(one) for one in found[start : start + query.per_page]]
    return {"total": len(found), "page": query.page, "per_page": query.per_page, "items": items}


@blueprint.get(
    "/roadshows/<int:roadshow_id>",
    summary="一场路演，含时间表 / a roadshow with its plan",
    security=TOKEN_OR_NOT,
    responses=answers(RoadshowInFull, 404),
)
def get_roadshow(path: RoadshowPath, query: PlanQuery) -> dict[str, Any]:
    roadshow = _found(path.roadshow_id)
    plan = _plan(roadshow, query)
    job = looking.job_of(context.store(), roadshow.id) if _plans() else None
    return {
        **_shown(roadshow),
        "plan": None if plan is None else _told(plan),
        "attempt": roadshow.attempt or None if _plans() else None,
        "job": None if job is None else {"id": job.id, "state": job.state.value, "zh": job.zh, "en": job.en},
    }


@blueprint.post(
    "/roadshows",
    summary="新建一场路演并排时间表 / make a roadshow and plan it",
    description=(
        "SPEC 有误或自相矛盾时回答 409，逐项列出，什么也没有存。排由后台程序做，用 GET 看进展。 / Where the SPEC is "
        "wrong or contradicts itself the answer is 409, told key by key, and nothing is stored. The worker plans; "
        "GET tells how far it is."
    ),
    security=TOKEN,
    responses=answers(RoadshowMade, 403, 409, 429, *BODY, status=201),
)
@scoped("roadshows")
@limiter.limit("60 per hour", key_func=lambda: f"roadshow {g.user.name}")
def make_roadshow(body: RoadshowGiven) -> tuple[dict[str, Any], int]:
    store, who = context.store(), context.who()
    try:
        spec = reading.spec_from(body.spec)
    except BadSpec as error:
        told = [
            {"field": shorten(f"spec.{path}" if path else "spec"), "value": "", "zh": zh, "en": en}
            for path, zh, en in error.problems
        ]
        abort(problem(409, "BadSpec", str(error), errors=told))
    made = keeping.create(store, spec, who)
    context.log("roadshow made", f"roadshow:{made.id}")
    job = None
    if body.plan:
        job = keeping.ask_for_plan(
            store, context.settings(), made.id, who, seed=body.seed, time_limit=body.time_limit
        )
    return {**_shown(made), "job": job.id if job else None}, 201


@blueprint.get(
    "/roadshows/<int:roadshow_id>/plan.json",
    summary="时间表，与命令行写出的 plan.json 相同 / the plan, as plan.json",
    security=TOKEN_OR_NOT,
    responses=answers(PlanShape, 404),
)
def get_plan(path: RoadshowPath, query: PlanQuery) -> dict[str, Any]:
    return _told(_planned(path.roadshow_id, query))


@blueprint.get(
    "/roadshows/<int:roadshow_id>/calendar.ics",
    summary="时间表，作为日历 / the plan as a calendar",
    security=TOKEN_OR_NOT,
    responses={**answers(None, 404), **_CALENDAR},
)
def get_calendar(path: RoadshowPath, query: PlanQuery) -> Response:
    from matcher.roadshow.printing.papers import Issue, paper

    plan = _planned(path.roadshow_id, query)
    calendar = paper("calendar")
    with TemporaryDirectory() as folder:
        file = Path(folder) / calendar.file
        calendar.write(file, plan, Issue(looking.calendar_key(path.roadshow_id)))
        return Response(file.read_bytes(), content_type=calendar.media_type)


def _may_see(roadshow: Heading) -> bool:
    """Whether the asker may see what was published of it, by the token's scopes and the role."""
    scopes = g.token.scopes if g.token else ()
    if _plans():
        return True
    asker = g.user if "read" in scopes else None
    return roadshow.published_at is not None and looking.may_see(asker, roadshow)


def _plans() -> bool:
    """Whether the asker sees drafts."""
    return g.token is not None and "roadshows" in g.token.scopes and context.may("plan_roadshows")


def _sees_all() -> bool:
    """Whether the asker sees all of a plan, not only what is for everybody."""
    return _plans() or (g.token is not None and "read" in g.token.scopes and looking.sees_all(g.user))


def _found(roadshow_id: int) -> Roadshow:
    """Raises UnknownRecord for a roadshow that is not there for the asker."""
    roadshow = looking.find_roadshow(context.store(), roadshow_id)
    return roadshow if _may_see(roadshow) else looking.find_roadshow(context.store(), 0)


def _plan(roadshow: Roadshow, query: PlanQuery) -> Plan | None:
    is_draft = query.draft and _plans()
    return looking.draft_of(roadshow) if is_draft else looking.published_of(roadshow)


def _planned(roadshow_id: int, query: PlanQuery) -> Plan:
    plan = _plan(_found(roadshow_id), query)
    if plan is None:
        raise UnknownRecord(
            f"编号为 {roadshow_id} 的路演还没有发布时间表；有权限的可用 draft=true 看草案",
            f"no plan of roadshow {roadshow_id} was published; with the scope for it, draft=true gives the draft",
        )
    return plan


def _told(plan: Plan) -> dict[str, Any]:
    return plan.as_json() if _sees_all() else looking.in_public(plan)


def _shown(roadshow: Heading) -> dict[str, Any]:
    said = asdict(roadshow)
    return {name: said[name] for name in RoadshowShape.model_fields}
