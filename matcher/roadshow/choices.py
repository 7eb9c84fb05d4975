"""Choices: which firms and which teams, wherever the firms are; what a circuit is built on, and its bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ortools.sat.python import cp_model

from matcher.roadshow.routes import Rule, Tour

#: Scores are counted in whole millionths.
UNIT = 1_000_000

#: Is told value and bound so far.
Told = Callable[[float, float], None]


class Choice:
    """Which stops and which teams, wherever the stops are; kinds of rules in `soft` may be broken."""

    def __init__(self, tour: Tour, soft: frozenset[str] = frozenset()) -> None:
        self.tour, self.soft = tour, soft
        self.model = model = cp_model.CpModel()
        self.visited = {one: model.new_bool_var("") for one in tour.stops}
        self.takes = [model.new_bool_var("") for _ in range(tour.teams)]
        self.talks: dict[tuple[int, str, int], Any] = {}
        self.worth = self._worth()
        self.kept = [self._keep(one) for one in tour.rules]
        if tour.max_teams is not None:
            model.add(sum(self.takes) <= tour.max_teams)

    def _worth(self) -> Any:
        """Each need is talked about with one team at most, where its firm is visited and the team travels."""
        terms = []
        for stop, needs in self.tour.answers.items():
            for key, known in needs.items():
                talks = {team: self.model.new_bool_var("") for team in known}
                for team, talk in talks.items():
                    self.talks[stop, key, team] = talk
                    self.model.add_implication(talk, self.takes[team])
                    terms.append(round(known[team] * UNIT) * talk)
                self.model.add(sum(talks.values()) <= self.visited[stop])
        return sum(terms)

    def _keep(self, rule: Rule) -> Any:
        model, kept = self.model, self.model.new_bool_var("")
        if rule.kind not in self.soft:
            model.add(kept == 1)
        if rule.away is None:
            if rule.stop is None and rule.team is None:
                model.add(kept == 0)
            if rule.stop is not None:
                model.add_implication(kept, self.visited[rule.stop])
            if rule.team is not None:
                model.add_implication(kept, self.takes[rule.team])
        return kept


def solve(built: Choice, seed: int, time_limit: float, told: Told | None = None) -> cp_model.CpSolver | None:
    """Return the solver with the best that it found; None where there is nothing. Raises TimeoutError."""
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.5, time_limit)
    # One thread takes the same steps each time.
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    status = solver.solve(built.model, _Telling(told) if told else None)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise TimeoutError
    return solver


class _Telling(cp_model.CpSolverSolutionCallback):
    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told

    def on_solution_callback(self) -> None:
        self._told(self.objective_value / UNIT, self.best_objective_bound / UNIT)
