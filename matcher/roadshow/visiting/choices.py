"""Choices: which firms and which teams, wherever the firms are; sets that do not fit are cut off one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ortools.sat.python import cp_model

from matcher.roadshow.visiting.routes import Pins, Rule, Tour

#: Scores are counted in whole millionths.
UNIT = 1_000_000


class Choice:
    """A choice of stops and teams for a tour, without ways and times; kinds of rules in `soft` may be broken.

    After `solve` it is in `stops`, `teams`, `pins` (of the rules kept) and `broken`, its objective in
    `objective`, and `bound` is what none exceeds.
    """

    def __init__(self, tour: Tour, soft: frozenset[str] = frozenset()) -> None:
        self.tour, self._soft = tour, soft
        self.model = model = cp_model.CpModel()
        self._visited = {one: model.new_bool_var("") for one in tour.stops}
        self._takes = [model.new_bool_var("") for _ in range(tour.teams)]
        self._talks: dict[int, list[Any]] = {one: [] for one in tour.stops}
        self._worth = self._valued()
        self._kept = [self._keep(one) for one in tour.rules]
        model.add(sum(self._visited.values()) <= tour.most_stops)
        if tour.max_teams is not None:
            model.add(sum(self._takes) <= tour.max_teams)
        self.stops: list[int] = []
        self.teams: set[int] = set()
        self.pins: Pins = {}
        self.broken: list[Rule] = []
        self.objective = self.bound = 0.0

    def _valued(self) -> Any:
        """Each need is talked about with one team at most, where its firm is visited and the team travels."""
        terms = []
        for stop, needs in self.tour.answers.items():
            for known in needs.values():
                talks = {team: self.model.new_bool_var("") for team in known}
                for team, talk in talks.items():
                    self.model.add_implication(talk, self._takes[team])
                    terms.append(round(known[team] * UNIT) * talk)
                self.model.add(sum(talks.values()) <= self._visited[stop])
                self._talks[stop] += talks.values()
        return sum(terms)

    def _keep(self, rule: Rule) -> Any:
        model, kept = self.model, self.model.new_bool_var("")
        if rule.kind not in self._soft:
            model.add(kept == 1)
        if rule.away is None:
            if rule.stop is None and rule.team is None:
                model.add(kept == 0)
            if rule.stop is not None:
                model.add_implication(kept, self._visited[rule.stop])
            if rule.team is not None:
                model.add_implication(kept, self._takes[rule.team])
        return kept

    def want_value(self) -> None:
        self.model.maximize(self._worth)

    def want_rules(self) -> None:
        """Break as few rules as can be; of those, most value: all topics together count less than a rule."""
        whole = UNIT * (1 + len(self.tour.topics))
        self.model.maximize(whole * sum(self._kept) + self._worth)

    def want_nearness(self, value: float) -> None:
        """Have at least this value at stops that are near to others; the objective is a bound on the travel, negative."""
        tour = self.tour
        self.model.add(self._worth >= round(value * UNIT) - len(tour.topics))
        for stop, visited in self._visited.items():
            if stop not in tour.held:
                self.model.add(visited <= sum(self._talks[stop]))
        # A round trip leaves every place by a way that is no shorter than its shortest.
        near = [
            min((one for place, one in enumerate(row) if place != here), default=0)
            for here, row in enumerate(tour.travel)
        ]
        out = self.model.new_bool_var("")
        self.model.add_max_equality(out, [*self._visited.values(), self.model.new_constant(0)])
        self.model.minimize(
            near[0] * out + sum(near[one] * visited for one, visited in self._visited.items())
        )

    def solve(self, seed: int, seconds: float) -> bool:
        """Find the best choice; whether there is one. Raises TimeoutError."""
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = seed
        solver.parameters.max_time_in_seconds = max(0.1, seconds)
        # One thread takes the same steps each time.
        solver.parameters.num_workers = 1
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return False
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise TimeoutError
        self.stops = [one for one, visited in self._visited.items() if solver.boolean_value(visited)]
        self.teams = {one for one, takes in enumerate(self._takes) if solver.boolean_value(takes)}
        kept = [solver.boolean_value(one) for one in self._kept]
        self.broken = [one for one, is_kept in zip(self.tour.rules, kept, strict=True) if not is_kept]
        self.pins = {
            one.stop: one.start
            for one, is_kept in zip(self.tour.rules, kept, strict=True)
            if is_kept and one.stop is not None and one.start is not None
        }
        self.objective, self.bound = solver.objective_value, solver.best_objective_bound
        return True

    def cut(
        self, stops: Iterable[int], most: int, teams: Iterable[int] = (), pins: Pins | None = None
    ) -> None:
        """Have at most so many of these stops, as long as all these teams travel and these pins are kept."""
        many = list(stops)
        free: Any = sum(1 - self._takes[one] for one in teams)
        if pins:
            rules = zip(self.tour.rules, self._kept, strict=True)
            free += sum(1 - kept for rule, kept in rules if rule.start is not None and rule.stop in pins)
        self.model.add(sum(self._visited[one] for one in many) <= most + len(many) * free)

    def forbid(self, stops: Iterable[int], teams: Iterable[int]) -> None:
        """Do not choose exactly these stops again, as long as all these teams travel."""
        these = {*stops}
        others = sum(1 - one if stop in these else one for stop, one in self._visited.items())
        self.model.add(others + sum(1 - self._takes[one] for one in teams) >= 1)
