"""Routing: the best route of a tour, with a bound that is proven.

A choice of firms and teams is made as if there were no ways (choices.py); where it fits into no day, the
smallest set of its firms that does not fit is cut off, and the next best choice is made: branch and check
(Thorsteinsson, "Branch-and-check", Principles and Practice of Constraint Programming, 2001). Each cut is
stretched over further firms that fit no better. Meanwhile insertion and exchange (climbing.py) find routes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

from matcher.roadshow.clock import DAY
from matcher.roadshow.visiting.choices import UNIT, Choice
from matcher.roadshow.visiting.climbing import Found, climb, first_route
from matcher.roadshow.visiting.orders import Orders
from matcher.roadshow.visiting.routes import Route, Rule, Tour, topics_of

#: Two values are the same where they differ by less.
_SAME = 1e-5
#: Firms that a cut is stretched over, as many as are tried for it, and the largest set for which that pays.
_STRETCHED, _TRIED, _FEW = 3, 40, 8
#: Of a set that does not fit, so many smallest ones are looked for.
_CUTS = 8
#: Share of the time limit after which only less travel is looked for.
_FOR_VALUE = 0.8

#: Is told value and bound so far.
Told = Callable[[float, float], None]


def best_route(tour: Tour, seed: int = 0, time_limit: float = 30.0, told: Told | None = None) -> Route | None:
    """Return the route of most value and, of those, one of least travel; None where none keeps the rules.

    The same seed gives the same route unless time runs out. Raises TimeoutError where it does before any
    route is known.
    """
    if not possible(tour):
        return None
    search = _Search(tour, seed, time_limit, told)
    search.for_value()
    if search.found is None:
        raise TimeoutError
    search.for_travel()
    return search.route(search.found)


def possible(tour: Tour) -> bool:
    """Whether there is a route that keeps all rules: all that is asked for, and nothing else. Raises TimeoutError."""
    if any(one.away is None and one.stop is None and one.team is None for one in tour.rules):
        return False
    if len(tour.held) > tour.most_stops or (tour.max_teams is not None and len(tour.fixed) > tour.max_teams):
        return False
    orders = Orders(tour)
    return orders.fits(tour.held, orders.windows(tour.fixed), tour.pins)


def earliest_end(tour: Tour) -> int | None:
    """Return the earliest minute at which the day can end and all that is asked for be kept; None where none can.

    Raises TimeoutError.
    """
    if not possible(replace(tour, end=DAY)):
        return None
    # More time never hurts: the least that is enough is found by halving.
    too_early, enough = tour.start, DAY
    while enough - too_early > 1:
        middle = (too_early + enough) // 2
        if possible(replace(tour, end=middle)):
            enough = middle
        else:
            too_early = middle
    return enough


def fewest_broken(
    tour: Tour, soft: frozenset[str], seed: int = 0, time_limit: float = 10.0
) -> list[Rule] | None:
    """Return as few rules of the `soft` kinds as must be given up; None where that does not help.

    Raises TimeoutError.
    """
    began = time.monotonic()
    choice, orders = Choice(tour, soft), Orders(tour)
    choice.want_rules()
    while choice.solve(seed, time_limit - (time.monotonic() - began)):
        if orders.fits(choice.stops, orders.windows(choice.teams), choice.pins):
            return choice.broken
        _cut_off(orders, choice)
        if time.monotonic() - began > time_limit:
            raise TimeoutError
    return None


class _Search:
    """The search for the best route; `found` is the best so far."""

    def __init__(self, tour: Tour, seed: int, time_limit: float, told: Told | None) -> None:
        self.tour, self.orders, self.choice = tour, Orders(tour), Choice(tour)
        self.found: Found | None = None
        self.bound = math.inf
        self.least = 0
        self._value = -1.0
        self._began, self._limit, self._seed, self._told = time.monotonic(), time_limit, seed, told

    def _left(self, share: float = 1.0) -> float:
        return self._limit * share - (time.monotonic() - self._began)

    def for_value(self) -> None:
        """Make choice after choice until one fits, or a route is known that is worth as much."""
        self.choice.want_value()
        climbed: set[frozenset[int]] = set()
        try:
            while self._left(_FOR_VALUE) > 0 and self.choice.solve(self._seed, self._left(_FOR_VALUE)):
                self.bound = min(self.bound, self.choice.bound / UNIT)
                teams = self.choice.teams
                if not climbed:
                    self._take(first_route(self.orders, teams, self._seed))
                elif teams not in climbed:
                    self._take(climb(self.orders, teams))
                climbed.add(frozenset(teams))
                windows = self.orders.windows(teams)
                if self.orders.fits(self.choice.stops, windows, self.tour.pins):
                    order = self.orders.shortest(self.choice.stops, windows, self.tour.pins)
                    self._take(None if order is None else (order, {*teams}))
                    break
                if self._value >= self.bound - _SAME:
                    break
                _cut_off(self.orders, self.choice)
        except TimeoutError:
            pass

    def for_travel(self) -> None:
        """Look at the choices of the same value, the nearest first, for one with less travel."""
        assert self.found is not None
        best = self.tour.minutes(self.found[0])
        self.choice.want_nearness(self._value)
        try:
            while self._left() > 0:
                if not self.choice.solve(self._seed, self._left()):
                    self.least = best
                    break
                self.least = max(self.least, math.ceil(self.choice.bound - 1e-6))
                if self.least >= best:
                    self.least = best
                    break
                stops, teams = self.choice.stops, self.choice.teams
                order = self.orders.shortest(stops, self.orders.windows(teams), self.tour.pins)
                if order is None:
                    _cut_off(self.orders, self.choice)
                    continue
                if self.tour.minutes(order) < best:
                    self.found, best = (order, {*teams}), self.tour.minutes(order)
                self.choice.forbid(stops, self.orders.bound_teams(teams))
        except TimeoutError:
            pass

    def _take(self, found: Found | None) -> None:
        if found is not None:
            value = self.tour.value(*found)
            if value > self._value + _SAME:
                self.found, self._value = found, value
        if self._told and self.found:
            self._told(self._value, max(self._value, self.bound))

    def route(self, found: Found) -> Route:
        stops, takes = found
        topics = topics_of(self.tour, stops, takes)
        # A seat that nobody needs stays empty.
        teams = (takes & self.tour.fixed) | {one.team for one in topics}
        starts = self.orders.starts(stops, self.orders.windows(teams), self.tour.pins)
        assert starts is not None, "the order was found to fit"
        return Route(
            stops=tuple(stops),
            starts=starts,
            teams=tuple(sorted(teams)),
            topics=tuple(topics),
            bound=self.bound,
            minutes=self.tour.minutes(stops),
            least=self.least,
        )


def _cut_off(orders: Orders, choice: Choice) -> None:
    """Rule out smallest sets of the chosen stops that fit into no day, or not with these teams and pins."""
    whole, stops = orders.windows(()), choice.stops
    teams, pins, windows = orders.bound_teams(choice.teams), choice.pins, orders.windows(choice.teams)
    if not orders.fits(stops, whole, {}):
        teams, pins, windows = [], {}, whole
    elif not orders.fits(stops, whole, pins):
        teams, windows = [], whole
    tried = sorted(orders.tour.stops, key=lambda one: -orders.tour.worth(one, choice.teams))[:_TRIED]
    known: set[frozenset[int]] = set()
    for turn in range(min(_CUTS, len(stops)) or 1):
        least = [*stops[turn:], *stops[:turn]]
        for one in list(least):
            without = [other for other in least if other != one]
            if not orders.fits(without, windows, pins):
                least = without
        if frozenset(least) in known:
            continue
        known.add(frozenset(least))
        many = _stretched(least, tried, lambda some: orders.fits(some, windows, pins))
        choice.cut(many, len(least) - 1, teams, {one: at for one, at in pins.items() if one in many})


def _stretched(least: list[int], tried: Sequence[int], fits: Callable[[Sequence[int]], bool]) -> list[int]:
    """Return a set that holds `least`, and of which no more stops fit than of `least`."""
    many = list(least)
    if len(least) <= _FEW:
        for one in tried:
            if len(many) >= len(least) + _STRETCHED:
                break
            if one not in many and not any(fits([*some, one]) for some in combinations(many, len(least) - 1)):
                many.append(one)
    return many
