"""Places: what is shown while dragging is what a move or a new meeting would really break."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.roadshow.plan import Plan
from matcher.roadshow.running.editing import add, key_of, move
from matcher.roadshow.running.places import Place, free_places
from matcher.roadshow.running.rules import news
from tests.matcher.roadshow.halls import ENTERPRISES, PAIRS, SLOTS, TEAMS, at, crowd, meeting, pitch, plan

TRYING = settings(max_examples=60, deadline=None, derandomize=True, database=None)
WHO = [(one.id, team.id) for one in ENTERPRISES for team in TEAMS]


@st.composite
def halls(draw: st.DrawFn) -> Plan:
    """A hall in any disorder, with people away, on stage, pinned, forbidden, forced and called off."""
    placed = draw(st.lists(
        st.tuples(st.sampled_from(WHO), st.sampled_from(SLOTS), st.integers(1, 4)),
        min_size=1, max_size=8, unique_by=lambda one: (one[0], one[1]),
    ))  # fmt: skip
    meetings = [meeting(*who, clock, table) for who, clock, table in placed]
    pinned = draw(st.lists(st.sampled_from(meetings), max_size=2, unique_by=lambda one: (one.enterprise_id,)))
    people = ("e1", "e2", "t1", "t2")
    away = draw(st.lists(st.tuples(st.sampled_from(people), st.sampled_from(SLOTS)), max_size=2, unique=True))
    return plan(
        *(replace(one, pinned=one in pinned) for one in meetings),
        agenda=(pitch("t1", "13:50"),) if draw(st.booleans()) else (),
        availability=[{"who": who, "not": [[clock, "16:20"]]} for who, clock in away],
        # Who is pinned must not be forbidden: that is no SPEC.
        forbid=[["e1", "t3"]] if draw(st.booleans()) and not any(one.team_id == "t3" for one in pinned) else [],
        meetings={"max_per_enterprise": 1, "max_per_team": 2, "repeat_pairs": draw(st.booleans())},
        pinned=[
            {"start": one.start, "table": draw(st.sampled_from([one.table, None])),
             "enterprise_id": one.enterprise_id, "team_id": one.team_id}
            for one in pinned
        ],
    )  # fmt: skip


@TRYING
@given(halls(), st.data())
def test_places_say_what_a_move_would_break(hall: Plan, data: st.DataObject) -> None:
    dragged = data.draw(st.sampled_from(hall.meetings))
    places = free_places(hall, dragged.enterprise_id, dragged.team_id, moving=key_of(dragged))
    assert [(one.start, one.table) for one in places] == [
        (at(clock), table) for clock in SLOTS for table in range(1, 5)
    ]
    same = {
        (one.start, one.table)
        for one in hall.meetings
        if one != dragged and (one.enterprise_id, one.team_id) == (dragged.enterprise_id, dragged.team_id)
    }
    for place in places:
        if (place.start, place.table) in same:
            continue
        broken = news(hall, move(hall, key_of(dragged), place.start, place.table))
        assert set(place.rules) == {one.rule for one in broken}, place
        assert_is_worst(place, [one.severity for one in broken])


@TRYING
@given(halls(), st.sampled_from(WHO))
def test_places_say_what_a_new_meeting_would_break(hall: Plan, who: tuple[str, str]) -> None:
    pair = PAIRS[who]
    taken = {(one.start, one.table) for one in hall.meetings if (one.enterprise_id, one.team_id) == who}
    for place in free_places(hall, *who, pair=pair):
        if (place.start, place.table) not in taken:
            broken = news(hall, add(hall, *who, place.start, place.table, pair))
            assert set(place.rules) == {one.rule for one in broken}, place
            assert_is_worst(place, [one.severity for one in broken])


def assert_is_worst(place: Place, severities: list[str]) -> None:
    assert place.severity == ("block" if "block" in severities else "warn" if severities else None)
    assert bool(place.zh) == bool(place.en) == bool(severities)


def test_a_place_says_who_is_there() -> None:
    places = {(one.start, one.table): one for one in free_places(plan(), "e3", "t3", pair=PAIRS["e3", "t3"])}
    taken = places[at("14:00"), 1]
    assert (taken.taken_by, taken.severity) == ("14:00/1/e1/t1", "block")
    assert "甲公司 × 金团队" in taken.zh
    assert places[at("15:30"), 1].severity is None
    assert places[at("15:30"), 4].severity == "warn"


def test_severities_count_for_places_too() -> None:
    chosen = {"spare_table": "ignore", "table_twice": "warn"}
    places = {
        (one.start, one.table): one for one in free_places(plan(), "e3", "t3", chosen, pair=PAIRS["e3", "t3"])
    }
    assert (places[at("15:30"), 4].severity, places[at("15:30"), 4].rules) == (None, ())
    assert places[at("14:00"), 1].severity == "warn"


def test_every_place_of_a_large_hall_is_there() -> None:
    assert len(free_places(crowd(), "e0", "t1", pair=None)) == 19 * 80


@pytest.mark.parametrize("who", [("nobody", "t1"), ("e1", "nobody")])
def test_nobody_has_no_places(who: tuple[str, str]) -> None:
    with pytest.raises(Exception, match="nobody"):
        free_places(plan(), *who)
