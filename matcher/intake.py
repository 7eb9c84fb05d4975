"""Taking in files: read, check, store, link near-duplicates, and say what became of every row."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm import tqdm

from corpora.errors import DataFolderTrouble
from corpora.readers import Rejection, Row, read_rows, to_record
from corpora.records import Record
from corpora.store import Origin, Store
from corpora.vocabulary import Kind
from matcher.duplicates import link_new

#: Rows from which an import shows its progress.
_LONG_WORK = 1000


@dataclass
class FileReport:
    """What became of the rows of one file that hold one kind of record.

    Every row counts once: accepted, updated, unchanged, duplicate or rejected. A duplicate that says
    much the same as another record is stored as well, and linked to it; one that repeats a row of its
    own file word for word is not stored twice.
    """

    file: str
    kind: Kind
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    #: Headings that no field is known for; --map says what they mean.
    unknown: list[str] = field(default_factory=list)
    #: (id, id of the record it resembles, similarity 0–100)
    links: list[tuple[str, str, float]] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file,
            "kind": self.kind.value,
            "accepted": self.accepted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "rejected": [rejection.as_json() for rejection in self.rejected],
            "unknown_columns": self.unknown,
            "links": [
                {"id": one, "original_id": other, "similarity": round(similarity, 1)}
                for one, other, similarity in self.links
            ],
        }


def import_file(
    store: Store, path: Path, who: str, kind: Kind | None = None, overrides: Mapping[str, str] | None = None
) -> list[FileReport]:
    """Import one file, all of its good rows in one transaction; one report per kind found in it.

    Raises UnreadableFile where the file as a whole cannot be read, BadRequest for a wrong override,
    DataFolderTrouble where the store cannot be written. Nothing is stored then.
    """
    rows = read_rows(path, kind, overrides)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    by_kind: dict[Kind, list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    with store.transaction():
        return [
            _import_rows(store, path, sha256, who, FileReport(path.name, each), by_kind[each])
            for each in by_kind
        ]


@contextmanager
def importing(data: Path) -> Iterator[None]:
    """Keep a second importer out while the block runs. Raises DataFolderTrouble where one is running."""
    try:
        with FileLock(data / "import.lock", timeout=0):
            yield
    except Timeout as error:
        raise DataFolderTrouble(
            "另一个导入正在进行；请等它结束后再试",
            "another import is running; try again when it has finished",
        ) from error
    except OSError as error:
        raise DataFolderTrouble(
            f"数据文件夹 {data} 写不了（{error.strerror}）；请检查磁盘空间和权限",
            f"the data folder {data} cannot be written ({error.strerror}); check disk space and permissions",
        ) from error


def _import_rows(
    store: Store, path: Path, sha256: str, who: str, report: FileReport, rows: Sequence[Row]
) -> FileReport:
    report.unknown = list(dict.fromkeys(heading for row in rows for heading in row.unknown))
    origins: dict[str, Origin] = {}
    for row in tqdm(rows, desc=f"读取 read {path.name}", unit="行", disable=_quiet(rows)):
        record = to_record(row)
        if isinstance(record, list):
            report.rejected += record
        elif (earlier := origins.get(record.id)) is None:
            origins[record.id] = Origin(record, row.sheet, row.number)
        elif earlier.record.content_hash() == record.content_hash():
            report.duplicates += 1
        elif "id" in row.values:
            report.rejected.append(_id_taken(row, record, earlier))
        else:
            # Two rows of one name that say different things are two records.
            record = record.model_copy(update={"id": f"{record.id}-{record.content_hash()[:6]}"})
            origins.setdefault(record.id, Origin(record, row.sheet, row.number))
    kept = list(origins.values())
    outcomes = store.take_in(kept, path.name, sha256, who)
    # As stored: a row that says little leaves the rest of its record as it was.
    changed = store.in_order(
        report.kind,
        [origin.record.id for origin, outcome in zip(kept, outcomes, strict=True) if outcome != "unchanged"],
    )
    created = {
        origin.record.id for origin, outcome in zip(kept, outcomes, strict=True) if outcome == "created"
    }
    bar = tqdm(changed, desc="查重 compare", unit="条", disable=_quiet(rows))
    links = link_new(store, report.kind, changed, bar)
    report.links = [(link.id, link.original_id, link.similarity) for link in links]
    linked = {link.id for link in links} & created
    report.duplicates += len(linked)
    report.accepted = len(created) - len(linked)
    report.updated = outcomes.count("updated")
    report.unchanged = outcomes.count("unchanged")
    return report


def _quiet(rows: Sequence[Row]) -> bool | None:
    """Whether a progress bar stays away: for little work, or (None) where there is no terminal."""
    return True if len(rows) < _LONG_WORK else None


def _id_taken(row: Row, record: Record, earlier: Origin) -> Rejection:
    where = f"{earlier.sheet} {earlier.row}".strip()
    return Rejection(
        row.sheet, row.number, row.columns.get("id", "id"), record.id,
        f"编号与第 {where} 行重复而内容不同，请改编号 / the id repeats that of row {where} with other content; change it",
        row.original,
    )  # fmt: skip
