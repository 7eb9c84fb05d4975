"""An ordinal model of boosted trees.

The data replication method (Cardoso & Pinto da Costa, "Learning to Classify Ordinal Data", JMLR 8,
2007): each judged pair becomes one binary example a threshold ("above level 1?", "above 2?", "above
3?"), and the threshold is one more column. The trees are LightGBM's (Ke et al., NIPS 2017), held
monotone in that column, so that no probability is negative, and in likeness, so that more of it is
never held against a pair. Log loss over few, small trees gives probabilities that are calibrated.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from contextlib import redirect_stdout
from typing import Self

import lightgbm
import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from corpora.errors import BadRequest

LEVELS = np.arange(1, 5)
_THRESHOLDS = LEVELS[:-1]
_THRESHOLD = "threshold"
#: More of them wait for each other longer than they work, on tables of this size.
_THREADS = 1
#: What a whole text of LightGBM's holds. Given one that was cut short, LightGBM ends the whole process.
_WHOLE = ("\nend of trees\n", "\nend of parameters\n")
#: Fewer judgements teach trees nothing.
FEWEST = 30


class OrdinalBooster(BaseEstimator):  # type: ignore[misc]
    """Probabilities of levels 1–4 from a table with named columns.

    Parameters
    ----------
    names : the columns.
    rising : those in which more never means a lower level.
    rounds : trees.
    seed : of the sampling of rows and columns.

    Attributes
    ----------
    booster_ : the lightgbm.Booster, over `names` and the threshold.

    """

    booster_: lightgbm.Booster

    def __init__(
        self, names: Sequence[str], rising: Collection[str] = (), rounds: int = 300, seed: int = 0
    ) -> None:
        self.names = names
        self.rising = rising
        self.rounds = rounds
        self.seed = seed

    def fit(self, X: ArrayLike, y: ArrayLike, start: OrdinalBooster | None = None) -> Self:
        """Fit to a table of shape (n, len(names)) and levels of shape (n,); trees grow after those of `start`.

        Raises BadRequest where y is not made of levels, shows fewer than two of them, or is too short.
        """
        table, levels = np.asarray(X, float), np.asarray(y, int)
        check_levels(levels)
        above = np.concatenate([levels > threshold for threshold in _THRESHOLDS])
        data = lightgbm.Dataset(
            _replicated(table), above.astype(int), feature_name=[*self.names, _THRESHOLD], free_raw_data=True
        )
        # Small data make small leaves: a twentieth of the pairs, at most a hundred rows.
        parameters = {
            "objective": "binary", "learning_rate": 0.05, "num_leaves": 8, "lambda_l2": 10.0,
            "min_data_in_leaf": int(np.clip(len(levels) * 3 // 20, 5, 100)),
            "feature_fraction": 0.7, "bagging_fraction": 0.7, "bagging_freq": 1,
            "monotone_constraints": [int(name in self.rising) for name in self.names] + [-1],
            "seed": self.seed, "deterministic": True, "force_row_wise": True, "verbosity": -1,
            "num_threads": _THREADS,
        }  # fmt: skip
        self.booster_ = lightgbm.train(
            parameters, data, self.rounds, init_model=start.booster_ if start else None
        )
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each level, shape (n, 4), rows summing to 1."""
        check_is_fitted(self)
        table = np.asarray(X, float)
        above = (
            np.asarray(self.booster_.predict(_replicated(table), num_threads=_THREADS))
            .reshape(len(_THRESHOLDS), len(table))
            .T
        )
        return from_above(above)

    def contributions(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds of a higher level, shape (n, len(names)).

        Shapley values of trees (Lundberg & Lee, NIPS 2017), the mean over the three thresholds.
        """
        check_is_fitted(self)
        table = np.asarray(X, float)
        values = np.asarray(
            self.booster_.predict(_replicated(table), pred_contrib=True, num_threads=_THREADS)
        )
        return np.asarray(values[:, : len(self.names)].reshape(len(_THRESHOLDS), len(table), -1).mean(0))

    def as_text(self) -> str:
        """Return the model in LightGBM's text format."""
        check_is_fitted(self)
        return str(self.booster_.model_to_string())

    @classmethod
    def from_text(cls, text: str, names: Sequence[str]) -> OrdinalBooster:
        """Read what `as_text` gave. Raises ValueError where it is none, or of other columns."""
        found = cls(names)
        if not all(mark in text for mark in _WHOLE):
            raise ValueError("no model, or one that was cut short")
        try:
            with redirect_stdout(io.StringIO()):  # where LightGBM complains
                found.booster_ = lightgbm.Booster(model_str=text)
        except (lightgbm.basic.LightGBMError, IndexError) as error:
            raise ValueError(str(error)) from error
        if found.booster_.feature_name() != [*names, _THRESHOLD]:
            raise ValueError("other columns")
        return found


def from_above(above: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each level from those of "above level 1, 2, 3": (n, 3) → (n, 4).

    What is no probability, or rises with the level, is brought into line.
    """
    falling = np.minimum.accumulate(np.clip(above, 0, 1), axis=1)
    edges = np.hstack([np.ones((len(above), 1)), falling, np.zeros((len(above), 1))])
    return np.asarray(edges[:, :-1] - edges[:, 1:])


def _replicated(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the table once a threshold, which is the last column: (n, k) → (3 n, k + 1)."""
    return np.vstack([np.column_stack([table, np.full(len(table), threshold)]) for threshold in _THRESHOLDS])


def check_levels(levels: NDArray[np.int64]) -> None:
    """Raise BadRequest where levels are not 1–4, are all the same, or are too few to learn from."""
    shown = sorted(set(levels.tolist()))
    if not np.isin(levels, LEVELS).all() or len(shown) < 2:
        raise BadRequest(
            f"标注的关联度应为 1–4 且至少有两种（现有 {shown}）；请再标注一些不同关联度的对",
            f"judged levels must be 1–4 and at least two of them (found {shown}); judge pairs of other levels too",
        )
    if len(levels) < FEWEST:
        raise BadRequest(
            f"只有 {len(levels)} 条标注，训练至少要 {FEWEST} 条；在此之前请用自带的排序模型",
            f"{len(levels)} judgements are too few to train on, at least {FEWEST} are needed; until then use the "
            "shipped ranker",
        )
