"""Files of an index: whole or not there, written beside their place and then moved into it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from corpora.errors import StaleIndex


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a binary stream whose content takes `path`'s place when the block ends well."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays as one .npz file."""
    with replacing(path) as stream:
        np.savez(stream, **arrays)


def read_arrays(path: Path) -> dict[str, Any]:
    """Return the arrays that write_arrays wrote. Raises StaleIndex where the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as saved:
            return dict(saved)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise damaged(path) from error


def damaged(path: Path) -> StaleIndex:
    return StaleIndex(
        f"索引 {path} 缺失或损坏；请运行 matcher index",
        f"the index {path} is missing or damaged; run `matcher index`",
    )
