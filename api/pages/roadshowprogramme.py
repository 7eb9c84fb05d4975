"""A programme of the year: events that would serve most needs, each of which can be made with one button."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import needs, service
from api.languages import message
from api.pages.roadshows import blueprint
from corpora.chains import chains
from corpora.errors import BadRequest
from matcher.roadshow.programme import MOST, MOST_EVENTS, Programme, propose

__all__ = ["blueprint"]

_EVENTS = 12


@blueprint.get("/roadshows/programme")
@needs("plan_roadshows")
def programme() -> ResponseReturnValue:
    """Show the form, and what it was sent for: looking through a large store takes a while, so one asks for it."""
    asked = {name: request.args.get(name, "").strip() for name in ("count", "most", "start")}
    made: Programme | None = None
    problem = ""
    if asked["count"]:
        try:
            made = propose(
                service(),
                _number(asked["count"]),
                date.fromisoformat(asked["start"]) if asked["start"] else None,
                most=_number(asked["most"] or str(MOST)),
            )
        except BadRequest as error:
            problem = message(error)
        except ValueError:
            problem = gettext("请填整数和日期，例如 12 和 2027-01-01")
    drawn = render_template(
        "roadshows/programme.html",
        asked={**asked, "count": asked["count"] or str(_EVENTS), "most": asked["most"] or str(MOST)},
        made=made,
        problem=problem,
        chains=chains(),
        most_events=MOST_EVENTS,
    )
    return drawn, 422 if problem else 200


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else -1
