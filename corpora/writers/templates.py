"""Blank forms (征集表) that read back with every field understood."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpora.files import trouble
from corpora.vocabulary import Kind
from corpora.writers.columns import COLUMNS, FORM_NAMES, Column
from corpora.writers.forms import Form, write_forms
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
_FORM_CLOSING = (
    "联系方式只供对接人员使用，不公开。填写后请保存为 .docx 交回，一份表填一项。\n"
    "Contacts are not published. Return the form as .docx, one item each."
)
_WORD_KINDS = (Kind.ACHIEVEMENT, Kind.NEED)


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
            form = Form(FORM_NAMES[kind], _FORM_NOTE, COLUMNS[kind], closing=_FORM_CLOSING)
            write_forms(path, FORM_NAMES[kind], [form])
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
