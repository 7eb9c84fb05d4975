"""Chapters of the book over all chains: elements and large–small collaboration, counties, emerging topics."""

from __future__ import annotations

from collections import Counter

from corpora.vocabulary import OrganizationKind, Tier, vocabulary
from corpora.writers.printed import SMALL, Printed
from matcher.chainmap.integration import VERDICTS, Collaboration, IntegrationMap, Missing, VerdictKind
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.wording import both

#: The kinds that stand between a university and an enterprise, in the order of 政产学研金介云.
_ELEMENTS = (
    OrganizationKind.UNIVERSITY, OrganizationKind.INSTITUTE, OrganizationKind.PLATFORM, OrganizationKind.PILOT_BASE,
    OrganizationKind.TRANSFER_AGENCY, OrganizationKind.FUND, OrganizationKind.PARK,
)  # fmt: skip
#: Rows that a chapter tells of what may be long; the rest is in the workbook.
_MISSING, _LEADERS, _HELPERS, _NODES = 8, 24, 2, 6
_CALLING = (VerdictKind.FILL, VerdictKind.UPGRADE, VerdictKind.BUILD)


def write_elements(book: Printed, chart: IntegrationMap) -> None:
    """Write where platforms, pilot bases, agencies and funds stand, what is missing, and who helps the leaders."""
    counted = Counter(
        (chart.nodes[one.node].chain if one.node in chart.nodes else "", one.organization_kind)
        for one in chart.records
        if one.organization_kind
    )
    labels = [vocabulary().label("organization_kinds", kind) for kind in _ELEMENTS]
    rows = [
        (name, *(str(counted[key, kind]) for kind in _ELEMENTS))
        for key, name in [
            *((one.id, f"{one.zh} {one.en}") for one in chart.chains),
            ("", "未归链 on no node"),
        ]
    ]
    book.caption(
        "表 Table", "Table", "各产业链上的要素机构 Organizations between the lanes, by chain", above=True
    )
    book.table(
        ("产业链 chain", *(both(one, "\n") for one in labels)), rows, (5.8, *(1.6 for _ in labels)), size=8
    )
    lacking = _lacking(chart)
    if lacking:
        book.write("Heading 2", "两个阶段之间缺什么 What is missing between the lanes", with_next=True)
        told = [(wording.node_name(chart, node), one.zh, one.en) for node, one in lacking[:_MISSING]]
        book.table(
            ("环节 node", "缺什么，最近的在哪", "what is missing, and the nearest"),
            told,
            (3.4, 6.4, 7.2),
            size=8,
        )
        _rest(book, len(lacking) - _MISSING)
    book.write("Heading 2", "大中小企业融通 Chain leaders and who answers their needs", with_next=True)
    if not chart.collaborations:
        book.write("Normal", "图谱上没有链主企业。 There is no chain leader on the map.")
        return
    leaders = [(wording.chain_name(chart, one.chain), wording.named(chart, one.leader), str(len(one.needs)),
                _helpers(one)) for one in chart.collaborations[:_LEADERS]]  # fmt: skip
    headings = ("产业链 chain", "链主 chain leader", "需求 needs", "谁能配套 who could help")
    book.table(headings, leaders, (2.6, 4.4, 1.4, 8.6), size=8)
    _rest(book, len(chart.collaborations) - _LEADERS)


def write_counties(book: Printed, chart: IntegrationMap) -> None:
    """Write each county's firms by tier, its needs, and the nodes that its verdicts call for something on."""
    tiers = wording.tiers(chart)
    needs = Counter((one.county, bool(one.met)) for one in chart.records if one.met is not None)
    labels = [vocabulary().label("tiers", one) for one in Tier]
    rows = [
        (
            county or "不明 unknown",
            str(needs[county, True] + needs[county, False]),
            str(needs[county, False]),
            str(sum(row)),
            *map(str, row),
        )
        for county, row in tiers
    ]
    book.caption(
        "表 Table", "Table", "各县区的需求与企业梯队 Needs, and firms by tier, of each county", above=True
    )
    headings = ("县区\ncounty", "需求\nneeds", "无人能答\nunmet", "企业\nfirms", *(both(one, "\n") for one in labels),
                "不明\nunknown")  # fmt: skip
    book.table(headings, rows, (2, *(1.5 for _ in headings[1:])), size=8)
    book.write("Heading 2", "各县区先看这些环节 Where each county should look first", with_next=True)
    told = [
        (county, *(_called(chart, county, kind) for kind in _CALLING)) for county in wording.counties(chart)
    ]
    heads = ("县区 county", *(both(VERDICTS[kind]) for kind in _CALLING))
    book.table(heads, told, (2, 5, 5, 5), size=8)
    book.write(
        SMALL,
        "按本县区自己的需求和企业、各地的成果，用同样的规则裁定。"
        " By the same rules, from the county's own needs and firms, and achievements from everywhere.",
    )


def write_topics(book: Printed, chart: IntegrationMap) -> None:
    """Write the emerging topics, and how many records stand on no node."""
    left = chart.unplaced
    book.write(
        "Normal",
        f"未归链：需求 {left.needs} 条，成果 {left.achievements} 项，企业 {left.firms} 家，要素机构 {left.elements} 个；"
        "没有足够把握归到哪个环节，清单在工作簿“未归链”。",
    )
    book.write(
        SMALL,
        f"On no node: {left.needs} needs, {left.achievements} achievements, {left.firms} firms, {left.elements} "
        "elements; no node is likely enough. They are listed in the workbook.",
    )
    if not chart.topics:
        book.write("Normal", "没有形成新兴方向。 No emerging topics were found.")
        return
    rows = [
        (one.zh, "、".join(one.terms), str(len(one.records)), wording.node_name(chart, one.near) if one.near else "——",
         wording.several(chart, one.records, 3))
        for one in chart.topics
    ]  # fmt: skip
    headings = ("方向 topic", "关键词 terms", "记录数 records", "最近的环节 nearest node", "例 examples")
    book.table(headings, rows, (2.8, 3.6, 1.6, 3.4, 5.6), size=8)


def _lacking(chart: IntegrationMap) -> list[tuple[str, Missing]]:
    """Return what is missing at the gaps, the worst gap first."""
    return [(gap.node, one) for gap in chart.gaps for one in gap.missing]


def _helpers(one: Collaboration) -> str:
    told = [helper.zh for helper in one.helpers[:_HELPERS]]
    return "\n".join([*told, *wording.more(len(one.helpers) - _HELPERS)]) or "暂无 nobody yet"


def _called(chart: IntegrationMap, county: str, kind: VerdictKind) -> str:
    """Return the nodes, sub-nodes left out, on which the county has that verdict, those with most unmet needs first."""
    found = [
        (-scope.numbers.unmet, key)
        for key, one in chart.nodes.items()
        if not one.node.parent and (scope := one.counties.get(county)) and scope.verdict is kind
    ]
    names = [wording.node_name(chart, key) for _, key in sorted(found)]
    return "\n".join([*names[:_NODES], *wording.more(len(names) - _NODES)]) or "——"


def _rest(book: Printed, count: int) -> None:
    for line in wording.more(count):
        book.write(SMALL, line)
