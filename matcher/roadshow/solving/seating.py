"""Which table: meetings of one slot are spread so that few people change tables between their meetings.

Slot by slot the best assignment is found exactly (Kuhn, "The Hungarian method for the assignment
problem", Naval Research Logistics Quarterly 2, 1955), again and again until no slot can be improved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.roadshow.solving.problem import Placed, Problem

_ROUNDS = 20
#: Among equally good tables the first is taken, so that halls fill from the front.
_ORDER = 1e-4


def seat(
    problem: Problem, meetings: Sequence[Placed], kept: Mapping[Placed, int] | None = None
) -> dict[Placed, int]:
    """Return the table of each meeting; those in `kept` keep theirs."""
    kept = kept or {}
    e = len(problem.enterprises)
    by_slot: dict[int, list[Placed]] = {}
    for one in meetings:
        by_slot.setdefault(one[1], []).append(one)
    #: The tables of each person, by slot.
    sits: dict[int, dict[int, int]] = {}

    def people(one: Placed) -> tuple[int, int]:
        return int(problem.firm[one[0]]), e + int(problem.team[one[0]])

    def near(person: int, slot: int) -> list[int]:
        """Return the tables of the person's meetings before and after a slot."""
        known = sits.get(person, {})
        before, after = [one for one in known if one < slot], [one for one in known if one > slot]
        return [
            known[one] for one in (max(before, default=None), min(after, default=None)) if one is not None
        ]

    seated: dict[Placed, int] = {}
    for one, table in kept.items():
        seated[one] = table
        for person in people(one):
            sits.setdefault(person, {})[one[1]] = table
    for _ in range(_ROUNDS):
        changed = False
        for slot in sorted(by_slot):
            loose = [one for one in sorted(by_slot[slot]) if one not in kept]
            taken = {seated[one] for one in by_slot[slot] if one in kept}
            free = [table for table in problem.slots[slot].tables if table not in taken]
            if not loose:
                continue
            cost = np.tile(_ORDER * np.arange(len(free)), (len(loose), 1))
            for row, one in enumerate(loose):
                for person in people(one):
                    for table in near(person, slot):
                        cost[row] += np.array([table != other for other in free])
            for row, column in zip(*linear_sum_assignment(cost), strict=True):
                one, table = loose[row], free[column]
                changed = changed or seated.get(one) != table
                seated[one] = table
                for person in people(one):
                    sits.setdefault(person, {})[slot] = table
        if not changed:
            break
    return seated
