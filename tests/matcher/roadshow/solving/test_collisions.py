"""What collides, and the least that would help."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from matcher.roadshow.event import Event
from matcher.roadshow.plan import Explanation
from matcher.roadshow.solving.collisions import collisions
from matcher.roadshow.solving.problem import Problem, problem_of
from matcher.roadshow.specs.reading import apply_edits
from tests.matcher.roadshow.problems import clock, event, grid, windows


def found(made: Event) -> list[Explanation]:
    return collisions(made, problem_of(made))


def test_meetings_that_may_be_left_out_never_collide() -> None:
    assert found(event(grid(5, 5, 0), 1, 1)) == []


def test_a_triangle_that_counting_does_not_see() -> None:
    # Each of the three pairs has a slot, each person enough slots: but at 09:00 one table, and only then.
    scores = {("e0", "t0"): 0.5, ("e1", "t1"): 0.6, ("e2", "t2"): 0.7}
    away = [{"who": one, "to": clock(1)} for one in ("e0", "e1")]
    made = event(scores, 2, 1, force=[list(one) for one in scores], availability=away)
    said = found(made)
    assert [one.kind for one in said] == ["forced_collide", "relaxation"]
    assert all(one in said[0].zh for one in ("e0", "e1", "09:00"))
    assert "e2" not in said[0].zh
    assert said[0].edits == ()
    # A second table is less than letting a pair go.
    assert said[1].edits == ({"path": ["sessions", 0, "tables"], "value": 2},)


def test_a_pair_is_let_go_where_nothing_else_helps() -> None:
    scores = {("e0", "t0"): 0.5, ("e1", "t0"): 0.6}
    made = event(
        scores, 2, 5, force=[["e0", "t0"], ["e1", "t0"]], availability=[{"who": "t0", "to": clock(1)}]
    )
    (edit,) = found(made)[-1].edits
    assert edit["path"] == ["force"]


def least_let_go(problem: Problem) -> int:
    """Return how many forced pairs must go, by trying: tables and limits as they are."""
    forced = sorted(problem.forced)
    return next(
        len(forced) - size
        for size in range(len(forced), -1, -1)
        for kept in combinations(forced, size)
        if fits(problem, list(kept), set())
    )


def fits(problem: Problem, left: list[int], taken: set[tuple[int, int]]) -> bool:
    if not left:
        return True
    pair = left[0]
    firm, team = int(problem.firm[pair]), 1000 + int(problem.team[pair])
    return any(
        fits(problem, left[1:], taken | {(firm, slot), (team, slot)})
        for slot in range(len(problem.slots))
        if problem.possible[pair, slot] and (firm, slot) not in taken and (team, slot) not in taken
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_edits_let_all_else_be_kept_and_are_the_fewest(seed: int) -> None:
    scores = grid(5, 3, seed)
    people = sorted({one for pair in scores for one in pair})
    force = [list(one) for one in sorted(scores)[:: 2 + seed % 2]]
    # With tables enough and no limits only pairs can be let go.
    made = event(scores, 3, 9, force=force, availability=windows(people, 3, seed))
    problem = problem_of(made)
    least = least_let_go(problem)
    said = collisions(made, problem)
    assert bool(said) == (least > 0)
    if said:
        edits: list[Any] = [edit for one in said for edit in one.edits]
        assert len(edits) == least
        mended = replace(made, spec=apply_edits(made.spec, edits))
        assert collisions(mended, problem_of(mended)) == []
