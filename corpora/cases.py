"""Cases: matches that are followed up (对接), what happened in each, and what is to be remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpora.database import DataFile, now


class Stage(StrEnum):
    """How far a case is, in the order in which it goes; declined is the end that is no contract."""

    PROPOSED = "proposed"
    INTRODUCED = "introduced"
    MET = "met"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    DECLINED = "declined"


class Action(StrEnum):
    """What an event tells of."""

    OPENED = "opened"
    MOVED = "moved"
    NOTED = "noted"
    DATED = "dated"
    REMINDER_SET = "reminder set"
    REMINDER_DONE = "reminder done"
    HANDED_OVER = "handed over"


@dataclass(frozen=True)
class Case:
    """One pair that is followed up; `version` counts its events, so that an older one is known as old."""

    id: int
    need_id: str
    achievement_id: str
    stage: Stage
    #: Why it was declined; empty otherwise.
    reason: str
    #: The name of the user who looks after it.
    owner: str
    version: int
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Event:
    """One line of a case's timeline; it is never changed."""

    id: int
    case_id: int
    at: str
    who: str
    action: Action
    note: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Reminder:
    """What is to be done in a case by a day, `due` as YYYY-MM-DD."""

    id: int
    case_id: int
    due: str
    what: str
    created_by: str
    done_at: str | None


@dataclass(frozen=True)
class Names:
    """What the two sides of a case are called: now, or where a record is gone, when the case was opened."""

    need: str
    enterprise: str
    county: str
    achievement: str
    institution: str
    need_is_gone: bool
    achievement_is_gone: bool


class Cases:
    """The cases of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    # Writing

    def add(self, need_id: str, achievement_id: str, who: str, note: str, names: dict[str, str]) -> Case:
        """Open a case; `names` are kept in its first event. The caller has made sure that there is none."""
        with self._file.transaction():
            at = now()
            cursor = self._file.db.execute(
                "INSERT INTO cases (need_id, achievement_id, stage, reason, owner, version, created_at,"
                " updated_at) VALUES (?, ?, ?, '', ?, 1, ?, ?)",
                [need_id, achievement_id, Stage.PROPOSED, who, at, at],
            )
            case_id = int(cursor.lastrowid or 0)
            self._remember(case_id, at, who, Action.OPENED, note, {"to": Stage.PROPOSED, **names})
        made = self.case(case_id)
        assert made is not None
        return made

    def change(
        self, case: Case, who: str, action: Action, note: str, detail: dict[str, Any], **columns: str
    ) -> None:
        """Set columns of a case (stage, reason, owner) and add the event that tells of it."""
        names = "".join(f", {name} = ?" for name in columns)
        with self._file.transaction():
            at = now()
            self._file.db.execute(
                f"UPDATE cases SET version = version + 1, updated_at = ?{names} WHERE id = ?",
                [at, *columns.values(), case.id],
            )
            self._remember(case.id, at, who, action, note, detail)

    def _remember(
        self, case_id: int, at: str, who: str, action: Action, note: str, detail: dict[str, Any]
    ) -> None:
        self._file.db.execute(
            "INSERT INTO case_events (case_id, at, who, action, note, detail) VALUES (?, ?, ?, ?, ?, ?)",
            [case_id, at, who, action, note, json.dumps(detail, ensure_ascii=False)],
        )

    def add_reminder(self, case_id: int, due: str, what: str, who: str) -> int:
        with self._file.transaction():
            cursor = self._file.db.execute(
                "INSERT INTO reminders (case_id, due, what, created_by) VALUES (?, ?, ?, ?)",
                [case_id, due, what, who],
            )
        return int(cursor.lastrowid or 0)

    def finish_reminder(self, reminder_id: int) -> None:
        with self._file.transaction():
            self._file.db.execute("UPDATE reminders SET done_at = ? WHERE id = ?", [now(), reminder_id])

    # Reading

    def case(self, case_id: int) -> Case | None:
        return next(self._cases("id = ?", case_id), None)

    def of_pair(self, need_id: str, achievement_id: str) -> Case | None:
        return next(self._cases("need_id = ? AND achievement_id = ?", need_id, achievement_id), None)

    def of_need(self, need_id: str) -> list[Case]:
        return list(self._cases("need_id = ?", need_id))

    def of_achievement(self, achievement_id: str) -> list[Case]:
        return list(self._cases("achievement_id = ?", achievement_id))

    def all(self) -> list[Case]:
        """Return every case, oldest first."""
        return list(self._cases("1"))

    def _cases(self, where: str, *values: object) -> Iterator[Case]:
        rows = self._file.query(f"SELECT * FROM cases WHERE {where} ORDER BY id", values)
        for row in rows:
            yield Case(**{**row, "stage": Stage(row["stage"])})

    def names(self, case_id: int | None = None) -> dict[int, Names]:
        """Return what the sides of a case, or of all cases, are called, by the case's id."""
        rows = self._file.query(
            "SELECT c.id, e.detail, n.title AS need, n.enterprise, n.county, a.title AS achievement,"
            " a.institution FROM cases c JOIN case_events e ON e.case_id = c.id AND e.action = 'opened'"
            " LEFT JOIN needs n ON n.id = c.need_id LEFT JOIN achievements a ON a.id = c.achievement_id"
            " WHERE ?1 IS NULL OR c.id = ?1",
            [case_id],
        )
        return {row["id"]: _names(row) for row in rows}

    def events(self, case_id: int) -> list[Event]:
        """Return a case's timeline, oldest first."""
        rows = self._file.query("SELECT * FROM case_events WHERE case_id = ? ORDER BY id", [case_id])
        return [
            Event(**{**row, "action": Action(row["action"]), "detail": json.loads(row["detail"])})
            for row in rows
        ]

    def staged_at(self) -> dict[int, str]:
        """Return since when each case is in its stage, by the case's id."""
        rows = self._file.query(
            "SELECT case_id, max(at) AS at FROM case_events WHERE action IN ('opened', 'moved') GROUP BY case_id"
        )
        return {row["case_id"]: row["at"] for row in rows}

    def reminders(self, case_id: int) -> list[Reminder]:
        """Return a case's reminders, done or not, by their days."""
        query = "SELECT * FROM reminders WHERE case_id = ? ORDER BY due, id"
        return [Reminder(**row) for row in self._file.query(query, [case_id])]

    def open_reminders(self) -> list[Reminder]:
        """Return what is still to be done in all cases, by its day."""
        rows = self._file.query("SELECT * FROM reminders WHERE done_at IS NULL ORDER BY due, id")
        return [Reminder(**row) for row in rows]


def _names(row: dict[str, Any]) -> Names:
    kept = json.loads(row["detail"])
    need_is_gone, achievement_is_gone = row["need"] is None, row["achievement"] is None
    asked = kept if need_is_gone else row
    offered = kept if achievement_is_gone else row
    return Names(
        need=asked["need"],
        enterprise=asked["enterprise"] or "",
        county=asked["county"] or "",
        achievement=offered["achievement"],
        institution=offered["institution"] or "",
        need_is_gone=need_is_gone,
        achievement_is_gone=achievement_is_gone,
    )
