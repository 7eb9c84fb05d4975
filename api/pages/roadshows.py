"""The pages of roadshows: which there are, the form of one, its planning, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, may, needs, settings, store, user, who
from api.languages import message, say
from api.pages.roadshowforms import GOAL_NAMES, SpecForm
from api.pages.roadshowspecs import field_at
from corpora.errors import BadRequest, Conflict
from corpora.jobs import Jobs
from corpora.roadshows import Roadshow, State
from matcher.jobs import has_worker
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.papers import PAPERS, Paper
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running import keeping, looking
from matcher.stages import today

blueprint = Blueprint("roadshows", __name__)


@blueprint.get("/roadshows")
def listing() -> ResponseReturnValue:
    every, day = looking.visible(store(), user()), today().isoformat()
    drafts = [one for one in every if one.state is State.DRAFT]
    upcoming = [one for one in every if one.state is State.PUBLISHED and one.date >= day]
    past = [one for one in every if one not in drafts and one not in upcoming]
    return render_template("roadshows/listing.html", drafts=drafts, upcoming=upcoming[::-1], past=past)


# Planning


@blueprint.get("/roadshows/<int:roadshow_id>")
def show(roadshow_id: int) -> ResponseReturnValue:
    return page(looking.find_visible(store(), roadshow_id, user()))


def page(roadshow: Roadshow, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Draw a roadshow: how its planning goes, what came of it, what collides."""
    plan = plan_of(roadshow)
    times = Timetables(plan) if plan else None
    attempt = roadshow.attempt if may("plan_roadshows") else {}
    # What was said of the SPEC as it was before is of no use any more.
    told = attempt.get("explanations", ()) if attempt.get("spec_number") == roadshow.spec_number else ()
    drawn = render_template(
        "roadshows/show.html",
        roadshow=roadshow,
        plan=plan,
        changed=len(looking.changes_since_published(roadshow)) if may("plan_roadshows") else 0,
        sees_all=looking.sees_all(user()),
        times=times,
        agenda=agenda(times) if times else (),
        told=told,
        is_failed=bool(told) and attempt.get("status") == "infeasible",
        problem=problem,
        papers=papers_of(plan),
        GOAL_NAMES=GOAL_NAMES,
        edit_words=edit_words,
        **planning(roadshow),
    )
    return drawn, status


@blueprint.get("/roadshows/<int:roadshow_id>/status")
def status(roadshow_id: int) -> ResponseReturnValue:
    """Answer the page's polling; once planning is over, the page is asked to load what came of it."""
    roadshow = looking.find_visible(store(), roadshow_id, user())
    going = planning(roadshow)
    answer = make_response(render_template("roadshows/status.html", roadshow=roadshow, **going))
    if going["job"] is None or not going["job"].is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/roadshows/<int:roadshow_id>/plan")
@needs("plan_roadshows")
def start(roadshow_id: int) -> ResponseReturnValue:
    roadshow = looking.find_roadshow(store(), roadshow_id)
    try:
        job = keeping.ask_for_plan(
            store(),
            settings(),
            roadshow_id,
            who(),
            base=bool(request.form.get("base")),
            relax=bool(request.form.get("relax")),
            seed=_number("seed", 0),
            time_limit=_number("time_limit", 60),
        )
    except BadRequest as error:
        return page(roadshow, message(error), 422)
    log("asked for", f"job:{job.id}", task="roadshow", roadshow=roadshow_id)
    return redirect(url_for("roadshows.show", roadshow_id=roadshow_id))


@blueprint.post("/roadshows/<int:roadshow_id>/stop")
@needs("plan_roadshows")
def stop(roadshow_id: int) -> ResponseReturnValue:
    job = looking.job_of(store(), roadshow_id)
    if job is not None and job.is_open:
        Jobs(store()).ask_to_cancel(job.id)
        log("cancelled", f"job:{job.id}", task=job.task)
    return redirect(url_for("roadshows.show", roadshow_id=roadshow_id))


@blueprint.post("/roadshows/<int:roadshow_id>/relax")
@needs("plan_roadshows")
def relax(roadshow_id: int) -> ResponseReturnValue:
    """Change the SPEC as an explanation proposes, and plan again."""
    roadshow = looking.find_roadshow(store(), roadshow_id)
    explanations, wanted = roadshow.attempt.get("explanations", []), request.form.get("explanation", "")
    chosen = [one for place, one in enumerate(explanations) if wanted in ("all", str(place))]
    edits = [edit for one in chosen for edit in one.get("edits", ())]
    if not edits:
        abort(400)
    try:
        keeping.relax(store(), roadshow_id, version(), edits)
        job = keeping.ask_for_plan(store(), settings(), roadshow_id, who(), base=roadshow.draft is not None)
    except (BadRequest, Conflict) as error:
        return page(looking.find_roadshow(store(), roadshow_id), message(error), 409)
    log("roadshow changed", f"roadshow:{roadshow_id}", relaxed=len(edits), job=job.id)
    flash(gettext("已放宽：%(what)s", what=say("；", "; ").join(map(edit_words, edits))), "success")
    return redirect(url_for("roadshows.show", roadshow_id=roadshow_id))


def planning(roadshow: Roadshow) -> dict[str, Any]:
    job = looking.job_of(store(), roadshow.id) if may("plan_roadshows") else None
    return {"job": job, "has_worker": job is None or not job.is_open or has_worker(settings())}


# What the other pages use too


def plan_of(roadshow: Roadshow) -> Plan | None:
    """Return the plan that the visitor sees: the draft who plans, what was published everybody else.

    Of what is published, those who may not see pending records see what is for everybody.
    """
    plan = whole_plan_of(roadshow)
    return plan if plan is None or looking.sees_all(user()) else looking.public_plan(plan)


def whole_plan_of(roadshow: Roadshow) -> Plan | None:
    return looking.draft_of(roadshow) if may("plan_roadshows") else looking.published_of(roadshow)


#: What visitors may take away of a public roadshow.
OPEN_PAPERS = ("page", "calendar")


def papers_of(plan: Plan | None) -> dict[str, Paper]:
    """Return the papers that can be made of a plan and that the visitor may take."""
    names = [name for name in PAPERS if may("export") or name in OPEN_PAPERS]
    return {name: PAPERS[name] for name in names if plan and PAPERS[name].suits(plan)}


def version() -> int:
    """Return the version that the sender of a form saw; -1, which is none, where it says nothing."""
    return _number("version", -1)


def _number(name: str, otherwise: int) -> int:
    said = request.form.get(name, "").strip()
    return int(said) if said.isdecimal() and len(said) < 10 else otherwise


def edit_words(change: dict[str, Any]) -> str:
    """Return a change of a SPEC in words: the field's own where the form has one."""
    written = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in change["path"]).lstrip(".")
    form = SpecForm(formdata=None)
    name = field_at({}, written)
    called = str(form[name].label.text) if name else written
    if "remove" in change:
        gone = change["remove"]
        said = "、".join(map(str, gone)) if isinstance(gone, list) else str(gone)
        return str(gettext("从“%(what)s”里去掉 %(gone)s", what=called, gone=said))
    return str(gettext("%(what)s改为 %(value)s", what=called, value=change.get("value")))


def tabs_of(roadshow: Roadshow) -> list[tuple[str, str, str]]:
    """Return the pages of a roadshow that the visitor may open: endpoint, name, picture."""
    plan, plans = plan_of(roadshow), may("plan_roadshows")
    found = [("roadshows.show", gettext("概况"), "card-list")]
    if plans:
        found.append(("roadshows.edit", gettext("改要求"), "pencil"))
    if plan and plan.meetings:
        found.append(("roadshows.timetable", gettext("对接时间表"), "grid-3x3"))
    if plan and plans:
        found.append(("roadshows.changes", gettext("发布"), "send"))
    if roadshow.published and (plans or may("work_cases")):
        found.append(("roadshows.day", gettext("当天签到"), "person-check"))
        found.append(("roadshows.results", gettext("结果"), "clipboard-check"))
    return found


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"tabs_of": tabs_of}
