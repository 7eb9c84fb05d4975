"""Workbooks (.xlsx) that people read, print, filter and send on."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from corpora.errors import BadRequest
from corpora.files import replacing

MAX_CELL = 32_767
MAX_ROWS = 1_048_576
MAX_SHEET_NAME = 31
#: Excel takes no longer list of choices than this in the sheet itself.
MAX_CHOICES = 255
#: Longer numbers lose their last digits in Excel.
_MAX_EXACT = 10**15

_FONT = "微软雅黑"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_HEAD, _PLAIN, _MARKED, _REPEATED = "head", "plain", "marked", "repeated"
_STYLES: dict[str, dict[str, object]] = {
    _HEAD: {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#D9E1F2"},
    _PLAIN: {},
    _MARKED: {"bg_color": "#FFE699", "font_color": "#9C0006"},
    _REPEATED: {"font_color": "#A6A6A6"},
}


#: Points of one line of text, and of the tallest row that Excel allows.
_LINE_POINTS = 14.5
_MAX_ROW_POINTS = 409.0


@dataclass(frozen=True)
class Choices:
    """What a column offers in a drop-down list; `others` lets anything else be typed without a question."""

    words: Sequence[str]
    others: bool = False


@dataclass(frozen=True)
class Sheet:
    """One table: a title, notes, headings, rows.

    A cell is text, a number, a bool, a date or time, a list (its items are joined with 、) or None.
    `widths` are in characters, estimated where absent; in the columns `repeats` a value that says the
    same as the one above is greyed rather than merged, so that filters and sorting still work;
    `marks` are the (row, column) places to colour, counted from 0 below the headings; `choices` are
    drop-down lists by column; `empty_rows` are left to be written in. `bare` leaves out title and notes, for
    programs that look for the headings in the first row.
    """

    name: str
    title: str
    notes: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[int] = ()
    repeats: Collection[int] = ()
    marks: Collection[tuple[int, int]] = ()
    choices: Mapping[int, Choices] = field(default_factory=dict)
    empty_rows: int = 0
    bare: bool = False


def write_workbook(path: Path, sheets: Sequence[Sheet], made: date | None = None) -> None:
    """Write the sheets as `path`, which is replaced only when all is written.

    No text becomes a formula or a link; characters that no workbook can hold are left out, and text
    beyond 32,767 characters ends in “…”. The file says that it was made now, or on the day `made`: then
    the same sheets give the same bytes.

    Raises DataFolderTrouble where the file cannot be written, BadRequest where a table has more rows
    than a sheet.
    """
    for sheet in sheets:
        if len(sheet.rows) > MAX_ROWS - 100:
            raise BadRequest(
                f"有 {len(sheet.rows)} 行，Excel 一张表最多 {MAX_ROWS} 行；请分批，或改用 .csv、.jsonl",
                f"{len(sheet.rows)} rows are more than the {MAX_ROWS} of a sheet; use .csv or .jsonl",
            )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        if made is not None:
            book.set_properties({"created": datetime.combine(made, time())})
        formats = _Formats(book)
        for sheet, name in zip(sheets, sheet_names(sheet.name for sheet in sheets), strict=True):
            _write_sheet(book.add_worksheet(name), sheet, formats)
    with replacing(path) as stream:
        stream.write(buffer.getbuffer())


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Return names that Excel accepts, each unlike the others, as near to those wanted as can be."""
    names: list[str] = []
    taken: set[str] = {"history"}  # Excel keeps this one for itself
    for name in wanted:
        legal = _FORBIDDEN_IN_NAME.sub(" ", name).strip(" '") or f"Sheet{len(names) + 1}"
        number, legal = 1, _cut(legal, MAX_SHEET_NAME).strip(" '")
        unique = legal
        while unique.casefold() in taken:
            number += 1
            ending = f" ({number})"
            unique = _cut(legal, MAX_SHEET_NAME - len(ending)) + ending
        taken.add(unique.casefold())
        names.append(unique)
    return names


class _Formats:
    """The workbook's formats, each made once."""

    def __init__(self, book: Any) -> None:
        @cache
        def cell(style: str, number: str = "") -> Any:
            common = {"font_name": _FONT, "font_size": 10, "border": 1, "border_color": "#8EA9DB"}
            shape = {"text_wrap": True, "valign": "top", **({"num_format": number} if number else {})}
            return book.add_format({**common, **shape, **_STYLES[style]})

        self.cell = cell
        self.title = book.add_format({"font_name": _FONT, "font_size": 16, "bold": True, "valign": "vcenter"})
        self.note = book.add_format({"font_name": _FONT, "font_size": 9, "font_color": "#595959"})


def _write_sheet(page: Any, sheet: Sheet, formats: _Formats) -> None:
    columns = max([1, len(sheet.headings), *map(len, sheet.rows)])
    widths = [
        sheet.widths[column] if column < len(sheet.widths) else _estimated_width(sheet, column)
        for column in range(columns)
    ]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    head = _write_above(page, sheet, formats)
    for column in range(columns):
        label = sheet.headings[column] if column < len(sheet.headings) else ""
        page.write_string(head, column, cell_text(label), formats.cell(_HEAD))
    page.set_row(head, _row_height(sheet.headings, widths))
    last = head + len(sheet.rows) + sheet.empty_rows
    marks = frozenset(sheet.marks)
    above: Sequence[object] = ()
    for number in range(len(sheet.rows) + sheet.empty_rows):
        row = sheet.rows[number] if number < len(sheet.rows) else ()
        for column in range(columns):
            value = row[column] if column < len(row) else None
            style = _MARKED if (number, column) in marks else _PLAIN
            if column in sheet.repeats and column < len(above) and above[column] == value:
                style = _REPEATED
            _write_cell(page, head + 1 + number, column, value, style, formats)
        page.set_row(head + 1 + number, _row_height(row, widths))
        above = row
    for column, choices in sheet.choices.items():
        _offer(page, head + 1, max(last, head + 1), column, choices)
    page.freeze_panes(head + 1, 0)
    page.autofilter(head, 0, max(last, head), columns - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    page.set_footer("&L&8&A&C&8第 &P 页，共 &N 页")


def _write_above(page: Any, sheet: Sheet, formats: _Formats) -> int:
    """Write the title and the notes, one line a row, running over the cells beside them; return the rows.

    Merged over the table they would pass for the upper level of its headings.
    """
    if sheet.bare:
        return 0
    page.set_row(0, 28)
    lines = [sheet.title.replace("\n", " "), *(line for note in sheet.notes for line in note.split("\n"))]
    for row, text in enumerate(lines):
        page.write_string(row, 0, cell_text(text), formats.note if row else formats.title)
    return len(lines)


def _write_cell(page: Any, row: int, column: int, value: object, style: str, formats: _Formats) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, column, value, formats.cell(style))
    elif isinstance(value, (int, float)) and abs(value) < _MAX_EXACT:
        page.write_number(row, column, value, formats.cell(style))
    elif isinstance(value, datetime) and value.year > 1900:
        page.write_datetime(row, column, value.replace(tzinfo=None), formats.cell(style, "yyyy-mm-dd hh:mm"))
    elif isinstance(value, date) and value.year > 1900:
        page.write_datetime(row, column, value, formats.cell(style, "yyyy-mm-dd"))
    elif value is None or value == "" or value != value:
        page.write_blank(row, column, None, formats.cell(style))
    else:
        page.write_string(row, column, cell_text(value), formats.cell(style))


def _offer(page: Any, first: int, last: int, column: int, choices: Choices) -> None:
    # Past Excel's limit the column goes without its list rather than without the sheet.
    if len(",".join(choices.words)) > MAX_CHOICES:
        return
    page.data_validation(first, column, last, column, {
        "validate": "list",
        "source": list(choices.words),
        "show_error": not choices.others,
        "error_type": "warning",
        "error_title": "不在列表中 not in the list",
        "error_message": "列表里没有这个说法，确定要这样写吗？\nThis is not in the list. Keep it?",
    })  # fmt: skip


def cell_text(value: object) -> str:
    """Return `value` as text that a cell can hold."""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = "、".join(map(str, value))
    elif isinstance(value, (date, time)):
        value = value.isoformat()
    elif isinstance(value, timedelta):
        value = str(value)
    text = _ILLEGAL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return _cut(text, MAX_CELL, "…")


def _cut(text: str, limit: int, ending: str = "") -> str:
    """Return `text` within `limit`, which Excel counts in UTF-16."""
    if len(text) * 2 <= limit or len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    return text.encode("utf-16-le")[: 2 * (limit - len(ending))].decode("utf-16-le", "ignore") + ending


def display_width(text: str) -> int:
    """Return how many Latin letters' room `text` takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WFA" else 1 for mark in text)


def _row_height(row: Sequence[object], widths: Sequence[int]) -> float:
    """Return the points that the row's wrapped text needs: not every program finds out by itself."""
    lines = max(
        (
            sum(
                max(1, math.ceil(display_width(line) / max(1, width - 1)))
                for line in cell_text(value).split("\n")
            )
            for value, width in zip(row, widths, strict=False)
            if value is not None
        ),
        default=1,
    )
    return min(_MAX_ROW_POINTS, _LINE_POINTS * lines + 3)


def _estimated_width(sheet: Sheet, column: int) -> int:
    cells = [row[column] for row in sheet.rows[:200] if column < len(row) and row[column] is not None]
    longest = max(
        (display_width(line) for cell in cells for line in cell_text(cell)[:200].split("\n")), default=0
    )
    heading = display_width(sheet.headings[column]) if column < len(sheet.headings) else 0
    return max(8, min(longest + 2, 50), min(heading + 3, 20))
