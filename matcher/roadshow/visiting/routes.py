"""Routes: a day's tour of firms, and what a route through it is worth.

Which firms a tour visits, and in which order, is the orienteering problem with time windows
(Vansteenwegen, Souffriau and Van Oudheusden, "The orienteering problem: a survey", European Journal of
Operational Research 209, 2011), where what a stop is worth depends on who travels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from matcher.roadshow.clock import DAY

Span = tuple[int, int]
#: When stops must begin, by stop.
Pins = Mapping[int, int]


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
    def held(self) -> frozenset[int]:
        """The stops that must be made."""
        return frozenset(one.stop for one in self.rules if one.away is None and one.stop is not None)

    @cached_property
    def fixed(self) -> frozenset[int]:
        """The teams that must travel."""
        return frozenset(one.team for one in self.rules if one.away is None and one.team is not None)

    @cached_property
    def pins(self) -> Pins:
        """The stops that must begin at a certain minute."""
        return {one.stop: one.start for one in self.rules if one.stop is not None and one.start is not None}

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
    of the same value less than `least`.
    """

    stops: tuple[int, ...]
    starts: tuple[int, ...]
    teams: tuple[int, ...]
    topics: tuple[Topic, ...]
    bound: float
    minutes: int
    least: int


def topics_of(tour: Tour, stops: Iterable[int], teams: Iterable[int]) -> list[Topic]:
    """Return the topics of a route: each need of its stops, with the team that answers it best."""
    best: dict[tuple[int, str], Topic] = {}
    visited, travelling = {*stops}, {*teams}
    for one in sorted(tour.topics, key=lambda topic: (-topic.score, topic.team)):
        if one.stop in visited and one.team in travelling:
            best.setdefault((one.stop, one.key), one)
    return list(best.values())


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
