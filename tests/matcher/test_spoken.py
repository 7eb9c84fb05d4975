"""Deadlines and sums as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from corpora.dates import read_date
from corpora.money import Money, read_money
from matcher import spoken

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明年9月", date(2027, 9, 30)),
        ("明年9月前", date(2027, 9, 30)),
        ("今年年底", date(2026, 12, 31)),
        ("年底前", date(2026, 12, 31)),
        ("明年上半年", date(2027, 6, 30)),
        ("9月", date(2027, 9, 30)),
        ("12月底", date(2026, 12, 31)),
        ("半年内", date(2027, 5, 31)),
        ("6个月", date(2027, 5, 31)),
        ("十个月内", date(2027, 9, 30)),
        ("两年内", date(2028, 11, 30)),
        ("within 6 months", date(2027, 5, 31)),
        ("in half a year", date(2027, 5, 31)),
        ("by the end of 2027", date(2027, 12, 31)),
        ("Q3 2027", date(2027, 9, 30)),
        ("2027年6月", date(2027, 6, 30)),
    ],
)
def test_a_deadline_is_told_from_today(text: str, day: date) -> None:
    assert read_date(spoken.deadline(text, TODAY)) == day


@pytest.mark.parametrize("text", ["", "签约后6个月", "尽快", "13月", "0月", "²月", "<b>明</b>", "九" * 5000])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert spoken.deadline(text, TODAY) == text
    assert spoken.budget(text) == text


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("三五十万", Money(30, 50)),
        ("大概三五十万元吧", Money(30, 50)),
        ("两三万", Money(2, 3)),
        ("三五百万", Money(300, 500)),
        ("500,000 yuan", Money(50, 50)),
        ("CNY 300,000-500,000", Money(30, 50)),
        ("300k to 500k RMB", Money(30, 50)),
        ("0.5 million yuan", Money(50, 50)),
        ("50-100万元", Money(50, 100)),
        ("面议", None),
    ],
)
def test_a_sum_is_put_into_figures(text: str, money: Money | None) -> None:
    assert read_money(spoken.budget(text)) == money


def test_what_a_text_names_is_found_and_what_is_past_or_earned_is_not() -> None:
    text = "2019年5月建厂，年产值8000万，已投入200万没效果。钱的话三五十万可以谈，明年9月收栗子前要用上。"
    assert spoken.deadline_in(text, TODAY) == ("明年9月", "2027年9月")
    assert spoken.budget_in(text) == ("三五十万", "30-50万元")
    assert spoken.budget_in("预算大概80万元") == ("80万元", "80万元")
    assert spoken.budget_in("每年亏200万，投入了300万") is None
    assert spoken.deadline_in("2024年9月起一直这样", TODAY) is None
    assert spoken.deadline_in("2027年99月", TODAY) is None


def test_hostile_text_takes_no_time() -> None:
    for text in ("明年" * 10_000, "预算" * 10_000, "1" * 20_000, "钱" + "一" * 20_000, "yuan 1,1" * 3000):
        spoken.deadline(text, TODAY), spoken.budget(text)
        spoken.deadline_in(text, TODAY), spoken.budget_in(text)
