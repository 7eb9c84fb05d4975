"""The shortlist: records that a person collects while searching, kept in the session."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api import context
from api.context import needs, store
from api.paths import came_from
from corpora.records import Record
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.exports import write_collected
from matcher.queries import KINDS

blueprint = Blueprint("shortlist", __name__)

#: The session travels in a cookie, which holds no more than this: records, and characters of their ids.
_MOST, _MOST_LETTERS = 50, 1_500


@blueprint.get("/search/shortlist")
@needs("export")
def page() -> ResponseReturnValue:
    found = _records()
    needs_ = [one for one in found if one.KIND is Kind.NEED]
    offers = [one for one in found if one.KIND is Kind.ACHIEVEMENT]
    return render_template("search/shortlist.html", records=found, needs=needs_, offers=offers, KINDS=KINDS)


@blueprint.post("/search/shortlist")
@needs("export")
def change() -> ResponseReturnValue:
    """Put a record into the list, or take it out."""
    kind, _, record_id = request.form.get("key", "").partition(":")
    if kind not in list(Kind):
        abort(400)
    record = store().get(Kind(kind), record_id)
    key, kept = f"{kind}:{record.id}", list(session.get("shortlist", []))
    if key in kept:
        kept.remove(key)
    elif len(kept) >= _MOST or len("".join(kept)) + len(key) > _MOST_LETTERS:
        full = gettext("清单已满；请先导出或移出几条")
        if "HX-Request" in request.headers:
            return render_template(
                "search/collect.html", record=record, collected=kept, full=full, changed=True
            )
        flash(full, "warning")
    else:
        kept.append(key)
    session["shortlist"] = kept
    if "HX-Request" in request.headers:
        return render_template("search/collect.html", record=record, collected=kept, changed=True)
    return redirect(came_from(url_for("shortlist.page")))


@blueprint.post("/search/shortlist/clear")
@needs("export")
def clear() -> ResponseReturnValue:
    session.pop("shortlist", None)
    return redirect(url_for("shortlist.page"))


@blueprint.get("/search/shortlist.<suffix>")
@needs("export")
def export(suffix: str) -> ResponseReturnValue:
    """Send the list as a file; needs that are not public stay out of it."""
    if suffix not in ("xlsx", "docx"):
        abort(404)
    hidden = Submissions(store()).hidden()
    found = [one for one in _records() if one.KIND is not Kind.NEED or one.id not in hidden]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{suffix}"
        write_collected(path, found)
        content = BytesIO(path.read_bytes())
    context.log("exported", "shortlist", records=len(found), format=suffix)
    name = gettext("自选清单")
    return send_file(content, as_attachment=True, download_name=f"{name}.{suffix}")


def _records() -> list[Record]:
    """Return what is in the list and still in the store, by kind, in the order collected."""
    kept = [key.partition(":") for key in session.get("shortlist", [])]
    return [
        record
        for kind in Kind
        for record in store().in_order(kind, [record_id for of, _, record_id in kept if of == kind])
    ]
