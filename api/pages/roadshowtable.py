"""The timetable of a roadshow: cards that are dragged, what is wrong where, pins, undo, and what happened since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from api.context import may, needs, store, user
from api.languages import say
from api.pages.roadshowgrid import grid_of
from api.pages.roadshows import blueprint, plan_of, planning
from corpora.roadshows import Roadshow
from matcher.roadshow.clock import write_clock
from matcher.roadshow.plan import Meeting, Plan
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running import drafting, editing, looking
from matcher.roadshow.running.places import Place, free_places
from matcher.roadshow.running.rules import RULES, Severity, conflicts, severity_of

SEVERITIES = {
    Severity.BLOCK: lazy_gettext("拦住"),
    Severity.WARN: lazy_gettext("只提醒"),
    Severity.IGNORE: lazy_gettext("不管"),
}


@blueprint.get("/roadshows/<int:roadshow_id>/timetable")
def timetable(roadshow_id: int) -> ResponseReturnValue:
    return board(looking.find_visible(store(), roadshow_id, user()))


def board(roadshow: Roadshow, problem: str = "", said: str = "", status: int = 200) -> ResponseReturnValue:
    """Draw the timetable: the whole page, or for the script the part that a change moves."""
    plan = plan_of(roadshow)
    if plan is None or (not plan.meetings and not roadshow.draft):
        return redirect(url_for("roadshows.show", roadshow_id=roadshow.id))
    edits = may("plan_roadshows") and roadshow.state != "cancelled"
    broken = conflicts(plan, roadshow.severities) if edits else []
    done, undone = drafting.steps(store(), roadshow) if edits else ([], [])
    drawn = render_template(
        "roadshows/board.html" if request.headers.get("HX-Request") else "roadshows/timetable.html",
        roadshow=roadshow,
        plan=plan,
        times=Timetables(plan),
        grid=grid_of(plan, broken),
        edits=edits,
        broken=broken,
        grave=sum(one.severity is Severity.BLOCK for one in broken),
        done=done,
        undone=undone,
        changes=looking.changes_since_published(roadshow) if edits else [],
        picked=_picked(roadshow, plan) if edits else None,
        problem=problem,
        said=said,
        RULES=RULES,
        SEVERITIES=SEVERITIES,
        severity_of=severity_of,
        **planning(roadshow),
    )
    return drawn, status


def _picked(roadshow: Roadshow, plan: Plan) -> dict[str, Any] | None:
    """Return the card that was chosen, or the two that are to meet, with the places there are for them."""
    key = request.values.get("card", "")
    sides = request.values.get("enterprise", ""), request.values.get("team", "")
    if key:
        meeting = next((one for one in plan.meetings if editing.key_of(one) == key), None)
        if meeting is None:
            return None
        sides = meeting.enterprise_id, meeting.team_id
    elif all(sides):
        known = {one.id for one in plan.enterprises}, {one.id for one in plan.teams}
        if sides[0] not in known[0] or sides[1] not in known[1]:
            return None
        meeting = None
    else:
        return None
    places = _places(roadshow, plan, key, *sides)
    pair = looking.pairs_of(store(), roadshow.id).get(sides)
    return {
        "key": key,
        "meeting": meeting,
        "enterprise": sides[0],
        "team": sides[1],
        "pair": pair,
        "places": list(zip(places, marks_of(plan, places, key), strict=True)),
    }


def _places(roadshow: Roadshow, plan: Plan, key: str, enterprise_id: str, team_id: str) -> list[Place]:
    pair = None if key else looking.pairs_of(store(), roadshow.id).get((enterprise_id, team_id))
    return free_places(plan, enterprise_id, team_id, roadshow.severities, key, pair)


def marks_of(plan: Plan, places: Iterable[Place], key: str) -> list[str]:
    """Return how each place is marked while a card is held over it: here, free, warn, swap or block."""
    known = {editing.key_of(one): one for one in plan.meetings}
    held = known.get(key)
    return [_mark(plan, one, held, known.get(one.taken_by)) for one in places]


def _mark(plan: Plan, place: Place, held: Meeting | None, there: Meeting | None) -> str:
    if held and (held.start, held.table) == (place.start, place.table):
        return "here"
    if held and there and set(place.rules) <= {"table_twice", "person_twice"}:
        return "swap" if _can_swap(plan, held, there) else "block"
    return {None: "free", Severity.WARN: "warn"}.get(place.severity, "block")


def _can_swap(plan: Plan, one: Meeting, two: Meeting) -> bool:
    """Return whether two meetings can change places as far as who is busy goes; the rest is said once it is done."""
    return not any(
        _touch(each, there) and {each.enterprise_id, each.team_id} & {moved.enterprise_id, moved.team_id}
        for moved, there in ((one, two), (two, one))
        for each in plan.meetings
        if each is not one and each is not two
    )


def _touch(one: Meeting, other: Meeting) -> bool:
    return one.start < other.end and other.start < one.end


@blueprint.get("/roadshows/<int:roadshow_id>/places")
@needs("plan_roadshows")
def places(roadshow_id: int) -> Response:
    """Say of every place what a meeting would break there, while its card is being dragged."""
    roadshow = looking.find_roadshow(store(), roadshow_id)
    plan, key = looking.draft_of(roadshow), request.args.get("card", "")
    if plan is None:
        abort(404)
    meeting = editing.find_meeting(plan, key)
    found = _places(roadshow, plan, key, meeting.enterprise_id, meeting.team_id)
    return jsonify(
        [
            {
                "place": f"{write_clock(one.start)}/{one.table}",
                "mark": mark,
                "why": say(one.zh, one.en),
            }
            for one, mark in zip(found, marks_of(plan, found, key), strict=True)
        ]
    )
