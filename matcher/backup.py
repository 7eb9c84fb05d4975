"""Backup and restore: one file with the store and a manifest that proves it whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from corpora.errors import BadRequest, UnreadableFile
from corpora.files import trouble
from corpora.store import FILE_NAME, Store
from matcher.indexing import FOLDER

_MANIFEST = "manifest.json"


def write_backup(store: Store, path: Path) -> dict[str, int]:
    """Write a consistent copy of the store while others may write to it; return what it holds.

    Raises DataFolderTrouble where `path` cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            copy = Path(scratch) / FILE_NAME
            store.copy_to(copy)
            counts = store.counts()
            manifest = {
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "sha256": _sha256(copy),
                "counts": counts,
            }
            packed = Path(scratch) / "backup.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
                archive.write(copy, FILE_NAME)
            os.replace(packed, path)
    except OSError as error:
        raise trouble(path, error) from error
    return counts


def restore_backup(path: Path, data: Path, *, force: bool = False) -> Path | None:
    """Put a backup's store into the data folder, once it is verified; return where the old store was kept.

    Raises UnreadableFile where the backup is not whole, BadRequest where a store is there already
    and `force` is not given. The indexes follow at the next `matcher index`.
    """
    live = data / FILE_NAME
    if live.exists() and not force:
        raise BadRequest(
            f"{data} 里已有数据；确要覆盖请加 --force（旧数据会另存）",
            f"{data} has a store already; add --force to replace it (the old one is kept beside)",
        )
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        fresh = Path(scratch) / FILE_NAME
        _unpack(path, fresh)
        kept = None
        if live.exists():
            kept = data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
            old = Store(data)
            old.copy_to(kept)
            old.close()
        for leftover in (f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (data / leftover).unlink(missing_ok=True)
        os.replace(fresh, live)
    shutil.rmtree(data / FOLDER, ignore_errors=True)
    Store.create(data).close()
    return kept


def _unpack(path: Path, fresh: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            with archive.open(FILE_NAME) as packed, fresh.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
        whole = manifest["sha256"] == _sha256(fresh)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise _not_whole(path, str(error)) from error
    if not whole:
        raise _not_whole(path, "SHA-256")


def _not_whole(path: Path, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"备份 {path} 不完整或不是备份文件（{why}）；现有数据未动，请换一份备份",
        f"the backup {path} is damaged or no backup ({why}); nothing was changed, try another",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
