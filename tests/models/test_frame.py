"""The frame: of a small store what the indexes have; of a large one a sample, which others do not move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpora.vocabulary import Kind
from matcher.service import Service
from models import frame as module
from models.encoders import Encoder
from models.features import pair_features
from models.frame import exact, frame_of, nearest
from models.indexes import Indexes
from models.sides import Document


def unit(rows: int, seed: int, width: int = 384) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def indexes(encoder: Encoder, texts: dict[str, str]) -> Indexes:
    made = Indexes(encoder)
    made.update_achievements([Document(key, text, text) for key, text in texts.items()])
    made.update_needs([Document("n", "去壳", "板栗去壳")])
    return made


def test_products_of_exact_vectors_are_exact_and_near_the_cosine() -> None:
    one, other = unit(40, 1), unit(700, 2)
    said = (exact(one) + exact(one)[::-1]) @ exact(other).T
    # Whole numbers know no rounding, whatever the order of the sum.
    whole = np.rint(exact(one) * 2048).astype(np.int64), np.rint(exact(other) * 2048).astype(np.int64)
    assert np.array_equal(said.astype(float) * 2048**2, (whole[0] + whole[0][::-1]) @ whole[1].T)
    assert np.abs(exact(one) @ exact(other).T - one @ other.T).max() < 0.001


def test_a_row_is_the_same_alone_and_among_others() -> None:
    asked, offered = exact(unit(300, 3)), exact(unit(900, 4))
    together, beyond = nearest(asked, offered, 30)
    for row in (0, 17, 299):
        alone, least = nearest(asked[row : row + 1], offered, 30)
        assert np.array_equal(alone[0], together[row])
        assert least[0] == beyond[row]


@given(arrays(np.int8, st.tuples(st.integers(1, 4), st.just(3)), elements=st.integers(-2, 2)),
       arrays(np.int8, st.tuples(st.integers(1, 30), st.just(3)), elements=st.integers(-2, 2)), st.integers(1, 8))  # fmt: skip
def test_near_is_what_lies_above_the_one_after_the_last(
    asked: np.ndarray, offered: np.ndarray, k: int
) -> None:
    found, beyond = nearest(asked.astype(np.float32), offered.astype(np.float32), k)
    for row, mine in enumerate(found):
        products = (offered.astype(int) @ asked[row].astype(int)).tolist()
        if len(products) <= k:
            assert mine.tolist() == list(range(len(products)))
            assert beyond[row] == -np.inf
            continue
        least = sorted(products, reverse=True)[k]
        above = [place for place, said in enumerate(products) if said > least]
        # More equals than fit: the first of them, for a need must not go without.
        assert mine.tolist() == (above or [p for p, said in enumerate(products) if said >= least][:k])
        assert beyond[row] == least


def test_of_a_small_store_weights_and_features_are_those_of_the_indexes(demo: Service) -> None:
    held = demo.recommender().indexes
    frame = frame_of(held)
    assert np.array_equal(frame.weights.frequencies, held.weights.frequencies)
    keys, names = held.needs.keys[:4], held.achievements.keys[:50]
    vectors = exact(held.achievements.vectors("text", names))
    side = frame.achievements(held, names, vectors)
    near = [np.arange(50), np.asarray([3]), np.asarray([], np.int64), np.arange(7, 20)]
    found = frame.features(frame.needs(held, keys), side, near)
    needs, offered = held.indexed_needs(keys), held.indexed_achievements(names)
    expected = pair_features(needs, offered, held.baseline(needs))
    for row, mine in enumerate(near):
        assert found[row].shape == (len(mine), expected.shape[2])
        # A fiftieth of a deviation is lost by rounding; n-grams lose nothing.
        assert np.abs(found[row] - expected[row, mine]).max(initial=0) < 0.15
        assert found[row][:, 2] == pytest.approx(expected[row, mine, 2], abs=1e-3)


def test_only_what_is_in_the_sample_moves_the_frame(tiny: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ACHIEVEMENTS", 5)
    texts = {f"a{number}": f"板栗去壳技术第{number}号" for number in range(20)}
    held = indexes(tiny, texts)
    sample = module.background_keys(held.achievements.keys, 5)
    before = frame_of(held)
    outside = next(key for key in texts if key not in sample)
    held.update_achievements([Document(outside, "核桃", "核桃油氧化")])
    assert frame_of(held).mark == before.mark
    held.update_achievements([], removed=[outside])
    assert frame_of(held).mark == before.mark
    held.update_achievements([Document(sample[0], "核桃", "核桃油氧化")])
    assert frame_of(held).mark != before.mark


def test_the_frame_of_nothing_is_empty(tiny: Encoder) -> None:
    frame = frame_of(Indexes(tiny))
    assert frame.weights.documents == 0
    assert len(frame.background.vectors) == 0


def test_the_demo_is_smaller_than_the_sample(demo: Service) -> None:
    assert len(demo.store.ids(Kind.ACHIEVEMENT)) < module.ACHIEVEMENTS
