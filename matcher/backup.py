"""Backup and restore: one file with the store, its attachments and rankers, and a manifest that proves it whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from corpora.errors import BadRequest, DataFolderTrouble, UnreadableFile
from corpora.files import trouble
from corpora.store import FILE_NAME, Store
from matcher.intake import importing

_MANIFEST = "manifest.json"
#: What else of the data folder cannot be made anew.
_FOLDERS = ("attachments", "rankers")


def write_backup(store: Store, path: Path) -> dict[str, int]:
    """Write a consistent copy of the store while others may write to it; return what it holds.

    Raises DataFolderTrouble where `path` cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            copy = Path(scratch) / FILE_NAME
            store.copy_to(copy)
            counts = _counts(copy.parent)
            # After the store: what the copy names is there, for an attachment's bytes come before its row.
            files = _files(store.path.parent)
            manifest = {
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "sha256": _sha256(copy),
                "counts": counts,
                "files": {name: _sha256(file) for name, file in files.items()},
            }
            packed = Path(scratch) / "backup.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
                archive.write(copy, FILE_NAME)
                for name, file in files.items():
                    archive.write(file, name)
            os.replace(packed, path)
    except OSError as error:
        raise trouble(path, error) from error
    return counts


def restore_backup(path: Path, data: Path, *, force: bool = False) -> Path | None:
    """Put a backup's store into the data folder, once it is verified; return where the old store was kept.

    Raises UnreadableFile where the backup is not whole, BadRequest where a store is there already
    and `force` is not given. Processes that have the store open go on with the restored content, and
    notice by its identity that their indexes are stale.
    """
    live = data / FILE_NAME
    if live.exists() and not force:
        raise BadRequest(
            f"{data} 里已有数据；确要覆盖请加 --force（旧数据会另存）",
            f"{data} has a store already; add --force to replace it (the old one is kept beside)",
        )
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(data, error) from error
    with importing(data), tempfile.TemporaryDirectory(dir=data) as scratch:
        fresh = Path(scratch) / FILE_NAME
        _unpack(path, Path(scratch))
        kept = _set_aside(data) if live.exists() else None
        store = Store.create(data)
        try:
            store.replace_with(fresh)
        finally:
            store.close()
        for folder in _FOLDERS:
            if (data / folder).exists() and kept:
                os.replace(data / folder, f"{kept}.{folder}")
            if (Path(scratch) / folder).exists():
                os.replace(Path(scratch) / folder, data / folder)
    # An older backup may lack the newest migrations.
    Store(data).close()
    return kept


def _set_aside(data: Path) -> Path:
    """Keep the present store beside its place; one that is damaged is moved there as it is."""
    kept = data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
    try:
        old = Store(data)
        try:
            old.copy_to(kept)
        finally:
            old.close()
    except DataFolderTrouble:
        for ending in ("", "-wal", "-shm"):
            part = data / f"{FILE_NAME}{ending}"
            if part.exists():
                os.replace(part, f"{kept}{ending}")
    return kept


def _counts(folder: Path) -> dict[str, int]:
    copied = Store(folder)
    try:
        return copied.counts()
    finally:
        copied.close()


def _files(data: Path) -> dict[str, Path]:
    """Return the files beside the store that belong into a backup, by their names in it."""
    return {
        file.relative_to(data).as_posix(): file
        for folder in _FOLDERS
        for file in sorted((data / folder).rglob("*"))
        if file.is_file()
    }


def _unpack(path: Path, scratch: Path) -> None:
    """Unpack what the manifest names, once each is found to be whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            # Backups of earlier versions hold the store alone.
            wanted = {FILE_NAME: manifest["sha256"], **manifest.get("files", {})}
            for name, sha256 in wanted.items():
                if name != FILE_NAME and (name.split("/")[0] not in _FOLDERS or ".." in name.split("/")):
                    raise ValueError(name)
                fresh = scratch / name
                fresh.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as packed, fresh.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked)
                if _sha256(fresh) != sha256:
                    raise ValueError(f"SHA-256 {name}")
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, EOFError) as error:
        raise _not_whole(path, str(error)) from error


def _not_whole(path: Path, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"备份 {path} 不完整或不是备份文件（{why}）；现有数据未动，请换一份备份",
        f"the backup {path} is damaged or no backup ({why}); nothing was changed, try another",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
