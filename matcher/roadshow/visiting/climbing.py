"""Climbing: good routes, fast, by insertion and exchange; routing.py proves how good they are."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

from matcher.roadshow.visiting.orders import Orders

#: Steps from one start, teams that are drawn to start with, and stops that are tried.
_ROUNDS, _STARTS, _TRIED = 200, 12, 60

#: Stops in order, and teams.
Found = tuple[list[int], set[int]]


def first_route(orders: Orders, teams: Iterable[int], seed: int = 0) -> Found | None:
    """Return the best of what is reached from these teams and from others drawn at random; None for nothing."""
    tour, draw = orders.tour, random.Random(seed)
    free = sorted({*range(tour.teams)} - tour.fixed)
    most = len(free) if tour.max_teams is None else min(len(free), max(0, tour.max_teams - len(tour.fixed)))
    starts = [{*teams}]
    starts += (
        [{*draw.sample(free, most), *tour.fixed} for _ in range(_STARTS)] if 0 < most < len(free) else []
    )
    found = [one for one in (climb(orders, each) for each in starts) if one]
    return max(found, key=lambda one: (tour.value(*one), -tour.minutes(one[0])), default=None)


def climb(orders: Orders, teams: Iterable[int]) -> Found | None:
    """Return what is reached from these teams by one better step after the other; None where insertion fails."""
    tour, found = orders.tour, {*teams} | orders.tour.fixed
    promise = {one: tour.worth(one, range(tour.teams)) for one in tour.stops}
    tried = sorted((one for one in tour.stops if promise[one] > 0), key=lambda one: -promise[one])[:_TRIED]
    route: list[int] = []
    for stop in sorted(tour.held):
        longer = _inserted(orders, route, stop, found)
        if longer is None:
            return None
        route = longer
    for _ in range(_ROUNDS):
        step = next(_steps(orders, route, found, tried), None)
        if step is None:
            break
        route, found = step
    # Teams may be gone all the time that there is.
    return (route, found) if orders.starts(route, orders.windows(found), tour.pins) is not None else None


def _steps(orders: Orders, route: list[int], teams: set[int], tried: Sequence[int]) -> Iterator[Found]:
    """Yield routes worth more, or as much with less travel: a stop more, a stop exchanged, a team exchanged."""
    tour = orders.tour
    worth = {one: tour.worth(one, teams) for one in {*tried, *route}}
    others = sorted(
        (one for one in tried if one not in route and worth[one] > 0), key=lambda one: -worth[one]
    )
    if len(route) < tour.most_stops:
        for stop in others:
            if longer := _inserted(orders, route, stop, teams):
                yield longer, teams
    for gone in sorted((one for one in route if one not in tour.held), key=lambda one: worth[one]):
        left = [one for one in route if one != gone]
        for stop in (gone, *others):
            if worth[stop] < worth[gone]:
                break
            changed = _inserted(orders, left, stop, teams)
            if changed and (worth[stop] > worth[gone] or tour.minutes(changed) < tour.minutes(route)):
                yield changed, teams
    value = sum(worth[one] for one in route)
    for gone in sorted(teams - tour.fixed):
        for team in sorted({*range(tour.teams)} - teams):
            others_go = (teams - {gone}) | {team}
            if tour.value(route, others_go) > value + 1e-9 and orders.starts(
                route, orders.windows(others_go), tour.pins
            ):
                yield route, others_go


def _inserted(orders: Orders, route: Sequence[int], stop: int, teams: set[int]) -> list[int] | None:
    """Return the route with one stop more, where it makes the least way; None where it fits nowhere."""
    tour, windows = orders.tour, orders.windows(teams)
    ways = [[*route[:place], stop, *route[place:]] for place in range(len(route) + 1)]
    fitting = (one for one in sorted(ways, key=tour.minutes) if orders.starts(one, windows, tour.pins))
    return next(fitting, None)
