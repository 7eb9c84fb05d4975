"""The page of a roadshow: one file that opens without a network, finds people, and prints on A4."""

from __future__ import annotations

import base64
import hashlib
from itertools import islice
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corpora.files import replacing
from corpora.writers.workbook import cell_text
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.entries import Entry, Place, Side, span
from matcher.roadshow.printing.phrases import STATUSES, edit_words, told, what
from matcher.roadshow.printing.timetables import Timetables

_FOLDER = Path(__file__).with_name("page")
#: Slots that stand beside each other; more would not be read on paper.
_ACROSS = 10
_SIDES = (
    (Side.ENTERPRISE, "企业日程", "Timetables of the enterprises"),
    (Side.TEAM, "团队日程", "Timetables of the teams"),
)


def page_html(plan: Plan) -> str:
    """Return the page; of a plan with nothing in it, a page that says so and why."""
    tables = Timetables(plan)
    # What no text should hold, such as a zero byte, is left out rather than escaped.
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    style, script = (_FOLDER / "page.css").read_text("utf-8"), (_FOLDER / "page.js").read_text("utf-8")
    return environment.get_template("page.html").render(
        plan=plan,
        tables=tables,
        agenda=agenda(tables),
        # Both are the project's own files, and nobody's input.
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        grids=_grids(tables),
        sides=[
            (side.value, zh, en, [who for who in tables.everyone if who.side is side])
            for side, zh, en in _SIDES
        ],
        status=STATUSES[plan.status],
        what=what,
        told=told,
        edit_words=edit_words,
        span=span,
    )


def write_page(path: Path, plan: Plan) -> None:
    """Write the page as `path`. Raises DataFolderTrouble where the file cannot be written."""
    with replacing(path) as stream:
        stream.write(page_html(plan).encode("utf-8"))


def _grids(tables: Timetables) -> list[tuple[list[tuple[int, int]], list[tuple[Place, list[Entry | None]]]]]:
    """Return the grid of tables and slots, cut into parts that fit on a sheet of paper."""
    return [
        (
            tables.slots[start : start + _ACROSS],
            [(place, list(islice(row, start, start + _ACROSS))) for place, row in tables.grid()],
        )
        for start in range(0, len(tables.slots), _ACROSS)
    ]


def _clean(value: object) -> object:
    return cell_text(value) if type(value) is str else value


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
