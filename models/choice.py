"""Conditional logit: the probability of each choice from features of (case, choice).

McFadden, "Conditional logit analysis of qualitative choice behavior" (1974): a choice's odds are the exponential
of a weighted sum of its features. Its probabilities are calibrated as far as the cases are like those that it
was fitted to.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

#: As good as no probability.
_NEVER = 1e-300


class ConditionalLogit(BaseEstimator):  # type: ignore[misc]
    """Probabilities over choices from a table with named columns.

    Parameters
    ----------
    names : the columns.
    rising : those in which more never makes a choice less probable.
    penalty : of the squared weights, counted in deviations of their column, per case.

    Attributes
    ----------
    weights_ : of the columns, shape (len(names),).

    """

    weights_: NDArray[np.float64]

    def __init__(self, names: Sequence[str], rising: Collection[str] = (), penalty: float = 0.01) -> None:
        self.names = names
        self.rising = rising
        self.penalty = penalty

    def fit(
        self,
        X: ArrayLike,
        accepted: ArrayLike,
        available: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Fit to features of shape (n, choices, len(names)) and what each case accepts, shape (n, choices).

        `accepted` holds for each choice how right it is, 0–1: of several that are right, any will do.
        `available`, of the same shape, is False for choices that a case does not have.
        """
        table, right = np.asarray(X, float), np.asarray(accepted, float)
        shares = np.ones(len(table)) if sample_weight is None else np.asarray(sample_weight, float)
        shares = shares / shares.sum()
        scale = np.maximum(table.std((0, 1)), 1e-9)
        table = table / scale
        said = np.log(np.maximum(right, _NEVER))
        closed = 0 if available is None else np.log(np.where(available, 1, _NEVER))

        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            utility = table @ weights + closed
            every, mine = logsumexp(utility, axis=1), logsumexp(utility + said, axis=1)
            given, wanted = np.exp(utility - every[:, None]), np.exp(utility + said - mine[:, None])
            slope = np.einsum("n,nc,nck->k", shares, given - wanted, table) + 2 * self.penalty * weights
            return float(shares @ (every - mine) + self.penalty * weights @ weights), slope

        bounds = [(0, None) if name in self.rising else (None, None) for name in self.names]
        found = minimize(loss, np.zeros(len(self.names)), jac=True, method="L-BFGS-B", bounds=bounds)
        self.weights_ = np.asarray(found.x) / scale
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each choice, shape (n, choices), rows summing to 1."""
        check_is_fitted(self)
        utility = np.asarray(X, float) @ self.weights_
        return np.asarray(np.exp(utility - logsumexp(utility, axis=1, keepdims=True)))

    def as_json(self) -> str:
        """Return the model as JSON, one weight a line."""
        check_is_fitted(self)
        weights = dict(zip(self.names, self.weights_.round(4).tolist(), strict=True))
        return json.dumps({"weights": weights}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, names: Sequence[str]) -> Self:
        """Read what `as_json` gave. Raises ValueError where it is none, or of other columns."""
        weights = json.loads(text)["weights"]
        if list(weights) != list(names):
            raise ValueError("other columns")
        found = cls(names)
        found.weights_ = np.asarray(list(weights.values()), float)
        return found
