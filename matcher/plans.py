"""What an import would do with every row of its files, worked out without writing anything."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from corpora.readers import Rejection, Row, read_rows, to_record
from corpora.records import Record
from corpora.store import DuplicateLink, Origin, Store
from corpora.stored import difference, updated
from corpora.vocabulary import Kind
from matcher.duplicates import Lookalikes

#: Told (rows done, rows in all) as planning goes on; what it raises ends the planning.
Progress = Callable[[int, int], None]
_STEP = 50


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass
class PlannedRow:
    """One row with its fate.

    A duplicate repeats the row `repeats` of its own file word for word and is not stored twice, or it
    resembles the record `original_id` and is stored, and linked to it. What is new or updated may
    resemble another record too.
    """

    sheet: str
    number: int
    fate: Fate
    id: str = ""
    label: str = ""
    #: What an update changes: {field: [old, new]}; of a contact only that it changes.
    changes: dict[str, Any] = field(default_factory=dict)
    original_id: str = ""
    #: 0–100
    similarity: float = 0.0
    repeats: int = 0
    rejections: list[Rejection] = field(default_factory=list)


@dataclass
class FilePlan:
    """The rows of one file that hold one kind of record, and what is to be stored for them."""

    file: str
    kind: Kind
    sha256: str
    rows: list[PlannedRow] = field(default_factory=list)
    #: Headings that no field is known for.
    unknown: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    links: list[DuplicateLink] = field(default_factory=list)
    sketches: dict[str, list[int]] = field(default_factory=dict)

    def count(self, fate: Fate) -> int:
        return sum(row.fate is fate for row in self.rows)


class Planner:
    """Plans files one after the other, each as if the ones before it were stored already.

    A plan holds for the store as it was at `revision`.
    """

    def __init__(self, store: Store, progress: Progress | None = None) -> None:
        self._store = store
        self.progress = progress
        self.revision = store.revision()
        self._pending: dict[tuple[Kind, str], Record] = {}
        self._lookalikes: dict[Kind, Lookalikes] = {}

    def plan(
        self, path: Path, kind: Kind | None = None, overrides: Mapping[str, str] | None = None
    ) -> list[FilePlan]:
        """Return a plan for each kind of record in the file.

        Raises UnreadableFile where the file as a whole cannot be read, BadRequest for a wrong override.
        """
        by_kind: dict[Kind, list[Row]] = defaultdict(list)
        for row in read_rows(path, kind, overrides):
            by_kind[row.kind].append(row)
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        # Each row is read and, where it brings something, compared.
        steps = _Steps(self.progress, 2 * sum(map(len, by_kind.values())))
        return [self._plan(FilePlan(path.name, each, sha256), rows, steps) for each, rows in by_kind.items()]

    def _plan(self, plan: FilePlan, rows: Sequence[Row], steps: _Steps) -> FilePlan:
        plan.unknown = list(dict.fromkeys(heading for row in rows for heading in row.unknown))
        first: dict[str, PlannedRow] = {}
        origins: dict[str, Origin] = {}
        for row in rows:
            planned, origin = _read(row, origins)
            plan.rows.append(planned)
            if origin is not None:
                origins[origin.record.id] = origin
                first[origin.record.id] = planned
            steps.advance()
        plan.origins = list(origins.values())
        changed = self._outcomes(plan, first)
        found = self._lookalikes.setdefault(plan.kind, Lookalikes(self._store, plan.kind))
        plan.links = found.meet(changed, steps.advance)
        steps.advance(len(rows) - len(changed))
        plan.sketches = {
            record.id: found.sketches[record.id] for record in changed if record.id in found.sketches
        }
        for link in plan.links:
            planned = first[link.id]
            planned.original_id, planned.similarity = link.original_id, link.similarity
            if planned.fate is Fate.NEW:
                planned.fate = Fate.DUPLICATE
        return plan

    def _outcomes(self, plan: FilePlan, first: Mapping[str, PlannedRow]) -> list[Record]:
        """Set the fates of the rows that are to be stored; return the records that change, as they will stand."""
        before = {record.id: record for record in self._store.records(plan.kind, list(first))}
        changed = []
        for origin in plan.origins:
            planned = first[origin.record.id]
            key = (plan.kind, origin.record.id)
            known = self._pending.get(key) or before.get(origin.record.id)
            record = updated(known, origin.record) if known else origin.record
            if record == known:
                planned.fate = Fate.UNCHANGED
                continue
            if known:
                planned.fate, planned.changes = Fate.UPDATE, difference(known, record)
            changed.append(record)
            self._pending[key] = record
        return changed


class _Steps:
    """Counts steps, and tells of every so many."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._done, self._total = 0, total

    def advance(self, by: int = 1) -> None:
        before, self._done = self._done, self._done + by
        if self._progress and (before // _STEP != self._done // _STEP or self._done == self._total):
            self._progress(self._done, self._total)


def _read(row: Row, origins: Mapping[str, Origin]) -> tuple[PlannedRow, Origin | None]:
    """Return what becomes of a row among the `origins` above it, and the record that it holds, if it is to be stored."""
    planned = PlannedRow(row.sheet, row.number, Fate.REJECTED)
    record = to_record(row)
    if isinstance(record, list):
        planned.rejections = record
        return planned, None
    planned.id, planned.label, planned.fate = record.id, record.label, Fate.NEW
    earlier = origins.get(record.id)
    if earlier is None:
        return planned, Origin(record, row.sheet, row.number)
    if earlier.record.content_hash() != record.content_hash():
        if "id" in row.values:
            planned.fate, planned.rejections = Fate.REJECTED, [_id_taken(row, record, earlier)]
            return planned, None
        # Two rows of one name that say different things are two records.
        record = record.model_copy(update={"id": f"{record.id}-{record.content_hash()[:6]}"})
        planned.id = record.id
        earlier = origins.get(record.id)
        if earlier is None:
            return planned, Origin(record, row.sheet, row.number)
    planned.fate, planned.repeats = Fate.DUPLICATE, earlier.row
    planned.original_id, planned.similarity = record.id, 100.0
    return planned, None


def _id_taken(row: Row, record: Record, earlier: Origin) -> Rejection:
    where = f"{earlier.sheet} {earlier.row}".strip()
    return Rejection(
        row.sheet, row.number, row.columns.get("id", "id"), record.id,
        f"编号与第 {where} 行重复而内容不同，请改编号 / the id repeats that of row {where} with other content; change it",
        row.original,
    )  # fmt: skip
