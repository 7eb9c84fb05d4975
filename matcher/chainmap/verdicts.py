"""Verdicts (裁定) on nodes, by rules that are data: rules.yaml, or a file of an installation's own.

The grammar is as small as it can be, so that whoever answers for the map can read and change the rules.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import Field, ValidationError

from corpora.errors import BadRequest, UnreadableFile, shorten
from corpora.yamls import load_yaml
from matcher.chainmap.integration import Numbers, RuleText

#: What conditions and sentences may speak of.
NAMES = (*Numbers.model_fields, "suppliers", "records")

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_SUMS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
_OPERAND = r"(?:[a-z_]+|\d{1,6}(?:\.\d{1,4})?)"
_TERM = rf"({_OPERAND})(?:\s*([-+*/])\s*({_OPERAND}))?"
_CONDITION = re.compile(rf"\s*{_TERM}\s*(>=|<=|==|!=|>|<)\s*{_TERM}\s*")
_MAX_BYTES = 100_000


@dataclass(frozen=True)
class Term:
    """A name or a number, or two of them joined."""

    first: str
    sign: str = ""
    second: str = ""

    def value(self, numbers: Mapping[str, float]) -> float:
        """Raises ZeroDivisionError."""
        first = _value(self.first, numbers)
        return _SUMS[self.sign](first, _value(self.second, numbers)) if self.sign else first

    @property
    def names(self) -> set[str]:
        return {one for one in (self.first, self.second) if one in NAMES}


@dataclass(frozen=True)
class Condition:
    """A comparison of two terms."""

    left: Term
    sign: str
    right: Term

    def holds(self, numbers: Mapping[str, float]) -> bool:
        """Return whether it does; one that would divide by nothing does not."""
        try:
            return _COMPARISONS[self.sign](self.left.value(numbers), self.right.value(numbers))
        except ZeroDivisionError:
            return False


@dataclass(frozen=True)
class Rule:
    """When a verdict is given, and how it is said."""

    text: RuleText
    conditions: tuple[Condition, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The numbers that it speaks of, in the order of NAMES."""
        spoken = {name for text in (self.text.zh, self.text.en) for name in _placeholders(text)}
        spoken |= {name for one in self.conditions for term in (one.left, one.right) for name in term.names}
        return tuple(name for name in NAMES if name in spoken)

    def said(self, numbers: Mapping[str, float]) -> tuple[str, str]:
        """Return why it holds, in Chinese and English."""
        return self.text.zh.format(**numbers), self.text.en.format(**numbers)


class _Written(RuleText):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    when: tuple[str, ...] = Field(max_length=20)
    zh: str = Field(min_length=1, max_length=300)
    en: str = Field(min_length=1, max_length=300)


def numbers_by_name(numbers: Numbers) -> dict[str, int]:
    """Return what rules may speak of."""
    return {name: getattr(numbers, name) for name in NAMES}


def decide(rules: Iterable[Rule], numbers: Numbers) -> Rule:
    """Return the first rule that holds."""
    said = numbers_by_name(numbers)
    return next(one for one in rules if all(each.holds(said) for each in one.conditions))


def rules_in_use(path: Path | None) -> tuple[Rule, ...]:
    """Return the rules of an installation's own file, else the shipped ones. Raises BadRequest."""
    if path is None:
        return shipped_rules()
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError(f"> {_MAX_BYTES:,} bytes")
        return read_rules(path.read_text("utf-8"), str(path))
    except (OSError, ValueError) as error:
        raise BadRequest(
            f"裁定规则文件 {path} 读不了（{shorten(error, 120)}）；请检查 MATCHER_MAP_RULES，或不设它而用自带的规则",
            f"cannot read the rules {path} ({shorten(error, 120)}); check MATCHER_MAP_RULES, or leave it out to use the shipped ones",
        ) from error


@cache
def shipped_rules() -> tuple[Rule, ...]:
    text = (resources.files("matcher") / "chainmap" / "rules.yaml").read_text("utf-8")
    return read_rules(text, "rules.yaml")


def read_rules(text: str, where: str) -> tuple[Rule, ...]:
    """Return the rules that the YAML `text` has. Raises BadRequest, naming the rule that is wrong and why."""
    try:
        content = load_yaml(text, where)
    except UnreadableFile as error:
        raise BadRequest(error.zh, error.en) from error
    written = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(written, list) or not written:
        raise _wrong(where, "", "应有 rules 一项，下列规则", "needs the key rules, with a list under it")
    rules = [_rule(one, where, number) for number, one in enumerate(written, 1)]
    seen: set[str] = set()
    for rule in rules:
        if rule.text.id in seen:
            raise _wrong(where, rule.text.id, "编号重复", "the id is used twice")
        seen.add(rule.text.id)
    if rules[-1].conditions:
        raise _wrong(
            where, rules[-1].text.id, "最后一条不能有条件（when: []），否则有的环节无规则可用",
            "the last rule may have no conditions (when: []), or some nodes would have no verdict",
        )  # fmt: skip
    return tuple(rules)


def rules_told(texts: Iterable[RuleText]) -> tuple[Rule, ...]:
    """Return the rules that a map tells. Raises BadRequest."""
    return tuple(_rule(one.model_dump(), "map.json", number) for number, one in enumerate(texts, 1))


def _rule(written: object, where: str, number: int) -> Rule:
    name = str(written.get("id", number)) if isinstance(written, dict) else str(number)
    try:
        one = _Written.model_validate(written)
    except ValidationError as error:
        detail: Any = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        said = f"{place}: {detail['msg']} ({shorten(detail['input'])})"
        raise _wrong(where, name, said, said) from error
    for text in (one.zh, one.en):
        try:
            unknown = [each for each in _placeholders(text) if each not in NAMES]
            text.format(**dict.fromkeys(NAMES, 0))
        except (ValueError, LookupError, AttributeError) as error:
            raise _wrong(
                where, name, f"句子“{shorten(text)}”里的花括号不对", f"wrong braces in '{shorten(text)}'"
            ) from error
        if unknown:
            raise _wrong(
                where, name, f"句子里的“{shorten(unknown[0])}”不认识；可用：{'、'.join(NAMES)}",
                f"unknown name '{shorten(unknown[0])}' in a sentence; there are {', '.join(NAMES)}",
            )  # fmt: skip
    # Of the file's own class only what it has in common with a map's.
    told = RuleText(**one.model_dump())
    return Rule(told, tuple(_condition(each, where, name) for each in one.when))


def _condition(text: str, where: str, rule: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise _wrong(
            where, rule, f"条件“{shorten(text)}”不成形，应像 unmet > met 或 unmet / needs >= 0.5",
            f"the condition '{shorten(text)}' is none; write it like unmet > met or unmet / needs >= 0.5",
        )  # fmt: skip
    a, sum_a, b, sign, c, sum_c, d = found.groups()
    for one in (a, b, c, d):
        if one and not one[0].isdigit() and one not in NAMES:
            raise _wrong(
                where, rule, f"条件“{shorten(text)}”里的“{one}”不认识；可用：{'、'.join(NAMES)}",
                f"unknown name '{one}' in the condition '{shorten(text)}'; there are {', '.join(NAMES)}",
            )  # fmt: skip
    return Condition(Term(a, sum_a or "", b or ""), sign, Term(c, sum_c or "", d or ""))


def _value(operand: str, numbers: Mapping[str, float]) -> float:
    return float(operand) if operand[0].isdigit() else numbers[operand]


def _placeholders(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def _wrong(where: str, rule: str, zh: str, en: str) -> BadRequest:
    of_zh, of_en = (f"规则“{shorten(rule)}”：", f"rule '{shorten(rule)}': ") if rule else ("", "")
    return BadRequest(f"裁定规则文件 {where}：{of_zh}{zh}", f"the rules {where}: {of_en}{en}")
