"""Timetables: a plan by time, by person and by table, and its agenda."""

from __future__ import annotations

from dataclasses import replace

from matcher.roadshow.plan import Meeting
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.entries import Place, Side
from matcher.roadshow.printing.timetables import Timetables
from tests.matcher.roadshow import handmade


def test_everybody_has_their_own_meetings_and_enterprises_hear_the_pitches() -> None:
    plan = handmade.day()
    tables = Timetables(plan)
    firm = tables.enterprise("o-05")
    own = sorted((one.start, one.table) for one in plan.meetings if one.enterprise_id == "o-05")
    entries = tables.of(firm)
    assert [(one.start, one.place.table) for one in entries] == [(540, 0), *own]
    assert [one.kind for one in entries] == ["audience", "meeting", "meeting"]
    team = tables.team("t-a-1")
    assert [one.kind for one in tables.of(team)][:2] == ["pitch", "meeting"]
    assert sum(one.kind == "meeting" for one in tables.of(team)) == sum(
        one.team_id == "t-a-1" for one in plan.meetings
    )
    assert tables.met(entries[1], firm)[0].side is Side.TEAM
    assert tables.met(entries[1], tables.met(entries[1], firm)[0]) == [firm]


def test_who_comes_late_does_not_hear_the_pitches_and_who_called_off_does_nothing() -> None:
    wanted = handmade.spec(availability=[{"who": "o-05", "from": "10:00"}], cancelled=["o-06"])
    meetings = tuple(one for one in handmade.day().meetings if one.enterprise_id != "o-06")
    tables = Timetables(handmade.day(wanted, meetings=meetings))
    assert "audience" not in [one.kind for one in tables.of(tables.enterprise("o-05"))]
    assert tables.of(tables.enterprise("o-06")) == []
    assert "o-06" not in [one.id for one in tables.everyone]


def test_the_grid_holds_every_meeting_once_and_knows_the_spare_tables() -> None:
    plan = handmade.day()
    tables = Timetables(plan)
    grid = tables.grid()
    assert [place.table for place, _ in grid] == [1, 2, 3, 4, 5, 6]
    assert {len(row) for _, row in grid} == {len(tables.slots)}
    assert sum(one is not None for _, row in grid for one in row) == len(plan.meetings)
    assert tables.spare == {Place("二号厅", 5), Place("二号厅", 6)}
    moved = replace(
        plan, meetings=(replace(plan.meetings[0], start=700, end=720, table=9), *plan.meetings[1:])
    )
    by_hand = Timetables(moved)
    assert (700, 720) in by_hand.slots
    assert sum(one is not None for _, row in by_hand.grid() for one in row) == len(plan.meetings)


def test_two_halls_have_tables_of_their_own() -> None:
    wanted = handmade.spec(sessions=[
        {"kind": "meetings", "room": "东厅", "start": "09:00", "end": "09:20", "tables": 1},
        {"kind": "meetings", "room": "西厅", "start": "14:00", "end": "14:20", "tables": 2, "closed_tables": [2]},
    ])  # fmt: skip
    plan = replace(handmade.ids_only(), spec=wanted, meetings=(
        Meeting(540, 560, 1, "E1", "T1"), Meeting(840, 860, 1, "E1", "T2"),
    ))  # fmt: skip
    tables = Timetables(plan)
    assert [(one.room, one.table) for one in tables.tables] == [("东厅", 1), ("西厅", 1)]
    assert [one.team.name for one in tables.at(Place("西厅", 1)) if one.team] == ["T2"]


def test_the_agenda_tells_the_whole_day_in_order() -> None:
    lines = agenda(Timetables(handmade.day()))
    assert [(one.time, one.is_pitch) for one in lines] == [
        ("09:00–11:30", False), ("09:00–09:15", True), ("09:15–09:30", True), ("09:30–09:45", True),
        ("09:45–10:00", True), ("10:10–10:25", False), ("14:00–17:00", False), ("15:20–15:40", False),
    ]  # fmt: skip
    assert "22 场" in lines[6].zh
    assert "22" in lines[6].en


def test_ids_that_nobody_named_stand_for_themselves() -> None:
    tables = Timetables(handmade.ids_only())
    assert [(one.id, one.name) for one in tables.everyone] == [("E1", "E1"), ("T1", "T1"), ("T2", "T2")]
    assert tables.title == "路演"


def test_a_visit_is_in_the_timetable_of_the_firm_and_of_each_team() -> None:
    tables = Timetables(handmade.visits())
    assert [one.id for one in tables.everyone] == ["o-01", "o-05", "o-09", "t-a-1", "t-a-2"]
    visit, team = tables.visits[0], tables.team("t-a-1")
    assert [one.id for one in tables.met(visit, team)] == ["o-01"]
    assert [one.id for one in tables.met(visit, tables.enterprise("o-01"))] == ["t-a-1", "t-a-2"]
    assert [topic.team for topic in visit.topics_of(team)] == [team]
    assert len(visit.topics_of()) == 2


def test_what_a_replan_took_away_is_told_but_not_what_it_moved() -> None:
    tables = Timetables(handmade.replanned())
    kinds = [change.kind for change in tables.plan.changes]
    assert sorted(kinds) == ["cancelled", "cancelled", "moved"]
    assert {one.enterprise.id for one in tables.removed() if one.enterprise} == {"o-03"}
    assert len(tables.removed()) == 2
