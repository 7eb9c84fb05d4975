"""Times of the day, in minutes from midnight; and the slots that sessions are cut into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from corpora.errors import UnreadableValue, shorten

if TYPE_CHECKING:
    from matcher.roadshow.spec import MeetingsSession, Spec

#: How a time of the day is written.
CLOCK = r"(([01]?[0-9]|2[0-3])[:：][0-5][0-9]|24[:：]00)"
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEARS = range(2000, 2101)
DAY = 24 * 60


def read_clock(value: object) -> int:
    """Return the minutes of "HH:MM"; YAML reads an unquoted 14:00 as 840, which is the same.

    Raises UnreadableValue, for a bare hour such as 14 as well: as minutes it would be 00:14.
    """
    if isinstance(value, int) and not isinstance(value, bool) and (value == 0 or 24 < value <= DAY):
        return value
    if not isinstance(value, str) or not re.fullmatch(CLOCK, value := value.strip()):
        raise UnreadableValue(
            f'“{shorten(str(value))}”不是时刻，应像 "14:00"',
            f"'{shorten(str(value))}' is no time of the day; write it like \"14:00\"",
        )
    hour, minute = re.split("[:：]", value)
    return int(hour) * 60 + int(minute)


def read_date(value: object) -> date:
    """Return a date written like 2026-12-11 or 2026年12月11日. Raises UnreadableValue."""
    if isinstance(value, date) and not isinstance(value, datetime) and value.year in _YEARS:
        return value
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found and int(found[1]) in _YEARS:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:  # no such day in that month
        pass
    raise UnreadableValue(
        f"“{shorten(str(value))}”不是日期，应像 2026-12-11（{_YEARS[0]}–{_YEARS[-1]} 年）",
        f"'{shorten(str(value))}' is no date; write it like 2026-12-11 ({_YEARS[0]}–{_YEARS[-1]})",
    )


def write_clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Slot:
    """A time for meetings, with the numbers of the tables that may be used in it."""

    index: int
    #: The place of its session in the SPEC.
    session: int
    start: int
    end: int
    tables: tuple[int, ...]


def slots_of(spec: Spec) -> list[Slot]:
    """Return the slots of all meetings sessions, in order of time."""
    cut = [
        (start, start + session.slot_minutes, number, _tables(session))
        for number, session in enumerate(spec.sessions)
        if session.kind == "meetings"
        for start in starts(
            session.start, session.end, session.slot_minutes, session.gap_minutes, session.breaks
        )
    ]
    return [
        Slot(index, number, start, end, tables)
        for index, (start, end, number, tables) in enumerate(sorted(cut))
    ]


def _tables(session: MeetingsSession) -> tuple[int, ...]:
    open_ = [one for one in range(1, session.tables + 1) if one not in session.closed_tables]
    return tuple(open_[: max(0, len(open_) - session.spare_tables)])


def starts(start: int, end: int, minutes: int, gap: int, breaks: Sequence[tuple[int, int]]) -> list[int]:
    """Return when slots of so many minutes begin, `gap` apart, none of them running into a break."""
    found: list[int] = []
    at = start
    while at + minutes <= end:
        pause = next((one for one in sorted(breaks) if at < one[1] and one[0] < at + minutes), None)
        if pause:
            at = pause[1]
            continue
        found.append(at)
        at += minutes + gap
    return found


def away(spec: Spec, who: str) -> list[tuple[int, int]]:
    """Return the spans in which an enterprise or a team is not there."""
    if who in spec.cancelled:
        return [(0, DAY)]
    spans: list[tuple[int, int]] = []
    for one in spec.availability:
        if one.who == who:
            if one.from_ is not None:
                spans.append((0, one.from_))
            if one.to is not None:
                spans.append((one.to, DAY))
            spans.extend(one.not_)
    return sorted(span for span in spans if span[0] < span[1])


def is_there(absences: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether none of the absences touches the time from `start` to `end`."""
    return not any(start < until and since < end for since, until in absences)
