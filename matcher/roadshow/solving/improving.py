"""Making a timetable better: small parts of it are planned anew by CP-SAT, the rest standing still.

Large neighbourhood search (Shaw, "Using constraint programming and local search methods to solve
vehicle routing problems", CP 1998): some people's meetings are freed, with them those pairs that were
nearly chosen, and the solver finds the best for just them. The goals are weighed so that an earlier
one is never given up for a later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.solving.meetingmodel import MeetingModel
from matcher.roadshow.solving.problem import Placed, Problem
from matcher.roadshow.solving.standing import Standing, busy_slots, standing, waits
from matcher.roadshow.spec import Goal

#: Meetings that are freed at once, and pairs that might take their place.
_FREED, _OTHERS = 45, 120
#: Work of one step, in the solver's deterministic seconds.
_STEP = 0.6
#: Up to so many meetings that could be (pairs × slots) all are freed at once, with so much work.
_WHOLE, _WHOLE_WORK = 4000, 4.0
#: Steps without gain after which it is enough, at least; more where there are more people.
_PATIENCE = 14


class Improver:
    """Improves the meetings of one problem step by step; the same seed takes the same steps."""

    def __init__(self, problem: Problem, reduced: NDArray[np.float64], seed: int) -> None:
        """`reduced` (P,) says how near each pair is to being chosen: small is near."""
        self.problem = problem
        self.random = Random(seed)
        self.near = np.argsort(reduced, kind="stable")
        self.near = self.near[problem.cap[self.near] > 0]
        self.near = self.near[: 4 * int(problem.tables.sum()) + 400]

    def improve(
        self,
        meetings: list[Placed],
        pinned: Sequence[Placed],
        order: Sequence[Goal],
        enough: Callable[[Standing], bool],
        most_steps: int,
        seconds_left: Callable[[], float],
        tell: Callable[[Standing], None],
    ) -> list[Placed]:
        """Return meetings at least as good by the goals in this order; `pinned` ones stand still."""
        best = standing(self.problem, [*meetings, *pinned])
        people = len(self.problem.enterprises) + len(self.problem.teams)
        patience = _PATIENCE + people // 12
        idle = taken = 0
        if len(self.near) * len(self.problem.slots) <= _WHOLE and not enough(best) and seconds_left() > 0:
            # What is small enough is first tried as a whole.
            everybody = set(range(people))
            tried = self._step(meetings, pinned, everybody, order, _WHOLE_WORK, seconds_left())
            found = standing(self.problem, [*tried, *pinned])
            if found.key(order) > best.key(order):
                meetings, best = tried, found
                tell(best)
        while idle < patience and taken < most_steps and not enough(best) and seconds_left() > 0:
            taken += 1
            freed = self._freed(meetings)
            tried = self._step(meetings, pinned, freed, order, _STEP, seconds_left(), _OTHERS)
            found = standing(self.problem, [*tried, *pinned])
            if found.key(order) > best.key(order):
                meetings, best, idle = tried, found, 0
                tell(best)
            else:
                idle += 1
        return meetings

    def _freed(self, meetings: Sequence[Placed]) -> set[int]:
        """Return people whose meetings are planned anew: somebody who waits or lacks a meeting, and those near."""
        problem, e = self.problem, len(self.problem.enterprises)
        busy = busy_slots(problem, meetings)
        lacking = np.concatenate(
            [
                busy[:e].sum(1) < np.minimum(problem.least, problem.most_firm),
                np.zeros(len(problem.teams), bool),
            ]
        )
        troubled = np.flatnonzero((waits(problem, busy) > 0) | lacking).tolist()
        everybody = list(range(e + len(problem.teams)))
        queue = [self.random.choice(troubled)] if troubled else []
        queue += self.random.sample(everybody, min(3, len(everybody)))
        partners: dict[int, list[int]] = {}
        for pair, _ in meetings:
            i, j = int(problem.firm[pair]), e + int(problem.team[pair])
            partners.setdefault(i, []).append(j)
            partners.setdefault(j, []).append(i)
        freed: set[int] = set()
        count = 0
        while queue and count < _FREED:
            person = queue.pop(0)
            if person not in freed:
                freed.add(person)
                count += len(partners.get(person, ()))
                others = partners.get(person, [])
                queue += self.random.sample(others, min(3, len(others)))
            if not queue and len(freed) < len(everybody):
                queue.append(self.random.choice(everybody))
        return freed

    def _step(
        self, meetings: list[Placed], pinned: Sequence[Placed], freed: set[int], order: Sequence[Goal],
        work: float, seconds: float, most: int | None = None,
    ) -> list[Placed]:  # fmt: skip
        problem, e = self.problem, len(self.problem.enterprises)

        def is_free(pair: int) -> bool:
            return int(problem.firm[pair]) in freed or e + int(problem.team[pair]) in freed

        loose = [one for one in meetings if is_free(one[0])]
        still = [one for one in meetings if not is_free(one[0])]
        others = [int(one) for one in self.near if is_free(int(one))][:most]
        pairs = sorted({pair for pair, _ in loose} | set(others))
        model = MeetingModel(problem, pairs, [*still, *pinned])
        model.add_goals(order)
        return still + model.solve(loose, self.random.randrange(2**31), work, seconds)
