"""Calendars, parsed again: instants, time zones, what is the same thing after a change, and hostile text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from corpora.errors import DataFolderTrouble
from corpora.writers.calendars import CalendarEntry, calendar_bytes, write_calendar

STAMP = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def entry(zone: str, day: date = date(2026, 12, 11), **others: object) -> CalendarEntry:
    start = datetime(day.year, day.month, day.day, 14, 0, tzinfo=ZoneInfo(zone))
    content = {
        "uid": "one@shuanglian",
        "start": start,
        "end": start + timedelta(minutes=20),
        "summary": "洽谈",
    }
    return CalendarEntry(**{**content, **others})  # type: ignore[arg-type]


def by_the_rules(calendar: Calendar, wall: datetime, name: str) -> datetime:
    """The instant of a wall clock by the stream's own VTIMEZONE, as a program without a zone database reads it."""
    zone = next(one for one in calendar.timezones if one["TZID"] == name)
    begun = [
        (at.replace(tzinfo=None), part.TZOFFSETTO)
        for part in zone.subcomponents
        for at in [part.DTSTART, *(each.dt for each in getattr(part.get("RDATE"), "dts", ()))]
    ]
    offset = max((at, offset) for at, offset in begun if at <= wall)[1]
    return (wall - offset).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        ("Asia/Shanghai", date(2026, 12, 11), (2026, 12, 11, 6)),
        # China had summer time once; what is planned now does not.
        ("Asia/Shanghai", date(2026, 7, 1), (2026, 7, 1, 6)),
        ("Europe/Berlin", date(2026, 12, 11), (2026, 12, 11, 13)),
        ("Europe/Berlin", date(2026, 7, 1), (2026, 7, 1, 12)),
        ("Europe/Berlin", date(2026, 3, 29), (2026, 3, 29, 12)),
        ("Australia/Sydney", date(2027, 1, 15), (2027, 1, 15, 3)),
        ("America/New_York", date(2026, 11, 1), (2026, 11, 1, 19)),
    ],
)
def test_the_instant_is_right_by_the_zone_that_the_stream_describes(
    zone: str, day: date, utc: tuple[int, int, int, int]
) -> None:
    calendar = Calendar.from_ical(calendar_bytes("日历", [entry(zone, day)], STAMP))
    event = calendar.events[0]
    assert event["DTSTART"].params["TZID"] == zone
    wall = event["DTSTART"].dt.replace(tzinfo=None)
    assert (wall.hour, wall.minute) == (14, 0)
    assert by_the_rules(calendar, wall, zone) == datetime(*utc, tzinfo=UTC)
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(*utc, tzinfo=UTC)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=20)


def test_world_time_needs_no_zone_and_each_zone_is_described_once() -> None:
    text = calendar_bytes("日历", [entry("UTC")], STAMP).decode()
    assert "DTSTART:20261211T140000Z" in text
    assert "VTIMEZONE" not in text
    several = [entry("Asia/Shanghai", uid=str(number)) for number in range(3)] + [entry("Asia/Kolkata")]
    calendar = Calendar.from_ical(calendar_bytes("日历", several, STAMP))
    assert sorted(one["TZID"] for one in calendar.timezones) == ["Asia/Kolkata", "Asia/Shanghai"]
    # Before the first event, so that simple readers know the zone when they meet it.
    names = [one.name for one in calendar.subcomponents]
    assert names == ["VTIMEZONE"] * 2 + ["VEVENT"] * 4


def test_a_later_stamp_is_a_later_revision_of_the_same_thing() -> None:
    first, later = (
        Calendar.from_ical(calendar_bytes("日历", [entry("Asia/Shanghai", cancelled=gone)], at)).events[0]
        for at, gone in ((STAMP, False), (STAMP + timedelta(seconds=1), True))
    )
    assert first["UID"] == later["UID"]
    assert later["SEQUENCE"] > first["SEQUENCE"] >= 0
    assert later["SEQUENCE"] < 2**31
    assert later["DTSTAMP"].dt > first["DTSTAMP"].dt == STAMP
    assert (first["STATUS"], later["STATUS"]) == ("CONFIRMED", "CANCELLED")


def test_alarms_ring_before_but_not_for_what_is_cancelled() -> None:
    entries = [
        entry("Asia/Shanghai", uid="a", alarm=15),
        entry("Asia/Shanghai", uid="b", alarm=15, cancelled=True),
        entry("Asia/Shanghai", uid="c"),
    ]
    events = Calendar.from_ical(calendar_bytes("日历", entries, STAMP)).events
    assert [len(one.alarms.times) for one in events] == [1, 0, 0]
    assert events[0].alarms.times[0].trigger.astimezone(UTC) == datetime(2026, 12, 11, 5, 45, tzinfo=UTC)


def test_a_whole_day_has_no_time_and_ends_with_the_day() -> None:
    whole = CalendarEntry("d", date(2026, 12, 31), None, "回访", alarm=-540)
    event = Calendar.from_ical(calendar_bytes("提醒", [whole], STAMP)).events[0]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 12, 31), date(2027, 1, 1))
    assert event.walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=9)


def test_no_text_breaks_out_of_its_line() -> None:
    nasty = "甲\r\nEND:VEVENT\nBEGIN:VEVENT\x00\x07\u2028 ,;\\ 🌰\ud800" + "长" * 200
    made = calendar_bytes(
        nasty, [entry("Asia/Shanghai", summary=nasty, location=nasty, description=nasty)], STAMP
    )
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    calendar = Calendar.from_ical(made)
    assert len(calendar.events) == 1
    event = calendar.events[0]
    assert event["SUMMARY"] == f"甲 END:VEVENT BEGIN:VEVENT ,;\\ 🌰 {'长' * 200}"
    assert event["DESCRIPTION"].startswith("甲\nEND:VEVENT\nBEGIN:VEVENT ,;\\ 🌰长")


def test_an_empty_calendar_is_one_too_and_a_missing_folder_is_said(tmp_path: Path) -> None:
    write_calendar(tmp_path / "c.ics", "空", [], STAMP)
    assert Calendar.from_ical((tmp_path / "c.ics").read_bytes()).events == []
    with pytest.raises(DataFolderTrouble):
        write_calendar(tmp_path / "no" / "c.ics", "空", [], STAMP)
