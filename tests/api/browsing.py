"""How tests use a page: as a browser does, with the CSRF token of its forms."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpora.accounts import Role
from corpora.store import Store
from matcher.accounts import add_user
from matcher.service import Service

PASSWORD = "correct horse battery"
#: Gives the headers of a new token: of whom, with which scopes.
Token = Callable[..., dict[str, str]]


def copy_with_users(demo: Service, data: Path) -> None:
    """Copy the indexed demo to `data`, with one user for each role, named like it."""
    data.mkdir()
    demo.store.copy_to(data / "shuanglian.db")
    shutil.copytree(demo.settings.data / "indexes", data / "indexes")
    store = Store(data)
    for role in Role:
        add_user(store, role.value, role, PASSWORD)
    store.close()


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
