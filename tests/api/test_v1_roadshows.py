"""Roadshows through the API: who sees drafts, what was published, and what is public; and a SPEC sent in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from corpora.jobs import Jobs
from corpora.roadshows import Roadshow, Roadshows
from corpora.store import Store
from matcher.roadshow.plan import Plan
from matcher.roadshow.running import keeping
from tests.api.browsing import Token
from tests.matcher.roadshow.halls import PAIRS, plan, spec

SPEC = {
    "title": "新材料专场",
    "date": "2026-12-11",
    "sessions": [{"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 4}],
}


@pytest.fixture
def draft(store: Store) -> Iterator[Roadshow]:
    made = keeping.create(store, spec(), "organizer")
    yield keeping.set_plan(store, made.id, plan(), PAIRS.values(), made.spec_number, "organizer")
    Roadshows(store).remove(made.id)


def status(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> int:
    return client.get(f"/api/v1/roadshows{path}", headers=headers or {}).status_code


def test_a_draft_is_there_for_those_who_plan_and_for_nobody_else(
    client: FlaskClient, token: Token, draft: Roadshow
) -> None:
    path = f"/{draft.id}"
    planner = token("organizer", "roadshows")
    for headers in (None, token("broker", "read", "cases"), token("organizer", "read")):
        assert status(client, path, headers) == 404
        assert draft.id not in listed(client, headers)
    assert draft.id in listed(client, planner)
    told = client.get(f"/api/v1/roadshows{path}", headers=planner).json
    assert (told["state"], told["plan"], told["attempt"]["status"]) == ("draft", None, "optimal")
    # Nothing was published; the draft is to be asked for.
    assert status(client, f"{path}/plan.json", planner) == 404
    whole = client.get(f"/api/v1/roadshows{path}/plan.json?draft=true", headers=planner).json
    assert Plan.from_json(whole) == plan()


def listed(client: FlaskClient, headers: dict[str, str] | None) -> set[int]:
    return {one["id"] for one in client.get("/api/v1/roadshows", headers=headers or {}).json["items"]}


def test_what_was_published_is_for_the_roles_that_see_what_is_pending(
    client: FlaskClient, token: Token, store: Store, draft: Roadshow
) -> None:
    keeping.publish(store, draft.id, draft.version)
    path = f"/{draft.id}/plan.json"
    told = client.get(f"/api/v1/roadshows{path}", headers=token("broker", "read")).json
    assert Plan.from_json(told) == plan()
    assert status(client, path) == 404
    assert status(client, path, token("enterprise", "read")) == 404
    # A token that may not read does not speak for what its user may see.
    assert status(client, path, token("broker", "judge")) == 404


def test_the_public_sees_who_is_where_but_not_how_well_they_fit(
    client: FlaskClient, token: Token, store: Store, draft: Roadshow
) -> None:
    out = keeping.publish(store, draft.id, draft.version)
    keeping.set_public(store, out.id, out.version, True)
    path = f"/{draft.id}/plan.json"
    told = client.get(f"/api/v1/roadshows{path}").json
    assert [one["start"] for one in told["meetings"]] == [
        one["start"] for one in plan().as_json()["meetings"]
    ]
    assert "score" not in str(told)
    assert "objective" not in told
    assert "score" in str(client.get(f"/api/v1/roadshows{path}", headers=token("broker", "read")).json)
    shown = client.get(f"/api/v1/roadshows/{draft.id}").json
    assert (shown["attempt"], shown["job"], shown["plan"]) == (None, None, told)
    # Whoever asks for the draft without the right to it gets what was published.
    assert client.get(f"/api/v1/roadshows{path}?draft=true").json == told


def test_a_plan_is_a_calendar_too(client: FlaskClient, store: Store, draft: Roadshow) -> None:
    out = keeping.publish(store, draft.id, draft.version)
    keeping.set_public(store, out.id, out.version, True)
    answer = client.get(f"/api/v1/roadshows/{draft.id}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    starts = [one.start for one in Calendar.from_ical(answer.data).events]
    assert len(starts) >= len(plan().meetings)
    assert {one.utcoffset().total_seconds() for one in starts if one.utcoffset() is not None} == {8 * 3600}


def test_a_spec_that_is_sent_in_is_kept_and_planned(client: FlaskClient, token: Token, store: Store) -> None:
    headers = token("organizer", "roadshows")
    answer = client.post("/api/v1/roadshows", json={"spec": SPEC, "seed": 3}, headers=headers)
    assert answer.status_code == 201, answer.text
    made = answer.json
    assert (made["title"], made["state"], made["owner"]) == ("新材料专场", "draft", "organizer")
    job = Jobs(store).get(made["job"])
    assert (job.task, job.arguments["roadshow"], job.arguments["seed"]) == ("roadshow", made["id"], 3)
    shown = client.get(f"/api/v1/roadshows/{made['id']}", headers=headers).json
    assert (shown["job"]["id"], shown["job"]["state"]) == (made["job"], "queued")
    alone = client.post("/api/v1/roadshows", json={"spec": SPEC, "plan": False}, headers=headers).json
    assert alone["job"] is None
    for one in (made, alone):
        Roadshows(store).remove(one["id"])


@pytest.mark.parametrize(
    ("spec_", "said"),
    [
        ({}, "date"),
        (SPEC | {"tables": 3}, "tables"),
        (SPEC | {"sessions": [SPEC["sessions"][0] | {"end": "13:00"}]}, "end"),  # type: ignore[index]
        (SPEC | {"affinity": "/etc/passwd"}, "affinity"),
    ],
)
def test_a_spec_that_is_wrong_is_told_key_by_key_and_not_kept(
    client: FlaskClient, token: Token, store: Store, spec_: dict[str, object], said: str
) -> None:
    before = len(Roadshows(store).all())
    answer = client.post("/api/v1/roadshows", json={"spec": spec_}, headers=token("organizer", "roadshows"))
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert any(said in one["field"] for one in answer.json["errors"]), answer.json
    assert len(Roadshows(store).all()) == before


def test_only_the_scope_makes_roadshows(client: FlaskClient, token: Token) -> None:
    assert client.post("/api/v1/roadshows", json={"spec": SPEC}).status_code == 401
    headers = token("broker", "read", "cases")
    assert client.post("/api/v1/roadshows", json={"spec": SPEC}, headers=headers).status_code == 403
    with pytest.raises(Exception, match="roadshows"):
        token("broker", "roadshows")
