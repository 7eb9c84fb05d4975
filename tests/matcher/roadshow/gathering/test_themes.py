"""What a theme selects from the demo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from corpora.chains import chains
from corpora.errors import UnknownRecord
from corpora.vocabulary import Kind
from matcher.roadshow.gathering.themes import FLOOR, Placement, Selection, place, select
from matcher.roadshow.spec import Theme
from matcher.service import Service

OWN = {"materials": "new-materials"}


def chain_of(record_id: str) -> str:
    """The demo's ids say which chain a record was written for."""
    name = record_id.split("-")[1]
    return OWN.get(name, name)


@pytest.fixture(scope="module")
def selected(demo: Service) -> Callable[..., Selection]:
    return lambda **theme: select(Theme(**theme), demo)


@pytest.mark.parametrize("chain_id", list(chains()))
def test_a_chain_selects_the_records_that_were_written_for_it(
    selected: Callable[..., Selection], demo: Service, chain_id: str
) -> None:
    found = selected(chain=chain_id)
    for kind, ids in ((Kind.NEED, found.needs), (Kind.ACHIEVEMENT, found.achievements)):
        own = {one for one in demo.store.ids(kind) if chain_of(one) == chain_id}
        assert len(own & set(ids)) >= 0.9 * len(own)
        # Some records belong to two chains: a tailings brick is a building material.
        assert len(own & set(ids)) >= 0.8 * len(ids)
    nodes = {node.zh for node in chains()[chain_id].nodes}
    assert all(set(found.nodes[one]) <= nodes for one in (*found.needs, *found.achievements))


def test_nearly_every_record_of_the_demo_has_its_own_chain_first(demo: Service) -> None:
    indexes = demo.recommender().indexes
    home = {node.id + chain.id: chain.id for chain in chains().values() for node in chain.nodes}
    assert len(home) == sum(len(chain.nodes) for chain in chains().values())
    for kind, ids in ((Kind.NEED, indexes.needs.keys), (Kind.ACHIEVEMENT, indexes.achievements.keys)):
        placed = place(indexes, kind, ids)
        firsts = [placed.nodes[int(row.argmax())][0].id for row in placed.table]
        right = sum(first == chain_of(one) for first, one in zip(firsts, ids, strict=True))
        assert right >= 0.95 * len(ids)


def test_records_of_one_trade_alone_are_placed_no_worse(demo: Service) -> None:
    indexes = demo.recommender().indexes
    nuts = [one for one in indexes.achievements.keys if chain_of(one) == "nuts"]
    alone = place(indexes, Kind.ACHIEVEMENT, nuts).of_chain("nuts")
    assert len(alone) >= 0.9 * len(nuts)
    assert len({node.id for node, _ in alone.values()}) >= 5


def test_what_is_like_nothing_or_much_more_like_another_chain_does_not_belong() -> None:
    nodes = tuple((chain, chain.nodes[0]) for chain in list(chains().values())[:3])
    one, other, third = (chain.id for chain, _ in nodes)
    table = np.asarray([
        [9.0, 1.0, 0.0],  # plainly of the first
        [9.0, 0.9 * 9, 0.0],  # nearly as much of the second
        [0.9 * FLOOR, 0.0, 0.0],  # most like the first, and too little
    ])  # fmt: skip
    placed = Placement(("a", "b", "c"), nodes, table)
    assert set(placed.of_chain(one)) == {"a", "b"}
    assert set(placed.of_chain(other)) == {"b"}
    assert placed.of_chain(third) == {}
    assert placed.best() == {"a": nodes[0][1], "b": nodes[0][1]}


def test_nothing_is_placed_as_nothing(demo: Service) -> None:
    assert place(demo.recommender().indexes, Kind.NEED, []).of_chain("nuts") == {}


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
