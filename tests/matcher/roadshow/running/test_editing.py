"""Editing: an edited plan is the plan with that edit, its sums are its own, and what was undone is as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import BadRequest, UnknownRecord
from matcher.roadshow.event import Enterprise
from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.running import editing
from matcher.roadshow.running.editing import key_of
from matcher.roadshow.running.rules import conflicts
from tests.matcher.roadshow.halls import ENTERPRISES, PAIRS, SLOTS, TEAMS, at, meeting, plan

FIRST = "14:00/1/e1/t1"


def keys(hall: Plan) -> list[str]:
    return [key_of(one) for one in hall.meetings]


def test_a_meeting_is_moved_and_keeps_what_it_is_about() -> None:
    hall = plan()
    after = editing.move(hall, FIRST, at("15:30"), 3)
    moved = editing.find_meeting(after, "15:30/3/e1/t1")
    was = editing.find_meeting(hall, FIRST)
    assert moved == replace(was, start=at("15:30"), end=at("15:50"), table=3)
    assert set(keys(after)) - {"15:30/3/e1/t1"} == set(keys(hall)) - {FIRST}


def test_two_meetings_change_places_when_asked_to() -> None:
    after = editing.move(plan(), FIRST, at("14:25"), 2, swap=True)
    assert {"14:25/2/e1/t1", "14:00/1/e2/t3"} < set(keys(after))
    beside = editing.move(plan(), FIRST, at("14:25"), 2)
    assert {"14:25/2/e1/t1", "14:25/2/e2/t3"} < set(keys(beside))


def test_a_meeting_lasts_as_long_as_the_slot_that_it_comes_to() -> None:
    sessions = [
        {"kind": "meetings", "start": "14:00", "end": "15:00", "slot_minutes": 20, "tables": 2},
        {"kind": "meetings", "start": "15:00", "end": "16:00", "slot_minutes": 30, "tables": 2},
    ]
    hall = plan(meeting("e1", "t1", "14:00", 1), sessions=sessions)
    assert editing.move(hall, FIRST, at("15:30"), 1).meetings[0].end == at("16:00")
    assert editing.move(hall, FIRST, at("16:10"), 1).meetings[0].end == at("16:30")


def test_a_new_meeting_brings_its_score_and_an_unknown_pair_none() -> None:
    hall = plan()
    after = editing.add(hall, "e3", "t3", at("15:30"), 1, PAIRS["e3", "t3"])
    new = editing.find_meeting(after, "15:30/1/e3/t3")
    assert (new.score, new.level, new.need_id, new.end) == (0.6, 3, "n-e3", at("15:50"))
    assert after.objective == pytest.approx(hall.objective + 0.6)
    bare = editing.add(hall, "e3", "t3", at("15:30"), 1)
    assert bare.objective == pytest.approx(hall.objective)
    with pytest.raises(BadRequest, match="already"):
        editing.add(after, "e3", "t3", at("15:30"), 1)
    with pytest.raises(BadRequest, match="already"):
        editing.move(editing.add(hall, "e1", "t1", at("15:30"), 1), FIRST, at("15:30"), 1)
    with pytest.raises(UnknownRecord, match="nobody"):
        editing.add(hall, "nobody", "t3", at("15:30"), 1)


def test_what_is_removed_takes_its_pin_and_is_missed() -> None:
    hall = editing.pin(plan(meetings={"min_per_enterprise": 1}), "14:50/3/e3/t1")
    after = editing.remove(hall, "14:50/3/e3/t1")
    assert "14:50/3/e3/t1" not in keys(after)
    assert after.spec.pinned == ()
    assert [(one.enterprise_id, one.meetings, one.minimum) for one in after.unplaced] == [("e3", 0, 1)]
    assert after.gap == pytest.approx((hall.bound - after.objective) / hall.bound)


def test_an_edited_plan_is_no_longer_called_optimal() -> None:
    assert editing.move(plan(), FIRST, at("15:30"), 1).status is Status.FEASIBLE
    relaxed = replace(plan(), status=Status.INFEASIBLE)
    assert editing.move(relaxed, FIRST, at("15:30"), 1).status is Status.INFEASIBLE


def test_a_pin_stands_in_the_spec_and_holds_against_moves() -> None:
    hall = editing.pin(plan(), FIRST)
    (pin,) = hall.spec.pinned
    assert (pin.start, pin.table, pin.enterprise_id, pin.team_id) == (at("14:00"), 1, "e1", "t1")
    moved = editing.move(hall, FIRST, at("15:30"), 1)
    assert [one.rule for one in conflicts(moved)] == ["pin_moved"]
    assert conflicts(editing.move(moved, "15:30/1/e1/t1", at("14:00"), 1)) == []
    # Pinned anew where it is, or let go, nothing is broken any more.
    again = editing.pin(moved, "15:30/1/e1/t1")
    assert ([one.start for one in again.spec.pinned], conflicts(again)) == ([at("15:30")], [])
    free = editing.unpin(moved, "15:30/1/e1/t1")
    assert (free.spec.pinned, conflicts(free), any(one.pinned for one in free.meetings)) == ((), [], False)


def test_locks_pin_all_of_a_slot_a_table_or_a_person() -> None:
    hall = plan()
    assert {key_of(one) for one in editing.lock(hall, start=at("14:00")).meetings if one.pinned} == {
        FIRST,
        "14:00/2/e2/t2",
    }
    assert len(editing.lock(hall, table=1).spec.pinned) == 2
    locked = editing.lock(hall, who="t1")
    assert {one.enterprise_id for one in locked.spec.pinned} == {"e1", "e3"}
    assert editing.unlock(locked, who="t1") == hall
    assert len(editing.lock(hall).spec.pinned) == len(hall.meetings)


def test_a_pinned_meeting_is_pinned_once() -> None:
    twice = editing.pin(editing.pin(plan(), FIRST), FIRST)
    assert len(twice.spec.pinned) == 1


def test_somebody_is_invited_once() -> None:
    hall = editing.invite(plan(), Enterprise("e4", "丁公司"))
    assert [one.id for one in hall.enterprises] == ["e1", "e2", "e3", "e4"]
    assert editing.invite(hall, Enterprise("e4", "又名")) == hall


def test_who_is_nowhere_is_not_found() -> None:
    for verb in (editing.remove, editing.pin, editing.unpin):
        with pytest.raises(UnknownRecord, match="09:00"):
            verb(plan(), "09:00/1/e1/t1")


edits = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 20), st.sampled_from(SLOTS), st.integers(1, 4), st.booleans()),
        st.tuples(st.sampled_from(["remove", "pin", "unpin"]), st.integers(0, 20)),
        st.tuples(
            st.just("add"), st.sampled_from([one.id for one in ENTERPRISES]),
            st.sampled_from([one.id for one in TEAMS]), st.sampled_from(SLOTS), st.integers(1, 4),
        ),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(edits)
def test_after_any_edits_the_sums_are_those_of_the_meetings(wanted: list[tuple[object, ...]]) -> None:
    hall = editing.settled(plan(meetings={"min_per_enterprise": 2}), plan().meetings)
    for verb, *how in wanted:
        try:
            hall = applied(hall, str(verb), how)
        except BadRequest:
            continue
        assert hall.objective == pytest.approx(sum(one.score for one in hall.meetings))
        assert hall.gap >= 0
        counts = {one.id: sum(each.enterprise_id == one.id for each in hall.meetings) for one in ENTERPRISES}
        assert {one.enterprise_id: one.meetings for one in hall.unplaced} == {
            who: count for who, count in counts.items() if count < 2
        }
        assert sorted(keys(hall)) == sorted(set(keys(hall)))
        assert Plan.from_json(hall.as_json()) == hall


def applied(hall: Plan, verb: str, how: list[object]) -> Plan:
    if verb == "add":
        enterprise, team, clock, table = map(str, how)
        return editing.add(hall, enterprise, team, at(clock), int(table), PAIRS[enterprise, team])
    if not hall.meetings:
        return hall
    key = keys(hall)[int(str(how[0])) % len(hall.meetings)]
    if verb == "move":
        start, table = at(str(how[1])), int(str(how[2]))
        return editing.move(hall, key, start, table, bool(how[3]))
    return {"remove": editing.remove, "pin": editing.pin, "unpin": editing.unpin}[verb](hall, key)
