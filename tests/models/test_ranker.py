"""The ranker: two situations, one set of probabilities, and what it learnt from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from corpora.errors import BadRequest
from models.features import FEATURES, AchievementSide, NeedSide
from models.neighbours import NEIGHBOURS, Neighbours, Pairs
from models.ngrams import NgramWeights, count
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


def test_whatever_is_said_of_other_needs_a_new_one_is_cold(ranker: Ranker) -> None:
    (_, _), (table, _) = rows(seed=1)
    unjudged, unknown = table.copy(), table.copy()
    unjudged[:, COLUMNS.index("need_judged")] = 0
    unknown[:, len(FEATURES) :] = np.nan
    assert np.array_equal(ranker.predict_proba(unjudged), ranker.predict_proba(unknown))


def test_contributions_of_a_new_need_name_no_neighbours(ranker: Ranker) -> None:
    (likeness, _), (table, _) = rows(seed=2)
    unknown = np.hstack([likeness, np.full((len(likeness), len(NEIGHBOURS)), np.nan)])
    assert not ranker.contributions(unknown)[:, len(FEATURES) :].any()
    assert ranker.contributions(table)[:, len(FEATURES) :].any()


def test_with_too_little_judged_nearby_likeness_is_all() -> None:
    cold, (table, levels) = rows()
    fitted = Ranker().fit(cold, (table[:3], levels[:3]))
    assert fitted.warm_ is None
    new = table.copy()
    new[:, len(FEATURES) :] = np.nan
    assert np.allclose(fitted.predict_proba(table), fitted.predict_proba(new))
    assert np.allclose(fitted.predict_proba(table).sum(1), 1)


def test_too_little_new_leaves_what_was_learnt_of_neighbours(ranker: Ranker) -> None:
    cold, (table, levels) = rows(seed=3)
    grown = Ranker().fit(cold, (table[:3], levels[:3]), ranker)
    assert np.allclose(grown.predict_proba(table), ranker.predict_proba(table))


def test_no_rows_are_no_predictions(ranker: Ranker) -> None:
    nothing = np.empty((0, len(COLUMNS)))
    assert ranker.predict_proba(nothing).shape == (0, 4)
    assert ranker.contributions(nothing).shape == nothing.shape
    assert ranker.predict(nothing).shape == ranker.decision_function(nothing).shape == (0,)


def test_the_level_minimises_the_expected_absolute_error() -> None:
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), size=500)
    costs = np.stack(
        [(probabilities * np.abs(np.arange(1, 5) - level)).sum(1) for level in range(1, 5)], axis=1
    )
    chosen = costs[np.arange(500), median_level(probabilities) - 1]
    assert np.allclose(chosen, costs.min(1))


def test_sorting_by_worth_gives_the_best_expected_dcg() -> None:
    assert worth(np.eye(4)).tolist() == [0, 1, 3, 7]
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), size=5)
    discounts = 1 / np.log2(np.arange(2, 7))

    def expected(order: Sequence[int]) -> float:
        return float(discounts @ probabilities[list(order)] @ (2.0 ** np.arange(4) - 1))

    by_worth = np.argsort(-worth(probabilities)).tolist()
    assert expected(by_worth) == pytest.approx(max(map(expected, permutations(range(5)))))


def test_a_saved_ranker_predicts_the_same(ranker: Ranker, tmp_path: Path) -> None:
    ranker.manifest_ = {"judgements": [600]}
    ranker.save(tmp_path)
    again = Ranker.load(tmp_path)
    table = rows()[1][0]
    assert np.allclose(again.predict_proba(table), ranker.predict_proba(table))
    assert again.manifest_ == {"judgements": [600]}
    assert again.neighbours_ is None


def test_judged_neighbours_come_along(ranker: Ranker, tmp_path: Path) -> None:
    texts = ["板栗去壳", "核桃破壳", "油脂抗氧化"]
    counts, vectors = count(texts), np.eye(3, 4, dtype=np.float32)
    weights = NgramWeights()
    weights.learn(counts)
    pairs = Pairs(
        NeedSide(vectors, vectors, counts, weights.weigh(counts)),
        AchievementSide(vectors, counts, weights.weigh(counts)),
        np.repeat(np.arange(3), 3),
        np.tile(np.arange(3), 3),
        np.zeros((9, 3), np.float32),
    )
    kept = Neighbours().fit(pairs, [4, 1, 1, 1, 4, 1, 1, 1, 4], weights)
    keeper = Ranker().fit(*rows())
    keeper.neighbours_ = kept
    keeper.save(tmp_path)
    found = Ranker.load(tmp_path).neighbours_
    assert found is not None
    assert np.allclose(found.estimate(pairs), kept.estimate(pairs), atol=1e-6)
    (tmp_path / "neighbours.npz").write_bytes(b"")
    with pytest.raises(BadRequest, match="--model"):
        Ranker.load(tmp_path)


@pytest.mark.parametrize("name", ["cold.txt", "warm.txt"])
@pytest.mark.parametrize("share", [0, 0.5, None])
def test_a_folder_with_half_a_ranker_is_refused(
    ranker: Ranker, tmp_path: Path, name: str, share: float | None
) -> None:
    ranker.save(tmp_path)
    text = (tmp_path / name).read_text("utf-8")
    (tmp_path / name).unlink()
    if share is not None:
        (tmp_path / name).write_text(text[: int(share * len(text))])
    with pytest.raises(BadRequest, match="--model"):
        Ranker.load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="--model"):
        Ranker.load(tmp_path)


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


def test_a_wrong_letter_is_found_before_the_trees_are_read(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    path = tmp_path / "warm.txt"
    path.write_text(path.read_text().replace("num_leaves=8", "num_leaves=9", 1))
    with pytest.raises(BadRequest, match=r"warm\.txt is damaged"):
        Ranker.load(tmp_path)
