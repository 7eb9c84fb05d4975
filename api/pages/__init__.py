"""The pages for people. Each module is a blueprint: parse, check, call one verb of matcher, render."""

from __future__ import annotations

from flask import Blueprint

from api.pages import home, session

#: Every page, in the order in which a reader may want to look.
BLUEPRINTS: list[Blueprint] = [
    home.blueprint,
    session.blueprint,
]
