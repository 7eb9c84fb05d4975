"""The cross-encoder learns levels of pairs, and comes back from its folder as it went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpora.errors import EncoderUnavailable
from models.crossencoder import FILE, Example, LevelCrossEncoder
from models.encoders import Encoder

pytestmark = pytest.mark.usefixtures("one_thread")

THINGS = ("板栗去壳", "核桃油氧化", "尾矿制砖", "光伏清洗")
#: Chestnuts are wanted by everybody, photovoltaics by nobody, the rest by some.
LEVELS = dict(zip(THINGS, (4, 3, 2, 1), strict=True))
EXAMPLES: list[Example] = [
    (f"{asked}需求{way}", f"{offered}设备{kind}", LEVELS[offered])
    for asked in THINGS
    for way in "甲乙丙丁"
    for offered in THINGS
    for kind in ("", "技术", "工艺")
]
PAIRS = [(asked, offered) for asked, offered, _ in EXAMPLES]


@pytest.fixture(scope="module")
def reader(small_transformer: Encoder) -> LevelCrossEncoder:
    return LevelCrossEncoder(small_transformer).fit(EXAMPLES, epochs=12, rate=3e-3)


def test_it_learns_what_is_plain_and_knows_it_in_new_words(reader: LevelCrossEncoder) -> None:
    levels = np.asarray([level for *_, level in EXAMPLES])
    assert (reader.predict_proba(PAIRS).argmax(1) + 1 == levels).mean() > 0.95
    unseen = [("尾矿制砖技术需求", f"{offered}成果") for offered in THINGS]
    assert (reader.predict_proba(unseen).argmax(1) + 1).tolist() == [LEVELS[offered] for offered in THINGS]


def test_probabilities_sum_to_one_and_none_is_negative(reader: LevelCrossEncoder) -> None:
    said = reader.predict_proba([*PAIRS, ("", ""), ("板栗" * 500, ""), ("？", "从未见过的字" * 200)])
    assert said.shape == (len(PAIRS) + 3, 4)
    assert np.allclose(said.sum(1), 1, atol=1e-5)
    assert said.min() >= 0


def test_each_pair_is_read_by_itself(reader: LevelCrossEncoder) -> None:
    backwards = reader.predict_proba(PAIRS[::-1])[::-1]
    assert np.allclose(backwards, reader.predict_proba(PAIRS), atol=0.02)
    assert np.allclose(reader.predict_proba(PAIRS[:1]), backwards[:1], atol=0.02)


def test_nothing_asked_is_nothing_said(reader: LevelCrossEncoder) -> None:
    assert reader.predict_proba([]).shape == (0, 4)


def test_a_seed_decides(small_transformer: Encoder) -> None:
    one, again, other = (
        LevelCrossEncoder(small_transformer).fit(EXAMPLES, epochs=1, seed=seed).predict_proba(PAIRS)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_it_comes_back_as_it_went(
    reader: LevelCrossEncoder, small_transformer: Encoder, tmp_path: Path
) -> None:
    reader.save(tmp_path)
    again = LevelCrossEncoder.load(tmp_path, small_transformer)
    assert np.allclose(again.predict_proba(PAIRS), reader.predict_proba(PAIRS), atol=0.05)


@pytest.mark.parametrize("head", [None, "", "[]", "{}", '{"weight": [[1]], "bias": [0]}', '{"weight": "x"}'])
def test_a_folder_without_its_head_is_refused(
    reader: LevelCrossEncoder, small_transformer: Encoder, tmp_path: Path, head: str | None
) -> None:
    reader.save(tmp_path)
    path = tmp_path / FILE / "head.json"
    path.unlink()
    if head is not None:
        path.write_text(head)
    with pytest.raises(EncoderUnavailable, match=r"^[^\n]*matcher train[^\n]*$"):
        LevelCrossEncoder.load(tmp_path, small_transformer)
