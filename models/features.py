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

#: The encoder's cosine of the need's title with the achievement, of the need's whole text with the
#: achievement, and the cosine of their n-gram weights.
FEATURES = ("dense_title", "dense_text", "lexical")
Table = NDArray[np.float32]

BACKGROUND_SIZE = 1000
#: Mean and deviation of the similarities of unrelated pairs, for corpora too small to tell; they
#: count as much as _PRIOR_SIZE records would. Measured with the bundled encoder on all pairs of
#: the public BDCI 2019 needs and achievements.
_PRIOR_MEAN = np.asarray([0.814, 0.861, 0.017])
_PRIOR_DEVIATION = np.asarray([0.0131, 0.0114, 0.0163])
_PRIOR_SIZE = 20


@dataclass(frozen=True)
class NeedSide:
    """m needs as the features see them: vectors (m, d) of titles and of whole texts, weights (m, buckets)."""

    titles: Vectors
    texts: Vectors
    weights: csr_matrix


@dataclass(frozen=True)
class AchievementSide:
    """n achievements: vectors (n, d), n-gram weights (n, buckets)."""

    vectors: Vectors
    weights: csr_matrix


@dataclass(frozen=True)
class Baseline:
    """What m needs have in common with the corpus at large: mean and deviation, each (m, len(FEATURES))."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


def background_keys(keys: Sequence[str]) -> list[str]:
    """Pick up to BACKGROUND_SIZE keys by their hash: as good as random, and the same every time."""
    return sorted(keys, key=lambda key: hashlib.blake2b(key.encode(), digest_size=8).digest())[:BACKGROUND_SIZE]


def baseline(needs: NeedSide, background: AchievementSide) -> Baseline:
    """Return mean and deviation of each need's similarities with the background."""
    seen = similarities(needs, background)
    size = seen.shape[1]
    total = size + _PRIOR_SIZE
    own_mean = seen.mean(1) if size else np.tile(_PRIOR_MEAN, (len(seen), 1))
    own_variance = seen.var(1) if size else np.zeros_like(own_mean)
    mean = (size * own_mean + _PRIOR_SIZE * _PRIOR_MEAN) / total
    variance = (
        size * (own_variance + (own_mean - mean) ** 2)
        + _PRIOR_SIZE * (_PRIOR_DEVIATION**2 + (_PRIOR_MEAN - mean) ** 2)
    ) / total
    return Baseline(mean, np.sqrt(variance))


def pair_features(needs: NeedSide, achievements: AchievementSide, against: Baseline) -> Table:
    """Return the features of every need with every achievement, shape (m, n, len(FEATURES))."""
    scores = (similarities(needs, achievements) - against.mean[:, None]) / against.deviation[:, None]
    return scores.astype(np.float32)


def similarities(needs: NeedSide, achievements: AchievementSide) -> NDArray[np.float64]:
    """Return the raw cosines, shape (m, n, len(FEATURES))."""
    return np.stack(
        [
            needs.titles @ achievements.vectors.T,
            needs.texts @ achievements.vectors.T,
            (needs.weights @ achievements.weights.T).toarray(),
        ],
        axis=-1,
    ).astype(np.float64)
