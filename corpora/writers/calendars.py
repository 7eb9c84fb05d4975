"""Calendars (.ics) that any calendar program opens: entries with a time zone, places and alarms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from icalendar import Alarm, Calendar, Event, Timezone

from corpora.files import replacing

_PRODUCT = "-//Shuanglian//matcher//ZH"
#: What a line of text may not hold; a line's end is written as \n.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
#: Revisions are counted in seconds from here: a later one is always the greater, and 32 bits hold it.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CalendarEntry:
    """One thing on a day: from `start` to `end`, both with their zone; or a whole day, with a date as `start`.

    `uid` stays the same as long as it is the same thing: a calendar that has it already moves it rather
    than show it twice. `cancelled` takes it away there. `alarm` is in minutes before it begins, or after where negative.
    """

    uid: str
    start: datetime | date
    end: datetime | None
    summary: str
    location: str = ""
    description: str = ""
    cancelled: bool = False
    alarm: int | None = None


def calendar_bytes(name: str, entries: Sequence[CalendarEntry], stamp: datetime) -> bytes:
    """Return the entries as an iCalendar stream (RFC 5545), with each zone that their times name.

    `stamp` is when they were so decided, with its zone; of two streams that hold the same uid, calendars
    believe the one with the later stamp.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _line(name))
    # The older word for the name, which more programs read.
    calendar.add("x-wr-calname", _line(name))
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    if days := [_day(one.start) for one in entries]:
        zones = [_zone(one, min(days).year, max(days).year) for one in sorted(calendar.get_missing_tzids())]
        calendar.subcomponents[:0] = zones
    return bytes(calendar.to_ical())


def write_calendar(path: Path, name: str, entries: Sequence[CalendarEntry], stamp: datetime) -> None:
    """Write the entries as `path`. Raises DataFolderTrouble where the file cannot be written."""
    with replacing(path) as stream:
        stream.write(calendar_bytes(name, entries, stamp))


@cache
def _zone(name: str, first: int, last: int) -> Timezone:
    """Return the rules of a zone for whole years; those of the last century are of no use to anybody."""
    return Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1))


def _event(entry: CalendarEntry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", _line(entry.uid))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", stamp.astimezone(UTC))
    event.add("sequence", max(0, int((stamp - _EPOCH).total_seconds())))
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end or _day(entry.start) + timedelta(days=1))
    event.add("summary", _line(entry.summary))
    if entry.location:
        event.add("location", _line(entry.location))
    if entry.description:
        event.add("description", _text(entry.description))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.alarm is not None and not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(minutes=-entry.alarm))
        alarm.add("description", _line(entry.summary))
        event.add_component(alarm)
    return event


def _day(at: datetime | date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _text(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
