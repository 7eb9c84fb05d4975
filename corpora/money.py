"""Amounts of money as people write them, in 万元 (10,000 yuan)."""

from __future__ import annotations

import re
from typing import NamedTuple

import cn2an

from corpora.cells import LONG, clean, is_open, unreadable
from corpora.errors import UnreadableValue


class Money(NamedTuple):
    """A range of money in 万元 (10,000 yuan); None is an open end."""

    low: float | None
    high: float | None


_UNITS = {"亿": 10_000.0, "千万": 1_000.0, "百万": 100.0, "万": 1.0, "千": 0.1, "元": 0.0001} | {
    "k": 0.1,
    "w": 1.0,
}
#: More than any budget: a slip of the unit.
_MOST = 10_000_000.0

_NUMBER = r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])"
_UNIT = r"千万|百万|亿|万|千|元|k|w"
_AMOUNT = rf"({_NUMBER})(?:多|余|来)?({_UNIT})?(?:元|圆|人民币|rmb|cny|整|钱)*"
_ONE = re.compile(rf"([^\d-]*){_AMOUNT}(\D*)")
_RANGE = re.compile(rf"([^\d-]*){_AMOUNT}-{_AMOUNT}(\D*)")
_AT_MOST = re.compile(
    r"不超过|不超|不高于|不多于|不大于|以内|以下|之内|[万亿元]内|最高|上限|至多|最多|封顶|(?<!不)(?:低|小|少)于|≤|<"
)
_AT_LEAST = re.compile(
    r"不低于|不少于|不小于|以上|最低|下限|起步|起(?:$|[,，;；(])|至少|最少|≥|>|\d\D*\+|(?<!不)(?:超过|(?:高|大|多)于)"
)
_FOREIGN = re.compile(r"美元|美金|欧元|日元|港币|港元|英镑|[$€£]|usd|eur|hkd|jpy")
#: Not a sum: a share, a rate, a price by the piece, a part of something.
_NOT_A_SUM = re.compile(r"[%‰]|比例|提成|每|[/÷](?!项|个项目)|其中|首期|首付|第.期")
#: 20万元/年, 每年20万元，共3年
_YEARLY = re.compile(r"/年|每年|年均")
_YEARS = re.compile(r"[,，;；](?:共|做|合作|为期|连续|一共)*\d{1,2}年$")
#: What may follow a figure that has no unit: 50左右, 50 (含税), 50起; but not 50年 or 50台.
_AFTER_BARE = re.compile(
    r"(?:左右|上下|以内|之内|以下|及?以上|起步?|\+|封顶|为限|内|整|\([^()]*\))*(?:[,，;；。、].*)?"
)
_CHINESE_NUMBER = re.compile(
    r"(?<![\d.几数第零一二三四五六七八九十百千])[零一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾][零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]{0,12}"
    r"(?=[多余]?[万亿元圆-])"
)
_FORMAL = str.maketrans("两壹贰叁肆伍陆柒捌玖拾佰仟萬億〇", "二一二三四五六七八九十百千万亿零")


_ASIDE = re.compile(r"\([^()]*\)")


def read_money(value: object) -> Money | None:
    """Return a range in 万元.

    A bare figure counts 万元, as on the usual form, unless it is 10,000 or more, which is an error.
    """
    written = clean(value)
    text = _plain(written)
    if is_open(text):
        return None
    if _FOREIGN.search(text):
        raise unreadable(value, "外币金额请折合成人民币万元", "convert foreign currency to 万元 (10,000 CNY)")
    yearly = _YEARLY.search(text)
    parted = re.search(r"\d\s+\d", written)
    found = None if parted else _read(_YEARS.sub("", _YEARLY.sub("", text)) if yearly else text, value)
    if found and yearly:
        # So much a year comes to at least that much.
        found = Money(found.low, None)
    aside = _ASIDE.sub("", text)
    if found is None and aside != text and re.search(r"\d", aside):
        return read_money(aside)  # 120万元（其中自筹100万元）
    if found is None:
        raise unreadable(
            value,
            "金额看不懂，请写成“50-100万元”“不超过200万元”或“面议”",
            "cannot read the amount; write it like 50-100万元, 不超过200万元 or 面议",
        )
    if None not in found and found[0] > found[1]:  # type: ignore[operator]
        raise unreadable(value, "金额下限大于上限", "the range runs backwards")
    return found


_PRICE = re.compile(
    rf"(?:不超过|不高于|不低于|约|最高|最低)?{_NUMBER}(?:{_UNIT})?元?(?:-{_NUMBER})?(?:{_UNIT})元?(?:以内|以下|以上|左右|起)?"
)


def find_price(terms: str) -> Money | None:
    """Return the one amount of money that the free text `terms` names, or None."""
    found = _PRICE.findall(_plain(clean(terms, LONG)))
    if len(found) != 1:
        return None
    try:
        return read_money(found[0])
    except UnreadableValue:
        return None


def _plain(text: str) -> str:
    """Return `text` without spaces and thousands separators, with Arabic figures and plain hyphens."""
    text = re.sub(r"\s+", "", text).casefold()
    text = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"[—–－―～〜~﹣至到]+|--+", "-", text)
    return _CHINESE_NUMBER.sub(
        _arabic, text.translate(_FORMAL) if re.search(r"[万亿元圆萬億]", text) else text
    )


def _read(text: str, value: object) -> Money | None:
    if found := _RANGE.fullmatch(text):
        before, low_figure, low_unit, high_figure, high_unit, after = found.groups()
        if not _is_sum(before, high_unit, after) or (not high_unit and _like_years(low_figure, high_figure)):
            return None
        return Money(
            _in_wan(low_figure, low_unit or high_unit, value), _in_wan(high_figure, high_unit, value)
        )
    if found := _ONE.fullmatch(text):
        before, figure, unit, after = found.groups()
        if not _is_sum(before, unit, after):
            return None
        amount = _in_wan(figure, unit, value)
        if _AT_MOST.search(text):
            return Money(None, amount)
        return Money(amount, None if _AT_LEAST.search(text) else amount)
    # "不低于50万元且不超过100万元" says the two ends one by one.
    parts = [part for part in re.split(r"且|并|同时|[,，;；、]|(?<=以上)(?=\d)", text) if part]
    if len(parts) == 2 and all(map(_ONE.fullmatch, parts)):
        (low, no_high), (no_low, high) = (_read(part, value) or Money(0, 0) for part in parts)
        if no_high is None and no_low is None:
            return Money(low, high)
    return None


def _is_sum(before: str, unit: str | None, after: str) -> bool:
    if _NOT_A_SUM.search(before) or _NOT_A_SUM.search(after):
        return False
    # ¥5000 without a unit is as likely 5,000 yuan as 5,000 万元.
    return bool(unit or ("¥" not in before and _AFTER_BARE.fullmatch(after)))


def _like_years(low: str, high: str) -> bool:
    return all(figure.isdigit() and 1990 <= int(figure) <= 2100 for figure in (low, high))


def _arabic(found: re.Match[str]) -> str:
    try:
        return str(cn2an.cn2an(found[0], "smart"))
    except ValueError:
        # 五六十 and the like: a rough figure that the caller will not understand either.
        return found[0]


def _in_wan(figure: str, unit: str | None, value: object) -> float:
    amount = float(figure)
    if not unit and amount >= 10_000:
        raise unreadable(
            value, "金额没有单位，请写明“元”或“万元”", "the amount has no unit; write 元 or 万元"
        )
    amount = round(amount * _UNITS[unit or "万"], 6)
    if amount > _MOST:
        raise unreadable(value, "金额超过一千亿元，请检查单位", "more than 100 billion yuan; check the unit")
    return amount
