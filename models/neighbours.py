"""Judged neighbours: what the judged pairs around a pair were judged.

Gaussian process regression over judged pairs (Rasmussen & Williams, "Gaussian Processes for Machine
Learning", 2006). Two pairs are neighbours when they are of one need and their achievements are alike,
and, less so, when both needs and achievements are alike. The held-out estimates, by which the
ranker learns how far to trust neighbours, come in closed form (their section 5.4.2, with a block in
place of a number).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from models.arrays import damaged, read_arrays, write_arrays
from models.cache import Vectors
from models.features import AchievementSide, NeedSide
from models.ngrams import BUCKETS, NgramWeights

#: What a pair's neighbours say: the estimated chance of "above level 1, 2, 3", and how many pairs of the
#: need are judged.
NEIGHBOURS = ("judged_above_1", "judged_above_2", "judged_above_3", "need_judged")
_THRESHOLDS = np.arange(1, 4)
Estimates = NDArray[np.float64]

#: The kernel's weights, found by gradient descent on the leave-one-out error over 100 needs of the
#: public BDCI 2019 judgements; see _kernel for what each multiplies.
_NOISE = 3.66
_SHARPNESS = 0.25
#: Spread of the likeness z-scores there, by which distances between them are measured.
_LIKENESS_SPREAD = np.asarray([1.4, 1.3, 2.4])
_LIKENESS_WIDTH = 6.0


@dataclass(frozen=True)
class Pairs:
    """m pairs of p needs and q achievements, each side without repeats.

    `need_of` and `achievement_of`, both (m,), say whose each pair is; `likeness` (m, 3) holds the pairs'
    similarities as pair_features gives them. Needs of one text are one need.
    """

    needs: NeedSide
    achievements: AchievementSide
    need_of: NDArray[np.int64]
    achievement_of: NDArray[np.int64]
    likeness: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.need_of)

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        return replace(
            self,
            need_of=self.need_of[rows],
            achievement_of=self.achievement_of[rows],
            likeness=self.likeness[rows],
        )


class Neighbours(BaseEstimator):  # type: ignore[misc]
    """What judged pairs tell of other pairs.

    Parameters
    ----------
    noise : variance of a judgement: how little one person's level is trusted.

    Attributes
    ----------
    pairs_ : the judged Pairs.
    levels_ : shape (n,).
    weights_ : the n-gram weights that texts are compared by.
    base_ : shape (3,), the share of pairs above each level.
    coefficients_ : shape (n, 3), the weight of each judged pair for "above level 1, 2, 3".

    """

    def __init__(self, noise: float = _NOISE) -> None:
        self.noise = noise

    def fit(self, pairs: Pairs, levels: ArrayLike, weights: NgramWeights) -> Self:
        """Learn from n judged pairs and their levels, shape (n,)."""
        self.pairs_, self.levels_, self.weights_ = pairs, np.asarray(levels, int), weights
        self.base_ = self._above().mean(0)
        self._prepare()
        self.coefficients_ = cho_solve(self._factor(), self._above() - self.base_)
        return self

    def estimate(self, pairs: Pairs) -> Estimates:
        """Return what the judged neighbours of m pairs say, shape (m, len(NEIGHBOURS))."""
        check_is_fitted(self)
        if not len(pairs):
            return np.empty((0, len(NEIGHBOURS)))
        seen = self._seen(pairs)
        above = self.base_ + self._kernel(seen, self._own) @ self.coefficients_
        return np.column_stack([above, self._judged(seen, np.arange(len(self.pairs_)))])

    def knows(self, counts: csr_matrix) -> NDArray[np.bool_]:
        """Return of which needs, by their n-gram counts (m, buckets), pairs are judged, shape (m,)."""
        return np.asarray(_numbers(counts, self._need_codes) >= 0)

    def held_out(self, folds: ArrayLike) -> Estimates:
        """Return what the neighbours of each judged pair outside its own fold say, shape (n, len(NEIGHBOURS)).

        `folds` has shape (n,). Not leave-one-out: an estimate from all pairs but one leans away from that
        one's level, the more the fewer they are, and trees do find that out.
        """
        check_is_fitted(self)
        inverse = cho_solve(self._factor(), np.eye(len(self.pairs_), dtype=np.float32))
        numbers, above = np.asarray(folds), self._above()
        found = np.empty((len(numbers), len(NEIGHBOURS)))
        for number in np.unique(numbers):
            rows, others = np.flatnonzero(numbers == number), np.flatnonzero(numbers != number)
            block = np.linalg.solve(inverse[np.ix_(rows, rows)], self.coefficients_[rows])
            found[rows, :-1] = above[rows] - block
            found[rows, -1] = self._judged(self._own, others)[rows]
        return found

    def save(self, path: Path) -> None:
        """Write what was learnt as one .npz file."""
        pairs = self.pairs_
        parts: dict[str, Any] = {}
        for name, side in (("need", pairs.needs), ("achievement", pairs.achievements)):
            counts = side.counts
            parts |= {
                f"{name}_data": counts.data,
                f"{name}_indices": counts.indices,
                f"{name}_indptr": counts.indptr,
            }
        used = np.flatnonzero(self.weights_.frequencies)
        write_arrays(
            path, titles=pairs.needs.titles, texts=pairs.needs.texts, achievements=pairs.achievements.vectors,
            need_of=pairs.need_of, achievement_of=pairs.achievement_of, likeness=pairs.likeness, levels=self.levels_,
            coefficients=self.coefficients_, noise=np.float64(self.noise), buckets=used,
            frequencies=self.weights_.frequencies[used], documents=np.int64(self.weights_.documents), **parts,
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """Read what `save` wrote. Raises StaleIndex where the file is missing or damaged."""
        saved = read_arrays(path)
        try:
            counts = {}
            for name in ("need", "achievement"):
                parts = tuple(saved[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
                counts[name] = csr_matrix(parts, shape=(len(parts[2]) - 1, BUCKETS))
            frequencies = np.zeros(BUCKETS, np.int32)
            frequencies[saved["buckets"]] = saved["frequencies"]
            weights = NgramWeights(frequencies, int(saved["documents"]))
            found = cls(float(saved["noise"]))
            found.pairs_ = Pairs(
                NeedSide(saved["titles"], saved["texts"], counts["need"], weights.weigh(counts["need"])),
                AchievementSide(
                    saved["achievements"], counts["achievement"], weights.weigh(counts["achievement"])
                ),
                saved["need_of"], saved["achievement_of"], saved["likeness"],
            )  # fmt: skip
            found.levels_, found.weights_ = saved["levels"], weights
            found.base_, found.coefficients_ = found._above().mean(0), saved["coefficients"]
            found._prepare()
        except (KeyError, ValueError, IndexError) as error:
            raise damaged(path) from error
        return found

    def _above(self) -> Estimates:
        return (self.levels_[:, None] > _THRESHOLDS).astype(float)

    def _prepare(self) -> None:
        """Work out what estimates need again and again."""
        pairs = self.pairs_
        self._centres = [part.mean(0) for part in _parts(pairs)]
        self._need_codes = _codes(pairs.needs.counts)
        self._own = self._seen(pairs)

    def _factor(self) -> Any:
        kernel = self._kernel(self._own, self._own)
        kernel[np.diag_indices_from(kernel)] += self.noise
        return cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)

    def _seen(self, pairs: Pairs) -> _Seen:
        achievements, titles, texts = (
            normalize(part - centre) for part, centre in zip(_parts(pairs), self._centres, strict=True)
        )
        return _Seen(
            pairs, _numbers(pairs.needs.counts, self._need_codes), achievements, titles, texts,
            self.weights_.weigh(pairs.achievements.counts), self.weights_.weigh(pairs.needs.counts),
        )  # fmt: skip

    @staticmethod
    def _kernel(one: _Seen, other: _Seen) -> NDArray[np.float32]:
        """Return how much each pair of `one` (m) is a neighbour of each of `other` (n), shape (m, n).

        A sum of products of kernels, hence one itself: achievements by their vectors (as they are,
        squared, and sharply near) and n-grams, needs by theirs, and the pairs' own likeness.
        """
        dense = one.achievements @ other.achievements.T
        lexical = (one.achievement_weights @ other.across[0]).toarray()
        needs_dense = (one.titles @ other.titles.T + one.texts @ other.texts.T) / 2
        needs_lexical = (one.need_weights @ other.across[1]).toarray()
        same = (one.groups[:, None] == other.groups) & (one.groups >= 0)[:, None]
        own = 2.0 * dense + 0.9 * dense**2 + 1.2 * np.exp((dense - 1) / _SHARPNESS) + 0.65 * lexical + 0.4
        a = np.ix_(one.pairs.achievement_of, other.pairs.achievement_of)
        n = np.ix_(one.pairs.need_of, other.pairs.need_of)
        spread = _LIKENESS_SPREAD * np.sqrt(_LIKENESS_WIDTH / 2)
        likeness = np.exp(
            -cdist(one.pairs.likeness / spread, other.pairs.likeness / spread, "sqeuclidean") / 2
        )
        likeness = likeness.astype(np.float32)
        return np.asarray(
            same[n] * (own[a] + 1.85 * likeness) + 0.9 * needs_dense[n] * dense[a]
            + 1.4 * needs_lexical[n] * lexical[a] + 4.7 * needs_lexical[n] + 0.36 * likeness,
            np.float32,
        )  # fmt: skip

    def _judged(self, seen: _Seen, known: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how many of the judged pairs `known` are of each pair's need, shape (m,)."""
        needs = self._own.groups[self.pairs_.need_of][known]
        counts = np.append(np.bincount(needs, minlength=len(self._need_codes)), 0)
        # The last place is that of a need with the number -1, a new one.
        return np.asarray(counts[seen.groups[seen.pairs.need_of]], float)


@dataclass(frozen=True)
class _Seen:
    """Pairs as the kernel sees them: centred unit vectors and n-gram weights; needs by number."""

    pairs: Pairs
    groups: NDArray[np.int64]
    achievements: Vectors
    titles: Vectors
    texts: Vectors
    achievement_weights: csr_matrix
    need_weights: csr_matrix

    @cached_property
    def across(self) -> tuple[csr_matrix, csr_matrix]:
        """The n-gram weights of achievements and of needs, transposed; worth keeping for what is asked often."""
        return csr_matrix(self.achievement_weights.T), csr_matrix(self.need_weights.T)


def _parts(pairs: Pairs) -> tuple[Vectors, Vectors, Vectors]:
    return pairs.achievements.vectors, pairs.needs.titles, pairs.needs.texts


def _identities(counts: csr_matrix) -> list[bytes]:
    """Return what rows of the same text share."""
    bounds = zip(counts.indptr, counts.indptr[1:], strict=False)
    return [counts.indices[a:b].tobytes() + counts.data[a:b].tobytes() for a, b in bounds]


def _codes(counts: csr_matrix) -> dict[bytes, int]:
    return {text: code for code, text in enumerate(dict.fromkeys(_identities(counts)))}


def _numbers(counts: csr_matrix, codes: dict[bytes, int]) -> NDArray[np.int64]:
    """Return each row's number among the judged ones, -1 for a new text."""
    return np.asarray([codes.get(text, -1) for text in _identities(counts)], np.int64)
