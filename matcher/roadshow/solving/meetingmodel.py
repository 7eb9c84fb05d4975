"""A CP-SAT model of some people's meetings, beside others that stand still."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model

from matcher.roadshow.solving.problem import Placed, Problem
from matcher.roadshow.solving.standing import KTH, busy_slots, sessions
from matcher.roadshow.spec import Goal

#: Scores count in ten-thousandths.
SCALE = 10_000


class MeetingModel:
    """A CP-SAT model of when some pairs meet, beside meetings that stand still."""

    def __init__(self, problem: Problem, pairs: Sequence[int], still: Sequence[Placed]) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.x: dict[Placed, cp_model.IntVar] = {}
        e = len(problem.enterprises)
        self.busy = busy_slots(problem, still)
        self.load = np.bincount([slot for _, slot in still], minlength=len(problem.slots))
        self.of_person: dict[int, dict[int, list[cp_model.IntVar]]] = {}
        met = {pair for pair, _ in still}
        by_slot: dict[int, list[cp_model.IntVar]] = {}
        for pair in pairs:
            i, j = int(problem.firm[pair]), e + int(problem.team[pair])
            open_ = problem.possible[pair] & ~self.busy[i] & ~self.busy[j]
            mine = []
            for slot in np.flatnonzero(open_).tolist():
                self.x[pair, slot] = one = self.model.new_bool_var("")
                mine.append(one)
                by_slot.setdefault(slot, []).append(one)
                for person in (i, j):
                    self.of_person.setdefault(person, {}).setdefault(slot, []).append(one)
            if pair in problem.forced and pair not in met:
                self.model.add_bool_or(mine)
            if mine and not problem.repeat:
                if pair in met:
                    self.model.add(sum(mine) == 0)
                else:
                    self.model.add_at_most_one(mine)
        for slot, ones in by_slot.items():
            room = int(problem.tables[slot] - self.load[slot])
            if room < len(ones):
                self.model.add(sum(ones) <= max(room, 0))
        for person, slots in self.of_person.items():
            for ones in slots.values():
                self.model.add_at_most_one(ones)
            most = problem.most_firm[person] if person < e else problem.most_team[person - e]
            had = int(self.busy[person].sum())
            everything = [one for ones in slots.values() for one in ones]
            if had + len(slots) > most:
                self.model.add(sum(everything) <= int(most) - had)

    def add_goals(self, order: Sequence[Goal]) -> None:
        """Weigh the goals by their order, so that an earlier one is never given up for a later."""
        goals = {
            "value": self._value,
            "minimum": self._shortfall,
            "gaps": self._gaps,
            "fairness": self._fairness,
        }
        objective: list[cp_model.LinearExpr] = []
        weight = 1
        for goal in reversed([goal for goal in order if goal in goals]):
            ones, span = goals[goal]()
            objective += [weight * one for one in ones]
            weight *= span + 1
        self.model.maximize(sum(objective))

    def _value(self) -> tuple[list[cp_model.LinearExpr], int]:
        score = (self.problem.score * SCALE).round().astype(int)
        ones = [int(score[pair]) * one for (pair, _), one in self.x.items()]
        return ones, int(sum(score[pair] for pair in {pair for pair, _ in self.x}))

    def _shortfall(self) -> tuple[list[cp_model.LinearExpr], int]:
        terms, span = [], 0
        for person, slots in self.of_person.items():
            if person >= len(self.problem.enterprises):
                continue
            lack = int(self.problem.least[person] - self.busy[person].sum())
            if lack > 0:
                short = self.model.new_int_var(0, lack, "")
                self.model.add(short >= lack - sum(one for ones in slots.values() for one in ones))
                terms.append(-1 * short)
                span += lack
        return terms, span

    def _fairness(self) -> tuple[list[cp_model.LinearExpr], int]:
        terms, span = [], 0
        for person, slots in self.of_person.items():
            if person >= len(self.problem.enterprises):
                continue
            had = int(self.busy[person].sum())
            steps = KTH[had : had + len(slots)]
            if steps:
                kth = [self.model.new_bool_var("") for _ in steps]
                self.model.add(sum(kth) <= sum(one for ones in slots.values() for one in ones))
                terms += [step * one for step, one in zip(steps, kth, strict=True)]
                span += sum(steps)
        return terms, span

    def _gaps(self) -> tuple[list[cp_model.LinearExpr], int]:
        """Waiting slots: somebody had a meeting before, has one after, is there, and has none now."""
        there = np.vstack([self.problem.firm_there, self.problem.team_there])
        terms, span = [], 0
        for person, slots in self.of_person.items():
            for columns in sessions(self.problem):
                here = [self._meets(person, slot, slots) for slot in columns]
                before, after = self._reach(here), self._reach(here[::-1])[::-1]
                for place in range(1, len(columns) - 1):
                    if there[person, columns[place]]:
                        gap = self.model.new_bool_var("")
                        self.model.add(gap + here[place] >= before[place - 1] + after[place + 1] - 1)
                        terms.append(-1 * gap)
                        span += 1
        return terms, span

    def _meets(
        self, person: int, slot: int, slots: dict[int, list[cp_model.IntVar]]
    ) -> cp_model.LinearExpr | int:
        return 1 if self.busy[person, slot] else sum(slots.get(slot, ()))

    def _reach(self, here: Sequence[cp_model.LinearExpr | int]) -> list[cp_model.IntVar]:
        """Return for each place whether there is a meeting at it or before."""
        reached: list[cp_model.IntVar] = []
        for one in here:
            now = self.model.new_bool_var("")
            self.model.add(now >= one)
            if reached:
                self.model.add_implication(reached[-1], now)
            reached.append(now)
        return reached

    def solve(
        self, hint: Sequence[Placed], seed: int, work: float, seconds: float | None = None
    ) -> list[Placed]:
        """Return the best meetings found within so much deterministic work (and so many seconds), the
        hint where there are none better.
        """
        known = set(hint)
        for key, one in self.x.items():
            self.model.add_hint(one, key in known)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = work
        if seconds is not None:
            solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return list(hint)
        return [key for key, one in self.x.items() if solver.value(one)]
