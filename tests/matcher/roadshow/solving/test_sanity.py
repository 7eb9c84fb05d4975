"""What no plan can keep, noticed by counting."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.roadshow.clock import away, is_there, slots_of
from matcher.roadshow.event import Enterprise, Event, Pair, Team
from matcher.roadshow.plan import Explanation
from matcher.roadshow.solving.sanity import impossible
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import apply_edits

HALL = {"kind": "meetings", "start": "14:00", "end": "15:00", "tables": 2}  # three slots


def event(*, firms: int = 4, teams: int = 4, sessions: Any = (HALL,), **more: Any) -> Event:
    spec = Spec.model_validate({"date": "2026-12-11", "sessions": sessions, **more})
    names = [f"e{n}" for n in range(1, firms + 1)], [f"t{n}" for n in range(1, teams + 1)]
    return Event(
        spec, tuple(map(Enterprise, names[0])), tuple(map(Team, names[1])),
        tuple(Pair(one, other, 0.1 * int(one[1:]) + 0.01 * int(other[1:])) for one, other in product(*names)),
    )  # fmt: skip


def pin(start: str, firm: str, team: str, table: int | None = None) -> dict[str, Any]:
    return {"start": start, "enterprise_id": firm, "team_id": team, "table": table}


def mended(made: Event, found: list[Explanation]) -> Event:
    return replace(made, spec=apply_edits(made.spec, [edit for one in found for edit in one.edits]))


def only(made: Event) -> Explanation:
    """Return the one thing that is wrong; with its edits made nothing is."""
    found = impossible(made)
    assert len(found) == 1, found
    assert found[0].edits
    assert "\n" not in found[0].zh + found[0].en
    assert impossible(mended(made, found)) == []
    return found[0]


def test_nothing_is_said_of_what_can_be() -> None:
    assert impossible(event()) == []
    assert impossible(event(force=[["e1", "t1"], ["e1", "t2"], ["e1", "t3"], ["e2", "t1"]])) == []
    assert impossible(event(pinned=[pin("14:00", "e1", "t1", 1), pin("14:00", "e2", "t2", 2)])) == []


@pytest.mark.parametrize(("key", "force"), [
    ("max_per_enterprise", [["e1", "t1"], ["e1", "t2"], ["e1", "t3"]]),
    ("max_per_team", [["e1", "t1"], ["e2", "t1"], ["e3", "t1"]]),
])  # fmt: skip
def test_a_limit_below_what_must_be_is_raised(key: str, force: list[list[str]]) -> None:
    one = only(event(force=force, meetings={key: 2}))
    assert one.edits == ({"path": ["meetings", key], "value": 3},)
    assert ("e1" if key == "max_per_enterprise" else "t1") in one.en


def test_pins_count_as_well() -> None:
    one = only(
        event(force=[["e1", "t1"]], pinned=[pin("14:00", "e1", "t2")], meetings={"max_per_enterprise": 1})
    )
    assert one.edits == ({"path": ["meetings", "max_per_enterprise"], "value": 2},)


def test_more_partners_than_slots_costs_the_weakest() -> None:
    one = only(event(force=[["e1", f"t{n}"] for n in range(1, 5)]))
    assert one.edits == ({"path": ["force"], "remove": ["e1", "t1"]},)
    assert "4" in one.en
    assert "3" in one.en


def test_partners_who_all_come_late_do_not_fit() -> None:
    late = [{"who": who, "from": "14:40"} for who in ("t1", "t2")]
    one = only(event(force=[["e1", "t1"], ["e1", "t2"], ["e1", "t3"]], availability=late))
    assert one.kind == "forced_too_many"
    assert one.edits == ({"path": ["force"], "remove": ["e1", "t1"]},)


def test_two_who_are_never_there_together_cannot_meet() -> None:
    there = [{"who": "e1", "to": "14:30"}, {"who": "t1", "from": "14:15"}]
    one = only(event(force=[["e1", "t1"]], availability=there))
    assert one.kind == "forced_no_slot"
    # Twenty minutes are enough where they hold a slot.
    assert (
        impossible(
            event(
                force=[["e1", "t1"]],
                availability=[{"who": "e1", "to": "14:40"}, {"who": "t1", "from": "14:20"}],
            )
        )
        == []
    )


def test_a_pin_takes_its_people_away_from_others() -> None:
    held = [pin("14:00", "e1", "t2"), pin("14:20", "e2", "t1"), pin("14:40", "e1", "t3")]
    assert only(event(force=[["e1", "t1"]], pinned=held)).kind == "forced_no_slot"


def test_spare_tables_give_way_before_anybody_does() -> None:
    force = [[f"e{n}", f"t{n}"] for n in range(1, 5)]
    hall = {**HALL, "end": "14:20", "tables": 5, "spare_tables": 3}
    one = only(event(sessions=[hall], force=force))
    assert one.edits == ({"path": ["sessions", 0, "spare_tables"], "value": 1},)
    one = only(event(sessions=[{**hall, "tables": 3, "spare_tables": 1}], force=force))
    assert one.edits == (
        {"path": ["sessions", 0, "spare_tables"], "value": 0}, {"path": ["force"], "remove": ["e1", "t1"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "hall", "said"),
    [
        (9, HALL, "no table 9"),
        (1, {**HALL, "closed_tables": [1]}, "table 1 is closed"),
        (2, {**HALL, "spare_tables": 1}, "table 2 is kept spare"),
    ],
)
def test_a_pin_onto_a_table_that_is_not_there_keeps_its_time(
    table: int, hall: dict[str, Any], said: str
) -> None:
    one = only(event(sessions=[hall], pinned=[pin("14:00", "e1", "t1", table)]))
    assert said in one.en
    held = pin("14:00", "e1", "t1")
    assert one.edits == ({"path": ["pinned"], "remove": {**held, "table": table}, "add": held},)


@pytest.mark.parametrize(
    ("pins", "more", "said"),
    [
        ([pin("14:10", "e1", "t1")], {}, "no slot starts"),
        ([pin("14:00", "e1", "t1")], {"availability": [{"who": "t1", "from": "14:10"}]}, "t1 is not there"),
        ([pin("14:00", "e1", "t1"), pin("14:00", "e1", "t2")], {}, "e1 has another meeting"),
        ([pin("14:00", "e1", "t1"), pin("14:20", "e1", "t1")], {}, "repeat_pairs"),
        ([pin("14:00", f"e{n}", f"t{n}") for n in (1, 2, 3)], {}, "all tables are pinned"),
        ([pin("14:00", "e1", "t1", 1), pin("14:00", "e2", "t2", 1)], {}, "table 1 is pinned for others"),
    ],
)
def test_a_pin_that_cannot_be_goes(pins: list[dict[str, Any]], more: dict[str, Any], said: str) -> None:
    one = only(event(pinned=pins, **more))
    assert one.kind == "pinned"
    assert said in one.en


def test_a_pair_may_be_pinned_twice_where_pairs_repeat() -> None:
    pins = [pin("14:00", "e1", "t1"), pin("14:20", "e1", "t1")]
    assert impossible(event(pinned=pins, meetings={"repeat_pairs": True})) == []


def test_two_names_of_one_pair_are_found_out() -> None:
    """Ids are resolved after the SPEC was checked."""
    made = event(force=[["e1", "t1"], ["e2", "t2"]])
    spec = made.spec.model_copy(update={"forbid": (("e1", "t1"),), "cancelled": ("t2",)})
    found = impossible(replace(made, spec=spec))
    assert [one.kind for one in found] == ["forced_forbidden", "forced_away"]


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Small events, most of which ask for too much."""
    firms, teams = [f"e{n}" for n in range(1, 4)], [f"t{n}" for n in range(1, 4)]
    pairs = st.tuples(st.sampled_from(firms), st.sampled_from(teams))
    clocks = st.integers(14 * 6, 15 * 6).map(lambda ten: f"{ten // 6}:{ten % 6}0")
    tables = draw(st.integers(1, 3))
    hall = {
        "kind": "meetings", "start": "14:00", "end": draw(st.sampled_from(["14:20", "14:40", "15:00"])), "tables": tables,
        "spare_tables": draw(st.integers(0, tables - 1)),
    }  # fmt: skip
    pins = draw(st.lists(st.tuples(clocks, pairs, st.none() | st.integers(1, 3)), max_size=3))
    try:
        return event(
            firms=3, teams=3, sessions=[hall],
            force=draw(st.lists(pairs, max_size=6, unique=True)),
            forbid=draw(st.lists(pairs, max_size=1)),
            pinned=[pin(start, *pair, table) for start, pair, table in pins],
            availability=[
                {"who": draw(st.sampled_from(firms + teams)), draw(st.sampled_from(["from", "to"])): draw(clocks)}
                for _ in range(draw(st.integers(0, 2)))
            ],
            meetings={
                "max_per_enterprise": draw(st.none() | st.integers(1, 3)),
                "max_per_team": draw(st.none() | st.integers(1, 3)),
                "repeat_pairs": draw(st.booleans()),
            },
        )  # fmt: skip
    except ValueError:  # contradicts itself
        return event()


def keeps_all(made: Event) -> bool:
    """Search for a timetable of what must be, by trying everything."""
    spec, slots = made.spec, slots_of(made.spec)
    by_start = {slot.start: slot for slot in slots}
    used: dict[int, list[tuple[str, str]]] = {slot.index: [] for slot in slots}
    seats: set[tuple[int, int]] = set()

    def fits(pair: tuple[str, str], index: int) -> bool:
        slot = slots[index]
        there = all(is_there(away(spec, who), slot.start, slot.end) for who in pair)
        free = all(one != pair[0] and other != pair[1] for one, other in used[index])
        counts = [sum(pair[side] == one[side] for each in used.values() for one in each) for side in (0, 1)]
        limits = (spec.meetings.max_per_enterprise, spec.meetings.max_per_team)
        within = all(most is None or many < most for many, most in zip(counts, limits, strict=True))
        again = spec.meetings.repeat_pairs or not any(pair in each for each in used.values())
        return there and free and within and again and len(used[index]) < len(slot.tables)

    for one in spec.pinned:
        pair, at = (one.enterprise_id, one.team_id), by_start.get(one.start)
        if at is None or not fits(pair, at.index) or (one.table is not None and one.table not in at.tables):
            return False
        if one.table is not None and (at.index, one.table) in seats:
            return False
        if one.table is not None:
            seats.add((at.index, one.table))
        used[at.index].append(pair)
    left = [pair for pair in spec.force if not any(pair in each for each in used.values())]

    def place(rest: list[tuple[str, str]]) -> bool:
        if not rest:
            return True
        for index in used:
            if fits(rest[0], index):
                used[index].append(rest[0])
                if place(rest[1:]):
                    return True
                used[index].remove(rest[0])
        return False

    return place(left)


@settings(max_examples=400, deadline=None)
@given(events())
def test_nothing_that_can_be_is_called_impossible_and_every_edit_helps(made: Event) -> None:
    found = impossible(made)
    if found:
        assert not keeps_all(made)
        assert impossible(mended(made, found)) == []
