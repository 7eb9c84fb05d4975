"""The Flask app factory. So far it serves programs; the pages for people come next."""

from __future__ import annotations

import uuid

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from api.v1 import experts, matches
from corpora.errors import BadRequest, DataFolderTrouble, ShuanglianError, UnknownRecord
from corpora.vocabulary import use_extension
from matcher.service import Service
from matcher.settings import Settings

_STATUS: dict[type[ShuanglianError], int] = {UnknownRecord: 404, BadRequest: 400, DataFolderTrouble: 503}


def create_app(settings: Settings | None = None) -> Flask:
    """Return an app that answers from the data folder of `settings`."""
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    chosen = settings or Settings.read()
    use_extension(chosen.vocabulary)
    app.extensions["shuanglian"] = Service(chosen)
    for module in (matches, experts):
        app.register_blueprint(module.blueprint, url_prefix="/api/v1")
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(ShuanglianError, _known_problem)
    app.register_error_handler(Exception, _fault)
    return app


def problem(status: int, title: str, detail: str) -> Response:
    """Return RFC 9457 problem details."""
    response = jsonify({"type": "about:blank", "status": status, "title": title, "detail": detail})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _http_problem(error: HTTPException) -> Response:
    return problem(error.code or 500, error.name, error.description or "")


def _known_problem(error: ShuanglianError) -> Response:
    return problem(_STATUS.get(type(error), 500), type(error).__name__, str(error))


def _fault(error: Exception) -> Response:
    """Name the fault by an id that the log explains; show no internals."""
    from flask import current_app

    fault = uuid.uuid4().hex[:12]
    current_app.logger.error("fault %s", fault, exc_info=error)
    return problem(500, "Internal Server Error", f"内部错误，编号 {fault} / internal error, id {fault}")
