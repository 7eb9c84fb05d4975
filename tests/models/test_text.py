"""Sentences come out whole and as they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.text import sentences


def test_sentences_and_listed_items_are_split() -> None:
    text = "冻库-18.5℃存放。要求：1、破损率≤3%；2、保质期12个月以上！（3）成本下降10%"
    assert sentences(text) == ["冻库-18.5℃存放。", "破损率≤3%；", "保质期12个月以上！", "成本下降10%"]


def test_a_decimal_point_ends_nothing() -> None:
    assert sentences("纯度达到99.95%以上，回收率96.5%") == ["纯度达到99.95%以上，回收率96.5%"]


@given(st.text(max_size=300))
def test_every_sentence_stands_in_the_text(text: str) -> None:
    assert all(sentence in text for sentence in sentences(text))
