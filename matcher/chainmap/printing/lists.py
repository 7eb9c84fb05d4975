"""The lists of the workbook: every record of the map, with where it stands, and the emerging topics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpora.vocabulary import Kind
from corpora.writers.workbook import Sheet
from matcher.chainmap.integration import Answer, IntegrationMap, Placed
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.wording import heading

#: Best answers of a need that its row names.
_ANSWERS = 3


def record_sheets(chart: IntegrationMap) -> list[Sheet]:
    """Return the lists of needs, achievements and organizations on the map, of topics, and of what is on no node."""
    return [
        _sheet(chart, Kind.NEED, "需求 needs", "需求清单 Needs", _NEED, _need),
        _sheet(chart, Kind.ACHIEVEMENT, "成果 achievements", "成果清单 Achievements", _ACHIEVEMENT, _achievement),
        _sheet(chart, Kind.ORGANIZATION, "机构 organizations", "机构清单 Organizations", _ORGANIZATION, _organization),
        _topics(chart),
        _unplaced(chart),
    ]  # fmt: skip


#: What every record's row ends in.
_PLACE = [
    heading("产业链", "chain"), heading("环节", "node"), heading("环节编号", "key of the node"),
    heading("把握", "confidence"), heading("归类", "placed by"), heading("也相关", "also relevant"),
    heading("阶段", "lane"), heading("阶段依据", "lane from"), heading("登记日期", "since"),
]  # fmt: skip
_PLACE_WIDTHS = (18, 20, 20, 8, 12, 30, 18, 14, 12)
_NEED = [
    heading("编号", "id"), heading("需求", "need"), heading("企业", "enterprise"), heading("县区", "county"),
    heading("是否有答案", "met"), heading("最接近的成果", "best answers"), heading("最高把握", "best probability"),
]  # fmt: skip
_ACHIEVEMENT = [
    heading("编号", "id"), heading("成果", "achievement"), heading("单位", "institution"), heading("县区", "county"),
    heading("地区", "region"), heading("是否本地", "local"), heading("能答的需求", "needs it may answer"),
]  # fmt: skip
_ORGANIZATION = [
    heading("编号", "id"), heading("机构", "organization"), heading("类型", "kind"), heading("梯队", "tier"),
    heading("县区", "county"), heading("地区", "region"), heading("是否本地", "local"),
]  # fmt: skip
_OWN_WIDTHS = (18, 44, 28, 14, 12, 44, 12)

Answering = dict[str, list[Placed]]


def _sheet(
    chart: IntegrationMap,
    kind: Kind,
    name: str,
    title: str,
    headings: Sequence[str],
    row: Callable[[IntegrationMap, Placed, Answering], list[object]],
) -> Sheet:
    asked = _answered(chart) if kind is Kind.ACHIEVEMENT else {}
    rows = [
        [*row(chart, one, asked), *_place(chart, one)]
        for one in _in_order(chart)
        if one.kind is kind and one.node in chart.nodes
    ]
    note = (
        f"图谱上共 {len(rows)} 条，按环节排列；每条只计入“环节”一列，不重复计数。"
        f" {len(rows)} on the map, by node; each counts on its node alone."
    )
    return Sheet(
        name,
        f"{wording.title(chart)}　{title}",
        wording.notes(chart, note),
        [*headings, *_PLACE],
        rows,
        (*_OWN_WIDTHS, *_PLACE_WIDTHS),
    )


def _need(chart: IntegrationMap, one: Placed, _: Answering) -> list[object]:
    best = one.answers[:_ANSWERS]
    met = "有 met" if one.met else "无 unmet"
    answers = "\n".join(_answer(chart, each) for each in best)
    return [one.id, one.title, one.owner, one.county, met, answers, best[0].probability if best else None]


def _achievement(chart: IntegrationMap, one: Placed, asked: Answering) -> list[object]:
    needs = asked.get(one.id, [])
    return [one.id, one.title, one.owner, one.county, one.region, wording.local(one.is_local),
            "\n".join([*(wording.labelled(each) for each in needs[:_ANSWERS]), *wording.more(len(needs) - _ANSWERS)])]  # fmt: skip


def _organization(chart: IntegrationMap, one: Placed, _: Answering) -> list[object]:
    return [one.id, one.title, wording.organization_kind(one.organization_kind), wording.tier(one.tier), one.county,
            one.region, wording.local(one.is_local)]  # fmt: skip


def _place(chart: IntegrationMap, one: Placed) -> list[object]:
    report = chart.nodes.get(one.node)
    chain = wording.chain_name(chart, report.chain) if report else None
    return [
        chain,
        report.node.zh if report else None,
        one.node or None,
        one.spots[0].confidence if one.spots else None,
        "人工 person" if one.placed_by == "person" else "模型 model",
        "\n".join(f"{wording.node_name(chart, spot.node)} {spot.confidence:.0%}" for spot in one.spots[1:]),
        wording.lane(one.lane),
        wording.LANE_SOURCES[one.lane_from],
        one.since,
    ]


def _topics(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            one.zh,
            list(one.terms),
            len(one.records),
            wording.several(chart, one.records, 12),
            wording.node_name(chart, one.near) if one.near else "",
        ]
        for one in chart.topics
    ]
    return Sheet(
        "新兴方向 topics",
        f"{wording.title(chart)}　新兴方向 Emerging topics",
        wording.notes(
            chart, "未归链的记录里说同一件事的，合成一个方向。 Records on no node that are about one thing."
        ),
        [
            heading("方向", "topic"), heading("关键词", "terms"), heading("记录数", "records"),
            heading("记录", "which"), heading("最近的环节", "nearest node"),
        ],
        rows,
        (24, 40, 10, 60, 30),
    )  # fmt: skip


def _unplaced(chart: IntegrationMap) -> Sheet:
    rows = [
        [
            wording.both(wording.KINDS[one.kind]),
            one.id,
            one.title,
            one.owner,
            wording.organization_kind(one.organization_kind),
            one.county,
            wording.lane(one.lane),
            one.since,
        ]
        for one in chart.records
        if one.node not in chart.nodes
    ]
    return Sheet(
        "未归链 unplaced",
        f"{wording.title(chart)}　未归链的记录 Records on no node",
        wording.notes(chart, "没有足够把握归到哪个环节，不硬归。 No node is likely enough; none is forced."),
        [
            heading("种类", "kind"), heading("编号", "id"), heading("名称", "title"), heading("单位", "owner"),
            heading("机构类型", "kind of organization"), heading("县区", "county"), heading("阶段", "lane"),
            heading("登记日期", "since"),
        ],
        rows,
        (16, 18, 50, 28, 20, 12, 18, 12),
    )  # fmt: skip


def _in_order(chart: IntegrationMap) -> list[Placed]:
    """Return the records by node in the order of the chains, the rest last."""
    order = {key: place for place, key in enumerate(chart.nodes)}
    return sorted(chart.records, key=lambda one: (order.get(one.node, len(order)), one.kind, one.id))


def _answered(chart: IntegrationMap) -> Answering:
    """Return the met needs by the id of the achievement that is their best answer or a level 3 or 4 to them."""
    found: Answering = {}
    for one in chart.records:
        for place, answer in enumerate(one.answers if one.met else ()):
            if place == 0 or answer.level >= 3:
                found.setdefault(answer.achievement_id, []).append(one)
    return found


def _answer(chart: IntegrationMap, answer: Answer) -> str:
    name = wording.named(chart, f"{Kind.ACHIEVEMENT}:{answer.achievement_id}")
    return f"{name}：{wording.likely(answer)}"
