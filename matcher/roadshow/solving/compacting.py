"""Few waits: meetings change slots along chains, by simulated annealing, until people's meetings follow on.

An exchange of two slots along a chain of meetings that alternates between them (a Kempe chain) keeps
every rule, and changes the day only of the two people at its ends: that makes a step cheap (for
timetables: Thompson & Dowsland, "Variants of simulated annealing for the examination timetabling
problem", Annals of Operations Research 63, 1996).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from matcher.roadshow.solving.problem import Placed, Problem

#: Steps for each meeting, and at most. The temperature falls from the first to the last, in waits.
_STEPS, _MOST_STEPS = 20_000, 6_000_000
_HOT, _COLD = 1.2, 0.12
#: Steps between two looks at the clock.
_ASK_TIME = 2000


class _Day:
    """Who is busy when, as bits of one number a person: slot s is bit s."""

    def __init__(self, problem: Problem, meetings: Sequence[Placed], pinned: Sequence[Placed]) -> None:
        e = len(problem.enterprises)
        self.people = e + len(problem.teams)
        self.slots = len(problem.slots)
        self.ends = [(int(problem.firm[pair]), e + int(problem.team[pair])) for pair, _ in meetings]
        self.slot = [slot for _, slot in meetings]
        self.open = [_bits(problem.possible[pair]) for pair, _ in meetings]
        self.there = [_bits(row) for row in np.vstack([problem.firm_there, problem.team_there])]
        self.at = [[-1] * self.slots for _ in range(self.people)]
        self.busy = [0] * self.people
        self.load = [0] * self.slots
        self.tables = problem.tables.tolist()
        for pair, slot in pinned:
            self.load[slot] += 1
            for person in (int(problem.firm[pair]), e + int(problem.team[pair])):
                self.busy[person] |= 1 << slot
        self.still = list(self.busy)
        for number, slot in enumerate(self.slot):
            self.load[slot] += 1
            for person in self.ends[number]:
                self.busy[person] |= 1 << slot
                self.at[person][slot] = number
        masks: dict[int, int] = {}
        for one in problem.slots:
            masks[one.session] = masks.get(one.session, 0) | 1 << one.index
        self.sessions = list(masks.values())

    def waits(self, person: int, busy: int) -> int:
        """Return in how many slots the person would wait, being busy in these."""
        there, total = self.there[person] | self.still[person], 0
        for session in self.sessions:
            mine = busy & session
            if mine:
                between = ((1 << mine.bit_length()) - 1) & ~((mine & -mine) - 1)
                total += (between & ~mine & there & session).bit_count()
        return total

    def chain(self, person: int, first: int, second: int) -> tuple[list[int], int] | None:
        """Return the meetings to exchange so that the person's one moves from `first` to `second`, and who
        is at the other end; None where a rule is against it.
        """
        found: list[int] = []
        here, there = first, second
        while (number := self.at[person][here]) >= 0:
            if not self.open[number] >> there & 1:
                return None
            found.append(number)
            one, other = self.ends[number]
            person = other if person == one else one
            here, there = there, here
        # Somebody at the end who is pinned in that slot cannot take another meeting there.
        if self.still[person] >> here & 1:
            return None
        if len(found) % 2 and self.load[second] >= self.tables[second]:
            return None
        return found, person

    def exchange(self, chain: Sequence[int], first: int, second: int) -> None:
        for number in chain:
            slot = self.slot[number]
            for person in self.ends[number]:
                self.at[person][slot] = -1
        for number in chain:
            slot = self.slot[number] = second if self.slot[number] == first else first
            for person in self.ends[number]:
                self.at[person][slot] = number
        if len(chain) % 2:
            self.load[first] -= 1
            self.load[second] += 1


def compact(
    problem: Problem,
    meetings: list[Placed],
    pinned: Sequence[Placed],
    seed: int,
    most_steps: int,
    out_of_time: Callable[[], bool],
) -> list[Placed]:
    """Return the same pairs at times that let people wait less; `pinned` ones stand still."""
    day = _Day(problem, meetings, pinned)
    if not meetings or day.slots < 3:
        return meetings
    random = Random(seed)
    now = sum(day.waits(person, day.busy[person]) for person in range(day.people))
    best, best_slots = now, list(day.slot)
    steps = max(1, min(_STEPS * len(meetings), _MOST_STEPS, most_steps))
    for step in range(steps):
        if step % _ASK_TIME == 0:
            if best == 0 or out_of_time():
                break
            heat = _HOT * (_COLD / _HOT) ** (step / steps)
        number = random.randrange(len(meetings))
        person = day.ends[number][random.randrange(2)]
        first, second = day.slot[number], random.randrange(day.slots)
        if day.busy[person] >> second & 1:
            continue
        found = day.chain(person, first, second)
        if found is None:
            continue
        chain, end = found
        both = 1 << first | 1 << second
        before = day.waits(person, day.busy[person]) + day.waits(end, day.busy[end])
        after = day.waits(person, day.busy[person] ^ both) + day.waits(end, day.busy[end] ^ both)
        if after <= before or random.random() < math.exp((before - after) / heat):
            day.exchange(chain, first, second)
            day.busy[person] ^= both
            day.busy[end] ^= both
            now += after - before
            if now < best:
                best, best_slots = now, list(day.slot)
    return [(pair, slot) for (pair, _), slot in zip(meetings, best_slots, strict=True)]


def _bits(row: Sequence[bool]) -> int:
    return sum(1 << place for place, one in enumerate(row) if one)
