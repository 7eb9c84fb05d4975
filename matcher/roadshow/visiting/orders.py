"""Orders: whether some stops fit into one day, and in which order they take the least travel.

Few stops are put into order by dynamic programming over their subsets (Held and Karp, "A dynamic
programming approach to sequencing problems", SIAM Journal 10, 1962), more by CP-SAT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from ortools.sat.python import cp_model

from matcher.roadshow.clock import DAY
from matcher.roadshow.visiting.routes import Pins, Span, Tour, earliest_in, spans_outside

#: Up to so many stops every subset is looked at.
_FEW = 9
_SECONDS = 20.0


class Orders:
    """The orders of a tour's stops; who is away when always holds, other rules are told to each method."""

    def __init__(self, tour: Tour) -> None:
        self.tour = tour
        barred: dict[int, list[Span]] = {}
        self._gone: dict[int, list[Span]] = {}
        for one in tour.rules:
            if one.away is not None and one.stop is not None:
                barred.setdefault(one.stop, [*tour.breaks]).append(one.away)
            elif one.away is not None and one.team is not None:
                self._gone.setdefault(one.team, []).append(one.away)
        free = spans_outside(tour.breaks, tour.start, tour.end, tour.visit)
        self._spans = {
            one: spans_outside(barred[one], tour.start, tour.end, tour.visit) if one in barred else free
            for one in tour.stops
        }
        self._fits = cache(self._fitting)

    def bound_teams(self, teams: Iterable[int]) -> list[int]:
        """Return those of the teams that are not there all day."""
        return sorted(one for one in teams if one in self._gone)

    def windows(self, teams: Iterable[int]) -> tuple[Span, ...]:
        """Return the spans, longest first, in which all these teams are there."""
        gone = [span for one in teams for span in self._gone.get(one, ())]
        found, at = [], self.tour.start
        for since, until in [*sorted(gone), (self.tour.end, DAY)]:
            if at < (end := min(since, self.tour.end)):
                found.append((at, end))
            at = max(at, until)
        return tuple(sorted(found, key=lambda span: (span[0] - span[1], span)))

    def fits(self, stops: Iterable[int], windows: Iterable[Span], pins: Pins) -> bool:
        """Whether the stops can all be made in one of the windows. Raises TimeoutError."""
        chosen = frozenset(stops)
        fixed = frozenset((one, start) for one, start in pins.items() if one in chosen)
        return any(self._fits(chosen, window, fixed) for window in windows)

    def starts(self, order: Sequence[int], windows: Iterable[Span], pins: Pins) -> tuple[int, ...] | None:
        """Return the earliest minutes at which stops can begin in this order; None where they cannot."""
        found = (self._from(order, window, pins) for window in sorted(windows))
        return next((one for one in found if one is not None), None)

    def shortest(self, stops: Iterable[int], windows: Iterable[Span], pins: Pins) -> list[int] | None:
        """Return the order of least travel; None where none fits. Raises TimeoutError."""
        chosen = sorted(stops)
        orders = [one for window in windows if (one := self._ordered(chosen, window, pins)) is not None]
        return min(orders, key=self.tour.minutes, default=None)

    def _from(self, order: Sequence[int], window: Span, pins: Pins) -> tuple[int, ...] | None:
        begins: list[int] = []
        at, here = window[0], 0
        for stop in order:
            begin = self._begin(stop, at + self.tour.travel[here][stop], pins)
            if begin is None:
                return None
            begins.append(begin)
            at, here = begin + self.tour.visit, stop
        return tuple(begins) if not order or at + self.tour.travel[here][0] <= window[1] else None

    def _begin(self, stop: int, at: int, pins: Pins) -> int | None:
        begin = earliest_in(self._spans[stop], max(at, pins.get(stop, 0)))
        return begin if begin is not None and pins.get(stop, begin) == begin else None

    def _fitting(self, stops: frozenset[int], window: Span, fixed: frozenset[tuple[int, int]]) -> bool:
        return self._ordered(sorted(stops), window, dict(fixed), any_order=True) is not None

    def _ordered(
        self, stops: Sequence[int], window: Span, pins: Pins, any_order: bool = False
    ) -> list[int] | None:
        if not stops:
            return []
        return (self._by_subsets if len(stops) <= _FEW else self._by_solver)(stops, window, pins, any_order)

    def _by_subsets(
        self, stops: Sequence[int], window: Span, pins: Pins, any_order: bool
    ) -> list[int] | None:
        """Each label is (minute when it is over, minutes of travel, order); no other is better in both."""
        tour, travel = self.tour, self.tour.travel
        labels: dict[tuple[frozenset[int], int], list[tuple[int, int, list[int]]]] = {
            (frozenset(), 0): [(window[0], 0, [])]
        }
        for _ in stops:
            longer: dict[tuple[frozenset[int], int], list[tuple[int, int, list[int]]]] = {}
            for (made, here), known in labels.items():
                for stop in stops:
                    if stop in made:
                        continue
                    for at, minutes, order in known:
                        begin = self._begin(stop, at + travel[here][stop], pins)
                        if begin is not None and begin + tour.visit + travel[stop][0] <= window[1]:
                            label = (
                                begin + tour.visit,
                                0 if any_order else minutes + travel[here][stop],
                                [*order, stop],
                            )
                            _keep_best(longer.setdefault((made | {stop}, stop), []), label)
            labels = longer
        ended = [
            (minutes + travel[here][0], order)
            for (_, here), many in labels.items()
            for _, minutes, order in many
        ]
        return min(ended, default=(0, None))[1]

    def _by_solver(self, stops: Sequence[int], window: Span, pins: Pins, any_order: bool) -> list[int] | None:
        tour, model = self.tour, cp_model.CpModel()
        begins: dict[int, Any] = {}
        for one in stops:
            if not (spans := self._spans[one]):
                return None
            begins[one] = model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans), "")
            model.add(begins[one] - tour.travel[0][one] >= window[0])
            model.add(begins[one] + tour.visit + tour.travel[one][0] <= window[1])
            if one in pins:
                model.add(begins[one] == pins[one])
        places = {one: number for number, one in enumerate((0, *stops))}
        ways: dict[tuple[int, int], Any] = {}
        for one in (0, *stops):
            for other in (0, *stops):
                if one != other:
                    ways[one, other] = model.new_bool_var("")
                    if one and other:
                        leaves = begins[one] + tour.visit + tour.travel[one][other]
                        model.add(leaves <= begins[other]).only_enforce_if(ways[one, other])
        model.add_circuit([(places[one], places[other], way) for (one, other), way in ways.items()])
        minutes = sum(tour.travel[one][other] * way for (one, other), way in ways.items())
        # Implied by the above, but only said so does the linear relaxation see it.
        model.add(minutes + tour.visit * len(stops) <= window[1] - window[0])
        if not any_order:
            model.minimize(minutes)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = _SECONDS
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return None
        if status == cp_model.UNKNOWN:
            raise TimeoutError
        after = {one: other for (one, other), way in ways.items() if solver.boolean_value(way)}
        order = [after[0]]
        while after[order[-1]]:
            order.append(after[order[-1]])
        return order


def _keep_best(labels: list[tuple[int, int, list[int]]], label: tuple[int, int, list[int]]) -> None:
    if not any(one[0] <= label[0] and one[1] <= label[1] for one in labels):
        labels[:] = [one for one in labels if one[0] < label[0] or one[1] < label[1]]
        labels.append(label)
