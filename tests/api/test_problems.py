"""Whatever is asked of whatever address: no fault, and what goes wrong is told in the asker's way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.api.browsing import csrf

ODD = [
    "x",
    "%00",
    "%ff%fe",
    "中文",
    "'",
    "9" * 30,
    "y" * 400,
    "..%2f..%2fetc%2fpasswd",
    "a%2Fb",
    "%0a",
    "{{7*7}}",
]
NUMBERS = ["0", "1", "9" * 18, "9" * 19, "9" * 5000, "-1", "１"]
QUERIES = [
    "",
    "?page=0&q=%00&top=x&next=//evil.example&before=" + "9" * 30,
    "?%ff=%fe&text=&code=%0a&list=x&kind=x",
]
FORMS: list[dict[str, str]] = [
    {},
    {"name": "a\x00b", "title": "x" * 30_000, "version": "9" * 30, "level": "x", "stage": "no", "role": "no"},
    {
        "name": "\ufffe",
        "password": "p" * 5000,
        "key": "\r\n",
        "word": "=1+1",
        "days": "-1",
        "q": "\x00",
        "ids": "'",
    },
]
PROGRAM = {"Accept": "application/json"}
BROWSER = {"Accept": "text/html"}
PART = {"Accept": "text/html", "HX-Request": "true"}


def addresses(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every rule with addresses made of odd values."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        values = (
            NUMBERS if any(type(one).__name__ == "ShortInteger" for one in rule._converters.values()) else ODD
        )
        for value in values if rule.arguments else ["x"]:
            path = rule.rule
            for _ in rule.arguments:
                path = path[: path.index("<")] + value + path[path.index(">") + 1 :]
            yield rule, path


def told_rightly(answer: object, headers: dict[str, str], path: str) -> None:
    status, kind = answer.status_code, answer.mimetype  # type: ignore[attr-defined]
    if status < 400:  # a file, perhaps, that is no text
        return
    text = answer.text  # type: ignore[attr-defined]
    assert status < 500 or status == 503, f"{path}: {text[:500]}"
    assert "Traceback" not in text
    if headers is PROGRAM or path.startswith("/api/"):
        assert kind == "application/problem+json", f"{status} {path}: {kind}"
        assert answer.json["status"] == status  # type: ignore[attr-defined]
        return
    assert kind == "text/html", f"{status} {path}: {kind}"
    if headers is BROWSER:
        assert "<html" in text
    elif status in (403, 404, 405):
        assert "<html" not in text, f"{status} {path}: a page within a page"


@pytest.mark.parametrize("headers", [PROGRAM, BROWSER, PART], ids=["program", "browser", "part"])
def test_a_visitor_asks_for_everything(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    for rule, path in addresses(app):
        for method in sorted(rule.methods or ()):
            for query in QUERIES if method == "GET" and headers is not PROGRAM else [""]:
                answer = client.open(path + query, method=method, headers=headers)
                if method == "HEAD":
                    assert answer.status_code < 500
                elif method != "OPTIONS":
                    told_rightly(answer, headers, path)


def test_a_visitor_sends_odd_forms_everywhere(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    mark = csrf(client)
    for rule, path in addresses(app):
        if "POST" in (rule.methods or ()):
            for form in FORMS:
                answer = client.post(path, data={"csrf_token": mark, **form}, headers=BROWSER)
                told_rightly(answer, BROWSER, path)


def test_an_admin_asks_for_everything(app: Flask, logged_in: Callable[[str], FlaskClient]) -> None:
    client = logged_in("admin")
    for rule, path in addresses(app):
        if "GET" in (rule.methods or ()):
            for query in QUERIES:
                told_rightly(client.get(path + query, headers=BROWSER), BROWSER, path + query)


def test_an_admin_sends_odd_forms_everywhere(app: Flask, logged_in: Callable[[str], FlaskClient]) -> None:
    client = logged_in("admin")
    mark = csrf(client, "/")
    for rule, path in addresses(app):
        if "POST" not in (rule.methods or ()) or path in ("/logout", "/account/password"):
            continue
        for form in FORMS:
            answer = client.post(path, data={"csrf_token": mark, **form}, headers=BROWSER)
            told_rightly(answer, BROWSER, path)
    assert client.get("/account").status_code == 200


def test_a_method_that_there_is_not_is_told_with_those_that_there_are(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/api/v1/needs", "/api/v1/needs/x/matches", "/api/v1/cases/1"):
        answer = client.open(path, method="TRACE")
        assert answer.status_code == 405
        assert answer.mimetype == "application/problem+json"
        assert "GET" in answer.headers["Allow"]


def test_a_fault_is_told_by_a_number_to_each_in_their_way(app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("secret inside")

    app.view_functions["home.hello"], kept = broken, app.view_functions["home.hello"]
    try:
        for headers in (PROGRAM, BROWSER, PART):
            answer = app.test_client().get("/hello", headers=headers)
            assert answer.status_code == 500
            assert "secret inside" not in answer.text
            assert "编号" in answer.text
    finally:
        app.view_functions["home.hello"] = kept
