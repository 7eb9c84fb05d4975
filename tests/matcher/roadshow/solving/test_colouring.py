"""Times for chosen pairs."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.roadshow.solving.colouring import colour
from tests.matcher.roadshow.problems import broken, grid, problem, windows


@given(
    seed=st.integers(0, 10_000), firms=st.integers(1, 12), teams=st.integers(1, 8), slots=st.integers(1, 7)
)
def test_where_all_are_there_every_pair_finds_its_time(seed: int, firms: int, teams: int, slots: int) -> None:
    # Kőnig: as long as nobody has more than there are slots, nor all together more than tables.
    draw = Random(seed)
    scores = grid(firms, teams, seed)
    had: dict[str, int] = {}
    chosen = []
    for ids in draw.sample(sorted(scores), len(scores)):
        if all(had.get(one, 0) < slots for one in ids):
            chosen.append(ids)
            for one in ids:
                had[one] = had.get(one, 0) + 1
    tables = max(1, -(-len(chosen) // slots))
    made = problem(scores, slots, tables)
    places = {(one.enterprise_id, one.team_id): place for place, one in enumerate(made.pairs)}
    placed, left = colour(made, [places[ids] for ids in chosen])
    assert not left
    assert sorted(pair for pair, _ in placed) == sorted(places[ids] for ids in chosen)
    assert not broken(made, placed)


@pytest.mark.parametrize("seed", range(20))
def test_where_people_are_away_no_rule_is_broken(seed: int) -> None:
    scores = grid(8, 5, seed, 0.6)
    people = sorted({one for pair in scores for one in pair})
    made = problem(scores, 5, 2, availability=windows(people, 5, seed))
    edges = [pair for pair in range(len(made.pairs)) if made.cap[pair]]
    placed, left = colour(made, edges)
    assert not broken(made, placed)
    assert sorted([pair for pair, _ in placed] + left) == edges


def test_a_chain_makes_room() -> None:
    # t0 could meet e0 early or late, e1 only early: whoever came first must move.
    scores = {("e0", "t0"): 0.9, ("e1", "t0"): 0.8}
    made = problem(scores, 2, 1, availability=[{"who": "e1", "to": "09:20"}])
    placed, left = colour(made, [0, 1])
    assert not left
    assert dict(placed) == {0: 1, 1: 0}


def test_of_too_many_the_least_valuable_goes() -> None:
    scores = {("e0", "t0"): 0.9, ("e1", "t1"): 0.3, ("e2", "t2"): 0.6}
    placed, left = colour(problem(scores, 1, 2), [0, 1, 2])
    assert left == [1]
    assert len(placed) == 2
