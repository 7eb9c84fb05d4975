"""Numbers and units of technical texts: how they are written, and what they come to.

A unit is a dimension (what it measures) and a size; figures convert where dimensions are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import cn2an

Dimension = tuple[tuple[str, int], ...]

# Units: what each measures and how large it is. SI prefixes, squares and cubes are derived. Nothing
# turns months into days: a month has no fixed number of them.
_PREFIXED = """m length 1 nμmck|米 length 1 纳微毫厘千|g mass 1 nμmk|克 mass 1 纳微毫千|L volume .001 μm
升 volume .001 微毫分|Pa pressure 1 mkMG|帕 pressure 1 千兆|W power 1 μmkMG|瓦 power 1 微毫千兆
Wh energy 3600 kMG|瓦时 energy 3600 千兆|J energy 1 mkM|焦 energy 1 千兆|V voltage 1 μmk|伏 voltage 1 毫千
A current 1 μmk|安 current 1 微毫千|Ah charge 3600 m|安时 charge 3600 毫|Ω resistance 1 μmkM
欧 resistance 1 微毫千兆|N force 1 mk|牛 force 1 毫千|Hz frequency 1 kMG|赫兹 frequency 1 千兆
mol amount 1 mμ|摩尔 amount 1 毫微|S conductance 1 mμ|西门子 conductance 1 毫微|s time 1 mμn|秒 time 1 毫微纳"""
_PREFIXES = dict(zip("nμmckMG纳微毫厘分千兆", [1e-9, 1e-6, 1e-3, 1e-2, 1e3, 1e6, 1e9, 1e-9, 1e-6, 1e-3,
                                              1e-2, 1e-1, 1e3, 1e6], strict=True))  # fmt: skip
_SINGLE = """mass t 1e6|mass 吨 1e6|mass 公斤 1e3|mass 斤 500|length 公里 1e3|length 公分 .01|length 丝 1e-5
area ㎡ 1|area 平米 1|area 亩 666.6666667|area 公顷 1e4|time min 60|time 分钟 60|time h 3600|time 小时 3600
time d 86400|time 天 86400|time 日 86400|time 周 604800|calendar 个月 1|calendar 月 1|calendar 年 12|calendar a 12
pressure bar 1e5|force 公斤力 9.80665|force kgf 9.80665|share % .01|share ‰ .001|share ppm 1e-6|share ppb 1e-9
share wt% .01|share 成 .1|CNY 元 1|℃ ℃ 1|℃ °C 1|℃ 摄氏度 1|degree ° 1|degree 度 1|turn r 1|turn 转 1
decibel dB 1|decibel 分贝 1|decibel dB(A) 1"""
#: What is counted or graded measures only itself.
COUNTED = (
    *"台套件个只次人种批根袋块片条株棒包瓶盒箱罐户名项组座家头级倍分颗粒",
    *("模次", "个百分点", "HRC", "HRB", "HB", "HV", "NTU", "K", "rpm"),
)
_DERIVED = {"volume": {"length": 3}, "area": {"length": 2}, "pressure": {"force": 1, "length": -2},
            "energy": {"power": 1, "time": 1}, "charge": {"current": 1, "time": 1}, "share": {},
            "conductance": {"resistance": -1}}  # fmt: skip


def _units() -> dict[str, tuple[str, float]]:
    table = {unit: (unit, 1.0) for unit in COUNTED}
    for what, unit, size in (row.split() for row in re.split(r"[|\n]", _SINGLE)):
        table[unit] = (what, float(size))
    for unit, what, size, prefixes in (row.split() for row in re.split(r"[|\n]", _PREFIXED)):
        table |= {f"{p}{unit}": (what, float(size) * _PREFIXES.get(p, 1.0)) for p in ("", *prefixes)}
    for unit, size in [(unit, size) for unit, (what, size) in table.items() if what == "length"]:
        for power, what, sign, spelled in ((2, "area", "²", "平方"), (3, "volume", "³", "立方")):
            for written in (f"{unit}{power}", f"{unit}^{power}", f"{unit}{sign}", f"{spelled}{unit}"):
                table[written] = (what, size**power)
    return table


UNITS = _units()
ATOM = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_TERM = rf"(?:{ATOM})(?:[·⋅*](?:{ATOM})){{0,2}}"
UNIT = rf"{_TERM}(?:(?:/|每|per )\(?(?:\d{{1,4}}|百|千)?{_TERM}\)?){{0,2}}(?![A-Za-z])"
_POWER = r"\s?[×xX*]\s?10(?:\^[-−]?\d{1,2}|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|\^\d{1,2}|[eE][-+]?\d{1,2}(?![\dA-Za-z])"
ARABIC = rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,4}}|\d{{1,15}})(?:\.\d{{1,9}})?(?:{_POWER})?(?!\d)"
CHINESE = r"[零一二两三四五六七八九十百半]{1,6}"
MANY = {"百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def rounded(value: float) -> float:
    """Return the value without the last digits, which a conversion may change."""
    return float(f"{value:.10g}")


@lru_cache(maxsize=1024)
def measure(unit: str, per: str = "") -> tuple[Dimension, float]:
    """Return the dimension of a unit and its size; of a bare number, ("number", 1)."""
    dimension, size = Counter[str](), 1.0
    power = 1
    for token in re.finditer(rf"({ATOM})|(\d+|百|千)|(/|每|per )", f"{unit}/{per}" if per and unit else unit):
        if token[3]:
            power = -1
        elif token[2]:
            size *= (MANY.get(token[2]) or float(token[2]) or 1.0) ** power
        else:
            what, one = UNITS[token[1]]
            size *= one**power
            for base, exponent in _DERIVED.get(what, {what: 1}).items():
                dimension[base] += power * exponent
    if not unit:
        dimension["number"] = 1
    return tuple(sorted((base, exponent) for base, exponent in dimension.items() if exponent)), size


def read_number(written: str) -> float | None:
    """Return what ARABIC or CHINESE found, or None: 三四 is no number."""
    if written[0].isdigit():
        plain = written.translate(_RAISED).replace(",", "").replace(" ", "").replace("−", "-")
        plain = re.sub(r"^10\^", "1e", re.sub(r"[×xX*]10\^?", "e", plain))
        return None if "^" in plain else float(plain)
    if written in ("半", "一半"):
        return 0.5 if written == "半" else 5.0
    try:
        return float(cn2an.cn2an(written.removeprefix("百分之").replace("两", "二"), "strict"))
    except ValueError:
        return None
