"""The lexical index finds by shared characters, whatever is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import StaleIndex
from models.lexical import LexicalIndex
from models.ngrams import NgramWeights, count

TEXTS = {
    "chestnut": "板栗仁护色与速冻保鲜",
    "vanadium": "石煤提钒酸浸液的萃取分离",
    "film": "废旧地膜清洗与再生造粒",
    "fungi": "香菇菌棒液体菌种与接种装备",
}


@pytest.fixture(scope="module")
def weights() -> NgramWeights:
    learnt = NgramWeights()
    learnt.learn(count(list(TEXTS.values())))
    return learnt


@pytest.fixture
def index() -> LexicalIndex:
    made = LexicalIndex()
    made.update(TEXTS.items())
    return made


@pytest.mark.parametrize(
    ("asked", "key"),
    [("冷冻栗仁褐变", "chestnut"), ("从石煤里提钒", "vanadium"), ("地膜回收", "film"), ("菌种", "fungi")],
)
def test_the_best_is_who_shares_most(
    index: LexicalIndex, weights: NgramWeights, asked: str, key: str
) -> None:
    assert index.search(asked, 3, weights)[0][0] == key


def test_replaced_and_removed_texts_are_no_longer_found(index: LexicalIndex, weights: NgramWeights) -> None:
    index.update([("film", "核桃青皮脱除")], removed=["fungi"])
    assert len(index) == 3
    assert "film" not in dict(index.search("废旧地膜清洗", 5, weights))
    assert index.search("核桃青皮", 1, weights)[0][0] == "film"
    assert not index.search("香菇菌棒", 5, weights)


def test_filters_keep_to_the_allowed(index: LexicalIndex, weights: NgramWeights) -> None:
    assert {key for key, _ in index.search("板栗地膜提钒", 5, weights, ["film", "vanadium"])} == {
        "film",
        "vanadium",
    }
    assert index.search("板栗", 5, weights, []) == []


def test_it_is_still_there_after_reopening(tmp_path: Path, weights: NgramWeights) -> None:
    LexicalIndex(tmp_path).update(TEXTS.items())
    assert LexicalIndex(tmp_path).search("提钒", 1, weights)[0][0] == "vanadium"


def test_a_damaged_folder_is_stale(tmp_path: Path) -> None:
    LexicalIndex(tmp_path).update(TEXTS.items())
    (tmp_path / "meta.json").write_text("{ half")
    with pytest.raises(StaleIndex):
        LexicalIndex(tmp_path)


@settings(max_examples=100, deadline=None)
@given(asked=st.text(max_size=200))
def test_no_text_is_a_syntax_error(asked: str) -> None:
    index = LexicalIndex()
    index.update(TEXTS.items())
    learnt = NgramWeights()
    learnt.learn(count(list(TEXTS.values())))
    assert len(index.search(asked, 2, learnt)) <= 2
