"""Matches as JSON, in the shape of ``matcher match --json``."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api.context import service
from api.v1.common import text, top

blueprint = Blueprint("v1", __name__)


@blueprint.get("/needs/<path:need_id>/matches")
def matches_of_need(need_id: str) -> Response:
    return jsonify(service().match_need(need_id, top()).as_json())


@blueprint.get("/achievements/<path:achievement_id>/matches")
def matches_of_achievement(achievement_id: str) -> Response:
    return jsonify(service().match_achievement(achievement_id, top()).as_json())


@blueprint.get("/matches")
def matches_of_text() -> Response:
    return jsonify(service().match_text(text(), top()).as_json())
