"""Weights of character n-grams: what a text shares with another, counted by how rare it is.

Characters and pairs of them suit Chinese technical text better than words: no segmenter knows
偏钒酸铵, and a bigram of it is as good as the word. Hashed, so that the weights have one size
whatever the corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from models.text import fold

BUCKETS = 2**20
_HASHER = HashingVectorizer(
    analyzer=list, n_features=BUCKETS, norm=None, alternate_sign=False, dtype=np.float32
)  # fmt: skip


def grams(text: str) -> list[str]:
    """Return every character and every pair of neighbours, in order, repeats included."""
    folded = fold(text)
    return [*folded, *map("".join, pairwise(folded))]


def count(texts: Sequence[str]) -> csr_matrix:
    """Return n-gram counts of shape (len(texts), BUCKETS), float32."""
    if not texts:  # scikit-learn refuses to count nothing
        return csr_matrix((0, BUCKETS), dtype=np.float32)
    return csr_matrix(_HASHER.transform([grams(text) for text in texts]))


def buckets(distinct: Sequence[str]) -> NDArray[np.int32]:
    """Return the bucket of each n-gram, shape (len(distinct),)."""
    return np.asarray(_HASHER.transform([[gram] for gram in distinct]).indices)


class NgramWeights:
    """Inverse document frequencies of a corpus; ``frequencies`` has shape (BUCKETS,), int32."""

    def __init__(self, frequencies: NDArray[np.int32] | None = None, documents: int = 0) -> None:
        self.frequencies = np.zeros(BUCKETS, np.int32) if frequencies is None else frequencies
        self.documents = documents

    def learn(self, counts: csr_matrix) -> None:
        """Add the documents of `counts`."""
        self.frequencies += np.bincount(counts.indices, minlength=BUCKETS).astype(np.int32)
        self.documents += counts.shape[0]

    def joined(self, other: NgramWeights) -> NgramWeights:
        """Return the weights of both corpora together."""
        return NgramWeights(self.frequencies + other.frequencies, self.documents + other.documents)

    def weigh(self, counts: csr_matrix) -> csr_matrix:
        """Return unit rows: sublinear term frequency × smoothed idf, as scikit-learn's TfidfVectorizer."""
        weighed = counts.copy()
        weighed.data = (1 + np.log(weighed.data)) * self.idf(weighed.indices)
        # scikit-learn refuses to normalize no rows at all.
        return csr_matrix(normalize(weighed, copy=False)) if counts.shape[0] else weighed

    def idf(self, buckets: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the idf of each bucket, same shape."""
        return (np.log((1 + self.documents) / (1 + self.frequencies[buckets])) + 1).astype(np.float32)
