"""Calendars of a roadshow, parsed again: everybody's instants, and the same entries after a replan."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from matcher.roadshow.changes import changes
from matcher.roadshow.printing.calendars import (
    file_names,
    personal_calendar,
    personal_calendars,
    whole_calendar,
    write_calendars,
    write_zipped,
)
from matcher.roadshow.printing.entries import Side, Who
from tests.matcher.roadshow import handmade

STAMP = datetime(2026, 12, 1, tzinfo=UTC)


def events(content: bytes) -> list[Event]:
    return list(Calendar.from_ical(content).events)


def test_the_whole_event_holds_each_pitch_and_meeting_at_its_instant() -> None:
    plan = handmade.day()
    found = events(whole_calendar(plan, STAMP))
    # Shanghai is eight hours ahead of UTC.
    midnight = datetime(2026, 12, 10, 16, tzinfo=UTC)
    expected = sorted(
        (midnight + timedelta(minutes=one.start), midnight + timedelta(minutes=one.end))
        for one in (*plan.agenda, *plan.meetings)
    )
    assert sorted((one["DTSTART"].dt, one["DTEND"].dt) for one in found) == expected
    assert len({one["UID"] for one in found}) == len(found)
    assert not [one for one in found if one.walk("VALARM")]
    meeting = next(one for one in found if "第1矿业" in one["SUMMARY"])
    assert "二号厅 洽谈桌" in meeting["LOCATION"]
    assert "第1号尾矿综合利用技术需求" in meeting["DESCRIPTION"]


@pytest.mark.parametrize(("zone", "utc"), [("Europe/Berlin", 13), ("UTC", 14), ("Asia/Shanghai", 6)])
def test_the_clock_is_that_of_the_spec(zone: str, utc: int) -> None:
    wanted = handmade.spec(timezone=zone)
    found = events(whole_calendar(handmade.day(wanted), STAMP))
    first = min(one["DTSTART"].dt for one in found if "号桌" in one["SUMMARY"])
    assert first == datetime(2026, 12, 11, utc, tzinfo=UTC)


def test_one_has_ones_own_entries_with_alarms_and_the_same_names_as_in_the_whole() -> None:
    plan = handmade.day()
    whole = {one["UID"] for one in events(whole_calendar(plan, STAMP))}
    own = events(personal_calendar(plan, "o-05", STAMP))
    met = {one.team_id for one in plan.meetings if one.enterprise_id == "o-05"}
    meetings = [one for one in own if one["UID"] in whole]
    assert len(meetings) == len(met) == 2
    assert next(one for one in own if one["UID"] not in whole)["SUMMARY"].endswith("pitches")
    for one in own:
        assert one.walk("VALARM")[0]["TRIGGER"].dt == timedelta(minutes=-15)
    team = events(personal_calendar(plan, "t-a-1", STAMP))
    assert {one["UID"] for one in team} < whole
    assert sum("路演" in one["SUMMARY"] for one in team) == 1


def test_a_replan_moves_and_cancels_rather_than_doubles() -> None:
    before, after = handmade.day(), handmade.replanned()
    old = {one["UID"]: one for one in events(whole_calendar(before, STAMP))}
    new = {one["UID"]: one for one in events(whole_calendar(after, STAMP + timedelta(hours=1)))}
    assert old.keys() == new.keys()
    gone = {uid for uid, one in new.items() if one["STATUS"] == "CANCELLED"}
    assert {old[uid]["DTSTART"].dt for uid in gone} == {
        datetime(2026, 12, 10, 16, tzinfo=UTC) + timedelta(minutes=one.start)
        for one in before.meetings if one.enterprise_id == "o-03"
    }  # fmt: skip
    assert len(gone) == 2
    moved = {uid for uid in new if new[uid]["DTSTART"].dt != old[uid]["DTSTART"].dt}
    assert len(moved) == 1
    assert all(new[uid]["SEQUENCE"] > old[uid]["SEQUENCE"] for uid in new)


def test_who_called_off_is_told_in_their_own_calendar() -> None:
    before = events(personal_calendar(handmade.day(), "o-03", STAMP))
    after = events(personal_calendar(handmade.replanned(), "o-03", STAMP))
    assert {one["UID"] for one in after} == {one["UID"] for one in before}
    assert {one["STATUS"] for one in after} == {"CANCELLED"}
    assert any("第3矿业" in name for name, _ in personal_calendars(handmade.replanned(), STAMP))
    other = events(personal_calendar(handmade.replanned(), "o-05", STAMP))
    assert {one["STATUS"] for one in other} == {"CONFIRMED"}


def test_a_pair_that_meets_once_less_keeps_one_entry_and_loses_one() -> None:
    plan = handmade.ids_only()
    twice = replace(plan, meetings=(plan.meetings[0], replace(plan.meetings[0], start=860, end=880)))
    once = replace(plan, meetings=twice.meetings[1:])
    after = replace(once, changes=tuple(changes(twice, once)))
    old = {one["UID"] for one in events(whole_calendar(twice, STAMP))}
    new = {one["UID"]: one["STATUS"] for one in events(whole_calendar(after, STAMP))}
    assert new.keys() == old
    assert sorted(new.values()) == ["CANCELLED", "CONFIRMED"]


def test_a_key_of_its_own_outlives_title_and_day() -> None:
    plan = handmade.day()
    later = handmade.day(handmade.spec(title="改名", date="2026-12-18"))
    named = [
        {one["UID"] for one in events(whole_calendar(one, STAMP, "roadshow-7"))} for one in (plan, later)
    ]
    assert named[0] == named[1]
    derived = [{one["UID"] for one in events(whole_calendar(one, STAMP))} for one in (plan, later)]
    assert not derived[0] & derived[1]


def test_names_of_files_are_safe_and_unlike() -> None:
    nasty = [
        "../../etc/passwd",
        "CON",
        '甲/乙\\丙:*?"<>|',
        "长" * 200,
        "Ab",
        "aB",
        "",
        "\x00",
        ".",
        "甲公司",
        "甲公司",
    ]
    names = file_names([Who(str(number), Side.ENTERPRISE, one) for number, one in enumerate(nasty)])
    assert len({one.casefold() for one in names}) == len(nasty)
    for name in names:
        assert name.startswith("企业-")
        assert not set(name) & set('/\\:*?"<>|\x00.')
        assert len(f"{name}.ics".encode()) <= 255
    assert names[-2:] == ["企业-甲公司", "企业-甲公司_2"]


def test_the_folder_is_replaced_and_the_archive_holds_the_same(tmp_path: Path) -> None:
    plan = handmade.hostile()
    folder = tmp_path / "calendars"
    folder.mkdir()
    (folder / "企业-以前的.ics").write_text("x")
    write_calendars(folder, plan, STAMP)
    files = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert len(files) == 12 + 6
    assert all(Calendar.from_ical(one).events for one in files.values())
    write_zipped(tmp_path / "c.zip", plan, STAMP)
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_visits_are_in_the_calendars_of_firm_and_team() -> None:
    plan = handmade.visits()
    assert len(events(whole_calendar(plan, STAMP))) == 3
    assert len(events(personal_calendar(plan, "t-a-1", STAMP))) == 3
    assert ["走访" in one["SUMMARY"] for one in events(personal_calendar(plan, "o-05", STAMP))] == [True]


def test_an_enterprise_and_a_team_of_the_same_id_are_two() -> None:
    plan = handmade.ids_only()
    same = replace(
        plan, meetings=(replace(plan.meetings[0], enterprise_id="1", team_id="1"), *plan.meetings[1:])
    )
    same = replace(same, meetings=(same.meetings[0], replace(same.meetings[1], team_id="1")))
    assert len(events(personal_calendar(same, "1", STAMP, side=Side.ENTERPRISE))) == 1
    assert len(events(personal_calendar(same, "1", STAMP, side=Side.TEAM))) == 2
    assert [name for name, _ in personal_calendars(same, STAMP)] == [
        "企业-1.ics",
        "企业-E1.ics",
        "团队-1.ics",
    ]
