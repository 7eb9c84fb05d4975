"""An installation's own chains stand beside the shipped ones, or over one of them."""

from __future__ import annotations

from pathlib import Path

from corpora.chains import Chain, Node, Position, chains
from corpora.ownchains import OwnChains
from corpora.store import Store

TEA = Chain(
    id="tea", zh="茶", en="tea", nodes=(Node(id="leaf", zh="茶园", en="gardens", position=Position.UPSTREAM),)
)


def test_own_chains_stand_beside_the_shipped(tmp_path: Path) -> None:
    own = OwnChains(Store.create(tmp_path))
    assert dict(own.all()) == dict(chains())
    before = own.mark()
    own.put(TEA, "甲")
    assert own.mark() != before
    assert own.own() == {"tea": TEA}
    assert list(own.all()) == sorted([*chains(), "tea"])
    assert own.all()["tea"] == TEA


def test_own_chains_go_before_the_shipped_until_they_are_removed(tmp_path: Path) -> None:
    own = OwnChains(Store.create(tmp_path))
    ours = TEA.model_copy(update={"id": "nuts", "zh": "自己的核桃"})
    own.put(ours, "甲")
    assert own.all()["nuts"].zh == "自己的核桃"
    assert own.remove("nuts")
    assert own.all()["nuts"] == chains()["nuts"]
    assert not own.remove("nuts")
