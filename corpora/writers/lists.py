"""Lists that people take away to read and print: records, or blocks of text, as .xlsx or .docx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from corpora.errors import BadRequest
from corpora.files import replacing
from corpora.records import Record
from corpora.vocabulary import Kind
from corpora.writers.columns import COLUMNS, CONTACT, NAMES, NAMES_EN, Column
from corpora.writers.records import NUMBER, cell
from corpora.writers.workbook import Sheet, cell_text, write_workbook

#: The fields that stand in the first line of a record's block, not each on a line of its own.
_AT_A_GLANCE = ("id", "institution", "enterprise", "kind", "tier", "region", "county", "stage", "min_stage")

_SMALL = "Small print"


@dataclass(frozen=True)
class Table:
    """A table within a block; `widths` in centimetres, together at most 17."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Block:
    """One thing in a .docx: its heading, a line in small print, labelled texts, perhaps a table."""

    heading: str
    note: str
    lines: Sequence[tuple[str, str]]
    table: Table | None = None


def write_list(path: Path, title: str, notes: Sequence[str], records: Sequence[Record]) -> None:
    """Write the records, without contacts, as the path's suffix says: a sheet per kind, or a block per record.

    Raises BadRequest for another suffix, DataFolderTrouble where the file cannot be written.
    """
    if is_word(path):
        write_blocks(path, title, notes, [_block(number, one) for number, one in enumerate(records, 1)])
        return
    kinds = [kind for kind in Kind if any(record.KIND is kind for record in records)] or [Kind.ACHIEVEMENT]
    write_workbook(path, [_sheet(kind, title, notes, records) for kind in kinds])


def is_word(path: Path) -> bool:
    """Raises BadRequest where the path is neither a .docx nor a .xlsx."""
    if path.suffix not in (".docx", ".xlsx"):
        raise BadRequest(
            f"不能导出为“{path.suffix}”；请用 .xlsx 或 .docx",
            f"cannot export as '{path.suffix}'; use .xlsx or .docx",
        )
    return path.suffix == ".docx"


def write_blocks(path: Path, title: str, notes: Sequence[str], blocks: Sequence[Block]) -> None:
    """Write the blocks one below the other as a .docx on A4, with page numbers.

    Raises DataFolderTrouble where the file cannot be written.
    """
    document: Any = docx.Document()
    _lay_out(document, title)
    pen = _Pen(document)
    pen.write("Heading 1", title)
    for note in notes:
        pen.write(_SMALL, note)
    for block in blocks:
        pen.write("Heading 2", block.heading)
        if block.note:
            pen.write(_SMALL, block.note)
        for label, text in block.lines:
            pen.write("Normal", text, f"{label}：" if label else "")
        if block.table:
            _draw(document, block.table)
    with replacing(path) as stream:
        document.save(stream)


def _sheet(kind: Kind, title: str, notes: Sequence[str], records: Sequence[Record]) -> Sheet:
    columns = _columns(kind)
    chosen = [record for record in records if record.KIND is kind]
    return Sheet(
        NAMES[kind],
        title,
        notes,
        [f"{NUMBER}\nno.", *(f"{one.heading}\n{one.field.replace('_', ' ')}" for one in columns)],
        [[number, *(cell(record, one) for one in columns)] for number, record in enumerate(chosen, 1)],
        (6, *(one.width for one in columns)),
    )


def _block(number: int, record: Record) -> Block:
    said = {one.field: (one.heading, str(cell(record, one))) for one in _columns(record.KIND)}
    glance = "　".join(
        text if name in ("institution", "enterprise", "region", "county") else f"{heading} {text}"
        for name, (heading, text) in said.items()
        if name in _AT_A_GLANCE and text
    )
    rest = [pair for name, pair in said.items() if name not in (*_AT_A_GLANCE, record.NAME) and pair[1]]
    return Block(f"{number}. {record.label}", glance, rest)


def _columns(kind: Kind) -> list[Column]:
    return [column for column in COLUMNS[kind] if column not in CONTACT]


def heading(kind: Kind) -> str:
    """Return what a list of this kind is called, in both languages."""
    return f"{NAMES[kind]}清单 List of {NAMES_EN[kind]}"


# How it looks


def _lay_out(document: Any, title: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    document.styles.add_style(_SMALL, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    for name, size, before in (
        ("Normal", 10.5, 0),
        ("Heading 1", 16, 0),
        ("Heading 2", 12, 10),
        (_SMALL, 9, 0),
    ):
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(3)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # A theme's font, where a style names one, goes before that of the style itself.
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), "黑体" if name.startswith("Heading") else "宋体")
    document.core_properties.title = cell_text(title)
    document.core_properties.author = ""
    footer = section.footer.paragraphs[0]
    footer.alignment = 1
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = footer.add_run()._r
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        part.append(mark)


class _Pen:
    """Writes paragraphs at the end of a document.

    The document's own add_paragraph looks through all that is there to find its end and the style.
    """

    def __init__(self, document: Any) -> None:
        self._body, self._end = document._body, document.element.body.sectPr
        self._styles = {style.name: style.style_id for style in document.styles}

    def write(self, style: str, text: str, label: str = "") -> None:
        element = OxmlElement("w:p")
        self._end.addprevious(element)
        element.style = self._styles[style]
        paragraph = Paragraph(element, self._body)
        if label:
            paragraph.add_run(label).bold = True
        paragraph.add_run(cell_text(text))


def _draw(document: Any, table: Table) -> None:
    drawn = document.add_table(rows=1 + len(table.rows), cols=len(table.headings), style="Table Grid")
    drawn.autofit = False
    for place, width in zip(drawn.columns, table.widths, strict=True):
        place.width = Cm(width)
    for number, (row, texts) in enumerate(zip(drawn.rows, [table.headings, *table.rows], strict=True)):
        if number == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for place, text, width in zip(row.cells, texts, table.widths, strict=True):
            place.width = Cm(width)
            run = place.paragraphs[0].add_run(cell_text(text))
            run.font.size, run.bold = Pt(9), number == 0 or None
