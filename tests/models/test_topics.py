"""Groups of texts that are about one thing, and their terms."""

from __future__ import annotations

import numpy as np

from models.encoders import Encoder
from models.ngrams import NgramWeights, count
from models.topics import grouped, terms

SPORT = (
    "短跑运动员起跑反应时的训练方法",
    "少年短跑运动员力量训练负荷监测",
    "冬季越野赛中运动员心率与训练负荷",
    "田径运动员赛前训练负荷安排",
)
OPERA = (
    "秦腔唱词方言用韵的整理",
    "秦腔脸谱图案数字化整理与传习",
    "老艺人秦腔唱段录音修复",
    "县剧团秦腔剧目排演与传习",
)


def test_texts_about_one_thing_come_together(bundled: Encoder) -> None:
    said = [*SPORT, *OPERA]
    counts = count(said)
    weights = NgramWeights()
    weights.learn(counts)
    groups = grouped(bundled.encode(said, "document"), weights.weigh(counts), 0.95)
    assert len(set(groups[:4].tolist())) == len(set(groups[4:].tolist())) == 1
    assert groups[0] != groups[4]


def test_one_text_or_none_is_no_trouble(bundled: Encoder) -> None:
    counts = count(SPORT[:1])
    weights = NgramWeights()
    assert grouped(bundled.encode(SPORT[:1], "document"), weights.weigh(counts)).tolist() == [0]
    assert grouped(np.zeros((0, 0), np.float32), weights.weigh(count([]))).tolist() == []
    assert terms([], np.zeros(0, int)) == {}


def test_terms_are_words_of_their_group() -> None:
    usual = [f"关于第{number}项工作的说明，训练班人员名单整理" for number in range(30)]
    found = terms([*SPORT, *OPERA, *usual], np.asarray([0] * 4 + [1] * 4 + [-1] * 30))
    assert set(found) == {0, 1}
    assert found[0][0] == "运动员"
    assert found[1][0] == "秦腔"
    # 训练负 never stands without 荷, 动员 never without 运: they are parts of words.
    assert not {"训练负", "动员", "练负荷"} & set(found[0])
    # What stands everywhere tells nothing.
    assert "整理" not in found[1]


def test_terms_hold_no_markup() -> None:
    (found,) = terms(["<b>区块链</b>溯源，区块链<script>"] * 2 + ["好用的区块链"], np.zeros(3, int)).values()
    assert not any(letter in term for term in found for letter in "<>&\"'=")
