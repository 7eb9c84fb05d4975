"""The lists of the workbook that say what to do: gaps (缺口), actions (行动), large and small firms (融通)."""

from __future__ import annotations

from corpora.writers.workbook import Sheet
from matcher.chainmap.integration import Filler, Helper, IntegrationMap
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.wording import heading

#: Records that a cell names; it says how many more there are.
_NAMED = 12


def todo_sheets(chart: IntegrationMap) -> list[Sheet]:
    return [_gaps(chart), _actions(chart), _collaborations(chart)]


def _gaps(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            number,
            wording.node_name(chart, one.node),
            one.node,
            _verdict(chart, one.node),
            f"{one.zh}\n{one.en}",
            len(one.needs),
            wording.several(chart, wording.need_keys(one.needs), _NAMED),
            "\n".join(_likely(filler) for filler in one.fillers),
            "\n".join(each.zh for each in one.missing),
            "\n".join(wording.several(chart, each.nearest, 3) for each in one.missing),
            one.weight,
        ]
        for number, one in enumerate(chart.gaps, 1)
    ]
    return Sheet(
        "缺口 gaps",
        f"{wording.title(chart)}　缺口，最要紧的在前 Gaps, the worst first",
        wording.notes(chart),
        [
            heading("序号", "no."), heading("环节", "node"), heading("编号", "key"), heading("裁定", "verdict"),
            heading("缺什么", "the gap"), heading("无人能答的需求数", "unmet needs"), heading("哪些需求", "which needs"),
            heading("谁能补", "who could fill it"), heading("两阶段之间缺什么", "missing between the lanes"),
            heading("最近的机构", "nearest"), heading("权重", "weight"),
        ],
        rows,
        (7, 26, 20, 14, 50, 10, 44, 50, 40, 36, 8),
    )  # fmt: skip


def _actions(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            wording.chain_name(chart, one.chain),
            wording.both(wording.action(one.kind)),
            f"{one.zh}\n{one.en}",
            one.weight,
            "\n".join(wording.node_name(chart, key) for key in one.nodes),
            wording.several(chart, wording.need_keys(one.needs), _NAMED),
            wording.several(chart, wording.achievement_keys(one.achievements), _NAMED),
            [*one.institutions, *(wording.named(chart, key) for key in one.organizations)],
            list(one.counties),
        ]
        for one in chart.actions
    ]  # fmt: skip
    return Sheet(
        "行动 actions",
        f"{wording.title(chart)}　下一步行动，每条链先做最管用的 What to do next, chain by chain",
        wording.notes(chart),
        [
            heading("产业链", "chain"), heading("行动", "action"), heading("做什么", "what to do"),
            heading("推动的需求", "needs brought nearer"), heading("环节", "nodes"), heading("需求", "needs"),
            heading("成果", "achievements"), heading("找谁", "with whom"), heading("县区", "counties"),
        ],
        rows,
        (18, 20, 54, 10, 30, 44, 44, 34, 16),
        repeats={0},
    )  # fmt: skip


def _collaborations(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            wording.chain_name(chart, one.chain),
            wording.named(chart, one.leader),
            wording.named(chart, wording.need_keys([helper.need_id])[0]) if helper and helper.need_id else "",
            wording.named(chart, helper.key) if helper else "",
            helper.zh if helper else "",
            helper.en if helper else "",
            _probability(helper),
        ]
        for one in chart.collaborations
        for helper in (*one.helpers, *([] if one.helpers else [None]))
    ]
    return Sheet(
        "融通 collaboration",
        f"{wording.title(chart)}　大中小企业融通 Chain leaders and who answers their needs",
        wording.notes(chart, "一行一个能配套的团队或企业。 A row for each team or small firm."),
        [
            heading("产业链", "chain"), heading("链主企业", "chain leader"), heading("需求", "need"),
            heading("团队或企业", "team or firm"), heading("说明", "why"), heading("英文说明", "why, in English"),
            heading("把握", "probability"),
        ],
        rows,
        (18, 30, 36, 40, 60, 60, 8),
        repeats={0, 1, 2},
    )  # fmt: skip


def _verdict(chart: IntegrationMap, key: str) -> str:
    report = chart.nodes.get(key)
    return wording.verdict(report.verdict.verdict) if report else ""


def _likely(filler: Filler) -> str:
    return f"{filler.zh} {filler.en}"


def _probability(helper: Helper | None) -> float | None:
    # An organization has none: it was found by where it stands.
    return helper.probability or None if helper else None
