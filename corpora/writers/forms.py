"""Word forms (征集表): headings beside what they ask for, one form to a page, blank or filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from corpora.files import replacing
from corpora.readers.headings import means_a_field
from corpora.writers.columns import Column
from corpora.writers.workbook import display_width

#: Label, value, label, value; together the width of an A4 page within its margins.
_WIDTHS = (Cm(2.9), Cm(5.6), Cm(2.9), Cm(5.6))
#: How many Latin letters go on a line of a value, and how many may stand in half a line.
_LINE, _HALF = 72, 54
#: Lines of text from which a row may be parted by the page's end.
_TALL = 20
#: Lines that a row of a filled form has at least, where a blank one leaves room to write.
_LEAST_LINES = 6


@dataclass(frozen=True)
class Form:
    """A form to be drawn: a title, a note below it, the columns to ask for.

    `values` says what stands beside each heading, by field: a text, or the keys of the boxes to tick.
    None makes a blank form, with the notes on how to fill it in. `closing` stands below the table.
    """

    title: str
    note: str
    columns: Sequence[Column]
    values: Mapping[str, str | list[str]] | None = None
    closing: str = ""
    lines: list[list[Column]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", _lines(self))

    def text(self, column: Column) -> str:
        value = (self.values or {}).get(column.field, "")
        return "" if isinstance(value, list) else value

    def ticked(self, column: Column) -> list[str]:
        value = (self.values or {}).get(column.field, [])
        return value if isinstance(value, list) else []


def write_forms(path: Path, title: str, forms: Sequence[Form]) -> None:
    """Write the forms, each from the top of a page, as a .docx whose properties name the `title`.

    Raises DataFolderTrouble where the file cannot be written.
    """
    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10.5)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.core_properties.title = title
    document.core_properties.author = ""
    for number, form in enumerate(forms):
        _draw(document, form, new_page=number > 0)
    with replacing(path) as stream:
        document.save(stream)


def _draw(document: Any, form: Form, new_page: bool) -> None:
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.page_break_before = new_page or None
    heading = title.add_run(form.title)
    heading.bold, heading.font.size = True, Pt(18)
    note = document.add_paragraph()
    note.add_run(form.note).font.size = Pt(9)
    note.paragraph_format.space_after = Pt(4)
    note.paragraph_format.keep_with_next = True

    table = document.add_table(rows=len(form.lines), cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    table._tbl.tblPr.insert_element_before(_padding(), "w:tblLook")
    for place, width in zip(table.columns, _WIDTHS, strict=True):
        place.width = width
    for row, columns in zip(table.rows, form.lines, strict=True):
        _draw_row(row, columns, form)
    if form.closing:
        closing = document.add_paragraph()
        closing.paragraph_format.space_before = Pt(6)
        closing.add_run(form.closing).font.size = Pt(9)


def _draw_row(row: Any, columns: Sequence[Column], form: Form) -> None:
    lines = columns[0].lines if form.values is None else min(columns[0].lines, _LEAST_LINES)
    row.height = Cm(0.9 if lines < 2 else 0.62 * lines)
    row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
    if max(_height(form.text(column)) for column in columns) < _TALL:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    places = row.cells
    for place, width in zip(places, _WIDTHS, strict=True):
        place.width = width
        place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if len(columns) == 1:
        # What merge() does, in half the time.
        places[1]._tc.grid_span, places[1].width = 3, sum(_WIDTHS[1:])
        for place in places[2:]:
            row._tr.remove(place._tc)
    for label, value, column in zip(places[::2], places[1::2], columns, strict=False):
        _write_label(label, column, blank=form.values is None)
        value.paragraphs[0].paragraph_format.line_spacing = 1.2
        if column.lines > 2:
            value.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
        if column.boxes:
            _write_boxes(value.paragraphs[0], column.boxes, form.ticked(column))
        elif text := form.text(column):
            # A carriage return would become a line end of its own.
            value.paragraphs[0].add_run(text.replace("\r\n", "\n"))


def _write_label(place: Any, column: Column, blank: bool) -> None:
    heading = place.paragraphs[0]
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.add_run(column.heading + ("*" if column.required and blank else "")).bold = True
    if column.note and blank:
        note = place.add_paragraph()
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
        note.add_run(f"（{column.note}）").font.size = Pt(8)
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F2F2F2")):
        shade.set(qn(name), value)
    # Word wants a cell's properties in the order of its schema.
    place._tc.get_or_add_tcPr().insert_element_before(shade, "w:vAlign")


def _write_boxes(paragraph: Any, boxes: Mapping[str, str], ticked: Sequence[str]) -> None:
    """Write the choices, no word of them parted by a line's end.

    What is ticked stands in its own order, which the reader keeps, in the places of the ticked boxes.
    """
    following = iter(ticked)
    used = 0
    for key in [next(following) if key in ticked else key for key in boxes]:
        width = 2 + display_width(boxes[key])
        if used:
            gap = "  " if used + 2 + width <= _LINE else "\n"
            paragraph.add_run(gap)
            used = used + 2 if gap == "  " else 0
        paragraph.add_run(("☑" if key in ticked else "□") + boxes[key]).bold = key in ticked or None
        used += width


def _lines(form: Form) -> list[list[Column]]:
    """The form's lines: a column by itself, or two that share a line."""
    lines: list[list[Column]] = []
    for column in form.columns:
        if lines and len(lines[-1]) == 1 and all(_takes_half(each, form) for each in (*lines[-1], column)):
            lines[-1].append(column)
        else:
            lines.append([column])
    return lines


def _takes_half(column: Column, form: Form) -> bool:
    """True where half a line will do; not for a heading's word, which would pass for one beside others."""
    text = form.text(column)
    fits = column.lines == 0 and display_width(text) <= _HALF and "\n" not in text
    return fits and not means_a_field(text, None, exactly=True)


def _height(text: str) -> int:
    return sum(1 + display_width(line) // _LINE for line in text.split("\n"))


def _padding() -> Any:
    """Room above and below the text of every cell."""
    padding = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "60")
        edge.set(qn("w:type"), "dxa")
        padding.append(edge)
    return padding
