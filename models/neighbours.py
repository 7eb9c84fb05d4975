"""Judged neighbours: what the judged pairs around a pair were judged.

Gaussian process regression over judged pairs (Rasmussen & Williams, "Gaussian Processes for Machine
Learning", 2006). Two pairs are neighbours when they are of one need and their achievements are alike,
and, less so, when both needs and achievements are alike. The leave-one-out estimates, by which the
ranker learns how far to trust neighbours, come in closed form (their section 5.4.2); leaving out a
whole need works the same way with a block in place of a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix, vstack
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from models.arrays import read_arrays, write_arrays
from models.cache import Vectors
from models.ngrams import BUCKETS, NgramWeights
from models.text import fold

#: What a pair's neighbours say: the estimated chance of "above level 1, 2, 3"; the mean level and the
#: number of the need's judged pairs; of those with the very same achievement text; and the mean level
#: that this text got from other needs. Nan where there is nothing to say.
NEIGHBOURS = (
    "judged_above_1", "judged_above_2", "judged_above_3", "need_level", "need_judged",
    "same_text_level", "same_text_judged", "elsewhere_level",
)  # fmt: skip
_THRESHOLDS = np.arange(1, 4)
Estimates = NDArray[np.float64]

#: The kernel's weights, found by gradient descent on the leave-one-out error over 100 needs of the
#: public BDCI 2019 judgements; see kernel() for what each multiplies.
_NOISE = 3.66
_SAME_NEED = {"dense": 2.0, "dense_squared": 0.9, "dense_sharp": 1.2, "lexical": 0.65, "likeness": 1.85, "one": 0.4}
_ANY_NEED = {"dense": 0.9, "lexical": 1.4, "need": 4.7, "likeness": 0.36}
_SHARPNESS = 0.25
_LIKENESS_WIDTH = 6.0


@dataclass(frozen=True)
class Pairs:
    """m pairs of p distinct needs and q distinct achievements.

    Vectors (p, d) and (q, d) are unit rows, n-gram counts (p, BUCKETS) and (q, BUCKETS) are raw;
    `need_of` and `achievement_of` (m,) say whose each pair is, and `likeness` (m, 3) holds the pairs'
    similarity z-scores. `names` are the needs' titles: needs of one title are one need.
    """

    names: Sequence[str]
    need_titles: Vectors
    need_texts: Vectors
    need_counts: csr_matrix
    achievements: Vectors
    achievement_counts: csr_matrix
    need_of: NDArray[np.int64]
    achievement_of: NDArray[np.int64]
    likeness: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.need_of)


class Neighbours(BaseEstimator):  # type: ignore[misc]
    """What judged pairs tell of other pairs.

    Parameters
    ----------
    noise : variance of a judgement: how far one person's level is trusted.

    Attributes
    ----------
    pairs_ : the judged Pairs.
    levels_ : shape (n,).
    weights_ : the n-gram weights that texts are compared with.
    coefficients_ : shape (n, 3), of "above level 1, 2, 3".
    base_ : shape (3,), the share of pairs above each level.
    centres_ : what all vectors have in common: of achievements, need titles and need texts.

    """

    def __init__(self, noise: float = _NOISE) -> None:
        self.noise = noise

    def fit(self, pairs: Pairs, levels: NDArray[np.int64], weights: NgramWeights) -> Self:
        """Learn from n judged pairs and their levels, shape (n,)."""
        self.pairs_, self.levels_, self.weights_ = pairs, np.asarray(levels), weights
        self.centres_ = [part.mean(0) for part in (pairs.achievements, pairs.need_titles, pairs.need_texts)]
        above = (self.levels_[:, None] > _THRESHOLDS).astype(float)
        self.base_ = above.mean(0)
        self._groups = [fold(name) for name in pairs.names]
        self.coefficients_ = cho_solve(self._factor(), above - self.base_)
        return self

    def estimate(self, pairs: Pairs) -> Estimates:
        """Return what the judged neighbours of m pairs say, shape (m, len(NEIGHBOURS))."""
        check_is_fitted(self)
        above = self.base_ + self._kernel(pairs, self.pairs_) @ self.coefficients_
        groups, texts = self._identities(pairs)
        return np.column_stack([above, self._counted(groups, texts, np.zeros((len(pairs), 3)))])

    def left_out(self) -> tuple[Estimates, Estimates]:
        """Return what each judged pair's neighbours say, (n, len(NEIGHBOURS)) twice.

        First without the pair itself, then without any pair of its need.
        """
        check_is_fitted(self)
        inverse = cho_solve(self._factor(), np.eye(len(self.pairs_)))
        above = (self.levels_[:, None] > _THRESHOLDS).astype(float)
        alone = above - self.coefficients_ / np.diag(inverse)[:, None]
        without_need = np.empty_like(alone)
        groups, texts = self._identities(self.pairs_)
        for group in np.unique(groups):
            rows = np.flatnonzero(groups == group)
            block = inverse[np.ix_(rows, rows)]
            without_need[rows] = above[rows] - np.linalg.solve(block, self.coefficients_[rows])
        ones = np.ones(len(groups))
        own = np.column_stack([ones, ones, ones * 0]) * np.asarray([1, 1, 0])
        counted = self._counted(groups, texts, own)
        bare = counted.copy()
        bare[:, [0, 2]], bare[:, [1, 3]] = np.nan, 0
        return np.column_stack([alone, counted]), np.column_stack([without_need, bare])
