"""Named features of a (need, achievement) pair, each a z-score within the need.

How similar is "similar"? A cosine of 0.85 is chance for one need and a find for another. So each
similarity is counted in standard deviations above what the need has with a fixed sample of the
corpus, the *background*. A pair's features therefore depend on neither the other candidates nor
the length of the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.cache import Vectors

#: Three similarities: the encoder's cosine of the need's title with the achievement, of the need's
#: whole text with the achievement, and the cosine of their n-gram weights.
_SIMILARITIES = ("dense_title", "dense_text", "lexical")
#: Whether the achievement is *described*, not a bare title, and the similarities once more where it
#: is: the same similarity means another thing when there is more to be similar to.
FEATURES = (*_SIMILARITIES, "described", *(f"described_{name}" for name in _SIMILARITIES))
Table = NDArray[np.float32]

#: Distinct n-grams from which an achievement counts as described: some fifty characters.
_DESCRIBED_GRAMS = 80
#: Deviations up to which shared n-grams count in full; beyond, by their logarithm.
_LEXICAL_KNEE = 10
BACKGROUND_SIZE = 1000
#: Mean and deviation of the similarities of unrelated pairs, for corpora too small to tell: between
#: those of the public BDCI 2019 records (titles) and of the demo's (whole texts). The deviation
#: counts as much as 20 records would, the mean, which follows a corpus's style, as much as two.
_PRIOR_MEAN = np.asarray([0.833, 0.871, 0.026])
_PRIOR_DEVIATION = np.asarray([0.0131, 0.0114, 0.0163])
_PRIOR_MEAN_SIZE = 2
_PRIOR_DEVIATION_SIZE = 20


@dataclass(frozen=True)
class NeedSide:
    """m needs as the features see them: vectors (m, d) of titles and of whole texts; n-grams (m, buckets).

    `counts` are raw, `weights` unit rows by the corpus's own idf.
    """

    titles: Vectors
    texts: Vectors
    counts: csr_matrix
    weights: csr_matrix

    def take(self, rows: Sequence[int]) -> NeedSide:
        return NeedSide(self.titles[rows], self.texts[rows], self.counts[rows], self.weights[rows])


@dataclass(frozen=True)
class AchievementSide:
    """n achievements: vectors (n, d); n-gram counts and weights (n, buckets)."""

    vectors: Vectors
    counts: csr_matrix
    weights: csr_matrix


@dataclass(frozen=True)
class Baseline:
    """What m needs have in common with the corpus at large: mean and deviation, each (m, 3)."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    def take(self, rows: Sequence[int]) -> Baseline:
        return Baseline(self.mean[rows], self.deviation[rows])


def background_keys(keys: Sequence[str], size: int = BACKGROUND_SIZE) -> list[str]:
    """Pick up to `size` keys by their hash: as good as random, and the same every time."""
    return sorted(keys, key=lambda key: hashlib.blake2b(key.encode(), digest_size=8).digest())[:size]


def baseline(needs: NeedSide, background: AchievementSide) -> Baseline:
    """Return mean and deviation of each need's similarities with the background."""
    seen = similarities(needs, background)
    size = seen.shape[1]
    own_mean, own_variance = (seen.mean(1), seen.var(1)) if size else (np.zeros((len(seen), 3)),) * 2
    mean = (size * own_mean + _PRIOR_MEAN_SIZE * _PRIOR_MEAN) / (size + _PRIOR_MEAN_SIZE)
    variance = (size * own_variance + _PRIOR_DEVIATION_SIZE * _PRIOR_DEVIATION**2) / (
        size + _PRIOR_DEVIATION_SIZE
    )
    deviation = np.sqrt(variance)
    # Of a few words most records share none, and one shared by accident would look like a find.
    deviation[:, 2] = np.maximum(deviation[:, 2], _PRIOR_DEVIATION[2])
    return Baseline(mean, deviation)


def pair_features(needs: NeedSide, achievements: AchievementSide, against: Baseline) -> Table:
    """Return the features of every need with every achievement, shape (m, n, len(FEATURES))."""
    scores = (similarities(needs, achievements) - against.mean[:, None]) / against.deviation[:, None]
    described = np.diff(achievements.weights.indptr) >= _DESCRIBED_GRAMS
    return _told(scores, np.broadcast_to(described, scores.shape[:2]))


def features_of_pairs(
    similar: NDArray[np.float64],
    grams: NDArray[np.int64],
    need_of: NDArray[np.int64],
    against: Baseline,
) -> Table:
    """Return the features of m pairs alone, shape (m, len(FEATURES)): what pair_features has of them.

    `similar` (m, 3) holds their raw cosines, `grams` (m,) the distinct n-grams of each one's achievement,
    `need_of` (m,) whose it is, as a row of `against`.
    """
    scores = (similar - against.mean[need_of]) / against.deviation[need_of]
    return _told(scores, grams >= _DESCRIBED_GRAMS)


def _told(scores: NDArray[np.float64], described: NDArray[np.bool_]) -> Table:
    """Return the features that z-scores of shape (…, 3) make, of achievements that are `described` (…) or not."""
    # Shared n-grams have a long tail: a pair may lie thirty deviations out, and be little surer for it.
    beyond = np.maximum(scores[..., 2] - _LEXICAL_KNEE, 0)
    scores[..., 2] += np.log1p(beyond) - beyond
    flag = described[..., None]
    return np.concatenate([scores, flag, scores * flag], axis=-1).astype(np.float32)


def similarities(needs: NeedSide, achievements: AchievementSide) -> NDArray[np.float64]:
    """Return the raw cosines, shape (m, n, 3)."""
    if not len(needs.texts) or not len(achievements.vectors):  # an empty index has no dimension yet
        return np.zeros((len(needs.texts), len(achievements.vectors), 3))
    return np.stack(
        [
            needs.titles @ achievements.vectors.T,
            needs.texts @ achievements.vectors.T,
            (needs.weights @ achievements.weights.T).toarray(),
        ],
        axis=-1,
    ).astype(np.float64)
