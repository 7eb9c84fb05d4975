"""Uploads: files that somebody sent to be imported. Each upload is a folder of its own in the data folder."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from pydantic import BaseModel, Field

from corpora.database import now
from corpora.errors import BadRequest, UnknownRecord
from corpora.files import replacing, trouble
from corpora.jobs import Jobs
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.attachments import safe_name
from matcher.plans import Fate
from matcher.settings import Settings

FOLDER = "uploads"
MAX_BYTES = 10 * 2**20
MOST_FILES = 30
#: An upload that nobody imported goes after so many days; so do the rejected rows of one that was.
DAYS = 30
_TOKEN = re.compile(r"[0-9a-f]{32}")
_MANIFEST = "upload.json"


class Part(BaseModel):
    """The rows of one kind in one file, counted by fate, and the headings that no field is known for."""

    kind: Kind
    counts: dict[Fate, int] = Field(default_factory=dict)
    unknown: list[str] = Field(default_factory=list)


class File(BaseModel):
    """One file of an upload. Its name is a text of the sender's; it lies under `stored`."""

    name: str
    stored: str
    kind: Kind | None = None
    #: What a person said of headings: heading → field.
    overrides: dict[str, str] = Field(default_factory=dict)
    parts: list[Part] = Field(default_factory=list)
    #: Why it cannot be imported, in Chinese and English.
    error: tuple[str, str] | None = None


class Upload(BaseModel):
    """Files that somebody sent together."""

    token: str
    who: str
    at: str
    files: list[File] = Field(default_factory=list)
    #: Whether its rows can be looked at.
    is_read: bool = False

    @property
    def counts(self) -> dict[Fate, int]:
        parts = [part for file in self.files for part in file.parts]
        return {fate: sum(part.counts.get(fate, 0) for part in parts) for fate in Fate}

    def folder(self, settings: Settings) -> Path:
        return settings.data / FOLDER / self.token

    def path(self, settings: Settings, file: File) -> Path:
        return self.folder(settings) / file.stored

    def save(self, settings: Settings) -> None:
        """Raises DataFolderTrouble where it cannot be written: the disk is full, or the upload gone."""
        with replacing(self.folder(settings) / _MANIFEST) as stream:
            stream.write(self.model_dump_json().encode())


def receive(
    settings: Settings, files: Sequence[tuple[str, IO[bytes]]], kind: Kind | None, who: str
) -> Upload:
    """Keep the files of a form, as (name, stream); of one that is too large only what is wrong with it.

    Raises BadRequest where there is none, or there are too many.
    """
    if not 1 <= len(files) <= MOST_FILES:
        raise BadRequest(
            f"请选 1–{MOST_FILES} 个文件，现有 {len(files)} 个",
            f"choose 1–{MOST_FILES} files, not {len(files)}",
        )
    upload = Upload(token=secrets.token_hex(16), who=who, at=now())
    folder = upload.folder(settings)
    try:
        folder.mkdir(mode=0o700, parents=True)
        for number, (name, stream) in enumerate(files):
            upload.files.append(_kept(folder, number, name, stream))
            upload.files[-1].kind = kind
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise trouble(folder, error) from error
    upload.save(settings)
    return upload


def _kept(folder: Path, number: int, name: str, stream: IO[bytes]) -> File:
    # The readers take hints from a file's name, so it keeps as much as any file system can take of it.
    shown = safe_name(name)
    stem, dot, ending = shown.rpartition(".")
    file = File(name=shown, stored=f"{number}/" + (f"{stem[:60]}.{ending[:8]}" if dot else shown[:60]))
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 2**20
        file.error = (
            f"超过 {most} MB；请拆成几个文件，或请管理员用 matcher import 导入",
            f"larger than {most} MB; split it, or ask an admin to use `matcher import`",
        )
        return file
    (folder / str(number)).mkdir()
    (folder / file.stored).write_bytes(content)
    return file


def load(settings: Settings, token: str) -> Upload:
    """Raises UnknownRecord where there is no such upload, or no longer."""
    if _TOKEN.fullmatch(token):
        try:
            return Upload.model_validate_json((settings.data / FOLDER / token / _MANIFEST).read_bytes())
        except (OSError, ValueError):
            pass
    raise UnknownRecord(
        f"没有这次上传；它可能已被放弃，或超过 {DAYS} 天被清理。请重新上传",
        f"there is no such upload; it was discarded, or cleared away after {DAYS} days. Upload the files again",
    )


def all_uploads(settings: Settings) -> list[Upload]:
    """Return the uploads that lie in the data folder, latest first."""
    found = []
    for manifest in (settings.data / FOLDER).glob(f"*/{_MANIFEST}"):
        try:
            found.append(load(settings, manifest.parent.name))
        except UnknownRecord:
            continue
    return sorted(found, key=lambda upload: upload.at, reverse=True)


def purge(store: Store, settings: Settings) -> int:
    """Delete uploads that are older than DAYS and have no open import; return how many."""
    gone = 0
    for folder in (settings.data / FOLDER).glob("*"):
        job = Jobs(store).of("import", {"upload": folder.name})
        if folder.stat().st_mtime < time.time() - DAYS * 86400 and not (job and job.is_open):
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone
