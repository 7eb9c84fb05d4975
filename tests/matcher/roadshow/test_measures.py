"""Measures: what is waited and how often tables change, counted by hand, and as planning counts them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matcher.roadshow import planner
from matcher.roadshow.gathering.affinity import event_of
from matcher.roadshow.measures import changes_of_table, reached, waiting
from matcher.roadshow.plan import Explanation
from matcher.roadshow.running.editing import settled
from tests.matcher.roadshow.halls import meeting, pitch, plan, spec


def test_waiting_counts_slots_between_two_meetings_of_each_person() -> None:
    # e1 waits at 14:25 and, with t1, at 14:50 too; t2 has but one meeting.
    hall = plan(
        meeting("e1", "t1", "14:00", 1), meeting("e1", "t2", "14:50", 1), meeting("e2", "t1", "15:30", 1)
    )
    assert waiting(hall) == 1 + 2
    assert waiting(plan(*hall.meetings, availability=[{"who": "t1", "not": [["14:25", "14:45"]]}])) == 1 + 1
    assert waiting(plan(*hall.meetings, agenda=(pitch("t1", "14:50", 20),))) == 1 + 1
    assert waiting(plan(meeting("e1", "t1", "14:00", 1))) == 0


def test_nobody_waits_from_one_session_to_the_next() -> None:
    sessions = [
        {"kind": "meetings", "start": "09:00", "end": "10:00", "slot_minutes": 20, "tables": 2},
        {"kind": "meetings", "start": "14:00", "end": "15:00", "slot_minutes": 20, "tables": 2},
    ]
    hall = plan(meeting("e1", "t1", "09:00", 1), meeting("e1", "t2", "14:40", 1), sessions=sessions)
    assert waiting(hall) == 0


def test_a_change_of_table_counts_for_whoever_gets_up() -> None:
    hall = (meeting("e1", "t1", "14:00", 1), meeting("e1", "t2", "14:25", 2), meeting("e2", "t1", "14:50", 2))
    assert changes_of_table(hall) == 2  # e1 and t1
    assert changes_of_table(hall[::-1]) == 2


def test_goals_stand_in_the_order_of_the_spec() -> None:
    hall = plan(goals=["tables", "value"])
    assert [one.goal for one in settled(hall, hall.meetings).goals] == [
        "tables", "value", "minimum", "gaps", "fairness"
    ]  # fmt: skip


def test_how_fair_it_is_are_the_meetings_of_the_worst_served() -> None:
    hall = plan(
        meeting("e1", "t1", "14:00", 1), meeting("e1", "t2", "14:50", 1), meeting("e2", "t1", "15:30", 1)
    )
    fairness = {one.goal: one for one in reached(hall)}["fairness"]
    assert (fairness.value, fairness.zh) == (0.0, "场数最少的企业有 0 场（1 家）")


def test_after_a_replan_the_bound_is_that_of_what_stays() -> None:
    note = Explanation("replanned", "比较原计划", "beside the earlier plan")
    assert "可证明的上限" in reached(plan())[0].zh
    assert "不动其余洽谈时的上限" in reached(replace(plan(), explanations=(note,)))[0].zh


@pytest.mark.parametrize("seed", range(3))
def test_planning_counts_the_same(tmp_path: Path, seed: int) -> None:
    rows = (f"e{one}\tt{two}\t{(one * 7 + two * 3 + seed) % 10 / 10}" for one in range(8) for two in range(4))
    (tmp_path / "pairs.tsv").write_text("\n".join(rows), "utf-8")
    asked = spec(
        sessions=[{"kind": "meetings", "start": "14:00", "end": "17:00", "slot_minutes": 20, "tables": 3,
                   "breaks": [["15:20", "15:40"]]}],
        meetings={"min_per_enterprise": 2, "max_per_enterprise": 3, "max_per_team": 6},
        availability=[{"who": "t1", "from": "14:40"}, {"who": "e2", "not": [["15:00", "15:20"]]}],
        affinity="pairs.tsv",
    )  # fmt: skip
    made = planner.plan(event_of(asked, tmp_path), seed=seed, time_limit=5)
    assert made.meetings
    again = settled(made, made.meetings)
    assert [(one.goal, one.zh, one.en) for one in again.goals] == [
        (one.goal, one.zh, one.en) for one in made.goals
    ]
    assert [one.value for one in again.goals] == pytest.approx([one.value for one in made.goals])
    assert again.objective == pytest.approx(made.objective)
    assert {(one.enterprise_id, one.meetings) for one in again.unplaced} == {
        (one.enterprise_id, one.meetings) for one in made.unplaced
    }
