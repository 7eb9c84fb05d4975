"""Searching the demo: words, facets, hidden needs, and an index that is never behind the store."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.maps import Maps
from corpora.records import Achievement, Contact, Need
from corpora.store import Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher.queries import PAGE_SIZE, Query
from matcher.search import Found, Search
from matcher.service import Service
from tests.matcher.chainmap.making import chart, need


@pytest.fixture(scope="module")
def search(demo: Service, tmp_path_factory: pytest.TempPathFactory) -> Search:
    """A search over the demo, its index in a folder of its own."""
    return Search(tmp_path_factory.mktemp("search"))


@pytest.fixture
def store(demo: Service, tmp_path: Path) -> Iterator[Store]:
    """A copy of the demo to write in."""
    demo.store.copy_to(tmp_path / "shuanglian.db")
    opened = Store.create(tmp_path)
    yield opened
    opened.close()


def ask(search: Search, store: Store, **said: object) -> Found:
    return search.ask(store, Query.read(said))


def test_every_word_must_be_there_and_a_title_counts_more(search: Search, demo: Service) -> None:
    found = ask(search, demo.store, q="板栗")
    holding = [
        one
        for one in demo.store.achievements()
        if "板栗" in "|".join([one.document, *one.fields, one.institution])
    ]
    assert {one.id for one in found.records} == {one.id for one in holding}
    assert "板栗" in found.records[0].label
    both = ask(search, demo.store, q="板栗 装备")
    assert {one.id for one in both.records} < {one.id for one in found.records}
    assert found.totals[Kind.ACHIEVEMENT] == found.total == len(holding)


def test_nothing_asked_lists_all_in_pages(search: Search, demo: Service) -> None:
    first = ask(search, demo.store, kind="need")
    assert first.total == len(demo.store.ids(Kind.NEED)) == 100
    assert first.pages == 5
    seen = [
        one.id for page in range(1, 6) for one in ask(search, demo.store, kind="need", page=str(page)).records
    ]
    assert len(seen) == len(set(seen)) == 100
    beyond = ask(search, demo.store, kind="need", page="99999")
    assert beyond.query.page == 5
    assert len(beyond.records) == PAGE_SIZE


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "板栗 OR 核桃",
        "title:板栗",
        "(板栗",
        "板栗~2^9",
        "板*",
        "[a TO b]",
        "\\",
        "😀",
        "，。",
        "-板栗",
        "%",
        "\x00板",
    ],
)
def test_no_text_is_a_command(search: Search, demo: Service, text: str) -> None:
    found = ask(search, demo.store, q=text)
    assert found.total <= ask(search, demo.store).total
    if text in ("😀", "，。", "\\", '"'):
        assert found.total == 0


def test_quotes_and_punctuation_are_passed_over(search: Search, demo: Service) -> None:
    plain = [one.id for one in ask(search, demo.store, q="板栗").records]
    for text in ('"板栗"', "（板栗）", "板栗，", " 板栗　", "板栗 😀"):
        assert [one.id for one in ask(search, demo.store, q=text).records] == plain


def test_a_facet_widens_within_and_narrows_between(search: Search, demo: Service) -> None:
    needs = list(demo.store.needs())
    one = ask(search, demo.store, kind="need", county=["商州区"])
    two = ask(search, demo.store, kind="need", county=["商州区", "洛南县"], modes=["joint"])
    assert one.total == sum(need.county == "商州区" for need in needs)
    assert two.total == sum(need.county in ("商州区", "洛南县") and "joint" in need.modes for need in needs)
    counted = {option.value: option for option in two.facets["county"]}
    assert counted["商南县"].count == sum(need.county == "商南县" and "joint" in need.modes for need in needs)
    assert counted["商州区"].is_chosen
    assert not counted["商南县"].is_chosen
    # A choice that finds nothing is still there to be taken back.
    assert [option for option in ask(search, demo.store, county="月球").facets["county"] if option.is_chosen]


def test_organizations_have_facets_of_their_own(search: Search, demo: Service) -> None:
    found = ask(search, demo.store, kind="organization", type="pilot_base")
    assert found.total == sum(
        getattr(one, "kind", None) == "pilot_base" for one in demo.store.records(Kind.ORGANIZATION)
    )
    assert list(found.facets) == ["type", "tier", "chain", "fields", "county", "region"]


def test_every_contact_of_the_demo_is_unknown(search: Search, demo: Service) -> None:
    for kind in Kind:
        for record in list(demo.store.records(kind))[:60]:
            for said in (record.contact.phone, record.contact.email):
                if len(said) > 5:
                    assert ask(search, demo.store, kind=kind, q=said).total == 0, said


def test_what_is_saved_or_deleted_is_seen_at_once_by_every_search(store: Store, tmp_path: Path) -> None:
    ours, theirs = Search(tmp_path), Search(tmp_path)
    assert ask(ours, store, q="量子纠缠菌棒").total == ask(theirs, store, q="量子纠缠菌棒").total == 0
    store.save(
        Achievement(id="a-q", title="量子纠缠菌棒", county="商州区", contact=Contact(phone="13900001111")),
        "x",
    )
    for search in (ours, theirs):
        found = ask(search, store, q="量子纠缠菌棒")
        assert [one.id for one in found.records] == ["a-q"]
        assert ask(search, store, q="13900001111").total == 0
    assert ask(ours, store).records[0].id == "a-q"
    store.save(Achievement(id="a-q", title="量子菌棒"), "x")
    assert ask(theirs, store, q="量子纠缠菌棒").total == 0
    store.delete(Kind.ACHIEVEMENT, "a-q", "x")
    assert ask(ours, store, q="量子菌棒").total == ask(theirs, store, q="量子菌棒").total == 0


def test_an_index_is_opened_not_built_anew_and_comes_back_when_lost(store: Store, tmp_path: Path) -> None:
    Search(tmp_path).catch_up(store)
    made = {path.name for path in (tmp_path / "search").iterdir()}
    assert ask(Search(tmp_path), store, q="板栗").total
    assert {path.name for path in (tmp_path / "search").iterdir()} == made
    shutil.rmtree(tmp_path / "search")
    assert ask(Search(tmp_path), store, q="板栗").total


def test_a_restored_store_is_indexed_anew(store: Store, tmp_path: Path) -> None:
    search = Search(tmp_path)
    store.copy_to(tmp_path / "copy.db")
    store.save(Achievement(id="a-q", title="量子菌棒"), "x")
    assert ask(search, store, q="量子菌棒").total == 1
    store.replace_with(tmp_path / "copy.db")
    assert ask(search, store, q="量子菌棒").total == 0
    assert ask(search, store, q="板栗").total


def test_a_hidden_need_is_for_those_who_may_see_it(store: Store, tmp_path: Path) -> None:
    search = Search(tmp_path)
    store.save(Need(id="n-q", title="量子菌棒污染", county="商州区"), "x")
    Submissions(store).add("SL-Q", "n-q", "量子菌棒污染", "digest", None)
    asked = Query.read({"kind": "need", "q": "量子菌棒"})
    seen, unseen = search.ask(store, asked, public=False), search.ask(store, asked)
    assert (seen.total, seen.hidden) == (1, {"n-q"})
    assert (unseen.total, unseen.totals[Kind.NEED], unseen.facets["county"], unseen.hidden) == (
        0,
        0,
        [],
        frozenset(),
    )
    assert search.every(store, asked, 10) == ([], 0)
    assert search.among(store, asked, ["n-q"]) == []
    Submissions(store).decide("SL-Q", Status.APPROVED, "", "broker")
    assert search.ask(store, asked).total == 1
    assert search.among(store, asked, ["n-q", "n-nuts-01"]) == ["n-q"]


def test_an_empty_store_answers(tmp_path: Path) -> None:
    found = ask(Search(tmp_path), Store.create(tmp_path), q="板栗")
    assert (found.total, found.records, found.pages) == (0, [], 1)


def place(store: Store, day: str, **chains: str) -> None:
    """Keep a map on which needs stand on these chains, named by their ids with _ for -."""
    needs = [need(key.replace("_", "-"), f"{chain}/any") for key, chain in chains.items()]
    Maps(store).add(day, store.revision(), "", "test", {}, chart(needs).model_dump_json().encode())


def chain_counts(search: Search, store: Store, **said: object) -> dict[str, int]:
    return {
        one.value: one.count for one in ask(search, store, kind="need", **said).facets["chain"] if one.count
    }


def test_the_chain_of_a_record_is_that_of_the_latest_map(store: Store, tmp_path: Path) -> None:
    search = Search(tmp_path)
    assert chain_counts(search, store) == {}
    place(store, "2026-12-01", n_nuts_01="nuts", n_nuts_02="nuts", n_energy_01="energy", n_energy_02="gone")
    assert chain_counts(search, store) == {"nuts": 2, "energy": 1, "gone": 1}
    # What is chosen of other facets narrows the counts; what is chosen of this one does not.
    words = store.need("n-nuts-01").title
    assert chain_counts(search, store, q=words) == {"nuts": 1}
    found = ask(search, store, kind="need", chain="nuts")
    assert {one.id for one in found.records} == {"n-nuts-01", "n-nuts-02"}
    assert chain_counts(search, store, chain="nuts") == {"nuts": 2, "energy": 1, "gone": 1}
    place(store, "2026-12-02", n_nuts_01="nuts", n_energy_01="nuts", n_energy_03="energy")
    assert chain_counts(search, store) == {"nuts": 2, "energy": 1}
    # A record that changes keeps its chain, and another process's index knows them too.
    store.save(store.need("n-energy-01").model_copy(update={"text": "改过的正文"}), "test")
    assert chain_counts(search, store) == {"nuts": 2, "energy": 1}
    assert chain_counts(Search(tmp_path), store) == {"nuts": 2, "energy": 1}
