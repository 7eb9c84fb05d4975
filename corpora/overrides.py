"""A person's verdict on a node of the map (裁定), which goes before that of the rules; words are only added."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.database import DataFile, now


@dataclass(frozen=True)
class Override:
    """What somebody decided of a node, with the reason; None: they leave it to the rules again."""

    #: "chain/node".
    node: str
    verdict: str | None
    reason: str
    who: str
    at: str


class Overrides:
    """The verdicts that people gave in one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def add(self, node: str, verdict: str | None, reason: str, who: str) -> None:
        """Keep a person's verdict; it replaces the one before."""
        with self._file.transaction():
            self._file.db.execute(
                "INSERT INTO verdict_overrides (node, verdict, reason, who, at) VALUES (?, ?, ?, ?, ?)",
                [node, verdict, reason, who, now()],
            )

    def current(self) -> dict[str, Override]:
        """Return the verdict that holds of each node of which one does."""
        rows = self._file.query(
            "SELECT node, verdict, reason, who, at FROM verdict_overrides"
            " WHERE id IN (SELECT max(id) FROM verdict_overrides GROUP BY node) ORDER BY id"
        )
        return {row["node"]: Override(**row) for row in rows if row["verdict"] is not None}

    def log(self, node: str) -> list[Override]:
        """Return all that was decided of a node, oldest first."""
        rows = self._file.query(
            "SELECT node, verdict, reason, who, at FROM verdict_overrides WHERE node = ? ORDER BY id", [node]
        )
        return [Override(**row) for row in rows]

    def mark(self) -> int:
        """Return a number that changes whenever something is decided."""
        row = self._file.first("SELECT coalesce(max(id), 0) AS latest FROM verdict_overrides")
        return int(row["latest"]) if row else 0
