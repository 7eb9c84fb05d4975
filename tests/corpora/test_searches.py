"""Saved searches and digests as the store keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.accounts import Accounts, Role
from corpora.errors import Conflict
from corpora.records import Need
from corpora.searches import SavedSearch, Searches
from corpora.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.create(tmp_path)
    Accounts(store).add("a", "甲", "", Role.BROKER, "hash", "mark")
    Accounts(store).add("b", "乙", "", Role.BROKER, "hash", "mark")
    return store


@pytest.fixture
def saved(store: Store) -> SavedSearch:
    store.save(Need(id="n-1", title="旧"), "x")
    return Searches(store).add(1, "菌棒", {"q": "菌棒", "county": ["商州区"]}, True)


def test_a_search_is_kept_as_it_was_given(store: Store, saved: SavedSearch) -> None:
    kept = Searches(store)
    assert kept.get(saved.id) == saved
    assert (saved.query, saved.by_mail, saved.revision) == ({"q": "菌棒", "county": ["商州区"]}, True, 1)
    kept.set_by_mail(saved.id, False)
    kept.rename(saved.id, 1, "香菇")
    assert [(one.name, one.by_mail) for one in kept.of_user(1)] == [("香菇", False)]
    assert kept.of_user(2) == []
    assert len(kept.all()) == 1
    kept.delete(saved.id)
    assert kept.get(saved.id) is None


def test_a_name_is_taken_within_one_user_only(store: Store, saved: SavedSearch) -> None:
    kept = Searches(store)
    kept.add(2, "菌棒", {}, False)
    with pytest.raises(Conflict):
        kept.add(1, "菌棒", {}, False)
    assert len(kept.all()) == 2


def test_a_digest_says_nothing_twice(store: Store, saved: SavedSearch) -> None:
    kept = Searches(store)
    assert kept.add_digest(saved, ["n-2", "n-3"], 3)
    # Another process that looked at the same time is too late.
    assert not kept.add_digest(saved, ["n-2"], 4)
    again = kept.get(saved.id)
    assert again is not None
    assert again.revision == 3
    assert kept.add_digest(again, ["n-3", "n-4"], 5)
    assert [one.ids for one in kept.digests(saved.id)] == [["n-4"], ["n-2", "n-3"]]
    kept.mark([one.id for one in kept.digests(saved.id)][:1], "read_at")
    assert [bool(one.read_at) for one in kept.digests(saved.id)] == [True, False]
    assert not [one for one in kept.digests(saved.id) if one.mailed_at]
    kept.delete(saved.id)
    assert kept.digests(saved.id) == []
