"""The day of a roadshow and after: who has come, who came unannounced, and what came of each meeting."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, may, require, store, who
from api.languages import message, say
from api.pages.roadshows import blueprint, version
from corpora.cases import Cases
from corpora.errors import BadRequest, Conflict, UnknownRecord, shorten
from corpora.roadshows import Result, Roadshow
from matcher.roadshow.clock import read_clock, write_clock
from matcher.roadshow.plan import Meeting
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running import attendance, looking, outcomes
from matcher.roadshow.running.editing import key_of
from matcher.roadshow.running.places import Place

__all__ = ["blueprint"]

P = ParamSpec("P")
R = TypeVar("R")
#: Places that a walk-in is offered at once.
_PLACES = 40


def _hosts(view: Callable[P, R]) -> Callable[P, R]:
    """Let those in who plan roadshows, and brokers."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not may("plan_roadshows"):
            require("work_cases")
        return view(*args, **kwargs)

    return guarded


# Who has come


@blueprint.get("/roadshows/<int:roadshow_id>/day")
@_hosts
def day(roadshow_id: int) -> ResponseReturnValue:
    return _day(_held(roadshow_id))


def _day(roadshow: Roadshow, problem: str = "", status: int = 200) -> ResponseReturnValue:
    name, team = (request.values.get(key, "").strip() for key in ("name", "team"))
    places: list[Place] = []
    if name and team and not problem:
        try:
            places = attendance.walk_in_places(roadshow, team, name)[:_PLACES]
            problem = "" if places else gettext("这个团队没有空了")
        except (BadRequest, UnknownRecord) as error:
            problem = message(error)
    plan = looking.published_of(roadshow)
    drawn = render_template(
        "roadshows/day.html",
        roadshow=roadshow,
        times=Timetables(plan) if plan else None,
        guests=attendance.guests(store(), roadshow),
        counts=_counts(roadshow),
        name=name,
        team=team,
        places=places,
        problem=problem,
        write_clock=write_clock,
    )
    return drawn, status


def _counts(roadshow: Roadshow) -> dict[str, tuple[int, int]]:
    """Return, for enterprises and teams, how many came of how many."""
    every = attendance.guests(store(), roadshow)
    return {
        kind: (sum(one.kind == kind and one.arrival is not None for one in every), sum(one.kind == kind for one in every))
        for kind in ("enterprise", "team")
    }  # fmt: skip


@blueprint.post("/roadshows/<int:roadshow_id>/day")
@_hosts
def arrive(roadshow_id: int) -> ResponseReturnValue:
    """Write down that somebody came, or take it back."""
    roadshow, one = _held(roadshow_id), request.form.get("who", "")
    try:
        if request.form.get("do") == "undo":
            attendance.undo_check_in(store(), roadshow_id, one)
        else:
            attendance.check_in(store(), roadshow_id, one, who())
    except (BadRequest, UnknownRecord) as error:
        return _day(roadshow, message(error), 422)
    log("checked in", f"roadshow:{roadshow_id}", guest=one, undone=request.form.get("do") == "undo")
    if not request.headers.get("HX-Request"):
        return redirect(url_for("roadshows.day", roadshow_id=roadshow_id))
    guest = next((each for each in attendance.guests(store(), roadshow) if each.who == one), None)
    if guest is None:
        return "", 200
    return render_template(
        "roadshows/guest.html",
        roadshow=roadshow,
        guest=guest,
        counts=_counts(roadshow),
        write_clock=write_clock,
        focus=True,
    )


@blueprint.post("/roadshows/<int:roadshow_id>/walk-in")
@_hosts
def walk_in(roadshow_id: int) -> ResponseReturnValue:
    """Seat somebody who came unannounced, and check them in."""
    roadshow, form = _held(roadshow_id), request.form
    clock, _, table = form.get("place", "").partition("/")
    try:
        if not table.isdecimal() or len(table) > 5:
            raise BadRequest("请选一个时间和桌子", "choose a time and a table")
        name = form.get("name", "")
        attendance.walk_in(
            store(), roadshow_id, version(), name, form.get("team", ""), read_clock(clock), int(table), who()
        )
    except (BadRequest, Conflict, UnknownRecord) as error:
        return _day(looking.find_roadshow(store(), roadshow.id), message(error), 422)
    log("checked in", f"roadshow:{roadshow_id}", walk_in=shorten(name))
    flash(
        gettext("已加入：%(name)s，%(time)s，%(table)s 号桌", name=name, time=clock, table=table), "success"
    )
    return redirect(url_for("roadshows.day", roadshow_id=roadshow_id))


# What came of it


@blueprint.get("/roadshows/<int:roadshow_id>/results")
@_hosts
def results(roadshow_id: int) -> ResponseReturnValue:
    return _results(_held(roadshow_id))


@blueprint.post("/roadshows/<int:roadshow_id>/results")
@_hosts
def enter(roadshow_id: int) -> ResponseReturnValue:
    """Enter what came of a meeting, correct it, or take it back."""
    roadshow, form = _held(roadshow_id), request.form
    key, result, told = form.get("card", ""), form.get("result", ""), ""
    try:
        if result == "withdraw":
            outcomes.withdraw(store(), roadshow_id, key, who())
            log("outcome withdrawn", f"roadshow:{roadshow_id}", meeting=key)
        elif result in list(Result):
            kept = outcomes.record(
                store(),
                roadshow_id,
                key,
                Result(result),
                form.get("note", ""),
                who(),
                bool(form.get("agreed")),
            )
            told = say(kept.zh, kept.en)
            log("outcome entered", f"roadshow:{roadshow_id}", meeting=key, result=result)
        else:
            raise BadRequest("请选一个结果", "choose an outcome")
    except (BadRequest, Conflict, UnknownRecord) as error:
        return _answered(roadshow, key, problem=message(error), status=422)
    return _answered(roadshow, key, told)


def _answered(
    roadshow: Roadshow, key: str, told: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """Answer with the line of the meeting for the script, with the page otherwise."""
    roadshow = looking.find_roadshow(store(), roadshow.id)
    if not request.headers.get("HX-Request"):
        if problem:
            return _results(roadshow, problem, status)
        flash(told or gettext("已记下"), "success")
        return redirect(url_for("roadshows.results", roadshow_id=roadshow.id))
    rows = _rows(roadshow)
    row = next((one for one in rows if one["key"] == key), None)
    if row is None:
        return render_template("parts/problem.html", status=status, head="", detail=problem), status
    drawn = render_template(
        "roadshows/result.html",
        roadshow=roadshow,
        row=row,
        told=told,
        problem=problem,
        Result=Result,
        summary=_summary(rows),
        focus=True,
    )
    return drawn, status


def _results(roadshow: Roadshow, problem: str = "", status: int = 200) -> ResponseReturnValue:
    rows = _rows(roadshow)
    drawn = render_template(
        "roadshows/results.html",
        roadshow=roadshow,
        rows=rows,
        problem=problem,
        Result=Result,
        summary=_summary(rows),
    )
    return drawn, status


def _rows(roadshow: Roadshow) -> list[dict[str, Any]]:
    """Return each published meeting with what is shown of it."""
    plan = looking.published_of(roadshow)
    if plan is None:
        return []
    times, cases = Timetables(plan), {(one.need_id, one.achievement_id): one for one in Cases(store()).all()}

    def topic(one: Meeting) -> str:
        titles = (plan.titles.get(each, each) for each in (one.need_id, one.achievement_id))
        return " ↔ ".join(filter(None, titles))

    return [
        {
            "number": number,
            "key": key_of(one),
            "time": write_clock(one.start),
            "table": one.table,
            "enterprise": times.enterprise(one.enterprise_id).name,
            "team": times.team(one.team_id).name,
            "topic": topic(one),
            "outcome": outcome,
            "case": cases.get((one.need_id, one.achievement_id)),
        }
        for number, (one, outcome) in enumerate(outcomes.outcomes_of(store(), roadshow))
    ]


def _summary(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many meetings came to what; "" counts those of which nobody said anything yet."""
    said = [row["outcome"].result.value if row["outcome"] else "" for row in rows]
    return {one: said.count(one) for one in (*(each.value for each in Result), "")}


def _held(roadshow_id: int) -> Roadshow:
    """Return a roadshow that was published. Raises UnknownRecord."""
    roadshow = looking.find_roadshow(store(), roadshow_id)
    if roadshow.published is None:
        raise UnknownRecord(
            "这场路演还没有发布；请先发布", "this roadshow was not published yet; publish it first"
        )
    return roadshow
