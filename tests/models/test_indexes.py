"""Both sides' indexes: incremental as good as anew, saved whole, and never silently stale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.errors import StaleIndex
from models.encoders import Encoder
from models.features import pair_features
from models.indexes import Indexes
from models.sides import Document

WORDS = ["板栗去壳", "石煤提钒", "香菇菌棒", "尾矿制砖", "光伏清洗", "丹参烘干", "地膜回收", "减速器油封"]


def documents(*numbers: int, suffix: str = "") -> list[Document]:
    return [Document(f"k{n}", WORDS[n % 8], f"{WORDS[n % 8]}{suffix}，第{n}条") for n in numbers]


def scores(indexes: Indexes, asked: str) -> dict[str, float]:
    need = indexes.need_side([Document("asked", asked, asked)])
    keys = sorted(indexes.achievements_near(need, asked, 50))
    table = pair_features(need, indexes.indexed_achievements(keys), indexes.baseline(need))[0]
    return dict(zip(keys, table.sum(1).round(4).tolist(), strict=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 12), unique=True), st.lists(st.integers(0, 12), unique=True)),
        max_size=5,
    )
)
def test_after_any_changes_answers_are_those_of_a_fresh_build(
    tiny: Encoder, changes: list[tuple[list[int], list[int]]]
) -> None:
    grown = Indexes(tiny)
    state: dict[str, Document] = {}
    for turn, (added, removed) in enumerate(changes):
        fresh = documents(*added, suffix=f"改{turn}")
        gone = [f"k{n}" for n in removed if n not in added]
        grown.update_achievements(fresh, gone)
        state |= {document.key: document for document in fresh}
        for key in gone:
            state.pop(key, None)
    anew = Indexes(tiny)
    anew.update_achievements(list(state.values()))
    assert len(grown.achievements) == len(state)
    assert scores(grown, "板栗去壳机") == pytest.approx(scores(anew, "板栗去壳机"), abs=1e-3)


def test_saved_indexes_answer_the_same(tiny: Encoder, tmp_path: Path) -> None:
    indexes = Indexes.fresh(tiny, tmp_path / "i")
    indexes.update_achievements(documents(*range(12)))
    indexes.update_needs(documents(1, 2))
    indexes.save(7)
    again = Indexes.load(tiny, tmp_path / "i")
    assert again.revision == 7
    assert scores(again, "提钒") == scores(indexes, "提钒")
    assert again.needs_near(again.indexed_achievements(["k1"]), "石煤提钒", 1)[0] == "k1"


def test_what_another_encoder_built_is_not_used(tiny: Encoder, bundled: Encoder, tmp_path: Path) -> None:
    indexes = Indexes.fresh(tiny, tmp_path / "i")
    indexes.update_achievements(documents(1))
    indexes.save(1)
    with pytest.raises(StaleIndex, match="another encoder"):
        Indexes.load(bundled, tmp_path / "i")


@pytest.mark.parametrize(
    "victim", ["achievement/text.npz", "achievement/counts.npz", "need/title.npz", "stamp.json"]
)
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_damaged_part_is_noticed(tiny: Encoder, tmp_path: Path, victim: str, harm: str) -> None:
    indexes = Indexes.fresh(tiny, tmp_path / "i")
    indexes.update_achievements(documents(*range(5)))
    indexes.update_needs(documents(*range(5)))
    indexes.save(1)
    path = tmp_path / "i" / victim
    path.write_bytes(path.read_bytes()[:40]) if harm == "cut" else path.unlink()
    with pytest.raises(StaleIndex):
        Indexes.load(tiny, tmp_path / "i")


def test_parts_of_different_ages_are_noticed(tiny: Encoder, tmp_path: Path) -> None:
    """A crash between two files of one save leaves sizes that disagree."""
    indexes = Indexes.fresh(tiny, tmp_path / "i")
    indexes.update_achievements(documents(*range(5)))
    indexes.update_needs(documents(0))
    indexes.save(1)
    indexes.update_achievements(documents(5, 6))
    indexes.achievements.views["text"].save(tmp_path / "i" / "achievement" / "text.npz")
    with pytest.raises(StaleIndex):
        Indexes.load(tiny, tmp_path / "i")


def test_a_small_corpus_gives_finite_features(tiny: Encoder) -> None:
    for size in (0, 1, 2):
        indexes = Indexes(tiny)
        indexes.update_achievements(documents(*range(size)))
        need = indexes.need_side([Document("n", "板栗", "板栗")])
        table = pair_features(
            need, indexes.indexed_achievements(indexes.achievements.keys), indexes.baseline(need)
        )
        assert table.shape == (1, size, 7)
        assert np.isfinite(table).all()
