"""What the checker reckons with: times, absences, slots and tables, worked out anew from plain mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Rows = Sequence[tuple[str, str, float]]
Span = tuple[int, int]
CLOSE = 1e-6


def clock(value: Any) -> int:
    """Return minutes from midnight of "HH:MM", or of the number that YAML makes of it."""
    if isinstance(value, int):
        return value
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def time_of(entry: Mapping[str, Any]) -> Span:
    return clock(entry["start"]), clock(entry["end"])


def times(many: Iterable[Any]) -> list[Span]:
    return [(clock(one), clock(other)) for one, other in many]


def touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def sessions_of(spec: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return [one for one in spec["sessions"] if one["kind"] == kind]


def absences(spec: Mapping[str, Any], who: str) -> list[Span]:
    """Return when somebody is not there."""
    if who in spec.get("cancelled", ()):
        return [(0, 24 * 60)]
    found: list[Span] = []
    for one in spec.get("availability", ()):
        if one["who"] == who:
            if one.get("from") is not None:
                found.append((0, clock(one["from"])))
            if one.get("to") is not None:
                found.append((clock(one["to"]), 24 * 60))
            found += times(one.get("not") or ())
    return found


def grid(session: Mapping[str, Any]) -> list[Span]:
    """Return the slots of a session of meetings: one after the other with a gap, from the end of a break on."""
    length, gap = session.get("slot_minutes", 20), session.get("gap_minutes", 0)
    breaks = times(session.get("breaks", ()))
    start, end = time_of(session)
    slots: list[Span] = []
    ready = start
    for minute in range(start, end - length + 1):
        slot = (minute, minute + length)
        if minute >= ready and not any(touch(slot, pause) for pause in breaks):
            slots.append(slot)
            ready = slot[1] + gap
        elif minute >= ready:
            # The gap is over or the break goes on: what follows a break begins when it ends.
            ready = min(until for since, until in breaks if touch(slot, (since, until)))
    return slots


def usable_tables(session: Mapping[str, Any]) -> set[int]:
    """Return the tables that are neither lost nor kept free; those kept free are the last."""
    left = sorted({*range(1, session["tables"] + 1)} - {*session.get("closed_tables", ())})
    spare = session.get("spare_tables", 0)
    return set(left[: len(left) - spare]) if spare else set(left)
