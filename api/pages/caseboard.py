"""The board of cases, the same as a table and as a file, and what is due."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, may, needs, store, who
from api.pages.caseforms import LOOKS, Look
from api.pages.cases import blueprint
from api.paths import public
from corpora.cases import Stage
from matcher.caseboard import Card, board, due
from matcher.caseexports import write_cases
from matcher.reminders import reminder_calendar
from matcher.stages import OPEN, ORDER

__all__ = ["blueprint"]

#: Cards of one column; the table shows the rest.
_CARDS = 20
_ROWS = 100
_SORTS: dict[str, Callable[[Card], Any]] = {
    "case": lambda card: card.case.id,
    "stage": lambda card: [*ORDER, Stage.DECLINED].index(card.case.stage),
    "need": lambda card: card.names.need,
    "achievement": lambda card: card.names.achievement,
    "county": lambda card: card.names.county,
    "owner": lambda card: card.owner,
    "days": lambda card: card.days,
    "reminder": lambda card: card.reminder.due if card.reminder else "9999",
}


@blueprint.get("/cases", endpoint="board")
@needs("see_cases")
def board_page() -> ResponseReturnValue:
    look = Look(request.args)
    every, cards = _cards(look)
    is_table = request.args.get("view") == "table"
    sort, down = request.args.get("sort", ""), request.args.get("down") == "1"
    if is_table and sort in _SORTS:
        cards = sorted(cards, key=_SORTS[sort], reverse=down)
    page = min(_number(request.args.get("page", "")), max(1, -(-len(cards) // _ROWS)))
    first = (page - 1) * _ROWS
    return render_template(
        "cases/table.html" if is_table else "cases/board.html",
        look=look,
        cards=cards[first : first + _ROWS] if is_table else cards,
        columns={stage: [card for card in cards if card.case.stage is stage] for stage in Stage},
        OPEN=OPEN,
        most=_CARDS,
        total=len(cards),
        every=len(every),
        sort=sort,
        down=down,
        page=page,
        pages=max(1, -(-len(cards) // _ROWS)),
        due=due(store(), who()) if may("work_cases") else None,
        query=request.query_string.decode("utf-8", "replace"),
    )


@blueprint.get("/cases/export.<suffix>")
@needs("see_cases")
@needs("export")
def export(suffix: str) -> ResponseReturnValue:
    """Send the cases that the board shows as a file to take away."""
    if suffix not in ("xlsx", "docx"):
        abort(404)
    cards = board(store(), Look(request.args).filter(), mask=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"cases.{suffix}"
        write_cases(path, cards)
        content = BytesIO(path.read_bytes())
    log("exported", "cases", cases=len(cards), format=suffix)
    name = gettext("对接清单")
    return send_file(content, as_attachment=True, download_name=f"{name}.{suffix}")


@blueprint.get("/reminders")
@needs("work_cases")
def reminders() -> ResponseReturnValue:
    return render_template("cases/reminders.html", due=due(store(), who()))


@blueprint.get("/reminders.ics")
@needs("work_cases")
def reminders_calendar() -> ResponseReturnValue:
    """Send one's open reminders for a calendar, each with the address of its case."""
    content = reminder_calendar(store(), who(), public(""))
    return send_file(BytesIO(content), "text/calendar", as_attachment=True, download_name="reminders.ics")


def _cards(look: Look) -> tuple[list[Card], list[Card]]:
    """Return all cases, and those that are looked at."""
    every = board(store(), mask=not may("see_contacts"))
    look.offer(every)
    return every, list(filter(look.filter().lets, every))


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


@blueprint.app_template_global("board_with")
def board_with(**changes: Any) -> str:
    """Return the address of the board as it is looked at now, but for some parameters (None: without)."""
    kept = {name: value for name, value in request.args.to_dict().items() if name in LOOKS}
    values: dict[str, Any] = {**kept, **changes}
    return url_for("cases.board", **values)
