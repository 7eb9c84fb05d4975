"""How tests use a page: as a browser does, with the CSRF token of its forms."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "correct horse battery"


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


def csrf(client: FlaskClient, page: str = "/login") -> str:
    """Return the token that the forms of `page` carry."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found, f"no CSRF token on {page}"
    return found[1]


def post(client: FlaskClient, path: str, data: dict[str, object], **options: object) -> TestResponse:
    """Send a form as a browser does, with its CSRF token."""
    return client.post(path, data={"csrf_token": csrf(client), **data}, **options)
