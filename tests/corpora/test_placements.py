"""A person's word on where a record stands: the latest holds, none is lost but with its record."""

from __future__ import annotations

from pathlib import Path

from corpora.placements import Placements
from corpora.records import Need
from corpora.store import Store
from corpora.vocabulary import Kind


def test_the_latest_word_holds_and_the_others_are_its_log(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.save(Need(id="n-1", title="鲜栗保鲜"), "x")
    said = Placements(store)
    assert (said.current(), said.mark()) == ({}, 0)
    said.add(Kind.NEED, "n-1", ["nuts/kernels"], None, "先看加工", "甲")
    said.add(Kind.NEED, "n-1", ["nuts/storage", "nuts/kernels"], "pilot", "讲的是贮藏", "乙")
    holds = said.current()[Kind.NEED, "n-1"]
    assert (holds.nodes, holds.lane, holds.who) == (("nuts/storage", "nuts/kernels"), "pilot", "乙")
    assert [one.reason for one in said.log(Kind.NEED, "n-1")] == ["先看加工", "讲的是贮藏"]
    assert said.mark() == 2


def test_belonging_nowhere_is_a_word_and_taking_it_back_is_none(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.save(Need(id="n-1", title="财务软件"), "x")
    said = Placements(store)
    said.add(Kind.NEED, "n-1", [], None, "哪条链都不是", "甲")
    assert said.current()[Kind.NEED, "n-1"].nodes == ()
    said.add(Kind.NEED, "n-1", None, None, "交还程序", "甲")
    assert said.current() == {}
    assert len(said.log(Kind.NEED, "n-1")) == 2


def test_the_words_go_with_the_record(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.save(Need(id="n-1", title="鲜栗保鲜"), "x")
    Placements(store).add(Kind.NEED, "n-1", ["nuts/storage"], None, "", "甲")
    store.delete(Kind.NEED, "n-1", "x")
    assert Placements(store).current() == {}
