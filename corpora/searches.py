"""Searches that people keep, and the digests of what was new in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.database import DataFile, now
from corpora.errors import Conflict


@dataclass(frozen=True)
class SavedSearch:
    """A query that a user keeps under a name."""

    id: int
    user_id: int
    name: str
    #: As matcher writes it down.
    query: dict[str, Any]
    by_mail: bool
    #: Up to here the store's history has been looked through for it.
    revision: int
    created_at: str


@dataclass(frozen=True)
class Digest:
    """The ids of the records that were new in a saved search at some time."""

    id: int
    search_id: int
    at: str
    ids: list[str]
    read_at: str | None
    mailed_at: str | None


class Searches:
    """The saved searches and digests of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def latest_revision(self) -> int:
        """Return the revision of the latest change of any record."""
        row = self._file.first("SELECT coalesce(max(revision), 0) AS revision FROM history")
        return int(row["revision"]) if row else 0

    def add(self, user_id: int, name: str, query: Mapping[str, Any], by_mail: bool) -> SavedSearch:
        """Keep a query; what is new in it counts from now on. Raises Conflict where the user has the name."""
        with self._file.transaction():
            self._check_free(user_id, name)
            cursor = self._file.db.execute(
                "INSERT INTO searches (user_id, name, query, by_mail, revision, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    user_id,
                    name,
                    json.dumps(query, ensure_ascii=False),
                    by_mail,
                    self.latest_revision(),
                    now(),
                ],
            )
        added = self.get(int(cursor.lastrowid or 0))
        assert added is not None
        return added

    def rename(self, search_id: int, user_id: int, name: str) -> None:
        """Raises Conflict where the user has another search of that name."""
        with self._file.transaction():
            self._check_free(user_id, name, search_id)
            self._file.db.execute("UPDATE searches SET name = ? WHERE id = ?", [name, search_id])

    def set_by_mail(self, search_id: int, by_mail: bool) -> None:
        with self._file.transaction():
            self._file.db.execute("UPDATE searches SET by_mail = ? WHERE id = ?", [by_mail, search_id])

    def delete(self, search_id: int) -> None:
        """Delete a saved search with its digests."""
        with self._file.transaction():
            self._file.db.execute("DELETE FROM searches WHERE id = ?", [search_id])

    def get(self, search_id: int) -> SavedSearch | None:
        row = self._file.first("SELECT * FROM searches WHERE id = ?", [search_id])
        return _search(row) if row else None

    def of_user(self, user_id: int) -> list[SavedSearch]:
        return list(
            map(
                _search, self._file.query("SELECT * FROM searches WHERE user_id = ? ORDER BY name", [user_id])
            )
        )

    def all(self) -> list[SavedSearch]:
        return list(map(_search, self._file.query("SELECT * FROM searches ORDER BY id")))

    def _check_free(self, user_id: int, name: str, search_id: int = 0) -> None:
        taken = self._file.first(
            "SELECT id FROM searches WHERE user_id = ? AND name = ? AND id <> ?", [user_id, name, search_id]
        )
        if taken:
            raise Conflict(
                f"您已有名为“{name}”的订阅，请换一个名称",
                f"you have a saved search named '{name}' already; choose another name",
            )

    # Digests

    def add_digest(self, search: SavedSearch, ids: Sequence[str], revision: int) -> bool:
        """Remember that the history was looked through up to `revision`, and what was new in it.

        What an earlier digest has is not said again; False where nothing is left to say, or where another
        process was faster.
        """
        with self._file.transaction():
            cursor = self._file.db.execute(
                "UPDATE searches SET revision = ? WHERE id = ? AND revision = ?",
                [revision, search.id, search.revision],
            )
            reported = {each for digest in self.digests(search.id) for each in digest.ids}
            news = [each for each in ids if each not in reported]
            if cursor.rowcount == 0 or not news:
                return False
            self._file.db.execute(
                "INSERT INTO digests (search_id, at, ids) VALUES (?, ?, ?)",
                [search.id, now(), json.dumps(news)],
            )
        return True

    def digests(self, search_id: int) -> list[Digest]:
        """Return the digests of a search, latest first."""
        rows = self._file.query("SELECT * FROM digests WHERE search_id = ? ORDER BY id DESC", [search_id])
        return [Digest(**{**row, "ids": json.loads(row["ids"])}) for row in rows]

    def mark(self, digest_ids: Sequence[int], column: str) -> None:
        """Write the time into `column` of digests: read_at or mailed_at."""
        with self._file.transaction():
            for each in digest_ids:
                self._file.db.execute(f"UPDATE digests SET {column} = ? WHERE id = ?", [now(), each])


def _search(row: Mapping[str, Any]) -> SavedSearch:
    return SavedSearch(**{**row, "query": json.loads(row["query"]), "by_mail": bool(row["by_mail"])})
