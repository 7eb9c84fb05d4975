"""The ranker gives probabilities of ordered levels, and learns what there is to learn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpora.errors import BadRequest
from models.features import FEATURES
from models.ranker import OrdinalRanker, median_level


def drawn(size: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, levels, and the true P(level ≥ 3), from a proportional-odds model."""
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(size, len(FEATURES)))
    latent = features @ np.linspace(1.5, 0, len(FEATURES))
    noise = chance.logistic(size=size)
    levels = 1 + sum((latent + noise > threshold).astype(int) for threshold in (-1, 1, 2.5))
    return features, levels, 1 / (1 + np.exp(1 - latent))


def test_fitted_probabilities_are_the_true_ones() -> None:
    features, levels, _ = drawn()
    fresh, _, true = drawn(seed=1)
    ranker = OrdinalRanker().fit(features, levels)
    assert np.abs(ranker.predict_proba(fresh)[:, 2:].sum(1) - true).mean() < 0.03


def test_probabilities_sum_to_one_and_none_is_negative() -> None:
    features, levels, _ = drawn(200)
    probabilities = OrdinalRanker().fit(features, levels).predict_proba(features * 50)
    assert np.allclose(probabilities.sum(1), 1)
    assert probabilities.min() >= 0


def test_the_level_minimises_the_expected_absolute_error() -> None:
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), size=500)
    costs = np.stack(
        [(probabilities * np.abs(np.arange(1, 5) - level)).sum(1) for level in range(1, 5)], axis=1
    )
    chosen = costs[np.arange(500), median_level(probabilities) - 1]
    assert np.allclose(chosen, costs.min(1))


def test_a_saved_ranker_predicts_the_same(tmp_path: Path) -> None:
    features, levels, _ = drawn(300)
    ranker = OrdinalRanker().fit(features, levels, {"judgements": [300]})
    ranker.save(tmp_path)
    again = OrdinalRanker.load(tmp_path)
    assert np.allclose(again.predict_proba(features), ranker.predict_proba(features), atol=1e-4)
    assert again.manifest_ == {"judgements": [300]}


@pytest.mark.parametrize("levels", [[1, 1, 1], [0, 1, 2], [3, 4, 5]])
def test_judgements_that_teach_nothing_are_refused(levels: list[int]) -> None:
    with pytest.raises(BadRequest, match="1–4"):
        OrdinalRanker().fit(np.zeros((3, len(FEATURES))), levels)


@pytest.mark.parametrize("content", ["", "{}", json.dumps({"features": {"other": 1}})])
def test_a_folder_without_a_ranker_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "ranker.json").write_text(content)
    with pytest.raises(BadRequest, match="--model"):
        OrdinalRanker.load(tmp_path)


def test_the_shipped_ranker_prefers_likeness_and_says_what_it_learnt_from() -> None:
    ranker = OrdinalRanker.load()
    assert sum(ranker.manifest_["judgements"]) > 7000
    alike = np.zeros((2, len(FEATURES)))
    alike[1, :3] = 3
    assert np.diff(ranker.decision_function(alike)) > 0
