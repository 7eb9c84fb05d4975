"""Metrics agree with their definitions and with scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from matcher.evaluation import calibration_error, evaluate_predictions, ndcg
from matcher.recommend import Scored


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
