"""A person's word on the map: another verdict, where a record belongs, a topic that becomes a node."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.charts import latest
from api.context import needs, store, who
from api.languages import message
from api.pages.chainmap import blueprint, key_url, map_url
from api.pages.chainmaplists import topics_page
from api.pages.chainmapnodes import node_page
from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.vocabulary import Kind
from matcher.chainmap import correcting
from matcher.chainmap.correcting import MOST_NODES
from matcher.chainmap.integration import LANES, Lane, VerdictKind

__all__ = ["blueprint"]

#: What the first choice says instead of a node.
_PROGRAM, _NONE = "", "-"


# Verdicts


@blueprint.post("/map/nodes/<chain_id>/<node_id>/verdict")
@needs("edit_map")
def override(chain_id: str, node_id: str) -> ResponseReturnValue:
    """Put a person's verdict in the place of the rules', or leave it to them again."""
    key, said = f"{chain_id}/{node_id}", request.form.get("verdict", "")
    reason = request.form.get("reason", "")
    if said and said not in set(VerdictKind):
        abort(400)
    try:
        correcting.override(store(), key, VerdictKind(said) if said else None, reason, who())
    except BadRequest as error:
        return node_page(key, message(error), 422, {"verdict": said, "reason": reason})
    flash(gettext("已改为您的裁定") if said else gettext("已恢复为规则的裁定"), "success")
    return redirect(map_url(key))


# Placements


@blueprint.get("/map/placements")
@needs("correct_placement")
def placement() -> ResponseReturnValue:
    kind, record_id = _asked(request.args.get("kind", ""), request.args.get("id", ""))
    return _placement(kind, record_id)


@blueprint.post("/map/placements")
@needs("correct_placement")
def correct() -> ResponseReturnValue:
    """Keep a person's word on where a record belongs; the program learns from it."""
    kind, record_id = _asked(request.form.get("kind", ""), request.form.get("id", ""))
    chosen = [one for one in request.form.getlist("node") if one != _PROGRAM][:MOST_NODES]
    first = request.form.get("node", _PROGRAM)
    nodes: Sequence[str] | None
    if first == _PROGRAM and not chosen:
        nodes = None
    else:
        nodes = () if first == _NONE else tuple(dict.fromkeys(one for one in chosen if one != _NONE))
    lane = request.form.get("lane", "")
    if lane and lane not in set(Lane):
        abort(400)
    reason = request.form.get("reason", "")
    try:
        correcting.correct(store(), kind, record_id, nodes, Lane(lane) if lane else None, reason, who())
    except (BadRequest, UnknownRecord) as error:
        return _placement(kind, record_id, message(error), 422, {"lane": lane, "reason": reason}, chosen)
    flash(gettext("已记下；程序会照此学习"), "success")
    return redirect(key_url(f"{kind}:{record_id}") + "#map-place")


def _asked(kind: str, record_id: str) -> tuple[Kind, str]:
    if kind not in set(Kind):
        abort(404)
    return Kind(kind), record_id


def _placement(
    kind: Kind,
    record_id: str,
    problem: str = "",
    status: int = 200,
    typed: dict[str, str] | None = None,
    chosen: Sequence[str] | None = None,
) -> ResponseReturnValue:
    record = store().get(kind, record_id)
    found = latest()
    placed = found[1].by_key.get(f"{kind}:{record_id}") if found else None
    said = Placements(store()).log(kind, record_id)
    last = said[-1] if said else None
    if chosen is None:
        chosen = [] if last is None or last.nodes is None else (list(last.nodes) or [_NONE])
    if typed is None:
        typed = {"lane": (last.lane or "") if last else "", "reason": ""}
    drawn = render_template(
        "chainmap/placement.html",
        record=record,
        chart=found[1] if found else None,
        placed=placed,
        chains=OwnChains(store()).all().values(),
        chosen=[*chosen, *[""] * MOST_NODES][:MOST_NODES],
        typed=typed,
        log=said[::-1],
        node_titles=node_titles(),
        LANES=LANES,
        problem=problem,
    )
    return drawn, status


def node_titles() -> dict[str, tuple[str, str]]:
    """Return what every node "chain/node" of the installation's chains is called, chain and all."""
    return {
        f"{chain.id}/{node.id}": (f"{chain.zh} · {node.zh}", f"{chain.en} · {node.en}")
        for chain in OwnChains(store()).all().values()
        for node in chain.nodes
    }


# Topics


@blueprint.post("/map/topics")
@needs("edit_map")
def make_node() -> ResponseReturnValue:
    """Make a topic a node of a chain, with its records on it."""
    names = ("topic", "chain", "node", "zh", "en", "position")
    typed = {name: request.form.get(name, "").strip() for name in names}
    try:
        key = correcting.node_from_topic(store(), **typed, who=who())
    except (BadRequest, Conflict, UnknownRecord) as error:
        return topics_page(message(error), typed["topic"], typed, 422)
    flash(gettext("已成为环节；它的记录已归到上面"), "success")
    return redirect(map_url(key))
