"""Changing a timetable by hand: moves, pins, rules and undo; and what happened since it was planned."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, needs, settings, store, who
from api.languages import message, say
from api.pages.roadshows import blueprint, version
from api.pages.roadshowtable import board
from corpora.errors import BadRequest, Conflict, ShuanglianError, UnknownRecord, UnreadableValue
from corpora.roadshows import Roadshow
from matcher.roadshow.clock import read_clock, write_clock
from matcher.roadshow.plan import Meeting, Plan
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running import drafting, editing, keeping, looking
from matcher.roadshow.running.rules import RULES, severity_of
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs import happenings

__all__ = ["blueprint"]

Words = tuple[str, str]
Change = tuple[Words, Callable[[Plan], Plan]]


@blueprint.get("/roadshows/<int:roadshow_id>/timetable/<verb>")
def back_to_timetable(roadshow_id: int, verb: str) -> ResponseReturnValue:
    """A change that was not made stands under its own address: reloaded, it leads to the timetable."""
    return redirect(url_for("roadshows.timetable", roadshow_id=roadshow_id))


@blueprint.post("/roadshows/<int:roadshow_id>/timetable/<verb>")
@needs("plan_roadshows")
def change(roadshow_id: int, verb: str) -> ResponseReturnValue:
    """Change the draft by hand; what a rule forbids is not done, and said."""
    roadshow = looking.find_roadshow(store(), roadshow_id)
    plan = looking.draft_of(roadshow)
    if plan is None:
        return redirect(url_for("roadshows.show", roadshow_id=roadshow_id))
    try:
        if verb == "undo":
            steps = drafting.steps(store(), roadshow)[0]
            drafting.undo(store(), roadshow_id, version())
            words = gettext("已撤销：%(what)s", what=say(steps[0].zh, steps[0].en))
        elif verb == "redo":
            steps = drafting.steps(store(), roadshow)[1]
            drafting.redo(store(), roadshow_id, version())
            words = gettext("已重做：%(what)s", what=say(steps[0].zh, steps[0].en))
        elif verb == "rules":
            words = _set_rules(roadshow)
        else:
            told, change = _change(roadshow, plan, verb)
            _, broken = drafting.edit(store(), roadshow_id, version(), who(), told, change)
            words = "；".join((say(*told), *(say(one.zh, one.en) for one in broken)))
    except (BadRequest, Conflict, UnknownRecord, UnreadableValue) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return board(looking.find_roadshow(store(), roadshow_id), message(error), message(error), status)
    log("roadshow changed", f"roadshow:{roadshow_id}", what=verb)
    if request.headers.get("HX-Request"):
        return board(looking.find_roadshow(store(), roadshow_id), said=words)
    flash(words, "success")
    return redirect(url_for("roadshows.timetable", roadshow_id=roadshow_id))


def _set_rules(roadshow: Roadshow) -> str:
    number = version()
    for rule in RULES:
        wanted = request.form.get(f"rule-{rule}", "")
        if wanted and wanted != severity_of(rule, roadshow.severities):
            number = keeping.set_severity(store(), roadshow.id, number, rule, wanted).version
    return str(gettext("规则已保存"))


def _change(roadshow: Roadshow, plan: Plan, verb: str) -> Change:
    """Return what a button asks for, in words and as a change of the plan."""
    form = request.form
    if verb in ("lock", "unlock"):
        return _lock(plan, verb == "lock", form.get("what", ""))
    if verb == "add":
        return _add(roadshow, plan, form.get("enterprise", ""), form.get("team", ""), form.get("place", ""))
    key = form.get("card", "")
    meeting = editing.find_meeting(plan, key)
    zh, en = _pair_words(plan, meeting)
    match verb:
        case "move":
            start, table, swap = _place(form.get("place", ""))
            clock = write_clock(start)
            told = f"{zh} 改到 {clock} {table} 号桌", f"{en} moved to {clock}, table {table}"
            return told, lambda one: editing.move(one, key, start, table, swap)
        case "remove":
            return (f"去掉 {zh}", f"{en} taken out"), lambda one: editing.remove(one, key)
        case "pin":
            return (f"固定 {zh}", f"{en} pinned"), lambda one: editing.pin(one, key)
        case "unpin":
            return (f"不再固定 {zh}", f"{en} no longer pinned"), lambda one: editing.unpin(one, key)
    raise BadRequest("没有这种改动", "there is no such change")


def _add(roadshow: Roadshow, plan: Plan, enterprise_id: str, team_id: str, place: str) -> Change:
    start, table, _ = _place(place)
    times, clock = Timetables(plan), write_clock(start)
    names = f"{times.enterprise(enterprise_id).name} ↔ {times.team(team_id).name}"
    pair = looking.pairs_of(store(), roadshow.id).get((enterprise_id, team_id))
    told = f"加一场 {names}：{clock} {table} 号桌", f"{names} added at {clock}, table {table}"
    return told, lambda one: editing.add(one, enterprise_id, team_id, start, table, pair)


def _lock(plan: Plan, on: bool, what: str) -> Change:
    """Pin, or no longer, all of a slot ("start:14:00"), a table ("table:3") or a person ("who:ID")."""
    kind, _, value = what.partition(":")
    verb = editing.lock if on else editing.unlock
    head = ("固定", "pinned") if on else ("不再固定", "no longer pinned")
    if kind == "start":
        start = read_clock(value)
        return (f"{head[0]} {value} 的各场", f"all at {value} {head[1]}"), lambda one: verb(one, start=start)
    if kind == "table" and value.isdecimal() and len(value) < 6:
        table = int(value)
        told = f"{head[0]} {table} 号桌的各场", f"all at table {table} {head[1]}"
        return told, lambda one: verb(one, table=table)
    if kind == "who" and value:
        name = Timetables(plan).named(value)
        return (f"{head[0]} {name} 的各场", f"all of {name} {head[1]}"), lambda one: verb(one, who=value)
    raise BadRequest("请说明固定哪一场次、哪张桌或谁", "say which slot, table or person to pin")


def _place(text: str) -> tuple[int, int, bool]:
    """Return the start, the table, and whether to swap, of "14:25/3" or "14:25/3/swap". Raises BadRequest."""
    clock, _, rest = text.partition("/")
    table, _, swap = rest.partition("/")
    if not table.isdecimal() or len(table) > 5:
        raise BadRequest("请选一个时间和桌子", "choose a time and a table")
    return read_clock(clock), int(table), swap == "swap"


def _pair_words(plan: Plan, meeting: Meeting) -> Words:
    times = Timetables(plan)
    said = f"{times.enterprise(meeting.enterprise_id).name} ↔ {times.team(meeting.team_id).name}"
    return said, said


# What happened


@blueprint.post("/roadshows/<int:roadshow_id>/happened")
@needs("plan_roadshows")
def happened(roadshow_id: int) -> ResponseReturnValue:
    """Let a cancellation, a late arrival, a lost table or a new pair into the SPEC, and plan anew from what there is."""
    roadshow = looking.find_roadshow(store(), roadshow_id)
    try:
        going = looking.job_of(store(), roadshow_id)
        if going is not None and going.is_open:
            raise BadRequest("正在排，请等它排完", "it is being planned; wait until that is done")
        what = _happening()
        keeping.change(store(), roadshow_id, version(), what)
        job = keeping.ask_for_plan(store(), settings(), roadshow_id, who(), base=True)
    except ShuanglianError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return board(roadshow, message(error), status=status)
    log("asked for", f"job:{job.id}", task="roadshow", roadshow=roadshow_id)
    return redirect(url_for("roadshows.timetable", roadshow_id=roadshow_id))


def _happening() -> Callable[[Spec], Spec]:
    form = request.form
    one, enterprise, team = (form.get(name, "").strip() for name in ("who", "enterprise", "team"))
    since, until = (read_clock(form[name]) if form.get(name) else None for name in ("since", "until"))
    table = form.get("table", "")
    match form.get("what", ""):
        case "call_off" if one:
            return lambda spec: happenings.call_off(spec, one)
        case "come" if one:
            return lambda spec: happenings.come_after_all(spec, one)
        case "there" if one and (since is not None or until is not None):
            return lambda spec: happenings.be_there(spec, one, since, until)
        case "table" if table.isdecimal() and len(table) < 6:
            return lambda spec: happenings.lose_table(spec, int(table))
        case "meet" if enterprise and team:
            return lambda spec: happenings.must_meet(spec, enterprise, team)
        case "part" if enterprise and team:
            return lambda spec: happenings.must_not_meet(spec, enterprise, team)
    raise BadRequest("请把变化填完整", "say in full what happened")
