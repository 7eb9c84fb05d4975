"""Judged neighbours: Gaussian process numbers, and what they are held to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Kernel
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
    """Those of scikit-learn's, which is given the kernel, on pairs that neither has seen."""
    pairs, levels, weights = world()
    known, asked = np.arange(0, 18, 2), np.arange(1, 18, 2)
    fitted = Neighbours(noise=0.7).fit(pairs.take(known), levels[known], weights)
    both = fitted._seen(pairs)
    kernel = fitted._kernel(both, both).astype(float)
    peer = GaussianProcessRegressor(_Given(kernel), alpha=0.7, optimizer=None)
    above = (levels[known, None] > np.arange(1, 4)).astype(float)
    peer.fit(known[:, None], above - above.mean(0))
    said = fitted.estimate(pairs.take(asked))[:, :3]
    assert np.allclose(said, above.mean(0) + peer.predict(asked[:, None]), atol=1e-4)


class _Given(Kernel):  # type: ignore[misc]
    """A kernel matrix, looked up by row numbers."""

    def __init__(self, matrix: np.ndarray) -> None:
        self.matrix = matrix

    def __call__(self, X: np.ndarray, Y: np.ndarray | None = None, eval_gradient: bool = False) -> np.ndarray:
        one, other = (np.ravel(each).astype(int) for each in (X, X if Y is None else Y))
        return np.asarray(self.matrix[np.ix_(one, other)])

    def diag(self, X: np.ndarray) -> np.ndarray:
        return np.diag(self(X))

    def is_stationary(self) -> bool:
        return False


@pytest.mark.parametrize("seed", range(20))
def test_the_kernel_is_symmetric_and_positive_semidefinite(seed: int) -> None:
    pairs, levels, weights = world(seed)
    fitted = Neighbours().fit(pairs, levels, weights)
    kernel = fitted._kernel(fitted._own, fitted._own).astype(float)
    assert np.allclose(kernel, kernel.T, atol=1e-5)
    assert np.linalg.eigvalsh(kernel).min() > -1e-4


@pytest.mark.parametrize("parts", [2, 3, 18])
def test_held_out_means_fitted_without(parts: int) -> None:
    pairs, levels, weights = world()
    folds = np.random.default_rng(1).permutation(18) % parts
    fitted = Neighbours().fit(pairs, levels, weights)
    said = fitted.held_out(folds)
    kernel = fitted._kernel(fitted._own, fitted._own).astype(float)
    # The base rate alone is that of all: it is the same for everybody, and so tells nobody's level.
    above = (levels[:, None] > np.arange(1, 4)) - fitted.base_
    for number in range(parts):
        out, kept = np.flatnonzero(folds == number), np.flatnonzero(folds != number)
        noisy = kernel[np.ix_(kept, kept)] + fitted.noise * np.eye(len(kept))
        without = fitted.base_ + kernel[np.ix_(out, kept)] @ np.linalg.solve(noisy, above[kept])
        assert np.allclose(said[out, :3], without, atol=1e-3)
        refitted = Neighbours().fit(pairs.take(kept), levels[kept], weights)
        assert said[out, 3].tolist() == refitted.estimate(pairs.take(out))[:, 3].tolist()


def test_held_out_estimates_do_not_know_the_levels_of_their_fold() -> None:
    pairs, levels, weights = world()
    out = np.flatnonzero(np.arange(18) % 3 == 0)
    shuffled = levels.copy()
    shuffled[out] = levels[np.roll(out, 1)]
    assert not np.array_equal(shuffled, levels)
    told, again = (
        Neighbours().fit(pairs, each, weights).held_out(np.arange(18) % 3)[out] for each in (levels, shuffled)
    )
    assert np.allclose(told, again, atol=1e-4)


def test_a_need_knows_how_many_of_its_pairs_are_judged_and_a_new_one_none() -> None:
    pairs, levels, weights = world()
    kept = np.asarray([0, 1, 2, 6])
    fitted = Neighbours().fit(pairs.take(kept), levels[kept], weights)
    judged = fitted.estimate(pairs)[:, NEIGHBOURS.index("need_judged")]
    assert judged.tolist() == [3] * 6 + [1] * 6 + [0] * 6


def test_an_equal_text_of_the_same_need_judged_strong_pulls_up() -> None:
    pairs, levels, weights = world()
    twin = replace(
        pairs.achievements,
        vectors=pairs.achievements.vectors[[0, 0, 2, 3, 4, 5]],
        counts=pairs.achievements.counts[[0, 0, 2, 3, 4, 5]],
        weights=pairs.achievements.weights[[0, 0, 2, 3, 4, 5]],
    )
    pairs = replace(pairs, achievements=twin)
    kept = np.delete(np.arange(18), 1)
    base, strong = levels[kept], levels[kept].copy()
    base[0], strong[0] = 1, 4
    low, high = (
        Neighbours().fit(pairs.take(kept), each, weights).estimate(pairs)[:, :3].sum(1)
        for each in (base, strong)
    )
    moved = high - low
    assert moved[1] > 0.3
    # And more than pairs of other needs.
    assert moved[1] > moved[6:].max()


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


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 broken"])
def test_a_damaged_or_missing_file_is_stale(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "n.npz").write_bytes(content)
    with pytest.raises(StaleIndex):
        Neighbours.load(tmp_path / "n.npz")


def test_a_file_of_something_else_is_stale(tmp_path: Path) -> None:
    np.savez(tmp_path / "n.npz", levels=np.arange(3))
    with pytest.raises(StaleIndex):
        Neighbours.load(tmp_path / "n.npz")


def test_one_wrong_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    pairs, levels, weights = world()
    fitted, path = Neighbours().fit(pairs, levels, weights), tmp_path / "n.npz"
    fitted.save(path)
    whole, said = path.read_bytes(), fitted.estimate(pairs)
    chance = np.random.default_rng(0)
    # The last kilobytes are the archive's own table of contents.
    for place in np.concatenate(
        [chance.integers(0, len(whole), 100), np.arange(len(whole) - 1400, len(whole), 7)]
    ):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.integers(8)
        path.write_bytes(damaged)
        try:
            again = Neighbours.load(path)
        except StaleIndex:
            continue
        assert np.allclose(again.estimate(pairs), said)
