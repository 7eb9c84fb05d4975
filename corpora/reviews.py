"""Reviews: pairs of records that look like one, what a person said of each, and making one of two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpora.cases import Action, Stage
from corpora.database import now
from corpora.records import Contact, Record
from corpora.store import DuplicateLink, Store
from corpora.vocabulary import Kind

#: The further on a case is, the more of it would be lost.
_CASE_STAGES = (Stage.DECLINED, Stage.PROPOSED, Stage.INTRODUCED, Stage.MET, Stage.NEGOTIATING, Stage.SIGNED)
#: The column of judgements and cases that names a record, by its kind, and the one that names the other.
_COLUMNS = {Kind.NEED: ("need_id", "achievement_id"), Kind.ACHIEVEMENT: ("achievement_id", "need_id")}
_OPEN = (
    " FROM duplicates d WHERE d.review = '' AND NOT EXISTS (SELECT 1 FROM duplicates r WHERE r.kind = d.kind"
    # The same pair the other way round is one question, and one answer.
    " AND r.id = d.original_id AND r.original_id = d.id AND (r.review != '' OR r.rowid < d.rowid))"
)


@dataclass(frozen=True)
class Merging:
    """What making one of two records does: of `gone` all but what `kept` lacks is lost, or moves to it."""

    kept: Record
    gone: Record
    #: The fields of `kept` that `gone` fills, as they will stand.
    filled: dict[str, Any]
    #: The kept record with them.
    merged: Record
    #: Judgements that move, and those that give way to a later one by the same author on the same pair.
    moved_judgements: int = 0
    dropped_judgements: int = 0
    #: Cases that move, by number; and those that both have with the same other: (stays, is taken into it).
    moved_cases: list[int] = field(default_factory=list)
    joined_cases: list[tuple[int, int]] = field(default_factory=list)
    attachments: int = 0


class Reviews:
    """The review of near-duplicates in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self) -> int:
        """Return how many pairs nobody has said anything of."""
        return int(next(self._store.query(f"SELECT count(*) AS n{_OPEN}"))["n"])

    def pairs(self, limit: int, start: int = 0) -> list[DuplicateLink]:
        """Return such pairs, the most alike first."""
        rows = self._store.query(
            f"SELECT d.*{_OPEN} ORDER BY d.similarity DESC, d.kind, d.id LIMIT ? OFFSET ?", [limit, start]
        )
        return [_link(row) for row in rows]

    def pair(self, kind: Kind, one: str, other: str) -> DuplicateLink | None:
        """Return the open pair of these two, whichever came first."""
        row = self._store.first(
            f"SELECT d.*{_OPEN} AND d.kind = ?1 AND ((d.id = ?2 AND d.original_id = ?3)"
            " OR (d.id = ?3 AND d.original_id = ?2))",
            [kind, one, other],
        )
        return _link(row) if row else None

    def tell_apart(self, link: DuplicateLink, who: str) -> bool:
        """Remember that these are two things; False where somebody has answered already."""
        with self._store.transaction():
            if self.pair(link.kind, link.id, link.original_id) is None:
                return False
            self._store.db.execute(
                "UPDATE duplicates SET review = 'different', reviewed_by = ?, reviewed_at = ? WHERE kind = ?"
                " AND id = ? AND original_id = ?",
                [who, now(), link.kind, link.id, link.original_id],
            )
        return True

    def merging(self, kind: Kind, kept_id: str, gone_id: str) -> Merging:
        """Return what making one of the two would do, without doing it. Raises UnknownRecord."""
        kept, gone = self._store.get(kind, kept_id), self._store.get(kind, gone_id)
        filled = _filling(kept, gone)
        moved, dropped, cases, joined = 0, 0, [], []
        if kind in _COLUMNS:
            verdicts = [row["clash"] for row in self._judgements(kind, kept_id, gone_id)]
            moved, dropped = verdicts.count(0), len(verdicts) - verdicts.count(0)
            for row in self._cases(kind, kept_id, gone_id):
                if row["other"] is None:
                    cases.append(row["id"])
                else:
                    stays_gone = _rank(row["stage"]) > _rank(row["other_stage"])
                    pair = (row["id"], row["other"])
                    joined.append(pair if stays_gone else pair[::-1])
        files = self._store.first(
            "SELECT count(*) AS n FROM attachments WHERE need_id = ?",
            [gone_id if kind is Kind.NEED else None],
        )
        return Merging(
            kept, gone, filled, kept.model_copy(update=filled), moved, dropped, cases, joined,
            files["n"] if files else 0,
        )  # fmt: skip

    def merge(self, kind: Kind, kept_id: str, gone_id: str, who: str) -> Merging:
        """Make one of the two, all or nothing: what the kept one lacks is filled, what hangs on the other moves.

        Raises UnknownRecord where one of them is gone already.
        """
        with self._store.transaction():
            plan = self.merging(kind, kept_id, gone_id)
            self._store.save(plan.merged, who)
            if kind in _COLUMNS:
                self._move_judgements(kind, kept_id, gone_id)
                self._move_cases(kind, plan, who)
            self._move_links(kind, kept_id, gone_id)
            self._store.db.execute(
                "UPDATE OR IGNORE provenance SET id = ? WHERE kind = ? AND id = ?", [kept_id, kind, gone_id]
            )
            if kind is Kind.NEED:
                self._store.db.execute(
                    "UPDATE attachments SET need_id = ? WHERE need_id = ?", [kept_id, gone_id]
                )
            self._store.delete(kind, gone_id, who)
        return plan

    def _judgements(self, kind: Kind, kept_id: str, gone_id: str) -> Iterator[dict[str, Any]]:
        """Yield the judgements of `gone_id`; `clash` is 1 where its author judged the kept one with the same other."""
        own, other = _COLUMNS[kind]
        yield from self._store.query(
            f"SELECT g.rowid AS row, k.rowid AS kept_row, g.at > k.at AS is_later, k.rowid IS NOT NULL AS clash"
            f" FROM judgements g LEFT JOIN judgements k ON k.{own} = ? AND k.{other} = g.{other}"
            f" AND k.author = g.author WHERE g.{own} = ?",
            [kept_id, gone_id],
        )

    def _move_judgements(self, kind: Kind, kept_id: str, gone_id: str) -> None:
        own, _ = _COLUMNS[kind]
        for row in list(self._judgements(kind, kept_id, gone_id)):
            if row["clash"]:
                earlier = row["kept_row"] if row["is_later"] else row["row"]
                self._store.db.execute("DELETE FROM judgements WHERE rowid = ?", [earlier])
        self._store.db.execute(f"UPDATE judgements SET {own} = ? WHERE {own} = ?", [kept_id, gone_id])

    def _cases(self, kind: Kind, kept_id: str, gone_id: str) -> Iterator[dict[str, Any]]:
        own, other = _COLUMNS[kind]
        yield from self._store.query(
            f"SELECT g.id, g.stage, k.id AS other, k.stage AS other_stage FROM cases g LEFT JOIN cases k"
            f" ON k.{own} = ? AND k.{other} = g.{other} WHERE g.{own} = ? ORDER BY g.id",
            [kept_id, gone_id],
        )

    def _move_cases(self, kind: Kind, plan: Merging, who: str) -> None:
        own, _ = _COLUMNS[kind]
        execute = self._store.db.execute
        for stays, taken in plan.joined_cases:
            for table in ("case_events", "reminders"):
                execute(f"UPDATE {table} SET case_id = ? WHERE case_id = ?", [stays, taken])
            execute("DELETE FROM cases WHERE id = ?", [taken])
        for number in [*plan.moved_cases, *(stays for stays, _ in plan.joined_cases)]:
            # Whoever has the case open is told that it changed.
            execute(
                f"UPDATE cases SET {own} = ?, version = version + 1, updated_at = ? WHERE id = ?",
                [plan.kept.id, now(), number],
            )
            execute(
                "INSERT INTO case_events (case_id, at, who, action, note, detail) VALUES (?, ?, ?, ?, ?, '{}')",
                [number, now(), who, Action.NOTED, f"查重合并 merged: {plan.gone.label} → {plan.kept.label}"],
            )

    def _move_links(self, kind: Kind, kept_id: str, gone_id: str) -> None:
        """What resembled the one that goes is compared with the one that stays."""
        execute = self._store.db.execute
        execute(
            "DELETE FROM duplicates WHERE kind = ?1 AND id IN (?2, ?3) AND original_id IN (?2, ?3)",
            [kind, kept_id, gone_id],
        )
        for column in ("id", "original_id"):
            execute(
                f"UPDATE OR IGNORE duplicates SET {column} = ? WHERE kind = ? AND {column} = ?",
                [kept_id, kind, gone_id],
            )


def _filling(kept: Record, gone: Record) -> dict[str, Any]:
    """Return the fields that `kept` leaves empty and `gone` does not; of the contact, part by part."""
    names = [name for name in type(kept).model_fields if name not in ("id", "contact")]
    filled: dict[str, Any] = {
        name: getattr(gone, name)
        for name in names
        if getattr(kept, name) in ("", None, []) and getattr(gone, name) not in ("", None, [])
    }
    parts = {name: value for name, value in gone.contact if value and not getattr(kept.contact, name)}
    if parts:
        filled["contact"] = Contact.model_copy(kept.contact, update=parts)
    return filled


def _rank(stage: str) -> int:
    return _CASE_STAGES.index(Stage(stage))


def _link(row: Mapping[str, Any]) -> DuplicateLink:
    return DuplicateLink(Kind(row["kind"]), row["id"], row["original_id"], row["similarity"])
