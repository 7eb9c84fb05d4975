"""Blank forms (征集表) that read back with every field understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from corpora.files import replacing, trouble
from corpora.vocabulary import Kind, vocabulary
from corpora.writers.columns import COLUMNS, FORM_NAMES, Column
from corpora.writers.records import NUMBER
from corpora.writers.workbook import Choices, Sheet, write_workbook

EMPTY_ROWS = 50
_SHEET_NOTE = "带 * 的必填，一行一项；填法见“填报说明”页。 / * is required, one row each; see the next sheet."
_GUIDE = (
    "每行一项，不要改动表头的文字；可以增加列，多出的列不会被导入。联系方式只供对接人员使用，不公开、不导出。\n"
    "One item a row. Keep the headings as they are; columns that you add are ignored. Contacts are for those "
    "who make the introduction: neither published nor exported."
)
#: Columns explained in one cell of the guide: Excel shows no row higher than some thirty lines.
_EXPLAINED = 4
_FORM_NOTE = "带 * 的必填；选项请把 □ 改为 ☑。  * is required; to choose, change □ into ☑."
_WORD_KINDS = (Kind.ACHIEVEMENT, Kind.NEED)
#: Label, value, label, value; together the width of an A4 page within its margins.
_WIDTHS = (Cm(2.9), Cm(5.6), Cm(2.9), Cm(5.6))


def write_templates(folder: Path, kinds: Iterable[Kind] = tuple(Kind)) -> list[Path]:
    """Write a blank .xlsx for each kind, and a .docx for achievements and needs; return the files written.

    Makes the folder where there is none; a form that is there already is replaced.
    Raises DataFolderTrouble where they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(folder, error) from error
    written: list[Path] = []
    for kind in kinds:
        path = folder / f"{FORM_NAMES[kind]}.xlsx"
        write_workbook(path, [_form_sheet(kind), _guide(kind)])
        written.append(path)
        if kind in _WORD_KINDS:
            path = folder / f"{FORM_NAMES[kind]}.docx"
            _write_word_form(path, kind)
            written.append(path)
    return written


def _form_sheet(kind: Kind) -> Sheet:
    columns = COLUMNS[kind]
    return Sheet(
        FORM_NAMES[kind],
        FORM_NAMES[kind],
        (_SHEET_NOTE,),
        [NUMBER, *(column.form_heading for column in columns)],
        [[number] for number in range(1, EMPTY_ROWS + 1)],
        widths=(6, *(column.width for column in columns)),
        choices={
            position: Choices(column.words(), column.others)
            for position, column in enumerate(columns, 1)
            if column.choices
        },
    )


def _guide(kind: Kind) -> Sheet:
    """How to fill in each column, several to a cell: too long for any reader to take it for a label."""
    columns = [_explained(number, column) for number, column in enumerate(COLUMNS[kind], 1)]
    parts = [columns[start : start + _EXPLAINED] for start in range(0, len(columns), _EXPLAINED)]
    rows = [[_GUIDE], *(["\n\n".join(part)] for part in parts)]
    return Sheet(
        "填报说明",
        "填报说明 how to fill in",
        (),
        ["栏目与填法 columns and how to fill them in"],
        rows,
        (120,),
    )


def _explained(number: int, column: Column) -> str:
    required = "必填 required" if column.required else "选填 optional"
    lines = [f"{number}. 【{column.heading}】 {required}", column.zh, column.en]
    if column.choices:
        lines.append(f"可选 choices: {'、'.join(column.words())}")
    return "\n".join(lines)


def _write_word_form(path: Path, kind: Kind) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10.5)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.core_properties.title = FORM_NAMES[kind]
    document.core_properties.author = ""

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading = title.add_run(FORM_NAMES[kind])
    heading.bold, heading.font.size = True, Pt(18)
    note = document.add_paragraph()
    note.add_run(_FORM_NOTE).font.size = Pt(9)
    note.paragraph_format.space_after = Pt(4)

    lines = _lines(COLUMNS[kind])
    table = document.add_table(rows=len(lines), cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row, fields in zip(table.rows, lines, strict=True):
        row.height = Cm(0.9 if fields[0].lines < 2 else 0.62 * fields[0].lines)
        row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
        _keep_whole(row)
        for place, width in zip(row.cells, _WIDTHS, strict=True):
            place.width = width
            place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if len(fields) == 1:
            row.cells[1].merge(row.cells[3])
        for index, column in enumerate(fields):
            _write_label(row.cells[2 * index], column)
            if column.lines > 2:
                row.cells[2 * index + 1].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
            row.cells[2 * index + 1].paragraphs[0].add_run(_boxes(column))
    closing = document.add_paragraph()
    closing.paragraph_format.space_before = Pt(6)
    closing.add_run(
        "联系方式只供对接人员使用，不公开。填写后请保存为 .docx 交回，一份表填一项。\n"
        "Contacts are not published. Return the form as .docx, one item each."
    ).font.size = Pt(9)
    with replacing(path) as stream:
        document.save(stream)


def _lines(columns: Sequence[Column]) -> list[list[Column]]:
    """The form's lines: a column by itself, or two that share a line."""
    lines: list[list[Column]] = []
    for column in columns:
        if column.lines == 0 and lines and len(lines[-1]) == 1 and lines[-1][0].lines == 0:
            lines[-1].append(column)
        else:
            lines.append([column])
    return lines


def _boxes(column: Column) -> str:
    """The choices of a form: without the figures, which would be read whether ticked or not."""
    if not column.choices or column.choices == "counties":
        return ""
    entries = vocabulary().lists[column.choices].values()
    return "  ".join(f"□{entry['zh']}" for entry in entries)


def _write_label(place: Any, column: Column) -> None:
    paragraph = place.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(column.heading + ("*" if column.required else "")).bold = True
    if column.note:
        paragraph.add_run(f"（{column.note}）").font.size = Pt(8)
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F2F2F2")):
        shade.set(qn(name), value)
    # Word wants a cell's properties in the order of its schema.
    place._tc.get_or_add_tcPr().insert_element_before(shade, "w:vAlign")


def _keep_whole(row: Any) -> None:
    """Keep the row from being parted by the page's end."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
