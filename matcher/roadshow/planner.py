"""Planning a roadshow: first who pitches, then who meets whom, when, and at which table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from matcher.roadshow.changes import changes
from matcher.roadshow.event import Event
from matcher.roadshow.measures import reached
from matcher.roadshow.plan import Explanation, Meeting, Plan, Status
from matcher.roadshow.progress import Progress
from matcher.roadshow.solving.arranging import Arrangement, Clock, arrange
from matcher.roadshow.solving.collisions import collisions
from matcher.roadshow.solving.pairing import TOLERANCE
from matcher.roadshow.solving.pitches import Chosen, choose_pitches
from matcher.roadshow.solving.problem import Placed, Problem, problem_of
from matcher.roadshow.solving.replanning import keep
from matcher.roadshow.solving.reporting import remarks, unplaced
from matcher.roadshow.solving.sanity import impossible
from matcher.roadshow.specs.reading import apply_edits
from matcher.roadshow.visiting.visits import plan_visits

#: From this gap on a plan counts as optimal: later goals may use so much, and rounding.
OPTIMAL = TOLERANCE + 1e-4
#: The share of the time that pitches may take.
_FOR_PITCHES = 0.3
#: Times that the changes that one collision asks for may bring another to light.
_ROUNDS = 4


def plan(
    event: Event,
    *,
    base: Plan | None = None,
    seed: int = 0,
    time_limit: float = 60.0,
    relax: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Return the plan of an event; with `base` one that moves as few of its meetings as possible.

    Where rules collide the status is infeasible, and the explanations say what does; their edits, all
    made, let everything else be kept. With `relax` the plan that breaks least comes with them. The same
    seed gives the same plan, as long as the time limit (seconds) does not cut in.
    """
    if any(session.kind == "visits" for session in event.spec.sessions):
        made = plan_visits(event, seed=seed, time_limit=time_limit, relax=relax, progress=progress)
        return replace(made, changes=tuple(changes(base, made))) if base else made
    clock = Clock(time_limit, progress)
    settled = _settle(event, base, seed, clock)
    remedies = settled.remedies
    if remedies and not relax:
        return Plan(
            event.spec, enterprises=event.enterprises, teams=event.teams, titles=dict(event.titles), seed=seed,
            status=Status.INFEASIBLE, seconds=round(clock.seconds, 3), explanations=tuple(remedies),
        )  # fmt: skip
    made = _plan(settled, base, seed, clock)
    if not remedies:
        return made
    explanations = (*remedies, *(one for one in made.explanations if not one.edits))
    return replace(made, spec=event.spec, status=Status.INFEASIBLE, explanations=explanations)


def _mended(event: Event, remedies: Sequence[Explanation]) -> Event:
    """Return the event with its SPEC changed by all the edits."""
    edits = [edit for one in remedies for edit in one.edits]
    return replace(event, spec=apply_edits(event.spec, edits)) if edits else event


class _Settled(NamedTuple):
    """An event whose rules no longer collide, its pitches and its meetings as numbers; and what it took."""

    event: Event
    chosen: Chosen
    problem: Problem
    remedies: list[Explanation]


def _settle(event: Event, base: Plan | None, seed: int, clock: Clock) -> _Settled:
    """Mend the rules until none collide; the remedies are empty where none did.

    What counting sees comes first; what only comes to light once that is mended is told with it.
    """

    def choose(now: Event) -> tuple[Chosen, Problem]:
        chosen = choose_pitches(now, seed, clock.limit * _FOR_PITCHES, base)
        return chosen, problem_of(now, chosen.agenda)

    found: list[Explanation] = []
    for _ in range(_ROUNDS):
        now = _mended(event, found)
        new = impossible(now)
        if not new:
            chosen, problem = choose(now)
            new = chosen.explanations if chosen.collides else collisions(now, problem)
            if not new:
                return _Settled(now, chosen, problem, found)
        found += new
    now = _mended(event, found)
    return _Settled(now, *choose(now), found)


def _plan(settled: _Settled, base: Plan | None, seed: int, clock: Clock) -> Plan:
    """Return the plan of an event whose rules do not collide."""
    event, chosen, problem, _ = settled
    goals = event.spec.goals
    if chosen.agenda:
        clock.tell("pitches", "路演已选好", "pitches chosen", chosen.value, chosen.bound)
    pinned = {(one.pair, one.slot) for one in problem.fixed}
    kept = keep(problem, base, seed) if base else None
    if kept:
        problem = replace(problem, fixed=kept.fixed)
    found = arrange(problem, goals, seed, clock)
    meetings = _meetings(problem, found, pinned)
    objective = round(sum(one.score for one in meetings), 6)
    bound = max(objective, round(found.bound, 6))
    gap = (bound - objective) / bound if bound else 0.0
    left_out = unplaced(problem, found.tables)
    below = sum(one.meetings < one.minimum for one in left_out)
    spare = clock.limit - clock.seconds
    explanations = [*event.notes, *chosen.explanations, *remarks(problem, goals, found, below, spare)]
    if kept:
        explanations.append(kept.told())
    made = Plan(
        event.spec,
        tuple(chosen.agenda),
        tuple(meetings),
        enterprises=event.enterprises,
        teams=event.teams,
        titles=dict(event.titles),
        unplaced=tuple(left_out) if problem.slots else (),
        objective=objective,
        bound=bound,
        gap=round(gap, 8),
        status=Status.OPTIMAL if gap <= OPTIMAL else Status.FEASIBLE,
        seconds=round(clock.seconds, 3),
        seed=seed,
        explanations=tuple(explanations),
    )
    if problem.slots:
        made = replace(made, goals=reached(made))
    return replace(made, changes=tuple(changes(base, made))) if base else made


def _meetings(problem: Problem, found: Arrangement, pinned: Collection[Placed]) -> list[Meeting]:
    made = []
    for (pair, slot), table in found.tables.items():
        one, time = problem.pairs[pair], problem.slots[slot]
        made.append(
            Meeting(
                time.start, time.end, table, one.enterprise_id, one.team_id, one.need_id, one.achievement_id,
                one.level, one.score, (pair, slot) in pinned,
            )
        )  # fmt: skip
    return sorted(made, key=lambda one: (one.start, one.table))
