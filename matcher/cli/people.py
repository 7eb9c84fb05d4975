"""Commands that find people: experts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from corpora.errors import shorten
from matcher.cli.common import (
    encoder_option,
    filter_options,
    json_option,
    model_option,
    open_service,
    out,
    say_json,
    say_line,
)
from matcher.experts import Evidence, Expert, Shortlist
from matcher.matches import LEVELS
from matcher.recommend import Filters

#: Names of a team that a line shows.
_TEAM = 8
#: Notes that are shown; a common name has namesakes everywhere.
_NOTES = 4


@click.command()
@click.option("--need", "need_id", metavar="ID", help="为这项需求找人。 Experts for this need.")
@click.option("--text", help="为这段话找人。 Experts for these words.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 100), help="几人。 How many.")
@filter_options
@model_option
@encoder_option
@json_option
def experts(
    need_id: str | None, text: str | None, top: int, model: Path | None, encoder: str | None, as_json: bool,
    **filters: Any,
) -> None:  # fmt: skip
    """为需求找专家，附每个人的依据。

    Experts for a need or a text: the inventors, ranked through all their achievements together, each
    with the achievements that count, the team behind them, and the namesakes kept apart. Filters
    apply to the achievements.
    """
    if (need_id is None) == (text is None):
        raise click.UsageError("--need、--text 要给且只给一个 / give exactly one of --need, --text")
    if text is not None and not text.strip():
        raise click.UsageError("--text 是空的 / --text is empty")
    wanted = Filters(**filters)
    with open_service(model, encoder) as service:
        found = (
            service.experts_for_need(need_id, top, wanted)
            if need_id is not None
            else service.experts_for_text(text or "", top, wanted)
        )
    if as_json:
        say_json(found.as_json())
    else:
        _print(found)


def _print(found: Shortlist) -> None:
    say_line(f"{found.need.id}  {found.need.title}", "bold")
    if not found.experts:
        say_line(
            "没有人选：没有相关的成果，或成果没写完成人。 "
            "Nobody: no achievement is related, or none names its inventors.", "yellow",
        )  # fmt: skip
    elif not found.adequate:
        limit = f"{found.threshold:.0%}"
        say_line(
            f"没有合适的人选：没有一项成果达到“较强”的概率到 {limit}。 "
            f"Nobody adequate: no achievement reaches level 3 with a probability of {limit}.", "yellow",
        )  # fmt: skip
    for place, one in enumerate(found.experts, 1):
        out.print()
        _print_expert(place, one)


def _print_expert(place: int, one: Expert) -> None:
    stages = _stages(*one.stages) if one.stages else ""
    say_line(f"{place}. {one.person.name}  {'；'.join(one.person.institutions)}", "bold")
    facts = (f"得分 score {one.score:.2f}", stages, "、".join(one.fields[:4]))
    say_line(" · ".join(fact for fact in facts if fact), "dim", 3)
    for each in one.evidence:
        _print_evidence(each)
    if one.team:
        more = f" 等 {len(one.team)} 人" if len(one.team) > _TEAM else ""
        say_line(f"团队team：{'、'.join(one.team[:_TEAM])}{more}", "", 3)
    for note in one.person.notes[:_NOTES]:
        say_line(f"!{note.zh}", "yellow", 3)
        say_line(note.en, "dim", 4)
    if (hidden := len(one.person.notes) - _NOTES) > 0:
        say_line(f"!另有 {hidden} 条提示，见 --json · {hidden} more notes with --json", "yellow", 3)


def _print_evidence(each: Evidence) -> None:
    zh, en = LEVELS[each.scored.level]
    leads = "第一完成人 leads" if each.mention.position == 0 else f"第{each.mention.position + 1}完成人"
    say_line(f"· {each.achievement.id} {each.achievement.title}", "", 3)
    odds = f"≥3级 {each.scored.adequate_probability:.0%}"
    say_line(
        f"{each.scored.level} {zh} {en} · {odds} · {leads}", "green" if each.scored.level >= 3 else "", 5
    )
    if each.answer:
        say_line(f"问：{shorten(each.answer.asked, 70)}", "dim", 5)
        say_line(f"答：“{each.answer.quote}”", "", 5)
    if each.repeats:
        say_line(f"近似重复，不另计 repeated, counted once: {'、'.join(each.repeats)}", "dim", 5)


def _stages(low: int, high: int) -> str:
    return f"TRL{low}" if low == high else f"TRL{low}–{high}"
