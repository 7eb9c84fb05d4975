"""How good meetings are, goal by goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.solving.problem import Placed, Problem
from matcher.roadshow.spec import Goal

#: What an enterprise's k-th meeting counts for fairness.
KTH = (64, 16, 4, 1)


@dataclass(frozen=True)
class Standing:
    """How good a timetable is."""

    value: float
    #: Meetings that enterprises lack of their minimum, together.
    shortfall: int
    #: Slots in which somebody waits between two meetings of a session.
    gaps: int
    #: Σ over enterprises of what each of their meetings counts, the first most.
    fairness: int

    def key(self, order: Sequence[Goal]) -> tuple[float, ...]:
        """Return what compares meetings: greater is better. Tables are not known here."""
        said = {
            "value": self.value,
            "minimum": -self.shortfall,
            "gaps": -self.gaps,
            "fairness": self.fairness,
        }
        return tuple(said[goal] for goal in order if goal in said)


def standing(problem: Problem, meetings: Sequence[Placed]) -> Standing:
    """Return how good the meetings are, pinned ones among them."""
    busy = busy_slots(problem, meetings)
    e = len(problem.enterprises)
    counts = busy[:e].sum(1)
    return Standing(
        problem.value(meetings),
        int(np.maximum(problem.least - counts, 0).sum()),
        int(waits(problem, busy).sum()),
        int(sum(sum(KTH[: int(count)]) for count in counts)),
    )


def busy_slots(problem: Problem, meetings: Iterable[Placed]) -> NDArray[np.bool_]:
    """Return who is busy when, shape (E + T, S)."""
    e = len(problem.enterprises)
    busy = np.zeros((e + len(problem.teams), len(problem.slots)), dtype=bool)
    for pair, slot in meetings:
        busy[problem.firm[pair], slot] = busy[e + problem.team[pair], slot] = True
    return busy


def waits(problem: Problem, busy: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return in how many slots each person waits between meetings of one session, shape (E + T,).

    A slot in which somebody is not there is no waiting.
    """
    there = np.vstack([problem.firm_there, problem.team_there])
    total = np.zeros(len(busy), dtype=np.int64)
    for columns in sessions(problem):
        part = busy[:, columns]
        before = np.maximum.accumulate(part, axis=1)
        after = np.maximum.accumulate(part[:, ::-1], axis=1)[:, ::-1]
        total += (before & after & ~part & there[:, columns]).sum(1)
    return total


def sessions(problem: Problem) -> list[list[int]]:
    """Return the slots of each session."""
    found: dict[int, list[int]] = {}
    for slot in problem.slots:
        found.setdefault(slot.session, []).append(slot.index)
    return list(found.values())
