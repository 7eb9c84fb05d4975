"""A programme of the year: events that would serve most needs, each of which can be made with one button."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, needs, settings, store, who
from api.languages import message
from api.pages.roadshows import blueprint
from corpora.errors import BadRequest
from corpora.jobs import Jobs
from corpora.vocabulary import Kind
from matcher.jobs import has_worker
from matcher.roadshow.year.programme import MOST, MOST_EVENTS
from matcher.roadshow.year.proposals import Kept, ask_for_programme, kept_programme, programme_job

__all__ = ["blueprint"]

_EVENTS = 12
#: Needs of one reason that are listed.
_LISTED = 200


@blueprint.get("/roadshows/programme")
@needs("plan_roadshows")
def programme() -> ResponseReturnValue:
    return _page()


@blueprint.post("/roadshows/programme")
@needs("plan_roadshows")
def propose() -> ResponseReturnValue:
    """Let the worker propose a programme: looking through a large store takes a while."""
    form = {name: request.form.get(name, "").strip() for name in ("count", "most", "start")}
    try:
        start = date.fromisoformat(form["start"]) if form["start"] else None
        job = ask_for_programme(
            store(), settings(), who(), _number(form["count"]), start, _number(form["most"] or str(MOST))
        )
    except BadRequest as error:
        return _page(form, message(error), 422)
    except ValueError:
        return _page(form, gettext("请填整数和日期，例如 12 和 2027-01-01"), 422)
    log("asked for", f"job:{job.id}", task=job.task)
    return redirect(url_for("roadshows.programme"))


@blueprint.post("/roadshows/programme/stop")
@needs("plan_roadshows")
def stop_proposing() -> ResponseReturnValue:
    job = programme_job(store())
    if job is not None and job.is_open:
        Jobs(store()).ask_to_cancel(job.id)
        log("cancelled", f"job:{job.id}", task=job.task)
    return redirect(url_for("roadshows.programme"))


@blueprint.get("/roadshows/programme/status")
@needs("plan_roadshows")
def programme_status() -> ResponseReturnValue:
    """Answer the page's polling; once the proposal is made, the page is asked to load it."""
    going = _going()
    answer = make_response(render_template("roadshows/proposing.html", **going))
    if going["job"] is None or not going["job"].is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _going() -> dict[str, Any]:
    job = programme_job(store())
    return {"job": job, "has_worker": job is None or not job.is_open or has_worker(settings())}


def _page(form: dict[str, str] | None = None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    kept = kept_programme(settings())
    asked: dict[str, Any] = {"count": _EVENTS, "most": MOST, "start": ""}
    drawn = render_template(
        "roadshows/programme.html",
        asked=form or (kept.asked if kept else asked),
        kept=kept,
        titles=_titles(kept),
        problem=problem,
        most_events=MOST_EVENTS,
        listed=_LISTED,
        **_going(),
    )
    return drawn, status


def _titles(kept: Kept | None) -> dict[str, str]:
    """Return the titles of the needs that are listed as unserved."""
    groups = kept.programme["unserved"] if kept else ()
    wanted = [one for group in groups for one in group["need_ids"][:_LISTED]]
    known = set(store().ids(Kind.NEED))
    return {one.id: one.title for one in store().needs([one for one in wanted if one in known])}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else -1
