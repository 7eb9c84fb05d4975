"""Meetings closer together, nothing else changed."""

from __future__ import annotations

import pytest

from matcher.roadshow.solving.colouring import colour
from matcher.roadshow.solving.compacting import compact
from matcher.roadshow.solving.standing import standing
from tests.matcher.roadshow.problems import broken, clock, grid, problem, windows

STEPS = 500_000


def never() -> bool:
    return False


@pytest.mark.parametrize("seed", range(10))
def test_pairs_and_rules_stay_and_nobody_waits_more(seed: int) -> None:
    scores = grid(9, 6, seed, 0.35)
    people = sorted({one for pair in scores for one in pair})[::3]
    pin = {"start": clock(2), "table": 1, **dict(zip(("enterprise_id", "team_id"), min(scores), strict=True))}
    made = problem(scores, 6, 4, availability=windows([one for one in people if one not in min(scores)], 6, seed),
                   pinned=[pin])  # fmt: skip
    pinned = [(one.pair, one.slot) for one in made.fixed]
    rest = made.without_fixed()
    placed, _ = colour(rest, [pair for pair in range(len(made.pairs)) if rest.cap[pair]])
    closer = compact(made, placed, pinned, seed, STEPS, never)
    assert sorted(pair for pair, _ in closer) == sorted(pair for pair, _ in placed)
    assert not broken(made, [*closer, *pinned])
    assert standing(made, [*closer, *pinned]).gaps <= standing(made, [*placed, *pinned]).gaps
    assert compact(made, placed, pinned, seed, STEPS, never) == closer


def test_waits_that_need_not_be_are_gone() -> None:
    # Four enterprises, four teams, all meet all in eight slots with room: nobody has to wait.
    made = problem(grid(4, 4, 1), 8, 4)
    spread = [(pair, (int(made.firm[pair]) + int(made.team[pair])) % 4 * 2) for pair in range(16)]
    assert standing(made, spread).gaps == 8 * 3
    assert standing(made, compact(made, spread, [], 0, STEPS, never)).gaps == 0


def test_out_of_time_it_stays_as_it_is() -> None:
    made = problem(grid(3, 3, 1), 6, 3)
    spread = [(0, 0), (1, 2), (2, 4)]
    assert compact(made, spread, [], 0, STEPS, lambda: True) == spread
