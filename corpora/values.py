"""Reading what people write in a cell: money, dates, stages, modes, places, lists.

Each ``read_…`` takes what a cell holds (text, a number, a date) and returns the value, None where
the cell leaves it open, or raises UnreadableValue. Nothing is guessed: a text with figures in it
that no rule understands is an error, not a shrug.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

import cn2an

from corpora.errors import UnreadableValue, shorten
from corpora.vocabulary import Mode, Ownership, vocabulary

SEPARATORS = re.compile(r"[、，,;；|\n\r/]+")
_SPACES = re.compile(r"\s+")


class Money(NamedTuple):
    """A range of money in 万元 (10,000 yuan); None is an open end."""

    low: float | None
    high: float | None


_UNITS = {"亿": 10_000.0, "千万": 1_000.0, "百万": 100.0, "万": 1.0, "千": 0.1, "元": 0.0001, "k": 0.1, "w": 1.0}
_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"千万|百万|亿|万|千|元|k|w"
_AMOUNT = re.compile(rf"({_NUMBER})\s*({_UNIT})?(?:元|人民币|rmb)*")
_JOINED = re.compile(rf"({_NUMBER})\s*({_UNIT})?元?\s*(?:-|~|到|至)\s*({_NUMBER})\s*({_UNIT})?")
_AT_MOST = re.compile(r"不超过|不高于|不多于|以内|以下|之内|最高|上限|至多|小于|低于|≤|<|封顶|不大于")
_AT_LEAST = re.compile(r"不低于|不少于|以上|最低|起步|起$|至少|大于|超过|≥|>|不小于|高于|\d\+")
_FOREIGN = re.compile(r"美元|美金|欧元|日元|港币|英镑|[$€£]|usd|eur")
_CHINESE_NUMBER = re.compile(r"[零一二两三四五六七八九十百千]*[零一二两三四五六七八九十百千](?=[万亿千百元-])")


def read_money(value: object) -> Money | None:
    """Return a range in 万元.

    A bare figure counts 万元, as on the usual form, unless it is 10,000 or more, which is an error.
    """
    text = _clean(value).replace(",", "").replace("，", "").casefold()
    if _is_open(text):
        return None
    if _FOREIGN.search(text):
        raise _unreadable(value, "外币金额请折合成人民币万元", "convert foreign currency to 万元 (10,000 CNY)")
    text = _CHINESE_NUMBER.sub(_arabic, re.sub(r"[—–－～〜﹣至到]|--", "-", text))
    joined = _JOINED.search(text)
    if joined:
        low_figure, low_unit, high_figure, high_unit = joined.groups()
        high = _in_wan(high_figure, high_unit, value)
        low = _in_wan(low_figure, low_unit or high_unit, value)
        if low > high:
            raise _unreadable(value, "金额下限大于上限", "the range runs backwards")
        return Money(low, high)
    amounts = _AMOUNT.findall(text)
    if len(amounts) != 1:
        raise _unreadable(value, "金额看不懂，请写成“50-100万元”“不超过200万元”或“面议”",
                          "cannot read the amount; write it like 50-100万元, 不超过200万元 or 面议")
    amount = _in_wan(amounts[0][0], amounts[0][1] or None, value)
    if _AT_MOST.search(text):
        return Money(None, amount)
    if _AT_LEAST.search(text):
        return Money(amount, None)
    return Money(amount, amount)


_PRICE = re.compile(
    rf"(?:不超过|不高于|不低于|约|最高|最低)?{_NUMBER}\s*(?:{_UNIT})?元?\s*(?:[-~—–～至到]\s*{_NUMBER}\s*)?"
    rf"(?:{_UNIT})元?(?:以内|以下|以上|左右|起)?"
)


def find_price(terms: str) -> Money | None:
    """Return the one amount of money that the free text `terms` names; None where it names none or several."""
    found = _PRICE.findall(_clean(terms).replace(",", ""))
    if len(found) != 1:
        return None
    try:
        return read_money(found[0])
    except UnreadableValue:
        return None


_QUARTER_MONTH = {"1": 3, "2": 6, "3": 9, "4": 12, "一": 3, "二": 6, "三": 9, "四": 12}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:前|之前|止|以前)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份|底|末|前|之前|止|以前)*")
_QUARTER = re.compile(r"(\d{4})年?第?(?:q([1-4])|([1-4一二三四])季度)[底末前]?")
_HALF = re.compile(r"(\d{4})年?(上|下)半年")
_YEAR = re.compile(r"(\d{4})年?[底末内前]*")
_SPAN = re.compile(r"(?:\d+|[一二两三四五六七八九十半]+)个?(?:月|年|天|日|周)(?:半|内|以内|之内|左右)*")


def read_date(value: object) -> date | None:
    """Return the last day that the text allows (2027年6月 → 2027-06-30).

    A span (6个月内) has no day of its own and gives None, as does an open word (长期, 尽快).
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _clean(value).casefold()
    if _is_open(text) or _SPAN.fullmatch(text):
        return None
    text = re.sub(r"(?:\s|t)\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?$", "", text)
    # A period ("2026-01-01至2027-06-30") ends with its last day.
    text = re.split(r"(?<=[\d日月年])\s*(?:至|到|~|～|—+|--)\s*(?=\d{4})", text)[-1]
    try:
        if found := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _QUARTER.fullmatch(text):
            return _last_day(int(found[1]), _QUARTER_MONTH[found[2] or found[3]])
        if found := _HALF.fullmatch(text):
            return _last_day(int(found[1]), 6 if found[2] == "上" else 12)
        if found := _MONTH.fullmatch(text):
            return _last_day(int(found[1]), int(found[2]))
        if (found := _YEAR.fullmatch(text)) and 1990 <= int(found[1]) <= 2100:
            return date(int(found[1]), 12, 31)
        if isinstance(value, (int, float)) and 32_874 <= value <= 73_050:  # 1990 to 2099
            # A date cell that lost its format: Excel counts days from 1899-12-30.
            return date.fromordinal(date(1899, 12, 30).toordinal() + int(value))
    except ValueError as error:
        raise _unreadable(value, "没有这一天", "there is no such day") from error
    raise _unreadable(value, "日期看不懂，请写成 2027-06-30 或 2027年6月",
                      "cannot read the date; write it like 2027-06-30 or 2027年6月")


_TRL = re.compile(r"(?:trl|技术成熟度|成熟度|第)?([1-9一二三四五六七八九])级?")
_TRL_RANGE = re.compile(r"(?:trl|第)?([1-9])级?[-~至到](?:trl|第)?([1-9])级?")


def read_stage(value: object) -> int | None:
    """Return a technology readiness level, 1–9; of several stages named, the lowest."""
    text = re.sub(r"[\s:：]", "", _clean(value)).casefold()
    if _is_open(text):
        return None
    if found := _TRL_RANGE.fullmatch(re.sub(r"[—–－～]", "-", text)):
        return min(int(found[1]), int(found[2]))
    if found := _TRL.fullmatch(text):
        figure = found[1]
        return int(figure) if figure.isdigit() else int(cn2an.cn2an(figure))
    if found := re.search(r"trl-?([1-9])(?!\d)", text):
        return int(found[1])
    ticked = _ticked(_clean(value))
    parts = ticked if ticked is not None else re.split(r"[、，,;；/\n]|或|和|及", text)
    # 未完成中试 and 尚未产业化 assert nothing of the stage that they name.
    keys = [vocabulary().match("stages", part) for part in parts if part and not re.search(r"[未没无尚]", part)]
    stages = [int(key) for key in keys if key]
    if not stages:
        raise _unreadable(value, "阶段看不懂，请写成“小试”“中试”“产业化”或 TRL1–9",
                          "cannot read the stage; write 小试, 中试, 产业化 or TRL1–9")
    return min(stages)


def read_modes(value: object) -> list[Mode]:
    """Return cooperation modes in the order written; words that no list knows become ``other``."""
    items = value if isinstance(value, list) else None
    if items is None:
        ticked = _ticked(_clean(value))
        items = ticked if ticked is not None else SEPARATORS.split(_clean(value))
    modes = []
    for item in items:
        word = re.sub(r"[_＿.。]+", "", str(item)).strip()
        if not word or (vocabulary().is_open(word) and word != "不限"):
            continue
        modes.append(Mode(vocabulary().match("modes", word) or Mode.OTHER))
    return list(dict.fromkeys(modes))


def read_ownership(value: object) -> Ownership | None:
    """Return whose the intellectual property shall be, or None where the form leaves it empty."""
    text = _clean(value)
    ticked = _ticked(text)
    if ticked is not None:
        text = ticked[0] if ticked else ""
    if not text or text in ("/", "无", "-"):
        return None
    key = vocabulary().match("ownership", text)
    if key is None:
        raise _unreadable(value, "产权归属看不懂，请写“归企业所有”“双方共有”“归研发方所有”或“协商确定”",
                          "cannot read the ownership; write 归企业所有, 双方共有, 归研发方所有 or 协商确定")
    return Ownership(key)


def read_list(value: object) -> list[str]:
    """Split what a cell enumerates; the order stays, repeats go."""
    if isinstance(value, list):
        items = [str(item) for item in value]
    else:
        text = _clean(value)
        items = SEPARATORS.split(text)
        # Chinese names and keywords are often parted by spaces alone.
        if len(items) == 1 and not re.search(r"[A-Za-z]", text):
            items = _SPACES.split(text)
    return [item for item in dict.fromkeys(item.strip(" .。") for item in items) if item and item not in ("/", "无")]


_NUMBERED = re.compile(r"[（(]\d{1,2}[)）]|[①-⑳]|(?:^|(?<=[\s。；;，,]))(?:\d{1,2}[)）]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[一二三四五六七八九十]、)\s*")


def read_indicators(value: object) -> list[str]:
    """Split the assessed indicators (考核指标) of a cell, one string each."""
    if isinstance(value, list):
        return [str(item).strip() for item in value if str(item).strip()]
    items = re.split(r"[;；\n\r。]+", _NUMBERED.sub("\n", str(value or "")))
    return [item for item in (item.strip(" ，,、") for item in items) if item and not _is_open(item)]


_PLACE = re.compile(r"^(?P<region>(?:[^省市区县]{1,8}(?:省|自治区|特别行政区))?(?:[^省县区]{1,8}?(?:市|州|盟|地区|示范区))?)(?P<county>[^市县区]{1,8}(?:县|区|旗|市))?")


def read_place(text: str) -> tuple[str, str]:
    """Return (region, county) of an address: 陕西省商洛市镇安县… → (陕西省商洛市, 镇安县); "" where unsaid."""
    text = _SPACES.sub("", _clean(text))
    if not text:
        return "", ""
    for county in vocabulary().lists["counties"]:
        stem = county[:-1]
        if text in (stem, county):
            return "", county
        if county in text:
            return text[: text.index(county)], county
    found = _PLACE.match(text)
    if found and (found["region"] or found["county"]):
        return found["region"] or "", found["county"] or ""
    return text, ""


_TICK = re.compile(r"[☑☒✓✔√■▣◼●]\s*([^□☐☑☒✓✔√■▣◼●○◯\s、，,;；/]+)")
_BOX = re.compile(r"[□☐○◯]")


def _ticked(text: str) -> list[str] | None:
    """Return the ticked choices of a form (☑中试 □小试); None where the text has no boxes."""
    ticked = _TICK.findall(text)
    if ticked:
        return ticked
    return [] if _BOX.search(text) else None


def _clean(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip()


def _is_open(text: str) -> bool:
    return vocabulary().is_open(text)


def _arabic(found: re.Match[str]) -> str:
    return str(cn2an.cn2an(found[0], "smart"))


def _in_wan(figure: str, unit: str | None, value: object) -> float:
    amount = float(figure)
    if unit is None and amount >= 10_000:
        raise _unreadable(value, "金额没有单位，请写明“元”或“万元”", "the amount has no unit; write 元 or 万元")
    return round(amount * _UNITS[unit or "万"], 6)


def _last_day(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _unreadable(value: object, zh: str, en: str) -> UnreadableValue:
    return UnreadableValue(f"{zh}（现为“{shorten(value)}”）", f"{en} (found '{shorten(value)}')")
