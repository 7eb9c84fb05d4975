"""What a theme selects from the demo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from corpora.chains import chains
from corpora.errors import UnknownRecord
from corpora.vocabulary import Kind
from matcher.roadshow.gathering.themes import MEMBER, Selection, Standing, place, select
from matcher.roadshow.spec import Theme
from matcher.service import Service
from tests.matcher.chainmap import labelled

OWN = {"materials": "new-materials"}


def chain_of(record_id: str) -> str:
    """The demo's ids say which chain a record was written for."""
    name = record_id.split("-")[1]
    return OWN.get(name, name)


@pytest.fixture(scope="module")
def selected(demo: Service) -> Callable[..., Selection]:
    return lambda **theme: select(Theme(**theme), demo)


@pytest.mark.parametrize("chain_id", list(chains()))
def test_a_chain_selects_the_records_that_belong_to_it(
    selected: Callable[..., Selection], demo: Service, chain_id: str
) -> None:
    found = selected(chain=chain_id)
    for kind, ids in ((Kind.NEED, found.needs), (Kind.ACHIEVEMENT, found.achievements)):
        given = {one: labelled.labels()[one] for one in demo.store.ids(kind) if one in labelled.labels()}
        first = {one for one, nodes in given.items() if nodes and nodes[0].startswith(f"{chain_id}/")}
        any_ = {one for one, nodes in given.items() if any(node.startswith(f"{chain_id}/") for node in nodes)}
        assert len(first & set(ids)) >= 0.85 * len(first)
        # Some records belong to two chains: a tailings brick is a building material.
        assert len(any_ & set(ids)) >= 0.75 * len(given.keys() & set(ids))
    nodes = {node.zh for node in chains()[chain_id].nodes}
    assert all(set(found.nodes[one]) <= nodes for one in (*found.needs, *found.achievements))


def test_records_of_one_trade_alone_are_placed_no_worse(demo: Service) -> None:
    nuts = [one for one in demo.store.ids(Kind.ACHIEVEMENT) if chain_of(one) == "nuts"]
    alone = place(demo, {Kind.ACHIEVEMENT: nuts})[Kind.ACHIEVEMENT].of_chain("nuts")
    assert len(alone) >= 0.9 * len(nuts)
    assert len({node.id for node, _ in alone.values()}) >= 5


def test_a_record_belongs_to_each_chain_that_it_stands_on_probably_enough() -> None:
    one, other, third = list(chains().values())[:3]
    nodes = (*((one, node) for node in one.nodes[:2]), (other, other.nodes[0]), (third, third.nodes[0]))
    table = np.asarray([
        [0.8, 0.0, 0.1, 0.0],  # plainly of the first
        [MEMBER / 2, MEMBER / 2 + 0.01, 0.5, 0.0],  # of two, of the first by two of its nodes
        [0.1, 0.0, 0.1, 0.1],  # more probably of none
    ])  # fmt: skip
    placed = Standing(("a", "b", "c"), nodes, table)
    assert placed.of_chain(one.id) == {
        "a": (one.nodes[0], 0.8),
        "b": (one.nodes[1], pytest.approx(MEMBER / 2 + 0.01)),
    }
    assert set(placed.of_chain(other.id)) == {"b"}
    assert placed.of_chain(third.id) == {}
    assert placed.best() == {"a": one.nodes[0], "b": other.nodes[0]}


def test_nothing_is_placed_as_nothing(demo: Service) -> None:
    assert place(demo, {Kind.NEED: []})[Kind.NEED].of_chain("nuts") == {}


def test_without_a_theme_the_whole_store_is_selected(
    selected: Callable[..., Selection], demo: Service
) -> None:
    found = selected()
    assert set(found.needs) == set(demo.store.ids(Kind.NEED))
    assert set(found.achievements) == set(demo.store.ids(Kind.ACHIEVEMENT))


def test_ids_select_themselves_and_the_other_side_stays_whole(
    selected: Callable[..., Selection], demo: Service
) -> None:
    found = selected(needs=("n-nuts-02", "n-herbs-01"))
    assert set(found.needs) == {"n-nuts-02", "n-herbs-01"}
    assert len(found.achievements) == len(demo.store.ids(Kind.ACHIEVEMENT))
    both = selected(needs=("n-nuts-02",), achievements=("a-nuts-01",))
    assert (both.needs, both.achievements) == (("n-nuts-02",), ("a-nuts-01",))


def test_a_chain_and_ids_add_up(selected: Callable[..., Selection]) -> None:
    chain = selected(chain="nuts")
    more = selected(chain="nuts", needs=("n-energy-01",))
    assert set(more.needs) == {*chain.needs, "n-energy-01"}
    assert more.achievements == chain.achievements


def test_a_text_finds_both_sides_and_what_answers_them(selected: Callable[..., Selection]) -> None:
    found = selected(text="钒钛新材料：石煤提钒、钒电解液、钛粉再生")
    assert {"n-materials-02", "n-materials-03", "n-materials-08"} <= set(found.needs)
    assert {"a-materials-03", "a-materials-05", "a-materials-12"} <= set(found.achievements)
    assert not {one for one in found.needs if chain_of(one) in ("nuts", "fungi", "herbs")}


def test_a_text_about_nothing_here_selects_nothing(selected: Callable[..., Selection]) -> None:
    found = selected(text="区块链")
    assert (found.needs, found.achievements) == ((), ())


@pytest.mark.parametrize(
    ("theme", "said"),
    [
        ({"chain": "nut"}, "nuts"),
        ({"needs": ("n-nuts-01", "n-nuts-1")}, r"theme\.needs\[1\].*n-nuts-[01]\d"),
        ({"achievements": ("a-nuts-77",)}, r"theme\.achievements\[0\].*a-nuts-07"),
    ],
)
def test_what_is_unknown_is_said(
    selected: Callable[..., Selection], theme: dict[str, object], said: str
) -> None:
    with pytest.raises(UnknownRecord, match=said):
        selected(**theme)
