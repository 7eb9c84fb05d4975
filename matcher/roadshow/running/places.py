"""Places: every slot and table of a timetable, and what a meeting of two would break there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.roadshow.board import Board, honours, touches
from matcher.roadshow.clock import Slot, write_clock
from matcher.roadshow.event import Pair
from matcher.roadshow.plan import Meeting, Plan
from matcher.roadshow.running.breaches import table_rule
from matcher.roadshow.running.editing import add, find_meeting, key_of
from matcher.roadshow.running.rules import Severities, Severity, news, severity_of

#: What a meeting breaks wherever it is.
_ANYWHERE = ("called_off", "forbidden", "repeat_pair", "level_low", "enterprise_max", "team_max")
Told = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """A slot and table, and what a meeting would newly break there; `severity` None: nothing."""

    start: int
    end: int
    table: int
    severity: Severity | None
    rules: tuple[str, ...]
    zh: str
    en: str
    #: The key of the meeting that is there already.
    taken_by: str = ""


def free_places(
    plan: Plan,
    enterprise_id: str,
    team_id: str,
    severities: Severities | None = None,
    moving: str = "",
    pair: Pair | None = None,
) -> list[Place]:
    """Return every slot and table, in order, with what a meeting of the two would newly break there.

    `moving` is the key of the meeting that is being dragged; empty: one is to be added, and `pair` says
    how well the two fit. Raises UnknownRecord.
    """
    dragged = find_meeting(plan, moving) if moving else None
    rest = replace(plan, meetings=tuple(one for one in plan.meetings if one is not dragged))
    board = Board(rest)
    slots = list(board.slots.values())
    anywhere: list[Told] = []
    if dragged is None and slots:
        # Whatever follows from the place itself is looked at below.
        added = add(plan, enterprise_id, team_id, slots[0].start, 0, pair)
        anywhere = [(one.rule, one.zh, one.en) for one in news(plan, added) if one.rule in _ANYWHERE]
    places = []
    for slot in slots:
        at_slot = [*anywhere, *_people(board, enterprise_id, team_id, slot)]
        for table in range(1, board.tables(slot) + 1):
            meeting = Meeting(slot.start, slot.end, table, enterprise_id, team_id)
            seated = [one for one in board.at_table.get(table, ()) if touches(one, slot)]
            taken_by = key_of(seated[0]) if seated else ""
            told = [*at_slot, *_table(board, slot, meeting, seated, dragged)]
            if dragged and (dragged.start, dragged.table) == (slot.start, table):
                told = []
            places.append(_place(slot, table, told, severities, taken_by))
    return places


def _people(board: Board, enterprise_id: str, team_id: str, slot: Slot) -> list[Told]:
    told: list[Told] = []
    clock = write_clock(slot.start)
    for who, people in ((enterprise_id, board.of_enterprise), (team_id, board.of_team)):
        name = board.name(who)
        busy = next((one for one in people.get(who, ()) if touches(one, slot)), None)
        if busy:
            told.append((
                "person_twice", f"{name} {clock} 已在 {busy.table} 号桌",
                f"{name} is at table {busy.table} at {clock}",
            ))  # fmt: skip
        if board.is_absent(who, slot):
            told.append(("absent", f"{name} {clock} 不在", f"{name} is not there at {clock}"))
    if any(touches(item, slot) for item in board.on_stage.get(team_id, ())):
        name = board.name(team_id)
        told.append(("on_stage", f"{name} {clock} 在台上路演", f"{name} is on stage at {clock}"))
    return told


def _table(
    board: Board, slot: Slot, meeting: Meeting, seated: Sequence[Meeting], dragged: Meeting | None
) -> list[Told]:
    told: list[Told] = []
    if seated:
        said = board.pair(seated[0])
        told.append(("table_twice", f"这里已排 {said}", f"{said} are here already"))
    session = board.session_of(slot)
    rule = table_rule(board, session, slot.start, slot.end, meeting.table) if session else ""
    if rule == "closed_table":
        told.append((rule, f"{meeting.table} 号桌不能用", f"table {meeting.table} is not there"))
    elif rule == "spare_table":
        told.append((rule, f"{meeting.table} 号桌是备用桌", f"table {meeting.table} is a spare one"))
    if dragged:
        met = board.of_pair.get((meeting.enterprise_id, meeting.team_id), [])
        for pin in board.spec.pinned:
            is_kept = honours(meeting, pin) or any(honours(one, pin) for one in met)
            if honours(dragged, pin) and not is_kept:
                clock = write_clock(pin.start)
                told.append(("pin_moved", f"这场固定在 {clock}", f"this meeting is pinned to {clock}"))
    return told


def _place(
    slot: Slot, table: int, told: Sequence[Told], severities: Severities | None, taken_by: str
) -> Place:
    minded = {one: severity for one in told if (severity := severity_of(one[0], severities)) != "ignore"}
    worst = None
    if minded:
        worst = Severity.BLOCK if Severity.BLOCK in minded.values() else Severity.WARN
    return Place(
        slot.start, slot.end, table, worst, tuple(dict.fromkeys(one[0] for one in minded)),
        "；".join(one[1] for one in minded), "; ".join(one[2] for one in minded), taken_by,
    )  # fmt: skip
