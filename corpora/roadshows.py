"""Roadshows (路演): what is wanted, the plan that is worked on, the one that was published, and what came of it.

A SPEC and a plan are kept as the JSON that they are written as; what they mean is decided elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpora.database import DataFile, now

#: So many changes of a draft can be undone; older ones are forgotten.
STEPS = 200


class State(StrEnum):
    """Where a roadshow stands (路演状态)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HELD = "held"
    CANCELLED = "cancelled"


class Result(StrEnum):
    """What came of a meeting (洽谈结果), the least first."""

    NO_INTEREST = "no_interest"
    KEEP_IN_TOUCH = "keep_in_touch"
    VISIT_PLANNED = "visit_planned"
    SAMPLE_OR_TEST = "sample_or_test"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"


@dataclass(frozen=True)
class Heading:
    """A roadshow without its plans, as lists show it; `version` counts its changes."""

    id: int
    title: str
    #: YYYY-MM-DD.
    date: str
    #: event (pitches and meetings, or either) or visits.
    kind: str
    state: State
    #: Whether visitors may see what was published.
    public: bool
    version: int
    #: Counts the changes of the SPEC; `planned_number` is the one from which the draft was planned, 0: none.
    spec_number: int
    planned_number: int
    owner: str
    created_at: str
    updated_at: str
    published_at: str | None

    @property
    def is_stale(self) -> bool:
        """Whether the SPEC has changed since the draft was planned."""
        return bool(self.planned_number) and self.planned_number != self.spec_number


@dataclass(frozen=True)
class Roadshow(Heading):
    """A roadshow with its SPEC and plans, as plan.json has them; None where there is no plan."""

    spec: dict[str, Any]
    draft: dict[str, Any] | None
    published: dict[str, Any] | None
    #: Severities that were chosen for it, by the name of the rule.
    severities: dict[str, str]
    #: How the latest planning went: status, objective, bound, gap, seconds, explanations, job.
    attempt: dict[str, Any]
    #: The id of the latest step that is not undone, 0: none.
    step: int


@dataclass(frozen=True)
class Step:
    """One change of a draft: what was taken out and put in, so that it can be undone and done again.

    `before` and `after` hold either `meetings` alone, or a whole plan under `plan`.
    """

    id: int
    roadshow_id: int
    at: str
    who: str
    zh: str
    en: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Arrival:
    """Somebody who came; `who` is the id of an enterprise or a team."""

    who: str
    at: str
    by: str


@dataclass(frozen=True)
class Outcome:
    """What came of one meeting; `start` in minutes from midnight, ids empty where nobody knows them."""

    roadshow_id: int
    enterprise_id: str
    team_id: str
    start: int
    need_id: str
    achievement_id: str
    result: Result
    note: str
    by: str
    at: str


_HEADING = (
    "id, title, date, kind, state, public, version, spec_number, planned_number, owner, created_at, updated_at,"
    " published_at"
)
_WHOLE = f"{_HEADING}, spec, draft, published, severities, attempt, step"
_JSON = ("spec", "draft", "published", "severities", "attempt")


class Roadshows:
    """The roadshows of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    # Writing

    def add(
        self, title: str, date: str, kind: str, spec: Mapping[str, Any], affinity: str, who: str
    ) -> Roadshow:
        """Keep a new one; `affinity` is the text of its file, empty: predicted levels."""
        with self._file.transaction():
            at = now()
            cursor = self._file.db.execute(
                "INSERT INTO roadshows (title, date, kind, spec, affinity, owner, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [title, date, kind, _written(spec), affinity, who, at, at],
            )
        made = self.roadshow(int(cursor.lastrowid or 0))
        assert made is not None
        return made

    def change(self, roadshow_id: int, **columns: object) -> None:
        """Set columns of a roadshow, mappings as JSON; its version goes up by one."""
        values = [_written(value) if isinstance(value, Mapping) else value for value in columns.values()]
        names = "".join(f", {name} = ?" for name in columns)
        with self._file.transaction():
            self._file.db.execute(
                f"UPDATE roadshows SET version = version + 1, updated_at = ?{names} WHERE id = ?",
                [now(), *values, roadshow_id],
            )

    def remove(self, roadshow_id: int) -> None:
        """Delete a roadshow with all that hangs on it."""
        with self._file.transaction():
            self._file.db.execute("DELETE FROM roadshows WHERE id = ?", [roadshow_id])

    def add_step(
        self,
        roadshow_id: int,
        who: str,
        words: tuple[str, str],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> int:
        """Remember a change of the draft and return its id; what was undone before can no more be done again."""
        with self._file.transaction():
            self._file.db.execute(
                "DELETE FROM roadshow_steps WHERE roadshow_id = ?1 AND id >"
                " (SELECT step FROM roadshows WHERE id = ?1)",
                [roadshow_id],
            )
            cursor = self._file.db.execute(
                "INSERT INTO roadshow_steps (roadshow_id, at, who, zh, en, before, after)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [roadshow_id, now(), who, *words, _written(before), _written(after)],
            )
            self._file.db.execute(
                "DELETE FROM roadshow_steps WHERE roadshow_id = ?1 AND id NOT IN (SELECT id FROM roadshow_steps"
                " WHERE roadshow_id = ?1 ORDER BY id DESC LIMIT ?2)",
                [roadshow_id, STEPS],
            )
        return int(cursor.lastrowid or 0)

    def put_pairs(self, roadshow_id: int, pairs: Sequence[Sequence[Any]]) -> None:
        """Keep who could meet whom, as the draft's planning knew it."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE roadshows SET pairs = ? WHERE id = ?",
                [json.dumps(pairs, ensure_ascii=False), roadshow_id],
            )

    def put_arrival(self, roadshow_id: int, who: str, by: str) -> None:
        """Write down that somebody came; once more changes nothing."""
        with self._file.transaction():
            self._file.db.execute(
                "INSERT OR IGNORE INTO attendance (roadshow_id, who, at, by) VALUES (?, ?, ?, ?)",
                [roadshow_id, who, now(), by],
            )

    def remove_arrival(self, roadshow_id: int, who: str) -> None:
        with self._file.transaction():
            self._file.db.execute(
                "DELETE FROM attendance WHERE roadshow_id = ? AND who = ?", [roadshow_id, who]
            )

    def put_outcome(self, outcome: Outcome) -> None:
        """Keep what came of a meeting, in place of what was entered before."""
        with self._file.transaction():
            self._file.db.execute(
                "INSERT OR REPLACE INTO outcomes (roadshow_id, enterprise_id, team_id, start, need_id,"
                " achievement_id, result, note, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [outcome.roadshow_id, outcome.enterprise_id, outcome.team_id, outcome.start, outcome.need_id,
                 outcome.achievement_id, outcome.result, outcome.note, outcome.by, outcome.at],
            )  # fmt: skip

    def remove_outcome(self, roadshow_id: int, enterprise_id: str, team_id: str, start: int) -> None:
        with self._file.transaction():
            self._file.db.execute(
                "DELETE FROM outcomes WHERE roadshow_id = ? AND enterprise_id = ? AND team_id = ? AND start = ?",
                [roadshow_id, enterprise_id, team_id, start],
            )

    # Reading

    def roadshow(self, roadshow_id: int) -> Roadshow | None:
        row = self._file.first(f"SELECT {_WHOLE} FROM roadshows WHERE id = ?", [roadshow_id])
        if row is None:
            return None
        read = {name: json.loads(row[name]) if row[name] else None for name in _JSON}
        return Roadshow(**{**row, **read, "state": State(row["state"]), "public": bool(row["public"])})

    def all(self) -> list[Heading]:
        """Return every roadshow without its plans, the latest day first."""
        rows = self._file.query(f"SELECT {_HEADING} FROM roadshows ORDER BY date DESC, id DESC")
        return [
            Heading(**{**row, "state": State(row["state"]), "public": bool(row["public"])}) for row in rows
        ]

    def affinity(self, roadshow_id: int) -> str:
        """Return the text of the affinity file, empty where there is none."""
        row = self._file.first("SELECT affinity FROM roadshows WHERE id = ?", [roadshow_id])
        return str(row["affinity"]) if row else ""

    def pairs(self, roadshow_id: int) -> list[list[Any]]:
        """Return who could meet whom, as put_pairs was told."""
        row = self._file.first("SELECT pairs FROM roadshows WHERE id = ?", [roadshow_id])
        return list(json.loads(row["pairs"])) if row else []

    def steps(self, roadshow_id: int) -> list[Step]:
        """Return the changes of the draft, oldest first, those undone too."""
        return list(self._steps("roadshow_id = ? ORDER BY id", roadshow_id))

    def step(self, step_id: int) -> Step | None:
        return next(self._steps("id = ?", step_id), None)

    def step_before(self, roadshow_id: int, step_id: int) -> int:
        """Return the id of the step before this one, 0 where it was the first."""
        row = self._file.first(
            "SELECT coalesce(max(id), 0) AS id FROM roadshow_steps WHERE roadshow_id = ? AND id < ?",
            [roadshow_id, step_id],
        )
        return int(row["id"]) if row else 0

    def step_after(self, roadshow_id: int, step_id: int) -> Step | None:
        return next(self._steps("roadshow_id = ? AND id > ? ORDER BY id LIMIT 1", roadshow_id, step_id), None)

    def _steps(self, where: str, *values: object) -> Iterator[Step]:
        for row in self._file.query(f"SELECT * FROM roadshow_steps WHERE {where}", values):
            yield Step(**{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])})

    def arrivals(self, roadshow_id: int) -> dict[str, Arrival]:
        """Return who came, by id."""
        query = "SELECT who, at, by FROM attendance WHERE roadshow_id = ? ORDER BY at, who"
        return {row["who"]: Arrival(**row) for row in self._file.query(query, [roadshow_id])}

    def outcomes(self, roadshow_id: int) -> list[Outcome]:
        query = "SELECT * FROM outcomes WHERE roadshow_id = ? ORDER BY start, enterprise_id, team_id"
        rows = self._file.query(query, [roadshow_id])
        return [Outcome(**{**row, "result": Result(row["result"])}) for row in rows]


def _written(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
