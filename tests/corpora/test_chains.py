"""Industry chains: the shipped ones hang together, and files that do not are told in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from corpora.chains import Chain, Position, chains, find_chain, gathered, read_chain
from corpora.errors import BadChain, BadRequest, UnknownRecord

NODE = {"id": "ore", "zh": "矿石", "en": "ore", "position": "upstream"}
CHAIN = {"id": "some", "zh": "某链", "en": "some chain", "nodes": [NODE]}


def written(**changed: object) -> str:
    return yaml.safe_dump({**CHAIN, **changed}, allow_unicode=True)


#: Chains of which one node at least is told in parts.
PARTED = {"nuts", "new-materials", "equipment", "energy", "digital"}


def test_the_chains_of_the_counties_are_there() -> None:
    assert set(chains()) == {
        "nuts", "fungi", "herbs", "building", "vanadium", "new-materials", "plastics", "energy", "equipment",
        "tailings", "biomedicine", "digital",
    }  # fmt: skip
    assert 85 <= sum(len(chain.nodes) for chain in chains().values()) <= 115
    assert {chain.id for chain in chains().values() if any(node.parent for node in chain.nodes)} == PARTED


@pytest.mark.parametrize("chain", chains().values(), ids=list(chains()))
def test_a_shipped_chain_is_whole(chain: Chain) -> None:
    assert 6 <= len([node for node in chain.nodes if not node.parent]) <= 9
    assert {node.position for node in chain.nodes} == set(Position)
    assert any("GB/T 4754—2017" in source for source in chain.sources)
    assert any("战略性新兴产业分类（2018）" in source for source in chain.sources)
    supplied = {one for node in chain.nodes for one in node.supplies}
    for node in chain.nodes:
        assert 60 <= len(node.description) <= 160
        assert 4 <= len(node.products) <= 8
        assert 8 <= len(node.keywords) <= 16
        assert all(re.fullmatch(r"\d{3} \S+", one) for one in node.classes)
        assert node.classes
        assert node.zh in node.document
        assert node.zh in node.title
        parts = {one.id for one in chain.nodes if one.parent == node.id}
        # A whole may have its relations with its parts; nothing else stands alone.
        assert node.supplies or node.id in supplied or parts


def test_names_of_nodes_differ() -> None:
    names = [(chain.id, node.zh) for chain in chains().values() for node in chain.nodes]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"nodes": []}, "没有环节", "no nodes"),
        ({"nodes": [NODE, NODE]}, "“ore”有 2 个", "2 nodes have the id 'ore'"),
        ({"nodes": [{**NODE, "parent": "nobody"}]}, "“nobody”", "'nobody' under parent"),
        ({"nodes": [{**NODE, "supplies": ["nobody"]}]}, "“nobody”", "'nobody' under supplies"),
        ({"nodes": [{**NODE, "supplies": ["ore"]}]}, "写着自己", "supplies itself"),
        ({"nodes": [{**NODE, "parent": "ore"}]}, "ore → ore", "ore → ore"),
        (
            {"nodes": [{**NODE, "parent": "b"}, {**NODE, "id": "b", "parent": "c"},
                       {**NODE, "id": "c", "parent": "b"}]},
            "b → c → b", "each other's parents: b → c → b",
        ),
        ({"nodes": [{**NODE, "position": "upwards"}]}, "nodes.1.position：应是上游", "nodes.1.position: should be upstream"),
        ({"nodes": [{**NODE, "colour": "red"}]}, "nodes.1.colour：没有这一项", "nodes.1.colour: there is no such entry"),
        ({"nodes": [NODE, {**NODE, "id": "b", "supplies": ["ore"], "position": "downstream"}]},
         "下游环节“b”的 supplies 写着上游环节“ore”", "downstream node 'b' supplies the upstream node 'ore'"),
        ({"nodes": [{**NODE, "supplies": ["b"]}, {**NODE, "id": "b", "supplies": ["ore"]}]},
         "ore → b → ore", "in a circle: ore → b → ore"),
        ({"nodes": [{**NODE, "supplies": ["b"]}, {**NODE, "id": "b", "parent": "ore"}]},
         "部分与整体", "one is a part of the other"),
        ({"nodes": [{**NODE, "zh": "矿\x1b石"}]}, "控制字符", "control character"),
        ({"nodes": [{**NODE, "zh": "矿\n石"}]}, "写在一行", "on one line"),
        ({"nodes": [{**NODE, "id": f"n{one}"} for one in range(201)]}, "最多 200 项", "at most 200 entries"),
        ({"nodes": [{**NODE, "supplies": "ore"}]}, "应是列表", "should be a list"),
        ({"nodes": "ore"}, "应是列表", "should be a list"),
        ({"id": "Not An Id"}, "小写英文字母", "lower-case letters"),
        ({"zh": " "}, "zh：是空的", "zh: is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(changed: dict[str, object], zh: str, en: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_chain(written(**changed), "some.yaml")
    assert "some.yaml" in caught.value.zh
    assert zh in caught.value.zh
    assert en in caught.value.en
    assert "\n" not in str(caught.value)


def test_every_fault_is_told() -> None:
    nodes = [{**NODE, "en": ""}, {**NODE, "id": "B"}, {"id": "c"}]
    with pytest.raises(BadChain) as caught:
        read_chain(written(nodes=nodes, zh=""), "some.yaml")
    said = [one.en.partition(": ")[0] for one in caught.value.problems]
    assert said == ["zh", "nodes.1.en", "nodes.2.id", "nodes.3.zh", "nodes.3.en", "nodes.3.position"]
    assert "（共 6 处）" in caught.value.zh
    assert "(6 faults)" in caught.value.en


def test_values_are_read_as_they_are_typed() -> None:
    chain = read_chain(
        "id: 007\nzh: NO\nen: 1e3\nnodes:\n- {id: 1, zh: 2, en: on, position: upstream}\n", "f"
    )
    assert (chain.id, chain.zh, chain.en, chain.nodes[0].id, chain.nodes[0].en) == (
        "007",
        "NO",
        "1e3",
        "1",
        "on",
    )


def test_what_is_listed_twice_is_kept_once() -> None:
    nodes = [{**NODE, "supplies": ["b", "b"], "keywords": ["甲", "乙", "甲"]}, {**NODE, "id": "b"}]
    node = read_chain(written(nodes=nodes), "f").nodes[0]
    assert (node.supplies, node.keywords) == (("b",), ("甲", "乙"))


def test_a_bomb_is_refused_at_once() -> None:
    lines = ["a: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(BadChain, match="more than"):
        read_chain("\n".join(lines), "some.yaml")


@pytest.mark.parametrize("text", ["", "- a", "{", "just words", "a: &a [*a]", "\x00"])
def test_what_is_no_chain_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match=r"some\.yaml"):
        read_chain(text, "some.yaml")


def test_a_file_too_large_is_refused_unread() -> None:
    with pytest.raises(BadRequest, match="2,000,000"):
        read_chain("# " + "字" * 700_000, "some.yaml")


def test_parents_that_end_somewhere_are_no_circle() -> None:
    nodes = [NODE, {**NODE, "id": "b", "parent": "ore"}, {**NODE, "id": "c", "parent": "b"}]
    assert [node.parent for node in read_chain(written(nodes=nodes), "f").nodes] == ["", "ore", "b"]


def test_two_files_of_one_id_are_refused(tmp_path: Path) -> None:
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for file in files:
        file.write_text(written(), "utf-8")
    with pytest.raises(BadRequest, match=r"b\.yaml.*some"):
        gathered(files)
    assert list(gathered(files[:1])) == ["some"]


def test_a_chain_is_found_by_id_or_name_and_the_nearest_are_named() -> None:
    assert find_chain("nuts") is find_chain("核桃板栗与果品")
    with pytest.raises(UnknownRecord) as caught:
        find_chain("new-material")
    assert "new-materials" in caught.value.en.split("there are ")[1].split(",")[0]
    with pytest.raises(UnknownRecord, match="growing"):
        find_chain("nuts").node("growin")
    assert find_chain("nuts").node("growing").zh == "良种与栽培"


def test_a_chain_is_found_among_those_of_an_installation() -> None:
    ours = read_chain(written(), "f")
    assert find_chain(" 某链 ", {"some": ours}) is ours
    with pytest.raises(UnknownRecord, match=r"there are some$"):
        find_chain("nuts", {"some": ours})
