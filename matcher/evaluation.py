"""Evaluation of predictions and rankings against judgements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr

from matcher.files import Judged, rank
from matcher.recommend import Recommender, Scored
from models.indexes import Document

PRIMARY = "ndcg@10"
_BINS = 10


def ndcg(levels: ArrayLike, scores: ArrayLike, k: int = 10) -> float:
    """Return nDCG@k of one list with gains 2^(level−1) − 1, so that level 1 is worth nothing.

    Source: Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002.
    """
    gains = 2.0 ** (np.asarray(levels) - 1) - 1
    order = np.argsort(-np.asarray(scores), kind="stable")
    discounts = 1 / np.log2(np.arange(2, min(k, len(gains)) + 2))
    best = float(np.sort(gains)[::-1][:k] @ discounts)
    return float(gains[order][:k] @ discounts) / best if best else 0.0


def calibration_error(probabilities: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten equal bins; both arrays of shape (n,).

    Source: Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015.
    """
    bins = np.clip((probabilities * _BINS).astype(int), 0, _BINS - 1)
    gaps = [
        (bins == b).mean() * abs(probabilities[bins == b].mean() - happened[bins == b].mean())
        for b in set(bins.tolist())
    ]
    return float(sum(gaps))


def evaluate_predictions(predictions: Sequence[Scored], levels: Sequence[int]) -> dict[str, float | None]:
    """Return the metrics of predicted pairs, whose true levels come in the same order.

    ``ndcg@10`` and ``spearman`` are means over the needs judged on at least two levels; ``mae`` is
    over pairs and ``contest`` is 1 / (1 + MAE); ``calibration_error`` is that of "level 3 or 4".
    """
    true = np.asarray(levels)
    by_need: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(predictions):
        by_need[one.need_id].append(place)
    judged = [places for places in by_need.values() if len(set(true[places].tolist())) > 1]
    scores = np.asarray([one.score for one in predictions])
    mae = float(np.abs(np.asarray([one.level for one in predictions]) - true).mean())
    correlations = [
        spearmanr(scores[places], true[places]).statistic
        for places in judged
        if len(set(scores[places].tolist())) > 1
    ]
    return {
        PRIMARY: _mean([ndcg(true[places], scores[places]) for places in judged]),
        "spearman": _mean(correlations),
        "mae": mae,
        "contest": 1 / (1 + mae),
        "calibration_error": calibration_error(
            np.asarray([one.adequate_probability for one in predictions]), true >= 3
        ),
        "pairs": len(true),
        "needs": len(judged),
    }


def evaluate_ranking(
    recommend: Recommender,
    needs: Sequence[Document],
    judged: Sequence[Judged],
    titles: Mapping[str, str],
    k: int = 20,
) -> dict[str, float | None]:
    """Return recall@k over the whole corpus: of the achievements judged 3 or 4, how many rank in the first k.

    Achievements of one title count once: `titles` gives them by id.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for need_id, achievement_id, level in judged:
        if level >= 3:
            wanted[need_id].add(titles[achievement_id])
    asked = [need for need in needs if need.key in wanted]
    found = [
        len(wanted[need.key] & {titles[one.achievement_id] for one in ranking}) / len(wanted[need.key])
        for need, ranking in zip(asked, rank(recommend, asked, k), strict=True)
    ]
    return {f"recall@{k}": _mean(found), f"needs_with_recall@{k}": len(found)}


def _mean(values: Sequence[float]) -> float | None:
    """None where there is nothing to average."""
    return float(np.mean(values)) if len(values) else None
