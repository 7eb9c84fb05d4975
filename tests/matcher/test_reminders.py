"""The calendar of reminders: what is to be done, on which day, and no way to reach anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from corpora.accounts import Role
from corpora.cases import Cases
from corpora.records import Achievement, Contact, Need
from corpora.store import Store
from matcher import cases
from matcher.accounts import add_user
from matcher.reminders import reminder_calendar
from matcher.stages import today

STAMP = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.create(tmp_path)
    for name in ("li", "wang"):
        add_user(opened, name, Role.BROKER, "correct horse battery", name)
    contact = Contact(name="赵保密", phone="0914-2312345", email="zhao@example.com")
    opened.save(Need(id="n-1", title="板栗去壳", enterprise="商洛板栗厂", contact=contact), "test")
    opened.save(Achievement(id="a-1", title="气流去壳机", institution="商洛学院"), "test")
    opened.save(Achievement(id="a-2", title="去壳机二代", institution="商洛学院"), "test")
    return opened


def test_each_open_reminder_is_a_day_and_no_contact_is_in_it(store: Store) -> None:
    case = cases.open_case(store, "n-1", "a-1", "li")
    day = today() + timedelta(days=3)
    case = cases.set_reminder(store, case.id, day, "打 0914-2312345 找赵保密谈样机", case.version, "li")
    case = cases.set_reminder(store, case.id, day + timedelta(days=9), "回访", case.version, "li")
    other = cases.open_case(store, "n-1", "a-2", "wang")
    cases.set_reminder(store, other.id, day, "别人的", other.version, "wang")
    made = reminder_calendar(store, "li", "https://example.org/", STAMP)
    events = Calendar.from_ical(made).events
    assert [one["DTSTART"].dt for one in events] == [day, day + timedelta(days=9)]
    assert [one["DTEND"].dt for one in events] == [day + timedelta(days=1), day + timedelta(days=10)]
    assert [one["SUMMARY"] for one in events] == [
        f"打 ＊＊＊ 找＊＊＊谈样机（对接 case {case.id}）", f"回访（对接 case {case.id}）",
    ]  # fmt: skip
    assert f"https://example.org/cases/{case.id}" in events[0]["DESCRIPTION"]
    assert "板栗去壳" in events[0]["DESCRIPTION"]
    for secret in ("赵保密", "2312345", "zhao@example.com", "别人的"):
        assert secret not in made.decode().replace("\r\n ", "")


def test_a_reminder_stays_the_same_thing_until_it_is_done(store: Store) -> None:
    case = cases.open_case(store, "n-1", "a-1", "li")
    case = cases.set_reminder(store, case.id, today(), "回访", case.version, "li")
    first, second = (Calendar.from_ical(reminder_calendar(store, "li")).events[0]["UID"] for _ in range(2))
    assert first == second
    cases.finish_reminder(store, case.id, Cases(store).open_reminders()[0].id, case.version, "li")
    assert Calendar.from_ical(reminder_calendar(store, "li")).events == []
