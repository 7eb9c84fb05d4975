"""The store's file: opening, migrating, transactions, copies, and what to do when any of them fails."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from corpora.errors import DataFolderTrouble
from corpora.migrations import migrations

FILE_NAME = "shuanglian.db"
BUSY_SECONDS = 30


class DataFile:
    """The database in the data folder `folder`; ``create`` makes one. One object serves one thread at a time.

    Raises DataFolderTrouble where the folder has no database, or it cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        if not self.path.exists():
            raise DataFolderTrouble(
                f"数据文件夹 {folder} 里还没有数据库；请先运行 matcher init",
                f"the data folder {folder} has no store yet; run `matcher init` first",
            )
        with explained(self.path):
            self.db = Database(sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False))
            try:
                self.db.execute("PRAGMA foreign_keys = ON")
                self.db.execute("PRAGMA synchronous = FULL")
                self._migrate()
            except BaseException:
                self.db.close()
                raise

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make the folder and an empty database in it, or open the one that is there."""
        path = folder / FILE_NAME
        with explained(path):
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
        return cls(folder)

    def close(self) -> None:
        self.db.close()

    def query(self, query: str, values: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a SELECT as dictionaries."""
        with explained(self.path):
            yield from self.db.query(query, list(values))

    def first(self, query: str, values: Sequence[object] = ()) -> dict[str, Any] | None:
        """Return the first row of a SELECT, None where there is none."""
        rows = list(self.query(query, values))
        return rows[0] if rows else None

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to `path` while others go on writing here."""
        with explained(path):
            copy = sqlite3.connect(path)
            try:
                self.db.conn.backup(copy)
                # A copy is one file, without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()

    def replace_with(self, path: Path) -> None:
        """Take over the content of the database at `path`, in place: whoever has this file open sees it."""
        with explained(self.path):
            source = sqlite3.connect(path)
            try:
                source.backup(self.db.conn)
                self.renew_identity()
            finally:
                source.close()

    @property
    def identity(self) -> int:
        """A number that changes when a restore changes the past, so that what was derived from it is stale."""
        with explained(self.path):
            return int(self.db.execute("PRAGMA application_id").fetchone()[0])

    def renew_identity(self) -> None:
        with explained(self.path):
            self.db.execute(f"PRAGMA application_id = {secrets.randbits(31)}")

    def check(self) -> None:
        """Raises DataFolderTrouble where the file is damaged."""
        with explained(self.path):
            said = self.db.execute("PRAGMA quick_check").fetchone()[0]
            if said != "ok":
                raise sqlite3.DatabaseError(f"malformed: {said}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's writes, or none; blocks nest."""
        with explained(self.path, (sqlite3.DatabaseError,)):
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

    def _migrate(self) -> None:
        known = {migration.name for migration in migrations.pending(Database(memory=True))}
        later = {migration.name for migration in migrations.applied(self.db)} - known
        if later:
            raise DataFolderTrouble(
                f"数据库 {self.path} 是更新版本的程序建立的（{'、'.join(sorted(later))}）；请升级程序",
                f"the store {self.path} was made by a later version ({', '.join(sorted(later))}); upgrade",
            )
        if migrations.pending(self.db):
            # With the write lock, so that of two processes that open an old store only one changes it.
            with self.transaction():
                migrations.apply(self.db)


def now() -> str:
    """Return the time, in UTC, as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def explained(
    path: Path, errors: tuple[type[Exception], ...] = (sqlite3.DatabaseError, OSError)
) -> Iterator[None]:
    """Turn what SQLite and the file system (or only `errors`) say into what to do about it."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except errors as error:
        raise _trouble(path, error) from error


def _is_full(path: Path) -> bool:
    return path.parent.exists() and shutil.disk_usage(path.parent).free < 2**20


def _trouble(path: Path, error: Exception) -> DataFolderTrouble:
    said = str(error)
    zh, en = "用不了", "cannot be used"
    remedy = "请运行 matcher doctor", "run `matcher doctor`"
    if isinstance(error, NotADirectoryError | FileExistsError):
        zh, en = "的上级不是文件夹", "lies below something that is no folder"
        remedy = "请用 MATCHER_DATA 指向一个文件夹", "point MATCHER_DATA to a folder"
    elif (
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
    elif "full" in said or "No space" in said or ("disk I/O" in said and _is_full(path)):
        zh, en = "所在磁盘已满", "is on a full disk"
        remedy = "请腾出空间后重试，已存的数据没有丢", "free some space and try again; nothing stored is lost"
    elif "locked" in said or "busy" in said:
        zh, en = "正被另一个程序写入", "is being written by another program"
        remedy = "请稍后重试", "try again later"
    elif "malformed" in said or "not a database" in said:
        zh, en = "已损坏", "is damaged"
        remedy = "请用 matcher restore 恢复备份", "restore a backup with `matcher restore`"
    return DataFolderTrouble(
        f"数据库 {path} {zh}（{said}）；{remedy[0]}", f"the store {path} {en} ({said}); {remedy[1]}"
    )
