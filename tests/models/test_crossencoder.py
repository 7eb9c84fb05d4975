"""The cross-encoder learns levels of pairs, and comes back from its folder as it went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.crossencoder import Example, LevelCrossEncoder
from models.encoders import Encoder

THINGS = ("板栗去壳", "核桃油氧化", "尾矿制砖", "光伏清洗")
EXAMPLES: list[Example] = [
    (f"{asked}需求{way}", f"{offered}设备{kind}", 4 if offered == THINGS[0] else 1)
    for asked in THINGS
    for way in "甲乙"
    for offered in THINGS
    for kind in ("", "技术", "工艺")
]


@pytest.fixture(scope="module")
def reader(small_transformer: Encoder) -> LevelCrossEncoder:
    return LevelCrossEncoder(small_transformer).fit(EXAMPLES, epochs=40, rate=3e-3)


def test_it_tells_strong_from_none(reader: LevelCrossEncoder) -> None:
    said = reader.predict_proba([(asked, offered) for asked, offered, _ in EXAMPLES])
    assert np.allclose(said.sum(1), 1, atol=1e-3)
    strong = np.asarray([level == 4 for *_, level in EXAMPLES])
    assert said[strong, 3].mean() > said[~strong, 3].mean() + 0.2


def test_it_comes_back_as_it_went(
    reader: LevelCrossEncoder, small_transformer: Encoder, tmp_path: Path
) -> None:
    reader.save(tmp_path)
    asked = [(need, offer) for need, offer, _ in EXAMPLES[:20]]
    again = LevelCrossEncoder.load(tmp_path, small_transformer)
    assert np.allclose(again.predict_proba(asked), reader.predict_proba(asked), atol=0.03)


def test_nothing_asked_is_nothing_said(reader: LevelCrossEncoder) -> None:
    assert reader.predict_proba([]).shape == (0, 4)
