"""Orders of stops: both ways to find them, against every order there is."""

from __future__ import annotations

from itertools import permutations

import pytest

from matcher.roadshow.visiting.orders import Orders
from tests.matcher.roadshow.tours import tour


@pytest.mark.parametrize("seed", range(30))
def test_both_ways_find_the_order_of_least_travel(seed: int) -> None:
    made = tour(seed)
    orders = Orders(made)
    pins = {1: 600} if seed % 3 == 0 else {}
    for window in orders.windows(range(made.teams)) or orders.windows(()):
        for some in ([1, 2], [2, 3, 4], [1, 3, 4, 5], [1, 2, 3, 4, 5]):
            fitting = [one for one in permutations(some) if orders.starts(one, [window], pins) is not None]
            least = min((made.minutes(one) for one in fitting), default=None)
            for found in (
                orders._by_subsets(some, window, pins, any_order=False),
                orders._by_solver(some, window, pins, any_order=False),
            ):
                assert (None if found is None else made.minutes(found)) == least
                assert found is None or tuple(found) in fitting
            assert orders.fits(some, [window], pins) == bool(fitting)


@pytest.mark.parametrize("seed", range(20))
def test_starts_keep_ways_breaks_and_windows(seed: int) -> None:
    made = tour(seed)
    orders = Orders(made)
    away = {stop: [one.away for one in made.rules if one.stop == stop and one.away] for stop in made.stops}
    for order in permutations(made.stops, 3):
        starts = orders.starts(order, [(540, 720)], {})
        if starts is None:
            continue
        at, here = 540, 0
        for stop, start in zip(order, starts, strict=True):
            assert start >= at + made.travel[here][stop]
            barred = [*made.breaks, *away[stop]]
            assert not any(start < until and since < start + made.visit for since, until in barred)
            at, here = start + made.visit, stop
        assert at + made.travel[here][0] <= 720


def test_more_stops_than_subsets_can_be_looked_at() -> None:
    made = tour(1, stops=12)
    orders = Orders(made)
    whole = orders.windows(())
    assert orders.fits([], whole, {})
    # Thirty minutes each, and five on every way, are more than any of these days has.
    assert not orders.fits(made.stops, whole, {})
    few = [one for one in made.stops if not any(rule.stop == one for rule in made.rules)][:2]
    assert orders.fits(few, whole, {})


def test_windows_are_when_all_teams_are_there() -> None:
    made = tour(3)
    orders = Orders(made)
    assert orders.windows(()) == ((510, made.end),)
    away = {one.team: one.away for one in made.rules if one.team is not None and one.away}
    assert orders.bound_teams(range(made.teams)) == sorted(away)
