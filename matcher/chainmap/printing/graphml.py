"""The map as a network in GraphML, which Gephi, yEd and networkx open."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpora.files import replacing
from corpora.vocabulary import Kind
from corpora.writers.workbook import cell_text
from matcher.chainmap.integration import IntegrationMap, NodeReport, Placed
from matcher.people import institution_key

Attributes = dict[str, Any]
#: What programs take for a node's size and an edge's weight where none is written.
_NODE: Attributes = {"size": 1.0}
_EDGE: Attributes = {"weight": 1.0}


def write_graph(path: Path, chart: IntegrationMap) -> None:
    """Write the network: chains, nodes, records and their owners, and what joins them.

    Edges say what they are in `kind`: part_of, supplies, stands_on (a record on the node where it is
    counted), also_stands_on (its other nodes), answers (achievement → need), offers (owner →
    achievement), asks (owner → need); `weight` is a confidence or a probability, 0–1.
    Raises DataFolderTrouble where the file cannot be written.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph(
        name=cell_text(f"{chart.title_zh} {chart.date.isoformat()}"), node_default=_NODE, edge_default=_EDGE
    )
    owners = Owners(chart)
    for key, attributes in _nodes(chart, owners):
        graph.add_node(key, **{name: value for name, value in attributes.items() if value})
    for source, target, kind, weight in _edges(chart, owners):
        if graph.has_node(source) and graph.has_node(target) and not graph.has_edge(source, target):
            weighed = {} if weight == _EDGE["weight"] else {"weight": float(weight)}
            graph.add_edge(source, target, kind=kind, **weighed)
    buffer = io.BytesIO()
    # Not by their names: nodes and edges both have a "kind", and ids of columns differ.
    nx.write_graphml(graph, buffer, named_key_ids=False)
    with replacing(path) as stream:
        stream.write(buffer.getbuffer())


def _nodes(chart: IntegrationMap, owners: Owners) -> Iterator[tuple[str, Attributes]]:
    for chain in chart.chains:
        size = float(1 + chain.numbers.records)
        named = {"label": cell_text(chain.zh), "label_en": cell_text(chain.en)}
        yield f"chain:{chain.id}", {**named, "kind": "chain", "chain": chain.id, "size": size}
        for report in chain.nodes:
            yield f"node:{report.key}", _node(report)
    for one in chart.records:
        yield one.key, _record(one)
    for key, name in owners.strangers.items():
        yield key, {"label": cell_text(name), "kind": "owner"}


def _node(report: NodeReport) -> Attributes:
    return {
        "label": cell_text(report.node.zh),
        "label_en": cell_text(report.node.en),
        "kind": "node",
        "chain": report.chain,
        "node": report.key,
        "position": str(report.node.position),
        "verdict": str(report.verdict.verdict),
        "size": float(1 + report.numbers.records),
    }


def _record(one: Placed) -> Attributes:
    return {
        "label": cell_text(one.title),
        "kind": str(one.kind),
        "chain": one.node.split("/")[0],
        "node": one.node,
        "lane": str(one.lane or ""),
        "county": cell_text(one.county),
        "organization_kind": str(one.organization_kind or ""),
        "tier": str(one.tier or ""),
        "origin": "local" if one.is_local else "elsewhere",
        "met": "" if one.met is None else "met" if one.met else "unmet",
        "since": one.since.isoformat(),
    }


def _edges(chart: IntegrationMap, owners: Owners) -> Iterator[tuple[str, str, str, float]]:
    """Give (source, target, kind, weight); what has no weight of its own has 1."""
    for chain in chart.chains:
        for report in chain.nodes:
            above = f"node:{chain.id}/{report.node.parent}" if report.node.parent else f"chain:{chain.id}"
            yield f"node:{report.key}", above, "part_of", 1.0
            for supplied in report.node.supplies:
                yield f"node:{report.key}", f"node:{chain.id}/{supplied}", "supplies", 1.0
    for one in chart.records:
        for place, spot in enumerate(one.spots):
            kind = "also_stands_on" if place else "stands_on"
            yield one.key, f"node:{spot.node}", kind, spot.confidence
        if owner := owners.of.get(one.owner):
            yield owner, one.key, "asks" if one.kind is Kind.NEED else "offers", 1.0
        for answer in one.answers:
            yield f"{Kind.ACHIEVEMENT}:{answer.achievement_id}", one.key, "answers", answer.probability


class Owners:
    """Who owns the achievements and needs: an organization of the map, or else a node of its own.

    `of` gives the key in the network by the name as it is written, `strangers` the name by such a key.
    """

    def __init__(self, chart: IntegrationMap) -> None:
        known = {
            institution_key(one.title): one.key
            for one in reversed(chart.records)
            if one.kind is Kind.ORGANIZATION
        }
        self.of: dict[str, str] = {}
        self.strangers: dict[str, str] = {}
        for one in chart.records:
            if one.owner and one.owner not in self.of and (shared := institution_key(one.owner)):
                key = self.of[one.owner] = known.get(shared) or f"owner:{cell_text(shared)}"
                if shared not in known:
                    self.strangers.setdefault(key, one.owner)
