"""One side of the matching, achievements or needs: vectors, n-gram counts and the lexical index, by key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack

from models.arrays import damaged, read_arrays, write_arrays
from models.cache import Vectors
from models.lexical import LexicalIndex
from models.ngrams import BUCKETS, NgramWeights, count
from models.vectors import Hits, VectorIndex


@dataclass(frozen=True)
class Document:
    """What is indexed of a record: its title, and the whole of it (title included)."""

    key: str
    title: str
    text: str


class Side:
    """The index of one kind of record; `views` names the vectors kept of each document."""

    def __init__(self, views: Sequence[str], folder: Path | None) -> None:
        self.folder = folder
        self.views: dict[str, VectorIndex] = {view: VectorIndex(0) for view in views}
        self.lexical = LexicalIndex(folder / "lexical" if folder else None)
        self._rows: dict[str, int] = {}
        self._counts: csr_matrix = csr_matrix((0, BUCKETS), dtype=np.float32)
        self._weights: NgramWeights | None = None
        #: Whether it holds what its files do not.
        self.is_changed = True

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    @property
    def keys(self) -> list[str]:
        return list(self._rows)

    def vectors(self, view: str, keys: Sequence[str]) -> Vectors:
        return self.views[view].vectors(keys)

    def counts(self, keys: Sequence[str]) -> csr_matrix:
        """Return n-gram counts, shape (len(keys), BUCKETS)."""
        return self._counts[[self._rows[key] for key in keys]]

    @property
    def weights(self) -> NgramWeights:
        """How rare each n-gram is among the documents of this side."""
        if self._weights is None:
            self._weights = NgramWeights()
            self._weights.learn(self._counts)
        return self._weights

    def nearest(
        self,
        queries: Sequence[tuple[str, Vectors]],
        text: str,
        k: int,
        weights: NgramWeights,
        allowed: Collection[str] | None,
    ) -> list[str]:
        """Return the keys that are among the k best of any query, a (view, vectors) pair, or of the text's n-grams."""
        hits: list[Hits] = []
        for view, index in self.views.items():
            # Of one view all at once: the index is read through once, by all cores.
            asked = [vectors for name, vectors in queries if name == view]
            if asked:
                hits += index.search(np.vstack(asked), k, allowed)
        hits.append(self.lexical.search(text, k, weights, allowed))
        return list(dict.fromkeys(key for found in hits for key, _ in found))

    def text_hash(self, key: str) -> int:
        """Return a number that documents of the same text share."""
        row = self._counts[self._rows[key]]
        return hash((row.indices.tobytes(), row.data.tobytes()))

    def update(
        self, documents: Sequence[Document], vectors: dict[str, Vectors], removed: Collection[str]
    ) -> None:
        """Replace or add `documents`, whose `vectors` come by view in the same order; drop `removed`."""
        if not documents and not removed:
            return
        self.is_changed = True
        self._weights = None
        gone = {*removed, *(document.key for document in documents)}
        kept = [key for key in self._rows if key not in gone]
        fresh = count([document.text for document in documents])
        self._counts = csr_matrix(vstack([self.counts(kept), fresh]))
        self._rows = {key: row for row, key in enumerate([*kept, *(document.key for document in documents)])}
        for view, index in self.views.items():
            if documents and index.dimension == 0:
                index = self.views[view] = VectorIndex(vectors[view].shape[1])
            index.remove(removed)
            if documents:
                index.add([document.key for document in documents], vectors[view])
        self.lexical.update(((document.key, document.text) for document in documents), removed)

    def save(self) -> None:
        assert self.folder is not None
        for view, index in self.views.items():
            index.save(self.folder / f"{view}.npz")
        counts = self._counts
        write_arrays(
            self.folder / "counts.npz", keys=np.asarray(self.keys, dtype=np.str_), data=counts.data.astype(np.uint16),
            indices=counts.indices, indptr=counts.indptr,
        )  # fmt: skip
        self.is_changed = False

    def load(self) -> None:
        """Raises StaleIndex where a file is missing, damaged or does not fit the others."""
        assert self.folder is not None
        self.views = {view: VectorIndex.load(self.folder / f"{view}.npz") for view in self.views}
        saved = read_arrays(self.folder / "counts.npz")
        try:
            keys = saved["keys"].tolist()
            parts = saved["data"].astype(np.float32), saved["indices"], saved["indptr"]
            self._counts = csr_matrix(parts, shape=(len(keys), BUCKETS))
        except (KeyError, ValueError) as error:
            raise damaged(self.folder) from error
        self._rows = {key: row for row, key in enumerate(keys)}
        self._weights = None
        sizes = {
            len(keys),
            self._counts.shape[0],
            len(self.lexical),
            *(len(view) for view in self.views.values()),
        }
        if len(sizes) != 1:
            raise damaged(self.folder)
        self.is_changed = False
