"""An installation of its own for tests that write, with somebody of each role in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from corpora.store import Store
from matcher.accounts import find_user, issue_token
from matcher.chainmap import keeping
from matcher.chainmap.integration import IntegrationMap
from matcher.service import Service
from matcher.settings import Settings
from tests.api.browsing import PASSWORD, Token, browser, copy_with_users, post


@pytest.fixture(scope="module")
def installation(
    demo: Service, demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A copy of the indexed demo with one user for each role, named like it; limits are off."""
    data = tmp_path_factory.mktemp("installation") / "data"
    copy_with_users(demo, data)
    return demo_settings.model_copy(update={"data": data, "limits": False})


@pytest.fixture
def store(installation: Settings) -> Iterator[Store]:
    """The installation's store, as another process has it open."""
    opened = Store(installation.data)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(installation: Settings) -> Flask:
    return create_app(installation)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser of nobody's."""
    return browser(app)


@pytest.fixture
def logged_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a browser in which the user of that name is logged in."""

    def log_in(name: str) -> FlaskClient:
        client = browser(app)
        answer = post(client, "/login", {"name": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return log_in


@pytest.fixture
def token(store: Store) -> Token:
    """Return the headers of a new token of the user of that name."""

    def issue(name: str, *scopes: str) -> dict[str, str]:
        secret = issue_token(store, find_user(store, name), "test", set(scopes), 1)
        return {"Authorization": f"Bearer {secret}"}

    return issue


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def charted(installation: Settings) -> None:
    """The map of the installation, built as the worker builds it."""
    service = Service(installation)
    keeping.build_and_keep(service, "bureau")
    service.close()


@pytest.fixture
def chart(store: Store) -> IntegrationMap:
    found = keeping.latest(store)
    assert found
    return found[1]
