"""Publishing a roadshow: what changed since, what is taken away, and the timetable of one who takes part."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, needs, require, store, user
from api.languages import message
from api.pages.roadshows import OPEN_PAPERS, blueprint, papers_of, plan_of, version, whole_plan_of
from api.paths import public
from corpora.errors import BadRequest, Conflict, UnknownRecord, shorten
from corpora.roadshows import Roadshow
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.calendars import personal_calendar
from matcher.roadshow.printing.papers import Issue, paper, write_papers
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running import keeping, looking
from matcher.roadshow.running.rules import conflicts

__all__ = ["blueprint"]

#: What can be decided of a roadshow: the verb, and what the audit log calls it.
_DECISIONS: dict[str, tuple[Callable[..., Roadshow], str]] = {
    "publish": (keeping.publish, "roadshow published"),
    "cancel": (keeping.cancel, "roadshow cancelled"),
    "reopen": (keeping.reopen, "roadshow changed"),
    "close": (keeping.close, "roadshow changed"),
}


@blueprint.get("/roadshows/<int:roadshow_id>/publish")
@needs("plan_roadshows")
def changes(roadshow_id: int) -> ResponseReturnValue:
    return _publishing(looking.find_roadshow(store(), roadshow_id))


@blueprint.post("/roadshows/<int:roadshow_id>/publish")
@needs("plan_roadshows")
def decide(roadshow_id: int) -> ResponseReturnValue:
    """Publish, cancel, reopen or end a roadshow, show it to visitors or not, or delete a draft."""
    wanted = request.form.get("do", "")
    try:
        if wanted == "discard":
            keeping.discard(store(), roadshow_id, version())
            log("roadshow deleted", f"roadshow:{roadshow_id}")
            flash(gettext("已删除"), "success")
            return redirect(url_for("roadshows.listing"))
        if wanted in ("show", "hide"):
            keeping.set_public(store(), roadshow_id, version(), wanted == "show")
            log("roadshow changed", f"roadshow:{roadshow_id}", public=wanted == "show")
        elif wanted in _DECISIONS:
            act, action = _DECISIONS[wanted]
            act(store(), roadshow_id, version())
            log(action, f"roadshow:{roadshow_id}", what=wanted)
        else:
            raise BadRequest("请用页面上的按钮", "use the buttons of the page")
    except (BadRequest, Conflict) as error:
        roadshow = looking.find_roadshow(store(), roadshow_id)
        return _publishing(roadshow, message(error), 409 if isinstance(error, Conflict) else 422)
    flash(gettext("已发布") if wanted == "publish" else gettext("已保存"), "success")
    return redirect(url_for("roadshows.changes", roadshow_id=roadshow_id))


def _publishing(roadshow: Roadshow, problem: str = "", status: int = 200) -> ResponseReturnValue:
    plan = looking.draft_of(roadshow)
    broken = conflicts(plan, roadshow.severities) if plan else []
    drawn = render_template(
        "roadshows/publish.html",
        roadshow=roadshow,
        plan=plan,
        changes=looking.changes_since_published(roadshow),
        same=roadshow.published is not None and roadshow.published == roadshow.draft,
        grave=[one for one in broken if one.severity == "block"],
        papers=papers_of(plan),
        address=public(url_for("roadshows.show", roadshow_id=roadshow.id)),
        problem=problem,
    )
    return drawn, status


# Papers


@blueprint.get("/roadshows/<int:roadshow_id>/papers/<name>")
def paper_file(roadshow_id: int, name: str) -> ResponseReturnValue:
    """Send one paper of what the visitor sees: the draft who plans, what was published everybody else."""
    roadshow, plan = _seen(roadshow_id)
    if name not in OPEN_PAPERS:
        require("export")
    if name == "plan.json":
        content = json.dumps(plan.as_json(), ensure_ascii=False, indent=1).encode()
        log("exported", f"roadshow:{roadshow_id}", paper=name)
        return send_file(BytesIO(content), "application/json", as_attachment=True, download_name=name)
    made = paper(name)
    if not made.suits(plan):
        raise UnknownRecord("这个方案没有这份材料", "there is no such paper for this plan")
    if name == "calendar":
        # It says what was taken away, too, or calendars would keep it; how well two fit is not in it.
        plan = whole_plan_of(roadshow) or plan
    with TemporaryDirectory() as folder:
        path = Path(folder) / made.file
        made.write(path, plan, Issue(looking.calendar_key(roadshow_id)))
        taken = BytesIO(path.read_bytes())
    log("exported", f"roadshow:{roadshow_id}", paper=name)
    return send_file(taken, made.media_type, as_attachment=True, download_name=made.file)


@blueprint.get("/roadshows/<int:roadshow_id>/papers.zip")
@needs("export")
def papers(roadshow_id: int) -> ResponseReturnValue:
    """Send all papers in one archive, as `matcher roadshow plan` writes them into a folder."""
    roadshow, plan = _seen(roadshow_id)
    taken = BytesIO()
    with TemporaryDirectory() as folder, ZipFile(taken, "w", ZIP_DEFLATED) as archive:
        write_papers(Path(folder), plan, key=looking.calendar_key(roadshow_id))
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
        archive.writestr("plan.json", json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
    taken.seek(0)
    log("exported", f"roadshow:{roadshow_id}", paper="all")
    name = shorten(roadshow.title, 40) or gettext("路演")
    return send_file(taken, "application/zip", as_attachment=True, download_name=f"{name}.zip")


# One who takes part


@blueprint.get("/roadshows/<int:roadshow_id>/people/<path:who>")
def person(roadshow_id: int, who: str) -> ResponseReturnValue:
    """Show the timetable of an enterprise or a team, for the screen and for paper."""
    roadshow, plan = _seen(roadshow_id)
    times = Timetables(plan)
    found = next((one for one in (*times.enterprises, *times.teams) if one.id == who), None)
    if found is None:
        raise UnknownRecord(
            f"这场路演没有“{shorten(who)}”；请从概况页进入",
            f"'{shorten(who)}' takes no part in this roadshow; go there from its page",
        )
    return render_template(
        "roadshows/person.html", roadshow=roadshow, plan=plan, times=times, who=found, entries=times.of(found)
    )


@blueprint.get("/roadshows/<int:roadshow_id>/calendars/<path:who>")
def calendar(roadshow_id: int, who: str) -> ResponseReturnValue:
    """Send the calendar of one who takes part."""
    roadshow, plan = _seen(roadshow_id)
    plan = whole_plan_of(roadshow) or plan
    times = Timetables(plan)
    found = next((one for one in (*times.enterprises, *times.teams) if one.id == who), None)
    if found is None:
        raise UnknownRecord("这场路演没有这一方", "there is nobody of that id in this roadshow")
    content = personal_calendar(plan, who, key=looking.calendar_key(roadshow_id))
    name = shorten(found.name, 40)
    return send_file(BytesIO(content), "text/calendar", as_attachment=True, download_name=f"{name}.ics")


def _seen(roadshow_id: int) -> tuple[Roadshow, Plan]:
    roadshow = looking.find_visible(store(), roadshow_id, user())
    plan = plan_of(roadshow)
    if plan is None:
        raise UnknownRecord("还没有排出时间表；请先排", "there is no timetable yet; plan first")
    return roadshow, plan
