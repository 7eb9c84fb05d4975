"""Industry chains: the shipped ones hang together, and files that do not are told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from corpora.chains import Position, chains, find_chain, gathered, read_chain
from corpora.errors import BadRequest, UnknownRecord

NODE = {"id": "ore", "zh": "矿石", "en": "ore", "position": "upstream"}
CHAIN = {"id": "some", "zh": "某链", "en": "some chain", "nodes": [NODE]}


def written(**changed: object) -> str:
    return yaml.safe_dump({**CHAIN, **changed}, allow_unicode=True)


def test_the_demo_has_its_chains() -> None:
    assert set(chains()) >= {
        "nuts", "fungi", "herbs", "new-materials", "tailings", "energy", "plastics", "equipment",
    }  # fmt: skip


@pytest.mark.parametrize("chain", chains().values(), ids=list(chains()))
def test_a_shipped_chain_is_whole(chain) -> None:
    assert 5 <= len(chain.nodes) <= 9
    assert {node.position for node in chain.nodes} == set(Position)
    assert any("GB/T 4754—2017" in source for source in chain.sources)
    for node in chain.nodes:
        assert node.description
        assert node.products
        assert len(node.keywords) >= 3
        assert node.zh in node.document
        assert node.zh in node.title
    assert any(node.supplies for node in chain.nodes)


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
        ({"nodes": [{**NODE, "position": "upwards"}]}, "nodes.1.position", "nodes.1.position"),
        ({"nodes": [{**NODE, "colour": "red"}]}, "colour", "colour"),
        ({"id": "Not An Id"}, "id", "id"),
        ({"zh": " "}, "zh", "zh"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(changed: dict[str, object], zh: str, en: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_chain(written(**changed), "some.yaml")
    assert "some.yaml" in caught.value.zh
    assert zh in caught.value.zh
    assert en in caught.value.en
    assert "\n" not in str(caught.value)


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
