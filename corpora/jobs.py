"""Jobs: long work that is done in the background, and what became of it. Pages show what stands here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpora.database import DataFile, now
from corpora.errors import UnknownRecord, one_line


class State(StrEnum):
    """Where a job stands (任务状态)."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: A job in one of these still has something before it.
OPEN = (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class Job:
    """One piece of work; `done` of `total` steps, 0 of 0 where nobody can tell."""

    id: int
    task: str
    arguments: dict[str, Any]
    state: State
    done: int
    total: int
    #: What it says of itself, in Chinese and English.
    zh: str
    en: str
    result: dict[str, Any]
    cancel_asked: bool
    who: str
    created_at: str
    started_at: str | None
    #: The last sign of life.
    beat_at: str | None
    finished_at: str | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Jobs:
    """The jobs of one store; a worker takes the next and reports, people ask for them and look on."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    # Asking for work

    def add(
        self, task: str, arguments: Mapping[str, Any], who: str, unless: Sequence[State] = OPEN
    ) -> tuple[Job, bool]:
        """Queue a job and return it with True; the same one in a state of `unless` is returned with False."""
        written = json.dumps(arguments, ensure_ascii=False, sort_keys=True)
        marks = ", ".join("?" * len(unless))
        with self._file.transaction():
            same = self._file.first(
                f"SELECT * FROM jobs WHERE task = ? AND arguments = ? AND state IN ({marks}) ORDER BY id DESC LIMIT 1",
                [task, written, *unless],
            )
            if same:
                return _job(same), False
            cursor = self._file.db.execute(
                "INSERT INTO jobs (task, arguments, state, who, created_at) VALUES (?, ?, ?, ?, ?)",
                [task, written, State.QUEUED, who, now()],
            )
            return self.get(int(cursor.lastrowid or 0)), True

    def ask_to_cancel(self, job_id: int) -> Job:
        """Cancel a job that waits; one that runs is asked to stop. What is over stays as it is. Raises UnknownRecord."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE jobs SET state = ?, finished_at = ? WHERE id = ? AND state = ?",
                [State.CANCELLED, now(), job_id, State.QUEUED],
            )
            self._file.db.execute(
                "UPDATE jobs SET cancel_asked = 1 WHERE id = ? AND state = ?", [job_id, State.RUNNING]
            )
            return self.get(job_id)

    # Working

    def take(self, first: Sequence[str] = ()) -> Job | None:
        """Mark the next queued job as running and return it, None where none waits.

        Tasks of `first`, for which somebody sits and waits, go before the others.
        """
        marks = ", ".join("?" * len(first))
        with self._file.transaction():
            row = self._file.first(
                f"SELECT id FROM jobs WHERE state = ? ORDER BY task NOT IN ({marks}), id LIMIT 1",
                [State.QUEUED, *first],
            )
            if row is None:
                return None
            self._file.db.execute(
                "UPDATE jobs SET state = ?1, started_at = ?2, beat_at = ?2, done = 0, total = 0, message = '',"
                " result = json_object('attempts', coalesce(json_extract(result, '$.attempts'), 0) + 1)"
                " WHERE id = ?3",
                [State.RUNNING, now(), row["id"]],
            )
            return self.get(row["id"])

    def beat(self, job_id: int, done: int, total: int) -> bool:
        """Write down how far a running job is; return whether somebody asked it to stop."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE jobs SET done = ?, total = ?, beat_at = ? WHERE id = ? AND state = ?",
                [done, total, now(), job_id, State.RUNNING],
            )
            return self.get(job_id).cancel_asked

    def say(self, job_id: int, zh: str, en: str) -> None:
        """Let a running job say what it is at."""
        with self._file.transaction():
            self._file.db.execute("UPDATE jobs SET message = ? WHERE id = ?", [_message(zh, en), job_id])

    def finish(self, job_id: int, state: State, zh: str, en: str, result: Mapping[str, Any]) -> None:
        """End a running job; within the transaction that stores its outcome, both are kept or neither."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE jobs SET state = ?1, message = ?2, result = ?3, finished_at = ?4,"
                " done = CASE ?1 WHEN 'done' THEN total ELSE done END WHERE id = ?5 AND state = 'running'",
                [state, _message(zh, en), json.dumps(result, ensure_ascii=False), now(), job_id],
            )

    def put_back(self, job_id: int) -> None:
        """Queue a running job again: its worker has to stop in an orderly way."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE jobs SET state = ?, started_at = NULL, result = '{}' WHERE id = ? AND state = ?",
                [State.QUEUED, job_id, State.RUNNING],
            )

    def recover(self, most: int) -> list[Job]:
        """Queue again what a worker that is gone left running, and return it.

        What was begun `most` times is given up, and what was to be cancelled is: call it only where no
        worker is at work.
        """
        with self._file.transaction():
            left = [_job(row) for row in self._file.query("SELECT * FROM jobs WHERE state = 'running'")]
            for job in left:
                if job.cancel_asked:
                    self.finish(job.id, State.CANCELLED, "", "", {})
                elif job.result.get("attempts", 1) >= most:
                    self.finish(
                        job.id, State.FAILED, f"后台程序做这件事时中断了 {most} 次，不再重试；请把任务编号告诉管理员",
                        f"the worker broke off {most} times over this; it is not tried again, tell an admin the job's number",
                        {},
                    )  # fmt: skip
                else:
                    self._file.db.execute("UPDATE jobs SET state = 'queued' WHERE id = ?", [job.id])
        return left

    def forget(self, before: str) -> int:
        """Delete jobs that were over before the time `before`; return how many."""
        with self._file.transaction():
            cursor = self._file.db.execute("DELETE FROM jobs WHERE finished_at < ?", [before])
        return int(cursor.rowcount)

    # Looking on

    def get(self, job_id: int) -> Job:
        """Raises UnknownRecord."""
        row = self._file.first("SELECT * FROM jobs WHERE id = ?", [job_id])
        if row is None:
            raise UnknownRecord(
                f"没有编号为 {job_id} 的任务；它可能已被清理",
                f"there is no job {job_id}; it may have been cleared away",
            )
        return _job(row)

    def latest(self, limit: int = 50, before: int | None = None) -> list[Job]:
        """Return jobs, latest first; before the job of id `before`, to page on."""
        rows = self._file.query(
            "SELECT * FROM jobs WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2", [before, limit]
        )
        return [_job(row) for row in rows]

    def of(self, task: str, arguments: Mapping[str, Any]) -> Job | None:
        """Return the latest job of that task with these arguments."""
        row = self._file.first(
            "SELECT * FROM jobs WHERE task = ? AND arguments = ? ORDER BY id DESC LIMIT 1",
            [task, json.dumps(arguments, ensure_ascii=False, sort_keys=True)],
        )
        return _job(row) if row else None

    def latest_of(self, task: str) -> Job | None:
        """Return the latest job of that task, whatever its arguments."""
        row = self._file.first("SELECT * FROM jobs WHERE task = ? ORDER BY id DESC LIMIT 1", [task])
        return _job(row) if row else None

    def latest_with(self, task: str, name: str, value: object) -> Job | None:
        """Return the latest job of that task whose argument `name` is `value`."""
        row = self._file.first(
            "SELECT * FROM jobs WHERE task = ? AND json_extract(arguments, ?) = ? ORDER BY id DESC LIMIT 1",
            [task, f"$.{name}", value],
        )
        return _job(row) if row else None


def _message(zh: str, en: str) -> str:
    return f"{one_line(zh)}\n{one_line(en)}"


def _job(row: Mapping[str, Any]) -> Job:
    zh, _, en = row["message"].partition("\n")
    known = {name: value for name, value in row.items() if name != "message"}
    return Job(
        **{
            **known,
            "state": State(row["state"]),
            "arguments": json.loads(row["arguments"]),
            "result": json.loads(row["result"]),
            "cancel_asked": bool(row["cancel_asked"]),
            "zh": zh,
            "en": en,
        }
    )
