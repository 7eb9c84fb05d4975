"""The network, read back by networkx, and its XML as Gephi takes it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
from hypothesis import HealthCheck, given, settings
from lxml import etree

from corpora.vocabulary import OrganizationKind
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.printing.graphml import write_graph
from tests.matcher.chainmap.drawing import charts
from tests.matcher.chainmap.making import (
    DAY,
    HOSTILE,
    achievement,
    answer,
    chart,
    firm,
    need,
    organization,
    rich,
)

SPACE = "{http://graphml.graphdrawing.org/xmlns}"


def read(tmp_path: Path, of: IntegrationMap) -> Any:
    write_graph(tmp_path / "map.graphml", of)
    return nx.read_graphml(tmp_path / "map.graphml")


def test_everything_is_a_node_with_a_label_and_a_kind(tmp_path: Path) -> None:
    graph = read(tmp_path, rich())
    assert graph.is_directed()
    assert graph.nodes["node:nuts/storage"]["label"] == "采后贮运与保鲜"
    assert graph.nodes["node:nuts/storage"]["verdict"] == "fill"
    assert graph.nodes["need:n-cell"]["label"] == HOSTILE
    assert Counter(kind for _, kind in graph.nodes(data="kind")) == {
        "chain": 2, "node": 7, "need": 5, "achievement": 5, "organization": 7, "owner": 1,
    }  # fmt: skip
    assert all(label for _, label in graph.nodes(data="label"))


def test_edges_say_what_they_are_and_how_strong(tmp_path: Path) -> None:
    graph = read(
        tmp_path,
        chart([
            need("n-1", ["nuts/freezing", "nuts/kernels"], owner="甲公司", answers=[answer("a-1", 0.8), answer("gone", 0.5)]),
            achievement("a-1", "nuts/storage", "秦岭大学材料学院"),
            achievement("a-2", "", "丹江学院"),
            organization("u", OrganizationKind.UNIVERSITY, title="秦岭大学"),
            firm("f", "nuts/kernels", title="甲公司"),
        ]),
    )  # fmt: skip
    edges = {
        (source, target): (data["kind"], data.get("weight", 1))
        for source, target, data in graph.edges(data=True)
    }
    structure = {pair: said for pair, said in edges.items() if said[0] in ("part_of", "supplies")}
    assert structure == {
        ("node:nuts/orchards", "chain:nuts"): ("part_of", 1), ("node:nuts/storage", "chain:nuts"): ("part_of", 1),
        ("node:nuts/kernels", "chain:nuts"): ("part_of", 1), ("node:nuts/freezing", "node:nuts/kernels"): ("part_of", 1),
        ("node:nuts/shells", "chain:nuts"): ("part_of", 1), ("node:energy/cells", "chain:energy"): ("part_of", 1),
        ("node:energy/stations", "chain:energy"): ("part_of", 1),
        ("node:nuts/orchards", "node:nuts/storage"): ("supplies", 1),
        ("node:nuts/storage", "node:nuts/kernels"): ("supplies", 1),
        ("node:energy/cells", "node:energy/stations"): ("supplies", 1),
    }  # fmt: skip
    assert {pair: said for pair, said in edges.items() if pair not in structure} == {
        ("need:n-1", "node:nuts/freezing"): ("stands_on", 0.9),
        ("need:n-1", "node:nuts/kernels"): ("also_stands_on", 0.7),
        ("organization:f", "need:n-1"): ("asks", 1),
        ("organization:f", "node:nuts/kernels"): ("stands_on", 0.9),
        ("achievement:a-1", "need:n-1"): ("answers", 0.8),
        ("achievement:a-1", "node:nuts/storage"): ("stands_on", 0.9),
        ("organization:u", "achievement:a-1"): ("offers", 1),
        ("owner:丹江学院", "achievement:a-2"): ("offers", 1),
    }


def test_columns_are_typed_and_no_two_have_one_id(tmp_path: Path) -> None:
    write_graph(tmp_path / "map.graphml", rich())
    tree = etree.parse(tmp_path / "map.graphml")
    keys = [
        (one.get("id"), one.get("for"), one.get("attr.name"), one.get("attr.type"))
        for one in tree.iter(f"{SPACE}key")
    ]
    assert len({key for key, *_ in keys}) == len(keys)
    types = {(scope, name): kind for _, scope, name, kind in keys}
    assert types["node", "label"] == types["node", "verdict"] == types["edge", "kind"] == "string"
    assert types["node", "size"] == types["edge", "weight"] == "double"
    ids = [one.get("id") for one in tree.iter(f"{SPACE}node")]
    assert len(set(ids)) == len(ids)
    assert "None" not in {one.text for one in tree.iter(f"{SPACE}data")}


def test_a_map_of_nothing_is_a_network_of_nothing(tmp_path: Path) -> None:
    assert len(read(tmp_path, IntegrationMap(date=DAY))) == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(charts())
def test_any_map_can_be_read_back_with_every_record_once(tmp_path: Path, of: IntegrationMap) -> None:
    graph = read(tmp_path, of)
    kinds = {"need", "achievement", "organization"}
    assert {key for key, kind in graph.nodes(data="kind") if kind in kinds} == set(of.by_key)
    stands = Counter(source for source, _, kind in graph.edges(data="kind") if kind == "stands_on")
    assert stands == Counter(one.key for one in of.records if one.node in of.nodes)
