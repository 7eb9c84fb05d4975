"""Breaches: each rule is broken by the plan that breaks it and by no other, and named in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.roadshow.plan import Plan
from matcher.roadshow.running.rules import RULES, conflicts
from tests.matcher.roadshow.halls import at, meeting, pitch, plan, spec

ONE = meeting("e1", "t1", "14:00", 1)
SESSIONS = [
    {"kind": "meetings", "start": "14:00", "end": "16:20", "slot_minutes": 20, "gap_minutes": 5, "tables": 4,
     "spare_tables": 1, "closed_tables": [2], "breaks": [["15:15", "15:30"]]}
]  # fmt: skip

BROKEN: dict[str, Plan] = {
    "table_twice": plan(ONE, meeting("e2", "t2", "14:00", 1)),
    "person_twice": plan(ONE, meeting("e1", "t2", "14:00", 2)),
    "on_stage": plan(ONE, agenda=(pitch("t1", "13:55"),)),
    "absent": plan(ONE, availability=[{"who": "t1", "from": "14:10"}]),
    "called_off": plan(ONE, cancelled=["e1"]),
    "off_slot": plan(replace(ONE, start=at("15:10"), end=at("15:30"))),
    "closed_table": plan(replace(ONE, table=2), sessions=SESSIONS),
    "spare_table": plan(replace(ONE, table=4)),
    "forbidden": plan(ONE, forbid=[["e1", "t1"]]),
    "forced_missing": plan(ONE, force=[["e2", "t1"]]),
    "pin_moved": plan(
        ONE, pinned=[{"start": "14:25", "table": 1, "enterprise_id": "e1", "team_id": "t1"}]
    ),
    "repeat_pair": plan(ONE, meeting("e1", "t1", "14:25", 1)),
    "level_low": plan(replace(ONE, level=2)),
    "enterprise_max": plan(
        ONE, meeting("e1", "t2", "14:25", 1), meeting("e1", "t3", "14:50", 1), meetings={"max_per_enterprise": 2}
    ),
    "team_max": plan(ONE, meeting("e2", "t1", "14:25", 1), meetings={"max_per_team": 1}),
    "enterprise_min": plan(
        ONE, meeting("e2", "t1", "14:25", 1), meetings={"min_per_enterprise": 1}
    ),
}  # fmt: skip


def test_every_rule_is_tried() -> None:
    assert BROKEN.keys() == RULES.keys()


def test_a_plan_that_keeps_its_rules_breaks_none() -> None:
    assert conflicts(plan()) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_named_alone_with_who_breaks_it(rule: str) -> None:
    (found,) = conflicts(BROKEN[rule])
    assert (found.rule, found.severity) == (rule, RULES[rule].severity)
    assert set(found.who) & {"e1", "e2", "e3", "t1"}
    assert any(name in found.zh for name in ("甲公司", "乙公司", "丙公司", "金团队"))
    assert found.en
    assert "\n" not in found.zh + found.en


def test_a_forced_pair_may_be_of_any_level_and_affinity_knows_none() -> None:
    low = replace(ONE, level=1)
    assert conflicts(plan(low, force=[["e1", "t1"]])) == []
    assert conflicts(plan(replace(ONE, level=None), affinity="pairs.tsv")) == []
    assert [one.rule for one in conflicts(plan(replace(ONE, level=None)))] == ["level_low"]


def test_a_pin_without_a_table_holds_at_any() -> None:
    pinned = [{"start": "14:00", "enterprise_id": "e1", "team_id": "t1"}]
    assert conflicts(plan(ONE, pinned=pinned)) == []
    assert conflicts(plan(replace(ONE, table=3), pinned=pinned)) == []


def test_a_pitch_of_somebody_who_is_away_is_named() -> None:
    away = plan(ONE, agenda=(pitch("t2", "13:00"),), availability=[{"who": "t2", "from": "14:00"}])
    (found,) = conflicts(away)
    assert (found.rule, found.who, found.meetings) == ("absent", ("t2",), ())


def test_meetings_that_follow_each_other_at_once_do_not_clash() -> None:
    sessions = [{"kind": "meetings", "start": "14:00", "end": "16:00", "slot_minutes": 20, "tables": 2}]
    first, second = ONE, replace(meeting("e1", "t2", "14:00", 1), start=at("14:20"), end=at("14:40"))
    assert conflicts(plan(first, second, sessions=sessions)) == []


def test_no_slots_no_places_no_fault() -> None:
    bare = replace(plan(), spec=spec(sessions=[{"kind": "pitches", "start": "09:00", "end": "11:00"}]))
    assert {one.rule for one in conflicts(bare)} == {"off_slot"}
