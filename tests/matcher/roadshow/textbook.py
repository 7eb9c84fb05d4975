"""What plans stand beside: greedy assignment, and the textbook model, one boolean for a pair and a slot.

Both work on the plain SPEC and the rows of its affinity file, with the checker's reckoning of times; the
textbook model knows the hard rules and maximizes the value.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from tests.matcher.roadshow.reckoning import (
    Rows,
    absences,
    clock,
    grid,
    sessions_of,
    touch,
    usable_tables,
)

#: Scores are counted in whole ten-thousandths.
UNIT = 10_000


class Found(NamedTuple):
    """What a method found: its value, what it proves that none exceeds, and its seconds."""

    status: str
    value: float
    bound: float
    seconds: float


class Place(NamedTuple):
    start: int
    end: int
    tables: frozenset[int]


class Facts:
    """Who may meet whom in which slot, and what is demanded."""

    def __init__(self, spec: Mapping[str, Any], rows: Rows) -> None:
        self.spec = spec
        self.slots = sorted(
            Place(*slot, frozenset(usable_tables(session)))
            for session in sessions_of(spec, "meetings")
            for slot in grid(session)
        )
        self.by_start = {slot.start: number for number, slot in enumerate(self.slots)}
        rules = spec.get("meetings", {})
        self.most_firm = rules.get("max_per_enterprise")
        self.most_team = rules.get("max_per_team")
        self.repeat = rules.get("repeat_pairs", False)
        self.force = [(one, other) for one, other in spec.get("force", ())]
        self.pins = list(spec.get("pinned", ()))
        score = {(one, other): value for one, other, value in rows}
        out = {*spec.get("enterprises", {}).get("never", ()), *spec.get("cancelled", ())}
        forbidden = {(one, other) for one, other in spec.get("forbid", ())}
        demanded = {*self.force, *((one["enterprise_id"], one["team_id"]) for one in self.pins)}
        self.score = {
            pair: score.get(pair, 0.0)
            for pair in {**score, **dict.fromkeys(demanded)}
            if pair in demanded or not ({*pair} & out or pair in forbidden)
        }
        self._there: dict[str, frozenset[int]] = {}

    def there(self, who: str) -> frozenset[int]:
        if who not in self._there:
            gone = absences(self.spec, who)
            self._there[who] = frozenset(
                number
                for number, slot in enumerate(self.slots)
                if slot.tables and not any(touch((slot.start, slot.end), span) for span in gone)
            )
        return self._there[who]


def greedy(spec: Mapping[str, Any], rows: Rows) -> Found:
    """Take the best pair first, and put it into the first slot in which both and a table are free."""
    began = time.perf_counter()
    facts = Facts(spec, rows)
    left = [len(slot.tables) for slot in facts.slots]
    busy: dict[str, set[int]] = defaultdict(set)
    value = 0.0
    for (firm, team), score in sorted(facts.score.items(), key=lambda one: -one[1]):
        if facts.most_firm is not None and len(busy[firm]) >= facts.most_firm:
            continue
        if facts.most_team is not None and len(busy[team]) >= facts.most_team:
            continue
        free = (facts.there(firm) & facts.there(team)) - busy[firm] - busy[team]
        slot = min((one for one in free if left[one]), default=None)
        if slot is not None:
            busy[firm].add(slot)
            busy[team].add(slot)
            left[slot] -= 1
            value += score
    return Found("feasible", value, float("nan"), time.perf_counter() - began)


class Textbook:
    """The textbook model: x[pair, slot], sums over people, slots and tables."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.model = model = cp_model.CpModel()
        self.x: dict[tuple[str, str, int], cp_model.IntVar] = {}
        at: dict[tuple[str, int], list[cp_model.IntVar]] = defaultdict(list)
        of: dict[str, list[cp_model.IntVar]] = defaultdict(list)
        in_slot: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        of_pair: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
        for pair in facts.score:
            for slot in facts.there(pair[0]) & facts.there(pair[1]):
                one = self.x[*pair, slot] = model.new_bool_var("")
                of_pair[pair].append(one)
                in_slot[slot].append(one)
                for who in pair:
                    at[who, slot].append(one)
                    of[who].append(one)
        for together in at.values():
            model.add_at_most_one(together)
        for slot, together in in_slot.items():
            model.add(sum(together) <= len(facts.slots[slot].tables))
        firms = {firm for firm, _ in facts.score}
        for who, together in of.items():
            most = facts.most_firm if who in firms else facts.most_team
            if most is not None:
                model.add(sum(together) <= most)
        if not facts.repeat:
            for together in of_pair.values():
                model.add_at_most_one(together)
        for pair in facts.force:
            model.add(sum(of_pair[pair]) >= 1)
        self._pin()

    def _pin(self) -> None:
        facts, taken = self.facts, Counter[tuple[int, int]]()
        for pin in facts.pins:
            slot = facts.by_start.get(clock(pin["start"]), -1)
            one = self.x.get((pin["enterprise_id"], pin["team_id"], slot))
            table = pin.get("table")
            taken[slot, table or 0] += 1
            lost = table is not None and slot >= 0 and table not in facts.slots[slot].tables
            if one is None or lost or (table and taken[slot, table] > 1):
                self.model.add_bool_or([])
            else:
                self.model.add(one == 1)

    def most_value(self, seconds: float, workers: int = 2) -> Found:
        """Maximize the sum of the scores."""
        score = self.facts.score
        self.model.maximize(sum(round(score[key[:2]] * UNIT) * one for key, one in self.x.items()))
        began = time.perf_counter()
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        value = solver.objective_value / UNIT if found else 0.0
        return Found(
            solver.status_name(status).lower(),
            value,
            solver.best_objective_bound / UNIT,
            time.perf_counter() - began,
        )

    def most_kept(self, meetings: Sequence[Mapping[str, Any]], seconds: float = 60.0) -> int:
        """Return how many of these meetings can stay at their time and table at once, whatever else is given up."""
        kept = []
        for one in meetings:
            slot = self.facts.by_start.get(clock(one["start"]), -1)
            x = self.x.get((one["enterprise_id"], one["team_id"], slot))
            if x is not None and one["table"] in self.facts.slots[slot].tables and not self._held(one, slot):
                kept.append(x)
        self.model.maximize(sum(kept))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 2
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        return round(solver.objective_value)

    def _held(self, meeting: Mapping[str, Any], slot: int) -> bool:
        """Whether a pinned meeting of others has the table."""
        return any(
            self.facts.by_start.get(clock(pin["start"])) == slot
            and pin.get("table") == meeting["table"]
            and (pin["enterprise_id"], pin["team_id"]) != (meeting["enterprise_id"], meeting["team_id"])
            for pin in self.facts.pins
        )
