"""Searching both sides as one types, narrowing by facets, and taking the list away."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from api import context
from api.context import needs, store
from api.languages import message, say
from api.security import limiter
from corpora.errors import BadRequest
from corpora.records import Need, Record
from corpora.vocabulary import Kind
from matcher.exports import write_found
from matcher.queries import FACET_NAMES, KINDS, Query, Sort, value_label
from matcher.search import Search
from matcher.settings import Settings
from models.words import spans

blueprint = Blueprint("search", __name__)

#: Values of a facet that are shown before the others are asked for.
_SHOWN = 7
#: Characters of a hit's text that are shown, and that are looked through for the words.
_SNIPPET, _LOOKED_AT = 130, 5_000
_BEFORE = 30
_PAGES = {
    Kind.ACHIEVEMENT: "records.achievement",
    Kind.NEED: "records.need",
    Kind.ORGANIZATION: "records.organization",
}


@blueprint.record_once
def _open(state: BlueprintSetupState) -> None:
    settings = cast(Settings, state.app.config["SETTINGS"])
    state.app.extensions["search"] = Search(settings.data)


def searcher() -> Search:
    return cast(Search, current_app.extensions["search"])


@blueprint.get("/search")
def page() -> ResponseReturnValue:
    """Show what is found; htmx, as one types, asks for the results alone."""
    is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    try:
        query = asked()
    except BadRequest as error:
        shown: dict[str, Any] = {
            "problem": message(error),
            "typed": request.args.get("q", ""),
            "query": Query(),
        }
    else:
        found = searcher().ask(store(), query, public=not context.may("see_pending"))
        shown = {
            "found": found,
            "query": found.query,
            "typed": query.text,
            "collected": session.get("shortlist", []),
        }
    answer = render_template(
        "search/results.html" if is_part else "search/page.html",
        KINDS=KINDS,
        FACET_NAMES=FACET_NAMES,
        SHOWN=_SHOWN,
        is_part=is_part,
        **shown,
    )
    # The results alone and the whole page have one address: no cache may mistake one for the other.
    return Response(answer, 200 if "found" in shown or is_part else 400, {"Vary": "HX-Request, Cookie"})


@blueprint.get("/search/export.<suffix>")
@needs("export")
@limiter.limit("10 per minute")
def export(suffix: str) -> ResponseReturnValue:
    """Send all that the query finds as a file to take away."""
    if suffix not in ("xlsx", "docx"):
        abort(404)
    query = asked()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{suffix}"
        count = write_found(path, store(), searcher(), query)
        content = BytesIO(path.read_bytes())
    context.log("exported", "search", query=query.as_mapping(), records=count, format=suffix)
    name = gettext("%(kind)s清单", kind=say(*KINDS[query.kind]))
    return send_file(content, as_attachment=True, download_name=f"{name}.{suffix}")


def asked() -> Query:
    """Return the query of the address. Raises BadRequest."""
    return Query.read(request.args.to_dict(flat=False))


# What the templates say


@blueprint.app_template_global()
def search_url(query: Query, **changes: Any) -> str:
    """Return the address of a query, with what is changed in it; None takes an argument away."""
    said = {**query.as_mapping(), **changes}
    return url_for("search.page", **{name: value for name, value in said.items() if value})


@blueprint.app_template_global()
def record_url(record: Record) -> str:
    """Return where a record has its page, "" where there is none."""
    endpoint = _PAGES[record.KIND]
    if endpoint not in current_app.view_functions:
        return ""
    argument: dict[str, Any] = {f"{record.KIND}_id": record.id}
    return url_for(endpoint, **argument)


@blueprint.app_template_global()
def facet_label(name: str, value: str) -> str:
    return say(*value_label(name, value))


@blueprint.app_template_global()
def facet_id(name: str, value: str) -> str:
    """Return an id that stays the same from answer to answer, so that the focus stays where it was."""
    return f"{name}-{hashlib.sha256(value.encode()).hexdigest()[:8]}"


@blueprint.app_template_global()
def page_numbers(page: int, pages: int) -> list[int]:
    """Return the pages to link to, ascending: the first, the last, and those beside the one shown."""
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})


@blueprint.app_template_filter()
def marked(text: str, words: list[str]) -> Markup:
    """Return the text with the words marked in it."""
    parts, done = Markup(), 0
    for start, end in spans(text, words):
        parts += text[done:start] + Markup("<mark>%s</mark>") % text[start:end]
        done = end
    return parts + text[done:]


@blueprint.app_template_filter()
def snippet(record: Record, words: list[str]) -> Markup:
    """Return the part of the record's text where the first of the words stands, or its beginning."""
    said = str(getattr(record, "text", ""))
    if isinstance(record, Need):
        said = "\n".join([said, *record.indicators])
    text = " ".join(said[:_LOOKED_AT].split())
    found = spans(text, words)
    start = max(0, found[0][0] - _BEFORE) if found and found[0][1] > _SNIPPET else 0
    cut = text[start : start + _SNIPPET]
    return Markup("{}{}{}").format(
        "…" if start else "", marked(cut, words), "…" if start + _SNIPPET < len(text) else ""
    )


blueprint.add_app_template_global(Sort, "Sort")
