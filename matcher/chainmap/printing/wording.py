"""How the papers word what the map says, Chinese first, English second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from corpora.chains import POSITIONS, Position
from corpora.vocabulary import Kind, OrganizationKind, Tier, vocabulary
from matcher.chainmap.integration import (
    ACTIONS,
    LANES,
    NUMBERS,
    VERDICTS,
    Action,
    ActionKind,
    Answer,
    IntegrationMap,
    Lane,
    NodeReport,
    Numbers,
    Placed,
    Verdict,
    VerdictKind,
)
from matcher.stages import day_of

#: What is counted, in the order in which papers give it: field of Numbers, Chinese, English.
COUNTS: tuple[tuple[str, str, str], ...] = tuple(
    (name, *NUMBERS[name]) for name in NUMBERS if name not in ("wider_firms", "suppliers", "records")
)
#: Those that a narrow table has room for, in short.
SHORT_COUNTS = (
    ("needs", "需求", "needs"),
    ("unmet", "缺", "unmet"),
    ("achievements", "成果", "ach."),
    ("firms", "企业", "firms"),
    ("dependants", "下游", "down"),
)
KINDS = {
    Kind.NEED: ("需求", "need"),
    Kind.ACHIEVEMENT: ("成果", "achievement"),
    Kind.ORGANIZATION: ("机构", "organization"),
}
#: What each verdict means, whatever the numbers in the rules.
MEANINGS = {
    VerdictKind.FILL: (
        "需求或下游企业要用，本地却没有足够的供给或企业，或只靠一家：这里断了，要补上。",
        "Needs or firms downstream call for it, and supply or local firms are missing, or it hangs on one firm.",
    ),
    VerdictKind.UPGRADE: (
        "本地已有企业，企业要的比本地成果能给的多，外面又有接得上的成果：可以再上一级。",
        "Local firms are there and ask for more than local achievements offer, and supply that answers exists.",
    ),
    VerdictKind.BUILD: (
        "已有成果或新兴方向，本地还没有企业：可以从这里建起。",
        "Achievements or an emerging topic are there, and no local industry yet.",
    ),
    VerdictKind.BALANCED: ("供需大体相当，继续跟踪。", "Supply and demand are about even; keep watching."),
    VerdictKind.THIN: (
        "记录太少，下不了结论；先把情况摸清。",
        "There are too few records to say anything; find out more first.",
    ),
}
LANELESS = ("阶段不明", "stage unknown")
LANE_SOURCES = {
    "stage": "成熟度 stage",
    "text": "正文 text",
    "kind": "机构类型 kind",
    "person": "人工 person",
    "": "",
}
#: What somebody reads who opens a paper of nothing.
EMPTY = (
    "还没有记录：先导入成果、需求和机构，再生成图谱。",
    "There are no records yet: import achievements, needs and organizations, then build the map again.",
)


def both(words: tuple[str, str], between: str = " ") -> str:
    return between.join(words)


def heading(zh: str, en: str) -> str:
    """Return a heading of a column, Chinese over English."""
    return f"{zh}\n{en}"


def title(chart: IntegrationMap) -> str:
    return f"{chart.title_zh} {chart.title_en}"


def position(at: Position) -> str:
    return both(POSITIONS[at])


def lane(at: Lane | None) -> str:
    return both(LANES[at] if at else LANELESS)


def action(kind: ActionKind) -> tuple[str, str]:
    """Return what an action is called, as on the page."""
    return ACTIONS[kind]


def verdict(kind: VerdictKind) -> str:
    return both(VERDICTS[kind])


def lane_columns() -> list[tuple[str, tuple[str, str]]]:
    """Return the keys of NodeReport.lanes with their labels, the unknown last."""
    return [*((str(key), words) for key, words in LANES.items()), ("", LANELESS)]


def organization_kind(kind: OrganizationKind | None) -> str:
    return both(vocabulary().label("organization_kinds", kind)) if kind else ""


def tier(of: Tier | None) -> str:
    return both(vocabulary().label("tiers", of)) if of else ""


def counts(numbers: Numbers) -> list[int]:
    """Return the numbers in the order of COUNTS."""
    return [getattr(numbers, name) for name, _, _ in COUNTS]


def node_name(chart: IntegrationMap, key: str) -> str:
    """Return a node's chain and name, Chinese; the key itself where the map has no such node."""
    report = chart.nodes.get(key)
    return f"{chain_name(chart, report.chain)} · {report.node.zh}" if report else key


def node_name_en(chart: IntegrationMap, key: str) -> str:
    report = chart.nodes.get(key)
    return report.node.en if report else key


def chain_name(chart: IntegrationMap, key: str) -> str:
    return next((one.zh for one in chart.chains if one.id == key), key)


def full_name(report: NodeReport) -> str:
    """Return a node's name with that of what it is a part of left out, Chinese over English."""
    return f"{'└ ' if report.node.parent else ''}{report.node.zh}\n{report.node.en}"


def named(chart: IntegrationMap, key: str) -> str:
    """Return the title of a record with its owner; the key where the map has no such record."""
    one = chart.by_key.get(key)
    return labelled(one) if one else key


def labelled(one: Placed) -> str:
    return f"{one.title}（{one.owner}）" if one.owner else one.title


def several(chart: IntegrationMap, keys: Iterable[str], most: int) -> str:
    """Return the first `most` of the records by name, and how many more there are."""
    known = list(keys)
    names = [named(chart, key) for key in known[:most]]
    return "\n".join([*names, *more(len(known) - len(names))])


def more(count: int) -> list[str]:
    """Return the line that says that `count` others are left out, none where none are."""
    return [f"……另有 {count} 项，见工作簿 and {count} more, in the workbook"] if count > 0 else []


def need_keys(ids: Sequence[str]) -> list[str]:
    return [f"{Kind.NEED}:{one}" for one in ids]


def overridden(said: Verdict) -> str:
    """Return that a person gave the verdict, and why, but not who; "" where nobody did."""
    if (by := said.overridden) is None:
        return ""
    return f"人工裁定，规则原为“{VERDICTS[said.by_rule][0]}”：{by.reason}（{day_of(by.at).isoformat()}）"


def achievement_keys(ids: Sequence[str]) -> list[str]:
    return [f"{Kind.ACHIEVEMENT}:{one}" for one in ids]


def local(is_local: bool) -> str:
    return "本地 local" if is_local else "外地 elsewhere"


def likely(answer: Answer) -> str:
    """Return an answer's level (关联度), and how sure it is."""
    from matcher.matches import LEVELS

    level = both(LEVELS[answer.level]) if answer.level in LEVELS else str(answer.level)
    sure = "已判定 judged" if answer.judged else f"把握 {answer.probability:.0%}"
    return f"{level}，{sure}"


def notes(chart: IntegrationMap, *others: str) -> tuple[str, ...]:
    """Return what stands above every table: the date, where it is from, that there is nothing yet."""
    dated = f"日期 date：{chart.date.isoformat()}　由记录自动生成 made from the records"
    return (dated, *others, *([] if chart.records else [both(EMPTY)]))


def counties(chart: IntegrationMap) -> list[str]:
    """Return the map's counties, then any other that a node knows."""
    seen = {county for report in chart.nodes.values() for county in report.counties}
    return [*chart.counties, *sorted(seen - set(chart.counties))]


def tiers(chart: IntegrationMap) -> list[tuple[str, list[int]]]:
    """Return by county how many firms there are of each tier, the lowest first, and of none known."""
    order = [*Tier, None]
    found = {county: [0] * len(order) for county in counties(chart)}
    for one in chart.records:
        if one.organization_kind is OrganizationKind.ENTERPRISE:
            found.setdefault(one.county, [0] * len(order))[order.index(one.tier)] += 1
    return [(county, row) for county, row in found.items() if any(row) or county in chart.counties]


def short_counts(numbers: Numbers) -> list[str]:
    return [str(getattr(numbers, name)) for name, _, _ in SHORT_COUNTS]


def first_actions(chart: IntegrationMap, most: int) -> list[Action]:
    """Return the weightiest actions over all chains, no chain twice before each has been told."""
    place: Counter[str] = Counter()
    ranked = []
    for one in chart.actions:
        ranked.append((place[one.chain], -one.weight, one))
        place[one.chain] += 1
    return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])[:most]]
