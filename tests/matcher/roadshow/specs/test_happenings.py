"""Happenings: a SPEC after something happened is a SPEC, whatever it asked for before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import BadRequest, UnreadableValue
from matcher.roadshow.clock import away, slots_of
from matcher.roadshow.running.keeping import checked
from matcher.roadshow.spec import MeetingsSession, Spec
from matcher.roadshow.specs import happenings
from tests.matcher.roadshow.halls import at, spec

PIN = {"start": "14:00", "table": 3, "enterprise_id": "e1", "team_id": "t1"}


def test_who_called_off_is_asked_for_nothing_more() -> None:
    before = spec(
        force=[["e1", "t1"], ["e2", "t2"]], pinned=[PIN], enterprises={"must": ["e1", "e3"]},
        meetings={"max_per_enterprise": 2},
    )  # fmt: skip
    after = checked(happenings.call_off(before, "e1"))
    assert (after.cancelled, after.force, after.pinned, after.enterprises.must) == (
        ("e1",),
        (("e2", "t2"),),
        (),
        ("e3",),
    )
    assert happenings.call_off(after, "e1").cancelled == ("e1",)
    assert happenings.come_after_all(after, "e1").cancelled == ()


def test_who_comes_late_is_away_until_then_and_keeps_other_absences() -> None:
    before = spec(
        availability=[
            {"who": "t1", "from": "13:00", "not": [["15:00", "15:30"]]},
            {"who": "t2", "to": "15:00"},
        ]
    )
    after = checked(happenings.be_there(before, "t1", from_=at("14:30"), to=at("16:00")))
    assert away(after, "t1") == [(0, at("14:30")), (at("15:00"), at("15:30")), (at("16:00"), at("24:00"))]
    assert away(after, "t2") == away(before, "t2")
    with pytest.raises(BadRequest, match="not before"):
        happenings.be_there(before, "t1", from_=at("15:00"), to=at("15:00"))


def test_somebody_who_can_come_at_any_time_needs_no_entry() -> None:
    before = spec(availability=[{"who": "t1", "from": "15:00"}])
    assert happenings.be_there(before, "t1").availability == ()


def test_a_lost_table_is_closed_and_its_pins_are_let_go() -> None:
    before = spec(pinned=[PIN, {**PIN, "table": 1, "enterprise_id": "e2", "team_id": "t2"}])
    after = checked(happenings.lose_table(before, 3))
    session = after.sessions[1]
    assert isinstance(session, MeetingsSession)
    assert session.closed_tables == (3,)
    assert [one.table for one in after.pinned] == [1]
    # Of the four tables one is lost and one is kept spare.
    assert slots_of(after)[0].tables == (1, 2)
    with pytest.raises(BadRequest, match="no table 9"):
        happenings.lose_table(before, 9)


def test_who_must_meet_is_forbidden_no_more_and_the_other_way_round() -> None:
    before = spec(forbid=[["e1", "t1"]])
    must = checked(happenings.must_meet(before, "e1", "t1"))
    assert (must.force, must.forbid) == ((("e1", "t1"),), ())
    pinned = must.model_copy(update={"pinned": spec(pinned=[PIN]).pinned})
    never = checked(happenings.must_not_meet(pinned, "e1", "t1"))
    assert (never.force, never.forbid, never.pinned) == ((), (("e1", "t1"),), ())


who = st.sampled_from(["e1", "e2", "t1", "t2"])
events = st.lists(
    st.one_of(
        st.tuples(st.just("call_off"), who),
        st.tuples(st.just("come_after_all"), who),
        st.tuples(st.just("must_meet"), st.sampled_from(["e1", "e2"]), st.sampled_from(["t1", "t2"])),
        st.tuples(st.just("must_not_meet"), st.sampled_from(["e1", "e2"]), st.sampled_from(["t1", "t2"])),
        st.tuples(st.just("be_there"), who, st.integers(540, 900)),
        st.tuples(st.just("lose_table"), st.integers(1, 4)),
    ),
    max_size=8,
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(events)
def test_whatever_happens_the_spec_stays_one_or_says_why_not(happened: list[tuple[object, ...]]) -> None:
    now = spec(force=[["e1", "t1"]], pinned=[PIN])
    refused = set()
    for verb, *about in happened:
        changed: Spec = getattr(happenings, str(verb))(now, *about)
        try:
            now = checked(changed)
        except (BadRequest, UnreadableValue):
            refused.add(verb)
    # Who has called off cannot be made to meet, and one table must be left.
    assert refused <= {"must_meet", "lose_table"}
