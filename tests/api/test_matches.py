"""The JSON API answers as the command line does, and errors in one shape."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from matcher.service import Service
from matcher.settings import Settings


@pytest.fixture(scope="module")
def client(demo: Service, demo_settings: Settings) -> FlaskClient:
    return create_app(demo_settings).test_client()


def test_matches_are_those_of_the_command_line(client: FlaskClient, demo: Service) -> None:
    answer = client.get("/api/v1/needs/n-nuts-01/matches?top=3")
    assert answer.status_code == 200
    assert answer.json == demo.match_need("n-nuts-01", top=3).as_json()
    assert len(client.get("/api/v1/achievements/a-nuts-02/matches?top=2").json["matches"]) == 2
    assert client.get("/api/v1/matches?text=板栗褐变").json["adequate"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/needs/nobody/matches", 404),
        ("/api/v1/needs/n-nuts-01/matches?top=0", 400),
        ("/api/v1/needs/n-nuts-01/matches?top=x", 400),
        ("/api/v1/matches", 400),
        ("/nowhere", 404),
    ],
)
def test_errors_are_problem_details(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]


def test_a_fault_shows_an_id_and_no_internals(demo_settings: Settings) -> None:
    app = create_app(demo_settings)
    app.add_url_rule("/fault", view_func=lambda: 1 / 0)
    answer = app.test_client().get("/fault")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "id " in answer.json["detail"]
