"""A person's word on where a record stands: on which nodes (环节), and in which lane of the innovation chain.

Words are only added: the latest on a record holds, the earlier ones are its log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.database import DataFile, now
from corpora.vocabulary import Kind


@dataclass(frozen=True)
class Placement:
    """What somebody said of a record; where `nodes` and `lane` are None, they leave it to the program again."""

    kind: Kind
    record_id: str
    #: Keys "chain/node", the first counts; (): it belongs to none; None: nothing is said of nodes.
    nodes: tuple[str, ...] | None
    #: A lane's name; None: nothing is said of it.
    lane: str | None
    reason: str
    who: str
    at: str


class Placements:
    """The placements that people made in one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def add(
        self,
        kind: Kind,
        record_id: str,
        nodes: Sequence[str] | None,
        lane: str | None,
        reason: str,
        who: str,
    ) -> None:
        """Keep a person's word; it replaces what was said of the record before."""
        with self._file.transaction():
            self._file.db.execute(
                "INSERT INTO placements (kind, record_id, nodes, lane, reason, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    kind,
                    record_id,
                    None if nodes is None else json.dumps(list(nodes)),
                    lane,
                    reason,
                    who,
                    now(),
                ],
            )

    def current(self) -> dict[tuple[Kind, str], Placement]:
        """Return the word that holds of each record of which one does."""
        latest = "SELECT max(id) FROM placements GROUP BY kind, record_id"
        rows = self._file.query(f"SELECT * FROM placements WHERE id IN ({latest}) ORDER BY id")
        found = [_placement(row) for row in rows]
        return {
            (one.kind, one.record_id): one for one in found if one.nodes is not None or one.lane is not None
        }

    def log(self, kind: Kind, record_id: str) -> list[Placement]:
        """Return all that was said of a record, oldest first."""
        query = "SELECT * FROM placements WHERE kind = ? AND record_id = ? ORDER BY id"
        return [_placement(row) for row in self._file.query(query, [kind, record_id])]

    def mark(self) -> int:
        """Return a number that changes whenever something is said."""
        row = self._file.first("SELECT coalesce(max(id), 0) AS latest FROM placements")
        return int(row["latest"]) if row else 0


def _placement(row: Mapping[str, Any]) -> Placement:
    return Placement(
        Kind(row["kind"]),
        row["record_id"],
        None if row["nodes"] is None else tuple(json.loads(row["nodes"])),
        row["lane"],
        row["reason"],
        row["who"],
        row["at"],
    )
