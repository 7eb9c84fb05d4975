"""Checks of a pair's terms: stage, budget, deadline, region, mode, IP.

Each is met, unmet or unknown, by one rule that is written beside it; what the records don't say is
unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpora.records import Achievement, Need
from corpora.values import Money
from corpora.vocabulary import Mode, Ownership, vocabulary


class Status(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One check's outcome, with the reason in Chinese and English."""

    status: Status
    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"status": self.status.value, "zh": self.zh, "en": self.en}


def check_pair(need: Need, achievement: Achievement, today: date) -> dict[str, Check]:
    """Return every check of the pair by name."""
    checks: dict[str, Check] = {name: rule(need, achievement) for name, rule in _RULES.items()}
    checks["deadline"] = _deadline(need, today)
    return {name: checks[name] for name in CHECKS}


def _stage(need: Need, achievement: Achievement) -> Check:
    """Met where the achievement's stage is at least the lowest that the need accepts."""
    if achievement.stage is None:
        return _unknown("成果没有写所处阶段", "the achievement does not say its stage")
    if need.min_stage is None:
        return _unknown(f"需求没有写最低阶段（成果为 TRL{achievement.stage}）",
                        f"the need sets no lowest stage (achievement: TRL{achievement.stage})")  # fmt: skip
    reason = f"TRL{achievement.stage} / ≥ TRL{need.min_stage}"
    return _decided(achievement.stage >= need.min_stage, reason, reason)


def _budget(need: Need, achievement: Achievement) -> Check:
    """Met where the need's most covers the price's most; unmet where it does not cover its least."""
    budget, price = need.budget_range, achievement.price
    if budget is None or price is None:
        who = (
            ("需求预算未定", "the budget is open")
            if budget is None
            else ("成果没有写明价格", "no single price is named")
        )
        return _unknown(*who)
    reason = f"{_amount(budget)} / {_amount(price)} 万元"
    most, least_price, most_price = budget.high, price.low or 0.0, price.high
    if most is None:  # "100万元以上": only the least is promised
        return (
            Check(Status.MET, reason, reason)
            if most_price is not None and (budget.low or 0) >= most_price
            else _unknown(reason, reason)
        )
    if most < least_price:
        return Check(Status.UNMET, reason, reason)
    if most_price is not None and most >= most_price:
        return Check(Status.MET, reason, reason)
    return _unknown(reason, reason)


def _deadline(need: Need, today: date) -> Check:
    """Unmet where the deadline has passed; whether work can be done in time no record says."""
    if need.deadline is None:
        return _unknown("需求没有写期限", "the need sets no deadline")
    if need.deadline < today:
        return Check(Status.UNMET, f"期限 {need.deadline} 已过", f"the deadline {need.deadline} has passed")
    return _unknown(f"期限 {need.deadline}，成果没有写所需时间",
                    f"due {need.deadline}; the achievement does not say how long it takes")  # fmt: skip


def _region(need: Need, achievement: Achievement) -> Check:
    """Met within one province, where people can meet in a day; unmet across provinces."""
    ours, theirs = (_province(record.region) for record in (need, achievement))
    if not ours or not theirs:
        return _unknown("所在地区未写全", "a region is missing")
    reason = f"{need.region}{need.county} / {achievement.region}{achievement.county}"
    return _decided(ours == theirs, reason, reason)


def _mode(need: Need, achievement: Achievement) -> Check:
    """Met where both name a mode in common; unknown where either is open to others."""
    if not need.modes or not achievement.modes:
        return _unknown("合作方式未写全", "a cooperation mode is missing")
    common = [mode for mode in need.modes if mode in achievement.modes and mode is not Mode.OTHER]
    if common:
        labels = [vocabulary().label("modes", mode) for mode in common]
        return Check(Status.MET, "、".join(zh for zh, _ in labels), ", ".join(en for _, en in labels))
    if Mode.OTHER in (*need.modes, *achievement.modes):
        return _unknown("一方另有合作方式，需面谈", "one side has another mode in mind")
    sides = [
        [vocabulary().label("modes", mode) for mode in modes] for modes in (need.modes, achievement.modes)
    ]
    zh, en = (" / ".join("、".join(label[i] for label in side) for side in sides) for i in (0, 1))
    return Check(Status.UNMET, zh, en)


#: The modes that can give each ownership; where a record's modes hold none of them, it cannot.
_OWNERSHIP_MODES = {
    Ownership.ENTERPRISE: {Mode.TRANSFER, Mode.COMMISSION},
    Ownership.SHARED: {Mode.JOINT, Mode.EQUITY, Mode.COMMISSION, Mode.SCALE_UP},
    Ownership.DEVELOPER: {
        Mode.LICENSE,
        Mode.SERVICE,
        Mode.CONSULTING,
        Mode.JOINT,
        Mode.SCALE_UP,
        Mode.EQUITY,
    },
}


def _ip(need: Need, achievement: Achievement) -> Check:
    """Met where the achievement offers a mode that gives the ownership wanted."""
    if need.ip_wanted is None:
        return _unknown("需求没有写产权归属", "the need does not say whose the IP shall be")
    zh, en = vocabulary().label("ownership", need.ip_wanted)
    if need.ip_wanted is Ownership.NEGOTIABLE:
        return Check(Status.MET, zh, en)
    if not achievement.modes or Mode.OTHER in achievement.modes:
        return _unknown(f"{zh}；成果合作方式未写全", f"{en}; the achievement's modes are open")
    offered = [vocabulary().label("modes", mode) for mode in achievement.modes]
    return _decided(
        bool(_OWNERSHIP_MODES[need.ip_wanted] & set(achievement.modes)),
        f"{zh} / {'、'.join(label for label, _ in offered)}",
        f"{en} / {', '.join(label for _, label in offered)}",
    )


_RULES: dict[str, Callable[[Need, Achievement], Check]] = {
    "stage": _stage, "budget": _budget, "region": _region, "mode": _mode, "ip": _ip,
}  # fmt: skip
#: The order of presentation, with labels.
CHECKS = {
    "stage": ("阶段", "stage"),
    "budget": ("预算", "budget"),
    "deadline": ("期限", "deadline"),
    "region": ("地区", "region"),
    "mode": ("合作方式", "mode"),
    "ip": ("产权", "IP"),
}


def _decided(met: bool, zh: str, en: str) -> Check:
    return Check(Status.MET if met else Status.UNMET, zh, en)


def _unknown(zh: str, en: str) -> Check:
    return Check(Status.UNKNOWN, zh, en)


_MUNICIPALITIES = ("北京", "上海", "天津", "重庆")


def _province(region: str) -> str:
    for name in _MUNICIPALITIES:
        if region.startswith(name):
            return name
    for mark in ("省", "自治区"):
        if mark in region:
            return region[: region.index(mark)]
    return ""


def _amount(money: Money) -> str:
    if money.low is None:
        return f"≤{money.high:g}"
    if money.high is None:
        return f"≥{money.low:g}"
    return f"{money.low:g}" if money.low == money.high else f"{money.low:g}–{money.high:g}"
