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

from matcher.roadshow.colouring import colour
from matcher.roadshow.compacting import compact
from matcher.roadshow.improving import Improver
from matcher.roadshow.meetingmodel import MeetingModel
from matcher.roadshow.pairing import TOLERANCE, choose_pairs
from matcher.roadshow.problem import Fixed, Placed, Problem
from matcher.roadshow.progress import Progress
from matcher.roadshow.seating import seat
from matcher.roadshow.spec import Goal
from matcher.roadshow.standing import Standing, standing

#: Shares of the time limit: for whole numbers of pairs; until pairs are improved; until times are compact.
_FOR_PAIRS, _UNTIL_PAIRS, _UNTIL_TIMES = 0.1, 0.5, 0.8
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

    def tell(self, stage: str, zh: str, en: str, objective: float = 0.0, bound: float = 0.0) -> None:
        if self._tell:
            self._tell(Progress(stage, self.seconds, objective, bound, zh, en))


@dataclass(frozen=True)
class Arrangement:
    """The table of each meeting, pinned ones among them, and the value that no arrangement exceeds."""

    tables: Mapping[Placed, int]
    bound: float
    standing: Standing


def arrange(problem: Problem, goals: Sequence[Goal], seed: int, clock: Clock) -> Arrangement:
    """Return meetings that keep every rule, the best for the goals in their order.

    The caller has made sure that what must be can be (collisions.py).
    """
    problem = _with_forced_placed(problem, seed)
    pinned: list[Placed] = [(one.pair, one.slot) for one in problem.fixed]
    rest = problem.without_fixed()
    had = problem.value(pinned)
    clock.tell("pairs", "正在选谁见谁", "choosing who meets whom")
    pairing = choose_pairs(rest, goals, clock.past(_UNTIL_PAIRS), clock.limit * _FOR_PAIRS)
    bound = pairing.bound + had
    edges = np.repeat(np.arange(len(problem.pairs)), pairing.times).tolist()
    meetings, _ = colour(rest, edges)
    found = standing(problem, [*meetings, *pinned])
    clock.tell("times", "正在排时间", "finding times", found.value, bound)

    def tell(one: Standing) -> None:
        clock.tell("times", "正在改进", "improving", one.value, bound)

    improver = Improver(problem, goals, pairing.reduced, seed)
    floor = bound * (1 - TOLERANCE)
    before_value = goals[: goals.index("value")] if "value" in goals else []
    if found.value < floor or "gaps" in before_value:
        meetings = improver.improve(
            meetings,
            pinned,
            None,
            lambda one: _is_enough(one, floor, before_value),
            clock.past(_UNTIL_PAIRS),
            tell,
        )
    if "gaps" not in before_value:
        meetings = compact(problem, meetings, pinned, seed, clock.past(_UNTIL_TIMES))
    clock.tell("tables", "正在排桌", "choosing tables", problem.value([*meetings, *pinned]), bound)
    everything = [*meetings, *pinned]
    kept = {(one.pair, one.slot): one.table for one in problem.fixed if one.table}
    found = standing(problem, everything)
    return Arrangement(seat(problem, everything, kept), max(bound, found.value), found)


def _is_enough(one: Standing, floor: float, before_value: Sequence[Goal]) -> bool:
    """Whether meetings are as good as can be asked; goals before the value are sought until nothing helps."""
    return one.value >= floor and not before_value


def _with_forced_placed(problem: Problem, seed: int) -> Problem:
    """Return the problem with pairs that must meet pinned, where slots might stand in their way."""
    rest = problem.without_fixed()
    if not rest.forced:
        return problem
    pinned = [(one.pair, one.slot) for one in problem.fixed]
    if rest.everybody_there and not pinned:
        # Then any pairs can be given times, these among them.
        return problem
    model = MeetingModel(problem, sorted(rest.forced), pinned)
    model.add_goals(["gaps"], None)
    placed = model.solve([], seed, _FORCED_WORK)
    return replace(problem, fixed=(*problem.fixed, *(Fixed(pair, slot, 0) for pair, slot in placed)))
