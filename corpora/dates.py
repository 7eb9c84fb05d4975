"""Dates and deadlines as people write them."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

import cn2an

from corpora.cells import clean, is_open, unreadable

_QUARTER_MONTH = {"1": 3, "2": 6, "3": 9, "4": 12, "一": 3, "二": 6, "三": 9, "四": 12}
_TENTH_DAY = {"上": 10, "中": 20}
_BEFORE = re.compile(r"^(?:有效期|截止日期|截止|截至|期限|最迟|于|在|约|预计|计划)*(?:至|到|:)?")
_NOTE = re.compile(r"\([^()\d]*\)$")
_BY = r"(?:之?前|以前|止|为止|左右|完成)*"
_DAY = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})[日号]?{_BY}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})月?(?:份|底|末|([上中下])旬)*{_BY}")
_QUARTER = re.compile(rf"(\d{{4}})年?-?第?(?:q([1-4])|([1-4一二三四])季度)[底末]?{_BY}")
_HALF = re.compile(rf"(\d{{4}})年?(上|下)半年{_BY}")
_MIDDLE = re.compile(rf"(\d{{4}})年?年中{_BY}|(\d{{4}})年中{_BY}")
_YEAR = re.compile(rf"(\d{{4}})年?(?:年?[底末内])?{_BY}")
_SPAN = re.compile(
    r"(?:自?(?:合同|协议|项目)?(?:签订|签约|签署|生效|立项|启动)?(?:之日)?(?:后|起)?的?)?(?:约|预计)?"
    r"(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})(?:-(?:\d{1,3}))?个?(?:月|年|天|日|周)(?:半|内|以内|之内|左右|完成)*"
)
_FROM_TO = re.compile(r"((?:19|20)\d{2}(?!\d).*?)(?:至|到|~|-+)((?:19|20)\d{2}(?!\d).*|(?:19|20)\d{6})")
_MONTHS_OF_YEAR = re.compile(rf"(\d{{4}})[年.]\d{{1,2}}月?(?:至|到|~|-+)(\d{{1,2}})月{_BY}")
_CHINESE = re.compile(r"[〇○零一二三四五六七八九十]+(?=[年月日号])")
_ENGLISH = ("%d%B%Y", "%d%b%Y", "%B%d,%Y", "%b%d,%Y")


def read_date(value: object) -> date | None:
    """Return the last day that the text allows (2027年6月 → 2027-06-30).

    A span (6个月内) has no day of its own and gives None, as does an open word (长期, 尽快).
    """
    if isinstance(value, datetime):
        return _sensible(value.date(), value)
    if isinstance(value, date):
        return _sensible(value, value)
    text = re.sub(
        r"(?<=\d)[\st]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(z|[+-]\d{2}:?\d{2})?$", "", clean(value).casefold()
    )
    text = re.sub(r"\s+", "", re.sub(r"[—–－―～〜﹣]+", "-", text)).removesuffix("。")
    if is_open(text):
        return None
    text = _NOTE.sub("", _CHINESE.sub(_arabic, text))
    if _SPAN.fullmatch(text):
        return None
    try:
        day = _last_day_of(_BEFORE.sub("", text), value)
    except ValueError as error:
        raise unreadable(value, "没有这一天", "there is no such day") from error
    if day is None:
        raise unreadable(
            value,
            "日期看不懂，请写成 2027-06-30 或 2027年6月",
            "cannot read the date; write it like 2027-06-30 or 2027年6月",
        )
    return _sensible(day, value)


def _last_day_of(text: str, value: object) -> date | None:
    """Return the last day that `text` allows, or None; ValueError where there is no such day."""
    if found := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _QUARTER.fullmatch(text):
        return _month_end(int(found[1]), _QUARTER_MONTH[found[2] or found[3]])
    if found := _HALF.fullmatch(text):
        return _month_end(int(found[1]), 6 if found[2] == "上" else 12)
    if found := _MIDDLE.fullmatch(text):
        return _month_end(int(found[1] or found[2]), 6)
    if found := _MONTH.fullmatch(text):
        end = _month_end(int(found[1]), int(found[2]))
        return end.replace(day=_TENTH_DAY.get(found[3], end.day))
    if found := _YEAR.fullmatch(text):
        return date(int(found[1]), 12, 31)
    if found := _MONTHS_OF_YEAR.fullmatch(text):
        return _month_end(int(found[1]), int(found[2]))
    if found := _FROM_TO.fullmatch(text):
        first, last = (_last_day_of(part, None) for part in found.groups())
        return last if first and last and first <= last else None
    if isinstance(value, int | float) and 32_874 <= value <= 73_050:  # 1990 to 2099
        # A date cell that lost its format: Excel counts days from 1899-12-30.
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(value))
    return _english(text)


def _english(text: str) -> date | None:
    for form in _ENGLISH:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    for form in ("%B%Y", "%b%Y"):
        try:
            month = datetime.strptime(text, form)
        except ValueError:
            continue
        return _month_end(month.year, month.month)
    return None


def _sensible(day: date, value: object) -> date:
    if not 1990 <= day.year <= 2100:
        raise unreadable(value, "年份不在 1990–2100 之间", "the year is not between 1990 and 2100")
    return day


def _month_end(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _arabic(found: re.Match[str]) -> str:
    text = found[0].replace("○", "〇")
    if len(text) == 4 and "十" not in text:
        return "".join(str("〇一二三四五六七八九".index(each.replace("零", "〇"))) for each in text)
    try:
        return str(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except ValueError:
        return found[0]
