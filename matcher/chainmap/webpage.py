"""The interactive page of a map: one file that opens without a network, and the parts a website serves.

The same scripts and styles draw both: the file holds them with the data, a website serves them one
by one (`STYLES`, `SCRIPTS`, `asset`) and the data as `page_json`.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corpora.errors import UnknownRecord, shorten
from corpora.files import replacing
from corpora.writers.workbook import cell_text
from matcher.chainmap.integration import VERDICTS, IntegrationMap
from matcher.chainmap.pagedata import page_json

#: In the order in which they are loaded.
STYLES = ("map.css",)
SCRIPTS = (
    "vendor/echarts/echarts.min.js",
    "words.js",
    "making.js",
    "data.js",
    "state.js",
    "filters.js",
    "first.js",
    "overview.js",
    "grid.js",
    "charts.js",
    "flow.js",
    "network.js",
    "node.js",
    "record.js",
    "todo.js",
    "compare.js",
    "map.js",
    "start.js",
)
#: Gaps that are told even where scripts don't run.
WORST = 3

_FOLDER = resources.files("matcher.chainmap") / "page"


def page_html(chart: IntegrationMap) -> str:
    """Return the page; of a map of nothing, a page that says so."""
    environment = Environment(
        loader=FileSystemLoader(str(_FOLDER)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # What no text should hold, such as a zero byte, is left out rather than escaped.
        finalize=lambda value: cell_text(value) if type(value) is str else value,
    )
    styles = [asset(name).decode() for name in ("page.css", *STYLES)]
    scripts = [asset(name).decode() for name in SCRIPTS]
    return environment.get_template("page.html").render(
        chart=chart,
        verdicts=VERDICTS,
        worst=chart.gaps[:WORST],
        # The project's own files, and nobody's input; the data is escaped where it is made.
        styles=[Markup(text) for text in styles],
        scripts=[Markup(text) for text in scripts],
        data=Markup(page_json(chart)),
        style_hashes=Markup(" ".join(f"'{_hash(text)}'" for text in styles)),
        script_hashes=Markup(" ".join(f"'{_hash(text)}'" for text in scripts)),
    )


def write_page(path: Path, chart: IntegrationMap) -> None:
    """Write the page as `path`. Raises DataFolderTrouble where the file cannot be written."""
    with replacing(path) as stream:
        stream.write(page_html(chart).encode("utf-8"))


@cache
def asset(name: str) -> bytes:
    """Return one of `STYLES` or `SCRIPTS`. Raises UnknownRecord for any other name."""
    if name not in (*STYLES, *SCRIPTS, "page.css"):
        raise UnknownRecord(
            f"图谱页面没有文件“{shorten(name)}”", f"the map's page has no file '{shorten(name)}'"
        )
    return _FOLDER.joinpath(*name.split("/")).read_bytes()


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
