"""Editing a plan by hand: each verb takes a plan and returns the changed one; what it breaks, `rules` says.

A meeting is named by its key, which changes when it is moved. After an edit the sums are those of the
meetings that there are: the bound stays what planning proved, and the plan is no longer called optimal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from corpora.errors import BadRequest, UnknownRecord, shorten
from matcher.roadshow.clock import slots_of, write_clock
from matcher.roadshow.event import Enterprise, Pair
from matcher.roadshow.measures import reached
from matcher.roadshow.plan import Meeting, Plan, Status, Unplaced
from matcher.roadshow.spec import Pinned


def key_of(meeting: Meeting) -> str:
    """Return what names a meeting within its plan: when, where, and who."""
    return f"{write_clock(meeting.start)}/{meeting.table}/{meeting.enterprise_id}/{meeting.team_id}"


def find_meeting(plan: Plan, key: str) -> Meeting:
    """Raises UnknownRecord."""
    found = next((one for one in plan.meetings if key_of(one) == key), None)
    if found is None:
        raise UnknownRecord(
            f"时间表里没有“{shorten(key, 80)}”这场洽谈；它可能刚被移动，请刷新后再试",
            f"the timetable has no meeting '{shorten(key, 80)}'; it may just have been moved, reload and try again",
        )
    return found


# Edits


def move(plan: Plan, key: str, start: int, table: int, swap: bool = False) -> Plan:
    """Move a meeting to another time (minutes from midnight) and table.

    With `swap`, the meeting that is there already goes where this one was. Raises UnknownRecord, and
    BadRequest where the same two meet there already.
    """
    moved = find_meeting(plan, key)
    there = occupant(plan, start, table)
    changed = {key: _placed(plan, moved, start, table)}
    if swap and there is not None and there != moved:
        changed[key_of(there)] = replace(there, start=moved.start, end=moved.end, table=moved.table)
    elif key_of(changed[key]) != key:
        _check_new(plan, changed[key])
    return settled(plan, (changed.get(key_of(one), one) for one in plan.meetings))


def add(
    plan: Plan, enterprise_id: str, team_id: str, start: int, table: int, pair: Pair | None = None
) -> Plan:
    """Add a meeting; `pair` says how well the two fit, None: nobody knows.

    Raises UnknownRecord for somebody whom the plan does not know, BadRequest where the meeting is there.
    """
    for who, known in ((enterprise_id, plan.enterprises), (team_id, plan.teams)):
        if who not in {one.id for one in known}:
            raise UnknownRecord(
                f"时间表里没有“{shorten(who)}”；请从列出的企业和团队里选",
                f"the timetable knows nobody '{shorten(who)}'; choose one of those listed",
            )
    new = Meeting(start, start, table, enterprise_id, team_id)
    if pair is not None:
        new = replace(
            new, need_id=pair.need_id, achievement_id=pair.achievement_id, level=pair.level, score=pair.score
        )
    new = _placed(plan, new, start, table)
    _check_new(plan, new)
    return settled(plan, (*plan.meetings, new))


def remove(plan: Plan, key: str) -> Plan:
    """Take a meeting out; a pin on it goes with it. Raises UnknownRecord."""
    find_meeting(plan, key)
    return settled(_with_pins(plan, {key: False}), (one for one in plan.meetings if key_of(one) != key))


def invite(plan: Plan, enterprise: Enterprise) -> Plan:
    """Add somebody who was not invited, with no meeting yet; one whom the plan knows stays as it is."""
    if enterprise.id in {one.id for one in plan.enterprises}:
        return plan
    return replace(plan, enterprises=(*plan.enterprises, enterprise))


# Pins


def pin(plan: Plan, key: str) -> Plan:
    """Keep a meeting at its time and table when the rest is planned again. Raises UnknownRecord."""
    find_meeting(plan, key)
    return _with_pins(plan, {key: True})


def unpin(plan: Plan, key: str) -> Plan:
    """Raises UnknownRecord."""
    find_meeting(plan, key)
    return _with_pins(plan, {key: False})


def lock(plan: Plan, *, start: int | None = None, table: int | None = None, who: str = "") -> Plan:
    """Pin all meetings of a slot, a table, a person, or of what meets all that is named."""
    return _with_pins(plan, dict.fromkeys(_named(plan, start, table, who), True))


def unlock(plan: Plan, *, start: int | None = None, table: int | None = None, who: str = "") -> Plan:
    """Take the pins off again, as lock set them."""
    return _with_pins(plan, dict.fromkeys(_named(plan, start, table, who), False))


def _named(plan: Plan, start: int | None, table: int | None, who: str) -> list[str]:
    return [
        key_of(one)
        for one in plan.meetings
        if start in (None, one.start)
        and table in (None, one.table)
        and who in ("", one.enterprise_id, one.team_id)
    ]


def _with_pins(plan: Plan, wanted: dict[str, bool]) -> Plan:
    """Return the plan with pins set (True) or taken off, in its meetings and in its SPEC alike."""
    meetings = tuple(replace(one, pinned=wanted.get(key_of(one), one.pinned)) for one in plan.meetings)
    named = {(one.start, one.enterprise_id, one.team_id) for one in plan.meetings if key_of(one) in wanted}
    # A pin that a move has left behind is one of the pair's too.
    pairs = {(one[1], one[2]) for one in named}
    still = {(one.start, one.enterprise_id, one.team_id) for one in meetings if one.pinned}
    kept = [
        one
        for one in plan.spec.pinned
        if (one.enterprise_id, one.team_id) not in pairs
        or ((one.start, one.enterprise_id, one.team_id) in still - named)
    ]
    fresh = [
        Pinned(start=one.start, table=one.table, enterprise_id=one.enterprise_id, team_id=one.team_id)
        for one in meetings
        if one.pinned and (one.start, one.enterprise_id, one.team_id) in named
    ]
    spec = plan.spec.model_copy(update={"pinned": (*kept, *fresh)})
    return replace(plan, meetings=meetings, spec=spec)


# Sums


def settled(plan: Plan, meetings: Iterable[Meeting]) -> Plan:
    """Return the plan with these meetings, in order, and with the sums that follow from them."""
    placed = tuple(sorted(meetings, key=lambda one: (one.start, one.table, one.enterprise_id, one.team_id)))
    objective = sum(one.score for one in placed)
    after = replace(
        plan,
        meetings=placed,
        objective=objective,
        gap=max(0.0, (plan.bound - objective) / plan.bound) if plan.bound > 0 else 0.0,
        status=plan.status if plan.status is Status.INFEASIBLE else Status.FEASIBLE,
        unplaced=_unplaced(plan, placed),
        # They told of the plan as it was made.
        changes=(),
    )
    return replace(after, goals=reached(after))


def _unplaced(plan: Plan, meetings: Iterable[Meeting]) -> tuple[Unplaced, ...]:
    minimum = plan.spec.meetings.min_per_enterprise
    counts = Counter(one.enterprise_id for one in meetings)
    told = {(one.enterprise_id, one.meetings): one for one in plan.unplaced}
    return tuple(
        told.get((one.id, count)) or _few(one.id, count, minimum)
        for one in plan.enterprises
        if (count := counts[one.id]) < max(minimum, 1) and one.id not in plan.spec.cancelled
    )


def _few(enterprise_id: str, count: int, minimum: int) -> Unplaced:
    zh, en = "手工调整后没有洽谈", "has no meeting after a change by hand"
    if count < minimum and minimum > 1:
        zh = f"手工调整后有 {count} 场，少于至少 {minimum} 场"
        en = f"{count} meetings after a change by hand, fewer than the minimum of {minimum}"
    return Unplaced(enterprise_id, count, minimum, zh, en)


def occupant(plan: Plan, start: int, table: int) -> Meeting | None:
    """Return the meeting that begins at that time at that table."""
    return next((one for one in plan.meetings if (one.start, one.table) == (start, table)), None)


def _check_new(plan: Plan, meeting: Meeting) -> None:
    if key_of(meeting) in {key_of(one) for one in plan.meetings}:
        clock = write_clock(meeting.start)
        raise BadRequest(
            f"这场洽谈已经在 {clock} 的 {meeting.table} 号桌",
            f"this meeting is at {clock} at table {meeting.table} already",
        )


def _placed(plan: Plan, meeting: Meeting, start: int, table: int) -> Meeting:
    """Return the meeting there, as long as the slot is; where there is no slot, as long as it was."""
    lengths = {slot.start: slot.end - slot.start for slot in slots_of(plan.spec)}
    length = lengths.get(start) or (meeting.end - meeting.start) or max(lengths.values(), default=20)
    return replace(meeting, start=start, end=start + length, table=table)
