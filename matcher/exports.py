"""Exports: what a person found, as a workbook or a Word file to take away. Contacts are never in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from corpora.records import Achievement, Need, Record
from corpora.store import Store
from corpora.writers.lists import Block, Table, heading, is_word, write_blocks, write_list
from corpora.writers.workbook import Sheet, write_workbook
from matcher.checks import CHECKS, Status
from matcher.explain import Answer
from matcher.matches import LEVELS, Match
from matcher.queries import Query
from matcher.search import Search

MARKS = {Status.MET: "✓", Status.UNMET: "✗", Status.UNKNOWN: "?"}
#: Records of one list; more nobody reads, and a Word file of more opens slowly.
MOST = 5_000
_LEGEND = "✓ 满足 met　✗ 不满足 unmet　? 未知 unknown"
_LEFT_OUT = "不含联系方式和未公开的需求 / without contacts and needs that are not public"
_PRIVATE = "联系方式不在内，由技术经纪人引荐。 Contacts are left out; a broker introduces the two sides."


def write_found(path: Path, store: Store, search: Search, query: Query) -> int:
    """Write all that the query finds, up to MOST, as a .xlsx or .docx; return how many records.

    Needs that are not public are left out: a file is passed on.
    Raises BadRequest for another suffix, DataFolderTrouble where the file cannot be written.
    """
    is_word(path)
    records, total = search.every(store, query, MOST)
    zh, en = query.stated()
    counted = f"共 {total} 条 in all: {total}"
    if total > len(records):
        counted += f"；本文件只含前 {len(records)} 条 only the first {len(records)} are in this file"
    notes = [f"搜索 query: {zh} / {en}", f"生成日期 date: {date.today():%Y-%m-%d}　{counted}", _LEFT_OUT]
    write_list(path, heading(query.kind), notes, records)
    return len(records)


def write_collected(path: Path, records: Sequence[Record]) -> None:
    """Write records that somebody collected, as a .xlsx (a sheet per kind) or .docx, likewise."""
    notes = [
        f"生成日期 date: {date.today():%Y-%m-%d}　共 {len(records)} 条 in all: {len(records)}",
        _LEFT_OUT,
    ]
    write_list(path, "自选清单 Collected list", notes, records)


def write_matches(path: Path, query: Need | Achievement, matches: Sequence[Match]) -> None:
    """Write a shortlist with its explanations: a .xlsx or a .docx, as the suffix of `path` says.

    The matches stand in the order given, each with its level, terms, reasons, and, thing by thing, what
    is asked and the sentence that answers it.

    Raises BadRequest for another suffix, DataFolderTrouble where the file cannot be written.
    """
    zh, en = (
        ("匹配成果清单", "matching achievements")
        if isinstance(query, Need)
        else ("匹配需求清单", "matching needs")
    )
    title = f"{zh} {en}：{query.title}"
    notes = [
        _stated(query),
        f"生成日期 date: {date.today():%Y-%m-%d}　共 {len(matches)} 项　{_LEGEND}",
        _PRIVATE,
    ]
    if is_word(path):
        write_blocks(path, title, notes, [_block(place, query, one) for place, one in enumerate(matches, 1)])
        return
    ranked = Sheet(
        "清单 list",
        title,
        notes,
        [
            "名次\nrank", "编号\nid", "名称\ntitle", "单位\norganization", "县区\ncounty", "阶段\nstage", "关联度\nlevel",
            "≥3级概率\nP(≥3)", *(f"{one}\n{other}" for one, other in CHECKS.values()), "理由\nreasons",
        ],
        [_row(place, query, one) for place, one in enumerate(matches, 1)],
        [6, 13, 32, 24, 9, 8, 12, 9, *([16] * len(CHECKS)), 50],
    )  # fmt: skip
    evidence = Sheet(
        "逐条依据 evidence",
        f"逐条依据 evidence：{query.title}",
        notes[1:],
        [
            "名次\nrank", "编号\nid", "名称\ntitle", "需求所提\nasked", "考核指标\nindicator", "所引原句\nquote",
            "数值核对\nfigures", "相似度\nsimilarity",
        ],
        [row for place, one in enumerate(matches, 1) for row in _evidence(place, query, one)],
        [6, 13, 28, 44, 10, 50, 34, 10],
        repeats={0, 1, 2},
    )  # fmt: skip
    write_workbook(path, [ranked, evidence])


def _stated(query: Need | Achievement) -> str:
    owner = query.enterprise if isinstance(query, Need) else query.institution
    what = "需求 need" if isinstance(query, Need) else "成果 achievement"
    return f"{what}: {query.id}　{owner}　{query.county or query.region}"


def _other(query: Need | Achievement, match: Match) -> Need | Achievement:
    return match.achievement if isinstance(query, Need) else match.need


def _owner(record: Need | Achievement) -> str:
    return record.enterprise if isinstance(record, Need) else record.institution


def _stage(record: Need | Achievement) -> str:
    stage = record.min_stage if isinstance(record, Need) else record.stage
    if stage is None:
        return ""
    return f"≥TRL{stage}" if isinstance(record, Need) else f"TRL{stage}"


def _level(match: Match) -> str:
    return "{} {} {}".format(match.scored.level, *LEVELS[match.scored.level])


def _reasons(query: Need | Achievement, match: Match) -> list[str]:
    side = "enterprise" if isinstance(query, Need) else "professor"
    return [
        ("＋ " if reason.effect > 0 else "－ ") + f"{getattr(reason, side).zh} / {getattr(reason, side).en}"
        for reason in match.reasons
    ]


def _row(place: int, query: Need | Achievement, match: Match) -> list[object]:
    other = _other(query, match)
    return [
        place,
        other.id,
        other.title,
        _owner(other),
        other.county,
        _stage(other),
        _level(match),
        round(match.scored.adequate_probability, 2),
        *(f"{MARKS[match.checks[name].status]} {match.checks[name].zh}" for name in CHECKS),
        "\n".join(_reasons(query, match)),
    ]


def _evidence(place: int, query: Need | Achievement, match: Match) -> list[list[object]]:
    other = _other(query, match)
    return [
        [
            place,
            other.id,
            other.title,
            answer.asked,
            "是 yes" if answer.is_indicator else "",
            answer.quote if answer.answered else "未见回应 not answered",
            _figures(answer),
            round(answer.similarity, 2) if answer.answered else None,
        ]
        for answer in match.evidence
    ]


def _figures(answer: Answer) -> str:
    compared = answer.comparison
    return f"{MARKS[compared.status]} {compared.zh}" if compared else ""


def _block(place: int, query: Need | Achievement, match: Match) -> Block:
    other = _other(query, match)
    terms = "　".join(
        f"{zh} {MARKS[match.checks[name].status]}（{match.checks[name].zh}）"
        for name, (zh, _) in CHECKS.items()
    )
    said = [
        (
            "关联度 level",
            f"{_level(match)}，达到较强以上的概率 P(≥3) {match.scored.adequate_probability:.0%}",
        ),
        ("条件 terms", terms),
        *(("", line) for line in _reasons(query, match)),
    ]
    rows = [
        (
            ("【指标】" if answer.is_indicator else "") + answer.asked,
            answer.quote if answer.answered else "未见回应 not answered",
            _figures(answer),
        )
        for answer in match.evidence
    ]
    table = (
        Table(("需求所提 asked", "所引原句 quote", "数值核对 figures"), rows, (6.3, 7.0, 3.7))
        if rows
        else None
    )
    place_and_stage = "　".join(
        filter(None, [other.id, _owner(other), other.county or other.region, _stage(other)])
    )
    return Block(f"{place}. {other.title}", place_and_stage, said, table)
