"""Candidates side by side: up to four achievements for one need."""

from __future__ import annotations

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue

from api import context
from api.context import service, store
from api.pages.records import visible_need
from matcher.checks import CHECKS
from matcher.shortlists import MOST_COMPARED, candidates

blueprint = Blueprint("compare", __name__)


@blueprint.get("/compare")
def page() -> ResponseReturnValue:
    need = visible_need(request.args.get("need", ""))
    chosen = list(dict.fromkeys(one for one in request.args.getlist("with") if one))
    matches = service().compare(need.id, chosen[:MOST_COMPARED]) if chosen else []
    return render_template(
        "compare/page.html",
        need=need,
        candidates=candidates(store(), need, matches, context.who()),
        CHECKS=CHECKS,
        left_out=max(len(chosen) - MOST_COMPARED, 0),
        most=MOST_COMPARED,
        undo=session.pop("undo", None),
    )
