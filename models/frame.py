"""What many pairs are measured against at once: how rare n-grams are, and what is chance.

Both are those of a sample that is chosen by hash. So they are the same whatever came in or went since, unless
that was in the sample: what was worked out of other records stays as it is. Vectors are rounded so that float32
holds their products exactly: a pair's likeness does not depend on what is computed beside it either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from models.cache import Vectors
from models.features import (
    AchievementSide,
    NeedSide,
    Table,
    background_keys,
    baseline,
    features_of_pairs,
)
from models.indexes import Indexes
from models.ngrams import BUCKETS, NgramWeights

#: Achievements and needs of the sample: of smaller stores all, so that nothing differs from the indexes'.
ACHIEVEMENTS, NEEDS = 3000, 1000
#: Numbers of unit vectors are rounded to multiples of 1/2048. Products are then multiples of 2^-22, of which
#: float32 holds every one up to 4: the product of a vector with the sum of two is exact. A cosine is wrong
#: by 0.0002, a fiftieth of what it deviates between unrelated texts.
_STEPS = 2048
#: Needs that are looked at in one piece.
_BLOCK = 500


def exact(vectors: Vectors) -> Vectors:
    """Return unit vectors rounded so that products of two, or of one with the sum of two, are exact."""
    return np.asarray(np.rint(np.asarray(vectors, np.float32) * _STEPS) / _STEPS, np.float32)


@dataclass(frozen=True)
class Frame:
    """The n-gram weights and the background of a sample; `mark` changes whenever they do."""

    weights: NgramWeights
    background: AchievementSide
    mark: str

    def needs(self, indexes: Indexes, keys: Sequence[str]) -> NeedSide:
        """Return indexed needs as the frame sees them."""
        titles, texts = (exact(indexes.needs.vectors(view, keys)) for view in ("title", "text"))
        counts = indexes.needs.counts(keys)
        return NeedSide(titles, texts, counts, self.weights.weigh(counts))

    def achievements(self, indexes: Indexes, keys: Sequence[str], vectors: Vectors) -> AchievementSide:
        """Likewise; `vectors` are theirs, exact."""
        counts = indexes.achievements.counts(keys)
        return AchievementSide(vectors, counts, self.weights.weigh(counts))

    def features(
        self, needs: NeedSide, achievements: AchievementSide, near: Sequence[NDArray[np.int64]]
    ) -> list[Table]:
        """Return the features of each of m needs with the achievements `near` it, a row each; m tables."""
        grams = np.diff(achievements.counts.indptr).astype(np.int64)
        # What a text weighs by n-gram: looked up for every n-gram of the achievements near a need.
        lookup = np.zeros(BUCKETS, np.float32)
        tables: list[Table] = []
        for start in range(0, len(near), _BLOCK):
            rows = list(range(start, min(start + _BLOCK, len(near))))
            block = needs.take(rows)
            against = baseline(block, self.background)
            for row, mine in enumerate(near[start : start + _BLOCK]):
                similar = _similar(block, row, achievements, mine, lookup)
                whose = np.full(len(mine), row)
                tables.append(features_of_pairs(similar, grams[mine], whose, against))
        return tables


def frame_of(indexes: Indexes) -> Frame:
    """Return the frame of the records that are indexed."""
    offered = background_keys(indexes.achievements.keys, ACHIEVEMENTS)
    asked = background_keys(indexes.needs.keys, NEEDS)
    weights = NgramWeights()
    digest = hashlib.blake2b(indexes.encoder.fingerprint.encode(), digest_size=16)
    for side, keys in ((indexes.achievements, offered), (indexes.needs, asked)):
        counts = side.counts(keys)
        weights.learn(counts)
        for part in (
            "\n".join(keys).encode(),
            counts.indptr.tobytes(),
            counts.indices.tobytes(),
            counts.data.tobytes(),
        ):
            digest.update(part)
    behind = background_keys(offered)
    vectors = exact(indexes.achievements.vectors("text", behind))
    digest.update(vectors.tobytes())
    counts = indexes.achievements.counts(behind)
    return Frame(weights, AchievementSide(vectors, counts, weights.weigh(counts)), digest.hexdigest())


def nearest(asked: Vectors, offered: Vectors, k: int) -> tuple[list[NDArray[np.int64]], NDArray[np.float32]]:
    """Return for each of m exact vectors the rows of the nearest of n, in order, and what is beyond them.

    `asked` has shape (m, d), `offered` (n, d). Those are nearest whose product is above that of the one
    after the k-th, which is given too, shape (m,): -inf where all n are near. Of equals at the end none
    is near, so that it is always the same; of more than k equals, the first k.
    """
    m, n = len(asked), len(offered)
    if not m or n <= k:
        return [np.arange(n)] * m, np.full(m, -np.inf, np.float32)
    scores, rows = faiss.knn(
        np.ascontiguousarray(asked, np.float32), np.ascontiguousarray(offered, np.float32), k + 1,
        metric=faiss.METRIC_INNER_PRODUCT,
    )  # fmt: skip
    beyond = scores.min(1)
    near = [np.sort(mine[said > least]) for mine, said, least in zip(rows, scores, beyond, strict=True)]
    for row in [row for row, mine in enumerate(near) if not len(mine)]:
        near[row] = np.flatnonzero(offered @ asked[row] >= beyond[row])[:k]
    return near, beyond


def _similar(
    needs: NeedSide,
    row: int,
    achievements: AchievementSide,
    mine: NDArray[np.int64],
    lookup: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return the raw cosines of one need with some achievements, shape (len(mine), 3)."""
    if not len(mine):  # without achievements there is no dimension either
        return np.zeros((0, 3))
    vectors = achievements.vectors[mine]
    own = slice(needs.weights.indptr[row], needs.weights.indptr[row + 1])
    grams = needs.weights.indices[own]
    lookup[grams] = needs.weights.data[own]
    said = achievements.weights[mine]
    # A row without n-grams shares nothing; reduceat would give it its neighbour's.
    shared = np.append(lookup[said.indices] * said.data, np.float32(0)).astype(np.float64)
    lexical = np.where(np.diff(said.indptr) > 0, np.add.reduceat(shared, said.indptr[:-1]), 0.0)
    lookup[grams] = 0
    return np.column_stack([vectors @ needs.titles[row], vectors @ needs.texts[row], lexical]).astype(
        np.float64
    )
