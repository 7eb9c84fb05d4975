"""Commands that match: match, match-all.

On the terminal ✓ means met, ✗ unmet, ? unknown; ↑ raises the level, ↓ lowers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.padding import Padding
from rich.text import Text

from corpora.errors import shorten
from corpora.records import Achievement, Need
from matcher.checks import CHECKS, Status
from matcher.cli.common import (
    FILE,
    encoder_option,
    filter_options,
    json_option,
    model_option,
    open_service,
    out,
    say_json,
    say_line,
)
from matcher.matches import LEVELS, Match, Recommendation
from matcher.recommend import Filters

_MARKS = {Status.MET: ("✓", "green"), Status.UNMET: ("✗", "red"), Status.UNKNOWN: ("?", "yellow")}


@click.command()
@click.option("--need", "need_id", metavar="ID", help="为这项需求找成果。 Achievements for this need.")
@click.option(
    "--achievement", "achievement_id", metavar="ID", help="为这项成果找需求。 Needs for this achievement."
)
@click.option("--text", help="为这段话找成果。 Achievements for these words.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="几条。 How many.")
@filter_options
@model_option
@encoder_option
@json_option
def match(
    need_id: str | None, achievement_id: str | None, text: str | None, top: int, model: Path | None,
    encoder: str | None, as_json: bool, **filters: Any,
) -> None:  # fmt: skip
    """给出有依据的匹配，双向皆可。

    Explained matches for a need, an achievement or a text: the level with its probabilities, what of
    the terms is met, and the sentences that answer. Filters apply to the other side.
    """
    if sum(given is not None for given in (need_id, achievement_id, text)) != 1:
        raise click.UsageError(
            "--need、--achievement、--text 要给且只给一个 / give exactly one of --need, --achievement, --text"
        )
    if text is not None and not text.strip():
        raise click.UsageError("--text 是空的 / --text is empty")
    wanted = Filters(**filters)
    with open_service(model, encoder) as service:
        if achievement_id is not None:
            found = service.match_achievement(achievement_id, top, wanted)
        elif text is not None:
            found = service.match_text(text, top, wanted)
        else:
            found = service.match_need(need_id or "", top, wanted)
        verdicts = {} if as_json else service.verdicts()
    if as_json:
        say_json(found.as_json())
    else:
        _print(found, verdicts)


@click.command("match-all")
@click.option("--out", "path", type=FILE, required=True, help="Excel 文件。 Excel file to write.")
@click.option(
    "--top", default=5, show_default=True, type=click.IntRange(1, 50), help="每项需求几条。 Matches per need."
)
@model_option
@encoder_option
def match_all(path: Path, top: int, model: Path | None, encoder: str | None) -> None:
    """写出全部供需对接清单。

    Write the whole supply–demand list to Excel: every need with its best achievements and their
    evidence, and the needs that nothing answers well enough.
    """
    from matcher.listing import write_listing

    with open_service(model, encoder) as service:
        needs, gaps = write_listing(path, service.store, service.recommender(), top)
    out.print(f"{needs} 项需求 needs，其中 {gaps} 项没有合适成果 without an adequate match → {path}")


def _print(found: Recommendation, verdicts: Mapping[tuple[str, str], int]) -> None:
    query = found.query
    say_line(f"{query.id}  {query.title}", "bold")
    if about := _about(query):
        say_line(about, "dim")
    if not found.matches:
        say_line(
            "没有候选：库里没有，或都被筛选条件挡住。 No candidates: none in the store, or none passes the filters.",
            "yellow",
        )
    elif not found.adequate:
        limit = f"{found.threshold:.0%}"
        say_line(
            f"没有合适的匹配：关联度达到“较强”的概率都不到 {limit}。 "
            f"No adequate match: none reaches level 3 with a probability of {limit}.", "yellow",
        )  # fmt: skip
    for place, one in enumerate(found.matches, 1):
        out.print()
        _print_match(place, one, isinstance(query, Need), verdicts.get((one.need.id, one.achievement.id)))


def _print_match(place: int, one: Match, for_need: bool, verdict: int | None) -> None:
    other = one.achievement if for_need else one.need
    zh, en = LEVELS[one.scored.level]
    odds = "  ".join(
        f"{level}级 {p:.0%}" for level, p in zip(LEVELS, reversed(one.scored.probabilities), strict=True)
    )
    say_line(f"{place}. {other.title}", "bold")
    say_line(" · ".join(part for part in (other.id, _about(other)) if part), "dim", 3)
    say_line(
        f"关联度 level {one.scored.level} {zh} {en}（{odds}）", "green" if one.scored.level >= 3 else "", 3
    )
    if verdict is not None:
        say_line(f"已标注 judged: {verdict} {' '.join(LEVELS[verdict])}", "", 3)
    for why in one.reasons:
        words = why.enterprise if for_need else why.professor
        say_line(f"{'↑' if why.effect > 0 else '↓'} {words.zh}", "", 3)
        say_line(words.en, "dim", 5)
    for names in (list(CHECKS)[:3], list(CHECKS)[3:]):
        terms = Text()
        for name in names:
            mark, colour = _MARKS[one.checks[name].status]
            terms.append(f"{' '.join(CHECKS[name])} {mark}   ", style=colour)
        out.print(Padding(terms, (0, 0, 0, 3)))
    for name, (name_zh, name_en) in CHECKS.items():
        check = one.checks[name]
        if check.status is Status.UNMET:
            reason = check.zh if check.zh == check.en else f"{check.zh} · {check.en}"
            say_line(f"✗ {name_zh} {name_en}: {reason}", "red", 3)
    answered = sorted(
        (answer for answer in one.evidence if answer.answered), key=lambda each: -each.similarity
    )
    for answer in answered[:4]:
        compared = answer.comparison
        mark, colour = _MARKS[compared.status if compared else Status.MET]
        # Without a space after the label: a long Chinese sentence would be moved below it as one word.
        say_line(f"{mark}问：{shorten(answer.asked, 70)}", colour, 3)
        say_line(f"答：“{answer.quote}”", "", 4)
        if compared:
            say_line(f"{mark}数：{compared.zh}", colour, 4)
            say_line(compared.en, "dim", 6)
    unanswered = [answer.asked for answer in one.evidence if answer.is_indicator and not answer.answered]
    if unanswered:
        say_line("未见应答unanswered：" + "；".join(unanswered), "yellow", 3)


def _about(record: Need | Achievement) -> str:
    owner = record.enterprise if isinstance(record, Need) else record.institution
    stage = record.min_stage if isinstance(record, Need) else record.stage
    budget = f"预算 budget {record.budget}" if isinstance(record, Need) and record.budget else ""
    place = f"{record.region}{record.county}"
    return " · ".join(part for part in (owner, place, f"TRL{stage}" if stage else "", budget) if part)
