"""Routing: the least that must be given up, the earliest end, and routes that insertion finds."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from matcher.roadshow.clock import DAY
from matcher.roadshow.visiting.choices import UNIT, Choice
from matcher.roadshow.visiting.climbing import climb, first_route
from matcher.roadshow.visiting.orders import Orders
from matcher.roadshow.visiting.routes import Rule, Tour
from matcher.roadshow.visiting.routing import best_route, earliest_end, fewest_broken, possible
from tests.matcher.roadshow.tours import tour


@pytest.mark.parametrize("seed", range(25))
def test_as_little_as_possible_is_given_up(seed: int) -> None:
    made = tour(seed, stops=6, asked=5)
    asked = [one for one in made.rules if one.kind == "must"]
    broken = fewest_broken(made, frozenset({"must"}), time_limit=60)
    assert broken is not None
    assert possible(_without(made, broken))
    assert (not broken) == possible(made) == (best_route(made, time_limit=60) is not None)
    fewer = combinations(asked, len(broken) - 1) if broken else ()
    assert not any(possible(_without(made, some)) for some in fewer)


def _without(made: Tour, rules: object) -> Tour:
    return replace(made, rules=[one for one in made.rules if one not in rules])  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(15))
def test_the_day_ends_as_early_as_it_can(seed: int) -> None:
    made = tour(seed, asked=3)
    end = earliest_end(made)
    if end is None:
        assert not possible(replace(made, end=DAY))
        return
    assert possible(replace(made, end=end))
    assert not possible(replace(made, end=end - 1))


def test_what_is_not_there_cannot_be_kept() -> None:
    made = tour(0)
    lost = Rule("must", edit="x")
    made = replace(made, rules=[*made.rules, lost])
    assert not possible(made)
    assert best_route(made) is None
    assert fewest_broken(made, frozenset({"must"})) == [lost]
    assert fewest_broken(made, frozenset({"team"})) is None
    assert earliest_end(made) is None


@pytest.mark.parametrize("seed", range(20))
def test_between_insertion_and_a_choice_without_ways_lies_the_best(seed: int) -> None:
    made = tour(seed, stops=7, asked=seed % 2)
    best = best_route(made, time_limit=60)
    orders, choice = Orders(made), Choice(made)
    choice.want_value()
    if best is None:
        assert climb(orders, ()) is None
        return
    value = sum(one.score for one in best.topics)
    assert best.bound == pytest.approx(value, abs=1e-4)
    assert choice.solve(0, 60)
    assert choice.bound / UNIT >= value - 1e-4
    found = first_route(orders, choice.teams)
    if found is not None:
        stops, teams = found
        assert made.value(stops, teams) <= value + 1e-6
        assert made.held <= {*stops}
        assert len(teams) <= 2
        assert orders.starts(stops, orders.windows(teams), made.pins) is not None
