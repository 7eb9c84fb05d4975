"""Judged neighbours: Gaussian process numbers, and what they are held to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.preprocessing import normalize

from corpora.errors import StaleIndex
from models.features import AchievementSide, NeedSide
from models.neighbours import NEIGHBOURS, Neighbours, Pairs
from models.ngrams import NgramWeights, count

NEEDS = ["板栗去壳破损率高", "核桃油氧化快", "尾矿制砖强度低"]
OFFERS = ["板栗脱壳机", "核桃破壳设备", "油脂抗氧化技术", "尾矿砖配方", "光伏板清洗", "香菇菌棒灭菌"]


def world(seed: int = 0) -> tuple[Pairs, np.ndarray, NgramWeights]:
    """Every need with every offer, levels drawn at random."""
    chance = np.random.default_rng(seed)
    vectors = lambda size: normalize(chance.normal(size=(size, 8))).astype(np.float32)  # noqa: E731
    asked, offered = count(NEEDS), count(OFFERS)
    weights = NgramWeights()
    weights.learn(asked)
    weights.learn(offered)
    pairs = Pairs(
        NeedSide(vectors(3), vectors(3), asked, weights.weigh(asked)),
        AchievementSide(vectors(6), offered, weights.weigh(offered)),
        np.repeat(np.arange(3), 6),
        np.tile(np.arange(6), 3),
        chance.normal(size=(18, 3)).astype(np.float32),
    )
    return pairs, chance.integers(1, 5, 18), weights


def test_estimates_are_those_of_gaussian_process_regression() -> None:
    pairs, levels, weights = world()
    fitted = Neighbours().fit(pairs, levels, weights)
    kernel = fitted._kernel(fitted._own, fitted._own).astype(float)
    above = (levels[:, None] > np.arange(1, 4)).astype(float)
    peer = above.mean(0) + kernel @ np.linalg.inv(kernel + 3.66 * np.eye(18)) @ (above - above.mean(0))
    assert np.allclose(fitted.estimate(pairs)[:, :3], peer, atol=1e-4)


def test_the_kernel_is_one() -> None:
    pairs, levels, weights = world()
    fitted = Neighbours().fit(pairs, levels, weights)
    kernel = fitted._kernel(fitted._own, fitted._own)
    assert np.allclose(kernel, kernel.T, atol=1e-5)
    assert np.linalg.eigvalsh(kernel.astype(float)).min() > -1e-4


def test_held_out_means_fitted_without() -> None:
    pairs, levels, weights = world()
    folds = np.arange(18) % 3
    fitted = Neighbours().fit(pairs, levels, weights)
    said = fitted.held_out(folds)
    for number in range(3):
        out, kept = np.flatnonzero(folds == number), np.flatnonzero(folds != number)
        without = Neighbours().fit(pairs.take(kept), levels[kept], weights)
        # The base rate and the centres come from all pairs; what is left out is the pairs' own levels.
        without.base_, without._centres = fitted.base_, fitted._centres
        without._own = without._seen(without.pairs_)
        above = without._above() - without.base_
        kernel = without._kernel(without._own, without._own).astype(float)
        without.coefficients_ = np.linalg.solve(kernel + 3.66 * np.eye(len(kept)), above)
        assert np.allclose(said[out], without.estimate(pairs.take(out)), atol=1e-3)


def test_a_need_knows_how_many_of_its_pairs_are_judged_and_a_new_one_none() -> None:
    pairs, levels, weights = world()
    kept = np.asarray([0, 1, 2, 6])
    fitted = Neighbours().fit(pairs.take(kept), levels[kept], weights)
    judged = fitted.estimate(pairs)[:, NEIGHBOURS.index("need_judged")]
    assert judged.tolist() == [3] * 6 + [1] * 6 + [0] * 6


def test_a_verdict_pulls_pairs_like_it() -> None:
    pairs, levels, weights = world()
    low, high = levels.copy(), levels.copy()
    low[0], high[0] = 1, 4
    estimates = [Neighbours().fit(pairs, each, weights).estimate(pairs)[0, :3] for each in (low, high)]
    assert (estimates[1] > estimates[0]).all()


def test_what_was_learnt_survives_a_file(tmp_path: Path) -> None:
    pairs, levels, weights = world()
    fitted = Neighbours().fit(pairs, levels, weights)
    fitted.save(tmp_path / "n.npz")
    again = Neighbours.load(tmp_path / "n.npz")
    assert np.allclose(again.estimate(pairs), fitted.estimate(pairs), atol=1e-6)
    assert np.allclose(again.held_out(np.arange(18) % 2), fitted.held_out(np.arange(18) % 2), atol=1e-4)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken"])
def test_a_damaged_file_is_stale(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "n.npz").write_bytes(content)
    with pytest.raises(StaleIndex):
        Neighbours.load(tmp_path / "n.npz")
