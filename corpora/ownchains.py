"""Chains of an installation's own: they stand beside the shipped ones, or in the place of one with the same id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from corpora.chains import Chain, chains
from corpora.database import DataFile, now


class OwnChains:
    """The chains that one store has of its own."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def all(self) -> Mapping[str, Chain]:
        """Return every chain by id, in the order of their ids: the shipped ones, its own over them."""
        found = {**chains(), **self.own()}
        return MappingProxyType({key: found[key] for key in sorted(found)})

    def own(self) -> dict[str, Chain]:
        """Return those that the store has of its own."""
        rows = self._file.query("SELECT id, definition FROM chains ORDER BY id")
        return {row["id"]: Chain.model_validate_json(row["definition"]) for row in rows}

    def put(self, chain: Chain, who: str) -> None:
        """Keep a chain, in the place of the one with its id."""
        with self._file.transaction():
            self._file.db.execute(
                "INSERT OR REPLACE INTO chains (id, definition, who, at) VALUES (?, ?, ?, ?)",
                [chain.id, chain.model_dump_json(), who, now()],
            )

    def remove(self, key: str) -> bool:
        """Forget a chain, so that the shipped one of the id, if there is one, holds again; False where there was none."""
        with self._file.transaction():
            cursor = self._file.db.execute("DELETE FROM chains WHERE id = ?", [key])
        return bool(cursor.rowcount)

    def mark(self) -> str:
        """Return what changes whenever a chain does."""
        rows = self._file.query("SELECT id, at, length(definition) AS size FROM chains ORDER BY id")
        return json.dumps([list(row.values()) for row in rows])
