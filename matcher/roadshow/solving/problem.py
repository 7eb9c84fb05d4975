"""The meetings of an event as numbers: who could meet whom, who is there when, what must not be exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.clock import Slot, away, is_there, slots_of
from matcher.roadshow.event import Event, Pair
from matcher.roadshow.plan import AgendaItem

#: (pair, slot): one meeting.
Placed = tuple[int, int]


@dataclass(frozen=True)
class Fixed:
    """A pinned meeting: a pair, a slot, and the table that it keeps, 0 for any."""

    pair: int
    slot: int
    table: int


@dataclass(frozen=True)
class Problem:
    """E enterprises, T teams, S slots, P pairs that may meet.

    ``firm`` and ``team`` (P,) are the places of each pair's two sides, ``score`` (P,) what their meeting
    is worth; ``firm_there`` (E, S) and ``team_there`` (T, S) who is there when; ``tables`` (S,) how many
    meetings a slot takes; ``least`` (E,), ``most_firm`` (E,), ``most_team`` (T,) how many a person has.
    """

    enterprises: tuple[str, ...]
    teams: tuple[str, ...]
    slots: tuple[Slot, ...]
    pairs: tuple[Pair, ...]
    firm: NDArray[np.int64]
    team: NDArray[np.int64]
    score: NDArray[np.float64]
    firm_there: NDArray[np.bool_]
    team_there: NDArray[np.bool_]
    tables: NDArray[np.int64]
    least: NDArray[np.int64]
    most_firm: NDArray[np.int64]
    most_team: NDArray[np.int64]
    #: Pairs that must meet.
    forced: frozenset[int]
    fixed: tuple[Fixed, ...]
    #: Whether a pair may meet more than once.
    repeat: bool
    #: Pairs that have met and may not again.
    met: frozenset[int] = frozenset()

    @cached_property
    def possible(self) -> NDArray[np.bool_]:
        """Shape (P, S): where both sides of a pair are there and the slot has a table."""
        both = self.firm_there[self.firm] & self.team_there[self.team]
        possible = np.asarray(both & (self.tables > 0))
        possible[sorted(self.met)] = False
        return possible

    @cached_property
    def cap(self) -> NDArray[np.int64]:
        """Shape (P,): how often each pair can meet."""
        common = self.possible.sum(1)
        return np.asarray(common if self.repeat else np.minimum(common, 1))

    @property
    def everybody_there(self) -> bool:
        """Whether all are there in every slot, each with as many tables: then only numbers count, not times."""
        return bool(self.firm_there.all() and self.team_there.all() and len(set(self.tables.tolist())) <= 1)

    def value(self, meetings: Sequence[Placed]) -> float:
        return float(sum(self.score[pair] for pair, _ in meetings))

    def without_fixed(self) -> Problem:
        """Return what is left to be planned: pinned meetings take their people, tables and numbers away."""
        firm_there, team_there, tables = self.firm_there.copy(), self.team_there.copy(), self.tables.copy()
        least, most_firm, most_team = self.least.copy(), self.most_firm.copy(), self.most_team.copy()
        gone = set()
        for one in self.fixed:
            i, j = self.firm[one.pair], self.team[one.pair]
            firm_there[i, one.slot] = team_there[j, one.slot] = False
            tables[one.slot] -= 1
            least[i] -= 1
            most_firm[i] -= 1
            most_team[j] -= 1
            gone.add(one.pair)
        return replace(
            self, firm_there=firm_there, team_there=team_there, tables=np.maximum(tables, 0),
            least=np.maximum(least, 0), most_firm=np.maximum(most_firm, 0), most_team=np.maximum(most_team, 0),
            forced=self.forced - gone, fixed=(), met=frozenset() if self.repeat else frozenset(gone),
        )  # fmt: skip


def problem_of(event: Event, agenda: Sequence[AgendaItem] = ()) -> Problem:
    """Return the meetings of an event as numbers; who is on stage is not there at that time.

    Pinned meetings whose people, slot or pair the event does not have are left out: sanity.impossible
    has named them.
    """
    spec = event.spec
    slots = tuple(slots_of(spec))
    enterprises = tuple(one.id for one in event.enterprises)
    teams = tuple(one.id for one in event.teams)
    place_of_firm = {name: place for place, name in enumerate(enterprises)}
    place_of_team = {name: place for place, name in enumerate(teams)}
    pairs = tuple(
        one for one in event.pairs if one.enterprise_id in place_of_firm and one.team_id in place_of_team
    )
    on_stage = {name: [(one.start, one.end) for one in agenda if one.team == name] for name in teams}
    firm_there = _there([away(spec, name) for name in enterprises], slots)
    team_there = _there([away(spec, name) + on_stage[name] for name in teams], slots)
    rules, count = spec.meetings, len(slots)
    by_ids = {(one.enterprise_id, one.team_id): place for place, one in enumerate(pairs)}
    by_time = {one.start: one for one in slots}
    fixed = tuple(
        Fixed(by_ids[one.enterprise_id, one.team_id], by_time[one.start].index, one.table or 0)
        for one in spec.pinned
        if (one.enterprise_id, one.team_id) in by_ids and one.start in by_time
    )
    return Problem(
        enterprises,
        teams,
        slots,
        pairs,
        np.array([place_of_firm[one.enterprise_id] for one in pairs], dtype=np.int64),
        np.array([place_of_team[one.team_id] for one in pairs], dtype=np.int64),
        np.array([one.score for one in pairs], dtype=np.float64),
        firm_there,
        team_there,
        np.array([len(one.tables) for one in slots], dtype=np.int64),
        np.full(len(enterprises), rules.min_per_enterprise, dtype=np.int64),
        _most(rules.max_per_enterprise, firm_there, count),
        _most(rules.max_per_team, team_there, count),
        frozenset(by_ids[ids] for ids in spec.force if ids in by_ids),
        fixed,
        rules.repeat_pairs,
    )


def _there(absences: Sequence[Sequence[tuple[int, int]]], slots: Sequence[Slot]) -> NDArray[np.bool_]:
    there = np.ones((len(absences), len(slots)), dtype=bool)
    for row, spans in enumerate(absences):
        if spans:
            there[row] = [is_there(spans, one.start, one.end) for one in slots]
    return there


def _most(limit: int | None, there: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    return np.asarray(np.minimum(there.sum(1), count if limit is None else limit), dtype=np.int64)
