"""Files that are whole or not there: written beside their place, then moved into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np


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
