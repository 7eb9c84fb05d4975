"""Duplicate review: two records that look like one, side by side, and what becomes of them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api import context
from api.context import needs, store
from api.languages import message
from api.pages.imports import KINDS, name_of
from api.pages.wording import word
from corpora.errors import Conflict, UnknownRecord
from corpora.vocabulary import Kind
from matcher import reviews

blueprint = Blueprint("duplicates", __name__)


@blueprint.get("/duplicates")
@needs("review")
def review() -> ResponseReturnValue:
    number = request.args.get("page", "1")
    page = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    pairs, total = reviews.open_pairs(store(), page)
    if not pairs and page > 1:
        return redirect(url_for("duplicates.review"))
    return render_template(
        "duplicates/review.html",
        pairs=[(pair, reviews.fields(pair.one, pair.other, word)) for pair in pairs],
        total=total,
        page=page,
        pages=max(1, -(-total // reviews.PAGE)),
        KINDS=KINDS,
        name_of=name_of,
    )


@blueprint.post("/duplicates/different")
@needs("review")
def different() -> ResponseReturnValue:
    try:
        reviews.tell_apart(store(), _pair(), context.who(), request.remote_addr or "")
    except Conflict as error:
        flash(message(error), "warning")
    else:
        flash(gettext("已记下：不是同一项，以后不再问"), "success")
    return redirect(url_for("duplicates.review"))


@blueprint.get("/duplicates/merge")
@needs("review")
def confirm() -> ResponseReturnValue:
    """Show exactly what making one of the two would do."""
    pair = _pair()
    proposed = reviews.plan(store(), pair, request.values.get("keep", ""))
    return render_template(
        "duplicates/confirm.html",
        pair=pair,
        proposed=proposed,
        seen=reviews.mark(proposed),
        lost=reviews.lost(proposed),
        word=word,
        name_of=name_of,
        KINDS=KINDS,
    )


@blueprint.post("/duplicates/merge")
@needs("review")
def merge() -> ResponseReturnValue:
    keep = request.form.get("keep", "")
    pair = _pair()
    try:
        done = reviews.merge(
            store(), pair, keep, request.form.get("seen", ""), context.who(), request.remote_addr or ""
        )
    except Conflict as error:
        flash(message(error), "warning")
        return redirect(
            url_for(
                "duplicates.confirm", kind=pair.link.kind, one=pair.one.id, other=pair.other.id, keep=keep
            )
        )
    flash(gettext("已合并，保留“%(title)s”", title=done.kept.label), "success")
    return redirect(url_for("duplicates.review"))


def _pair() -> reviews.Pair:
    """Return the pair that the request names. Raises Conflict where it is decided, UnknownRecord for nonsense."""
    kind = request.values.get("kind", "")
    if kind not in set(Kind):
        raise UnknownRecord("没有这一对；请从查重页进入", "there is no such pair; start from the review page")
    return reviews.open_pair(
        store(), Kind(kind), request.values.get("one", ""), request.values.get("other", "")
    )
