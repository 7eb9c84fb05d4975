"""The search page as browsers with and without JavaScript see it, its list, and its exports."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from corpora.accounts import Accounts
from corpora.records import Achievement, Contact, Need
from corpora.store import Store
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.settings import Settings
from tests.api.browsing import browser, post

LogIn = Callable[[str], FlaskClient]
PART = {"HX-Request": "true"}


@pytest.fixture
def store(installation: Settings) -> Store:
    return Store(installation.data)


def test_a_visitor_searches_without_javascript(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=板栗").text
    assert page.count('<h3 class="h6 mb-1"><a href="/achievements/') == 7
    assert "<mark>板栗</mark>" in page
    assert "找到 7 条" in page
    assert 'value="板栗"' in page
    # Every way to go on is a link.
    for address in re.findall(r'href="(/search[^"]*)"', page):
        assert visitor.get(address.replace("&amp;", "&")).status_code == 200
    assert "加入清单" not in page
    assert "/search/export" not in page


def test_the_page_speaks_english(visitor: FlaskClient) -> None:
    visitor.get("/language/en")
    page = visitor.get("/search?kind=need&q=板栗&modes=joint").text
    assert 'lang="en"' in page
    for said in ("Needs", "joint development", "County"):
        assert said in page


def test_htmx_gets_the_results_alone(visitor: FlaskClient) -> None:
    part = visitor.get("/search?q=板栗", headers=PART)
    assert "HX-Request" in part.headers["Vary"]
    assert "<html" not in part.text
    assert part.text.count('id="results"') == 1
    assert 'hx-swap-oob="innerHTML:#search-status"' in part.text
    assert (
        "<html" in visitor.get("/search?q=板栗", headers={**PART, "HX-History-Restore-Request": "true"}).text
    )


def test_what_was_typed_is_text(visitor: FlaskClient, store: Store) -> None:
    store.save(Achievement(id="a-x", title="<b>板栗</b> & <script>x</script>", text='"><img src=x>板栗'), "x")
    page = visitor.get("/search?q=" + quote('"><script>alert(1)</script> 板栗')).text
    assert "<script>alert" not in page
    page = visitor.get("/search?q=" + quote("script>x b>板栗")).text
    assert "<script>x" not in page
    assert "<img" not in page.split("<main")[1]
    assert "&lt;<mark>b&gt;板栗</mark>&lt;/" in page
    store.delete(Kind.ACHIEVEMENT, "a-x", "x")


@pytest.mark.parametrize(
    "said", ["page=x", "kind=patent", "q=" + "板" * 5000, "min_stage=9&max_stage=1", "modes=%00"]
)
def test_bad_questions_are_explained_and_kept(visitor: FlaskClient, said: str) -> None:
    page = visitor.get(f"/search?{said}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert 'id="q"' in page.text
    if said.startswith("q="):
        assert "板" * 5000 in page.text
    part = visitor.get(f"/search?{said}", headers=PART)
    assert part.status_code == 200  # so that htmx shows it
    assert 'role="alert"' in part.text


@pytest.mark.parametrize(
    "text", ["\ud83d\ude00", "''\"\"", "%", "a" * 499, "＆＃", "\u202e板栗", "NULL", "板\x00栗"]
)
def test_odd_words_are_no_fault(visitor: FlaskClient, text: str) -> None:
    assert (
        visitor.get(
            "/search", query_string={"q": text.encode("utf-16", "surrogatepass").decode("utf-16")}
        ).status_code
        == 200
    )


def test_an_empty_answer_helps(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=量子纠缠 板栗&county=商州区").text
    assert "没有找到" in page
    assert "/needs/new" in page
    assert ">量子纠缠</a>" in page
    assert "去掉筛选条件" in page


def test_a_chip_takes_its_filter_away(visitor: FlaskClient) -> None:
    page = visitor.get("/search?kind=need&county=商州区&county=洛南县&min_stage=4").text
    chips = re.findall(
        r'<a class="btn btn-sm btn-outline-primary" href="([^"]+)"><span class="visually-hidden">去掉条件',
        page,
    )
    assert len(chips) == 3
    left = visitor.get(chips[0].replace("&amp;", "&")).text
    assert "county=%E6%B4%9B%E5%8D%97%E5%8E%BF" in left
    # The box's form carries what narrows the search.
    assert re.search(r'<input type="hidden" form="search-form" name="county" value="洛南县">', left)


def test_a_hidden_need_is_for_those_who_may_see_it(app: Flask, logged_in: LogIn, store: Store) -> None:
    store.save(Need(id="n-hidden", title="量子菌棒污染"), "x")
    Submissions(store).add("SL-HIDDEN", "n-hidden", "量子菌棒污染", "digest", None)
    asked = "/search?kind=need&q=量子菌棒"
    for client in (browser(app), logged_in("enterprise")):
        assert "找到 0 条" in client.get(asked).text
        assert "量子菌棒污染" not in client.get(asked).text
    seen = logged_in("broker").get(asked).text
    assert "未公开" in seen
    assert "找到 1 条" in seen
    store.delete(Kind.NEED, "n-hidden", "x")


def test_exports_are_for_those_who_may(app: Flask, logged_in: LogIn, store: Store) -> None:
    store.save(Achievement(id="a-x", title="=HYPERLINK(1)板栗", contact=Contact(phone="13900002222")), "x")
    assert browser(app).get("/search/export.xlsx").status_code == 302
    assert logged_in("enterprise").get("/search/export.xlsx").status_code == 403
    client = logged_in("organizer")
    sent = client.get("/search/export.xlsx?q=板栗&page=9")
    assert sent.headers["Content-Disposition"].endswith("filename*=UTF-8''" + quote("成果清单.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(sent.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len([row for row in rows if isinstance(row[0], int)]) == 8
    assert any("=HYPERLINK(1)板栗" in row for row in rows)
    assert "13900002222" not in str(rows)
    word = client.get("/search/export.docx?kind=need&q=板栗")
    assert word.mimetype.endswith("wordprocessingml.document")
    assert client.get("/search/export.pdf").status_code == 404
    assert client.get("/search/export.xlsx?kind=x").status_code == 400
    logged = next(entry for entry in Accounts(store).entries("search") if entry.action == "exported")
    assert logged.who == "organizer"
    store.delete(Kind.ACHIEVEMENT, "a-x", "x")


def test_a_list_is_collected_exported_and_compared(app: Flask, logged_in: LogIn) -> None:
    client = logged_in("broker")
    assert "清单是空的" in client.get("/search/shortlist").text
    back = post(
        client,
        "/search/shortlist",
        {"key": "need:n-nuts-01"},
        headers={"Referer": "http://localhost/search?q=x"},
    )
    assert back.location == "/search?q=x"
    part = post(client, "/search/shortlist", {"key": "achievement:a-nuts-02"}, headers=PART)
    assert "移出清单" in part.text
    assert '<span hx-swap-oob="innerHTML:#shortlist-count">2</span>' in part.text
    page = client.get("/search/shortlist").text
    assert "/compare?need=n-nuts-01&amp;with=a-nuts-02" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get("/search/shortlist.xlsx").data))
    assert book.sheetnames == ["科技成果", "技术需求"]
    assert client.get("/search/shortlist.docx").status_code == 200
    assert "加入清单" in post(client, "/search/shortlist", {"key": "need:n-nuts-01"}, headers=PART).text
    assert post(client, "/search/shortlist", {"key": "need:nobody"}).status_code == 404
    assert post(client, "/search/shortlist", {"key": "x"}).status_code == 400
    post(client, "/search/shortlist/clear", {})
    assert "清单是空的" in client.get("/search/shortlist").text
    elsewhere = {"Referer": "http://evil.example/search"}
    assert (
        post(client, "/search/shortlist", {"key": "need:n-nuts-01"}, headers=elsewhere).location
        == "/search/shortlist"
    )
    assert browser(app).get("/search/shortlist").status_code == 302


def test_a_full_list_says_so(logged_in: LogIn, store: Store) -> None:
    client = logged_in("admin")
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/search").text)
    assert token
    answers = [
        client.post(
            "/search/shortlist", data={"key": f"achievement:{one}", "csrf_token": token[1]}, headers=PART
        ).text
        for one in store.ids(Kind.ACHIEVEMENT)[:51]
    ]
    assert "清单已满" not in "".join(answers[:50])
    assert "清单已满" in answers[50]
    assert "加入清单" in answers[50]
