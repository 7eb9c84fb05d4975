"""Experts over the JSON API."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from corpora.vocabulary import Kind
from matcher.service import Service
from matcher.settings import Settings


@pytest.fixture(scope="module")
def client(demo: Service, demo_settings: Settings) -> FlaskClient:
    return create_app(demo_settings).test_client()


def test_experts_are_those_of_the_command_line(client: FlaskClient, demo: Service) -> None:
    answer = client.get("/api/v1/needs/n-nuts-01/experts?top=3")
    assert answer.status_code == 200
    assert answer.json == demo.experts_for_need("n-nuts-01", top=3).as_json()
    assert client.get("/api/v1/experts?text=香菇菌棒转色期污染率高").json["adequate"]


def test_contacts_stay_private(client: FlaskClient, demo: Service) -> None:
    said = client.get("/api/v1/needs/n-herbs-03/experts?top=50").text
    contacts = [record.contact for record in demo.store.records(Kind.ACHIEVEMENT)]
    assert not [each for each in contacts if each.phone and (each.phone in said or each.email in said)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/needs/nobody/experts", 404),
        ("/api/v1/needs/n-nuts-01/experts?top=0", 400),
        ("/api/v1/experts", 400),
        ("/api/v1/experts?text=板栗&top=x", 400),
    ],
)
def test_errors_are_problem_details(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
