"""Choices: what an installation sets by hand, while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.database import DataFile, now


@dataclass(frozen=True)
class Choice:
    """One value that somebody set, as text."""

    name: str
    value: str
    who: str
    at: str


class Choices:
    """What is set by hand in one store, by name."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def get(self, name: str) -> Choice | None:
        row = self._file.first("SELECT * FROM choices WHERE name = ?", [name])
        return Choice(**row) if row else None

    def set(self, name: str, value: str, who: str) -> None:
        with self._file.transaction():
            self._file.db.execute(
                "INSERT OR REPLACE INTO choices (name, value, who, at) VALUES (?, ?, ?, ?)",
                [name, value, who, now()],
            )

    def forget(self, name: str) -> None:
        with self._file.transaction():
            self._file.db.execute("DELETE FROM choices WHERE name = ?", [name])
