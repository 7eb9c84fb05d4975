"""Spoken: deadlines and sums as people say them to a colleague, 明年9月, 半年内, 三五十万, put into figures."""

from __future__ import annotations

import re
from datetime import date

from corpora.dates import read_date
from corpora.errors import UnreadableValue
from corpora.money import read_money

_YEARS = {"今年": 0, "明年": 1, "后年": 2}
_DIGITS = {each: number for number, each in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {None: 1, "十": 10, "百": 100}

_YEAR_WORD = re.compile("|".join(_YEARS))
_YEAR_END = re.compile(r"年[底末](?:之?前|以前)?")
_MONTH = re.compile(r"(\d{1,2})月(?:份|底|末)?(?:之?前|以前|左右)?")
_SPAN = re.compile(r"(?:约|大约)?(半|\d{1,2}|[一二两三四五六七八九十])(?:个)?(月|年)(?:之内|以内|内|左右)?")
_ENGLISH_SPAN = re.compile(r"(?:with)?in(?:about)?(\d{1,2}|a|one|half)(?:an?)?(month|year)s?", re.I)
_ENGLISH_YEAR_END = re.compile(r"(?:by|before)?(?:the)?endof(20\d\d)", re.I)
_ENGLISH_QUARTER = re.compile(r"(?:by)?Q([1-4])(20\d\d)", re.I)

#: 三五十万: between thirty and fifty.
_ABOUT = re.compile(r"([一二两三四五六七八九])([二三四五六七八九])(十|百)?[多来]?万")
_YUAN = re.compile(r"yuan|rmb|cny", re.I)
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*(k|thousand|m|million)?", re.I)
_TIMES = {"": 1e-4, "k": 0.1, "thousand": 0.1, "m": 100.0, "million": 100.0}

_DATE_IN_TEXT = re.compile(
    r"(?:20\d\d年|今年|明年|后年)(?:\d{1,2}月(?:\d{1,2}[日号])?|年?[底末]|[上下]半年|年中)"
)
_SUM_IN_TEXT = re.compile(
    r"(?<!已)(?:预算|经费|资金|投入|投资|费用|钱)[^，。；！？,;!?\d\n了]{0,8}?"
    r"(\d+(?:\.\d+)?(?:[-~—至到]\d+(?:\.\d+)?)?[多来余]?万元?|[一二两三四五六七八九][二三四五六七八九][十百]?[多来]?万元?)"
)


def deadline(text: str, today: date) -> str:
    """Return a deadline that is told from today as year and month; any other text as it is."""
    said = re.sub(r"\s+", "", text)
    said = _YEAR_WORD.sub(lambda found: f"{today.year + _YEARS[found[0]]}年", said)
    if _YEAR_END.fullmatch(said):
        return f"{today.year}年底"
    if found := _MONTH.fullmatch(said):
        month = int(found[1])
        return f"{today.year + (month < today.month)}年{month}月" if 1 <= month <= 12 else text
    if found := _SPAN.fullmatch(said):
        return _after(today, found[1], found[2] == "年")
    if found := _ENGLISH_SPAN.fullmatch(said):
        return _after(today, found[1].lower(), found[2].lower() == "year")
    if found := _ENGLISH_YEAR_END.fullmatch(said):
        return f"{found[1]}年底"
    if found := _ENGLISH_QUARTER.fullmatch(said):
        return f"{found[2]}年第{found[1]}季度"
    return said if _YEAR_WORD.search(text) else text


def _after(today: date, number: str, is_years: bool) -> str:
    """Return the month that lies `number` months or years after today."""
    if number in ("半", "half"):
        months = 6 if is_years else 1
    else:
        count = {"a": 1, "one": 1, "十": 10}.get(number) or _DIGITS.get(number) or int(number)
        months = count * (12 if is_years else 1)
    years, month = divmod(today.month - 1 + months, 12)
    return f"{today.year + years}年{month + 1}月"


def budget(text: str) -> str:
    """Return a sum said in words, or in yuan in English, in 万元; any other text as it is."""
    about = _ABOUT.search(text)
    if about and _DIGITS[about[1]] < _DIGITS[about[2]]:
        low, high = (_DIGITS[about[place]] * _TENS[about[3]] for place in (1, 2))
        return f"{text[: about.start()]}{low}-{high}万{text[about.end() :]}"
    if _YUAN.search(text):
        bare = _YUAN.sub("", text.replace(",", "")).strip()
        parts = [_FIGURE.fullmatch(part.strip()) for part in re.split(r"\s*(?:-|–|to)\s*", bare)]
        if 1 <= len(parts) <= 2 and all(parts):
            return "-".join(_in_wan(part) for part in parts if part) + "万元"
    return text


def _in_wan(found: re.Match[str]) -> str:
    return f"{round(float(found[1]) * _TIMES[(found[2] or '').lower()], 4):g}"


def deadline_in(text: str, today: date) -> tuple[str, str] | None:
    """Return the first day to come that a text names: its words, and as it is typed into a form."""
    for found in _DATE_IN_TEXT.finditer(text):
        typed = deadline(found[0], today)
        try:
            day = read_date(typed)
        except UnreadableValue:
            continue
        if day is not None and day >= today:
            return found[0], typed
    return None


def budget_in(text: str) -> tuple[str, str] | None:
    """Return the sum that a text calls a budget: its words, and as it is typed into a form."""
    for found in _SUM_IN_TEXT.finditer(text):
        typed = budget(found[1])
        typed = typed if typed.endswith("元") else f"{typed}元"
        try:
            if read_money(typed) is not None:
                return found[1], typed
        except UnreadableValue:
            continue
    return None
