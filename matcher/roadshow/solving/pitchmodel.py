"""Choosing pitches, as a model for CP-SAT: which offers answer the invited needs best by the rules.

Each need counts the best of its pitched answers in full and the second best by a share, which is the
facility location of Cornuéjols, Fisher and Nemhauser (1977), so that eight pitches answer many needs
and not one need eight times. Each further node (环节) counts, each further pitch of a node less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from matcher.people import institution_key
from matcher.roadshow.event import Event, Offer
from matcher.roadshow.solving.stageplaces import Place, there

#: What the second best answer to a need counts.
SECOND = 0.3
#: What the first, second … pitch of a node adds, in fully answered needs.
SPREAD = (0.3, 0.15, 0.05)
#: Scores are whole numbers in the model.
_SCALE = 10_000
#: What it costs to leave out a pitch of an earlier plan: more than all that could be gained.
_KEEP = 1_000


@dataclass(frozen=True)
class Broken:
    """A rule of the pitches (count, must, institution, counties), and by how much it is broken."""

    rule: str
    by: int
    offer: Offer | None = None


@dataclass(frozen=True)
class Found:
    """A choice; `value` as `worth` counts, `bound` what no choice exceeds."""

    offers: list[Offer]
    value: float
    bound: float
    broken: tuple[Broken, ...]


class Choice:
    """The model: which offers, such that each has a place on stage. With `elastic`, rules may be broken at a cost."""

    def __init__(
        self,
        event: Event,
        offers: Sequence[Offer],
        stage: Sequence[Place],
        kept: Mapping[str, int],
        elastic: bool = False,
    ) -> None:
        self.event, self.offers, self.stage = event, offers, stage
        self.rules = event.spec.pitches
        self.model = cp_model.CpModel()
        self.taken = [self.model.new_bool_var(f"offer{place}") for place in range(len(offers))]
        #: By how much each rule is broken, and what that costs.
        self._slack: list[tuple[Broken, Any, int]] = []
        self.count = min(self.rules.count, len(offers))
        self._elastic = elastic
        self._worth: list[tuple[int, Any]] = []
        self._keep_rules()
        self._place()
        self._count_answers()
        self._spread()
        for offer, taken in zip(offers, self.taken, strict=True):
            if offer.achievement_id in kept:
                self._worth.append((_KEEP * _SCALE, taken))
        self.model.maximize(
            sum(weight * what for weight, what in self._worth)
            - sum(cost * _KEEP * _KEEP * _SCALE * broken for _, broken, cost in self._slack)
        )

    def solve(self, seed: int, time_limit: float) -> Found | None:
        """Return the best choice, None where none keeps the rules or none was found in time."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # several find another choice each time
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = time_limit
        solver.parameters.max_time_in_seconds = 3 * time_limit
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        chosen = [place for place, taken in enumerate(self.taken) if solver.value(taken)]
        offers = [self.offers[place] for place in chosen]
        value = worth(offers)
        # The constants of what is kept and what is broken lie on both sides.
        bound = value + (solver.best_objective_bound - solver.objective_value) / _SCALE
        broken = tuple(
            replace(rule, by=by) for rule, how_much, _ in self._slack if (by := int(solver.value(how_much)))
        )
        return Found(offers, value, bound, broken)

    def _may_break(self, rule: str, most: int, cost: int, offer: Offer | None = None) -> Any:
        """Return by how much the rule may be broken: a variable with `elastic`, else 0."""
        if not self._elastic or most <= 0:
            return 0
        broken = self.model.new_int_var(0, most, f"{rule} {offer.achievement_id if offer else ''}")
        self._slack.append((Broken(rule, most, offer), broken, cost))
        return broken

    def _keep_rules(self) -> None:
        rules, event = self.rules, self.event
        short = self._may_break("count", self.count, 2)
        self.model.add(sum(self.taken) == self.count - short)
        places = {one.achievement_id: place for place, one in enumerate(self.offers)}
        for one in rules.must:
            if one in places:
                dropped = self._may_break("must", 1, 4, self.offers[places[one]])
                self.model.add(self.taken[places[one]] >= 1 - dropped)
        groups: dict[str, list[int]] = defaultdict(list)
        for place, offer in enumerate(self.offers):
            if key := institution_key(offer.institution):
                groups[key].append(place)
        if rules.max_per_institution is not None:
            most = max((len(group) for group in groups.values()), default=0) - rules.max_per_institution
            more = self._may_break("institution", most, 1)
            for group in groups.values():
                self.model.add(sum(self.taken[place] for place in group) <= rules.max_per_institution + more)
        if rules.min_counties:
            served = []
            for county in sorted({*event.counties.values()}):
                answering = [
                    self.taken[place]
                    for place, offer in enumerate(self.offers)
                    if any(event.counties.get(need) == county for need in offer.relevance)
                ]
                is_served = self.model.new_bool_var(f"county {county}")
                self.model.add(is_served <= sum(answering))
                served.append(is_served)
            fewer = self._may_break("counties", rules.min_counties, 1)
            self.model.add(sum(served) >= rules.min_counties - fewer)

    def _place(self) -> None:
        """Let everybody be there when on stage; who is always there takes any place that is left."""
        self.model.add(sum(self.taken) <= len(self.stage))
        at: dict[int, list[Any]] = defaultdict(list)
        for offer, taken in zip(self.offers, self.taken, strict=True):
            free = there(self.event.spec, offer.team_id, self.stage)
            if len(free) == len(self.stage):
                continue
            here = [self.model.new_bool_var(f"{offer.achievement_id} at {place}") for place in free]
            self.model.add(sum(here) == taken)
            for place, is_here in zip(free, here, strict=True):
                at[place].append(is_here)
        for each in at.values():
            self.model.add_at_most_one(each)

    def _count_answers(self) -> None:
        answers: dict[str, list[tuple[float, Any]]] = defaultdict(list)
        for offer, taken in zip(self.offers, self.taken, strict=True):
            for need, score in offer.relevance.items():
                answers[need].append((score, taken))
        for need, each in sorted(answers.items()):
            first, second = [], []
            for number, (score, taken) in enumerate(each):
                best, other = (self.model.new_bool_var(f"{need} {rank} {number}") for rank in (1, 2))
                self.model.add(best + other <= taken)
                first.append(best)
                second.append(other)
                self._worth += [
                    (round(score * _SCALE), best),
                    (round(score * SECOND * _SCALE), other),
                ]
            self.model.add_at_most_one(first)
            self.model.add_at_most_one(second)

    def _spread(self) -> None:
        nodes: dict[str, list[Any]] = defaultdict(list)
        for offer, taken in zip(self.offers, self.taken, strict=True):
            for node in offer.nodes:
                nodes[node].append(taken)
        for node, members in sorted(nodes.items()):
            steps = [
                self.model.new_bool_var(f"{node} {step}") for step in range(min(len(SPREAD), len(members)))
            ]
            self.model.add(sum(steps) <= sum(members))
            self._worth += [
                (round(weight * _SCALE), step) for weight, step in zip(SPREAD, steps, strict=False)
            ]


def worth(offers: Sequence[Offer]) -> float:
    """Return what a choice counts: answered needs, and spread over nodes."""
    answers: dict[str, list[float]] = defaultdict(list)
    nodes: dict[str, int] = defaultdict(int)
    for offer in offers:
        for need, score in offer.relevance.items():
            answers[need].append(score)
        for node in offer.nodes:
            nodes[node] += 1
    total = 0.0
    for scores in answers.values():
        best, *others = sorted(scores, reverse=True)
        total += best + SECOND * (others[0] if others else 0.0)
    return total + sum(sum(SPREAD[:many]) for many in nodes.values())
