"""Small problems of meetings, and what is true of any meetings of them, reckoned by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.roadshow.clock import write_clock
from matcher.roadshow.event import Enterprise, Event, Pair, Team
from matcher.roadshow.plan import AgendaItem
from matcher.roadshow.solving.problem import Placed, Problem, problem_of
from matcher.roadshow.spec import Spec

START, MINUTES = 9 * 60, 20


def clock(slot: int) -> str:
    """Return when a slot begins; the end of the last is the next one's begin."""
    return write_clock(START + MINUTES * slot)


def event(
    scores: Mapping[tuple[str, str], float], slots: int, tables: int, pause: int | None = None, **spec: Any
) -> Event:
    """Return an event of these pairs in so many slots; before the slot `pause` there is a break."""
    breaks = [[clock(pause), clock(pause + 1)]] if pause is not None else []
    end = clock(slots + (pause is not None))
    session = {"kind": "meetings", "start": clock(0), "end": end, "slot_minutes": MINUTES, "tables": tables,
               "breaks": breaks}  # fmt: skip
    return Event(
        Spec.model_validate({"date": "2026-12-11", "sessions": [session], **spec}),
        tuple(Enterprise(one) for one in dict.fromkeys(firm for firm, _ in scores)),
        tuple(Team(one) for one in dict.fromkeys(team for _, team in scores)),
        tuple(Pair(*ids, score) for ids, score in scores.items()),
    )


def problem(
    scores: Mapping[tuple[str, str], float], slots: int, tables: int, agenda: Sequence[AgendaItem] = (), **spec: Any
) -> Problem:  # fmt: skip
    return problem_of(event(scores, slots, tables, **spec), agenda)


def grid(firms: int, teams: int, seed: int, density: float = 1.0) -> dict[tuple[str, str], float]:
    """Return random scores of every enterprise with every team, or of so many of the pairs."""
    draw = Random(seed)
    return {
        (f"e{one}", f"t{other}"): round(draw.random(), 3)
        for one in range(firms)
        for other in range(teams)
        if draw.random() < density
    }


def windows(names: Iterable[str], slots: int, seed: int) -> list[dict[str, Any]]:
    """Return availabilities that keep about half of them away for some of the slots."""
    draw, said = Random(seed), []
    for name in names:
        first = draw.randrange(slots)
        if draw.random() < 0.5:
            said.append({"who": name, "from": clock(first), "to": clock(draw.randint(first + 1, slots))})
    return said


def broken(problem: Problem, meetings: Sequence[Placed]) -> list[str]:
    """Return what rules of the problem the meetings break; pinned ones are to be among them."""
    firms = [(int(problem.firm[pair]), slot) for pair, slot in meetings]
    teams = [(int(problem.team[pair]), slot) for pair, slot in meetings]
    found = [f"twice at once: {one}" for many in (firms, teams) for one, n in Counter(many).items() if n > 1]
    found += [f"not there: {one}" for one in meetings if not problem.possible[one]]
    per_slot = Counter(slot for _, slot in meetings)
    found += [f"slot {slot} is too full" for slot, n in per_slot.items() if n > problem.tables[slot]]
    for many, most in ((firms, problem.most_firm), (teams, problem.most_team)):
        found += [
            f"too many for {who}" for who, n in Counter(one for one, _ in many).items() if n > most[who]
        ]
    if not problem.repeat and len({pair for pair, _ in meetings}) < len(meetings):
        found.append("a pair meets again")
    found += [f"forced {one} does not meet" for one in problem.forced - {pair for pair, _ in meetings}]
    found += [f"pin {one} moved" for one in problem.fixed if (one.pair, one.slot) not in meetings]
    return found


def best_value(problem: Problem) -> float:
    """Return the greatest value that there is, by the textbook: one variable for every pair and slot."""
    places = [(int(pair), int(slot)) for pair, slot in zip(*np.nonzero(problem.possible), strict=True)]
    rows: list[list[int]] = []
    limits: list[float] = []

    def add(keys: Sequence[int], limit: float) -> None:
        rows.append([int(key) for key in keys])
        limits.append(limit)

    for slot in range(len(problem.slots)):
        here = [one == slot for _, one in places]
        add(here, problem.tables[slot])
        for side, count in ((problem.firm, len(problem.enterprises)), (problem.team, len(problem.teams))):
            for who in range(count):
                add([one == slot and side[pair] == who for pair, one in places], 1)
    for side, most in ((problem.firm, problem.most_firm), (problem.team, problem.most_team)):
        for who, limit in enumerate(most):
            add([side[pair] == who for pair, _ in places], limit)
    for number in range(len(problem.pairs)):
        add([pair == number for pair, _ in places], len(problem.slots) if problem.repeat else 1)
    found = milp(
        -np.array([problem.score[pair] for pair, _ in places]),
        integrality=np.ones(len(places)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(rows), -np.inf, limits),
    )
    return -float(found.fun)
