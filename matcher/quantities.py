"""Quantities in technical texts, Chinese or English: how much, in which unit, of what.

Texts are read as written, in linear time; what cannot be read for certain is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import inf

from matcher.units import ARABIC, ATOM, CHINESE, COUNTED, MANY, UNIT, Dimension, measure, read_number, rounded

#: Quantities read in one text, the first ones; more than any sentence has.
MAX_QUANTITIES = 40
#: Characters before a figure in which its name is looked for.
_NAME_WITHIN = 40

_SIGN = r"±|零下|负|(?<![\w%℃°)])[-−]"
_NUMBER = rf"(?:{ARABIC}|(?:百分之)?{CHINESE})"
_WIDTH: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xB5: 0x3BC}
_HAN = "\u4e00-\u9fff"
_CLAUSE = re.compile(r"[,。;、!?\n|:]|(?<![A-Za-z]) and ")
_ASIDE = re.compile(r"\([^()]{0,20}\)")
_PER = re.compile(rf"(?:每|per )(一|百|千)?({ATOM})(?![A-Za-z])")
#: A figure of something else than what is offered: before it, beside it, hoped for or denied.
_ELSEWHERE = re.compile(
    r"对照|传统|常规|原来|原有|原先|[改处]\w前|现有|国标|市售|进口|同类|普通|预[计期]|有望|计划|拟|理论|尚|未|没|不能"
    r"|难以|无法|分别|进水|进液|原水|原料|原矿|给矿|给料|来料|入料|投料|新鲜|初始|expected|conventional|baseline"
    r"|\bnot (?!less|more)|untreated"
)
#: After a quantity that is a condition of what follows, or that was not reached.
_WHEN = re.compile(
    r"时(?!间)|下(?!降)|的?(?:条件|情况)|后|[^,。;\d]{0,6}(?:目标|没有达到|未达|未能|尚未|难以)"
)
_FROM = re.compile(r"(?:由|从)[^,由从\d]{0,8}$|from $")
_LEVELLED = re.compile(rf"\s?[{_HAN}]{{0,6}}[到至为成]\s?|\s?to\s?")

#: What stands before a figure, nearest first, until its name: a bound, a change, or nothing of weight.
_WORDS: dict[str, str] = {}
for _meaning, _listed in {
    "≥": "≥ >= => ⩾ ≧ 不低于 不小于 不少于 不短于 不得低于 不得少于 不得小于 大于等于 大于或等于 至少 最少 最低 最小 "
         "at_least no_less_than not_less_than minimum no_lower_than",
    ">": "> 大于 高于 多于 超过 超出 more_than greater_than higher_than over above exceeding exceeds",
    "≤": "≤ <= =< ⩽ ≦ 不超过 不高于 不大于 不多于 不长于 不得超过 不得高于 不得大于 小于等于 小于或等于 至多 最多 最高 "
         "最大 最长 可达 高达 up_to at_most no_more_than not_more_than maximum no_higher_than not_exceeding",
    "<": "< 小于 低于 少于 短于 不足 不到 近 接近 less_than lower_than below under nearly almost within",
    "reach": "达到 达 提高到 提高至 提升到 提升至 升至 升到 增至 增加到 恢复到 reach reaches reached reaching",
    "cut": "降到 降至 降为 降低到 降低至 下降到 下降至 减到 减至 减少到 缩短到 缩短至 缩到 缩小到 控制在 控制到 压到 降低为 "
         "减少至 缩小至 压缩到",
    "rise!": "提高 提升 raised_by improved_by improve_by",
    "rise": "增加 增长 上升 升高 增大 新增 高 多 increased_by increases_by rises_by",
    "fall!": "降低 减少 缩短 节约 节省 reduced_by reduce_by cut_by lowered_by",
    "fall": "下降 衰减 减小 降 低 少 省 decreased_by decreases_by falls_by drops_by",
    "": "了 约 大约 为 是 有 只 只有 仅 均 都 已 可 稳定在 稳定 保持在 维持在 平均 在 占 : = 由 从 的 实测 "
        "of is was are at about the a to only to_be with",
}.items():  # fmt: skip
    _WORDS |= {word.replace("_", " "): _meaning for word in _listed.split()}
_WORD_LENGTHS = sorted({len(word) for word in _WORDS}, reverse=True)
_SUFFIXES = re.compile(r"(?<=..)(?:含量|浓度|能力|占比|温度|时间|强度|容量|用量|保持|[率量值])$")
_CHANGED = re.compile("提高|提升|增加|新增|(?P<fall>降低|减少|缩短|节约|节省|下降)")
_AGAINST = re.compile(
    rf"(?:相?比(?![例表重率值容能])|较|than )(?:(?!{_CHANGED.pattern.replace('?P<fall>', '?:')}).)*"
)
_IDLE = re.compile(
    rf"^(?:[和与及或并且而其该使将把让含每]|the |an? |and )+|产品|成品|平均|的|[\s\"“”]+(?=[{_HAN}])|(?<=[{_HAN}])[\s\"“”]+"
)

_OF = re.compile(rf"\s?的([{_HAN}]{{2,8}})|\s([A-Za-z][a-z -]{{2,30}})")

#: An end of an interval: the value, and +1 just above it, -1 just below it.
End = tuple[float, int]


@dataclass(frozen=True)
class Quantity:
    """One quantity as written: the interval that it says, of what, in which dimension.

    `change` is "rise" or "fall" for "提高15%", "" for a level; `sense` says where a figure without
    bounds points when it is asked: "达到15%" means at least, "降至15%" at most.
    """

    written: str
    name: str
    dimension: Dimension
    low: End
    high: End
    change: str = ""
    sense: str = ""
    #: Not what is offered: a condition, of the control, of before, hoped for.
    elsewhere: bool = False

    @property
    def bounded(self) -> bool:
        """True where it says at least or at most."""
        return bool(self.sense) or self.low[0] == -inf or self.high[0] == inf

    def asked(self) -> Quantity:
        """Return what the figure demands where it stands in a need."""
        low = self.low if self.sense != "cut" else (-inf, 0)
        high = self.high if self.sense != "reach" else (inf, 0)
        return Quantity(self.written, self.name, self.dimension, low, high, self.change, self.sense)


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of a quantity; with all the units it takes a while to compile, so at first use."""
    return re.compile(
        rf"(?P<sign>{_SIGN})?\s?(?<![\d.^])(?P<low>{_NUMBER})(?P<many>千万|百万|[百千万亿])?(?P<more>[多余来]?)\s?"
        rf"(?P<unit>{UNIT})?(?:\s?(?:[-–—−~]{{1,2}}|至|到|±)\s?(?P<sign2>{_SIGN})?(?P<high>{ARABIC})"
        rf"(?P<many2>千万|百万|[百千万亿])?\s?(?P<unit2>{UNIT})?)?"
        r"(?P<after>\s?(?:(?:及|或)?以上|以下|以内|之内|内(?![部径外孔壁衣腔胆层])|or (?:more|above|higher|less|below)))?"
    )


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order, at most MAX_QUANTITIES; model numbers, dates and ratios are none."""
    plain = text.translate(_WIDTH)
    found: list[Quantity] = []
    end, came_from, per = 0, False, ""
    for match in _pattern().finditer(plain):
        before = plain[max(end, match.start() - _NAME_WITHIN) : match.start()]
        clause, meanings, starts = _strip_words(before)
        began = _FROM.search(before)
        if began:
            clause = _strip_words(before[: began.start()])[0]
        if _is_label(plain, match, bool(meanings or began)):
            if match["unit"] in ("年", "月", "日"):
                end = match.end()
            continue
        each = _PER.search(clause)
        # 由0.13mm降至0.04mm: the first is of before; the last is what is now, of the same name.
        levelled = came_from and bool(_LEVELLED.fullmatch(before))
        per = (each[1] or "") + each[2] if each else per if levelled else ""
        read = _interval(match, meanings, per)
        if read is None:
            continue
        name, change = _name(_PER.sub("", clause), meanings)
        if levelled:
            name, change = found[-1].name, found[-1].change
            found[-1] = replace(found[-1], elsewhere=True)
        elif not name and (of := _OF.match(plain, match.end())):
            name, change = _name(of[1] or of[2], ())
        sense = next((word.rstrip("!") for word in meanings if word in ("reach", "cut")), "")
        if match["sign"] == "±":
            sense = "cut"
        elif any(word.endswith("!") for word in meanings):
            sense = "reach"
        found.append(
            Quantity(
                text[match.start() - len(before) + starts : match.end()].strip(), name, *read, change, sense,
                _is_elsewhere(clause, plain, match, bool(began), found[-1:] if before.startswith("、") else []),
            )
        )  # fmt: skip
        end, came_from = match.end(), bool(began)
        if len(found) == MAX_QUANTITIES:
            break
    return tuple(found)


def _is_elsewhere(
    clause: str, plain: str, match: re.Match[str], began: bool, listed_after: list[Quantity]
) -> bool:
    """True for what is not offered; what a list (进水氨氮80、总铁168毫克每升) begins with holds for all of it."""
    return (
        bool(_ELSEWHERE.search(_AGAINST.sub("", clause)) or _WHEN.match(plain, match.end()))
        or (began and "到" in match[0])
        or any(one.elsewhere for one in listed_after)
    )


def _strip_words(before: str) -> tuple[str, list[str], int]:
    """Return the clause before a figure without its last words, what they mean, and where bounds begin."""
    rest, meanings, start = before.rstrip(), [], len(before)
    while word := next((rest[-n:] for n in _WORD_LENGTHS if rest[-n:].casefold() in _WORDS), ""):
        if word.isascii() and word[0].isalpha() and rest[-len(word) - 1 : -len(word)].isalpha():
            break
        rest = rest[: -len(word)]
        if meaning := _WORDS[word.casefold()]:
            meanings.append(meaning)
            start = len(rest)
        rest = rest.rstrip()
    return _CLAUSE.split(_ASIDE.sub("", rest))[-1], meanings, start


def _name(clause: str, meanings: Sequence[str]) -> tuple[str, str]:
    """Return what a figure is of, and its change where the clause or the words after it say one."""
    change = next((word.rstrip("!") for word in meanings if word.rstrip("!") in ("rise", "fall")), "")
    name = _AGAINST.sub("", clause.casefold())
    if not change and (said := _CHANGED.search(name)):
        change = "fall" if said["fall"] else "rise"
        name = (
            name[said.end() :] if said.start() and len(name) - said.end() > 3 else name.replace(said[0], "")
        )
    name = _IDLE.sub("", name).strip()
    for _ in range(2):
        name = _SUFFIXES.sub("", name)
    return name.rpartition("含")[2] or name, change


def _is_label(plain: str, match: re.Match[str], bounded: bool) -> bool:
    """True for a number that names or counts by the way: GB/T 4754, TRL7, 304不锈钢, 2024年, 1:3, 第3级."""
    before, after = plain[max(0, match.start() - 2) : match.start()], plain[match.end() : match.end() + 2]
    unit, written = match["unit2"] or match["unit"] or "", match["low"]
    if before.endswith(("第", "×")) or unit in ("月", "日", "a") or after[:1] == "半":
        return True
    if re.fullmatch(r"[:∶/×xX*-]\d", after) or re.fullmatch(r"\d[:∶/xX*-]", before):
        return True
    if not written[0].isdigit():
        vague = before[-1:] in ("几", "数", "近", "上", "每") or unit in COUNTED or unit in ("度", "方")
        return vague or not (unit or written == "一半" or written.startswith("百分之"))
    if unit == "年" and re.fullmatch(r"(?:19|20)\d\d", match["high"] or written):
        return True
    lettered = bool(re.search(r"[A-Za-z][-\s]?$", before)) and not before.endswith(("pH", "PH"))
    if unit:
        return unit in COUNTED and ((lettered and not bounded) or after[:1] in set("件别配有能需工员离析合"))
    if re.match(r"[.)、]", after) and re.search(
        r"(?:^|[\s;,。(])$", plain[max(0, match.start() - 1) : match.start()]
    ):
        return True
    return not bounded and (lettered or not (match["after"] or re.match(r"[,。;、)!?\n左]|$", after)))


def _interval(match: re.Match[str], meanings: Sequence[str], per: str) -> tuple[Dimension, End, End] | None:
    """Return the dimension and the two ends of a figure, or None where it cannot be read."""
    unit = match["unit2"] or match["unit"] or ("%" if "百分之" in match["low"] else "")
    if match["sign"] == "零下" and unit == "度":
        unit = "℃"
    dimension, size = measure("成" if match["low"] == "一半" else unit, per)
    first, second = read_number(match["low"]), read_number(match["high"]) if match["high"] else None
    if first is None or (match["high"] and second is None):
        return None
    size_low, many = size, match["many"] or match["many2"]
    if second is not None and match["unit"] and match["unit"] != unit:
        other, size_low = measure(match["unit"], per)
        if other != dimension:
            return None
    minus = [sign in ("零下", "负", "-", "−") for sign in (match["sign"], match["sign2"])]
    low = rounded((-first if minus[0] else first) * MANY.get(many or "", 1.0) * size_low)
    if second is not None:
        high = rounded((-second if minus[1] else second) * MANY.get(match["many2"] or "", 1.0) * size)
        if "±" in match[0][1:]:
            low, high = low - high, low + high
        return dimension, (min(low, high), 0), (max(low, high), 0)
    after = match["after"] or ""
    said = next((word for word in meanings if word in ("≥", ">", "≤", "<")), "")
    if not said and (after.strip() or match["more"] in ("多", "余")):
        said = "≥" if re.search("上|more|above|higher", after) else "≤" if after.strip() else ">"
    floor: End = (-inf, 0) if said in ("≤", "<") else (low, int(said == ">"))
    return dimension, floor, (inf, 0) if said in ("≥", ">") else (low, -int(said == "<"))
