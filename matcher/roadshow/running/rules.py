"""The rules of a timetable: which a plan breaks, who is concerned, and how grave that is for its organizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from matcher.roadshow.board import Board
from matcher.roadshow.plan import Plan
from matcher.roadshow.running.breaches import breaches


class Severity(StrEnum):
    """What a broken rule does: it forbids, it is shown, or nobody minds."""

    BLOCK = "block"
    WARN = "warn"
    IGNORE = "ignore"


class Rule(NamedTuple):
    zh: str
    en: str
    severity: Severity


#: Every rule by name: what it asks, and how grave it is where nobody chose.
RULES: dict[str, Rule] = {
    "table_twice": Rule("一张桌子同一时间只坐一场", "a table seats one meeting at a time", Severity.BLOCK),
    "person_twice": Rule("同一时间只在一处", "nobody is at two tables at once", Severity.BLOCK),
    "on_stage": Rule("路演时不能洽谈", "nobody meets while on stage", Severity.BLOCK),
    "absent": Rule("只排在到场的时间", "everybody is there at the time", Severity.BLOCK),
    "called_off": Rule("取消参加的不再安排", "who called off has no meetings", Severity.BLOCK),
    "off_slot": Rule("洽谈在场次之内，不占休息", "meetings keep to the slots, out of breaks", Severity.BLOCK),
    "closed_table": Rule("桌子可用", "the table is there", Severity.BLOCK),
    "spare_table": Rule("备用桌留给临时来的人", "spare tables are kept for walk-ins", Severity.WARN),
    "forbidden": Rule("禁止的组合不安排", "forbidden pairs do not meet", Severity.BLOCK),
    "forced_missing": Rule("必须见面的都安排", "who must meet does", Severity.BLOCK),
    "pin_moved": Rule("固定的洽谈不动", "pinned meetings stay", Severity.BLOCK),
    "repeat_pair": Rule("同一对只见一次", "a pair meets once", Severity.BLOCK),
    "level_low": Rule("关联度达到下限", "the level reaches the minimum", Severity.WARN),
    "enterprise_max": Rule("企业的场数不超上限", "no enterprise exceeds its most", Severity.WARN),
    "team_max": Rule("团队的场数不超上限", "no team exceeds its most", Severity.WARN),
    "enterprise_min": Rule("企业的场数达到下限", "every enterprise reaches its minimum", Severity.WARN),
}
#: Rules that a plan can break more or less.
_COUNTED = ("called_off", "repeat_pair", "enterprise_max", "team_max")
Severities = Mapping[str, str]


@dataclass(frozen=True)
class Conflict:
    """One rule that is broken: by whom (ids), in which meetings (keys), and in words."""

    rule: str
    severity: Severity
    who: tuple[str, ...]
    meetings: tuple[str, ...]
    zh: str
    en: str


def severity_of(rule: str, severities: Severities | None = None) -> Severity:
    """Return how grave a broken rule is, by what was chosen for the roadshow."""
    return Severity((severities or {}).get(rule, RULES[rule].severity))


def conflicts(plan: Plan, severities: Severities | None = None) -> list[Conflict]:
    """Return what the plan breaks of its SPEC, the gravest first; rules that nobody minds are left out."""
    found = [
        Conflict(one.rule, severity, one.who, one.meetings, one.zh, one.en)
        for one in breaches(Board(plan))
        if (severity := severity_of(one.rule, severities)) is not Severity.IGNORE
    ]
    grave = list(RULES)
    return sorted(found, key=lambda one: (one.severity is not Severity.BLOCK, grave.index(one.rule)))


def news(before: Plan, after: Plan, severities: Severities | None = None) -> list[Conflict]:
    """Return what an edited plan breaks that the plan before it did not, or not so much."""
    old = conflicts(before, severities)
    known = {(one.rule, one.zh) for one in old}
    counts = {(one.rule, one.who): len(one.meetings) for one in old if one.rule in _COUNTED}
    return [
        one
        for one in conflicts(after, severities)
        if (one.rule, one.zh) not in known and len(one.meetings) > counts.get((one.rule, one.who), -1)
    ]
