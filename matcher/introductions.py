"""Introductions: the letter that brings both sides of a case together, Chinese first, English second."""

from __future__ import annotations

from datetime import date

from corpora.errors import BadRequest
from corpora.records import Achievement, Contact, Need
from corpora.vocabulary import vocabulary
from corpora.writers.introduction import Letter, Part
from matcher.dossiers import Dossier
from matcher.matches import LEVELS, Match
from matcher.stages import INTRODUCED, today

#: Sentences that are quoted; a letter is no report.
_MOST_QUOTES = 4
#: From this level on a letter names it.
_LEAST_LEVEL = 3
#: Characters of each side's text that a letter gives.
_LONGEST = 400
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def letters(dossier: Dossier, match: Match | None) -> list[Letter]:
    """Return the letter of a case in both languages; `match` says why, None where that is not known.

    The dossier has the contacts in it. Raises BadRequest where the two sides are not introduced yet, or
    one of them was deleted.
    """
    if dossier.case.stage not in INTRODUCED:
        raise BadRequest(
            "还没有引荐，不能出引荐信；请先征得双方同意，把阶段改为“已引荐”",
            "the two sides are not introduced, so there is no letter yet; ask both, then move the case to 'introduced'",
        )
    if dossier.need is None or dossier.achievement is None:
        raise BadRequest(
            "需求或成果已经删除，不能再出引荐信",
            "the need or the achievement was deleted; there can be no letter",
        )
    need, achievement, day = dossier.need, dossier.achievement, today()
    return [
        _chinese(dossier, need, achievement, match, day),
        _english(dossier, need, achievement, match, day),
    ]


def _chinese(
    dossier: Dossier, need: Need, achievement: Achievement, match: Match | None, day: date
) -> Letter:
    firm, team = need.enterprise or "需求方", achievement.institution or "成果方"
    parts = [
        Part("企业与技术需求", _filled(
            ("企业", need.enterprise), ("所在地", need.county or need.region), ("需求", need.title),
            ("要解决的问题", _cut(need.text)), ("考核指标", "；".join(need.indicators[:8])),
        )),
        Part("科技成果", _filled(
            ("单位", achievement.institution), ("完成人", "、".join(achievement.inventors)),
            ("成果", achievement.title), ("简介", _cut(achievement.text)),
            ("所处阶段", _stage(achievement, 0)), ("知识产权", _cut(achievement.ip)),
        )),
    ]  # fmt: skip
    if match and (why := _why(match, 0)):
        parts.append(Part("为什么推荐", why))
    parts.append(Part("联系方式", [
        (f"企业方（{firm}）", _reach(need.contact, "未留联系方式，请经技术经纪人联系")),
        (f"成果方（{team}）", _reach(achievement.contact, "未留联系方式，请经技术经纪人联系")),
    ]))  # fmt: skip
    return Letter(
        "引荐信",
        [
            f"{firm}、{team}：",
            "经双方同意，现把贵方介绍给对方，请直接联系，商谈合作。联系方式只供这次对接使用，请勿转给他人。",
        ],
        parts,
        [f"技术经纪人 {dossier.owner}", f"{day.year}年{day.month}月{day.day}日　对接编号 {dossier.case.id}"],
        "：",
    )


def _english(
    dossier: Dossier, need: Need, achievement: Achievement, match: Match | None, day: date
) -> Letter:
    firm, team = need.enterprise or "the enterprise", achievement.institution or "the inventors"
    parts = [
        Part("The enterprise and its need", _filled(
            ("Enterprise", need.enterprise), ("Place", need.county or need.region), ("Need", need.title),
            ("Problem", _cut(need.text)), ("Indicators", "; ".join(need.indicators[:8])),
        )),
        Part("The achievement", _filled(
            ("Institution", achievement.institution), ("Inventors", ", ".join(achievement.inventors)),
            ("Achievement", achievement.title), ("Summary", _cut(achievement.text)),
            ("Stage", _stage(achievement, 1)), ("Intellectual property", _cut(achievement.ip)),
        )),
    ]  # fmt: skip
    if match and (why := _why(match, 1)):
        parts.append(Part("Why they may fit", why))
    parts.append(Part("Contacts", [
        (f"Enterprise ({firm})", _reach(need.contact, "none given; please go through the broker")),
        (f"Inventors ({team})", _reach(achievement.contact, "none given; please go through the broker")),
    ]))  # fmt: skip
    return Letter(
        "Letter of introduction",
        [
            f"To {firm} and {team}:",
            "With the agreement of both we introduce you to each other; please get in touch directly. The "
            "contacts below are for this purpose only; please do not pass them on.",
        ],
        parts,
        [
            f"{dossier.owner}, technology broker",
            f"{day.day} {_MONTHS[day.month - 1]} {day.year}, case {dossier.case.id}",
        ],
        ": ",
    )


def _why(match: Match, language: int) -> list[tuple[str, str]]:
    """Return what speaks for the pair, in Chinese (0) or English (1); doubts are the broker's, not the letter's."""
    said = []
    if match.scored.level >= _LEAST_LEVEL:
        level = f"{match.scored.level} {LEVELS[match.scored.level][language]}"
        said.append((("关联度", "Level")[language], level))
    for reason in match.reasons:
        if reason.effect > 0:
            said.append(("", (reason.enterprise.zh, reason.enterprise.en)[language]))
    for answer in [one for one in match.evidence if one.answered][:_MOST_QUOTES]:
        asked, quote = _cut(answer.asked), _cut(answer.quote)
        said.append(
            (
                "",
                (f"需求所提：“{asked}” 成果的回应：“{quote}”", f"Asked: “{asked}” Answered: “{quote}”")[
                    language
                ],
            )
        )
    return said


def _stage(achievement: Achievement, language: int) -> str:
    if achievement.stage is None:
        return ""
    return f"TRL {achievement.stage} {vocabulary().label('stages', str(achievement.stage))[language]}"


def _reach(contact: Contact, nothing: str) -> str:
    return "，".join(filter(None, (contact.name, contact.phone, contact.email))) or nothing


def _filled(*lines: tuple[str, str]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in lines if text]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
