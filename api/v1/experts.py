"""Experts as JSON, in the shape of ``matcher experts --json``."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api.context import service
from api.v1.common import text, top

blueprint = Blueprint("v1_experts", __name__)


@blueprint.get("/needs/<path:need_id>/experts")
def experts_of_need(need_id: str) -> Response:
    return jsonify(service().experts_for_need(need_id, top()).as_json())


@blueprint.get("/experts")
def experts_of_text() -> Response:
    return jsonify(service().experts_for_text(text(), top()).as_json())
