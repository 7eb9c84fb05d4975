"""The integration map for programs: the map, its nodes, gaps and actions, and a person's word on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response

from api import context
from api.charts import made, required
from api.v1.charts import (
    ActionPage,
    ChainQuery,
    Decided,
    GapPage,
    MapShape,
    NodeInFull,
    NodePage,
    NodePath,
    NodesQuery,
    OverrideGiven,
    PagesQuery,
    PlacementGiven,
    Placing,
)
from api.v1.common import BODY, TOKEN, TOKEN_OR_NOT, answers, api_blueprint, scoped, sees_pending
from corpora.errors import BadRequest, Conflict
from matcher.chainmap import correcting
from matcher.chainmap.integration import IntegrationMap, Part
from matcher.chainmap.looking import find_chain_report, node_view

blueprint = api_blueprint(
    "chainmap",
    {"name": "图谱 integration map", "description": "创新链产业链融合图谱 / where the two chains meet"},
)


@blueprint.get(
    "/map",
    summary="最近一次建的图谱，与 map.json 相同 / the map that was built last, as map.json",
    description=(
        "只含公开的需求，没有联系方式；谁改了裁定，只告诉看得到待审内容的角色。 / Public needs only, and no contacts; who "
        "overrode a verdict is told only to roles that see pending needs."
    ),
    security=TOKEN_OR_NOT,
    responses=answers(MapShape, 404),
)
def get_map() -> Response:
    kept, chart = required(sees_pending())
    content = made(kept, chart, "v1", lambda: chart.model_dump_json().encode(), sees_pending())
    return Response(content, content_type="application/json")


@blueprint.get(
    "/map/nodes",
    summary="各环节的裁定与数字 / the nodes with verdicts and numbers",
    security=TOKEN_OR_NOT,
    responses=answers(NodePage, 404),
)
def list_nodes(query: NodesQuery) -> dict[str, Any]:
    _, chart = required(sees_pending())
    chains = [find_chain_report(chart, query.chain)] if query.chain else chart.chains
    found = [one for chain in chains for one in chain.nodes if query.verdict in (None, one.verdict.verdict)]
    return _page(found, query)


@blueprint.get(
    "/map/nodes/<chain>/<node>",
    summary="一个环节，含记录 / a node with its records",
    security=TOKEN_OR_NOT,
    responses=answers(NodeInFull, 404),
)
def get_node(path: NodePath) -> dict[str, Any]:
    _, chart = required(sees_pending())
    view = node_view(chart, f"{path.chain}/{path.node}")
    return {
        "report": _told(view.report),
        "unmet": [_told(one) for one in view.unmet],
        "met": [_told(one) for one in view.met],
        "achievements": [_told(one) for one in view.achievements],
        "organizations": [_told(one) for one in (*view.firms, *view.elements)],
        "gap": _told(view.gap) if view.gap else None,
    }


@blueprint.get(
    "/map/gaps",
    summary="缺口，最急的在前 / gaps, the worst first",
    security=TOKEN_OR_NOT,
    responses=answers(GapPage, 404),
)
def list_gaps(query: ChainQuery) -> dict[str, Any]:
    _, chart = required(sees_pending())
    _check_chain(chart, query.chain)
    return _page([one for one in chart.gaps if query.chain in ("", one.node.partition("/")[0])], query)


@blueprint.get(
    "/map/actions",
    summary="下一步，按链排序 / what to do next, by chain",
    security=TOKEN_OR_NOT,
    responses=answers(ActionPage, 404),
)
def list_actions(query: ChainQuery) -> dict[str, Any]:
    _, chart = required(sees_pending())
    _check_chain(chart, query.chain)
    return _page([one for one in chart.actions if query.chain in ("", one.chain)], query)


@blueprint.post(
    "/map/nodes/<chain>/<node>/verdict",
    summary="改一个环节的裁定，或恢复为规则的 / override a node's verdict, or leave it to the rules again",
    description="须是科技局或管理员；改动记入日志。 / For the bureau and admins; it is logged.",
    security=TOKEN,
    responses=answers(Decided, 403, 404, 409, *BODY),
)
@scoped("map")
def override_verdict(path: NodePath, body: OverrideGiven) -> dict[str, Any]:
    context.require("edit_map")
    key = f"{path.chain}/{path.node}"
    with _refusing():
        correcting.override(context.store(), key, body.verdict, body.reason, context.who())
    return {"node": key, "verdict": body.verdict}


@blueprint.post(
    "/map/placements",
    summary="改正一条记录的归类 / say where a record belongs",
    description="程序照此学习；改动记入日志。 / The program learns from it; it is logged.",
    security=TOKEN,
    responses=answers(Placing, 403, 404, 409, *BODY),
)
@scoped("map")
def place_record(body: PlacementGiven) -> dict[str, Any]:
    with _refusing():
        correcting.correct(
            context.store(), body.kind, body.id, body.nodes, body.lane, body.reason, context.who()
        )
    return {"kind": body.kind, "id": body.id, "nodes": body.nodes, "lane": body.lane}


@contextmanager
def _refusing() -> Iterator[None]:
    """Answer 409 to a word that has the right shape and cannot be kept: a reason of invisible characters, say."""
    try:
        yield
    except BadRequest as error:
        raise Conflict(error.zh, error.en) from error


def _check_chain(chart: IntegrationMap, chain: str) -> None:
    """Raises UnknownRecord for a chain that the map has not."""
    if chain:
        find_chain_report(chart, chain)


def _page(found: list[Any], query: PagesQuery) -> dict[str, Any]:
    start = (query.page - 1) * query.per_page
    items = [_told(one) for one in found[start : start + query.per_page]]
    return {"total": len(found), "page": query.page, "per_page": query.per_page, "items": items}


def _told(part: Part) -> dict[str, Any]:
    return part.model_dump(mode="json")
