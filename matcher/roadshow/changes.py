"""Changes between two plans: who must be told what, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from matcher.roadshow.clock import write_clock
from matcher.roadshow.plan import AgendaItem, Change, Meeting, Plan, Visit

Words = tuple[str, str]


def changes(before: Plan, after: Plan) -> list[Change]:
    """Return what is different for somebody: the day, pitches, meetings and visits that moved, came or went."""
    return [
        *_event(before, after),
        *_agenda(before, after),
        *_meetings(before, after),
        *_visits(before, after),
    ]


def _event(before: Plan, after: Plan) -> Iterator[Change]:
    for name, words in (
        ("date", ("日期", "date")),
        ("venue", ("地点", "venue")),
        ("timezone", ("时区", "time zone")),
    ):
        old, new = str(getattr(before.spec, name)), str(getattr(after.spec, name))
        if old != new:
            yield Change(
                "event", (), {name: old}, {name: new},
                f"所有人：{words[0]}由“{old}”改为“{new}”", f"everybody: the {words[1]} is '{new}' instead of '{old}'",
            )  # fmt: skip


def _agenda(before: Plan, after: Plan) -> Iterator[Change]:
    old = {one.achievement_id: one for one in before.agenda}
    new = {one.achievement_id: one for one in after.agenda}
    for key in dict.fromkeys((*old, *new)):
        was, is_ = old.get(key), new.get(key)
        if was and is_ and (was.start, was.end, was.room) == (is_.start, is_.end, is_.room):
            continue
        known = is_ or was
        assert known is not None
        team = _names(before, after).get(known.team, known.team)
        subject = f"{team}《{known.title}》", f"{team} ({known.title})"
        words = _told(
            subject, ("路演", "pitch"), _on_stage(was) if was else None, _on_stage(is_) if is_ else None
        )
        yield Change(_kind("pitch_", was, is_), (known.team,), _said(was), _said(is_), *words)


def _meetings(before: Plan, after: Plan) -> Iterator[Change]:
    names = _names(before, after)
    old, new = _by_pair(before.meetings), _by_pair(after.meetings)
    found: list[tuple[int, Change]] = []
    for pair in dict.fromkeys((*old, *new)):
        was_at = {(one.start, one.end, one.table) for one in old.get(pair, ())}
        is_at = {(one.start, one.end, one.table) for one in new.get(pair, ())}
        gone = [one for one in old.get(pair, ()) if (one.start, one.end, one.table) not in is_at]
        come = [one for one in new.get(pair, ()) if (one.start, one.end, one.table) not in was_at]
        said = " × ".join(names.get(who, who) for who in pair)
        for was, is_ in zip_longest(gone, come):
            words = _told(
                (said, said), ("洽谈", "meeting"), _seat(was) if was else None, _seat(is_) if is_ else None
            )
            change = Change(_kind("", was, is_), pair, _said(was), _said(is_), *words)
            found.append(((was or is_).start, change))
    yield from (change for _, change in sorted(found, key=lambda one: one[0]))


def _visits(before: Plan, after: Plan) -> Iterator[Change]:
    names = _names(before, after)
    old = {one.enterprise_id: one for one in before.visits}
    new = {one.enterprise_id: one for one in after.visits}
    for key in dict.fromkeys((*old, *new)):
        was, is_ = old.get(key), new.get(key)
        if was and is_ and (was.start, was.end) == (is_.start, is_.end):
            continue
        name = names.get(key, key)
        words = _told(
            (name, name), ("走访", "visit"), _span(was) if was else None, _span(is_) if is_ else None
        )
        yield Change(_kind("visit_", was, is_), (key,), _said(was), _said(is_), *words)


def _kind(prefix: str, was: object, is_: object) -> str:
    return prefix + ("moved" if was and is_ else "cancelled" if was else "new")


def _told(subject: Words, what: Words, was: Words | None, is_: Words | None) -> Words:
    if was and is_:
        zh = f"{what[0]}由 {was[0]} 改到 {is_[0]}"
        en = f"the {what[1]} moves from {was[1]} to {is_[1]}"
    elif was:
        zh, en = f"{was[0]} 的{what[0]}取消", f"the {what[1]} at {was[1]} is cancelled"
    else:
        assert is_ is not None
        zh, en = f"新增 {is_[0]} 的{what[0]}", f"a new {what[1]} at {is_[1]}"
    return f"{subject[0]}：{zh}", f"{subject[1]}: {en}"


def _seat(meeting: Meeting) -> Words:
    clock = write_clock(meeting.start)
    return f"{clock} {meeting.table} 号桌", f"{clock}, table {meeting.table}"


def _on_stage(item: AgendaItem) -> Words:
    said = " ".join(part for part in (write_clock(item.start), item.room) if part)
    return said, said


def _span(visit: Visit) -> Words:
    said = f"{write_clock(visit.start)}–{write_clock(visit.end)}"
    return said, said


def _said(item: AgendaItem | Meeting | Visit | None) -> Mapping[str, Any] | None:
    """Return an entry as plan.json has it."""
    if item is None:
        return None
    return {**asdict(item), "start": write_clock(item.start), "end": write_clock(item.end)}


def _names(before: Plan, after: Plan) -> dict[str, str]:
    names: dict[str, str] = {}
    for plan in (before, after):
        names |= {one.id: one.name or one.id for one in plan.enterprises}
        names |= {one.id: one.name or one.id for one in plan.teams}
    return names


def _by_pair(meetings: Sequence[Meeting]) -> dict[tuple[str, str], list[Meeting]]:
    found: dict[tuple[str, str], list[Meeting]] = defaultdict(list)
    for one in sorted(meetings, key=lambda each: (each.start, each.table)):
        found[one.enterprise_id, one.team_id].append(one)
    return found
