"""What two sentences share is marked, and nothing of either is lost or changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.highlighting import MAX_LENGTH, Piece, highlight


def marked(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.shared]


@pytest.mark.parametrize(
    ("asked", "quote", "shared"),
    [
        ("自动上料", "双道机架与自动上料正在设计", ["自动上料"]),
        ("分不出弯菇。", "难以分清弯菇与短菇。", ["弯菇"]),
        # One character alone is chance, and so are words that every text has.
        ("菇帽碰掉", "把菇放进托杯", []),
        ("希望可以解决没有的问题", "可以解决这个问题，没有的", []),
        # A figure counts whole, with its unit where both say it.
        ("坡度15度能作业", "在15度坡上", ["15度"]),
        ("挖净率≥95%", "挖净率为95%", ["挖净率", "95%"]),
        ("处理15吨", "处理1500吨、0.15吨", ["处理"]),
        ("处理5件", "需要5人", []),
        # Latin words count whole, whatever their case and width.
        ("耐温的ＰＬＣ控制", "用PLC控制", ["PLC控制"]),
        ("the pH of the water", "The water has a pH of 7", ["water", "pH"]),
        ("plan", "planning", []),
    ],
)
def test_what_is_shared(asked: str, quote: str, shared: list[str]) -> None:
    assert sorted(marked(highlight(asked, quote)[1])) == sorted(shared)


def test_both_sides_are_marked_as_each_writes_it() -> None:
    asked, quote = highlight("用ＰＬＣ控制", "plc 控制柜")
    assert marked(asked) == ["ＰＬＣ控制"]
    assert marked(quote) == ["plc", "控制"]
    # One character that folds into two is one place still.
    assert marked(highlight("占地50㎡以上", "占地≤50m")[0]) == ["占地50㎡"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_are_the_text(asked: str, quote: str) -> None:
    ours, theirs = highlight(asked, quote)
    assert "".join(piece.text for piece in ours) == asked
    assert "".join(piece.text for piece in theirs) == quote


def test_a_huge_text_is_cut_short_in_time_but_not_in_words() -> None:
    huge = "板栗" * MAX_LENGTH
    ours, _ = highlight(huge, "板栗褐变")
    assert "".join(piece.text for piece in ours) == huge
    assert len(ours[0].text) == MAX_LENGTH
