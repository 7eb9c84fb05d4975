"""Verdicts: given by one press, seen, taken back; with a script and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corpora.accounts import Accounts
from corpora.store import Store
from matcher.service import Service
from matcher.settings import Settings
from tests.api.browsing import browser, post

LogIn = Callable[[str], FlaskClient]
PAIR = {"need_id": "n-nuts-01", "achievement_id": "a-nuts-02"}
HX = {"HX-Request": "true"}


@pytest.fixture
def opened(installation: Settings) -> Iterator[Store]:
    store = Store(installation.data)
    yield store
    for role in ("broker", "admin"):
        store.unjudge(*PAIR.values(), role)
    store.close()


def levels(store: Store) -> dict[str, int]:
    return {one.author: one.level for one in store.judgements(**PAIR)}


def hidden_fields(html: str) -> dict[str, object]:
    """Return what the undo form of a page would send."""
    form = html.split('action="/verdicts/undo"', 1)[1].split("</form>", 1)[0]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}


def test_a_verdict_without_a_script(logged_in: LogIn, opened: Store) -> None:
    broker = logged_in("broker")
    goal = "/needs/n-nuts-01?region=西安"
    answer = post(broker, "/verdicts", {**PAIR, "level": "3", "next": goal})
    assert answer.status_code == 302
    assert answer.location.startswith("/needs/n-nuts-01?region=")
    mark = answer.location.split("#")[1]
    page = broker.get(answer.location).text
    assert "已记录：3 较强相关" in page
    assert f'id="{mark}"' in page
    assert "您已判断：3 较强相关" in page
    assert levels(opened)["broker"] == 3
    # Pressed again, another level; then the one before is given back, and then none.
    post(broker, "/verdicts", {**PAIR, "level": "1", "next": goal})
    page = broker.get("/needs/n-nuts-01").text
    assert "撤销，改回 3 较强相关" in page
    post(broker, "/verdicts/undo", hidden_fields(page))
    assert levels(opened)["broker"] == 3
    post(broker, "/verdicts/undo", hidden_fields(broker.get("/needs/n-nuts-01").text))
    assert "broker" not in levels(opened)
    assert "demo" in levels(opened)
    actions = [one.action for one in Accounts(opened).entries("need:n-nuts-01", "broker", limit=4)]
    assert actions == ["verdict undone", "verdict undone", "judged", "judged"]


def test_a_verdict_with_a_script_changes_its_part_alone(logged_in: LogIn, opened: Store) -> None:
    broker = logged_in("broker")
    post(broker, "/verdicts", {**PAIR, "level": "2", "note": "看过<b>样机</b>"}, headers=HX)
    part = post(broker, "/verdicts", {**PAIR, "level": "4"}, headers=HX)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert '<span class="said d-print-none">已记录：4 强相关</span></div>' in part.text
    assert "看过&lt;b&gt;样机&lt;/b&gt;" in part.text
    undone = post(broker, "/verdicts/undo", hidden_fields(part.text), headers=HX)
    assert "已改回：2 弱相关" in undone.text
    (mine,) = (one for one in opened.judgements(**PAIR) if one.author == "broker")
    assert (mine.level, mine.note) == (2, "看过<b>样机</b>")


def test_others_verdicts_are_seen_by_those_who_judge(app: Flask, logged_in: LogIn, opened: Store) -> None:
    post(logged_in("admin"), "/verdicts", {**PAIR, "level": "1", "note": "产线装不下"})
    page = logged_in("broker").get("/needs/n-nuts-01").text
    assert "admin：1 无相关" in page
    assert "产线装不下" in page
    assert "admin：1 无相关" in logged_in("broker").get("/achievements/a-nuts-02").text
    for client in (browser(app), logged_in("bureau")):
        assert "产线装不下" not in client.get("/needs/n-nuts-01").text


@pytest.mark.parametrize("role", ["organizer", "bureau", "enterprise"])
@pytest.mark.parametrize("path", ["/verdicts", "/verdicts/undo"])
def test_others_may_not_judge(logged_in: LogIn, opened: Store, role: str, path: str) -> None:
    before = levels(opened)
    assert post(logged_in(role), path, {**PAIR, "level": "1"}).status_code == 403
    assert levels(opened) == before


def test_a_visitor_may_not_judge(visitor: FlaskClient) -> None:
    assert post(visitor, "/verdicts", {**PAIR, "level": "1"}).location == "/login?next=/"
    assert visitor.post("/verdicts", data={**PAIR, "level": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"level": "5"}, 400),
        ({"level": "0"}, 400),
        ({"level": ""}, 400),
        ({"level": "３x"}, 400),
        ({"level": "1" * 5000}, 400),
        ({"note": "长" * 501}, 400),
        ({"need_id": "nobody"}, 404),
        ({"achievement_id": "x" * 5000}, 404),
        ({"achievement_id": "\x00"}, 404),
    ],
)
def test_bad_verdicts_are_refused_and_change_nothing(
    logged_in: LogIn, opened: Store, sent: dict[str, str], status: int
) -> None:
    before = levels(opened)
    assert post(logged_in("broker"), "/verdicts", {**PAIR, "level": "3", **sent}).status_code == status
    assert levels(opened) == before


@pytest.mark.parametrize(
    "goal", ["https://evil.example/x", "//evil.example", "/\\evil.example", "http://[::1", "\r\nX: 1", ""]
)
def test_a_verdict_leads_to_no_other_site(logged_in: LogIn, opened: Store, goal: str) -> None:
    answer = post(logged_in("broker"), "/verdicts", {**PAIR, "level": "3", "next": goal})
    assert answer.status_code == 302
    assert re.match(r"/(?![/\\])", answer.location)


def test_the_service_learns_of_a_change(app: Flask, logged_in: LogIn, opened: Store) -> None:
    service: Service = app.extensions["shuanglian"]
    post(logged_in("broker"), "/verdicts", {**PAIR, "level": "1"})
    low = service.compare(PAIR["need_id"], [PAIR["achievement_id"]])[0].scored
    post(logged_in("broker"), "/verdicts", {**PAIR, "level": "4"})
    high = service.compare(PAIR["need_id"], [PAIR["achievement_id"]])[0].scored
    assert low.probabilities != high.probabilities
