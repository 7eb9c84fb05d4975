"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from corpora.errors import DataFolderTrouble

#: By error number: what is wrong and what to do, Chinese and English.
_CAUSES = {
    errno.ENOENT: (
        "没有这个文件夹；请先建好，或换一个位置",
        "there is no such folder; make it, or choose another",
    ),
    errno.ENOTDIR: ("路径里有一段不是文件夹；请检查路径", "part of its path is no folder; check the path"),
    errno.EISDIR: ("它是文件夹；请给出文件名", "it is a folder; name a file"),
    errno.EACCES: (
        "没有写权限；请检查权限，或换一个位置",
        "no permission to write; check it, or choose another place",
    ),
    errno.EPERM: (
        "没有写权限；请检查权限，或换一个位置",
        "no permission to write; check it, or choose another place",
    ),
    errno.EROFS: ("磁盘是只读的；请换一个位置", "the disk is read-only; choose another place"),
    errno.ENOSPC: ("磁盘已满；请腾出空间后再试", "the disk is full; make room and try again"),
    errno.EDQUOT: ("磁盘配额已用完；请腾出空间后再试", "the disk quota is used up; make room and try again"),
    errno.EFBIG: (
        "文件太大，系统不允许；请分几次导出",
        "the system allows no file so large; export it in parts",
    ),
    errno.ENAMETOOLONG: ("文件名太长；请缩短", "its name is too long; shorten it"),
}


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` once the block ends well; else `path` stays as it was.

    Raises DataFolderTrouble where it cannot be written.
    """
    # A link stays a link: what it points to is replaced.
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        try:
            with beside.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(beside, target)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        raise trouble(path, error) from error


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a new, empty folder that takes the place of `path` once the block ends well; else `path` stays.

    Raises DataFolderTrouble where it cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(target.parent) as (new, old):
            yield new
            _swap([(new, target)], [target], old)
    except OSError as error:
        raise trouble(path, error) from error


@contextmanager
def replacing_files(folder: Path, *gone: str) -> Iterator[Path]:
    """Give a new, empty folder; what is in it takes the place of its namesakes in `folder` at the block's end.

    An error, in the block or after it, leaves `folder` as it was. Names in `gone` that are not made anew
    are taken away; files of other names stay. Raises DataFolderTrouble where it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _beside(folder) as (new, old):
            yield new
            made = sorted(new.iterdir())
            leaving = sorted({*gone, *(path.name for path in made)})
            _swap([(path, folder / path.name) for path in made], [folder / name for name in leaving], old)
    except OSError as error:
        raise trouble(folder, error) from error


@contextmanager
def _beside(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Give two empty folders on the disk of `folder`, for what comes and for what goes; both are gone after."""
    beside = folder / f".{secrets.token_hex(8)}.tmp"
    new, old = beside / "new", beside / "old"
    beside.mkdir()
    try:
        new.mkdir()
        old.mkdir()
        yield new, old
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        # After an error what could not be put back stays to be found: neither folder goes unless it is empty.
        for leftover in (old, beside):
            with suppress(OSError):
                leftover.rmdir()


def _swap(coming: Sequence[tuple[Path, Path]], going: Sequence[Path], old: Path) -> None:
    """Move `going` into `old` and each of `coming` where it belongs; an error puts all back and is raised."""
    done: list[tuple[Path, Path]] = []
    leaving = [(path, old / path.name) for path in going if os.path.lexists(path)]
    try:
        for source, target in (*leaving, *coming):
            os.replace(source, target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            with suppress(OSError):
                os.replace(target, source)
        raise


def trouble(path: Path, error: OSError) -> DataFolderTrouble:
    """Return what `error` means for somebody who wanted `path` written."""
    said = error.strerror or error
    zh, en = _CAUSES.get(
        error.errno or 0, (f"{said}；请检查磁盘和权限", f"{said}; check the disk and permissions")
    )
    return DataFolderTrouble(f"写不了 {path}：{zh}", f"cannot write {path}: {en}")
