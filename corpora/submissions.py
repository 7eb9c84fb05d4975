"""Submissions: needs that enterprises sent in, and the drafts that they are still writing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpora.database import DataFile, now


class Status(StrEnum):
    """What became of a submission; its need is public only once it is approved."""

    PENDING = "pending"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Submission:
    """A need that somebody sent in through the form (需求提交)."""

    #: What its owner quotes to ask after it.
    code: str
    need_id: str
    #: Kept beside the need, to be named once the need is gone.
    title: str
    #: The digest of the private link's key; the key itself is nowhere.
    key_digest: str
    status: Status
    reason: str
    user_id: int | None
    consent_at: str
    created_at: str
    updated_at: str
    decided_at: str | None
    decided_by: str | None


class Submissions:
    """The submissions and drafts of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def hidden(self) -> frozenset[str]:
        """Return the ids of the needs that are not public: sent in, but not approved."""
        rows = self._file.query("SELECT need_id FROM submissions WHERE status IN ('pending', 'returned')")
        return frozenset(row["need_id"] for row in rows)

    # Submissions

    def add(self, code: str, need_id: str, title: str, key_digest: str, user_id: int | None) -> Submission:
        """Store a new one, pending, with the consent given now."""
        at = now()
        row = {
            "code": code, "need_id": need_id, "title": title, "key_digest": key_digest,
            "status": Status.PENDING.value, "reason": "", "user_id": user_id, "consent_at": at,
            "created_at": at, "updated_at": at, "decided_at": None, "decided_by": None,
        }  # fmt: skip
        with self._file.transaction():
            self._file.db.table("submissions").insert(row)
        return _submission(row)

    def coded(self, code: str) -> Submission | None:
        return self._one("code = ?", code)

    def keyed(self, key_digest: str) -> Submission | None:
        return self._one("key_digest = ?", key_digest)

    def of_need(self, need_id: str) -> Submission | None:
        return self._one("need_id = ?", need_id)

    def of_user(self, user_id: int) -> list[Submission]:
        """Return what a user sent in, latest first."""
        return self._all("user_id = ? ORDER BY created_at DESC, rowid DESC", user_id)

    def with_status(self, status: Status) -> list[Submission]:
        """Return those of a status, the one that waits longest first."""
        return self._all("status = ? ORDER BY updated_at, rowid", status.value)

    def latest(self, limit: int) -> list[Submission]:
        """Return those that no longer wait, the latest change first."""
        return self._all("status <> 'pending' ORDER BY updated_at DESC, rowid DESC LIMIT ?", limit)

    def update(self, code: str, title: str, status: Status) -> None:
        """Write down that its owner changed it."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE submissions SET title = ?, status = ?, updated_at = ? WHERE code = ?",
                [title, status.value, now(), code],
            )

    def decide(self, code: str, status: Status, reason: str, who: str) -> bool:
        """Write down a decision; False where the submission no longer waits for one."""
        at = now()
        with self._file.transaction():
            cursor = self._file.db.execute(
                "UPDATE submissions SET status = ?, reason = ?, decided_at = ?, decided_by = ?, updated_at = ?"
                " WHERE code = ? AND status = 'pending'",
                [status.value, reason, at, who, at, code],
            )
        return bool(cursor.rowcount)

    def _one(self, where: str, value: object) -> Submission | None:
        row = self._file.first(f"SELECT * FROM submissions WHERE {where}", [value])
        return _submission(row) if row else None

    def _all(self, where: str, value: object) -> list[Submission]:
        return list(map(_submission, self._file.query(f"SELECT * FROM submissions WHERE {where}", [value])))

    # Drafts

    def keep_draft(self, digest: str, content: Mapping[str, Any]) -> None:
        """Keep what somebody has typed so far, under the digest of their secret."""
        at = now()
        with self._file.transaction():
            self._file.db.execute(
                "INSERT INTO drafts (digest, content, created_at, updated_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at",
                [digest, json.dumps(content, ensure_ascii=False), at, at],
            )

    def draft(self, digest: str) -> dict[str, Any] | None:
        row = self._file.first("SELECT content FROM drafts WHERE digest = ?", [digest])
        return dict(json.loads(row["content"])) if row else None

    def drop_draft(self, digest: str) -> None:
        with self._file.transaction():
            self._file.db.execute("DELETE FROM drafts WHERE digest = ?", [digest])

    def drafts_before(self, time: str) -> list[str]:
        """Return the digests of the drafts that were not touched since."""
        rows = self._file.query("SELECT digest FROM drafts WHERE updated_at < ?", [time])
        return [row["digest"] for row in rows]


def _submission(row: Mapping[str, Any]) -> Submission:
    return Submission(**{**row, "status": Status(row["status"])})
