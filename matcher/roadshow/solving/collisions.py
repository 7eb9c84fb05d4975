"""Which rules collide, and the smallest changes that would let all others be kept.

Meetings as such can always be left out; only what must be can collide: forced pairs and pinned
meetings, with who is there, the tables and the limits. A second model may break each of these rules
at a price, and the cheapest way is what is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from corpora.errors import shorten
from matcher.roadshow.clock import write_clock
from matcher.roadshow.event import Event
from matcher.roadshow.plan import Explanation
from matcher.roadshow.solving.problem import Problem

#: What a change of the SPEC costs: limits are raised before people are disappointed.
_RAISE, _ADD_TABLE, _LET_GO = 2, 3, 10
_WORK = 20.0
#: Demands that an explanation names.
_NAMED = 8


def collisions(event: Event, problem: Problem) -> list[Explanation]:
    """Return what collides, each group by itself, and as the last the changes that solve all of it.

    Empty where there is nothing that cannot be kept.
    """
    if not problem.forced and not problem.fixed:
        return []
    wanted = sorted(problem.forced)
    if _fits(problem, wanted):
        return []
    changes = _Relaxed(event, problem).cheapest()
    explanations = [_explain(event, problem, group) for group in _groups(problem, wanted)]
    return [*explanations, changes]


def _fits(problem: Problem, forced: Collection[int]) -> bool:
    """Return whether these pairs can meet beside what is pinned."""
    model = _Demands(problem, forced)
    model.limit()
    return model.solve() is not None


def _groups(problem: Problem, wanted: Sequence[int]) -> list[list[int]]:
    """Return smallest sets of pairs that cannot all meet; taking one out of each, the rest can."""
    found: list[list[int]] = []
    left = list(wanted)
    while not _fits(problem, left):
        group = list(left)
        # In halves first, then one by one: what is not needed for the collision goes.
        size = max(1, len(group) // 2)
        while size:
            for start in range(0, len(group), size):
                less = group[:start] + group[start + size :]
                if less != group and not _fits(problem, less):
                    group = less
                    break
            else:
                size //= 2
        found.append(group)
        if not group:
            break
        left.remove(min(group, key=lambda one: problem.score[one]))
    return found


class _Demands:
    """A model in which given pairs meet, and pinned meetings take place."""

    def __init__(self, problem: Problem, forced: Collection[int]) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.of_person: dict[int, dict[int, list[cp_model.LinearExprT]]] = {}
        self.of_slot: dict[int, list[cp_model.LinearExprT]] = {}
        #: Whether each demand is met: ("force", pair) or ("pinned", its place).
        self.met: dict[tuple[str, int], cp_model.IntVar] = {}
        pinned_pairs = {one.pair for one in problem.fixed}
        for place, one in enumerate(problem.fixed):
            kept = self.met["pinned", place] = self.model.new_bool_var("")
            if problem.possible[one.pair, one.slot]:
                self._add(one.pair, one.slot, kept)
            else:
                self.model.add(kept == 0)
        for pair in sorted(forced):
            if pair in pinned_pairs:
                continue
            meets = self.met["force", pair] = self.model.new_bool_var("")
            slots = [int(slot) for slot in np.flatnonzero(problem.possible[pair])]
            here = [self.model.new_bool_var("") for _ in slots]
            for slot, meets_here in zip(slots, here, strict=True):
                self._add(pair, slot, meets_here)
            self.model.add(sum(here) == meets)
        for slots_of in self.of_person.values():
            for ones in slots_of.values():
                self.model.add(sum(ones) <= 1)
        self._keep_pinned_tables_apart()

    def _add(self, pair: int, slot: int, one: cp_model.IntVar) -> None:
        i, j = int(self.problem.firm[pair]), len(self.problem.enterprises) + int(self.problem.team[pair])
        for person in (i, j):
            self.of_person.setdefault(person, {}).setdefault(slot, []).append(one)
        self.of_slot.setdefault(slot, []).append(one)

    def _keep_pinned_tables_apart(self) -> None:
        at: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        for place, one in enumerate(self.problem.fixed):
            if one.table:
                at.setdefault((one.slot, one.table), []).append(self.met["pinned", place])
                if one.table not in self.problem.slots[one.slot].tables:
                    self.model.add(self.met["pinned", place] == 0)
        for ones in at.values():
            self.model.add(sum(ones) <= 1)

    def limit(
        self,
        more_firm: cp_model.LinearExprT = 0,
        more_team: cp_model.LinearExprT = 0,
        more_tables: Mapping[int, cp_model.LinearExprT] | None = None,
    ) -> None:
        """Keep the limits, each raised by so much; more tables by session."""
        problem, e = self.problem, len(self.problem.enterprises)
        for person, slots in self.of_person.items():
            most, more = (
                (problem.most_firm[person], more_firm)
                if person < e
                else (problem.most_team[person - e], more_team)
            )
            self.model.add(sum(one for ones in slots.values() for one in ones) <= int(most) + more)
        for slot, ones in self.of_slot.items():
            more = (more_tables or {}).get(problem.slots[slot].session, 0)
            self.model.add(sum(ones) <= int(problem.tables[slot]) + more)

    def solve(self) -> cp_model.CpSolver | None:
        """Return the solver with a solution in which all demands are met, None where there is none."""
        for one in self.met.values():
            self.model.add(one == 1)
        return _solved(self.model)


def _solved(model: cp_model.CpModel) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = _WORK
    return solver if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


@dataclass
class _Relaxed:
    """The cheapest changes of the SPEC under which all that is left can be kept."""

    event: Event
    problem: Problem

    def cheapest(self) -> Explanation:
        spec, problem = self.event.spec, self.problem
        demands = _Demands(problem, problem.forced)
        new = demands.model.new_int_var
        slots = len(problem.slots)
        firm = new(0, slots if spec.meetings.max_per_enterprise is not None else 0, "")
        team = new(0, slots if spec.meetings.max_per_team is not None else 0, "")
        tables = {one.session: new(0, len(problem.pairs), "") for one in problem.slots}
        demands.limit(firm, team, tables)
        gone = [(key, 1 - one) for key, one in demands.met.items()]
        demands.model.minimize(
            _RAISE * (firm + team) + _ADD_TABLE * sum(tables.values()) + _LET_GO * sum(one for _, one in gone)
        )
        solver = _solved(demands.model)
        # Letting all demands go always is a solution.
        assert solver is not None
        value: Callable[[Any], int] = solver.value
        edits: list[Mapping[str, Any]] = []
        said: list[tuple[str, str]] = []
        for name, zh, en, more in (
            ("max_per_enterprise", "每家企业最多几场", "meetings of an enterprise", firm),
            ("max_per_team", "每个团队最多几场", "meetings of a team", team),
        ):
            if value(more):
                limit = int(getattr(spec.meetings, name)) + value(more)
                edits.append({"path": ["meetings", name], "value": limit})
                said.append((f"把{zh}提高到 {limit}", f"raise the most {en} to {limit}"))
        for session, more in tables.items():
            if value(more):
                count = spec.sessions[session].tables + value(more)  # type: ignore[union-attr]
                edits.append({"path": ["sessions", session, "tables"], "value": count})
                said.append(
                    (
                        f"把第 {session + 1} 场的桌数增加到 {count}",
                        f"have {count} tables in session {session + 1}",
                    )
                )
        for (kind, place), lost in gone:
            if not value(lost):
                continue
            if kind == "force":
                pair = problem.pairs[place]
                ids = [pair.enterprise_id, pair.team_id]
                edits.append({"path": ["force"], "remove": ids})
                names = _named(self.event, ids)
                said.append((f"不再要求“{names}”必须见面", f"no longer force '{names}'"))
            else:
                fixed = problem.fixed[place]
                pair = problem.pairs[fixed.pair]
                start = problem.slots[fixed.slot].start
                ids = [pair.enterprise_id, pair.team_id]
                pins = [one for one in spec.pinned
                        if [one.enterprise_id, one.team_id] == ids and one.start == start]  # fmt: skip
                edits += [
                    {"path": ["pinned"], "remove": one.model_dump(mode="json", by_alias=True)} for one in pins
                ]
                names = _named(self.event, ids)
                said.append(
                    (f"不再固定 {write_clock(start)} 的“{names}”", f"unpin '{names}' at {write_clock(start)}")
                )
        return Explanation(
            "relaxation",
            "最少这样改就排得出：" + "；".join(zh for zh, _ in said),
            "the least that would help: " + "; ".join(en for _, en in said),
            tuple(edits),
        )


def _explain(event: Event, problem: Problem, group: Sequence[int]) -> Explanation:
    """Say of a smallest set of pairs why they cannot all meet."""
    if not group:
        return Explanation(
            "pinned_collide", "固定的洽谈相互冲突，或与到场时间、桌位冲突",
            "pinned meetings collide with each other, with who is there, or with the tables",
        )  # fmt: skip
    pairs = [problem.pairs[one] for one in group]
    names = "、".join(f"“{_named(event, (one.enterprise_id, one.team_id))}”" for one in pairs[:_NAMED])
    english = ", ".join(f"'{_named(event, (one.enterprise_id, one.team_id))}'" for one in pairs[:_NAMED])
    more = len(pairs) - _NAMED
    slots = np.flatnonzero(problem.possible[list(group)].any(0))
    times = "、".join(write_clock(problem.slots[slot].start) for slot in slots[:_NAMED].tolist()) or "—"
    return Explanation(
        "forced_collide",
        f"这 {len(pairs)} 场必须的洽谈不能都排下：{names}{f' 等，另有 {more} 场' if more > 0 else ''}；"
        f"双方都在的时段只有 {times}",
        f"these {len(pairs)} forced meetings cannot all take place: {english}{f' and {more} more' if more > 0 else ''}; "
        f"both sides are there only at {times}",
    )


def _named(event: Event, ids: Sequence[str]) -> str:
    names = {one.id: one.name for one in event.enterprises} | {one.id: one.name for one in event.teams}
    return " – ".join(shorten(names.get(one) or one) for one in ids)
