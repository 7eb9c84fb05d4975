"""Tables."""

from __future__ import annotations

import pytest

from matcher.roadshow.solving.colouring import colour
from matcher.roadshow.solving.seating import seat
from tests.matcher.roadshow.problems import grid, problem


@pytest.mark.parametrize("seed", range(5))
def test_every_meeting_has_a_table_of_its_own(seed: int) -> None:
    made = problem(grid(10, 6, seed, 0.5), 6, 6)
    placed, _ = colour(made, list(range(len(made.pairs))))
    kept = {placed[0]: 6}
    found = seat(made, placed, kept)
    assert set(found) == set(placed)
    assert found[placed[0]] == 6
    assert len({(slot, table) for (_, slot), table in found.items()}) == len(placed)
    assert all(table in made.slots[slot].tables for (_, slot), table in found.items())


def test_who_has_more_than_one_meeting_stays_where_that_can_be() -> None:
    # Two teams, each with a different enterprise in every slot: enterprises come, teams stay.
    scores = {(f"e{n}", f"t{n % 2}"): 0.5 for n in range(8)}
    made = problem(scores, 4, 2)
    found = seat(made, [(n, n // 2) for n in range(8)])
    for team in (0, 1):
        assert len({table for (pair, _), table in found.items() if made.team[pair] == team}) == 1
