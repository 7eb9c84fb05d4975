"""What stands on the nodes of a map and around them, looked up once for everything that asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.integration import Answer, IntegrationMap, Placed
from matcher.people import institution_key
from models.ngrams import NgramWeights, count

#: From this level on an answer is adequate where somebody judged it.
ADEQUATE_LEVEL = 3
#: How far something is from a node: on it, on its chain, at home in no field, on another chain.
ON_NODE, ON_CHAIN, ANY_FIELD, ELSEWHERE = range(4)

_TIERS = {tier: place for place, tier in enumerate(Tier)}


def is_adequate(one: Answer, adequate: float) -> bool:
    """Return whether the answer counts: it was judged so, or is probable enough."""
    return one.level >= ADEQUATE_LEVEL if one.judged else one.probability >= adequate


#: What is adequate, and what is worth a look: answers with their achievements, the best first.
Answers = tuple[list[tuple[Answer, Placed]], list[tuple[Answer, Placed]]]


class Surroundings:
    """Indexes over a map, made once: every question after is about a node, not about all records."""

    def __init__(self, chart: IntegrationMap) -> None:
        self.chart = chart
        self.nodes = chart.nodes
        children: dict[str, list[str]] = defaultdict(list)
        for one in chart.nodes.values():
            if one.node.parent:
                children[f"{one.chain}/{one.node.parent}"].append(one.key)
        self.children: Mapping[str, list[str]] = children
        #: The answers to each need that are worth a look, and what is adequate of them: see demands.answers.
        self.answers: dict[tuple[str, float], Answers] = {}
        self._branches: dict[str, list[str]] = {}
        self._branched: dict[tuple[str, Kind], list[Placed]] = {}
        self._makers: dict[str, dict[str, list[Placed]]] = {}
        self._pressing: dict[str, tuple[int, str, str]] = {}

    def branch(self, node: str) -> list[str]:
        """Return the node with its sub-nodes, theirs included."""
        if node not in self._branches:
            below = [each for one in self.children.get(node, ()) for each in self.branch(one)]
            self._branches[node] = [node, *below]
        return self._branches[node]

    def counted(self, node: str, kind: Kind) -> Sequence[Placed]:
        """Return the records of a kind that are counted on the node and its sub-nodes."""
        if len(self.branch(node)) == 1:
            return self.counted_alone.get((node, kind), ())
        if (node, kind) not in self._branched:
            own = (self.counted_alone.get((key, kind), ()) for key in self.branch(node))
            self._branched[node, kind] = [one for many in own for one in many]
        return self._branched[node, kind]

    def named(self, written: str) -> str:
        """Return what the ways to write one institution share; see `institution_key`."""
        return institution_key(written) if written else ""

    @cached_property
    def counted_alone(self) -> Mapping[tuple[str, Kind], list[Placed]]:
        """The records that are counted on each node itself, by kind."""
        found: dict[tuple[str, Kind], list[Placed]] = defaultdict(list)
        for one in self.chart.records:
            if one.node in self.nodes:
                found[one.node, one.kind].append(one)
        return found

    @cached_property
    def organizations(self) -> Mapping[OrganizationKind, list[Placed]]:
        """Every organization by its kind."""
        found: dict[OrganizationKind, list[Placed]] = defaultdict(list)
        for one in self.chart.records:
            if one.organization_kind is not None:
                found[one.organization_kind].append(one)
        return found

    @cached_property
    def by_name(self) -> Mapping[str, Placed]:
        """Organizations by the key of their names; of namesakes the first."""
        found: dict[str, Placed] = {}
        for one in self.chart.records:
            if one.kind is Kind.ORGANIZATION and (key := self.named(one.title)):
                found.setdefault(key, one)
        return found

    def standing(self, kind: OrganizationKind, node: str) -> list[Placed]:
        """Return the organizations of a kind that stand on the node or a sub-node, counted there or not."""
        found = (one for key in self.branch(node) for one in self._standing.get((kind, key), ()))
        return list({one.key: one for one in found}.values())

    @cached_property
    def supplied_by(self) -> Mapping[str, list[str]]:
        """By node: the nodes that supply it."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.nodes.values():
            for to in one.node.supplies:
                found[f"{one.chain}/{to}"].append(one.key)
        return found

    def suppliers(self, node: str) -> list[str]:
        """Return the nodes that supply a node, its sub-nodes or what it is a part of, without those within."""
        inside = self.branch(node)
        found = [one for key in (*inside, *self.above(node)) for one in self.supplied_by.get(key, ())]
        return [one for one in dict.fromkeys(found) if one not in inside]

    def customers(self, node: str) -> list[str]:
        """Return the nodes that a node, its sub-nodes or what it is a part of supply, without those within."""
        inside = self.branch(node)
        found = [
            f"{self.nodes[key].chain}/{to}"
            for key in (*inside, *self.above(node))
            for to in self.nodes[key].node.supplies
        ]
        return [one for one in dict.fromkeys(found) if one not in inside]

    def siblings(self, node: str) -> list[str]:
        """Return the other parts of what the node is a part of, and that itself."""
        return [
            key for parent in self.above(node)[:1] for key in (*self.children[parent], parent) if key != node
        ]

    def above(self, node: str) -> list[str]:
        """Return what the node is a part of, the nearest first."""
        report = self.nodes[node]
        if not report.node.parent:
            return []
        parent = f"{report.chain}/{report.node.parent}"
        return [parent, *self.above(parent)]

    def makers(self, node: str) -> Mapping[str, list[Placed]]:
        """Return the achievements counted on the node and its sub-nodes, by the key of their institution."""
        if node not in self._makers:
            found: dict[str, list[Placed]] = {}
            for one in self.counted(node, Kind.ACHIEVEMENT):
                if key := self.named(one.owner):
                    found.setdefault(key, []).append(one)
            self._makers[node] = found
        return self._makers[node]

    def achievement(self, key: str) -> Placed | None:
        return self.chart.by_key.get(f"{Kind.ACHIEVEMENT}:{key}")

    def firm_of(self, need: Placed) -> Placed | None:
        """Return the record of the enterprise that asks, None where there is none."""
        found = self.by_name.get(self.named(need.owner)) if need.owner else None
        return found if found and found.organization_kind is OrganizationKind.ENTERPRISE else None

    def pressing(self, need: Placed) -> tuple[int, str, str]:
        """Sort key: needs of larger firms first, then those that wait the longest."""
        if need.id not in self._pressing:
            firm = self.firm_of(need)
            tier = _TIERS[firm.tier] if firm and firm.tier else -1
            self._pressing[need.id] = -tier, need.since.isoformat(), need.id
        return self._pressing[need.id]

    def chains_of(self, one: Placed) -> set[str]:
        """Return the chains of the map on which a record stands."""
        return {self.nodes[spot.node].chain for spot in one.spots if spot.node in self.nodes}

    def distance(self, one: Placed, node: str) -> int:
        """Return how far a record is from a node: ON_NODE, ON_CHAIN, ANY_FIELD or ELSEWHERE."""
        places = [spot.node for spot in one.spots]
        if set(places) & set(self.branch(node)):
            return ON_NODE
        if not places:
            return ANY_FIELD
        chain = self.nodes[node].chain
        return ON_CHAIN if any(place.split("/")[0] == chain for place in places) else ELSEWHERE

    def likeness(self, one: Placed, node: str) -> float:
        """Return how like the node the nearest of the nodes is that a record stands on, 0–1."""
        return max((self.alike(spot.node, node) for spot in one.spots), default=0.0)

    def alike(self, one: str, other: str) -> float:
        """Return how like each other the texts of two nodes are, 0–1; 0 where the map has not both."""
        if one not in self._places or other not in self._places:
            return 0.0
        return round(float(self._likeness[self._places[one], self._places[other]]), 4)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.nodes)}

    @cached_property
    def _likeness(self) -> NDArray[np.float32]:
        """Cosines of the n-gram weights of the nodes' texts, shape (nodes, nodes)."""
        counts = count([one.node.document for one in self.nodes.values()])
        weights = NgramWeights()
        weights.learn(counts)
        table = weights.weigh(counts)
        return np.asarray((table @ table.T).toarray(), np.float32)

    def nearest(
        self, kind: OrganizationKind, node: str, counties: Mapping[str, int], most: int
    ) -> list[Placed]:
        """Return the organizations of a kind nearest to a node, at most so many.

        By distance, then those of the counties that ask (by how many needs they have), then by how surely
        they stand there, or elsewhere how like the node theirs is.
        """
        found: dict[str, tuple[tuple[float | str, ...], Placed]] = {}
        for candidates in self._ever_further(kind, node):
            for one in candidates:
                if one.key not in found:
                    far = self.distance(one, node)
                    sure = self._surely(one, node) if far == ON_NODE else self.likeness(one, node)
                    found[one.key] = (far, -counties.get(one.county, 0), -sure, one.id), one
            # What is further away can't come before these.
            if len(found) >= most:
                break
        return [one for _, one in sorted(found.values(), key=lambda pair: pair[0])[:most]]

    def _ever_further(self, kind: OrganizationKind, node: str) -> Iterator[Iterable[Placed]]:
        chain = self.nodes[node].chain
        yield (one for key in self.branch(node) for one in self._standing.get((kind, key), ()))
        yield self._of_chain.get((kind, chain), ())
        yield self._of_chain.get((kind, ""), ())
        yield self.organizations[kind]

    def _surely(self, one: Placed, node: str) -> float:
        inside = self.branch(node)
        return max((spot.confidence for spot in one.spots if spot.node in inside), default=0.0)

    @cached_property
    def _standing(self) -> Mapping[tuple[OrganizationKind, str], list[Placed]]:
        found: dict[tuple[OrganizationKind, str], list[Placed]] = defaultdict(list)
        for kind, many in self.organizations.items():
            for one in many:
                for spot in one.spots:
                    found[kind, spot.node].append(one)
        return found

    @cached_property
    def _of_chain(self) -> Mapping[tuple[OrganizationKind, str], list[Placed]]:
        """Organizations by kind and chain, those at home in no field under ""."""
        found: dict[tuple[OrganizationKind, str], list[Placed]] = defaultdict(list)
        for kind, many in self.organizations.items():
            for one in many:
                for chain in {spot.node.split("/")[0] for spot in one.spots} or {""}:
                    found[kind, chain].append(one)
        return found


def of_counties(needs: Iterable[Placed]) -> dict[str, int]:
    """Return how many of the needs each county has."""
    found: dict[str, int] = defaultdict(int)
    for one in needs:
        if one.county:
            found[one.county] += 1
    return dict(found)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, for a text in English: 1 need, 2 needs."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
