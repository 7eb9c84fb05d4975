"""Taking in files: read, check, store, link near-duplicates, and say what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout
from tqdm import tqdm

from corpora.errors import DataFolderTrouble
from corpora.readers import Rejection
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.duplicates import keep_links
from matcher.plans import Fate, FilePlan, Planner, Progress

#: Steps (two a row) from which an import shows its progress.
_LONG_WORK = 2000
#: How often planning goes on beside others' writing before they have to wait.
_TRIES = 2


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


class Moved(Exception):
    """The store changed after the plan was made: plan again."""


def import_file(
    store: Store,
    path: Path,
    who: str,
    kind: Kind | None = None,
    overrides: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> list[FileReport]:
    """Import one file, all of its good rows in one transaction; one report per kind found in it.

    Without `progress`, long work draws a bar. Raises UnreadableFile where the file as a whole cannot be
    read, BadRequest for a wrong override, DataFolderTrouble where the store cannot be written. Nothing
    is stored then.
    """
    with _bar(path.name, progress) as shown:

        def plans(planner: Planner) -> list[FilePlan]:
            return planner.plan(path, kind, overrides)

        return import_planned(store, plans, who, shown)


def import_planned(
    store: Store,
    plans: Callable[[Planner], list[FilePlan]],
    who: str,
    progress: Progress | None = None,
    last: Callable[[list[FileReport]], None] | None = None,
) -> list[FileReport]:
    """Plan, then store all of the plans in one transaction that is short; return the reports.

    Others may write while `plans` is working; where they did, it works once more, and the last time
    nobody else may. `last` is called with the reports within the transaction: what it raises undoes all.
    """
    for _ in range(_TRIES):
        planner = Planner(store, progress)
        planned = plans(planner)
        try:
            return _carry_out(store, planner, planned, who, last)
        except Moved:
            continue
    with store.transaction():
        planner = Planner(store)
        return _carry_out(store, planner, plans(planner), who, last)


def _carry_out(
    store: Store,
    planner: Planner,
    planned: Sequence[FilePlan],
    who: str,
    last: Callable[[list[FileReport]], None] | None,
) -> list[FileReport]:
    """Raises Moved, having stored nothing, where the store is no longer what the plan was made for."""
    with store.transaction():
        if store.revision() != planner.revision:
            raise Moved
        for plan in planned:
            store.take_in(plan.origins, plan.file, plan.sha256, who)
            keep_links(store, plan.kind, plan.sketches, plan.links)
        reports = [report(plan) for plan in planned]
        if last:
            last(reports)
    return reports


def report(plan: FilePlan) -> FileReport:
    """Return what becomes of a plan's rows, counted."""
    return FileReport(
        plan.file,
        plan.kind,
        accepted=plan.count(Fate.NEW),
        updated=plan.count(Fate.UPDATE),
        unchanged=plan.count(Fate.UNCHANGED),
        duplicates=plan.count(Fate.DUPLICATE),
        rejected=[rejection for row in plan.rows for rejection in row.rejections],
        unknown=plan.unknown,
        links=[(link.id, link.original_id, link.similarity) for link in plan.links],
    )


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


@contextmanager
def _bar(name: str, progress: Progress | None) -> Iterator[Progress | None]:
    """Give `progress`, or where there is none, one that draws a bar for long work on a terminal."""
    if progress is not None:
        yield progress
        return
    bar: tqdm[NoReturn] | None = None

    def draw(done: int, total: int) -> None:
        nonlocal bar
        if bar is None or bar.total != total:
            bar = tqdm(total=total, desc=f"读取 read {name}", disable=True if total < _LONG_WORK else None)
        bar.update(done - bar.n)

    yield draw
    if bar is not None:
        bar.close()
