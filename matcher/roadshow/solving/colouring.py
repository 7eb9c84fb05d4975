"""When chosen pairs meet: an edge colouring, the slots being the colours.

Where everybody is always there this always succeeds when nobody has more meetings than there are
slots (Kőnig, "Über Graphen und ihre Anwendung auf Determinantentheorie und Mengenlehre",
Mathematische Annalen 77, 1916): two slots that do not fit are exchanged along the chain of meetings
that alternates between them. Where people are away a chain may be blocked, and a pair remains.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.roadshow.solving.problem import Placed, Problem


class _Colouring:
    """Who meets whom when, with chains of exchanges; a person is (0, enterprise) or (1, team)."""

    def __init__(self, problem: Problem, edges: Sequence[int]) -> None:
        self.ends = [
            (int(problem.firm[one]), len(problem.enterprises) + int(problem.team[one])) for one in edges
        ]
        self.allowed = problem.possible[list(edges)] if len(edges) else problem.possible[:0]
        persons, slots = len(problem.enterprises) + len(problem.teams), len(problem.slots)
        #: The meeting that a person has in a slot, −1 for none.
        self.at = np.full((persons, slots), -1, dtype=np.int64)
        self.there = np.vstack([problem.firm_there, problem.team_there])
        self.slot = np.full(len(edges), -1, dtype=np.int64)
        self.load = np.zeros(slots, dtype=np.int64)
        self.tables = problem.tables

    def put(self, edge: int, slot: int) -> None:
        self.slot[edge] = slot
        self.load[slot] += 1
        for end in self.ends[edge]:
            self.at[end, slot] = edge

    def take(self, edge: int) -> None:
        slot = self.slot[edge]
        self.slot[edge] = -1
        self.load[slot] -= 1
        for end in self.ends[edge]:
            self.at[end, slot] = -1

    def chain(self, start: int, first: int, second: int) -> list[int]:
        """Return the meetings on the way from a person along slots `first`, `second`, `first` …"""
        found: list[int] = []
        person, slot = start, first
        while (edge := int(self.at[person, slot])) >= 0 and edge not in found[:1]:
            found.append(edge)
            one, other = self.ends[edge]
            person = other if person == one else one
            slot = second if slot == first else first
        return found

    def exchange(self, chain: Sequence[int], first: int, second: int) -> bool:
        """Exchange two slots along a whole chain, unless somebody on it is away."""
        goals = [second if self.slot[edge] == first else first for edge in chain]
        if not all(self.allowed[edge, goal] for edge, goal in zip(chain, goals, strict=True)):
            return False
        for edge in chain:
            self.take(edge)
        for edge, goal in zip(chain, goals, strict=True):
            self.put(edge, goal)
        return True

    def place(self, edge: int) -> bool:
        """Give a meeting a slot, if need be by an exchange."""
        one, other = self.ends[edge]
        free = self.allowed[edge] & (self.at[one] < 0) & (self.at[other] < 0)
        if free.any():
            slots = np.flatnonzero(free)
            self.put(edge, int(slots[np.argmin(self.load[slots] - self.tables[slots])]))
            return True
        for first in np.flatnonzero((self.at[one] < 0) & self.allowed[edge]).tolist():
            for second in np.flatnonzero((self.at[other] < 0) & self.there[other]).tolist():
                # `other` is busy in the slot that suits `one`: free it along first, second, first …
                chain = self.chain(other, first, second)
                if self.exchange(chain, first, second):
                    self.put(edge, first)
                    return True
        for first in np.flatnonzero((self.at[other] < 0) & self.allowed[edge]).tolist():
            for second in np.flatnonzero((self.at[one] < 0) & self.there[one]).tolist():
                chain = self.chain(one, first, second)
                if self.exchange(chain, first, second):
                    self.put(edge, first)
                    return True
        return False

    def balance(self) -> None:
        """Take meetings out of slots that have more than tables, along chains that end in a fuller slot."""
        while (over := np.flatnonzero(self.load > self.tables)).size:
            if not any(self._relieve(int(slot)) for slot in over):
                return

    def _relieve(self, full: int) -> bool:
        room = np.argsort(self.load - self.tables, kind="stable")
        for slot in room[(self.load - self.tables)[room] < 0].tolist():
            seen: set[int] = set()
            for edge in np.flatnonzero(self.slot == full).tolist():
                if edge in seen:
                    continue
                for end in self.ends[edge]:
                    # A chain that begins here: nobody meets this person in the slot with room.
                    if self.at[end, slot] < 0:
                        chain = self.chain(end, full, slot)
                        seen.update(chain)
                        if len(chain) % 2 and self.exchange(chain, full, slot):
                            return True
        return False


def colour(problem: Problem, edges: Sequence[int]) -> tuple[list[Placed], list[int]]:
    """Return meetings for the chosen pairs (named as often as they meet), and the pairs that found no slot.

    No slot has more meetings than tables. Pairs that must meet are served first, then those of greater score.
    """
    edges = sorted(edges, key=lambda one: (one not in problem.forced, -problem.score[one], one))
    made = _Colouring(problem, edges)
    for edge in range(len(edges)):
        made.place(edge)
    made.balance()
    for slot in np.flatnonzero(made.load > made.tables).tolist():
        # The least valuable must go: they come last.
        for edge in np.flatnonzero(made.slot == slot)[int(made.tables[slot]) :].tolist():
            made.take(edge)
    placed = [(edges[edge], int(slot)) for edge, slot in enumerate(made.slot) if slot >= 0]
    left = [edges[edge] for edge in np.flatnonzero(made.slot < 0).tolist()]
    return placed, left
