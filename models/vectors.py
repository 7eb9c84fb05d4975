"""The vector index: FAISS, with the records' own ids as keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import faiss
import numpy as np

from models.arrays import damaged, read_arrays, write_arrays
from models.cache import Vectors

Hits = list[tuple[str, float]]


class VectorIndex:
    """Exact inner-product search over unit vectors of one dimension, by key.

    A key keeps its number for as long as it stays; numbers are never used twice.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._faiss: faiss.Index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._numbers: dict[str, int] = {}
        self._keys: dict[int, str] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: str) -> bool:
        return key in self._numbers

    @property
    def keys(self) -> list[str]:
        return list(self._numbers)

    def add(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Add or replace; `vectors` has shape (len(keys), dimension)."""
        self.remove([key for key in keys if key in self._numbers])
        numbers = np.arange(self._next, self._next + len(keys), dtype=np.int64)
        self._next += len(keys)
        if len(keys):
            self._faiss.add_with_ids(np.ascontiguousarray(vectors, np.float32), numbers)
        for key, number in zip(keys, numbers.tolist(), strict=True):
            self._numbers[key] = number
            self._keys[number] = key

    def remove(self, keys: Collection[str]) -> None:
        """Remove those of `keys` that are here."""
        numbers = [self._numbers.pop(key) for key in keys if key in self._numbers]
        for number in numbers:
            del self._keys[number]
        if numbers:
            self._faiss.remove_ids(faiss.IDSelectorBatch(np.asarray(numbers, np.int64)))

    def search(self, queries: Vectors, k: int, allowed: Collection[str] | None = None) -> list[Hits]:
        """Return the k nearest (key, cosine) of each query, best first; `queries`: (n, dimension).

        With `allowed`, of those keys only; the search is exact all the same.
        """
        if allowed is None:
            size, parameters = len(self), None
        else:
            numbers = np.asarray([self._numbers[key] for key in allowed if key in self._numbers], np.int64)
            # faiss fills in this constructor's keywords at run time, where no type checker sees them.
            selector = faiss.IDSelectorBatch(numbers)
            size, parameters = len(numbers), faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        if size == 0:
            return [[] for _ in queries]
        scores, found = self._faiss.search(
            np.ascontiguousarray(queries, np.float32), min(k, size), params=parameters
        )
        return [
            [(self._keys[number], score) for number, score in zip(row, values, strict=True) if number >= 0]
            for row, values in zip(found.tolist(), scores.tolist(), strict=True)
        ]

    def vectors(self, keys: Sequence[str]) -> Vectors:
        """Return the vectors of `keys`, shape (len(keys), dimension). Raises KeyError for an unknown one."""
        numbers = np.asarray([self._numbers[key] for key in keys], np.int64)
        if not len(numbers):
            return np.empty((0, self.dimension), np.float32)
        return np.asarray(self._faiss.reconstruct_batch(numbers))

    def save(self, path: Path) -> None:
        """Write one file; a reader finds the old or the new one, never a part."""
        write_arrays(
            path,
            faiss=faiss.serialize_index(self._faiss),
            keys=np.asarray(list(self._numbers), dtype=np.str_),
            numbers=np.asarray(list(self._numbers.values()), np.int64),
            next=np.int64(self._next),
        )

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Raises StaleIndex where the file is missing or damaged."""
        saved = read_arrays(path)
        try:
            inner = faiss.deserialize_index(saved["faiss"])
            index = cls(inner.d)
            index._faiss = inner
            index._numbers = dict(zip(saved["keys"].tolist(), saved["numbers"].tolist(), strict=True))
            index._next = int(saved["next"])
        except (KeyError, ValueError, RuntimeError) as error:
            raise damaged(path) from error
        index._keys = {number: key for key, number in index._numbers.items()}
        return index
