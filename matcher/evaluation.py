"""Evaluation of predictions and rankings against judgements.

Every metric comes with its 95 % interval over needs (`matcher.bootstrap`), in one flat dict: `<name>`,
`<name>_low`, `<name>_high`; None is what the judgements cannot tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr

from matcher.bootstrap import Metrics, Statistic, Weights, estimate, mean, quotient, ratio
from matcher.files import Judged, rank
from matcher.matches import Scored
from matcher.recommend import Recommender
from models.sides import Document

PRIMARY = "ndcg@10"
#: What each metric is called, for people; the key itself is the English name.
NAMES = {
    PRIMARY: "排序质量",
    "spearman": "等级相关",
    "mae": "平均绝对误差",
    "contest": "竞赛得分 1/(1+MAE)",
    "recall@20": "前 20 名召回（≥3 级）",
    "calibration_error": "校准误差（≥3 级）",
    "aurc": "风险–覆盖曲线下面积",
    "coverage": "作答的需求",
    "risk": "作答而首位不足 3 级",
    "matchable_answered": "有匹配的需求中作答",
    "unmatchable_refused": "无匹配的需求中拒答",
    "pairs": "标注对数",
    "needs": "有不同等级的需求数",
    "matchable": "有匹配（≥3 级）的需求数",
    "unmatchable": "无匹配的需求数",
    "needs_with_recall@20": "计召回的需求数",
}
#: From this level on a match is adequate.
_ADEQUATE = 3
_BINS = 10


class Reliability(NamedTuple):
    """What was said and what was seen, in the b bins that hold anything; each of shape (b,)."""

    said: NDArray[np.float64]
    seen: NDArray[np.float64]
    pairs: NDArray[np.int64]


class Answers(NamedTuple):
    """How each of n needs would be answered; each of shape (n,).

    A need is as `confident` as its surest candidate's probability of level 3 or 4, for the service
    answers where any match reaches the threshold. The answer is `wrong` where the first-ranked
    candidate, the one that a person reads first, is judged below 3. A need is `matchable` where any
    candidate is judged 3 or 4. Candidates are the need's judged pairs.
    """

    confidence: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    matchable: NDArray[np.bool_]


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
    said, seen, pairs = reliability(probabilities, happened)
    return float(pairs @ abs(said - seen) / pairs.sum())


def reliability(probabilities: NDArray[np.float64], happened: NDArray[np.bool_]) -> Reliability:
    """Return mean probability and observed share in ten equal bins; both arrays of shape (n,).

    Source: DeGroot & Fienberg, "The Comparison and Evaluation of Forecasters", 1983.
    """
    bins = _bin(probabilities)
    pairs = np.bincount(bins, minlength=_BINS)
    held = pairs > 0
    sums = (np.bincount(bins, each, _BINS)[held] for each in (probabilities, happened))
    said, seen = (each / pairs[held] for each in sums)
    return Reliability(said, seen, pairs[held])


def answers(predictions: Sequence[Scored], levels: Sequence[int]) -> Answers:
    """Return how each need would be answered, needs in the order in which they first appear."""
    true, scores, said = _columns(predictions, levels)
    needs = _by_need(predictions)
    return Answers(
        np.asarray([said[places].max() for places in needs]),
        np.asarray([true[places][scores[places].argmax()] < _ADEQUATE for places in needs], bool),
        np.asarray([(true[places] >= _ADEQUATE).any() for places in needs], bool),
    )


def risk_coverage(given: Answers, weights: Weights | None = None) -> tuple[Weights, Weights, Weights]:
    """Return coverage, risk and weight of n needs, surest first, each of shape (r, n).

    At the threshold of each need's own confidence, coverage is the share of needs answered and risk
    the share of the answered that are wrong. Needs equally sure are answered together. `weights`,
    shape (r, n), counts each need in r draws; without it, r is 1 and each counts once.

    Source: El-Yaniv & Wiener, "On the Foundations of Noise-free Selective Classification", 2010.
    """
    order = np.argsort(-given.confidence, kind="stable")
    fallen = -given.confidence[order]
    together = np.searchsorted(fallen, fallen, side="right") - 1
    weight = np.ones((1, len(order))) if weights is None else weights[:, order]
    answered = weight.cumsum(1)[:, together]
    wrong = (weight * given.wrong[order]).cumsum(1)[:, together]
    return answered / weight.sum(1, keepdims=True), quotient(wrong, answered), weight


def evaluate_predictions(
    predictions: Sequence[Scored], levels: Sequence[int], threshold: float | None = None, seed: int = 0
) -> Metrics:
    """Return the metrics of predicted pairs, whose true levels come in the same order.

    - ``ndcg@10`` and ``spearman`` are means over the needs judged on at least two levels, ``needs`` many.
    - ``mae`` is over pairs, ``contest`` is 1 / (1 + MAE).
    - ``calibration_error`` is that of "level 3 or 4". Noise adds to it and never takes away, so that
      its interval leans upwards.
    - ``aurc`` is the mean risk over the thresholds that answer one need after the other (Geifman &
      El-Yaniv, "Selective Classification for Deep Neural Networks", 2017); less is better.
    - At `threshold`, where one is given: ``coverage``, the share of needs answered, and ``risk``, the
      share of these that are wrong; ``matchable_answered``, of the needs with a pair judged 3 or 4 the
      share answered, and ``unmatchable_refused``, of those without one the share rightly refused.
    """
    true, scores, said = _columns(predictions, levels)
    needs = _by_need(predictions)
    varied = [len(set(true[places].tolist())) > 1 for places in needs]
    sizes = [len(places) for places in needs]
    errors = abs(np.asarray([one.level for one in predictions], int) - true)
    given = answers(predictions, levels)
    mae = ratio([errors[places].sum() for places in needs], sizes)
    pairs_of_needs = list(zip(needs, varied, strict=True))
    statistics: dict[str, Statistic] = {
        PRIMARY: mean([ndcg(true[of], scores[of]) if good else np.nan for of, good in pairs_of_needs]),
        "spearman": mean([
            spearmanr(scores[of], true[of]).statistic if good and np.ptp(scores[of]) else np.nan
            for of, good in pairs_of_needs
        ]),
        "mae": mae,
        "contest": lambda weights: 1 / (1 + mae(weights)),
        "calibration_error": _calibration(said, true >= _ADEQUATE, needs),
        "aurc": lambda weights: _area(given, weights),
    }  # fmt: skip
    if threshold is not None:
        answered = given.confidence >= threshold
        statistics |= {
            "coverage": mean(answered),
            "risk": ratio(answered & given.wrong, answered),
            "matchable_answered": ratio(answered & given.matchable, given.matchable),
            "unmatchable_refused": ratio(~answered & ~given.matchable, ~given.matchable),
        }
    return estimate(statistics, len(needs), seed) | {
        "pairs": len(true),
        "needs": sum(varied),
        "matchable": int(given.matchable.sum()),
        "unmatchable": int((~given.matchable).sum()),
    }


def evaluate_ranking(
    recommend: Recommender,
    needs: Sequence[Document],
    judged: Sequence[Judged],
    titles: Mapping[str, str],
    k: int = 20,
    seed: int = 0,
) -> Metrics:
    """Return recall@k over the whole corpus: of the achievements judged 3 or 4, how many rank in the first k.

    Achievements of one title count once: `titles` gives them by id.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for need_id, achievement_id, level in judged:
        if level >= _ADEQUATE:
            wanted[need_id].add(titles[achievement_id])
    asked = [need for need in needs if need.key in wanted]
    found = [
        len(wanted[need.key] & {titles[one.achievement_id] for one in ranking}) / len(wanted[need.key])
        for need, ranking in zip(asked, rank(recommend, asked, k), strict=True)
    ]
    return estimate({f"recall@{k}": mean(found)}, len(found), seed) | {f"needs_with_recall@{k}": len(found)}


def _columns(
    predictions: Sequence[Scored], levels: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return true level, score and probability of level 3 or 4 of each pair, each of shape (n,)."""
    return (
        np.asarray(levels, int),
        np.asarray([one.score for one in predictions], float),
        np.asarray([one.adequate_probability for one in predictions], float),
    )


def _by_need(predictions: Sequence[Scored]) -> list[NDArray[np.int64]]:
    """Return the places of each need's pairs."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(predictions):
        places[one.need_id].append(place)
    return [np.asarray(each) for each in places.values()]


def _bin(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.clip((probabilities * _BINS).astype(int), 0, _BINS - 1))


def _calibration(
    said: NDArray[np.float64], happened: NDArray[np.bool_], needs: Sequence[NDArray[np.int64]]
) -> Statistic:
    """`calibration_error` of the needs drawn: what each adds to the gap of each bin is counted once."""
    gaps = [np.bincount(_bin(said[of]), said[of] - happened[of], _BINS) for of in needs]
    by_need, sizes = np.reshape(gaps, (-1, _BINS)), np.asarray([len(of) for of in needs], float)
    return lambda weights: quotient(abs(weights @ by_need).sum(1), weights @ sizes)


def _area(given: Answers, weights: Weights) -> NDArray[np.float64]:
    """Return the area under the risk–coverage curve in each of r draws, shape (r,)."""
    _, risk, weight = risk_coverage(given, weights)
    return quotient((weight * np.nan_to_num(risk)).sum(1), weight.sum(1))
