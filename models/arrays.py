"""Arrays in files that are whole or not there."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from corpora.errors import StaleIndex
from corpora.files import replacing


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays as one .npz file."""
    with replacing(path) as stream:
        np.savez(stream, **arrays)


def read_arrays(path: Path) -> dict[str, Any]:
    """Return the arrays that write_arrays wrote. Raises StaleIndex where the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as saved:
            return dict(saved)
    # RuntimeError: one wrong bit, and zipfile thinks the file encrypted or of a newer kind.
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        raise damaged(path) from error


def damaged(path: Path) -> StaleIndex:
    return StaleIndex(
        f"索引 {path} 缺失或损坏；请运行 matcher index",
        f"the index {path} is missing or damaged; run `matcher index`",
    )
