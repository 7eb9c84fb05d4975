"""Replanning: what changed is taken in, and as few meetings as possible move.

First a small model says which meetings of the earlier plan can stay where they are, at their time and
their table, and proves that no other plan keeps more. Those that move are given new times in it. All
of them are then fixed, and what has become free is filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from matcher.roadshow.plan import REPLANNED, Explanation, Meeting, Plan
from matcher.roadshow.solving.problem import Fixed, Placed, Problem

_WORK = 30.0


@dataclass(frozen=True)
class Kept:
    """What stays of an earlier plan: meetings with their times, how many had to move, and at least had to."""

    fixed: tuple[Fixed, ...]
    moved: int
    least: int
    #: Meetings of pairs that can no longer meet at all.
    ended: int

    def told(self) -> Explanation:
        """Say how many moved, and that no plan moves fewer, where that is proven."""
        proven = self.moved <= self.least
        zh = "，已证明不能更少" if proven else f"，可证明的下限 {self.least}"
        en = ", provably the fewest" if proven else f", at least {self.least} had to"
        return Explanation(
            REPLANNED,
            f"比较原计划：{self.ended} 场不再举行，{self.moved} 场改动{zh}",
            f"beside the earlier plan {self.ended} meetings have ended and {self.moved} moved{en}",
        )


def keep(problem: Problem, base: Plan, seed: int) -> Kept:
    """Return the meetings of `base` with as few as possible moved; a dropped one counts as moved.

    Meetings whose people are no longer invited, or may no longer meet, have ended and do not count.
    """
    by_ids = {(one.enterprise_id, one.team_id): place for place, one in enumerate(problem.pairs)}
    by_time = {one.start: one.index for one in problem.slots}
    problem = replace(problem, fixed=_at_their_tables(problem, base, by_ids, by_time))
    pinned = {(one.pair, one.slot) for one in problem.fixed}
    old = [
        (by_ids[ids], one)
        for one in base.meetings
        if (ids := (one.enterprise_id, one.team_id)) in by_ids and problem.cap[by_ids[ids]] > 0
    ]
    old = [(pair, one) for pair, one in old if (pair, by_time.get(one.start, -1)) not in pinned]
    model = _Model(problem, old, by_time)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = _WORK
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ArithmeticError("the model of what stays was not solved in its time")
    fixed = [
        Fixed(pair, by_time[one.start], one.table)
        for place, (pair, one) in enumerate(old)
        if place in model.stays and solver.value(model.stays[place])
    ]
    fixed += [Fixed(pair, slot, 0) for (pair, slot), one in model.moves.items() if solver.value(one)]
    stayed = sum(solver.value(one) for one in model.stays.values())
    least = int(np.floor(solver.best_objective_bound / model.unit + 1e-6))
    return Kept(
        (*problem.fixed, *fixed), len(old) - int(stayed), least, len(base.meetings) - len(old) - len(pinned)
    )


def _at_their_tables(
    problem: Problem, base: Plan, by_ids: Mapping[tuple[str, str], int], by_time: Mapping[int, int]
) -> tuple[Fixed, ...]:
    """Return the pinned meetings; those that may be at any table stay at the one that they had."""
    had = {
        (by_ids.get((one.enterprise_id, one.team_id), -1), by_time.get(one.start, -1)): one.table
        for one in base.meetings
    }
    taken = {(one.slot, one.table) for one in problem.fixed}
    found = []
    for one in problem.fixed:
        table = had.get((one.pair, one.slot), 0)
        free = table in problem.slots[one.slot].tables and (one.slot, table) not in taken
        found.append(replace(one, table=table) if not one.table and free else one)
    return tuple(found)


class _Model:
    """Earlier meetings stay (same time, same table), move, or are dropped; forced ones meet."""

    def __init__(self, problem: Problem, old: Sequence[tuple[int, Meeting]], by_time: dict[int, int]) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.stays: dict[int, cp_model.IntVar] = {}
        self.moves: dict[Placed, cp_model.IntVar] = {}
        e = len(problem.enterprises)
        people: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        slots: dict[int, list[cp_model.IntVar]] = {}
        of_pair: dict[int, list[cp_model.IntVar]] = {}

        def add(pair: int, slot: int) -> cp_model.IntVar:
            one = self.model.new_bool_var("")
            for person in (int(problem.firm[pair]), e + int(problem.team[pair])):
                people.setdefault((person, slot), []).append(one)
            slots.setdefault(slot, []).append(one)
            of_pair.setdefault(pair, []).append(one)
            return one

        busy = {
            (person, one.slot)
            for one in problem.fixed
            for person in (int(problem.firm[one.pair]), e + int(problem.team[one.pair]))
        }
        pinned_tables = {(one.slot, one.table) for one in problem.fixed if one.table}
        for place, (pair, one) in enumerate(old):
            slot = by_time.get(one.start, -1)
            if (
                slot >= 0
                and problem.possible[pair, slot]
                and one.table in problem.slots[slot].tables
                and (slot, one.table) not in pinned_tables
            ):
                self.stays[place] = add(pair, slot)
        fixed_pairs = [one.pair for one in problem.fixed]
        wanted = {pair for pair, _ in old} | problem.forced - set(fixed_pairs)
        for pair in sorted(wanted):
            for slot in np.flatnonzero(problem.possible[pair]).tolist():
                self.moves[pair, slot] = add(pair, slot)
        for (person, slot), ones in people.items():
            self.model.add(sum(ones) <= (0 if (person, slot) in busy else 1))
        had_slot = np.bincount([one.slot for one in problem.fixed], minlength=len(problem.slots))
        for slot, ones in slots.items():
            self.model.add(sum(ones) <= int(problem.tables[slot] - had_slot[slot]))
        self._limit(people, e)
        times = {pair: [one for one, _ in old].count(pair) for pair in wanted}
        for pair, ones in of_pair.items():
            had = fixed_pairs.count(pair)
            self.model.add(sum(ones) <= (max(times[pair], 1) if problem.repeat else max(1 - had, 0)))
            if pair in problem.forced and not had:
                self.model.add(sum(ones) >= 1)
        dropped = len(old) - sum(one for ones in of_pair.values() for one in ones)
        #: A meeting that does not stay outweighs all that are merely dropped instead of moved.
        self.unit = 2 * (len(old) + len(wanted)) + 1
        self.model.minimize(self.unit * (len(old) - sum(self.stays.values())) + dropped + len(wanted))

    def _limit(self, people: dict[tuple[int, int], list[cp_model.IntVar]], e: int) -> None:
        problem = self.problem
        had = np.zeros(e + len(problem.teams), dtype=int)
        for one in problem.fixed:
            had[problem.firm[one.pair]] += 1
            had[e + problem.team[one.pair]] += 1
        everything: dict[int, list[cp_model.IntVar]] = {}
        for (person, _), ones in people.items():
            everything.setdefault(person, []).extend(ones)
        for person, ones in everything.items():
            most = problem.most_firm[person] if person < e else problem.most_team[person - e]
            self.model.add(sum(ones) <= max(0, int(most) - int(had[person])))
