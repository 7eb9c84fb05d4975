"""The integration map (图谱): where the innovation chain meets the industry chains, as it was last built."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.charts import latest, made, required, whole
from api.context import log, may, needs, require, settings, store, who
from api.languages import say
from api.security import limiter
from corpora.chains import POSITIONS, Position
from corpora.jobs import Jobs
from corpora.maps import Maps
from corpora.records import Record
from corpora.vocabulary import Kind
from matcher.chainmap import keeping, looking
from matcher.chainmap.integration import LANES, VERDICTS, IntegrationMap, Placed, VerdictKind
from matcher.chainmap.pagedata import page_json
from matcher.chainmap.webpage import SCRIPTS, STYLES, asset
from matcher.jobs import ask, has_worker

blueprint = Blueprint("chainmap", __name__)

#: Gaps that the first screen shows, and that its list goes on with.
WORST, MORE_GAPS = 3, 20
#: What visitors may take away; the others take the right to export.
OPEN_PAPERS = ("page", "png", "svg", "json")
#: The picture that goes with a verdict: no verdict is told by its colour alone.
ICONS = {
    VerdictKind.FILL: "puzzle",
    VerdictKind.UPGRADE: "arrow-up-circle",
    VerdictKind.BUILD: "plus-circle",
    VerdictKind.BALANCED: "check-circle",
    VerdictKind.THIN: "question-circle",
}
#: Pages that show the latest map: where there is none yet, /map says what to do.
_OF_A_MAP = ("chain", "node", "actions", "gaps", "collaborations", "topics", "unplaced")
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_WEEK = 7 * 24 * 3600
_PAGES = {
    Kind.NEED: "records.need",
    Kind.ACHIEVEMENT: "records.achievement",
    Kind.ORGANIZATION: "records.organization",
}


@blueprint.before_request
def lead_to_the_first_map() -> ResponseReturnValue | None:
    asked = (request.endpoint or "").removeprefix(f"{blueprint.name}.")
    if request.method == "GET" and asked in _OF_A_MAP and latest() is None:
        return redirect(url_for("chainmap.page"))
    return None


# The map


@blueprint.get("/map")
def page() -> ResponseReturnValue:
    found = latest()
    kept, chart = found or (None, None)
    return render_template(
        "chainmap/page.html",
        kept=kept,
        chart=chart,
        worst=chart.gaps[:WORST] if chart else (),
        others=chart.gaps[WORST:MORE_GAPS] if chart else (),
        is_stale=kept is not None and keeping.is_stale(store(), settings()),
        has_records=any(store().counts()[name] for name in ("achievements", "needs", "organizations")),
        earlier=json.dumps(
            [
                {"label": one.date, "url": url_for("chainmap.data", id=one.id)}
                for one in Maps(store()).all()
                if kept and one.id != kept.id and one.is_whole
            ]
        ),
        papers=papers(),
        scripts=SCRIPTS,
        styles=STYLES,
        part_url=part_url,
        **going(),
    )


@blueprint.get("/map/status")
def status() -> ResponseReturnValue:
    """Answer the page's polling; once the map is built, the page is asked to load it."""
    going_on = going()
    answer = make_response(render_template("chainmap/building.html", **going_on))
    if going_on["job"] is None or not going_on["job"].is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/map/build")
@needs("edit_map")
def build() -> ResponseReturnValue:
    """Let the worker build the map: it takes a while over many records."""
    job = ask(store(), settings(), "map", {}, who())
    log("asked for", f"job:{job.id}", task="map")
    return redirect(url_for("chainmap.page"))


@blueprint.post("/map/stop")
@needs("edit_map")
def stop() -> ResponseReturnValue:
    job = Jobs(store()).latest_of("map")
    if job is not None and job.is_open:
        Jobs(store()).ask_to_cancel(job.id)
        log("cancelled", f"job:{job.id}", task="map")
    return redirect(url_for("chainmap.page"))


def going() -> dict[str, Any]:
    job = Jobs(store()).latest_of("map")
    return {"job": job, "has_worker": job is None or not job.is_open or has_worker(settings())}


# What the page's own program asks for


@blueprint.get("/map/data.json")
def data() -> ResponseReturnValue:
    """Send the data of the interactive map: of the latest one, or of an earlier one that is kept whole."""
    number = request.args.get("id", "")
    kept, chart = whole(int(number)) if number.isdecimal() and len(number) < 12 else required()
    content = made(kept, chart, "data", lambda: page_json(chart).encode())
    answer = Response(content, content_type="application/json; charset=utf-8")
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/map/assets/<path:name>")
def part(name: str) -> ResponseReturnValue:
    """Send a script or style sheet of the interactive map. Raises UnknownRecord for any other name."""
    content, kind = asset(name), _TYPES.get(PurePosixPath(name).suffix, "text/plain")
    answer = Response(content, content_type=f"{kind}; charset=utf-8")
    # Its address changes with its content.
    answer.cache_control.private = True
    answer.cache_control.max_age = _WEEK
    return answer


@cache
def part_url(name: str) -> str:
    return url_for("chainmap.part", name=name, v=hashlib.sha256(asset(name)).hexdigest()[:10])


# Papers


@blueprint.get("/map/papers/<name>")
@limiter.limit("30 per minute")
def paper(name: str) -> ResponseReturnValue:
    """Send one paper, made of the map that the pages show."""
    from matcher.chainmap.printing.papers import PAPERS

    if name not in PAPERS:
        abort(404)
    if name not in OPEN_PAPERS:
        require("export")
    chosen = PAPERS[name]
    kept, chart = required()

    def write() -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / chosen.file
            chosen.write(path, chart)
            return path.read_bytes()

    content = made(kept, chart, name, write)
    log("exported", f"map:{kept.id}", paper=name)
    return send_file(
        BytesIO(content),
        chosen.media_type.partition(";")[0],
        as_attachment=True,
        download_name=f"{kept.date}-{chosen.file}",
    )


def papers() -> dict[str, Any]:
    """Return the papers that the visitor may take."""
    # What draws them takes a second to load, which no other page should wait for.
    from matcher.chainmap.printing.papers import PAPERS

    return {name: one for name, one in PAPERS.items() if may("export") or name in OPEN_PAPERS}


# What the templates say


@blueprint.app_template_global("map_url")
def map_url(key: str, **more: Any) -> str:
    """Return where the node "chain/node" has its page; of a chain alone, the chain's."""
    chain, _, node = key.partition("/")
    if not node:
        return url_for("chainmap.chain", chain_id=chain)
    return url_for("chainmap.node", chain_id=chain, node_id=node, **more)


@blueprint.app_template_global("placed_url")
def placed_url(record: Placed) -> str:
    """Return where a record of the map has its page; "" where it must not be named any more."""
    if record.title == looking.GONE:
        return ""
    argument: dict[str, Any] = {f"{record.kind}_id": record.id}
    return url_for(_PAGES[record.kind], **argument)


@blueprint.app_template_global("key_url")
def key_url(key: str) -> str:
    """Return where the record "kind:id" has its page."""
    kind, _, record_id = key.partition(":")
    argument: dict[str, Any] = {f"{kind}_id": record_id}
    return url_for(_PAGES[Kind(kind)], **argument)


@blueprint.app_template_global("map_place")
def map_place(record: Record) -> tuple[IntegrationMap, Placed] | None:
    """Return the map, and where the record stands on it; None where there is no map, or it is not on it."""
    found = latest()
    placed = found[1].by_key.get(f"{record.KIND}:{record.id}") if found else None
    return (found[1], placed) if found and placed else None


@blueprint.app_template_global("verdict_name")
def verdict_name(verdict: str) -> str:
    return say(*VERDICTS[VerdictKind(verdict)])


@blueprint.app_template_global("verdict_icon")
def verdict_icon(verdict: str) -> str:
    return ICONS[VerdictKind(verdict)]


@blueprint.app_template_global("position_name")
def position_name(position: Position) -> str:
    return say(*POSITIONS[position])


@blueprint.app_template_global("lane_name")
def lane_name(lane: str | None) -> str:
    """Return what a lane is called; what has none, is not known."""
    names: dict[str, tuple[str, str]] = {one.value: said for one, said in LANES.items()}
    return say(*names[lane]) if lane else str(gettext("阶段未知"))
