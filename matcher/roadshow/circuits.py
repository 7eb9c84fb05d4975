"""Circuits: the best route of a tour, proven with CP-SAT as one circuit that may leave stops out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ortools.sat.python import cp_model

from matcher.roadshow.choices import UNIT, Choice, Told, solve
from matcher.roadshow.clock import DAY
from matcher.roadshow.routes import Route, Rule, Timing, Tour, first_route, spans_outside, topics_of

#: Of more stops only those worth most are tried; what the others could add is in the bound.
_TRIED = 60
#: Shares of the time limit: for the bound without ways, and until only less travel is looked for.
_FOR_BOUND, _UNTIL_TRAVEL = 0.2, 0.8


class _Circuit(Choice):
    """The whole tour, of the `tried` stops; the day may last until `end` instead of its own."""

    def __init__(
        self, tour: Tour, soft: frozenset[str] = frozenset(), end: int | None = None, *, tried: set[int]
    ) -> None:
        super().__init__(tour, soft)
        self.tried = sorted(tried)
        self.last = tour.end if end is None else end
        model = self.model
        self.depart = model.new_int_var(tour.start, self.last, "")
        self.back = model.new_int_var(tour.start, self.last, "")
        model.add(self.depart <= self.back)
        self.begins = {one: self._begin(one) for one in self.tried}
        self.ways: dict[tuple[int, int], Any] = {}
        self.befores: list[tuple[Rule, Any]] = []
        self._go_round()
        self._keep_times()
        longest = tour if end is None else replace(tour, end=end)
        model.add(sum(self.visited.values()) <= longest.most_stops)

    def _begin(self, stop: int) -> Any:
        spans = spans_outside(self.tour.breaks, self.tour.start, self.last, self.tour.visit)
        if not spans:
            self.model.add(self.visited[stop] == 0)
            return self.model.new_int_var(self.tour.start, self.last, "")
        return self.model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans), "")

    def _go_round(self) -> None:
        tour, model = self.tour, self.model
        empty = model.new_bool_var("")
        arcs: list[tuple[int, int, Any]] = [(0, 0, empty)]
        for one in tour.stops:
            arcs.append((one, one, ~self.visited[one]))
            # Without this the stops could go round without the base.
            model.add_implication(empty, ~self.visited[one])
            if one not in self.begins:
                model.add(self.visited[one] == 0)
        for one in (0, *self.tried):
            for other in (0, *self.tried):
                if one == other:
                    continue
                way = self.ways[one, other] = model.new_bool_var("")
                arcs.append((one, other, way))
                leaves = self.begins[one] + tour.visit if one else self.depart
                arrives = self.begins[other] if other else self.back
                model.add(leaves + tour.travel[one][other] <= arrives).only_enforce_if(way)
        model.add_circuit(arcs)
        self.minutes = sum(tour.travel[one][other] * way for (one, other), way in self.ways.items())
        # Implied by the above, but only said so does the linear relaxation see it.
        model.add(self.minutes + tour.visit * sum(self.visited.values()) <= self.back - self.depart)

    def _keep_times(self) -> None:
        model, tour = self.model, self.tour
        for rule, kept in zip(tour.rules, self.kept, strict=True):
            if rule.away is None and rule.stop is not None and rule.start is not None:
                model.add(self.begins[rule.stop] == rule.start).only_enforce_if(kept)
            if rule.away is None:
                continue
            (since, until), before = rule.away, model.new_bool_var("")
            self.befores.append((rule, before))
            if rule.stop in self.begins:
                here, begin = [kept, self.visited[rule.stop]], self.begins[rule.stop]
                model.add(begin + tour.visit <= since).only_enforce_if([*here, before])
                model.add(begin >= until).only_enforce_if([*here, ~before])
            elif rule.team is not None:
                here = [kept, self.takes[rule.team]]
                model.add(self.back <= since).only_enforce_if([*here, before])
                model.add(self.depart >= until).only_enforce_if([*here, ~before])

    def route(self, solver: cp_model.CpSolver) -> tuple[list[int], set[int]]:
        """Return the stops in order, and the teams, that the solver found."""
        after = {one: other for (one, other), way in self.ways.items() if solver.boolean_value(way)}
        stops, at = [], after.get(0, 0)
        while at:
            stops.append(at)
            at = after[at]
        return stops, {one for one, taken in enumerate(self.takes) if solver.boolean_value(taken)}

    def hint(self, stops: Sequence[int], teams: set[int]) -> None:
        """Start the search from a route; of a hint that leaves anything open the solver makes little."""
        starts = Timing(self.tour, self.tour.rules).starts(stops, teams) or ()
        known = {*zip((0, *stops), (*stops, 0), strict=True)}
        best = {(one.stop, one.key, one.team) for one in topics_of(self.tour, stops, teams)}
        depart = starts[0] - self.tour.travel[0][stops[0]] if starts else self.tour.start
        back = starts[-1] + self.tour.visit + self.tour.travel[stops[-1]][0] if starts else depart
        begins = dict(zip(stops, starts, strict=False))
        self.model.proto.clear_solution_hint()
        hints = [(one, stop in begins) for stop, one in self.visited.items()]
        hints += [(one, team in teams) for team, one in enumerate(self.takes)]
        hints += [(one, way in known) for way, one in self.ways.items()]
        hints += [(one, key in best) for key, one in self.talks.items()]
        hints += [(one, True) for one in self.kept]
        for rule, before in self.befores:
            since = rule.away[0] if rule.away else 0
            ends = back if rule.stop is None else begins.get(rule.stop, 0) + self.tour.visit
            hints.append((before, ends <= since))
        for one, value in hints:
            self.model.add_hint(one, value)
        for stop, start in begins.items():
            self.model.add_hint(self.begins[stop], start)
        self.model.add_hint(self.depart, depart)
        self.model.add_hint(self.back, back)


def best_route(tour: Tour, seed: int = 0, time_limit: float = 30.0, told: Told | None = None) -> Route | None:
    """Return the route of most value and, of those, one of least travel; None where none keeps the rules.

    The same seed gives the same route unless time runs out. Raises TimeoutError where it does before
    any route is known.
    """
    began = time.monotonic()
    choice = Choice(tour)
    choice.model.add(sum(choice.visited.values()) <= tour.most_stops)
    choice.model.maximize(choice.worth)
    chosen = solve(choice, seed, time_limit * _FOR_BOUND)
    if chosen is None:
        return None
    # Wherever the stops were, no route would be worth more than this.
    bound = chosen.best_objective_bound / UNIT
    takes = {one for one, taken in enumerate(choice.takes) if chosen.boolean_value(taken)}
    tried = _tried(tour)
    found = first_route(tour, takes, tried, seed)
    if found and told:
        told(tour.value(*found), bound)
    built = _Circuit(tour, tried=tried)
    if found:
        built.hint(*found)
    built.model.maximize(built.worth)
    left = time_limit * _UNTIL_TRAVEL - (time.monotonic() - began)
    least = 0.0
    try:
        solver = solve(built, seed, left, told)
        if solver is None:
            return None
        found = max(found or ([], set()), built.route(solver), key=lambda one: tour.value(*one))
        if len(tried) == len(tour.stops):
            bound = min(bound, solver.best_objective_bound / UNIT)
        built.model.add(built.worth >= sum(round(one.score * UNIT) for one in topics_of(tour, *found)))
        built.hint(*found)
        built.model.minimize(built.minutes)
        shorter = solve(built, seed, time_limit - (time.monotonic() - began))
        if shorter is not None:
            found, least = built.route(shorter), shorter.best_objective_bound
    except TimeoutError:
        if found is None:
            raise
    return _route(tour, *found, bound, least)


def least_broken(tour: Tour, soft: frozenset[str], seed: int = 0, time_limit: float = 10.0) -> Route | None:
    """Return a route that breaks as few of the `soft` kinds of rules as it can; None where others collide too.

    Raises TimeoutError.
    """
    built = _Circuit(tour, soft, tried=_tried(tour))
    # Of those that break equally few, one of most value: all topics together count less than a rule.
    whole = UNIT * (1 + len(tour.topics))
    built.model.maximize(whole * sum(built.kept) + built.worth)
    solver = solve(built, seed, time_limit)
    if solver is None:
        return None
    broken = [
        rule for rule, kept in zip(tour.rules, built.kept, strict=True) if not solver.boolean_value(kept)
    ]
    return _route(tour, *built.route(solver), 0.0, 0.0, broken)


def earliest_end(tour: Tour, seed: int = 0, time_limit: float = 10.0) -> int | None:
    """Return the earliest minute at which a day that keeps all other rules can end; None where none can.

    Raises TimeoutError.
    """
    held = {rule.stop for rule in tour.rules if rule.stop is not None and rule.away is None}
    built = _Circuit(tour, end=DAY, tried=held)
    built.model.minimize(built.back)
    solver = solve(built, seed, time_limit)
    # Best is proven last; a day that is longer than needed is no smallest relaxation, but it is one.
    return None if solver is None else solver.value(built.back)


def _tried(tour: Tour) -> set[int]:
    """Return the stops among which the route is looked for: those that must be made, and the most promising."""
    held = {rule.stop for rule in tour.rules if rule.stop is not None and rule.away is None}
    promise = {one: tour.worth(one, range(tour.teams)) for one in tour.stops}
    ranked = sorted((one for one in tour.stops if one not in held), key=lambda one: -promise[one])
    return held | {*ranked[: max(0, _TRIED - len(held))]}


def _route(
    tour: Tour,
    stops: Sequence[int],
    takes: set[int],
    bound: float,
    least: float,
    broken: Sequence[Rule] = (),
) -> Route:
    kept = [rule for rule in tour.rules if rule not in broken]
    topics = topics_of(tour, stops, takes)
    # A seat that nobody needs stays empty.
    wanted = {rule.team for rule in kept if rule.team is not None and rule.away is None}
    teams = {one for one in takes if one in wanted} | {one.team for one in topics}
    starts = Timing(tour, kept).starts(stops, teams)
    assert starts is not None, "the order was found to fit"
    return Route(
        stops=tuple(stops),
        starts=starts,
        teams=tuple(sorted(teams)),
        topics=tuple(topics),
        bound=bound,
        minutes=tour.minutes(stops),
        least=least,
        broken=tuple(broken),
    )
