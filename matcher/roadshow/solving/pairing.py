"""Who meets whom: a b-matching of greatest value, and the bound that no plan can exceed.

How often people meet is a flow from enterprises to teams, so a linear program finds whole numbers by
itself; only where people are away at times must more be known. Whether chosen pairs fit into the
slots is asked by a second program, whose dual says what the first must learn (Benders, "Partitioning
procedures for solving mixed-variables programming problems", Numerische Mathematik 4, 1962). Of the
many pairs only those that can matter are looked at: the others are priced by the dual and taken in
when they are worth it (column generation).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from matcher.roadshow.solving.problem import Problem
from matcher.roadshow.spec import Goal

#: What share of the best value may be given up so that later goals are reached.
TOLERANCE = 0.0004
#: What the k-th meeting of an enterprise counts for fairness: a quarter of the one before it.
_NEXT = 0.25
#: Meetings of an enterprise that count for fairness.
_COUNTED = 6
#: What the value still counts while another goal is sought: it decides between equals.
_STILL = 1e-3
#: Pairs per person that are looked at first.
_FIRST_PAIRS = 12
_ROUNDS = 25
_WHOLE = 1e-6


@dataclass(frozen=True)
class Pairing:
    """How often each pair meets (P,), and what is proven about the value.

    `reduced` (P,) is what a pair's meeting would cost of the bound: the smaller, the likelier in a good plan.
    """

    times: NDArray[np.int64]
    bound: float
    reduced: NDArray[np.float64]


@dataclass(frozen=True)
class _Aim:
    """A linear goal: what each pair's meeting counts (P,), and each enterprise's k-th (E, K)."""

    pairs: NDArray[np.float64]
    kth: NDArray[np.float64]


@dataclass(frozen=True)
class _Solved:
    times: NDArray[np.float64]
    objective: float
    reduced: NDArray[np.float64]
    columns: NDArray[np.int64]


def choose_pairs(
    problem: Problem, goals: Sequence[Goal], out_of_time: Callable[[], bool], seconds: float
) -> Pairing:
    """Return the pairs of greatest value; goals after it decide between what is nearly as good.

    `problem` has no pinned meetings and can be solved. Once out of time, what the slots teach is not asked
    further: the bound then holds, but may be too high. Whole numbers are sought for so many seconds.
    """
    nothing = np.zeros(len(problem.pairs))
    if not problem.cap.any() or not problem.tables.sum():
        return Pairing(nothing.astype(np.int64), 0.0, nothing)
    master = _Master(problem)
    aims = {goal: aim for goal in goals if (aim := master.aim(goal)) is not None}
    bound, reduced = 0.0, nothing
    for goal, aim in aims.items():
        solved = master.learn(aim, out_of_time)
        times = solved.times
        if np.abs(times - times.round()).max() > _WHOLE:
            times = master.whole(aim, solved, seconds)
        if goal == "value":
            bound, reduced = solved.objective, np.maximum(solved.reduced, 0)
            master.keep(aim, min(float(aim.pairs @ times), bound * (1 - TOLERANCE)) - _WHOLE)
        else:
            master.keep(_Aim(nothing, aim.kth), master.kth(times, aim) - _WHOLE)
    return Pairing(times.round().astype(np.int64), bound, reduced)


class _Master:
    """The linear program of who meets whom, with what the slots taught and what earlier goals reached."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        most = int(min(problem.most_firm.max(initial=0), max(_COUNTED, problem.least.max(initial=0))))
        self.shape = (len(problem.enterprises), most)
        self.columns = _promising(problem)
        #: Inequalities Σ weight · times ≤ limit that the slots taught.
        self.cuts: list[tuple[NDArray[np.float64], float]] = []
        #: What goals must still reach.
        self.floors: list[tuple[_Aim, float]] = []

    def aim(self, goal: Goal) -> _Aim | None:
        """Return what a goal counts, None for a goal that is not about who meets whom."""
        steps, still = np.arange(self.shape[1]), _STILL * self.problem.score
        if goal == "value":
            return _Aim(self.problem.score, np.zeros(self.shape))
        if goal == "minimum":
            return _Aim(still, (steps[None, :] < self.problem.least[:, None]).astype(float))
        if goal == "fairness":
            return _Aim(still, np.broadcast_to(_NEXT**steps, self.shape))
        return None

    def kth(self, times: NDArray[np.float64], aim: _Aim) -> float:
        """Return what these meetings reach of a goal that counts each enterprise's k-th."""
        counts = np.bincount(self.problem.firm, times, self.shape[0])
        filled = np.clip(counts[:, None] - np.arange(self.shape[1])[None, :], 0, 1)
        return float((filled * aim.kth).sum())

    def keep(self, aim: _Aim, floor: float) -> None:
        self.floors.append((aim, floor))

    def learn(self, aim: _Aim, out_of_time: Callable[[], bool]) -> _Solved:
        """Return the optimum, once the slots have nothing against it."""
        while True:
            solved = self.solve(aim)
            if self.problem.everybody_there or len(self.cuts) >= _ROUNDS or out_of_time():
                return solved
            cut = _learn(self.problem, solved.times)
            if cut is None:
                return solved
            self.cuts.append(cut)

    def solve(self, aim: _Aim) -> _Solved:
        """Solve the linear program over all pairs, looking only at those that can matter."""
        problem = self.problem
        e, t = len(problem.enterprises), len(problem.teams)
        while True:
            rows, limits, lower, upper = self._program(self.columns)
            gain = np.concatenate([aim.pairs[self.columns], aim.kth.ravel()])
            found = linprog(
                -gain, A_ub=rows, b_ub=limits, bounds=np.column_stack([lower, upper]), method="highs-ds"
            )
            if found.x is None:
                raise ArithmeticError(f"the linear program of the pairs was not solved: {found.message}")
            dual = -np.asarray(found.ineqlin.marginals)
            price = (dual[:e] - dual[e + t + 1 : 2 * e + t + 1])[problem.firm] + dual[e + t]
            price += dual[e : e + t][problem.team]
            extra = dual[2 * e + t + 1 :]
            for paid, (weight, _) in zip(extra, self.cuts, strict=False):
                price += paid * weight
            for paid, (kept, _) in zip(extra[len(self.cuts) :], self.floors, strict=True):
                price -= paid * kept.pairs
            worth = aim.pairs - price
            missing = np.setdiff1d(np.flatnonzero((worth > 1e-9) & (problem.cap > 0)), self.columns)
            if not len(missing):
                times = np.zeros(len(problem.pairs))
                times[self.columns] = found.x[: len(self.columns)]
                return _Solved(times, -float(found.fun), -worth, self.columns)
            best_first = missing[np.argsort(-worth[missing], kind="stable")]
            self.columns = np.union1d(self.columns, best_first[: max(2000, len(self.columns) // 2)])

    def whole(self, aim: _Aim, solved: _Solved, seconds: float) -> NDArray[np.float64]:
        """Return whole numbers near the optimum: only pairs that cost little take part."""
        order = solved.columns[np.argsort(solved.reduced[solved.columns], kind="stable")]
        columns = order[: max(2000, 4 * int(self.problem.tables.sum()))]
        columns = np.union1d(columns, np.flatnonzero(solved.times > _WHOLE))
        rows, limits, lower, upper = self._program(columns)
        gain = np.concatenate([aim.pairs[columns], aim.kth.ravel()])
        found = milp(
            -gain,
            integrality=np.concatenate([np.ones(len(columns)), np.zeros(aim.kth.size)]),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(rows, -np.inf, limits),
            options={"mip_rel_gap": 1e-5, "time_limit": seconds},
        )
        if found.x is None:
            # Rounded down, nobody has too many; what is missing is filled in later.
            return np.asarray(np.floor(solved.times + _WHOLE))
        times = np.zeros(len(self.problem.pairs))
        times[columns] = found.x[: len(columns)]
        return times

    def _program(
        self, columns: NDArray[np.int64]
    ) -> tuple[csr_matrix, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return rows, their limits, and the bounds of the columns: these pairs, every enterprise's k-th meeting.

        Rows: what each enterprise, each team and all tables can take; that a k-th meeting is one; cuts; floors.
        """
        problem, (e, k) = self.problem, self.shape
        t, many, one = len(problem.teams), np.arange(len(columns)), np.ones(len(columns))
        firm, team = problem.firm[columns], problem.team[columns]
        place = np.concatenate([firm, e + team, np.full(len(columns), e + t), e + t + 1 + firm])
        pairs = coo_matrix(
            (np.concatenate([one, one, one, -one]), (place, np.tile(many, 4))),
            shape=(2 * e + t + 1, len(columns)),
        )
        kth = coo_matrix(
            (np.ones(e * k), (e + t + 1 + np.repeat(np.arange(e), k), np.arange(e * k))),
            shape=(2 * e + t + 1, e * k),
        )
        stack = [hstack([pairs, kth])]
        limits = [*problem.most_firm, *problem.most_team, problem.tables.sum(), *np.zeros(e)]
        for weight, limit in self.cuts:
            stack.append(csr_matrix(np.concatenate([weight[columns], np.zeros(e * k)])[None, :]))
            limits.append(limit)
        for aim, floor in self.floors:
            stack.append(csr_matrix(-np.concatenate([aim.pairs[columns], aim.kth.ravel()])[None, :]))
            limits.append(-floor)
        must = np.isin(columns, sorted(problem.forced)).astype(float)
        return (
            vstack(stack).tocsr(),
            np.array(limits, dtype=float),
            np.concatenate([must, np.zeros(e * k)]),
            np.concatenate([problem.cap[columns], np.ones(e * k)]).astype(float),
        )


def _promising(problem: Problem) -> NDArray[np.int64]:
    """Return the pairs that are among the best of one of their sides, and those that must meet."""
    chosen: set[int] = set(problem.forced)
    order = np.argsort(-problem.score, kind="stable")
    order = order[problem.cap[order] > 0]
    for side, count in ((problem.firm, len(problem.enterprises)), (problem.team, len(problem.teams))):
        # A team has more meetings than an enterprise where there are fewer of them.
        keep = max(_FIRST_PAIRS, 4 * int(problem.tables.sum()) // max(count, 1))
        seen = np.zeros(count, dtype=np.int64)
        for pair in order.tolist():
            if seen[side[pair]] < keep:
                seen[side[pair]] += 1
                chosen.add(pair)
    return np.array(sorted(chosen), dtype=np.int64)


def _learn(problem: Problem, times: NDArray[np.float64]) -> tuple[NDArray[np.float64], float] | None:
    """Return the inequality that these pairs break because they fit into no slots, None where they fit."""
    chosen = np.flatnonzero(times > _WHOLE)
    if not len(chosen):
        return None
    rows_of = np.arange(len(chosen))
    place, slot = np.nonzero(problem.possible[chosen])
    e, t, s = len(problem.enterprises), len(problem.teams), len(problem.slots)
    firm, team = problem.firm[chosen][place], problem.team[chosen][place]
    many = np.arange(len(place))
    first_firm, first_team = len(chosen), len(chosen) + e * s
    first_slot = first_team + t * s
    rows = coo_matrix(
        (
            np.ones(4 * len(place)),
            (np.concatenate([rows_of[place], first_firm + firm * s + slot, first_team + team * s + slot,
                             first_slot + slot]),
             np.tile(many, 4)),
        ),
        shape=(first_slot + s, len(place)),
    ).tocsr()  # fmt: skip
    limits = np.concatenate([times[chosen], np.ones((e + t) * s), problem.tables]).astype(float)
    found = linprog(-np.ones(len(place)), A_ub=rows, b_ub=limits, bounds=(0, None), method="highs")
    if found.x is None or -found.fun > times.sum() - 1e-5:
        return None
    dual = np.maximum(-np.asarray(found.ineqlin.marginals), 0)
    of_firm = dual[first_firm:first_team].reshape(e, s)
    of_team = dual[first_team:first_slot].reshape(t, s)
    of_slot = dual[first_slot:]
    cost = of_firm[problem.firm] + of_team[problem.team] + of_slot
    weight = np.minimum(1.0, np.where(problem.possible, cost, np.inf).min(1))
    return weight, float(of_firm.sum() + of_team.sum() + of_slot @ problem.tables)
