"""The API's documentation: its OpenAPI document, and a page that shows it and tries it out, offline."""

from __future__ import annotations

from importlib import resources

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_openapi.openapi import OpenAPI

_SWAGGER = str(resources.files("flask_openapi_swagger") / "templates" / "swagger")

blueprint = Blueprint(
    "docs", __name__, url_prefix="/api/docs", static_folder=_SWAGGER, static_url_path="/swagger"
)


@blueprint.get("", strict_slashes=False)
def page() -> ResponseReturnValue:
    return render_template("docs.html")


@blueprint.get("/openapi.json")
def document() -> ResponseReturnValue:
    assert isinstance(current_app, OpenAPI)
    return jsonify(current_app.api_doc)
