"""An event as numbers."""

from __future__ import annotations

from matcher.roadshow.plan import AgendaItem
from matcher.roadshow.solving.problem import Fixed
from tests.matcher.roadshow.problems import START, clock, grid, problem


def test_who_is_there_when() -> None:
    on_stage = AgendaItem(START + 20, START + 35, "主会场", "a-1", "成果", "t1")
    made = problem(
        grid(2, 2, 0), 4, 3, [on_stage],
        availability=[{"who": "e1", "from": clock(1), "not": [[clock(2), clock(3)]]}],
    )  # fmt: skip
    assert made.firm_there.tolist() == [[True] * 4, [False, True, False, True]]
    assert made.team_there.tolist() == [[True] * 4, [True, False, True, True]]
    # e1 with t1: e1 is there in 1 and 3, t1 not in 1.
    both = made.pairs.index(
        next(one for one in made.pairs if (one.enterprise_id, one.team_id) == ("e1", "t1"))
    )
    assert made.possible[both].tolist() == [False, False, False, True]
    assert not made.everybody_there
    assert problem(grid(2, 2, 0), 4, 3).everybody_there


def test_a_limit_is_no_more_than_the_time_that_one_has() -> None:
    made = problem(
        grid(2, 1, 0), 4, 3, meetings={"max_per_enterprise": 3}, availability=[{"who": "e0", "to": clock(1)}]
    )
    assert made.most_firm.tolist() == [1, 3]
    assert made.most_team.tolist() == [4]


def test_what_is_pinned_takes_its_people_and_its_table_away() -> None:
    pin = {"start": clock(1), "table": 2, "enterprise_id": "e0", "team_id": "t1"}
    made = problem(
        grid(2, 2, 0), 3, 2, pinned=[pin], force=[["e0", "t1"]], meetings={"min_per_enterprise": 2}
    )
    place = next(n for n, one in enumerate(made.pairs) if (one.enterprise_id, one.team_id) == ("e0", "t1"))
    assert made.fixed == (Fixed(place, 1, 2),)
    rest = made.without_fixed()
    assert rest.tables.tolist() == [2, 1, 2]
    assert rest.least.tolist() == [1, 2]
    assert not rest.firm_there[0, 1]
    assert not rest.team_there[1, 1]
    assert not rest.forced
    # The pair met: it is not possible again, unless pairs may repeat.
    assert not rest.possible[place].any()
    again = problem(grid(2, 2, 0), 3, 2, pinned=[pin], meetings={"repeat_pairs": True}).without_fixed()
    assert again.possible[place].tolist() == [True, False, True]
