"""Routes: a day's tour of firms, when each of its stops can begin, and a first good route.

Which firms a tour visits, and in which order, is the orienteering problem with time windows
(Vansteenwegen, Souffriau and Van Oudheusden, "The orienteering problem: a survey", European Journal of
Operational Research 209, 2011), where what a stop is worth depends on who travels. Here a route is found
by insertion and exchange, as that survey describes; `circuits` proves how good it is and betters it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from matcher.roadshow.clock import DAY, is_there

Span = tuple[int, int]
#: Teams that the search for a first route begins with, and steps from each.
_STARTS, _ROUNDS = 12, 200


@dataclass(frozen=True)
class Topic:
    """A need of the firm at `stop`, answered by a team; `key` is the need's, which is counted once."""

    stop: int
    team: int
    key: str
    score: float


@dataclass(frozen=True)
class Rule:
    """Something the tour has to keep: a stop to make, a team to take, or a span that someone is away.

    With `stop` it is made, with `start` too it begins at that minute, with `team` that one travels. With
    `away` instead the stop is not made, or the team does not travel, in that span. A rule that names
    nothing cannot be kept: what it asks for is not there. `edit` takes the rule out of the SPEC.
    """

    kind: str
    stop: int | None = None
    team: int | None = None
    start: int | None = None
    away: Span | None = None
    edit: Any = None


@dataclass(frozen=True)
class Tour:
    """A day: the base is place 0, the stops are places 1 … n, the teams 0 … m − 1.

    `travel` is (n + 1, n + 1) minutes, `visit` the minutes at every stop; no visit runs in a break.
    """

    start: int
    end: int
    visit: int
    travel: Sequence[Sequence[int]]
    teams: int
    topics: Sequence[Topic]
    rules: Sequence[Rule]
    breaks: Sequence[Span] = ()
    max_stops: int | None = None
    max_teams: int | None = None

    @property
    def stops(self) -> range:
        return range(1, len(self.travel))

    @cached_property
    def answers(self) -> dict[int, dict[str, dict[int, float]]]:
        """The scores, by stop, need and team."""
        found: dict[int, dict[str, dict[int, float]]] = {one: {} for one in self.stops}
        for one in self.topics:
            known = found[one.stop].setdefault(one.key, {})
            known[one.team] = max(one.score, known.get(one.team, 0.0))
        return found

    def worth(self, stop: int, teams: Iterable[int]) -> float:
        """Return what a stop is worth with these teams: each need counts with the best of them."""
        return sum(
            max((known.get(one, 0.0) for one in teams), default=0.0) for known in self.answers[stop].values()
        )

    def value(self, stops: Iterable[int], teams: Iterable[int]) -> float:
        travelling = {*teams}
        return sum(self.worth(one, travelling) for one in stops)

    def minutes(self, stops: Sequence[int]) -> int:
        """Return the minutes of travel, to the first stop and back from the last included."""
        if not stops:
            return 0
        return sum(self.travel[one][other] for one, other in pairwise([0, *stops, 0]))

    @cached_property
    def most_stops(self) -> int:
        """No more stops than this fit into the day, wherever they are."""
        between = min(
            (self.travel[one][other] for one in self.stops for other in self.stops if one != other), default=0
        )
        there = min((self.travel[0][one] for one in self.stops), default=0)
        back = min((self.travel[one][0] for one in self.stops), default=0)
        spans = spans_outside(self.breaks, self.start, self.end, self.visit)
        count, at = 0, self.start + there
        while (begin := earliest_in(spans, at)) is not None and begin + self.visit + back <= self.end:
            count, at = count + 1, begin + self.visit + between
        most = min(count, len(self.stops))
        return most if self.max_stops is None else min(most, self.max_stops)


@dataclass(frozen=True)
class Route:
    """What was found: stops in order with the minute at which each begins, who travels, and what they discuss.

    No route is worth more than `bound`; it travels so many `minutes`, the way back included, and no other
    of the same value less than `least`. `broken` are the soft rules that it does not keep.
    """

    stops: tuple[int, ...]
    starts: tuple[int, ...]
    teams: tuple[int, ...]
    topics: tuple[Topic, ...]
    bound: float
    minutes: int
    least: float
    broken: tuple[Rule, ...] = ()


class Timing:
    """When the stops of a route can begin, by the rules that are kept."""

    def __init__(self, tour: Tour, rules: Sequence[Rule]) -> None:
        self.tour = tour
        free = spans_outside(tour.breaks, tour.start, tour.end, tour.visit)
        self._gone = [(one.team, one.away) for one in rules if one.team is not None and one.away is not None]
        fixed = {one.stop: one.start for one in rules if one.stop is not None and one.start is not None}
        barred: dict[int, list[Span]] = {one: [*tour.breaks] for one in tour.stops}
        for one in rules:
            if one.stop is not None and one.away is not None:
                barred[one.stop].append(one.away)
        self._spans = {
            stop: free
            if len(spans) == len(tour.breaks)
            else spans_outside(spans, tour.start, tour.end, tour.visit)
            for stop, spans in barred.items()
        }
        for stop, start in fixed.items():
            there = earliest_in(self._spans[stop], start) == start
            self._spans[stop] = [(start, start)] if there else []

    def starts(self, stops: Sequence[int], teams: Iterable[int]) -> tuple[int, ...] | None:
        """Return the earliest minutes at which these stops can begin in this order; None where they cannot."""
        travelling = set(teams)
        gone = [away for team, away in self._gone if team in travelling]
        for depart in sorted({self.tour.start, *(until for _, until in gone if until > self.tour.start)}):
            begins = self._from(depart, stops)
            if begins is not None and is_there(gone, depart, self._back(depart, stops, begins)):
                return begins
        return None

    def _from(self, depart: int, stops: Sequence[int]) -> tuple[int, ...] | None:
        begins: list[int] = []
        at, here = depart, 0
        for stop in stops:
            begin = earliest_in(self._spans[stop], at + self.tour.travel[here][stop])
            if begin is None:
                return None
            begins.append(begin)
            at, here = begin + self.tour.visit, stop
        return tuple(begins) if self._back(depart, stops, begins) <= self.tour.end else None

    def _back(self, depart: int, stops: Sequence[int], begins: Sequence[int]) -> int:
        return begins[-1] + self.tour.visit + self.tour.travel[stops[-1]][0] if stops else depart


def topics_of(tour: Tour, stops: Iterable[int], teams: Iterable[int]) -> list[Topic]:
    """Return the topics of a route: each need of its stops, with the team that answers it best."""
    best: dict[tuple[int, str], Topic] = {}
    visited, travelling = {*stops}, {*teams}
    for one in sorted(tour.topics, key=lambda topic: (-topic.score, topic.team)):
        if one.stop in visited and one.team in travelling:
            best.setdefault((one.stop, one.key), one)
    return list(best.values())


def first_route(
    tour: Tour, teams: Iterable[int], tried: Iterable[int], seed: int = 0
) -> tuple[list[int], set[int]] | None:
    """Return good stops in order, of those tried, and teams; None where insertion finds none that fit.

    The search begins with these teams, then with others drawn at random, and keeps the best.
    """
    wanted = [one for one in tour.rules if one.away is None]
    fixed = {one.team for one in wanted if one.team is not None}
    draw = random.Random(seed)
    starts = [{*teams, *fixed}]
    free = sorted({*range(tour.teams)} - fixed)
    most = len(free) if tour.max_teams is None else min(len(free), max(0, tour.max_teams - len(fixed)))
    starts += [{*draw.sample(free, most), *fixed} for _ in range(_STARTS)] if 0 < most < len(free) else []
    found = [one for one in (_climbed(tour, each, {*tried}, fixed) for each in starts) if one]
    return max(found, key=lambda one: (tour.value(*one), -tour.minutes(one[0])), default=None)


def _climbed(
    tour: Tour, teams: set[int], tried: set[int], fixed: set[int]
) -> tuple[list[int], set[int]] | None:
    """Return what is reached from these teams by one better step after the other."""
    timing = Timing(tour, tour.rules)
    held = {one.stop for one in tour.rules if one.away is None and one.stop is not None}
    route: list[int] = []
    for stop in sorted(held):
        better = _inserted(tour, timing, route, stop, teams)
        if better is None:
            return None
        route = better
    for _ in range(_ROUNDS):
        step = next(_steps(tour, timing, route, teams, held, fixed, tried), None)
        if step is None:
            break
        route, teams = step
    return route, teams


def _steps(
    tour: Tour,
    timing: Timing,
    route: list[int],
    teams: set[int],
    held: set[int],
    fixed: set[int],
    tried: set[int],
) -> Iterator[tuple[list[int], set[int]]]:
    """Yield routes worth more, or as much with less travel: a stop more, a stop exchanged, a team exchanged."""
    worth = {one: tour.worth(one, teams) for one in tried}
    others = sorted(
        (one for one in sorted(tried) if one not in route and worth[one] > 0), key=lambda one: -worth[one]
    )
    if len(route) < tour.most_stops:
        for stop in others:
            if more := _inserted(tour, timing, route, stop, teams):
                yield more, teams
    for gone in sorted((one for one in route if one not in held), key=lambda one: worth[one]):
        left = [one for one in route if one != gone]
        for stop in (gone, *others):
            if worth[stop] < worth[gone]:
                break
            changed = _inserted(tour, timing, left, stop, teams)
            if changed and (worth[stop] > worth[gone] or tour.minutes(changed) < tour.minutes(route)):
                yield changed, teams
    value = sum(worth[one] for one in route)
    for gone_team in sorted(teams - fixed):
        for team in sorted({*range(tour.teams)} - teams):
            changed_teams = (teams - {gone_team}) | {team}
            if sum(tour.worth(one, changed_teams) for one in route) > value + 1e-9 and timing.starts(
                route, changed_teams
            ):
                yield route, changed_teams


def _inserted(
    tour: Tour, timing: Timing, route: Sequence[int], stop: int, teams: set[int]
) -> list[int] | None:
    """Return the route with one stop more, where it makes the least way; None where it fits nowhere."""
    ways = [[*route[:place], stop, *route[place:]] for place in range(len(route) + 1)]
    fitting = (one for one in sorted(ways, key=tour.minutes) if timing.starts(one, teams) is not None)
    return next(fitting, None)


def earliest_in(spans: Sequence[Span], at: int) -> int | None:
    """Return the first minute from `at` on that is in one of the spans, ends included."""
    return next((max(at, since) for since, until in spans if at <= until), None)


def spans_outside(barred: Sequence[Span], start: int, end: int, minutes: int) -> list[Span]:
    """Return the spans, ends included, in which something of so many minutes may begin clear of what is barred."""
    spans, at = [], start
    for since, until in [*sorted(barred), (end, DAY)]:
        if at <= (last := min(since, end) - minutes):
            spans.append((at, last))
        at = max(at, until)
    return spans
