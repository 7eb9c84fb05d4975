"""Bringing the indexes up to date with the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from corpora.errors import DataFolderTrouble, StaleIndex
from corpora.records import Record
from corpora.store import Store
from corpora.vocabulary import Kind
from models.encoders import Encoder
from models.indexes import Beat, Indexes, read_stamp
from models.sides import Document

FOLDER = "indexes"


class Indexed(NamedTuple):
    """What an update did: records indexed, records removed, and why all was rebuilt, if it was."""

    updated: int
    removed: int
    rebuilt: str | None


def document(record: Record) -> Document:
    return Document(record.id, record.label, record.document)


def bring_up_to_date(
    store: Store,
    data: Path,
    encoder: Encoder,
    *,
    known: Indexes | None = None,
    rebuild: bool = False,
    progress: bool = False,
    notice: Callable[[str], None] | None = None,
    beat: Beat | None = None,
) -> tuple[Indexes, Indexed]:
    """Return indexes that agree with the store, having indexed what changed since they were saved.

    Where what is on disk is what `known` holds, `known` itself is updated, and nothing is loaded.
    An index that another encoder built, or that is damaged, is rebuilt, and `notice` is told why.
    `beat` is told how far the encoding is, and may raise to leave the indexes as they are.
    Raises DataFolderTrouble where another process is indexing for too long.
    """
    folder = data / FOLDER
    try:
        with FileLock(data / "index.lock", timeout=600):
            return _update(store, folder, encoder, known, rebuild, progress, notice, beat)
    except Timeout as error:
        raise DataFolderTrouble(
            "另一个程序正在建索引；请稍后重试", "another program is indexing; try again later"
        ) from error
    except OSError as error:
        raise DataFolderTrouble(
            f"索引文件夹 {folder} 写不了（{error.strerror}）；请检查磁盘空间和权限",
            f"the index folder {folder} cannot be written ({error.strerror}); check disk space and permissions",
        ) from error


def _update(
    store: Store,
    folder: Path,
    encoder: Encoder,
    known: Indexes | None,
    rebuild: bool,
    progress: bool,
    notice: Callable[[str], None] | None,
    beat: Beat | None,
) -> tuple[Indexes, Indexed]:
    why: str | None = "--rebuild" if rebuild else None
    indexes: Indexes | None = None
    if not rebuild and known is not None and known.is_saved and known.identity == store.identity:
        indexes = known
    elif not rebuild and read_stamp(folder):
        try:
            indexes = _loaded(store, folder, encoder)
        except StaleIndex as error:
            why = str(error)
            if notice:
                notice(why)
    if indexes is None:
        indexes = Indexes.fresh(encoder, folder)
    changed: dict[Kind, dict[str, str]] = {Kind.ACHIEVEMENT: {}, Kind.NEED: {}}
    revision = indexes.revision
    for change in store.changes_since(revision):
        revision = change.revision
        if change.kind in changed:
            changed[change.kind][change.id] = change.action
    if revision == indexes.revision and read_stamp(folder):
        return indexes, Indexed(0, 0, why)
    updated = removed = 0
    for kind, title, update in (
        (Kind.ACHIEVEMENT, "成果 achievements", indexes.update_achievements),
        (Kind.NEED, "需求 needs", indexes.update_needs),
    ):
        gone = [key for key, action in changed[kind].items() if action == "deleted"]
        alive = [key for key, action in changed[kind].items() if action != "deleted"]
        documents = [document(record) for record in store.records(kind, alive)]
        update(documents, gone, title if progress else None, beat)
        updated, removed = updated + len(documents), removed + len(gone)
    indexes.save(revision, store.identity)
    return indexes, Indexed(updated, removed, why)


def _loaded(store: Store, folder: Path, encoder: Encoder) -> Indexes:
    """Raises StaleIndex where what is on disk is not of this encoder and this store."""
    indexes = Indexes.load(encoder, folder)
    if indexes.identity != store.identity:
        raise StaleIndex("数据库恢复过，索引重建", "the store was restored; its indexes are rebuilt")
    return indexes
