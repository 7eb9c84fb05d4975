"""Who meets whom: beside the textbook model, solved exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcher.roadshow.solving.pairing import TOLERANCE, choose_pairs
from matcher.roadshow.spec import Goal
from tests.matcher.roadshow.problems import best_value, grid, problem, windows

GOALS: tuple[Goal, ...] = ("value", "minimum", "gaps", "fairness", "tables")


def never() -> bool:
    return False


@pytest.mark.parametrize("seed", range(12))
def test_where_all_are_there_the_bound_is_reached(seed: int) -> None:
    limits: dict[str, Any] = {"max_per_enterprise": 2, "max_per_team": 3}
    made = problem(grid(7, 4, seed, 0.7), 4, 2, meetings=limits)
    found = choose_pairs(made, GOALS, never, 10)
    best = best_value(made)
    assert found.bound == pytest.approx(best)
    assert best * (1 - TOLERANCE) - 1e-6 <= made.score @ found.times <= best + 1e-6
    assert found.times.max() <= 1


@pytest.mark.parametrize("seed", range(12))
def test_where_people_are_away_the_bound_still_holds(seed: int) -> None:
    scores = grid(7, 4, seed, 0.8)
    people = {one for pair in scores for one in pair}
    made = problem(scores, 4, 2, availability=windows(sorted(people), 4, seed), meetings={"max_per_team": 3})
    best = best_value(made)
    found = choose_pairs(made, GOALS, never, 10)
    # What the slots teach makes it tight: on these it is never more than a hundredth away.
    assert best - 1e-6 <= found.bound <= best * 1.01 + 1e-6


def test_pairs_that_were_not_looked_at_at_first_are_priced() -> None:
    # One team that everybody wants most: its pairs fill the first look, the optimum needs others.
    scores = {
        (f"e{one}", f"t{other}"): 0.9 - 0.001 * one - 0.02 * other for one in range(40) for other in range(30)
    }
    made = problem(scores, 3, 30, meetings={"max_per_enterprise": 1, "max_per_team": 2})
    assert choose_pairs(made, GOALS, never, 10).bound == pytest.approx(best_value(made))


def test_the_order_of_the_goals_decides() -> None:
    # Two tables' worth: the value wants e0 twice, the minimum each once.
    scores = {("e0", "t0"): 1.0, ("e0", "t1"): 0.9, ("e1", "t0"): 0.2, ("e1", "t1"): 0.2}
    made = problem(scores, 2, 1, meetings={"min_per_enterprise": 1})
    by_value = choose_pairs(made, GOALS, never, 10)
    assert by_value.times.tolist() == [1, 1, 0, 0]
    placed = choose_pairs(made, ("minimum", "value", "gaps", "fairness", "tables"), never, 10)
    assert np.bincount(made.firm, placed.times).tolist() == [1, 1]
    # The bound then is that of plans that place everybody.
    assert placed.bound == pytest.approx(1.2)


def test_fairness_gives_the_worst_served_first() -> None:
    scores = {(f"e{one}", f"t{other}"): 0.5 for one in range(3) for other in range(2)}
    made = problem(scores, 3, 1)
    found = choose_pairs(made, GOALS, never, 10)
    assert np.bincount(made.firm, found.times).tolist() == [1, 1, 1]


def test_forced_pairs_are_chosen_and_pairs_repeat_only_where_they_may() -> None:
    scores = {("e0", "t0"): 1.0, ("e1", "t0"): 0.1}
    forced = problem(scores, 1, 1, force=[["e1", "t0"]])
    assert choose_pairs(forced, GOALS, never, 10).times.tolist() == [0, 1]
    assert choose_pairs(problem(scores, 3, 1), GOALS, never, 10).times.tolist() == [1, 1]
    again = problem(scores, 3, 1, meetings={"repeat_pairs": True})
    assert choose_pairs(again, GOALS, never, 10).times.tolist() == [3, 0]


def test_nobody_to_meet_is_no_error() -> None:
    away = problem({("e0", "t0"): 1.0}, 2, 1, availability=[{"who": "t0", "from": "20:00"}])
    found = choose_pairs(away, GOALS, never, 10)
    assert found.bound == 0
    assert not found.times.any()
