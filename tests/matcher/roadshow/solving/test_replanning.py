"""As few meetings as possible move."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from matcher.roadshow.event import Event
from matcher.roadshow.plan import Plan
from matcher.roadshow.planner import plan
from matcher.roadshow.solving.problem import Placed, Problem, problem_of
from matcher.roadshow.solving.replanning import keep
from matcher.roadshow.spec import Spec
from tests.matcher.roadshow.problems import broken, clock, event, grid


def changed(made: Event, **spec: object) -> Event:
    """Return the event with other words in its SPEC."""
    return replace(made, spec=Spec.model_validate({**made.spec.as_json(), **spec}))


def places(made: Plan) -> set[tuple[str, str, int, int]]:
    return {(one.enterprise_id, one.team_id, one.start, one.table) for one in made.meetings}


@pytest.fixture(scope="module")
def fair() -> tuple[Event, Plan]:
    made = event(grid(12, 6, 3), 5, 4, meetings={"max_per_enterprise": 3})
    return made, plan(made, time_limit=10)


def test_nothing_changed_nothing_moves(fair: tuple[Event, Plan]) -> None:
    again = plan(fair[0], base=fair[1], time_limit=10)
    assert places(again) == places(fair[1])
    assert again.changes == ()


def test_after_a_cancellation_all_others_stay_and_what_is_free_is_filled(fair: tuple[Event, Plan]) -> None:
    made, base = fair
    gone = max(made.teams, key=lambda one: sum(each.team_id == one.id for each in base.meetings)).id
    again = plan(changed(made, cancelled=[gone]), base=base, time_limit=10)
    stay = {one for one in places(base) if one[1] != gone}
    assert stay <= places(again)
    assert len(again.meetings) > len(stay)
    assert {who for one in again.changes for who in one.who} >= {gone}
    (told,) = [one for one in again.explanations if one.kind == "replanned"]
    assert "0 场改动，已证明不能更少" in told.zh


def test_a_lost_table_moves_only_those_who_sat_there(fair: tuple[Event, Plan]) -> None:
    made, base = fair
    session = {**made.spec.as_json()["sessions"][0], "closed_tables": [2]}
    again = plan(changed(made, sessions=[session]), base=base, time_limit=10)
    assert {one for one in places(base) if one[3] != 2} <= places(again)
    assert all(one.table != 2 for one in again.meetings)


def test_pins_and_a_new_must_meet_are_kept(fair: tuple[Event, Plan]) -> None:
    made, base = fair
    met = {(one.enterprise_id, one.team_id) for one in base.meetings}
    new = next(ids for one in made.pairs if (ids := (one.enterprise_id, one.team_id)) not in met)
    first = base.meetings[0]
    pin = {
        "start": clock(0),
        "table": first.table,
        "enterprise_id": first.enterprise_id,
        "team_id": first.team_id,
    }
    again = plan(changed(made, force=[list(new)], pinned=[pin]), base=base, time_limit=10)
    assert new in {(one.enterprise_id, one.team_id) for one in again.meetings}
    assert (first.enterprise_id, first.team_id, first.start, first.table) in places(again)
    assert [one.pinned for one in again.meetings].count(True) == 1


def fewest(made: Event, base: Plan) -> int:
    """Return how many meetings of the base cannot stay, by trying every way to keep or not."""
    problem = problem_of(made)
    by_ids = {(one.enterprise_id, one.team_id): place for place, one in enumerate(problem.pairs)}
    by_time = {one.start: one.index for one in problem.slots}
    old = [(by_ids[one.enterprise_id, one.team_id], by_time[one.start]) for one in base.meetings]
    forced = sorted(problem.forced - {pair for pair, _ in old})
    best = len(old)
    for kept in product((True, False), repeat=len(old)):
        stay = [one for one, is_ in zip(old, kept, strict=True) if is_]
        if len(old) - len(stay) < best and all(problem.possible[one] for one in stay):
            for slots in product(range(len(problem.slots)), repeat=len(forced)):
                tried = [*stay, *zip(forced, slots, strict=True)]
                if valid(problem, tried):
                    best = len(old) - len(stay)
                    break
    return best


def valid(problem: Problem, meetings: list[Placed]) -> bool:
    return not [one for one in broken(problem, meetings) if not one.startswith("forced")]


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_moves_fewer(seed: int) -> None:
    made = event(grid(5, 3, seed), 3, 2, meetings={"max_per_enterprise": 2, "max_per_team": 2})
    base = plan(made, time_limit=5)
    met = {(one.enterprise_id, one.team_id) for one in base.meetings}
    new = [list(ids) for one in made.pairs if (ids := (one.enterprise_id, one.team_id)) not in met][
        : 1 + seed % 2
    ]
    late = {"who": base.meetings[seed % len(base.meetings)].team_id, "from": clock(1)}
    now = changed(made, force=new, availability=[late])
    if plan(now, time_limit=5).status.value == "infeasible":
        pytest.skip("the two new meetings do not fit")
    kept = keep(problem_of(now), base, 0)
    assert kept.moved == kept.least == fewest(now, base)
