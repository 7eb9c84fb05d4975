"""Looking at a map that was built: what of it may be shown now, and one node of it, narrowed.

What was withdrawn or deleted since the map was built keeps its place in the numbers, but is not named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from threading import Lock

from cachetools import LRUCache, cached

from corpora.errors import BadRequest, UnknownRecord, shorten
from corpora.store import Store
from corpora.submissions import Submissions
from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.advising.actions import actions
from matcher.chainmap.advising.collaborations import collaborations
from matcher.chainmap.advising.gaps import gaps
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import (
    LANES,
    Action,
    ChainReport,
    Gap,
    IntegrationMap,
    Lane,
    LaneNumbers,
    NodeReport,
    Placed,
    Scope,
)
from matcher.chainmap.measures import is_element

#: What stands in the place of a title that may not be shown any more.
GONE = "（已不公开 no longer public）"


# What may be shown


def gone(store: Store, chart: IntegrationMap) -> frozenset[str]:
    """Return the keys of the map's records that are deleted by now, or needs that are not public any more."""
    hidden = {f"{Kind.NEED}:{one}" for one in Submissions(store).hidden()}
    return frozenset(key for key in _deleted(store, chart.revision) | hidden if key in chart.by_key)


@cached(LRUCache(8), key=lambda store, since: (store.identity, since, store.revision()), lock=Lock())
def _deleted(store: Store, since: int) -> frozenset[str]:
    latest = {f"{one.kind}:{one.id}": one.action for one in store.changes_since(since)}
    return frozenset(key for key, action in latest.items() if action == "deleted")


def shown(chart: IntegrationMap, left_out: Set[str] = frozenset(), names: bool = False) -> IntegrationMap:
    """Return the map without what tells of the records `left_out`; with `names`, it says who overrode verdicts."""
    changes: dict[str, object] = {}
    if not names:
        changes["chains"] = tuple(map(_nameless, chart.chains))
    if left_out:
        changes["records"] = tuple(
            map(_untold, chart.records, (one.key in left_out for one in chart.records))
        )
        # Sentences quote titles and owners: they are made anew, of what is left.
        left = _with(chart, {"records": tuple(_left(chart.records, left_out)), "topics": ()})
        around = Surroundings(left)
        changes["topics"] = tuple(one for one in chart.topics if left_out.isdisjoint(one.records))
        changes["gaps"] = gaps(left, chart.adequate, (), around)
        changes["collaborations"] = collaborations(left, chart.adequate, around)
        changes["actions"] = actions(
            _with(left, {"gaps": changes["gaps"], "collaborations": changes["collaborations"]}),
            chart.adequate, (), around,
        )  # fmt: skip
    if not changes:
        return chart
    return _with(chart, changes)


def _with(chart: IntegrationMap, changes: Mapping[str, object]) -> IntegrationMap:
    # A copy would keep what was worked out of the old records.
    return IntegrationMap.model_construct(
        **{name: getattr(chart, name) for name in IntegrationMap.model_fields} | dict(changes)
    )


def _left(records: Iterable[Placed], gone: Set[str]) -> Iterator[Placed]:
    """Yield the records that are not gone, without answers that are."""
    for one in records:
        if one.key in gone:
            continue
        answers = tuple(
            each for each in one.answers if f"{Kind.ACHIEVEMENT}:{each.achievement_id}" not in gone
        )
        yield one if answers == one.answers else one.model_copy(update={"answers": answers})


def _untold(record: Placed, is_gone: bool) -> Placed:
    return record.model_copy(update={"title": GONE, "owner": "", "answers": ()}) if is_gone else record


def _nameless(chain: ChainReport) -> ChainReport:
    """Return the chain without the names of those who overrode its verdicts."""
    if not any(one.verdict.overridden for one in chain.nodes):
        return chain
    nodes = []
    for one in chain.nodes:
        if said := one.verdict.overridden:
            verdict = one.verdict.model_copy(update={"overridden": said.model_copy(update={"who": ""})})
            one = one.model_copy(update={"verdict": verdict})
        nodes.append(one)
    return chain.model_copy(update={"nodes": tuple(nodes)})


# One node


@dataclass(frozen=True)
class Narrowing:
    """What of a node's records is looked at; it travels in the address. `since` and `until` count themselves in."""

    county: str = ""
    tier: Tier | None = None
    lane: Lane | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Narrowing:
        """Raises BadRequest for what is no tier, lane or day, or days that run backwards."""
        tier = _choice(said.get("tier", ""), Tier, "企业梯队", "tier")
        lane = _choice(said.get("lane", ""), Lane, "创新链阶段", "lane")
        since, until = (_day(said.get(name, "")) for name in ("since", "until"))
        if since and until and since > until:
            raise BadRequest(
                f"开始日期 {since} 晚于结束日期 {until}；请对调",
                f"{since} is after {until}; swap the two days",
            )
        return cls(
            said.get("county", "").strip()[:50],
            Tier(tier) if tier else None,
            Lane(lane) if lane else None,
            since,
            until,
        )

    @property
    def is_on(self) -> bool:
        return self != Narrowing()

    def keeps(self, record: Placed) -> bool:
        """Whether a record is looked at: a county has its own needs and organizations, and supply from everywhere."""
        if self.county and record.kind is not Kind.ACHIEVEMENT and record.county != self.county:
            return False
        if self.tier and record.organization_kind is OrganizationKind.ENTERPRISE and record.tier != self.tier:
            return False
        if self.lane and record.lane != self.lane:
            return False
        return (self.since is None or record.since >= self.since) and (
            self.until is None or record.since <= self.until
        )


@dataclass(frozen=True)
class NodeView:
    """A node with the records that are counted on it and its parts, as far as they are looked at."""

    chain: ChainReport
    report: NodeReport
    #: Its parts, and the node that it is a part of.
    parts: tuple[NodeReport, ...]
    above: NodeReport | None
    supplies: tuple[NodeReport, ...]
    supplied_by: tuple[NodeReport, ...]
    unmet: tuple[Placed, ...]
    met: tuple[Placed, ...]
    achievements: tuple[Placed, ...]
    firms: tuple[Placed, ...]
    elements: tuple[Placed, ...]
    #: Records that are counted elsewhere and belong here too.
    also: tuple[Placed, ...]
    gap: Gap | None
    actions: tuple[Action, ...]
    lanes: Mapping[str, LaneNumbers]
    #: The node as the county of the narrowing sees it.
    scope: Scope | None

    @property
    def count(self) -> int:
        """How many of its records are looked at."""
        return sum(len(each) for each in (self.unmet, self.met, self.achievements, self.firms, self.elements))


def find_chain_report(chart: IntegrationMap, chain_id: str) -> ChainReport:
    """Raises UnknownRecord, naming the chains that the map has."""
    found = next((one for one in chart.chains if one.id == chain_id), None)
    if found is None:
        known = "、".join(one.id for one in chart.chains[:20])
        raise UnknownRecord(
            f"图谱上没有产业链“{shorten(chain_id)}”；有：{known}",
            f"the map has no chain '{shorten(chain_id)}'; it has {known}",
        )
    return found


def find_node(chart: IntegrationMap, key: str) -> NodeReport:
    """Return the report of the node "chain/node". Raises UnknownRecord."""
    chain = find_chain_report(chart, key.partition("/")[0])
    found = chart.nodes.get(key)
    if found is None:
        known = "、".join(one.node.id for one in chain.nodes[:30])
        raise UnknownRecord(
            f"产业链“{chain.zh}”没有环节“{shorten(key.partition('/')[2])}”；有：{known}",
            f"the chain '{chain.id}' has no node '{shorten(key.partition('/')[2])}'; it has {known}",
        )
    return found


def node_view(chart: IntegrationMap, key: str, narrowing: Narrowing | None = None) -> NodeView:
    """Return a node, narrowed. Raises UnknownRecord."""
    narrowing = narrowing or Narrowing()
    report = find_node(chart, key)
    chain = find_chain_report(chart, report.chain)
    family = {report.key} | {f"{chain.id}/{one}" for one in parts_of(chain, report.node.id)}
    here = [one for each in sorted(family) for one in chart.on_node[each] if narrowing.keeps(one)]
    needs = [one for one in here if one.kind is Kind.NEED]
    firms = [one for one in here if one.organization_kind is OrganizationKind.ENTERPRISE]
    others = [one for one in here if is_element(one)]
    return NodeView(
        chain,
        report,
        tuple(one for one in chain.nodes if one.node.parent == report.node.id),
        next((one for one in chain.nodes if one.node.id == report.node.parent), None),
        tuple(one for one in chain.nodes if one.node.id in report.node.supplies),
        tuple(one for one in chain.nodes if report.node.id in one.node.supplies),
        tuple(sorted((one for one in needs if not one.met), key=_pressing)),
        tuple(sorted((one for one in needs if one.met), key=_pressing)),
        tuple(sorted((one for one in here if one.kind is Kind.ACHIEVEMENT), key=_telling)),
        tuple(sorted(firms, key=lambda one: (-_TIER_ORDER.get(one.tier, -1), _telling(one)))),
        tuple(sorted(others, key=_telling)),
        tuple(
            one
            for one in chart.records
            if any(spot.node in family for spot in one.spots[1:])
            and one.node not in family
            and narrowing.keeps(one)
        ),
        next((one for one in chart.gaps if one.node == report.key), None),
        tuple(one for one in chart.actions if report.key in one.nodes),
        lane_numbers(here),
        report.counties.get(narrowing.county) if narrowing.county else None,
    )


def parts_of(chain: ChainReport, node_id: str) -> set[str]:
    """Return the ids of all nodes below a node."""
    found: set[str] = set()
    fresh = {node_id}
    while fresh:
        fresh = {one.node.id for one in chain.nodes if one.node.parent in fresh} - found
        found |= fresh
    return found


def lane_numbers(records: Iterable[Placed]) -> dict[str, LaneNumbers]:
    """Count records by lane, every lane in order; what has none stands under "", where there is such."""
    found = {lane.value: [0, 0, 0] for lane in LANES} | {"": [0, 0, 0]}
    place = {Kind.NEED: 0, Kind.ACHIEVEMENT: 1, Kind.ORGANIZATION: 2}
    for one in records:
        found[one.lane.value if one.lane else ""][place[one.kind]] += 1
    if not any(found[""]):
        del found[""]
    return {
        lane: LaneNumbers(needs=needs, achievements=achievements, organizations=organizations)
        for lane, (needs, achievements, organizations) in found.items()
    }


_TIER_ORDER: dict[Tier | None, int] = {tier: place for place, tier in enumerate(Tier)}


def _telling(record: Placed) -> tuple[float, str]:
    return (-record.spots[0].confidence, record.id)


def _pressing(record: Placed) -> tuple[float, float, str]:
    """Order needs: those furthest from an answer first."""
    best = record.answers[0].probability if record.answers else 0.0
    return (best, *_telling(record))


def _choice(text: str, choices: type[Tier] | type[Lane], zh: str, en: str) -> str:
    if text and text not in set(choices):
        known = "、".join(choices)
        raise BadRequest(
            f"{zh}“{shorten(text)}”不认识，可选：{known}",
            f"unknown {en} '{shorten(text)}'; there are {known}",
        )
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadRequest(
            f"“{shorten(text)}”不是日期，应像 2026-12-01", f"'{shorten(text)}' is no day; write 2026-12-01"
        ) from error
