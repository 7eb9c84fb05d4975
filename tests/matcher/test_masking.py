"""Masking: what looks like a contact is hidden, what is a figure stays."""

from __future__ import annotations

import pytest

from corpora.records import Contact
from matcher.masking import masked

_HIDDEN = [
    "13912345678", "139 1234 5678", "139-1234-5678", "+86 13912345678", "0086-139-1234-5678",
    "0914-2312345", "(029)88123456", "029 8812 3456", "li.ming+x@mail.example.com.cn",
]  # fmt: skip
_KEPT = [
    "预算1300000元", "2026-10-20", "GB/T 22900-2022", "ZL201910123456.7", "≥15000 小时", "TRL 6", "a@b", "@li",
]  # fmt: skip


@pytest.mark.parametrize("contact", _HIDDEN)
def test_numbers_and_addresses_are_hidden(contact: str) -> None:
    assert masked(f"请打{contact}，谢谢") == "请打＊＊＊，谢谢"


@pytest.mark.parametrize("text", _KEPT)
def test_figures_stay(text: str) -> None:
    assert masked(text) == text


def test_what_the_records_say_is_hidden_too() -> None:
    known = Contact(name="王小明", phone="0914-123", email="w@x")
    assert masked("王小明的电话是0914-123，邮箱 w@x", [known]) == "＊＊＊的电话是＊＊＊，邮箱 ＊＊＊"
    assert masked("好", [Contact(name="好"), Contact()]) == "好"
