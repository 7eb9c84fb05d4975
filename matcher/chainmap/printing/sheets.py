"""The workbook of the map (清单): what is counted and decided; its lists are made beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpora.vocabulary import Tier, vocabulary
from corpora.writers.workbook import Sheet, write_workbook
from matcher.chainmap.integration import VERDICTS, IntegrationMap, NodeReport
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.lists import record_sheets
from matcher.chainmap.printing.todo import todo_sheets
from matcher.chainmap.printing.wording import COUNTS, both, heading

#: Records behind a verdict that are named in its row.
_NAMED = 12


def write_sheets(path: Path, chart: IntegrationMap) -> None:
    """Write the map as a workbook, a table a sheet. Raises DataFolderTrouble where it cannot be written."""
    sheets = [_overview(chart), _nodes(chart), _verdicts(chart), *todo_sheets(chart)]
    sheets += [_counties(chart), _tiers(chart), *record_sheets(chart)]
    write_workbook(path, sheets, made=chart.date)


def _overview(chart: IntegrationMap) -> Sheet:
    rows: list[list[object]] = [
        [one.zh, one.en, sum(not report.node.parent for report in one.nodes)]
        + [one.verdicts.get(kind, 0) for kind in VERDICTS]
        + wording.counts(one.numbers)
        for one in chart.chains
    ]
    blank: list[object] = [None] * (1 + len(VERDICTS))
    rows.append(["未归链", "on no node", *blank, *wording.counts(chart.unplaced)])
    rows.append(["全部记录", "all records", *blank, *wording.counts(chart.numbers)])
    return Sheet(
        "总览 overview",
        wording.title(chart),
        wording.notes(
            chart,
            "裁定按一级环节计数。 Verdicts are counted over top-level nodes.",
            *(both(one) for one in chart.notes),
        ),
        [
            heading("产业链", "chain"), heading("英文名", "English name"), heading("环节数", "nodes"),
            *(heading(*words) for words in VERDICTS.values()), *_count_headings(),
        ],
        rows,
        (22, 30, 8, *(8 for _ in VERDICTS), *_count_widths()),
    )  # fmt: skip


def _nodes(chart: IntegrationMap) -> Sheet:
    lanes = wording.lane_columns()
    rows = [
        [
            chain.zh, wording.position(one.node.position), _parent(chart, one), one.node.zh, one.node.en, one.key,
            wording.verdict(one.verdict.verdict), one.verdict.zh, *wording.counts(one.numbers),
            *(_in_lane(one, lane, "needs") for lane, _ in lanes), *(_in_lane(one, lane, "achievements") for lane, _ in lanes),
            *(_in_lane(one, lane, "organizations") for lane, _ in lanes),
        ]
        for chain in chart.chains
        for one in chain.nodes
    ]  # fmt: skip
    kinds = (("需求", "needs"), ("成果", "achievements"), ("机构", "organizations"))
    return Sheet(
        "环节 nodes",
        f"{wording.title(chart)}　环节 Nodes",
        wording.notes(
            chart,
            "一个环节的数包含其下级环节；加总时只加一级环节（“上级环节”为空的行）。"
            " A node's numbers include its sub-nodes': add up only the rows whose 'part of' is empty.",
        ),
        [
            heading("产业链", "chain"), heading("位置", "position"), heading("上级环节", "part of"),
            heading("环节", "node"), heading("英文名", "English name"), heading("编号", "key"),
            heading("裁定", "verdict"), heading("依据", "why"), *_count_headings(),
            *(f"{zh}：{lane_zh}\n{en}: {lane_en}" for zh, en in kinds for _, (lane_zh, lane_en) in lanes),
        ],
        rows,
        (18, 14, 16, 20, 24, 20, 14, 44, *_count_widths(), *(10 for _ in range(3 * len(lanes)))),
        repeats={0, 1},
    )  # fmt: skip


def _verdicts(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            chain.zh,
            one.node.zh,
            one.key,
            wording.verdict(one.verdict.verdict),
            wording.verdict(one.verdict.by_rule),
            one.verdict.rule,
            f"{one.verdict.zh}\n{one.verdict.en}",
            "\n".join(f"{name} = {value:g}" for name, value in one.verdict.numbers.items()),
            one.verdict.date,
            wording.several(chart, one.verdict.records, _NAMED),
            list(one.verdict.records),
            *_overridden(one),
        ]
        for chain in chart.chains
        for one in chain.nodes
    ]
    return Sheet(
        "裁定 verdicts",
        f"{wording.title(chart)}　裁定及依据 Verdicts and why",
        wording.notes(
            chart,
            "人工裁定在先，规则的说法照留。 A person's verdict goes first; what the rule said stays beside it.",
        ),
        [
            heading("产业链", "chain"), heading("环节", "node"), heading("编号", "key"), heading("裁定", "verdict"),
            heading("规则裁定", "by the rules"), heading("规则", "rule"), heading("依据", "why"),
            heading("数字", "numbers"), heading("日期", "date"), heading("依据的记录", "records"),
            heading("记录编号", "keys of records"), heading("人工理由", "override: reason"), heading("何人", "by whom"),
            heading("何时", "when"),
        ],
        rows,
        (18, 20, 20, 14, 14, 16, 44, 18, 12, 50, 40, 30, 12, 20),
        repeats={0},
    )  # fmt: skip


def _counties(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            county,
            chain.zh,
            one.node.zh,
            one.key,
            wording.verdict(scope.verdict),
            scope.rule,
            *wording.counts(scope.numbers),
        ]
        for county in wording.counties(chart)
        for chain in chart.chains
        for one in chain.nodes
        if (scope := one.counties.get(county))
    ]
    return Sheet(
        "县区 counties",
        f"{wording.title(chart)}　县区 Counties",
        wording.notes(
            chart,
            "需求和企业是本县区的，成果不论来自哪里。"
            " Needs and firms are the county's own; achievements are from everywhere.",
        ),
        [
            heading("县区", "county"), heading("产业链", "chain"), heading("环节", "node"), heading("编号", "key"),
            heading("裁定", "verdict"), heading("规则", "rule"), *_count_headings(),
        ],
        rows,
        (12, 18, 20, 20, 14, 16, *_count_widths()),
        repeats={0, 1},
    )  # fmt: skip


def _tiers(chart: IntegrationMap) -> Sheet:
    rows = [[county or "县区不明 unknown", *row, sum(row)] for county, row in wording.tiers(chart)]
    return Sheet(
        "企业梯队 tiers",
        f"{wording.title(chart)}　各县区企业梯队 Firms of each county by tier",
        wording.notes(
            chart, "包括未归链的企业，每家只计一次。 Firms on no node are in it too, each counted once."
        ),
        [
            heading("县区", "county"), *(heading(*vocabulary().label("tiers", one)) for one in Tier),
            heading("梯队不明", "tier unknown"), heading("合计", "in all"),
        ],
        rows,
        (16, *(16 for _ in Tier), 14, 10),
    )  # fmt: skip


def _in_lane(report: NodeReport, lane: str, what: str) -> int:
    found = report.lanes.get(lane)
    return getattr(found, what) if found else 0


def _overridden(report: NodeReport) -> Sequence[object]:
    by = report.verdict.overridden
    return (by.reason, by.who, by.at) if by else (None, None, None)


def _parent(chart: IntegrationMap, report: NodeReport) -> str:
    above = chart.nodes.get(f"{report.chain}/{report.node.parent}")
    return above.node.zh if above else ""


def _count_headings() -> list[str]:
    return [heading(zh, en) for _, zh, en in COUNTS]


def _count_widths() -> tuple[int, ...]:
    return tuple(11 for _ in COUNTS)
