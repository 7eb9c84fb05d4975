"""Pairs and times, searched together."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.roadshow.solving.improving import Improver
from matcher.roadshow.solving.meetingmodel import MeetingModel
from matcher.roadshow.solving.problem import Placed
from matcher.roadshow.solving.standing import Standing, standing
from tests.matcher.roadshow.problems import best_value, broken, clock, grid, problem, windows


def nobody(_: Standing) -> None:
    """Tell nobody."""


@pytest.mark.parametrize("seed", range(6))
def test_from_nothing_to_the_best(seed: int) -> None:
    scores = grid(6, 4, seed, 0.8)
    people = sorted({one for pair in scores for one in pair})
    made = problem(scores, 4, 2, availability=windows(people, 4, seed), meetings={"max_per_enterprise": 2})
    best = best_value(made)
    improver = Improver(made, 1 - made.score, seed)
    told: list[float] = []
    found = improver.improve(
        [], [], ["value", "gaps"], lambda one: one.value >= best - 1e-6, 60, lambda: 60.0, lambda one: told.append(one.value)
    )  # fmt: skip
    assert not broken(made, found)
    assert made.value(found) == pytest.approx(best)
    assert told == sorted(told)


def test_earlier_goals_are_not_given_up_for_later_ones() -> None:
    # Without waiting only two of the three can be: t0 is away in the middle.
    scores = {("e0", "t0"): 0.5, ("e0", "t1"): 0.4}
    made = problem(
        scores, 3, 1, availability=[{"who": "t0", "to": clock(1)}, {"who": "t1", "from": clock(2)}]
    )
    start: list[Placed] = [(0, 0), (1, 2)]
    assert standing(made, start).gaps == 1

    def found(order: list[str]) -> list[Placed]:
        improver = Improver(made, np.zeros(2), 0)
        return improver.improve(start, [], order, lambda one: False, 60, lambda: 60.0, nobody)  # type: ignore[arg-type]

    assert found(["value", "gaps"]) == start
    assert found(["gaps", "value"]) == [(0, 0)]


def test_what_is_pinned_or_must_be_stays() -> None:
    scores = {("e0", "t0"): 0.9, ("e0", "t1"): 0.1, ("e1", "t0"): 0.2}
    pin = {"start": clock(0), "table": 1, "enterprise_id": "e0", "team_id": "t1"}
    made = problem(scores, 2, 1, pinned=[pin], force=[["e1", "t0"]])
    pinned = [(one.pair, one.slot) for one in made.fixed]
    found = Improver(made, np.zeros(3), 0).improve(
        [(2, 1)], pinned, ["value"], lambda one: False, 60, lambda: 60.0, nobody
    )
    assert found == [(2, 1)]


def test_what_cannot_be_leaves_the_hint() -> None:
    made = problem({("e0", "t0"): 1.0, ("e1", "t0"): 1.0}, 1, 1, force=[["e0", "t0"], ["e1", "t0"]])
    model = MeetingModel(made, [0, 1], [])
    model.add_goals(["value"])
    assert model.solve([(0, 0)], 0, 5) == [(0, 0)]
