"""The integration map on the API: the whole map, its parts page by page, and a person's word on it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from corpora.overrides import Overrides
from corpora.placements import Placements
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.chainmap.integration import IntegrationMap
from tests.api.browsing import Token

pytestmark = pytest.mark.usefixtures("charted")

NODE = "/api/v1/map/nodes/nuts/storage"


def test_the_map_is_told_whole(client: FlaskClient, chart: IntegrationMap) -> None:
    answer = client.get("/api/v1/map")
    assert IntegrationMap.model_validate_json(answer.data).numbers == chart.numbers
    again = client.get("/api/v1/map", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_its_parts_are_told_page_by_page(client: FlaskClient, chart: IntegrationMap) -> None:
    nodes = client.get("/api/v1/map/nodes?chain=nuts&per_page=2&page=2").json
    mine = [one.key for one in chart.nodes.values() if one.chain == "nuts"]
    assert (nodes["total"], [one["key"] for one in nodes["items"]]) == (len(mine), mine[2:4])
    thin = client.get("/api/v1/map/nodes?verdict=thin&per_page=100").json
    assert thin["total"] == sum(one.verdict.verdict == "thin" for one in chart.nodes.values())
    gaps = client.get("/api/v1/map/gaps").json
    assert gaps["total"] == len(chart.gaps)
    assert gaps["items"][0] == chart.gaps[0].model_dump(mode="json")
    actions = client.get("/api/v1/map/actions?chain=nuts").json
    assert actions["total"] == sum(one.chain == "nuts" for one in chart.actions)
    for path in ("nodes?chain=none", "gaps?chain=none", "actions?chain=none", "nodes/nuts/none"):
        assert client.get(f"/api/v1/map/{path}").status_code == 404, path
    node = client.get(NODE).json
    assert node["report"]["numbers"]["needs"] == len(node["met"]) + len(node["unmet"])


def test_a_verdict_is_overridden_by_those_who_may(
    client: FlaskClient, token: Token, store: Store, chart: IntegrationMap
) -> None:
    said = {"verdict": "upgrade", "reason": "已有三家企业扩产"}
    for headers, status in (
        ({}, 401), (token("bureau", "read"), 403), (token("broker", "map"), 403), (token("bureau", "map"), 200),
    ):  # fmt: skip
        assert client.post(f"{NODE}/verdict", json=said, headers=headers).status_code == status
    seen = client.get(NODE).json["report"]["verdict"]
    assert (seen["verdict"], seen["overridden"]["reason"], seen["overridden"]["who"]) == (
        "upgrade", "已有三家企业扩产", "",
    )  # fmt: skip
    seen = client.get(NODE, headers=token("bureau", "read")).json["report"]["verdict"]
    assert seen["overridden"]["who"] == "bureau"
    bureau = token("bureau", "map")
    assert client.post(f"{NODE}/verdict", json={"verdict": "upgrade"}, headers=bureau).status_code == 422
    assert client.post(f"{NODE}x/verdict", json=said, headers=bureau).status_code == 404
    back = {"verdict": None, "reason": "交还规则"}
    assert client.post(f"{NODE}/verdict", json=back, headers=bureau).status_code == 200
    assert client.get(NODE).json["report"]["verdict"]["overridden"] is None
    assert [one.verdict for one in Overrides(store).log("nuts/storage")] == ["upgrade", None]


def test_a_placement_is_corrected_by_those_who_may(client: FlaskClient, token: Token, store: Store) -> None:
    said = {"kind": "need", "id": "n-nuts-01", "nodes": ["nuts/storage"], "lane": "lab", "reason": "看过"}
    path, broker = "/api/v1/map/placements", token("broker", "map")
    assert client.post(path, json=said, headers=token("broker", "read")).status_code == 403
    assert client.post(path, json=said, headers=broker).status_code == 200
    kept = Placements(store).current()[(Kind.NEED, "n-nuts-01")]
    assert (kept.nodes, kept.lane, kept.who) == (("nuts/storage",), "lab", "broker")
    node = client.get(NODE).json
    assert "n-nuts-01" in {one["id"] for one in (*node["met"], *node["unmet"])}
    for wrong, status in (
        ({"nodes": ["nuts/none"]}, 404), ({"id": "none"}, 404), ({"lane": "moon"}, 422), ({"kind": "firm"}, 422),
        ({"nodes": ["a/b"] * 4}, 422), ({"who": "x"}, 422),
    ):  # fmt: skip
        assert client.post(path, json=said | wrong, headers=broker).status_code == status, wrong
