"""The integration maps that were built (图谱): each whole for a while, and for good what it takes to compare two."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpora.database import DataFile, now

#: So many of the latest maps are kept whole.
KEPT_WHOLE = 12


@dataclass(frozen=True)
class KeptMap:
    """A map that was built, without its document and summary."""

    id: int
    #: YYYY-MM-DD.
    date: str
    #: The store's revision that it was built from, and what else it depended on.
    revision: int
    mark: str
    who: str
    at: str
    is_whole: bool


class Maps:
    """The maps of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def add(
        self, date: str, revision: int, mark: str, who: str, summary: Mapping[str, Any], document: bytes
    ) -> int:
        """Keep a map; of one day the latest only. Return its id."""
        with self._file.transaction():
            self._file.db.execute("DELETE FROM maps WHERE date = ?", [date])
            cursor = self._file.db.execute(
                "INSERT INTO maps (date, revision, mark, who, at, summary, document) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    date,
                    revision,
                    mark,
                    who,
                    now(),
                    json.dumps(summary, ensure_ascii=False),
                    zlib.compress(document),
                ],
            )
            self._file.db.execute(
                "UPDATE maps SET document = NULL WHERE document IS NOT NULL"
                " AND id NOT IN (SELECT id FROM maps ORDER BY id DESC LIMIT ?)",
                [KEPT_WHOLE],
            )
        return int(cursor.lastrowid or 0)

    def latest(self) -> KeptMap | None:
        """Return the map that was built last."""
        row = self._file.first(f"{_HEADING} ORDER BY id DESC LIMIT 1")
        return _kept(row) if row else None

    def newest(self) -> int:
        """Return the id of the map that was built last, 0 where there is none: it tells whether there is a newer one."""
        row = self._file.first("SELECT max(id) AS id FROM maps")
        return int(row["id"] or 0) if row else 0

    def get(self, map_id: int) -> KeptMap | None:
        row = self._file.first(f"{_HEADING} WHERE id = ?", [map_id])
        return _kept(row) if row else None

    def all(self) -> list[KeptMap]:
        """Return every map, the latest first."""
        return [_kept(row) for row in self._file.query(f"{_HEADING} ORDER BY id DESC")]

    def summary(self, map_id: int) -> dict[str, Any]:
        """Return what is kept of a map for good, {} where there is no such map."""
        row = self._file.first("SELECT summary FROM maps WHERE id = ?", [map_id])
        return dict(json.loads(row["summary"])) if row else {}

    def document(self, map_id: int) -> bytes | None:
        """Return the map as it was given; None where it is not kept whole any more."""
        row = self._file.first("SELECT document FROM maps WHERE id = ?", [map_id])
        return zlib.decompress(row["document"]) if row and row["document"] else None


_HEADING = "SELECT id, date, revision, mark, who, at, document IS NOT NULL AS is_whole FROM maps"


def _kept(row: Mapping[str, Any]) -> KeptMap:
    return KeptMap(**{**row, "is_whole": bool(row["is_whole"])})
