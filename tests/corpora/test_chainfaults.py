"""What can be wrong with a chain."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.chainfaults import Fault, circles, faults_among
from corpora.chains import Node, Position


def node(key: str, *supplies: str, position: str = "upstream", parent: str = "") -> Node:
    return Node(id=key, zh=key, en=key, position=Position(position), supplies=supplies, parent=parent)


def test_nothing_is_wrong_with_what_flows_down() -> None:
    nodes = [
        node("ore", "metal", "parts"),
        node("metal", "parts", position="midstream"),
        node("parts", position="downstream"),
        node("gears", "parts", position="midstream", parent="metal"),
    ]
    assert faults_among(nodes) == []


@pytest.mark.parametrize(
    ("nodes", "place", "said"),
    [
        ([], ("nodes",), "no nodes"),
        ([node("a"), node("b"), node("a")], ("nodes", 2, "id"), "2 nodes have the id 'a'"),
        ([node("a"), node("b", parent="x")], ("nodes", 1, "parent"), "'x' under parent"),
        ([node("a", "x")], ("nodes", 0, "supplies"), "'x' under supplies"),
        ([node("a", "a")], ("nodes", 0, "supplies"), "supplies itself"),
        ([node("a", parent="a")], ("nodes", 0, "parent"), "a → a"),
        ([node("a", "b"), node("b", "c"), node("c", "a")], ("nodes", 0, "supplies"), "a → b → c → a"),
        ([node("z", "a"), node("a", "b"), node("b", "a")], ("nodes", 1, "supplies"), "circle: a → b → a"),
        ([node("a"), node("b", "a", position="downstream")], ("nodes", 1, "supplies"), "downstream only"),
        ([node("a"), node("b", "a", position="midstream")], ("nodes", 1, "supplies"), "downstream only"),
        (
            [node("a", "c"), node("b", parent="a"), node("c", parent="b")],
            ("nodes", 0, "supplies"),
            "a part of",
        ),
        (
            [node("a"), node("b", parent="a"), node("c", "a", parent="b")],
            ("nodes", 2, "supplies"),
            "a part of",
        ),
    ],
)
def test_a_fault_says_what_and_where(nodes: list[Node], place: tuple[object, ...], said: str) -> None:
    (fault,) = faults_among(nodes)
    assert fault.place == place
    assert said in fault.en
    assert fault.zh
    assert "\n" not in str(fault)


def test_faults_of_all_kinds_are_told_together() -> None:
    nodes = [node("a", "b"), node("b", "a"), node("c", "d"), node("d", "c"), node("e", parent="e")]
    assert [one.en.partition(": ")[2].partition(";")[0] for one in faults_among(nodes)] == [
        "e → e", "a → b → a", "c → d → c",
    ]  # fmt: skip


def test_a_place_is_counted_from_one() -> None:
    fault = Fault("错了", "is wrong", ("nodes", 0, "zh"))
    assert fault.placed == ("nodes.1.zh：错了", "nodes.1.zh: is wrong")
    assert Fault("错了", "is wrong").placed == ("错了", "is wrong")


@given(st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefg"), max_size=4)))
def test_a_circle_that_is_told_is_one_and_without_them_nothing_goes_round(
    arrows: dict[str, list[str]],
) -> None:
    for key in "abcdefg":
        arrows.setdefault(key, [])
    for circle in circles(arrows):
        assert circle[0] == circle[-1]
        assert len(set(circle[:-1])) == len(circle) - 1
        assert all(head in arrows[tail] for tail, head in pairwise(circle))
    # By itself: from whom can one come back to oneself?
    reached = {key: set(heads) for key, heads in arrows.items()}
    for _ in arrows:
        reached = {key: heads.union(*(reached[one] for one in heads)) for key, heads in reached.items()}
    assert any(key in heads for key, heads in reached.items()) == bool(list(circles(arrows)))
