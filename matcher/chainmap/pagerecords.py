"""Which records the interactive page names, and how: the most telling ones of each node."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from corpora.vocabulary import Kind, OrganizationKind, Tier
from corpora.writers.workbook import cell_text
from matcher.chainmap.integration import LANES, IntegrationMap, Lane, Placed
from matcher.chainmap.pagecube import CELL_KINDS, cell_kind
from matcher.people import institution_key

#: Records that the page names of one node and kind: the most that keeps all within MAX_RECORDS.
LIMITS = (30, 20, 12, 8, 5, 3)
MAX_RECORDS = 6_000
#: Records that one gap, action or verdict names, and nearest ones or those of a topic.
MAX_NAMED = 12
MAX_NEAREST = 6
MAX_INSTITUTIONS = 8
MAX_ANSWERS = 3
#: A longer title is cut.
MAX_TITLE = 120
#: What stands on a node besides as a second thought.
MAX_ALSO = 10

#: `cell` and `seat` are kind and county as the cube counts them; `county` is read by people, and may be a region.
RECORD_FIELDS = (
    "kind", "id", "title", "owner", "county", "since", "lane", "lane_from", "tier", "organization",
    "met", "own", "by_person", "spots", "answers", "cell", "seat",
)  # fmt: skip

_KINDS = tuple(Kind)
_LANES = tuple(LANES)
_TIERS = tuple(Tier)
_ORGANIZATIONS = tuple(OrganizationKind)
_LISTS = ("need", "achievement", "firm", "element")
_READY = (Lane.PILOT, Lane.PRODUCTION)


class Shown:
    """The records that are named, each given its place when it is first asked for."""

    def __init__(self, chart: IntegrationMap) -> None:
        self.chart = chart
        #: Texts that many records share, such as owners.
        self.strings: list[str] = []
        self.node_index = {key: place for place, key in enumerate(chart.nodes)}
        self.counties = ["", *(county for county in chart.counties if county)]
        self._seat_of = {county: place for place, county in enumerate(self.counties)}
        self._string_of: dict[str, int] = {}
        self._place_of: dict[str, int] = {}
        self._named: list[Placed] = []
        self.tier_of = _tiers_of_needs(chart)
        self._below = _below(chart)
        self._lists = {key: self._telling(key) for key in chart.nodes}
        self._also = _also(chart)
        self._limit = self._fitting_limit()

    def key(self, key: str) -> int:
        """Return the place of the record, -1 where it is not on the map."""
        one = self.chart.by_key.get(key)
        if one is None:
            return -1
        place = self._place_of.setdefault(key, len(self._named))
        if place == len(self._named):
            self._named.append(one)
        return place

    def keys(self, keys: Iterable[str], limit: int) -> list[int]:
        """Return the places of the first `limit` of the records that are on the map."""
        return [self.key(key) for key in [key for key in keys if key in self.chart.by_key][:limit]]

    def some(self, kind: str, ids: Sequence[str], limit: int) -> dict[str, Any]:
        """Return how many records there are, and the places of the first few."""
        return {"count": len(ids), "records": self.keys([f"{kind}:{one}" for one in ids], limit)}

    def of_node(self, key: str) -> dict[str, list[int]]:
        """Return the places of a node's most telling records by kind, and of those that are also relevant."""
        lists = {kind: [self.key(one.key) for one in found[: self._limit]] for kind, found in self._lists[key].items()}  # fmt: skip
        return lists | {"also": [self.key(one.key) for one in self._also.get(key, ())]}

    def institutions(self, key: str) -> list[list[int]]:
        """Return whose the achievements of a node are, with how many: [string, count], the most first."""
        counted: Counter[str] = Counter()
        names: dict[str, str] = {}
        written = Counter(one.owner for one in self._lists[key]["achievement"] if one.owner)
        for owner, count in written.items():
            who = institution_key(owner)
            counted[who] += count
            # Of the ways to write it the shortest, which names no school or laboratory.
            names[who] = min(names.get(who, owner), owner, key=lambda name: (len(name), name))
        first = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:MAX_INSTITUTIONS]
        return [[self._string(names[who]), count] for who, count in first]

    def rows(self) -> list[list[Any]]:
        """Return the records that were named, and the answers to the needs among them, in `RECORD_FIELDS`."""
        rows = []
        # Answers that are named on the way are named themselves: the list grows until it is through.
        for one in self._named:
            rows.append(self._row(one))
        return rows

    def _row(self, one: Placed) -> list[Any]:
        return [
            _KINDS.index(one.kind),
            one.id,
            _title(one.title),
            self._string(one.owner),
            self._string(one.county or one.region),
            one.since.isoformat(),
            len(_LANES) if one.lane is None else _LANES.index(one.lane),
            one.lane_from,
            -1 if (tier := self.tier_of.get(one.key, one.tier)) is None else _TIERS.index(tier),
            -1 if one.organization_kind is None else _ORGANIZATIONS.index(one.organization_kind),
            -1 if one.met is None else int(one.met),
            int(one.is_local),
            int(one.placed_by == "person"),
            [
                [self.node_index[spot.node], round(spot.confidence, 2)]
                for spot in one.spots
                if spot.node in self.node_index
            ],
            [
                [self.key(f"achievement:{each.achievement_id}"), each.level, round(each.probability, 3), int(each.judged)]
                for each in one.answers[:MAX_ANSWERS]
            ],
            CELL_KINDS.index(cell_kind(one)),
            self._seat_of.get(one.county, 0),
        ]  # fmt: skip

    def _string(self, text: str) -> int:
        place = self._string_of.setdefault(text, len(self.strings))
        if place == len(self.strings):
            self.strings.append(_title(text))
        return place

    def _telling(self, key: str) -> dict[str, list[Placed]]:
        """Return the records of the node and its sub-nodes by kind, the most telling first."""
        lists: dict[str, list[Placed]] = {kind: [] for kind in _LISTS}
        for node in self._below[key]:
            for one in self.chart.on_node[node]:
                if (kind := cell_kind(one)) in lists:
                    lists[kind].append(one)
        for found in lists.values():
            found.sort(key=_telling_first)
        return lists

    def _fitting_limit(self) -> int:
        """Return how many records of a node and kind can be named, with the answers to the needs among them."""
        for limit in LIMITS:
            named = {
                one.key: one
                for lists in self._lists.values()
                for found in lists.values()
                for one in found[:limit]
            }
            answers = {
                f"achievement:{each.achievement_id}"
                for one in named.values()
                for each in one.answers[:MAX_ANSWERS]
            }
            if len(named.keys() | answers) <= MAX_RECORDS:
                return limit
        return LIMITS[-1]


def _telling_first(one: Placed) -> tuple[Any, ...]:
    """Unmet needs and the newest first; the city's own and riper achievements; the largest firms."""
    tier = len(_TIERS) if one.tier is None else len(_TIERS) - _TIERS.index(one.tier)
    return (
        bool(one.met),
        not one.is_local,
        tier,
        one.lane not in _READY if one.kind is Kind.ACHIEVEMENT else False,
        -one.since.toordinal() if one.kind is Kind.NEED else 0,
        -one.spots[0].confidence if one.spots else 0.0,
        one.id,
    )


def _below(chart: IntegrationMap) -> dict[str, list[str]]:
    """Return each node's key with those of the nodes under it, in the order of the chain."""
    parts: dict[str, list[str]] = defaultdict(list)
    for key, report in chart.nodes.items():
        parts[key].append(key)
        parent, climbed = report.node.parent, {report.node.id}
        while parent and parent not in climbed:
            climbed.add(parent)
            above = f"{report.chain}/{parent}"
            parts[above].append(key)
            parent = chart.nodes[above].node.parent if above in chart.nodes else ""
    return parts


def _also(chart: IntegrationMap) -> dict[str, list[Placed]]:
    """Return the records that stand on a node as a second thought, the surest first."""
    found: dict[str, list[tuple[float, Placed]]] = defaultdict(list)
    for one in chart.records:
        for spot in one.spots[1:]:
            found[spot.node].append((-spot.confidence, one))
    # Of equally sure ones the first of the map, which is in order.
    return {
        node: [one for _, one in sorted(each, key=itemgetter(0))[:MAX_ALSO]] for node, each in found.items()
    }


def _tiers_of_needs(chart: IntegrationMap) -> dict[str, Tier | None]:
    """Return the tier of the enterprise of each need, by the key of the need, where the map has it."""
    firms = {
        institution_key(one.title): one.tier
        for one in chart.records
        if one.organization_kind is OrganizationKind.ENTERPRISE and one.tier is not None
    }
    return {
        one.key: firms.get(institution_key(one.owner)) if one.owner else None
        for one in chart.records
        if one.kind is Kind.NEED
    }


def _title(text: str) -> str:
    clean = cell_text(text)
    return clean if len(clean) <= MAX_TITLE else clean[: MAX_TITLE - 1] + "…"
