"""Logging in and out, the account page, and what keeps others out."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from corpora.store import Store
from matcher.accounts import find_user, set_disabled
from matcher.settings import Settings
from tests.api.browsing import PASSWORD, browser, csrf, post

LogIn = Callable[[str], FlaskClient]


def test_a_visitor_is_asked_to_log_in_and_brought_back(app: Flask) -> None:
    client = browser(app)
    answer = client.get("/account")
    assert answer.location == "/login?next=/account"
    answer = post(client, answer.location, {"name": "broker", "password": PASSWORD})
    assert answer.location == "/account"
    assert client.get("/account").status_code == 200


def test_a_wrong_password_says_no_more_than_that(visitor: FlaskClient) -> None:
    wrong = post(visitor, "/login", {"name": "broker", "password": "wrong"})
    unknown = post(visitor, "/login", {"name": "nobody-here", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    said = re.compile(r"<form method=\"post\".*</form>", re.S)
    without = re.compile(r'value="[^"]*"')
    one, other = (without.sub("", said.search(answer.text)[0]) for answer in (wrong, unknown))  # type: ignore[index]
    assert one == other
    assert "wrong" not in wrong.text.replace("wrong.css", "")


def test_nobody_is_sent_to_another_site(app: Flask) -> None:
    for goal in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        client = browser(app)
        answer = post(client, f"/login?next={goal}", {"name": "broker", "password": PASSWORD})
        assert answer.location == "/"


def test_a_form_without_its_token_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.post("/login", data={"name": "broker", "password": PASSWORD})
    assert answer.status_code == 400
    assert "过期" in answer.text


def test_haste_is_slowed_down(installation: Settings) -> None:
    client = browser(create_app(installation.model_copy(update={"limits": True})))
    answers = [post(client, "/login", {"name": "admin", "password": "wrong"}).status_code for _ in range(9)]
    assert answers == [401] * 8 + [429]


def test_a_locked_account_is_out_at_once(app: Flask, logged_in: LogIn, installation: Settings) -> None:
    client = logged_in("bureau")
    assert client.get("/account").status_code == 200
    opened = Store(installation.data)
    user = find_user(opened, "bureau")
    set_disabled(opened, user, True)
    assert client.get("/account").status_code == 302
    assert post(browser(app), "/login", {"name": "bureau", "password": PASSWORD}).status_code == 401
    set_disabled(opened, user, False)
    opened.close()


def test_logging_out_needs_a_form_and_ends_the_session(logged_in: LogIn) -> None:
    client = logged_in("broker")
    assert client.get("/logout").status_code == 405
    assert post(client, "/logout", {}).status_code == 302
    assert client.get("/account").status_code == 302


def test_a_new_password_ends_other_sessions(app: Flask, logged_in: LogIn) -> None:
    here, elsewhere = logged_in("organizer"), logged_in("organizer")
    poor = post(here, "/account/password", {"current": PASSWORD, "new": "short"})
    assert poor.status_code == 400
    assert "10–200" in poor.text
    changed = post(here, "/account/password", {"current": PASSWORD, "new": "another long word"})
    assert changed.status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    post(here, "/account/password", {"current": "another long word", "new": PASSWORD})


def test_a_token_is_shown_once_and_can_be_revoked(logged_in: LogIn, app: Flask) -> None:
    client = logged_in("broker")
    made = post(client, "/account/tokens", {"name": "脚本", "scopes": ["read", "judge"], "days": "30"})
    found = re.search(r"sl_[\w-]{43}", made.text)
    assert found
    assert found[0] not in client.get("/account").text
    revoke = re.search(r"/account/tokens/\d+/revoke", client.get("/account").text)
    assert revoke
    post(client, revoke[0], {})
    assert "已撤销" in client.get("/account").text


def test_a_role_gets_no_token_beyond_its_rights(logged_in: LogIn) -> None:
    refused = post(
        logged_in("organizer"), "/account/tokens", {"name": "x", "scopes": ["judge"], "days": "30"}
    )
    assert refused.status_code == 400
    assert "judge" in refused.text


def test_the_language_is_remembered(visitor: FlaskClient) -> None:
    assert 'lang="zh-CN"' in visitor.get("/").text
    back = visitor.get("/language/en", headers={"Referer": "http://localhost/login?next=/account"})
    assert back.location == "/login?next=/account"
    assert 'lang="en"' in visitor.get("/").text
    assert visitor.get("/language/en", headers={"Referer": "http://evil.example/x"}).location == "/"


def test_every_page_is_protected(visitor: FlaskClient) -> None:
    headers = visitor.get("/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert csrf(visitor)
