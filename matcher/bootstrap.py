"""Confidence intervals by resampling needs.

The pairs of one need are judged by the same people, against the same text: they hang together, and
resampling pairs would take them for more evidence than they are. So whole needs are drawn with
replacement, the cluster bootstrap (Field & Welsh, "Bootstrapping clustered data", 2007), and the
interval lies between percentiles of what the draws give (Efron & Tibshirani, "An Introduction to the
Bootstrap", 1993, ch. 13). A draw is written as how often it holds each need (ibid., ch. 20): every
metric is a function of such weights, and all ones give its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weights = NDArray[np.float64]
#: From weights of shape (r, n), a row a draw, to r values; nan where a draw has nothing to measure.
Statistic = Callable[[Weights], NDArray[np.float64]]
Metrics = dict[str, float | int | None]

RESAMPLES = 1000
_PERCENTILES = (2.5, 97.5)
#: Draws, of all, that may have nothing to measure. Where only three needs count, one draw in twenty
#: misses them all: so few make no interval.
_UNDEFINED = 0.05
#: Draws at a time, so that memory grows with the needs alone.
_BATCH = 100


def estimate(statistics: Mapping[str, Statistic], needs: int, seed: int = 0) -> Metrics:
    """Return each statistic over `needs` needs, and its 95 % interval as `<name>_low` and `<name>_high`.

    A value is None where there is nothing to measure, an interval where fewer than three needs or so
    carry it.
    """
    values = {name: float(statistic(np.ones((1, needs)))[0]) for name, statistic in statistics.items()}
    drawn = _draws(statistics, needs, seed) if needs > 2 else {}
    metrics: Metrics = {}
    for name, value in values.items():
        metrics[name] = None if np.isnan(value) else value
        draws = drawn.get(name, np.full(1, np.nan))
        missing = np.isnan(draws).mean() > _UNDEFINED
        low, high = (None, None) if missing else np.nanpercentile(draws, _PERCENTILES).tolist()
        metrics |= {f"{name}_low": low, f"{name}_high": high}
    return metrics


def ratio(numerators: ArrayLike, denominators: ArrayLike) -> Statistic:
    """Return the statistic Σ numerator / Σ denominator of the needs drawn; both of shape (n,)."""
    above, below = np.asarray(numerators, float), np.asarray(denominators, float)
    return lambda weights: quotient(weights @ above, weights @ below)


def mean(values: ArrayLike) -> Statistic:
    """Return the statistic "mean over the needs drawn" of values of shape (n,); nan does not count."""
    each = np.asarray(values, float)
    return ratio(np.nan_to_num(each), np.isfinite(each))


def quotient(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, with nan where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0))


def _draws(statistics: Mapping[str, Statistic], needs: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Return what each statistic gives in every draw, each of shape (RESAMPLES,); all share the draws."""
    chance = np.random.default_rng(seed)
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in statistics}
    for _ in range(0, RESAMPLES, _BATCH):
        weights = chance.multinomial(needs, np.full(needs, 1 / needs), size=_BATCH).astype(float)
        for name, statistic in statistics.items():
            parts[name].append(statistic(weights))
    return {name: np.concatenate(each) for name, each in parts.items()}
