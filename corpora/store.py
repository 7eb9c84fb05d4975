"""The store: every record, where it came from, and what became of it. All SQL is in this layer.

One SQLite file in WAL mode; each public method that writes is one transaction, and several
processes may use the same file at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from corpora.database import FILE_NAME, DataFile, now
from corpora.errors import UnknownRecord, shorten
from corpora.records import Achievement, Judgement, Need, Record
from corpora.stored import (
    TABLES,
    Change,
    DuplicateLink,
    Origin,
    Outcome,
    column_of,
    difference,
    from_row,
    to_change,
    to_row,
    updated,
)
from corpora.vocabulary import Kind

__all__ = ["FILE_NAME", "Change", "DuplicateLink", "Origin", "Outcome", "Store"]


class Store(DataFile):
    """Records in the data folder; ``Store.create`` makes an empty one."""

    # Writing

    def take_in(self, origins: Sequence[Origin], file: str, sha256: str, who: str) -> list[Outcome]:
        """Store the records of one file; return what became of each, in order.

        A record that the store holds already keeps what the new one does not say; where it says
        nothing new, it is left untouched.
        """
        at = now()
        outcomes: list[Outcome] = []
        # A name from another system may hold bytes that are no text.
        file = file.encode("utf-8", "replace").decode("utf-8")
        with self.transaction():
            import_id: int | None = None
            for origin in origins:
                outcome = self._put(origin.record, who, at)
                outcomes.append(outcome)
                if outcome == "unchanged":
                    continue
                if import_id is None:
                    import_id = self.db.table("imports").insert(
                        {"file": file, "sha256": sha256, "at": at, "who": who}
                    ).last_pk  # fmt: skip
                self.db.execute(
                    "INSERT OR IGNORE INTO provenance (kind, id, import_id, sheet, row) VALUES (?, ?, ?, ?, ?)",
                    [origin.record.KIND, origin.record.id, import_id, origin.sheet, origin.row],
                )
        return outcomes

    def delete(self, kind: Kind, record_id: str, who: str) -> None:
        """Delete a record with all that hangs on it; its history stays. Raises UnknownRecord."""
        with self.transaction():
            self.get(kind, record_id)
            self.db.execute("DELETE FROM records WHERE kind = ? AND id = ?", [kind, record_id])
            self._remember(kind, record_id, who, now(), "deleted", {})

    def judge(self, judgements: Iterable[Judgement], who: str) -> int:
        """Store levels that people gave, the latest per pair and author; return how many.

        Raises UnknownRecord where a pair names an id that the store has not.
        """
        rows = [
            {
                **each.model_dump(),
                "author": each.author or who,
                "at": (each.at or datetime.now(UTC)).isoformat(),
            }
            for each in judgements
        ]
        with self.transaction():
            for column, kind in (("need_id", Kind.NEED), ("achievement_id", Kind.ACHIEVEMENT)):
                missing = {str(row[column]) for row in rows} - set(self.ids(kind))
                if missing:
                    raise unknown_record(kind, min(missing))
            self.db.table("judgements").upsert_all(rows, pk=("need_id", "achievement_id", "author"))
        return len(rows)

    def unjudge(self, need_id: str, achievement_id: str, author: str) -> bool:
        """Take back the level that somebody gave to a pair; False where there was none."""
        with self.transaction():
            cursor = self.db.execute(
                "DELETE FROM judgements WHERE need_id = ? AND achievement_id = ? AND author = ?",
                [need_id, achievement_id, author],
            )
        return bool(cursor.rowcount)

    def link_duplicates(self, links: Iterable[DuplicateLink]) -> None:
        """Remember that records say much the same; both stay."""
        rows = [{"kind": link.kind, "id": link.id, "original_id": link.original_id,
                 "similarity": link.similarity, "at": now()} for link in links]  # fmt: skip
        with self.transaction():
            self.db.table("duplicates").upsert_all(rows, pk=("kind", "id", "original_id"))

    def put_sketches(self, kind: Kind, sketches: Mapping[str, Sequence[int]]) -> None:
        """Replace the sketches of the records that `sketches` names by id."""
        with self.transaction():
            self.db.conn.executemany(
                "DELETE FROM sketches WHERE kind = ? AND id = ?", [(kind, each) for each in sketches]
            )
            self.db.conn.executemany(
                "INSERT OR IGNORE INTO sketches (kind, hash, id) VALUES (?, ?, ?)",
                [(kind, value, each) for each, values in sketches.items() for value in values],
            )

    def save(self, record: Record, who: str) -> Outcome:
        """Store one record as it is: what it does not say, the store forgets. So a person edits it."""
        with self.transaction():
            return self._put(record, who, now(), whole=True)

    def _put(self, record: Record, who: str, at: str, whole: bool = False) -> Outcome:
        kind = record.KIND
        before = next(self.records(kind, [record.id]), None)
        if before is not None:
            record = record if whole else updated(before, record)
            if record == before:
                return "unchanged"
        self.db.execute(
            "INSERT INTO records (kind, id, content_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET content_hash = excluded.content_hash,"
            " updated_at = excluded.updated_at",
            [kind, record.id, record.content_hash(), at, at],
        )
        row = to_row(record)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
        self.db.execute(
            f"INSERT INTO {TABLES[kind]} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",
            list(row.values()),
        )
        contact = record.contact
        self.db.execute(
            "INSERT OR REPLACE INTO contacts (kind, id, name, phone, email) VALUES (?, ?, ?, ?, ?)",
            [kind, record.id, contact.name, contact.phone, contact.email],
        )
        self._remember(
            kind, record.id, who, at, "updated" if before else "created", difference(before, record)
        )
        return "updated" if before else "created"

    def _remember(
        self, kind: Kind, record_id: str, who: str, at: str, action: str, changes: Mapping[str, Any]
    ) -> None:
        self.db.execute(
            "INSERT INTO history (kind, id, at, who, action, changes) VALUES (?, ?, ?, ?, ?, ?)",
            [kind, record_id, at, who, action, json.dumps(changes, ensure_ascii=False)],
        )

    # Reading

    def get(self, kind: Kind, record_id: str) -> Record:
        """Return one record, with its contact. Raises UnknownRecord."""
        for record in self.records(kind, [record_id]):
            return record
        raise unknown_record(kind, record_id)

    def achievement(self, record_id: str) -> Achievement:
        """Raises UnknownRecord."""
        return cast(Achievement, self.get(Kind.ACHIEVEMENT, record_id))

    def need(self, record_id: str) -> Need:
        """Raises UnknownRecord."""
        return cast(Need, self.get(Kind.NEED, record_id))

    def achievements(self, ids: Sequence[str] | None = None) -> Iterator[Achievement]:
        yield from cast(Iterator[Achievement], self.records(Kind.ACHIEVEMENT, ids))

    def needs(self, ids: Sequence[str] | None = None) -> Iterator[Need]:
        yield from cast(Iterator[Need], self.records(Kind.NEED, ids))

    def records(self, kind: Kind, ids: Sequence[str] | None = None) -> Iterator[Record]:
        """Yield records in the order they came in, or those of `ids` that exist, in no set order."""
        query = (
            f"SELECT t.*, c.name AS contact_name, c.phone AS contact_phone, c.email AS contact_email"
            f" FROM {TABLES[kind]} t LEFT JOIN contacts c ON c.kind = t.kind AND c.id = t.id"
        )
        if ids is None:
            yield from (from_row(kind, row) for row in self.query(f"{query} ORDER BY t.rowid"))
            return
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ", ".join("?" * len(part))
            yield from (from_row(kind, row) for row in self.query(f"{query} WHERE t.id IN ({marks})", part))

    def in_order(self, kind: Kind, ids: Sequence[str]) -> list[Record]:
        """Return the records of `ids` that exist, in the order of `ids`."""
        found = {record.id: record for record in self.records(kind, ids)}
        return [found[each] for each in ids if each in found]

    def ids(self, kind: Kind, /, **like: str | Sequence[str] | None) -> list[str]:
        """Return ids; `like` keeps those whose field contains the text, or any of the texts."""
        clauses, values = [], []
        for name, wanted in like.items():
            texts = [wanted] if isinstance(wanted, str) else list(wanted or [])
            if texts:
                clauses.append(
                    "(" + " OR ".join([f"instr({column_of(kind, name)}, ?) > 0"] * len(texts)) + ")"
                )
                values += texts
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        return [
            row["id"] for row in self.query(f"SELECT id FROM {TABLES[kind]}{where} ORDER BY rowid", values)
        ]

    def arrivals(self, kind: Kind, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Return when (UTC) each record, or each of `ids` that exists, came in."""
        parts = [None] if ids is None else [ids[start : start + 500] for start in range(0, len(ids), 500)]
        found: dict[str, str] = {}
        for part in parts:
            where = "" if part is None else f" AND id IN ({', '.join('?' * len(part))})"
            rows = self.query(
                f"SELECT id, created_at FROM records WHERE kind = ?{where}",
                [kind, *(part or ())],
            )
            found |= {row["id"]: row["created_at"] for row in rows}
        return found

    def ids_by_stage(self, kind: Kind, lowest: int | None, highest: int | None) -> set[str]:
        """Return ids whose stage is known and within the bounds, inclusive; of needs, the lowest acceptable one."""
        column = "stage" if kind is Kind.ACHIEVEMENT else "min_stage"
        query = f"SELECT id FROM {TABLES[kind]} WHERE {column} BETWEEN ? AND ?"
        return {row["id"] for row in self.query(query, [lowest or 1, highest or 9])}

    def counts(self) -> dict[str, int]:
        """Return how many records, judgements and linked duplicates there are."""
        tables = [*TABLES.values(), "judgements", "duplicates"]
        return {table: next(self.query(f"SELECT count(*) AS n FROM {table}"))["n"] for table in tables}

    def revision(self) -> int:
        """Return the number of the latest change, 0 before the first."""
        return int(next(self.query("SELECT coalesce(max(revision), 0) AS latest FROM history"))["latest"])

    def changes_since(self, revision: int) -> Iterator[Change]:
        """Yield what happened after `revision`, oldest first."""
        yield from map(
            to_change, self.query("SELECT * FROM history WHERE revision > ? ORDER BY revision", [revision])
        )

    def history(self, kind: Kind, record_id: str) -> list[Change]:
        query = "SELECT * FROM history WHERE kind = ? AND id = ? ORDER BY revision"
        return list(map(to_change, self.query(query, [kind, record_id])))

    def provenance(self, kind: Kind, record_id: str) -> list[dict[str, Any]]:
        """Return the file, sheet, row, time and person of each import that brought or changed a record."""
        return list(self.query(
            "SELECT i.file, p.sheet, p.row, i.at, i.who FROM provenance p JOIN imports i ON i.id = p.import_id"
            " WHERE p.kind = ? AND p.id = ? ORDER BY i.id", [kind, record_id]))  # fmt: skip

    def judgements(self, *, need_id: str = "", achievement_id: str = "") -> Iterator[Judgement]:
        """Yield what people judged, oldest pair first; only of the need and the achievement that are named."""
        named = {"need_id": need_id, "achievement_id": achievement_id}
        clauses = [f"{column} = ?" for column, value in named.items() if value]
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        rows = self.query(
            f"SELECT * FROM judgements{where} ORDER BY rowid", [value for value in named.values() if value]
        )
        yield from map(Judgement.model_validate, rows)

    def judgements_mark(self) -> tuple[int, str]:
        """Return what changes whenever a level is given, changed or taken back: how many, and what of them."""
        row = next(self.query(
            "SELECT count(*) AS n, coalesce(max(at), '') AS latest, coalesce(sum(rowid * level), 0) AS levels"
            " FROM judgements"))  # fmt: skip
        return row["n"], f"{row['latest']} {row['levels']}"

    def duplicates(self, kind: Kind) -> list[DuplicateLink]:
        rows = self.query("SELECT * FROM duplicates WHERE kind = ? ORDER BY rowid", [kind])
        return [DuplicateLink(kind, row["id"], row["original_id"], row["similarity"]) for row in rows]

    def sharing_sketches(self, kind: Kind, hashes: Sequence[int], at_least: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` records that share `at_least` of the hashes, most shared first."""
        marks = ", ".join("?" * len(hashes))
        # The plus keeps SQLite from walking all sketches in the order of their ids.
        rows = self.query(
            f"SELECT id FROM sketches WHERE kind = ? AND hash IN ({marks}) GROUP BY +id HAVING count(*) >= ?"
            " ORDER BY count(*) DESC, id LIMIT ?",
            [kind, *hashes, at_least, limit],
        )
        return [row["id"] for row in rows]


def unknown_record(kind: Kind, record_id: str) -> UnknownRecord:
    """Return the error that says that there is no such record."""
    noun = {Kind.ACHIEVEMENT: "成果", Kind.NEED: "需求", Kind.ORGANIZATION: "机构"}[kind]
    return UnknownRecord(
        f"没有编号为“{shorten(record_id)}”的{noun}；请检查编号",
        f"there is no {kind} with the id '{shorten(record_id)}'; check the id",
    )
