"""The JSON API, version 1."""

from __future__ import annotations

from typing import Any

from flask import Flask

from api.security import csrf
from api.v1 import experts, matches

#: How the OpenAPI document introduces itself.
DOCUMENT: dict[str, Any] = {
    "info": {"title": "双链 Shuanglian", "version": "1"},
    "doc_prefix": "/api/docs",
}


def init_app(app: Flask) -> None:
    for module in (matches, experts):
        # Programs bring a token, never a cookie, so nobody can be made to send one.
        csrf.exempt(module.blueprint)
        app.register_blueprint(module.blueprint, url_prefix="/api/v1")
