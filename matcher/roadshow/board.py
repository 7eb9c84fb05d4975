"""A plan laid out on a board: who is where when, as its rules ask for it again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

from matcher.roadshow.clock import Slot, away, is_there, slots_of, write_clock
from matcher.roadshow.plan import AgendaItem, Meeting, Plan
from matcher.roadshow.spec import MeetingsSession, Pinned


class Timed(Protocol):
    """Anything from start to end, in minutes from midnight."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=Timed)
K = TypeVar("K", bound=Hashable)
Words = tuple[str, str]


class Board:
    """A plan with what its rules ask for again and again."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.spec = plan.spec
        #: In a set order, so that the same is told in the same words.
        self.meetings = sorted(
            plan.meetings, key=lambda one: (one.start, one.table, one.enterprise_id, one.team_id)
        )
        self.names = {one.id: one.name or one.id for one in plan.enterprises}
        self.names |= {one.id: one.name or one.id for one in plan.teams}
        self._absences: dict[str, list[tuple[int, int]]] = {}

    @cached_property
    def slots(self) -> dict[tuple[int, int], Slot]:
        return {(slot.start, slot.end): slot for slot in slots_of(self.spec)}

    @cached_property
    def of_enterprise(self) -> dict[str, list[Meeting]]:
        return _grouped(self.meetings, lambda one: one.enterprise_id)

    @cached_property
    def of_team(self) -> dict[str, list[Meeting]]:
        return _grouped(self.meetings, lambda one: one.team_id)

    @cached_property
    def of_pair(self) -> dict[tuple[str, str], list[Meeting]]:
        return _grouped(self.meetings, lambda one: (one.enterprise_id, one.team_id))

    @cached_property
    def at_table(self) -> dict[int, list[Meeting]]:
        return _grouped(self.meetings, lambda one: one.table)

    @cached_property
    def on_stage(self) -> dict[str, list[AgendaItem]]:
        return _grouped(self.plan.agenda, lambda one: one.team)

    def name(self, who: str) -> str:
        return self.names.get(who, who)

    def pair(self, meeting: Meeting | Pinned) -> str:
        return f"{self.name(meeting.enterprise_id)} × {self.name(meeting.team_id)}"

    def seat(self, meeting: Meeting, who: str) -> Words:
        """Return when, where and with whom somebody meets, Chinese and English."""
        other = self.name(meeting.team_id if who == meeting.enterprise_id else meeting.enterprise_id)
        clock = write_clock(meeting.start)
        return (
            f"{clock} {meeting.table} 号桌与 {other} 的洽谈",
            f"the meeting with {other} at {clock} at table {meeting.table}",
        )

    def is_absent(self, who: str, timed: Timed) -> bool:
        """Whether somebody who did not call off is away at that time."""
        if who in self.spec.cancelled:
            return False
        if who not in self._absences:
            self._absences[who] = away(self.spec, who)
        return not is_there(self._absences[who], timed.start, timed.end)

    def is_away(self, who: str, timed: Timed) -> bool:
        """Whether somebody called off, is absent, or on stage at that time."""
        return (
            who in self.spec.cancelled
            or self.is_absent(who, timed)
            or any(touches(item, timed) for item in self.on_stage.get(who, ()))
        )

    def session_of(self, timed: Timed) -> MeetingsSession | None:
        """Return the meetings session of which that time is a slot."""
        slot = self.slots.get((timed.start, timed.end))
        session = self.spec.sessions[slot.session] if slot else None
        return session if isinstance(session, MeetingsSession) else None

    def tables(self, timed: Timed) -> int:
        """Return how many tables there are at that time, spare and lost ones too; 0 where it is no slot."""
        session = self.session_of(timed)
        return session.tables if session else 0


def overlapping(timed: Sequence[T]) -> Iterator[tuple[T, T]]:
    """Yield each two that are at the same time."""
    ordered = sorted(timed, key=lambda one: (one.start, one.end))
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.start >= one.end:
                break
            yield one, other


def touches(one: Timed, other: Timed) -> bool:
    """Whether two are at the same time."""
    return one.start < other.end and other.start < one.end


def honours(meeting: Meeting, pin: Pinned) -> bool:
    """Whether a meeting stands where the pin says."""
    return (
        (meeting.enterprise_id, meeting.team_id) == (pin.enterprise_id, pin.team_id)
        and meeting.start == pin.start
        and pin.table in (None, meeting.table)
    )


def _grouped(rows: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)
