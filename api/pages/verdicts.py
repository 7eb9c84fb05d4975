"""Verdicts: a person's level for a pair, given with one key and taken back with one more."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api import context
from api.context import needs, store
from api.pages.helpers import level as name_of
from api.pages.records import anchor
from api.paths import own_path
from matcher.shortlists import give_verdict, undo_verdict, verdicts_of

blueprint = Blueprint("verdicts", __name__)

#: A longer note does not travel in the cookie of a session: undoing then leaves the note as it is.
_LONGEST = 100


@blueprint.post("/verdicts")
@needs("judge")
def give() -> ResponseReturnValue:
    need_id, achievement_id, level = _asked()
    before = give_verdict(store(), need_id, achievement_id, level, context.who(), request.form.get("note"))
    was = before.level if before else 0
    context.log("judged", f"need:{need_id}", achievement=achievement_id, level=level, before=was)
    undo = {"pair": pair(need_id, achievement_id), "level": was, "note": before.note if before else ""}
    said = gettext("已记录：%(level)s %(name)s", level=level, name=name_of(level))
    return _answer(need_id, achievement_id, said, undo)


@blueprint.post("/verdicts/undo")
@needs("judge")
def undo() -> ResponseReturnValue:
    need_id, achievement_id, level = _asked()
    undo_verdict(store(), need_id, achievement_id, level, context.who(), request.form.get("note"))
    context.log("verdict undone", f"need:{need_id}", achievement=achievement_id, level=level)
    said = gettext("已撤回您的判断")
    if level:
        said = gettext("已改回：%(level)s %(name)s", level=level, name=name_of(level))
    return _answer(need_id, achievement_id, said, None)


def _asked() -> tuple[str, str, int]:
    """Return the pair that a form names, and its level; 0 where that is no number."""
    level = request.form.get("level", "")
    number = int(level) if level.isdecimal() and len(level) < 5 else 0
    return request.form.get("need_id", ""), request.form.get("achievement_id", ""), number


def _answer(need_id: str, achievement_id: str, said: str, undo: dict[str, Any] | None) -> ResponseReturnValue:
    """Return the part of the page that says it, or without a script the page anew."""
    if request.headers.get("HX-Request"):
        verdicts = verdicts_of(store(), need_id, achievement_id, context.who())
        goal = own_path(request.form.get("next", ""))
        return render_template("parts/match_verdict.html", verdicts=verdicts, said=said, undo=undo, goal=goal)
    flash(said, "success")
    if undo:
        session["undo"] = undo if len(undo["note"]) <= _LONGEST else {**undo, "note": None}
    return redirect(f"{own_path(request.form.get('next', ''))}#{pair(need_id, achievement_id)}")


@blueprint.app_template_global("pair")
def pair(need_id: str, achievement_id: str) -> str:
    """Return a name within a page for a pair, whose ids may hold anything."""
    return anchor(f"{need_id}\x1f{achievement_id}")
