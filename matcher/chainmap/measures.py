"""What is counted of every node: in the city and in each county, with its parts, and by lane.

A record is counted once, on its first node, and again on every node that this one is a part of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from corpora.chains import Chain
from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.integration import LANES, Lane, LaneNumbers, Numbers, Placed, Topic

#: Fields of Numbers that are sums over records, in the order of a tally.
SUMMED = (
    "needs",
    "met",
    "unmet",
    "achievements",
    "local_achievements",
    "ready",
    "firms",
    "leaders",
    "elements",
)
#: Of these a county counts its own; achievements count wherever they are from.
_OWN = ("needs", "met", "unmet", "firms", "leaders", "elements")
_ELEMENTS = {
    OrganizationKind.PLATFORM,
    OrganizationKind.PILOT_BASE,
    OrganizationKind.TRANSFER_AGENCY,
    OrganizationKind.FUND,
    OrganizationKind.PARK,
}
_READY = {Lane.PILOT, Lane.PRODUCTION}
_FIRMS = SUMMED.index("firms")

Tally = list[int]
T = TypeVar("T")


@dataclass(frozen=True)
class Family:
    """How the nodes of all chains hang together; nodes are named "chain/node"."""

    #: Each node with those that it is a part of, itself first.
    above: Mapping[str, tuple[str, ...]]
    #: Each node with its parts, itself first.
    below: Mapping[str, tuple[str, ...]]
    #: The nodes, outside it and its parts, that it or a part of it supplies, with their parts.
    supplied: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Counted:
    """What is counted of a set of records, by node; parts are rolled up, but in `firms`."""

    family: Family
    #: By county, and by lane.
    sums: Mapping[str, Mapping[str, Tally]]
    lanes: Mapping[str, Mapping[str, Tally]]
    #: Enterprises on the node itself, by county.
    firms: Mapping[str, Mapping[str, int]]
    topics: Mapping[str, int]

    def numbers(self, node: str) -> Numbers:
        """Return what is counted of the node in the city."""
        total = [sum(column) for column in zip(*self.sums[node].values(), strict=True)] or [0] * len(SUMMED)
        return Numbers(
            **dict(zip(SUMMED, total, strict=True)),
            wider_firms=sum(sum(self.firms[one].values()) for one in self.family.above[node][1:]),
            dependants=sum(sum(self.firms[one].values()) for one in self.family.supplied[node]),
            topics=self.topics[node],
        )

    def counties(self, node: str, whole: Numbers, counties: Iterable[str]) -> dict[str, Numbers]:
        """Return what each county sees that has a record on the node, or enterprises that depend on it.

        It sees its own records, and achievements from everywhere.
        """
        found = {}
        for county in counties:
            near = {
                "wider_firms": sum(self.firms[one].get(county, 0) for one in self.family.above[node][1:]),
                "dependants": sum(self.firms[one].get(county, 0) for one in self.family.supplied[node]),
            }
            mine = self.sums[node].get(county)
            if mine is None and not near["dependants"]:
                continue
            own = dict(zip(SUMMED, mine or [0] * len(SUMMED), strict=True))
            found[county] = whole.model_copy(update={**{name: own[name] for name in _OWN}, **near})
        return found

    def lane_numbers(self, node: str) -> dict[str, LaneNumbers]:
        """Return what stands in each lane of the node, every lane in order; "" only where something has none."""
        found = self.lanes[node]
        names = [*(lane.value for lane in LANES), *([""] if "" in found else [])]
        return {
            name: LaneNumbers(
                **dict(
                    zip(
                        ("needs", "achievements", "organizations"),
                        found.get(name, (0, 0, 0)),
                        strict=True,
                    )
                )
            )
            for name in names
        }


def family_of(chains: Mapping[str, Chain]) -> Family:
    """Return how the nodes of the chains hang together."""
    above: dict[str, tuple[str, ...]] = {}
    below: dict[str, list[str]] = {}
    supplied: dict[str, tuple[str, ...]] = {}
    for chain in chains.values():
        parents = {node.id: node.parent for node in chain.nodes}
        for node in chain.nodes:
            path = [node.id]
            while parent := parents[path[-1]]:
                path.append(parent)
            above[f"{chain.id}/{node.id}"] = tuple(f"{chain.id}/{one}" for one in path)
            below[f"{chain.id}/{node.id}"] = [f"{chain.id}/{node.id}"]
    for key, path_of in above.items():
        for one in path_of[1:]:
            below[one].append(key)
    for chain in chains.values():
        goes_to = {f"{chain.id}/{node.id}": node.supplies for node in chain.nodes}
        for key in goes_to:
            own = set(below[key])
            reached = {
                part
                for one in below[key]
                for target in goes_to[one]
                for part in below[f"{chain.id}/{target}"]
            }
            supplied[key] = tuple(sorted(reached - own))
    return Family(above, {key: tuple(parts) for key, parts in below.items()}, supplied)


class Memory:
    """What was made of the records of each node, kept from one map to the next: most nodes are as they were."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[list[Placed], Any]] = {}

    def of(self, node: str, records: list[Placed], make: Callable[[list[Placed]], T]) -> T:
        """Return what `make` makes of the node's records; where they are the same as before, what it made then."""
        known = self._kept.get((node, make.__name__))
        if known is None or known[0] != records:
            known = self._kept[node, make.__name__] = records, make(records)
        made: T = known[1]
        return made


def on_nodes(records: Iterable[Placed], family: Family) -> dict[str, list[Placed]]:
    """Return the records that are counted on each node itself; those that stand on none are left out."""
    found: dict[str, list[Placed]] = {key: [] for key in family.above}
    for record in records:
        if record.spots and (here := found.get(record.spots[0].node)) is not None:
            here.append(record)
    return found


def count(
    grouped: Mapping[str, list[Placed]],
    family: Family,
    topics: Sequence[Topic] = (),
    memory: Memory | None = None,
) -> Counted:
    """Count the records on each node, as `on_nodes` gives them."""
    memory = memory or Memory()
    own = {key: memory.of(key, records, _tally) for key, records in grouped.items()}
    near = dict.fromkeys(family.above, 0)
    for topic in topics:
        if topic.near in near:
            near[topic.near] += 1
    sums, lanes = ({key: tallies[side] for key, tallies in own.items()} for side in (0, 1))
    return Counted(
        family,
        {key: _rolled_up(sums, parts) for key, parts in family.below.items()},
        {key: _rolled_up(lanes, parts) for key, parts in family.below.items()},
        {
            key: {county: tally[_FIRMS] for county, tally in counties.items()}
            for key, counties in sums.items()
        },
        {key: sum(near[one] for one in parts) for key, parts in family.below.items()},
    )


def _tally(records: list[Placed]) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Count records by county, columns SUMMED, and by lane: needs, achievements, organizations."""
    sums: dict[str, Tally] = {}
    lanes: dict[str, Tally] = {}
    for record in records:
        if (tally := sums.get(record.county)) is None:
            tally = sums[record.county] = [0] * len(SUMMED)
        add(tally, record)
        lane = lanes.setdefault(record.lane.value if record.lane else "", [0, 0, 0])
        lane[_SIDE[record.kind]] += 1
    return sums, lanes


def numbers_of(records: Iterable[Placed]) -> Numbers:
    """Return what is counted of the records, wherever they stand."""
    tally = [0] * len(SUMMED)
    for record in records:
        add(tally, record)
    return Numbers(**dict(zip(SUMMED, tally, strict=True)))


def is_element(record: Placed) -> bool:
    """Return whether it is an element of the innovation system: a platform, pilot base, agency, fund or park."""
    return record.organization_kind in _ELEMENTS


def add(tally: Tally, record: Placed) -> None:
    """Count one record into a tally, whose columns are SUMMED."""
    if record.kind is Kind.NEED:
        tally[0] += 1
        tally[1 if record.met else 2] += 1
    elif record.kind is Kind.ACHIEVEMENT:
        tally[3] += 1
        tally[4] += record.is_local
        tally[5] += record.is_local and record.lane in _READY
    elif record.organization_kind is OrganizationKind.ENTERPRISE:
        tally[6] += 1
        tally[7] += record.tier is Tier.CHAIN_LEADER
    elif is_element(record):
        tally[8] += 1


def summed(numbers: Iterable[Numbers]) -> Numbers:
    """Return the sum of every field."""
    total: dict[str, int] = dict.fromkeys(Numbers.model_fields, 0)
    for one in numbers:
        for name in total:
            total[name] += getattr(one, name)
    return Numbers(**total)


_SIDE = {Kind.NEED: 0, Kind.ACHIEVEMENT: 1, Kind.ORGANIZATION: 2}


def _rolled_up(tallies: Mapping[str, Mapping[str, Tally]], parts: Sequence[str]) -> dict[str, Tally]:
    """Return the sum of the parts' tallies, by county or lane in the order of their names."""
    found: dict[str, Tally] = {}
    for part in parts:
        for name, tally in tallies[part].items():
            before = found.get(name)
            found[name] = (
                list(tally) if before is None else [a + b for a, b in zip(before, tally, strict=True)]
            )
    return {name: found[name] for name in sorted(found)}
