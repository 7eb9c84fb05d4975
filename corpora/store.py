"""The store: every record, where it came from, and what became of it. All SQL is in this layer.

One SQLite file in WAL mode; each public method that writes is one transaction, and several
processes may use the same file at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from sqlite_utils import Database

from corpora.errors import DataFolderTrouble, UnknownRecord
from corpora.migrations import migrations
from corpora.records import RECORDS, Achievement, Contact, Judgement, Need, Record
from corpora.vocabulary import Kind, Mode, OrganizationKind, Ownership, Tier

FILE_NAME = "shuanglian.db"
BUSY_SECONDS = 30

_TABLES = {Kind.ACHIEVEMENT: "achievements", Kind.NEED: "needs", Kind.ORGANIZATION: "organizations"}
#: Organization.kind is a column of every table already: what sort of organization has its own.
_RENAMED = {"kind": "organization_kind"}

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True)
class Origin:
    """Where a record stands in the file that brought it."""

    record: Record
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True)
class Change:
    """One line of a record's history."""

    revision: int
    kind: Kind
    id: str
    at: str
    who: str
    action: str
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class DuplicateLink:
    """`id` says much the same as `original_id`, which came first; similarity 0–100."""

    kind: Kind
    id: str
    original_id: str
    similarity: float


class Store:
    """Records in the data folder `folder`; ``Store.create`` makes one.

    Raises DataFolderTrouble where the folder has no store, or it cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        if not self.path.exists():
            raise DataFolderTrouble(
                f"数据文件夹 {folder} 里还没有数据库；请先运行 matcher init",
                f"the data folder {folder} has no store yet; run `matcher init` first",
            )
        with _explained(self.path):
            self.db = Database(sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False))
            self.db.execute("PRAGMA foreign_keys = ON")
            self.db.execute("PRAGMA synchronous = NORMAL")
            if migrations.pending(self.db):
                migrations.apply(self.db)

    @classmethod
    def create(cls, folder: Path) -> Store:
        """Make the folder and an empty store in it, or open the one that is there."""
        path = folder / FILE_NAME
        with _explained(path):
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
        return cls(folder)

    def close(self) -> None:
        self.db.close()

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to `path` while others go on writing here."""
        with _explained(self.path):
            copy = sqlite3.connect(path)
            try:
                self.db.conn.backup(copy)
                # A copy is one file, without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()

    def check(self) -> None:
        """Raises DataFolderTrouble where the file is damaged."""
        with _explained(self.path):
            said = self.db.execute("PRAGMA quick_check").fetchone()[0]
            if said != "ok":
                raise sqlite3.DatabaseError(f"malformed: {said}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's writes, or none; blocks nest."""
        with _explained(self.path):
            if not self.db.conn.in_transaction:
                # Taking the write lock first keeps two writers from failing half way.
                self.db.conn.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self.db.conn.execute("COMMIT")
                except BaseException:
                    self.db.conn.rollback()
                    raise
            else:
                with self.db.atomic():
                    yield

    # Writing

    def take_in(self, origins: Sequence[Origin], file: str, sha256: str, who: str) -> list[Outcome]:
        """Store the records of one file; return what became of each, in order.

        A record that the store holds already with the same content is left untouched.
        """
        now = _now()
        outcomes: list[Outcome] = []
        with self.transaction():
            import_id: int | None = None
            for origin in origins:
                outcome = self._put(origin.record, who, now)
                outcomes.append(outcome)
                if outcome == "unchanged":
                    continue
                if import_id is None:
                    import_id = self.db.table("imports").insert(
                        {"file": file, "sha256": sha256, "at": now, "who": who}
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
            self._remember(kind, record_id, who, _now(), "deleted", {})

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
                    raise _unknown(kind, min(missing))
            self.db.table("judgements").upsert_all(rows, pk=("need_id", "achievement_id", "author"))
        return len(rows)

    def link_duplicates(self, links: Iterable[DuplicateLink]) -> None:
        """Remember that records say much the same; both stay."""
        rows = [{"kind": link.kind, "id": link.id, "original_id": link.original_id,
                 "similarity": link.similarity, "at": _now()} for link in links]  # fmt: skip
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

    def _put(self, record: Record, who: str, now: str) -> Outcome:
        kind, content_hash = record.KIND, record.content_hash()
        found = self.db.execute(
            "SELECT content_hash FROM records WHERE kind = ? AND id = ?", [kind, record.id]
        ).fetchone()
        if found and found[0] == content_hash:
            return "unchanged"
        before = self.get(kind, record.id) if found else None
        self.db.execute(
            "INSERT INTO records (kind, id, content_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET content_hash = excluded.content_hash,"
            " updated_at = excluded.updated_at",
            [kind, record.id, content_hash, now, now],
        )
        row = _to_row(record)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
        self.db.execute(
            f"INSERT INTO {_TABLES[kind]} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",
            list(row.values()),
        )
        contact = record.contact
        self.db.execute(
            "INSERT OR REPLACE INTO contacts (kind, id, name, phone, email) VALUES (?, ?, ?, ?, ?)",
            [kind, record.id, contact.name, contact.phone, contact.email],
        )
        self._remember(
            kind, record.id, who, now, "updated" if before else "created", _difference(before, record)
        )
        return "updated" if before else "created"

    def _remember(
        self, kind: Kind, record_id: str, who: str, now: str, action: str, changes: Mapping[str, Any]
    ) -> None:
        self.db.execute(
            "INSERT INTO history (kind, id, at, who, action, changes) VALUES (?, ?, ?, ?, ?, ?)",
            [kind, record_id, now, who, action, json.dumps(changes, ensure_ascii=False)],
        )

    # Reading

    def get(self, kind: Kind, record_id: str) -> Record:
        """Return one record, with its contact. Raises UnknownRecord."""
        for record in self.records(kind, [record_id]):
            return record
        raise _unknown(kind, record_id)

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
            f" FROM {_TABLES[kind]} t LEFT JOIN contacts c ON c.kind = t.kind AND c.id = t.id"
        )
        with _explained(self.path):
            if ids is None:
                yield from (_from_row(kind, row) for row in self.db.query(query + " ORDER BY t.rowid"))
                return
            for start in range(0, len(ids), 500):
                part = ids[start : start + 500]
                marks = ", ".join("?" * len(part))
                yield from (
                    _from_row(kind, row) for row in self.db.query(f"{query} WHERE t.id IN ({marks})", part)
                )

    def ids(self, kind: Kind, **like: str | Sequence[str] | None) -> list[str]:
        """Return ids; `like` keeps those whose column contains the text, or any of the texts."""
        clauses, values = [], []
        for column, wanted in like.items():
            texts = [wanted] if isinstance(wanted, str) else list(wanted or [])
            if texts:
                clauses.append("(" + " OR ".join([f"instr({column}, ?) > 0"] * len(texts)) + ")")
                values += texts
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        with _explained(self.path):
            return [
                row[0]
                for row in self.db.execute(f"SELECT id FROM {_TABLES[kind]}{where} ORDER BY rowid", values)
            ]

    def ids_by_stage(self, kind: Kind, lowest: int | None, highest: int | None) -> set[str]:
        """Return ids whose stage is known and within the bounds, inclusive; of needs, the lowest acceptable one."""
        column = "stage" if kind is Kind.ACHIEVEMENT else "min_stage"
        with _explained(self.path):
            return {
                row[0]
                for row in self.db.execute(
                    f"SELECT id FROM {_TABLES[kind]} WHERE {column} BETWEEN ? AND ?",
                    [lowest or 1, highest or 9],
                )
            }

    def counts(self) -> dict[str, int]:
        """Return how many records, judgements and linked duplicates there are."""
        tables = [*_TABLES.values(), "judgements", "duplicates"]
        with _explained(self.path):
            return {table: self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}

    def changes_since(self, revision: int) -> Iterator[Change]:
        """Yield what happened after `revision`, oldest first."""
        with _explained(self.path):
            rows = self.db.query("SELECT * FROM history WHERE revision > ? ORDER BY revision", [revision])
            yield from map(_change, rows)

    def history(self, kind: Kind, record_id: str) -> list[Change]:
        rows = self.db.query(
            "SELECT * FROM history WHERE kind = ? AND id = ? ORDER BY revision", [kind, record_id]
        )
        return list(map(_change, rows))

    def provenance(self, kind: Kind, record_id: str) -> list[dict[str, Any]]:
        """Return the file, sheet, row, time and person of each import that brought or changed a record."""
        return list(self.db.query(
            "SELECT i.file, p.sheet, p.row, i.at, i.who FROM provenance p JOIN imports i ON i.id = p.import_id"
            " WHERE p.kind = ? AND p.id = ? ORDER BY i.id", [kind, record_id]))  # fmt: skip

    def judgements(self) -> Iterator[Judgement]:
        yield from (
            Judgement.model_validate(row) for row in self.db.query("SELECT * FROM judgements ORDER BY rowid")
        )

    def duplicates(self, kind: Kind) -> list[DuplicateLink]:
        rows = self.db.query("SELECT * FROM duplicates WHERE kind = ? ORDER BY rowid", [kind])
        return [DuplicateLink(kind, row["id"], row["original_id"], row["similarity"]) for row in rows]

    def sharing_sketches(self, kind: Kind, hashes: Sequence[int], at_least: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` records that share `at_least` of the hashes, most shared first."""
        marks = ", ".join("?" * len(hashes))
        # The plus keeps SQLite from walking all sketches in the order of their ids.
        rows = self.db.execute(
            f"SELECT id FROM sketches WHERE kind = ? AND hash IN ({marks}) GROUP BY +id HAVING count(*) >= ?"
            " ORDER BY count(*) DESC, id LIMIT ?",
            [kind, *hashes, at_least, limit],
        )
        return [row[0] for row in rows]


def _to_row(record: Record) -> dict[str, Any]:
    dumped = record.model_dump(mode="json", exclude={"contact"})
    return {
        _RENAMED.get(name, name): json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        for name, value in dumped.items()
    }


#: What JSON and SQLite keep as plain text, by field.
_TYPES: dict[str, Callable[[Any], Any]] = {
    "deadline": date.fromisoformat,
    "ip_wanted": Ownership,
    "kind": OrganizationKind,
    "tier": Tier,
    "modes": lambda names: [Mode(name) for name in names],
}


def _from_row(kind: Kind, row: Mapping[str, Any]) -> Record:
    """Build a record from what _to_row made; it was checked when it came in, and stays readable for ever."""
    model = RECORDS[kind]
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if name == "contact":
            values[name] = Contact.model_construct(
                **{part: row[f"contact_{part}"] or "" for part in Contact.model_fields}
            )
            continue
        value = row[_RENAMED.get(name, name) if kind is Kind.ORGANIZATION else name]
        if isinstance(info.default, list):
            value = json.loads(value)
        values[name] = _TYPES[name](value) if name in _TYPES and value is not None else value
    return model.model_construct(**values)


def _difference(before: Record | None, after: Record) -> dict[str, Any]:
    """Return {field: [old, new]}; of a contact only that it changed, for history is not private."""
    if before is None:
        return {}
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    if "contact" in changed:
        changed["contact"] = ["…", "…"]
    return changed


def _change(row: Mapping[str, Any]) -> Change:
    return Change(row["revision"], Kind(row["kind"]), row["id"], row["at"], row["who"], row["action"],
                  json.loads(row["changes"]))  # fmt: skip


def _unknown(kind: Kind, record_id: str) -> UnknownRecord:
    noun = {Kind.ACHIEVEMENT: "成果", Kind.NEED: "需求", Kind.ORGANIZATION: "机构"}[kind]
    return UnknownRecord(
        f"没有编号为“{record_id}”的{noun}；请检查编号",
        f"there is no {kind} with the id '{record_id}'; check the id",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into what to do about it."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError, PermissionError, OSError) as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        said = str(error)
        zh, en = "用不了", "cannot be used"
        remedy = "请运行 matcher doctor", "run `matcher doctor`"
        if (
            "readonly" in said
            or "read-only" in said.lower()
            or "unable to open" in said
            or isinstance(error, PermissionError)
        ):
            zh, en = "只读或无权写入", "is read-only or not yours to write"
            remedy = (
                "请检查权限，或用 MATCHER_DATA 指向另一文件夹",
                "check its permissions or point MATCHER_DATA elsewhere",
            )
        elif "full" in said or "No space" in said:
            zh, en = "所在磁盘已满", "is on a full disk"
            remedy = (
                "请腾出空间后重试，已存的数据没有丢",
                "free some space and try again; nothing stored is lost",
            )
        elif "locked" in said or "busy" in said:
            zh, en = "正被另一个程序写入", "is being written by another program"
            remedy = "请稍后重试", "try again later"
        elif "malformed" in said or "not a database" in said:
            zh, en = "已损坏", "is damaged"
            remedy = "请用 matcher restore 恢复备份", "restore a backup with `matcher restore`"
        raise DataFolderTrouble(
            f"数据库 {path} {zh}（{said}）；{remedy[0]}", f"the store {path} {en} ({said}); {remedy[1]}"
        ) from error


__all__ = ["Change", "DuplicateLink", "Origin", "Outcome", "Store"]
