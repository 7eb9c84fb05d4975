"""Matches as JSON, in the shape of ``matcher match --json``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from corpora.errors import BadRequest
from matcher.service import Service

blueprint = Blueprint("v1", __name__)


def _service() -> Service:
    service: Service = current_app.extensions["shuanglian"]
    return service


@blueprint.get("/needs/<path:need_id>/matches")
def matches_of_need(need_id: str) -> Response:
    return jsonify(_service().match_need(need_id, _top()).as_json())


@blueprint.get("/achievements/<path:achievement_id>/matches")
def matches_of_achievement(achievement_id: str) -> Response:
    return jsonify(_service().match_achievement(achievement_id, _top()).as_json())


@blueprint.get("/matches")
def matches_of_text() -> Response:
    text = request.args.get("text", "").strip()
    if not text:
        raise BadRequest("缺少参数 text", "the parameter text is missing")
    return jsonify(_service().match_text(text, _top()).as_json())


def _top() -> int:
    given = request.args.get("top", "10")
    if not given.isdecimal() or len(given) > 3 or not 1 <= int(given) <= 100:
        raise BadRequest(
            f"参数 top 应为 1–100，现为“{given[:20]}”", f"top must be 1–100, found '{given[:20]}'"
        )
    return int(given)
