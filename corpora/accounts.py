"""Accounts: the people who may log in, the tokens that programs use in their name, and the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpora.database import DataFile, now
from corpora.errors import Conflict


class Role(StrEnum):
    """What an account is for (角色)."""

    ENTERPRISE = "enterprise"
    BROKER = "broker"
    ORGANIZER = "organizer"
    BUREAU = "bureau"
    ADMIN = "admin"


@dataclass(frozen=True)
class User:
    """Somebody who may log in; `password` is a hash, never the word itself."""

    id: int
    name: str
    display: str
    email: str
    role: Role
    password: str
    #: A session that was opened under another mark is over.
    session_mark: str
    disabled: bool
    created_at: str
    last_seen_at: str | None


@dataclass(frozen=True)
class Token:
    """Leave for a program to act for a user, within scopes, until it expires."""

    id: int
    user_id: int
    name: str
    scopes: frozenset[str]
    created_at: str
    expires_at: str
    used_at: str | None
    revoked_at: str | None


@dataclass(frozen=True)
class Entry:
    """One line of the audit log: who did what to which subject, from where."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    detail: dict[str, Any]
    address: str


class Accounts:
    """Users, tokens and the audit log of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    # Users

    def add(self, name: str, display: str, email: str, role: Role, password: str, session_mark: str) -> User:
        """Raises Conflict where the name is taken."""
        with self._file.transaction():
            if self.named(name) is not None:
                raise Conflict(
                    f"用户名“{name}”已有人用，请换一个", f"the user name '{name}' is taken; choose another"
                )
            self._file.db.execute(
                "INSERT INTO users (name, display, email, role, password, session_mark, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [name, display, email, role, password, session_mark, now()],
            )
        user = self.named(name)
        assert user is not None
        return user

    def change(self, user_id: int, **columns: str | int) -> None:
        """Set columns of a user: display, email, role, password, session_mark, disabled, last_seen_at."""
        names = ", ".join(f"{name} = ?" for name in columns)
        with self._file.transaction():
            self._file.db.execute(f"UPDATE users SET {names} WHERE id = ?", [*columns.values(), user_id])

    def user(self, user_id: int) -> User | None:
        row = self._file.first("SELECT * FROM users WHERE id = ?", [user_id])
        return _user(row) if row else None

    def named(self, name: str) -> User | None:
        row = self._file.first("SELECT * FROM users WHERE name = ?", [name])
        return _user(row) if row else None

    def users(self, role: Role | None = None) -> list[User]:
        rows = self._file.query(
            "SELECT * FROM users WHERE ?1 IS NULL OR role = ?1 ORDER BY role, name", [role]
        )
        return [_user(row) for row in rows]

    # Tokens

    def add_token(self, user_id: int, name: str, digest: str, scopes: Sequence[str], expires_at: str) -> int:
        with self._file.transaction():
            cursor = self._file.db.execute(
                "INSERT INTO tokens (user_id, name, digest, scopes, created_at, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [user_id, name, digest, json.dumps(sorted(scopes)), now(), expires_at],
            )
        return int(cursor.lastrowid or 0)

    def token(self, digest: str) -> Token | None:
        row = self._file.first("SELECT * FROM tokens WHERE digest = ?", [digest])
        return _token(row) if row else None

    def tokens(self, user_id: int) -> list[Token]:
        return list(
            map(_token, self._file.query("SELECT * FROM tokens WHERE user_id = ? ORDER BY id", [user_id]))
        )

    def mark_token(self, token_id: int, column: str) -> None:
        """Write the time into `column`: used_at or revoked_at."""
        with self._file.transaction():
            self._file.db.execute(f"UPDATE tokens SET {column} = ? WHERE id = ?", [now(), token_id])

    # The audit log

    def log(self, who: str, action: str, subject: str = "", address: str = "", **detail: Any) -> None:
        """Write down what somebody did; `subject` is like ``need:n-1``, `detail` never a contact."""
        with self._file.transaction():
            self._file.db.execute(
                "INSERT INTO audit (at, who, action, subject, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
                [now(), who, action, subject, json.dumps(detail, ensure_ascii=False), address],
            )

    def entries(
        self, subject: str = "", who: str = "", action: str = "", before: int | None = None, limit: int = 100
    ) -> Iterator[Entry]:
        """Yield the log, latest first; before the entry of id `before`, to page on."""
        rows = self._file.query(
            "SELECT * FROM audit WHERE (?1 = '' OR subject = ?1) AND (?2 = '' OR who = ?2)"
            " AND (?3 = '' OR action = ?3) AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5",
            [subject, who, action, before, limit],
        )
        for row in rows:
            yield Entry(**{**row, "detail": json.loads(row["detail"])})


def _user(row: dict[str, Any]) -> User:
    return User(**{**row, "role": Role(row["role"]), "disabled": bool(row["disabled"])})


def _token(row: dict[str, Any]) -> Token:
    known = {name: value for name, value in row.items() if name != "digest"}
    return Token(**{**known, "scopes": frozenset(json.loads(row["scopes"]))})
