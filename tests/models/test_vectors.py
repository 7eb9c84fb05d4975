"""The vector index: stable keys, exact search, whole files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import StaleIndex
from models.vectors import VectorIndex


def unit(seed: int, count: int = 1, dimension: int = 8) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_search_is_what_a_full_comparison_gives() -> None:
    vectors, queries = unit(1, 200), unit(2, 5)
    index = VectorIndex(8)
    index.add([f"k{number}" for number in range(200)], vectors)
    for row, hits in zip(queries, index.search(queries, 10), strict=True):
        expected = [f"k{number}" for number in np.argsort(-(vectors @ row))[:10]]
        assert [key for key, _ in hits] == expected


def test_only_allowed_keys_are_found_and_all_of_them() -> None:
    index = VectorIndex(8)
    index.add([f"k{number}" for number in range(50)], unit(1, 50))
    [hits] = index.search(unit(2), 10, allowed={"k3", "k7", "gone"})
    assert {key for key, _ in hits} == {"k3", "k7"}
    assert index.search(unit(2), 10, allowed=set()) == [[]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.integers(0, 99)), max_size=30))
def test_after_any_changes_the_index_holds_the_last_vectors(changes: list[tuple[str, bool, int]]) -> None:
    index, model = VectorIndex(8), {}
    for key, removing, seed in changes:
        if removing:
            index.remove([key])
            model.pop(key, None)
        else:
            index.add([key], unit(seed))
            model[key] = unit(seed)[0]
    assert sorted(index.keys) == sorted(model)
    assert len(index) == len(model)
    for key, vector in model.items():
        assert np.array_equal(index.vectors([key])[0], vector)
        assert index.search(vector[None], 1)[0][0][1] == pytest.approx(1, abs=1e-5)


def test_a_saved_index_is_the_same_and_goes_on(tmp_path: Path) -> None:
    index = VectorIndex(8)
    index.add(["甲", "乙"], unit(1, 2))
    index.remove(["甲"])
    index.save(tmp_path / "v.npz")
    again = VectorIndex.load(tmp_path / "v.npz")
    assert again.keys == ["乙"]
    again.add(["丙"], unit(5))
    assert again.search(unit(5), 1)[0][0][0] == "丙"
    assert [path.name for path in tmp_path.iterdir()] == ["v.npz"]


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half of it", b"nonsense"])
def test_a_missing_or_damaged_file_is_stale(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "v.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StaleIndex, match="matcher index"):
        VectorIndex.load(path)
