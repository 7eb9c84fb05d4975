"""The ranker: from pair features to the probability of each level.

A proportional-odds model, fitted by the data replication method (Cardoso & Pinto da Costa,
"Learning to Classify Ordinal Data", JMLR 8, 2007): each judged pair becomes one binary example per
threshold ("above level 1?", "above 2?", "above 3?"), the weights are shared, the intercepts are not.
Its probabilities come from maximum likelihood, so they are calibrated where the model holds.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from corpora.errors import BadRequest
from corpora.files import replacing, trouble
from models.features import FEATURES

LEVELS = np.arange(1, 5)
_FILE = "ranker.json"


class OrdinalRanker(BaseEstimator):  # type: ignore[misc]
    """Levels 1–4 from named features.

    Parameters
    ----------
    C : inverse strength of the ridge penalty.

    Attributes
    ----------
    coefficients_ : shape (len(FEATURES),)
    intercepts_ : shape (3,), of "above level 1, 2, 3"; falling, so that probabilities never are negative.
    manifest_ : what the fit was made from.

    """

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: ArrayLike, y: ArrayLike, manifest: dict[str, Any] | None = None) -> Self:
        """Fit to features X of shape (n, len(FEATURES)) and levels y of shape (n,).

        Raises BadRequest where y is not made of levels, or shows fewer than two of them.
        """
        features, levels = np.asarray(X, float), np.asarray(y, int)
        if not np.isin(levels, LEVELS).all() or len(np.unique(levels)) < 2:
            raise BadRequest(
                f"标注的关联度应为 1–4 且至少有两种（现有 {sorted(set(levels.tolist()))}）",
                f"judged levels must be 1–4 and at least two of them (found {sorted(set(levels.tolist()))})",
            )
        thresholds = LEVELS[:-1]
        replicated = np.vstack([
            np.hstack([features, np.eye(len(thresholds))[[k] * len(features)]]) for k in range(len(thresholds))
        ])  # fmt: skip
        above = np.concatenate([levels > threshold for threshold in thresholds])
        model = LogisticRegression(C=self.C, fit_intercept=False, max_iter=1000).fit(replicated, above)
        weights = model.coef_[0]
        self.coefficients_ = weights[: features.shape[1]]
        self.intercepts_ = np.minimum.accumulate(weights[features.shape[1] :])
        self.manifest_ = dict(manifest or {})
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return scores of shape (n,): higher is better, comparable between needs."""
        check_is_fitted(self)
        return np.asarray(np.asarray(X, float) @ self.coefficients_)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each level, shape (n, 4), rows summing to 1."""
        above = expit(self.decision_function(X)[:, None] + self.intercepts_)
        edges = np.hstack([np.ones((len(above), 1)), above, np.zeros((len(above), 1))])
        return np.asarray(edges[:, :-1] - edges[:, 1:])

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the level that minimises the expected absolute error (the median), shape (n,)."""
        return median_level(self.predict_proba(X))

    def save(self, folder: Path) -> None:
        """Write the ranker as one readable JSON file in `folder`."""
        content = {
            "features": dict(zip(FEATURES, self.coefficients_.round(6).tolist(), strict=True)),
            "above_level": dict(zip("123", self.intercepts_.round(6).tolist(), strict=True)),
            "manifest": self.manifest_,
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise trouble(folder, error) from error
        with replacing(folder / _FILE) as stream:
            stream.write((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())

    @classmethod
    def load(cls, folder: Path | None = None) -> OrdinalRanker:
        """Read the ranker in `folder`, or the shipped one. Raises BadRequest where none fits."""
        where = folder / _FILE if folder else resources.files("models") / "artifacts" / _FILE
        try:
            content = json.loads(where.read_text("utf-8"))
            ranker = cls()
            ranker.coefficients_ = np.asarray([content["features"][name] for name in FEATURES])
            ranker.intercepts_ = np.asarray([content["above_level"][level] for level in "123"])
            ranker.manifest_ = content["manifest"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadRequest(
                f"{where} 不是可用的排序模型（{error}）；请用 matcher train 生成，或不带 --model 用自带的",
                f"{where} is no ranker of this version ({error}); leave out --model to use the shipped one",
            ) from error
        return ranker


def median_level(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the median level of each row of `probabilities`, shape (n, 4) → (n,)."""
    # The first level at which at least half of the probability is reached.
    return np.asarray(LEVELS[np.argmax(probabilities.cumsum(1) >= 0.5 - 1e-12, axis=1)])
