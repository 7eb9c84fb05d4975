"""Metrics agree with their definitions, with scikit-learn and with SciPy."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.stats import bootstrap, spearmanr
from sklearn.calibration import calibration_curve
from sklearn.metrics import mean_absolute_error, ndcg_score

from matcher.bootstrap import estimate, mean, ratio
from matcher.evaluation import (
    NAMES,
    answers,
    calibration_error,
    evaluate_predictions,
    ndcg,
    reliability,
    risk_coverage,
)
from matcher.matches import Scored


def pair(need: str, score: float, adequate: float, level: int = 2) -> Scored:
    """One predicted pair with so much probability at level 3, the rest at level 2."""
    return Scored(need, f"a{score}", level, (0.0, 1 - adequate, adequate, 0.0), score)


def random_pairs(needs: int, each: int, seed: int = 0) -> tuple[list[Scored], list[int]]:
    """Pairs whose levels follow, loosely, what is said of them; needs differ in how good theirs are."""
    chance = np.random.default_rng(seed)
    predictions, levels = [], []
    for need in range(needs):
        ease = chance.normal()
        for said in chance.normal(size=each):
            adequate = 1 / (1 + np.exp(1 - said - ease))
            predictions.append(pair(f"n{need}", float(said), float(adequate), int(chance.integers(1, 5))))
            levels.append(int(chance.choice([3, 4] if chance.random() < adequate else [1, 2])))
    return predictions, levels


def test_ndcg_agrees_with_scikit_learn() -> None:
    chance = np.random.default_rng(0)
    for size in (2, 5, 30):
        levels, scores = chance.integers(1, 5, size), chance.normal(size=size)
        peer = ndcg_score([2.0 ** (levels - 1) - 1], [scores], k=10)
        assert ndcg(levels, scores) == pytest.approx(peer)


def test_a_list_with_nothing_to_find_scores_nothing() -> None:
    assert ndcg([1, 1], [0.2, 0.1]) == 0


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    said = np.full(1000, 0.75)
    seen = np.arange(1000) < 500
    assert calibration_error(said, seen) == pytest.approx(0.25)
    assert calibration_error(np.asarray([0.0, 1.0]), np.asarray([False, True])) == 0


def test_reliability_agrees_with_scikit_learn() -> None:
    chance = np.random.default_rng(1)
    said = chance.random(500)
    seen = chance.random(500) < said**2
    ours = reliability(said, seen)
    peer_seen, peer_said = calibration_curve(seen, said, n_bins=10)
    np.testing.assert_allclose(ours.said, peer_said)
    np.testing.assert_allclose(ours.seen, peer_seen)
    assert ours.pairs.sum() == 500


def test_predictions_are_measured_by_need_and_by_pair() -> None:
    predicted = [
        Scored("n1", "a1", 4, (0, 0, 0, 1), 2.0), Scored("n1", "a2", 1, (1, 0, 0, 0), 1.0),
        Scored("n2", "a3", 2, (0, 1, 0, 0), 0.0), Scored("n2", "a4", 2, (0, 1, 0, 0), 5.0),
    ]  # fmt: skip
    metrics = evaluate_predictions(predicted, [4, 1, 3, 2])
    assert metrics["mae"] == pytest.approx(0.25)
    assert metrics["contest"] == pytest.approx(0.8)
    assert metrics["ndcg@10"] == pytest.approx((1 + ndcg([3, 2], [0, 5])) / 2)
    assert metrics["needs"] == 2


def test_values_agree_with_their_peers_on_many_needs() -> None:
    predictions, levels = random_pairs(40, 12)
    metrics = evaluate_predictions(predictions, levels, 0.6)
    true = np.asarray(levels)
    said = np.asarray([one.adequate_probability for one in predictions])
    scores = np.asarray([one.score for one in predictions]).reshape(40, 12)
    varied = [(row, of) for row, of in zip(scores, true.reshape(40, 12), strict=True) if len(set(of)) > 1]
    assert metrics["mae"] == pytest.approx(mean_absolute_error(true, [one.level for one in predictions]))
    assert metrics["calibration_error"] == pytest.approx(calibration_error(said, true >= 3))
    assert metrics["spearman"] == pytest.approx(np.mean([spearmanr(row, of).statistic for row, of in varied]))
    assert set(NAMES) - set(metrics) == {"recall@20", "needs_with_recall@20"}


def test_intervals_agree_with_scipy() -> None:
    values = np.random.default_rng(2).gamma(2, size=150)
    ours = estimate({"mean": mean(values)}, len(values))
    peer = bootstrap((values,), np.mean, method="percentile", n_resamples=5000, rng=0).confidence_interval
    width = peer.high - peer.low
    assert ours["mean"] == pytest.approx(values.mean())
    assert ours["mean_low"] == pytest.approx(peer.low, abs=0.08 * width)
    assert ours["mean_high"] == pytest.approx(peer.high, abs=0.08 * width)


def test_whole_needs_are_drawn_not_pairs() -> None:
    """Ten pairs that repeat one verdict are one piece of evidence, and the interval says so."""
    verdicts = np.random.default_rng(3).integers(0, 2, 60).astype(float)
    repeated = estimate({"mae": ratio(verdicts * 10, np.full(60, 10))}, 60)
    single = estimate({"mae": ratio(verdicts, np.ones(60))}, 60)
    assert repeated == pytest.approx(single)
    pairs = np.repeat(verdicts, 10)
    naive = bootstrap((pairs,), np.mean, method="percentile", n_resamples=1000, rng=0).confidence_interval
    assert repeated["mae_high"] - repeated["mae_low"] > 2 * (naive.high - naive.low)


def test_an_interval_covers_as_often_as_it_says() -> None:
    """Of 200 worlds whose mean is 1, about 190 intervals hold it; 40 needs make it a little too narrow."""
    held = 0
    for seed in range(200):
        found = estimate({"x": mean(np.random.default_rng(seed).normal(1, 1, 40))}, 40, seed)
        held += found["x_low"] <= 1 <= found["x_high"]
    assert 176 <= held <= 198


def test_the_same_seed_gives_the_same_interval() -> None:
    given = random_pairs(20, 5)
    assert evaluate_predictions(*given, 0.5) == evaluate_predictions(*given, 0.5)
    assert evaluate_predictions(*given)["mae_low"] != evaluate_predictions(*given, seed=1)["mae_low"]


def test_few_needs_make_no_interval() -> None:
    metrics = evaluate_predictions(*random_pairs(2, 20))
    assert metrics["mae"] is not None
    assert metrics["mae_low"] is metrics["mae_high"] is None
    assert estimate({"x": mean([1.0, 2.0, *[np.nan] * 50])}, 52)["x_low"] is None
    nothing = estimate({"x": mean([np.nan] * 9)}, 9)
    assert nothing == {"x": None, "x_low": None, "x_high": None}
    assert estimate({"x": mean([])}, 0)["x"] is None


def test_a_thousand_resamples_take_moments() -> None:
    given = random_pairs(236, 21)
    start = time.perf_counter()
    evaluate_predictions(*given, 0.6)
    assert time.perf_counter() - start < 3


def test_an_answer_is_wrong_where_its_first_pair_is() -> None:
    predictions = [
        pair("sure", 2, 0.9), pair("sure", 1, 0.2),  # first is right
        pair("misled", 1, 0.3), pair("misled", 3, 0.8),  # a match is there, but second
        pair("hopeless", 1, 0.1), pair("hopeless", 0, 0.1),
        pair("timid", 5, 0.4),
    ]  # fmt: skip
    levels = [4, 1, 3, 2, 2, 1, 3]
    given = answers(predictions, levels)
    assert given.confidence.tolist() == [0.9, 0.8, 0.1, 0.4]
    assert given.wrong.tolist() == [False, True, True, False]
    assert given.matchable.tolist() == [True, True, False, True]
    metrics = evaluate_predictions(predictions, levels, 0.6)
    assert (metrics["matchable"], metrics["unmatchable"]) == (3, 1)
    assert metrics["coverage"] == 0.5
    assert metrics["risk"] == 0.5
    assert metrics["matchable_answered"] == pytest.approx(2 / 3)
    assert metrics["unmatchable_refused"] == 1
    assert metrics["aurc"] == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_nobody_answered_has_no_risk() -> None:
    metrics = evaluate_predictions(*random_pairs(20, 5), 0.9999)
    assert metrics["coverage"] == 0
    assert metrics["risk"] is None
    assert metrics["unmatchable_refused"] == 1


def test_the_curve_agrees_with_every_threshold_tried_by_itself() -> None:
    given = answers(*random_pairs(30, 4))
    (coverage,), (risk,), _ = risk_coverage(given)
    for place, threshold in enumerate(sorted(given.confidence, reverse=True)):
        answered = given.confidence >= threshold
        assert coverage[place] == pytest.approx(answered.mean())
        assert risk[place] == pytest.approx(given.wrong[answered].mean())


def test_a_draw_counts_as_its_needs_repeated() -> None:
    given = answers(*random_pairs(12, 4))
    drawn = np.random.default_rng(0).integers(0, 12, 12)
    weights = np.bincount(drawn, minlength=12)[None].astype(float)
    _, (risk,), (weight,) = risk_coverage(given, weights)
    _, (peer,), _ = risk_coverage(type(given)(*(column[drawn] for column in given)))
    assert np.average(risk[weight > 0], weights=weight[weight > 0]) == pytest.approx(peer.mean())


def test_equal_confidence_earns_nothing_from_its_order() -> None:
    """Who cannot tell needs apart has the risk of answering all, whichever comes first."""
    right_first = [pair(f"n{number}", 1, 0.5) for number in range(10)]
    metrics = evaluate_predictions(right_first, [4] * 5 + [1] * 5)
    assert metrics["aurc"] == pytest.approx(0.5)
