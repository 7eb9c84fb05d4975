"""A content-addressed cache of vectors: the same text is never encoded twice by one encoder.

Kept in LMDB: one memory-mapped file, transactional, shared by processes. What was encoded before an
interruption stays, so that encoding resumes where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import lmdb
import numpy as np
from numpy.typing import NDArray

from corpora.errors import DataFolderTrouble

Vectors = NDArray[np.float32]
#: Address space that the map may grow into, not disk that it takes.
_MAP_BYTES = 64 * 2**30


class VectorCache:
    """Vectors of one encoder, by what was encoded; `folder` is shared by all encoders.

    Raises DataFolderTrouble where the folder cannot be written.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._env = _environment(folder.resolve())
        except (lmdb.Error, OSError) as error:
            raise _trouble(folder, error) from error
        self._folder = folder

    def key(self, prompt: str, text: str) -> bytes:
        digest = hashlib.blake2b(digest_size=16)
        for part in (self.fingerprint, prompt, text):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\x00")
        return digest.digest()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors that are known, each of shape (dimension,), by key."""
        with self._env.begin(buffers=True) as reading:
            found = ((key, reading.get(key)) for key in keys)
            return {key: np.frombuffer(value, np.float32).copy() for key, value in found if value is not None}

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        try:
            with self._env.begin(write=True) as writing:
                for key, vector in vectors.items():
                    writing.put(key, np.ascontiguousarray(vector, np.float32).tobytes())
        except lmdb.Error as error:
            raise _trouble(self._folder, error) from error


@cache
def _environment(folder: Path) -> lmdb.Environment:
    """LMDB wants a folder opened once a process, however many encoders share it."""
    return lmdb.open(str(folder), map_size=_MAP_BYTES, max_readers=512)


def _trouble(folder: Path, error: Exception) -> DataFolderTrouble:
    return DataFolderTrouble(
        f"向量缓存 {folder} 用不了（{error}）；请检查磁盘空间和权限，或用 MATCHER_CACHE 指向另一文件夹",
        f"the vector cache {folder} cannot be used ({error}); check disk space and permissions, "
        "or point MATCHER_CACHE elsewhere",
    )
