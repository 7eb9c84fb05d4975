"""The ranker: two situations, one set of probabilities, and what it learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpora.errors import BadRequest
from models.features import FEATURES
from models.neighbours import NEIGHBOURS
from models.ranker import COLUMNS, Ranker, median_level, worth

Rows = tuple[np.ndarray, np.ndarray]


def rows(size: int = 600, seed: int = 0) -> tuple[Rows, Rows]:
    """Cold rows whose level follows likeness, and warm rows whose level follows the neighbours instead."""
    chance = np.random.default_rng(seed)
    likeness = chance.normal(size=(size, len(FEATURES)))
    cold = 1 + np.digitize(likeness[:, 0] + 0.3 * chance.normal(size=size), [-0.7, 0.5, 1.3])
    warm = chance.integers(1, 5, size)
    above = np.clip(warm[:, None] - np.asarray([1, 2, 3]), 0, 1) * 0.8 + 0.1
    judged = np.column_stack([above, np.full(size, 5)])
    return (likeness, cold), (np.hstack([likeness, judged]), warm)


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker().fit(*rows())


def test_each_situation_has_its_own_model(ranker: Ranker) -> None:
    (likeness, cold), (table, warm) = rows(seed=1)
    unknown = np.hstack([likeness, np.full((len(likeness), len(NEIGHBOURS)), np.nan)])
    assert np.abs(ranker.predict(unknown) - cold).mean() < 0.4
    assert np.abs(ranker.predict(table) - warm).mean() < 0.1
    mixed = ranker.predict_proba(np.vstack([unknown[:3], table[:3]]))
    assert np.allclose(mixed[:3], ranker.predict_proba(unknown[:3]))
    assert np.allclose(mixed[3:], ranker.predict_proba(table[:3]))


def test_contributions_of_a_new_need_name_no_neighbours(ranker: Ranker) -> None:
    (likeness, _), (table, _) = rows(seed=2)
    unknown = np.hstack([likeness, np.full((len(likeness), len(NEIGHBOURS)), np.nan)])
    assert not ranker.contributions(unknown)[:, len(FEATURES) :].any()
    assert ranker.contributions(table)[:, len(FEATURES) :].any()


def test_with_too_little_judged_nearby_likeness_is_all() -> None:
    cold, (table, levels) = rows()
    fitted = Ranker().fit(cold, (table[:3], levels[:3]))
    assert fitted.warm_ is None
    assert np.allclose(fitted.predict_proba(table)[:, :].sum(1), 1)


def test_the_level_minimises_the_expected_absolute_error() -> None:
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), size=500)
    costs = np.stack(
        [(probabilities * np.abs(np.arange(1, 5) - level)).sum(1) for level in range(1, 5)], axis=1
    )
    chosen = costs[np.arange(500), median_level(probabilities) - 1]
    assert np.allclose(chosen, costs.min(1))


def test_worth_is_the_expected_gain() -> None:
    assert worth(np.eye(4)).tolist() == [0, 1, 3, 7]


def test_a_saved_ranker_predicts_the_same(ranker: Ranker, tmp_path: Path) -> None:
    ranker.manifest_ = {"judgements": [600]}
    ranker.save(tmp_path)
    again = Ranker.load(tmp_path)
    table = rows()[1][0]
    assert np.allclose(again.predict_proba(table), ranker.predict_proba(table))
    assert again.manifest_ == {"judgements": [600]}
    assert again.neighbours_ is None


@pytest.mark.parametrize("content", ["", "{}", "[]", json.dumps({"version": 1, "columns": []})])
def test_a_folder_without_a_ranker_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "ranker.json").write_text(content)
    with pytest.raises(BadRequest, match="--model"):
        Ranker.load(tmp_path)


def test_the_shipped_ranker_prefers_likeness_and_says_what_it_learnt_from() -> None:
    ranker = Ranker.load()
    assert sum(ranker.manifest_["judgements"]) > 7000
    assert {"judgements_sha256", "seed", "scikit_learn", "lightgbm", "encoder"} <= set(ranker.manifest_)
    alike = np.zeros((2, len(COLUMNS)))
    alike[1, :3] = 3
    assert np.diff(ranker.decision_function(alike)) > 0
