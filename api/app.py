"""The Flask app factory: pages for people, ``/api/v1`` for programs."""

from __future__ import annotations

from flask import Flask
from flask_openapi.openapi import OpenAPI

from api import context, languages, problems, security, v1
from api.pages import BLUEPRINTS, helpers
from corpora.vocabulary import use_extension
from matcher.service import Service
from matcher.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Return an app that answers from the data folder of `settings`.

    Raises DataFolderTrouble where there is none.
    """
    chosen = settings or Settings.read()
    app = OpenAPI("api", **v1.DOCUMENT)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["SETTINGS"] = chosen
    use_extension(chosen.vocabulary)
    app.extensions["shuanglian"] = Service(chosen)
    security.init_app(app, chosen)
    languages.init_app(app)
    problems.init_app(app)
    v1.init_app(app)
    helpers.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.teardown_appcontext(context.close_store)
    return app
