"""The front door: one way in for each of the people who come."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.context import store

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    return render_template("home.html", counts=store().counts())


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("privacy.html")


@blueprint.get("/hello")
def hello() -> ResponseReturnValue:
    """Say that the server is up, with as little work as a route can have: the bench compares with it."""
    return "ok", {"Content-Type": "text/plain"}
