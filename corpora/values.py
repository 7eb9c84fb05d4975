"""Reading what people write in a cell: money, dates, stages, modes, places, lists.

Each ``read_…`` takes what a cell holds (text, a number, a date) and returns the value, None where
the cell leaves it open, or raises UnreadableValue. Nothing is guessed: a text with figures in it
that no rule understands is an error, not a shrug.
"""

from __future__ import annotations

import re

import cn2an

from corpora.cells import LONG, clean, is_open, ticked, unreadable
from corpora.dates import read_date
from corpora.money import Money, find_price, read_money
from corpora.vocabulary import Mode, Ownership, vocabulary

__all__ = [
    "Money",
    "find_price",
    "read_date",
    "read_indicators",
    "read_list",
    "read_modes",
    "read_money",
    "read_ownership",
    "read_place",
    "read_stage",
]

#: What parts the items of a list; a stroke within AI/ML or a comma within 2,4-D does not.
SEPARATORS = re.compile(r"(?:[、，;；|\n\r]|(?<!\d),|,(?!\d)|(?<![A-Za-z0-9])/|/(?![A-Za-z0-9]))+")
_HAN = "\u4e00-\u9fff"
_HAN_SPACE = re.compile(rf"(?<=[{_HAN})])\s+(?=[{_HAN}(])")
#: 李 明, spread out to the width of 欧阳明.
_SPREAD_NAME = re.compile(rf"(?<![{_HAN}])([{_HAN}])\s+([{_HAN}])(?![{_HAN}])")

_TRL = re.compile(r"(?:trl|技术成熟度|成熟度|第)?([1-9一二三四五六七八九])级?")
_TRL_RANGE = re.compile(r"(?:trl|第)?([1-9])级?[-~至到](?:trl|第)?([1-9])级?")
#: 未完成中试, 待产业化 and 可进行中试 assert nothing of the stage that they name.
_NOT_YET = re.compile(
    r"[未没尚待拟]|暂无|准备|计划|即将|有望|有待|前期|可进行|可开展|进入.*前|具备.*条件|无(?=样|小|中|产|批)"
)


def read_stage(value: object) -> int | None:
    """Return a technology readiness level, 1–9; of several stages named, the lowest."""
    written = clean(value)
    text = re.sub(r"[\s:]", "", written).casefold()
    if is_open(text):
        return None
    if found := _TRL_RANGE.fullmatch(re.sub(r"[—–－～]", "-", text)):
        return min(int(found[1]), int(found[2]))
    if found := _TRL.fullmatch(text):
        figure = found[1]
        return int(figure) if figure.isdigit() else int(cn2an.cn2an(figure))
    choices = ticked(written)
    if choices == []:
        return None
    if choices is None and (found := re.search(r"trl-?([1-9])(?!\d)", text)):
        return int(found[1])
    stages = [
        stage
        for part in choices or re.split(r"[、，,;；/\n→]|或|和|及(?!以上)", written)
        if part and not _NOT_YET.search(part) and (stage := _stage_of(part))
    ]
    if not stages:
        raise unreadable(
            value,
            "阶段看不懂，请写成“小试”“中试”“产业化”或 TRL1–9",
            "cannot read the stage; write 小试, 中试, 产业化 or TRL1–9",
        )
    return min(stages)


def _stage_of(text: str) -> int | None:
    if found := re.search(r"trl[\s-]*([1-9])(?!\d)", text.casefold()):
        return int(found[1])
    key = None if re.fullmatch(r"\W*\d+\W*", text) else vocabulary().match("stages", text)
    return int(key) if key else None


def read_modes(value: object) -> list[Mode]:
    """Return cooperation modes in the order written; words that no list knows become ``other``."""
    if isinstance(value, list):
        items = [clean(item) for item in value]
    else:
        text = clean(value, 2_000)
        choices = ticked(text)
        items = SEPARATORS.split(_NUMBERED.sub("\n", text)) if choices is None else choices
    modes = []
    for item in items:
        word = re.sub(r"[_＿.。]+", "", item).strip()
        if not word or (is_open(word) and word != "不限"):
            continue
        parts = [word]
        if not vocabulary().match("modes", word, whole=True):
            parts = [
                part for part in re.split(rf"或|和|与|及|[+&]|{_HAN_SPACE.pattern}", word) if part.strip()
            ]
        modes += [Mode(vocabulary().match("modes", part) or Mode.OTHER) for part in parts]
    return list(dict.fromkeys(modes))


def read_ownership(value: object) -> Ownership | None:
    """Return whose the intellectual property shall be, or None where the form leaves it empty."""
    text = clean(value)
    choices = ticked(text)
    if choices is not None:
        if len(choices) > 1:
            raise unreadable(value, "产权归属只能选一项", "choose one ownership only")
        text = choices[0] if choices else ""
    if not text or text in ("/", "无", "-"):
        return None
    words = vocabulary()
    key = words.match("ownership", text, whole=True) or words.match("ownership", f"归{text}所有", whole=True)
    if key is None and re.search(r"共有|共同|共享|各占|各持", text):
        key = Ownership.SHARED
    key = key or words.match("ownership", text)
    if key is None:
        raise unreadable(
            value,
            "产权归属看不懂，请写“归企业所有”“双方共有”“归研发方所有”或“协商确定”",
            "cannot read the ownership; write 归企业所有, 双方共有, 归研发方所有 or 协商确定",
        )
    return Ownership(key)


_NUMBERED = re.compile(
    r"[（(]\d{1,2}[)）]|[①-⑳]"
    r"|(?:^|(?<=[\s。；;，,]))(?:\d{1,2}[)）]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[一二三四五六七八九十]、)\s*"
)


def read_list(value: object) -> list[str]:
    """Split what a cell enumerates; the order stays, repeats go."""
    if isinstance(value, list):
        items = [clean(item, LONG) for item in value]
    else:
        text = _SPREAD_NAME.sub(r"\1\2", _NUMBERED.sub("\n", clean(value, LONG)))
        boxes = ticked(text)
        items = SEPARATORS.split(text) if boxes is None else boxes
        # Chinese names and keywords are often parted by spaces alone.
        if boxes is None and len(items) == 1:
            items = _HAN_SPACE.split(text)
    return [
        item
        for item in dict.fromkeys(item.strip(" .。") for item in items)
        if item and item not in ("/", "无")
    ]


def read_indicators(value: object) -> list[str]:
    """Split the assessed indicators (考核指标) of a cell, one string each."""
    if isinstance(value, list):
        return [text for item in value if (text := _written(item).strip())]
    items = re.split(r"[;；\n\r。]+", _NUMBERED.sub("\n", _written(value)))
    return [item for item in (item.strip(" ，,、") for item in items) if item and not is_open(item)]


def _written(value: object) -> str:
    """Return the text as written: full-width signs and superscripts of an indicator mean something."""
    normal = clean(value, LONG)
    return str(value) if isinstance(value, str) else normal


_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_SUFFIXES = ("省", "市", "州", "区", "盟")
_PLACE = re.compile(
    rf"(?P<region>(?:(?:{_PROVINCES})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?)?"
    r"(?:[^省市县区]{1,10}?(?:市|自治州|地区|盟|示范区))?)(?P<county>[^省市县区]{1,8}(?:县|区|旗|市))?"
)


def read_place(text: str) -> tuple[str, str]:
    """Return (region, county) of an address, "" where unsaid: 陕西省商洛市镇安县 → (陕西省商洛市, 镇安县)."""
    text = re.sub(r"[\s/\-·>、，,]+", "", clean(text, LONG))
    if not text:
        return "", ""
    for county in vocabulary().lists["counties"]:
        stem = county[:-1]
        if text == stem:
            return "", county
        if county in text:
            return text[: text.index(county)], county
        if re.fullmatch(rf"(?:(?:{_PROVINCES})省?)?(?:[{_HAN}]{{2,4}}市?)?{stem}", text):
            return text.removesuffix(stem), county
    found = _PLACE.match(text)
    # 陕西商洛 has no suffix that says where its parts end: all of it is the region.
    if found and (found["county"] or found["region"].endswith(_SUFFIXES)):
        return found["region"], found["county"] or ""
    return text, ""
