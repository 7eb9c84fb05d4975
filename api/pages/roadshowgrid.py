"""A timetable as a page draws it: a row for each slot, a column for each table, and what is wrong with each card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matcher.roadshow.clock import slots_of, write_clock
from matcher.roadshow.plan import Meeting, Plan
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running.editing import key_of
from matcher.roadshow.running.rules import Conflict
from matcher.roadshow.spec import MeetingsSession, Spec


@dataclass(frozen=True)
class Card:
    """One meeting: its key, both names, and the gravest rule that it breaks ("": none)."""

    key: str
    meeting: Meeting
    enterprise: str
    team: str
    severity: str = ""


@dataclass(frozen=True)
class Cell:
    """A table in a slot; `kind` is "" where meetings are planned, else spare, closed or none (no such table)."""

    table: int
    kind: str
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    start: int
    end: int
    #: False for a time that is no slot of the SPEC, to which something was moved.
    is_slot: bool
    cells: list[Cell]

    @property
    def clock(self) -> str:
        return write_clock(self.start)


@dataclass(frozen=True)
class Grid:
    tables: list[int]
    rows: list[Row]


def grid_of(plan: Plan, broken: Sequence[Conflict]) -> Grid:
    """Return the timetable of a plan; shape (slots, tables)."""
    names, severities = Timetables(plan), _severities(broken)
    cards: dict[tuple[int, int, int], list[Card]] = {}
    for one in plan.meetings:
        key = key_of(one)
        card = Card(
            key,
            one,
            names.enterprise(one.enterprise_id).name,
            names.team(one.team_id).name,
            severities.get(key, ""),
        )
        cards.setdefault((one.start, one.end, one.table), []).append(card)
    slots = slots_of(plan.spec)
    sessions = {(slot.start, slot.end): (plan.spec.sessions[slot.session], slot.tables) for slot in slots}
    most = max((one.tables for one in _meetings(plan.spec)), default=0)
    tables = sorted({*range(1, most + 1), *(one.table for one in plan.meetings)})
    times = sorted({*sessions, *((one.start, one.end) for one in plan.meetings)})
    rows = []
    for start, end in times:
        session, usual = sessions.get((start, end), (None, ()))
        cells = [Cell(one, _kind(session, usual, one), cards.get((start, end, one), [])) for one in tables]
        rows.append(Row(start, end, session is not None, cells))
    return Grid(tables, rows)


def _meetings(spec: Spec) -> list[MeetingsSession]:
    return [one for one in spec.sessions if isinstance(one, MeetingsSession)]


def _kind(session: object, usual: Sequence[int], table: int) -> str:
    if not isinstance(session, MeetingsSession) or table > session.tables:
        return "none"
    if table in session.closed_tables:
        return "closed"
    return "" if table in usual else "spare"


def _severities(broken: Sequence[Conflict]) -> dict[str, str]:
    """Return the gravest rule that each meeting breaks, by key; conflicts come gravest first."""
    found: dict[str, str] = {}
    for one in broken:
        for key in one.meetings:
            found.setdefault(key, one.severity.value)
    return found
