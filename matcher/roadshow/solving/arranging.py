"""Arranging meetings: who, when and where, for one problem that can be solved.

The parts are solved one after the other, each as well as can be: the pairs with a proven bound
(pairing.py), their times (colouring.py, compacting.py), the tables (seating.py). Only where times stand
in the way of the pairs are both searched together (improving.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.roadshow.progress import Progress
from matcher.roadshow.solving.colouring import colour
from matcher.roadshow.solving.compacting import compact
from matcher.roadshow.solving.improving import Improver
from matcher.roadshow.solving.meetingmodel import MeetingModel
from matcher.roadshow.solving.pairing import TOLERANCE, choose_pairs
from matcher.roadshow.solving.problem import Fixed, Placed, Problem
from matcher.roadshow.solving.seating import seat
from matcher.roadshow.solving.standing import Standing, standing
from matcher.roadshow.spec import Goal

#: Shares of the time limit: for whole numbers of pairs; until pairs are improved; until times are compact.
_FOR_PAIRS, _UNTIL_PAIRS, _UNTIL_TIMES = 0.1, 0.5, 0.8
#: Steps per second of the limit: small searches for pairs, exchanges of times. The machine makes some more.
_SEARCHES, _EXCHANGES = 0.6, 100_000
#: Work that placing what must be placed may take, in the solver's deterministic seconds.
_FORCED_WORK = 60.0


class Clock:
    """The time that is left of a limit in seconds, and who is told how far things are."""

    def __init__(self, limit: float, tell: Callable[[Progress], None] | None = None) -> None:
        self._start = time.monotonic()
        self.limit = limit
        self._tell = tell

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def past(self, share: float) -> Callable[[], bool]:
        """Return what says whether so much of the limit is over."""
        return lambda: self.seconds > self.limit * share

    def left(self, share: float) -> Callable[[], float]:
        """Return what says how many seconds there are until so much of the limit is over."""
        return lambda: self.limit * share - self.seconds

    def steps(self, per_second: float) -> int:
        """Return how many steps a search may take: so few that the limit itself hardly ever cuts in."""
        return max(1, int(self.limit * per_second))

    def tell(self, stage: str, zh: str, en: str, objective: float = 0.0, bound: float = 0.0) -> None:
        if self._tell:
            self._tell(Progress(stage, self.seconds, objective, bound, zh, en))


@dataclass(frozen=True)
class Arrangement:
    """The table of each meeting, pinned ones among them, their value, and what no arrangement exceeds."""

    tables: Mapping[Placed, int]
    value: float
    bound: float


def arrange(problem: Problem, goals: Sequence[Goal], seed: int, clock: Clock) -> Arrangement:
    """Return meetings that keep every rule, the best for the goals in their order.

    The caller has made sure that what must be can be (collisions.py).
    """
    pinned: list[Placed] = [(one.pair, one.slot) for one in problem.fixed]
    rest = problem.without_fixed()
    clock.tell("pairs", "正在选谁见谁", "choosing who meets whom")
    pairing = choose_pairs(rest, goals, clock.past(_UNTIL_PAIRS), clock.limit * _FOR_PAIRS)
    bound = pairing.bound + problem.value(pinned)
    meetings = _timed(
        problem, rest, pinned, np.repeat(np.arange(len(problem.pairs)), pairing.times).tolist(), seed
    )

    def tell(one: Standing) -> None:
        clock.tell("times", "正在排时间", "finding times", one.value, bound)

    found = standing(problem, [*meetings, *pinned])
    tell(found)
    improver = Improver(problem, pairing.reduced, seed)
    floor = bound * (1 - TOLERANCE)
    if found.value < floor:
        of_pairs: list[Goal] = [goal for goal in goals if goal not in ("gaps", "tables")]
        meetings = improver.improve(
            meetings,
            pinned,
            of_pairs,
            lambda one: one.value >= floor,
            clock.steps(_SEARCHES),
            clock.left(_UNTIL_PAIRS),
            tell,
        )
    meetings = compact(problem, meetings, pinned, seed, clock.steps(_EXCHANGES), clock.past(_UNTIL_TIMES))
    if goals.index("gaps") < goals.index("value") and standing(problem, [*meetings, *pinned]).gaps:
        # Waiting is to be avoided before anything else: meetings are given up for it.
        meetings = improver.improve(
            meetings, pinned, goals, lambda one: False, clock.steps(_SEARCHES), clock.left(_UNTIL_TIMES), tell
        )
    everything = [*meetings, *pinned]
    value = problem.value(everything)
    clock.tell("tables", "正在排桌", "choosing tables", value, bound)
    kept = {(one.pair, one.slot): one.table for one in problem.fixed if one.table}
    return Arrangement(seat(problem, everything, kept), value, max(bound, value))


def _timed(
    problem: Problem, rest: Problem, pinned: Sequence[Placed], edges: Sequence[int], seed: int
) -> list[Placed]:
    """Return times for as many of these pairs as find one, those that must meet do; `rest` is without pins."""
    placed, left = colour(rest, edges)
    if not rest.forced.intersection(left):
        return placed
    # What must be is placed first, exactly, the others around it.
    model = MeetingModel(problem, sorted(rest.forced), pinned)
    model.add_goals(["gaps"])
    forced = model.solve([], seed, _FORCED_WORK)
    aside = (*problem.fixed, *(Fixed(pair, slot, 0) for pair, slot in forced))
    others = list(edges)
    for pair, _ in forced:
        others.remove(pair)
    placed, _ = colour(replace(problem, fixed=aside).without_fixed(), others)
    return [*forced, *placed]
