"""Saved searches over the pages: keep, see what is new, rename, mail, delete; each user's own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corpora.records import Achievement
from corpora.searches import Searches
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.settings import Settings
from tests.api.browsing import browser, post

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def store(installation: Settings) -> Store:
    return Store(installation.data)


@pytest.fixture
def number(logged_in: LogIn, store: Store) -> int:
    """A search of the broker's, saved on the page."""
    for search in Searches(store).all():
        Searches(store).delete(search.id)
    client = logged_in("broker")
    assert "订阅此搜索" in client.get("/search?q=量子").text
    assert 'value="量子"' in client.get("/searches/new?q=量子&county=商州区").text
    made = post(client, "/searches/new?q=量子&page=1", {"name": "量子 <b>", "by_mail": "y"})
    assert made.location == "/searches"
    return Searches(store).all()[0].id


def test_what_is_new_is_counted_until_it_is_seen(logged_in: LogIn, number: int, store: Store) -> None:
    client = logged_in("broker")
    page = client.get("/searches").text
    assert "量子 &lt;b&gt;" in page
    assert "text-bg-danger" not in page
    store.save(Achievement(id="a-q", title="量子菌棒"), "x")
    assert re.search(r'text-bg-danger">1<', client.get("/searches").text)
    assert "量子</mark>菌棒" in client.get(f"/searches/{number}").text
    assert "text-bg-danger" not in client.get("/searches").text
    again = client.get(f"/searches/{number}").text
    assert "上次查看以来没有新记录" in again
    assert "以前提示过的" in again
    store.delete(Kind.ACHIEVEMENT, "a-q", "x")
    assert "以前提示过的" not in client.get(f"/searches/{number}").text


def test_it_is_renamed_mailed_and_deleted(logged_in: LogIn, number: int, store: Store) -> None:
    client = logged_in("broker")
    post(client, f"/searches/{number}/mail", {"by_mail": "0"})
    assert not Searches(store).all()[0].by_mail
    assert post(client, f"/searches/{number}/edit", {"name": "新名", "by_mail": "y"}).location == "/searches"
    kept = Searches(store).all()[0]
    assert (kept.name, kept.by_mail) == ("新名", True)
    post(client, "/searches/new?q=x", {"name": "别的"})
    taken = post(client, f"/searches/{number}/edit", {"name": "别的"})
    assert taken.status_code == 400
    assert "已有名为“别的”" in taken.text
    assert 'value="别的"' in taken.text
    assert post(client, f"/searches/{number}/edit", {"name": " "}).status_code == 400
    assert post(client, "/searches/new?q=x", {"name": "名" * 101}).status_code == 400
    assert client.post(f"/searches/{number}/delete").status_code == 400
    post(client, f"/searches/{number}/delete", {})
    assert [one.name for one in Searches(store).all()] == ["别的"]


def test_it_is_nobody_elses(app: Flask, logged_in: LogIn, number: int) -> None:
    stranger = logged_in("bureau")
    for path in (f"/searches/{number}", f"/searches/{number}/edit"):
        assert stranger.get(path).status_code == 404
    for path in ("edit", "mail", "delete"):
        assert post(stranger, f"/searches/{number}/{path}", {"name": "x"}).status_code == 404
    assert logged_in("enterprise").get("/searches").status_code == 403
    assert browser(app).get("/searches").status_code == 302
    assert logged_in("broker").get("/searches/999999").status_code == 404


def test_it_speaks_english(logged_in: LogIn, number: int) -> None:
    client = logged_in("broker")
    client.get("/language/en")
    assert "achievements, &#34;量子&#34;" in client.get("/searches").text
    assert client.get(f"/searches/{number}/edit").status_code == 200
