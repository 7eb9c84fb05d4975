"""Whole plans of meetings."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.planner import OPTIMAL, plan
from matcher.roadshow.progress import Progress
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import apply_edits
from tests.matcher.roadshow.problems import best_value, clock, event, grid, problem, windows


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_is_as_good_as_it_says(seed: int) -> None:
    scores = grid(8, 5, seed)
    people = sorted({one for pair in scores for one in pair})
    words = {"availability": windows(people, 4, seed), "meetings": {"max_per_enterprise": 2}}
    made = plan(event(scores, 4, 3, **words), time_limit=10, seed=seed)
    best = best_value(problem(scores, 4, 3, **words))
    assert made.status is Status.OPTIMAL
    assert made.objective == pytest.approx(sum(one.score for one in made.meetings))
    assert best * (1 - OPTIMAL) - 1e-6 <= made.objective <= best + 1e-6
    assert made.bound >= best - 1e-6
    assert made.gap == pytest.approx((made.bound - made.objective) / made.bound, abs=1e-6)


def test_the_same_seed_gives_the_same_plan_and_progress_is_told() -> None:
    asked = event(grid(10, 6, 1), 5, 4, availability=windows(["e1", "t1", "t2"], 5, 4))
    told: list[Progress] = []
    first, second = plan(asked, seed=7, progress=told.append), plan(asked, seed=7)
    assert replace(first, seconds=0) == replace(second, seconds=0)
    assert [one.seconds for one in told] == sorted(one.seconds for one in told)
    assert {"pairs", "times", "tables"} <= {one.stage for one in told}
    assert Plan.from_json(first.as_json()) == first


def test_who_is_left_out_is_told_why() -> None:
    scores = {("e0", "t0"): 0.9, ("e1", "t0"): 0.1, ("e2", "t0"): 0.5, ("e3", "t1"): 0.8}
    asked = event(
        scores, 2, 1, meetings={"min_per_enterprise": 1},
        availability=[{"who": "e2", "to": "08:00"}, {"who": "t1", "to": clock(1)}, {"who": "e3", "from": clock(1)}],
    )  # fmt: skip
    asked = replace(asked, enterprises=(*asked.enterprises, replace(asked.enterprises[0], id="e4")))
    made = plan(asked)
    why = {one.enterprise_id: one.zh for one in made.unplaced}
    assert why == {
        "e2": "没有一个时段在场",
        "e3": "合适的团队在场时它都不在",
        "e4": "没有关联度够高的团队",
    }
    # Two enterprises, two slots at one table: both are placed. With one slot the better match is.
    only = plan(event({("e0", "t0"): 0.9, ("e1", "t0"): 0.1}, 1, 1, meetings={"min_per_enterprise": 1}))
    assert [one.zh for one in only.unplaced] == ["桌位和团队的时间给了更匹配的企业"]


def test_what_another_order_of_goals_would_give_is_offered_and_true() -> None:
    scores = {("e0", "t0"): 1.0, ("e0", "t1"): 0.9, ("e1", "t0"): 0.3, ("e1", "t1"): 0.3}
    asked = event(scores, 2, 1, meetings={"min_per_enterprise": 1})
    made = plan(asked)
    (offer,) = [one for one in made.explanations if one.kind == "minimum_first"]
    assert Counter(one.enterprise_id for one in made.meetings) == {"e0": 2}
    again = plan(replace(asked, spec=apply_edits(asked.spec, offer.edits)))
    assert Counter(one.enterprise_id for one in again.meetings) == {"e0": 1, "e1": 1}
    assert f"{1 - again.objective / made.objective:.1%}" in offer.zh


def test_waiting_can_be_avoided_before_all_else() -> None:
    scores = {("e0", "t0"): 0.5, ("e0", "t1"): 0.4}
    away = [{"who": "t0", "to": clock(1)}, {"who": "t1", "from": clock(2)}]
    assert len(plan(event(scores, 3, 1, availability=away)).meetings) == 2
    made = plan(event(scores, 3, 1, availability=away, goals=["gaps", "value"]))
    assert [(one.team_id, one.score) for one in made.meetings] == [("t0", 0.5)]


def test_colliding_rules_make_no_plan_unless_the_one_that_breaks_least_is_asked_for() -> None:
    scores = {("e0", "t0"): 0.5, ("e1", "t1"): 0.6, ("e2", "t2"): 0.7}
    away = [{"who": one, "to": clock(1)} for one in ("e0", "e1")]
    asked = event(scores, 2, 1, force=[list(one) for one in scores], availability=away)
    made = plan(asked)
    assert (made.status, made.meetings) == (Status.INFEASIBLE, ())
    edits = [edit for one in made.explanations for edit in one.edits]
    assert edits
    mended = plan(replace(asked, spec=apply_edits(asked.spec, edits)))
    assert mended.status is Status.OPTIMAL
    relaxed = plan(asked, relax=True)
    assert relaxed.status is Status.INFEASIBLE
    assert relaxed.meetings == mended.meetings
    assert relaxed.spec == asked.spec


def test_only_pitches_or_nobody_is_a_plan_too() -> None:
    session = {"kind": "pitches", "start": "09:00", "end": "10:00"}
    asked = replace(event({}, 1, 1), spec=Spec.model_validate({"date": "2026-12-11", "sessions": [session]}))
    made = plan(asked)
    assert (made.meetings, made.unplaced, made.bound, made.gap) == ((), (), 0.0, 0.0)
    assert plan(event({}, 3, 2)).status is Status.OPTIMAL
