"""What is said of meetings: who was left out and why, and what could be decided otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.plan import Explanation, Unplaced
from matcher.roadshow.solving.arranging import Arrangement
from matcher.roadshow.solving.pairing import choose_pairs
from matcher.roadshow.solving.problem import Placed, Problem
from matcher.roadshow.spec import Goal

#: Seconds that the question what another order of goals would give may take.
_WHAT_IF = 2.0


def unplaced(problem: Problem, tables: Mapping[Placed, int]) -> list[Unplaced]:
    """Return the enterprises with fewer meetings than the minimum, and those with none, with the reason."""
    counts = _counts(problem, tables)
    found = []
    for place in np.flatnonzero(counts < np.maximum(problem.least, 1)).tolist():
        zh, en = _why(problem, place)
        minimum = int(problem.least[place])
        found.append(Unplaced(problem.enterprises[place], int(counts[place]), minimum, zh, en))
    return found


def _why(problem: Problem, firm: int) -> tuple[str, str]:
    mine = np.flatnonzero(problem.firm == firm)
    if not problem.firm_there[firm].any():
        return "没有一个时段在场", "is there in no slot"
    if not len(mine):
        return "没有关联度够高的团队", "no team fits well enough"
    if not problem.cap[mine].any():
        return "合适的团队在场时它都不在", "is never there when the teams that fit are"
    if int(problem.most_firm[firm]) < int(problem.least[firm]):
        return "在场的时段不够", "is there in too few slots"
    return "桌位和团队的时间给了更匹配的企业", "tables and teams' time went to better matches"


def remarks(
    problem: Problem, goals: Sequence[Goal], found: Arrangement, fewer: int, seconds: float
) -> list[Explanation]:
    """Return what an organizer may want to decide otherwise: what it would cost to place more enterprises.

    `fewer` is how many enterprises are below their minimum.
    """
    order: list[Goal] = ["minimum", *(goal for goal in goals if goal != "minimum")]
    if not fewer or goals.index("minimum") < goals.index("value") or seconds < _WHAT_IF:
        return []
    pairing = choose_pairs(problem.without_fixed(), order, lambda: True, _WHAT_IF)
    counts = np.bincount(problem.firm, pairing.times, len(problem.enterprises))
    for one in problem.fixed:
        counts[problem.firm[one.pair]] += 1
    still = int((counts < problem.least).sum())
    if still >= fewer:
        return []
    value = float(problem.score @ pairing.times) + problem.value(
        [(one.pair, one.slot) for one in problem.fixed]
    )
    cost = max(0.0, 1 - value / found.value) if found.value else 0.0
    return [
        Explanation(
            "minimum_first",
            f"若把“最少场数”排在目标的第一位，不足的企业约从 {fewer} 家减到 {still} 家，匹配总值约少 {cost:.1%}",
            f"with the minimum as the first goal some {still} instead of {fewer} enterprises would stay below it, "
            f"for about {cost:.1%} of the match value",
            ({"path": ["goals"], "value": list(order)},),
        )
    ]


def _counts(problem: Problem, tables: Mapping[Placed, int]) -> NDArray[np.int64]:
    firms = [int(problem.firm[pair]) for pair, _ in tables]
    return np.bincount(np.array(firms, dtype=np.int64), minlength=len(problem.enterprises))
