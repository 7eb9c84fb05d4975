"""How good meetings are, counted by hand."""

from __future__ import annotations

from matcher.roadshow.plan import AgendaItem
from matcher.roadshow.solving.standing import Standing, standing
from tests.matcher.roadshow.problems import START, clock, problem

SCORES = {("e0", "t0"): 0.5, ("e0", "t1"): 0.25, ("e1", "t0"): 1.0}


def test_each_goal_is_counted() -> None:
    made = problem(SCORES, 5, 2, meetings={"min_per_enterprise": 2})
    # e0 waits in 1 and 2, t0 in 1 to 3; e1 has one meeting of two; 64 + 16 for e0, 64 for e1.
    assert standing(made, [(0, 0), (1, 3), (2, 4)]) == Standing(1.75, 1, 2 + 3, 64 + 16 + 64)
    assert standing(made, []) == Standing(0.0, 4, 0, 0)


def test_who_is_elsewhere_does_not_wait() -> None:
    on_stage = AgendaItem(START + 20, START + 40, "", "a", "", "t0")
    made = problem(SCORES, 5, 2, [on_stage], availability=[{"who": "e0", "not": [[clock(1), clock(2)]]}])
    assert standing(made, [(0, 0), (1, 3), (2, 4)]).gaps == 1 + 2


def test_earlier_goals_come_first() -> None:
    rich, fair = Standing(2.0, 1, 5, 64), Standing(1.0, 0, 0, 128)
    assert rich.key(["value", "minimum"]) > fair.key(["value", "minimum"])
    assert rich.key(["gaps", "tables", "value"]) < fair.key(["gaps", "tables", "value"])
