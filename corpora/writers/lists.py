"""Lists that people take away to read and print: records, or blocks of text, as .xlsx or .docx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.errors import BadRequest
from corpora.records import Record
from corpora.vocabulary import Kind
from corpora.writers.columns import COLUMNS, CONTACT, NAMES, NAMES_EN, Column
from corpora.writers.printed import SMALL, Printed
from corpora.writers.records import NUMBER, cell
from corpora.writers.workbook import Sheet, write_workbook

#: The fields that stand in the first line of a record's block, not each on a line of its own.
_AT_A_GLANCE = ("id", "institution", "enterprise", "kind", "tier", "region", "county", "stage", "min_stage")

#: Size, space before and space after, in points.
_STYLES = {"Normal": (10.5, 0, 3), "Heading 1": (16, 0, 3), "Heading 2": (12, 10, 3), SMALL: (9, 0, 3)}


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
    printed = Printed(title, _STYLES)
    printed.write("Heading 1", title)
    for note in notes:
        printed.write(SMALL, note)
    for block in blocks:
        printed.write("Heading 2", block.heading)
        if block.note:
            printed.write(SMALL, block.note)
        for label, text in block.lines:
            printed.write("Normal", text, label=f"{label}：" if label else "")
        if block.table:
            printed.table(block.table.headings, block.table.rows, block.table.widths)
    printed.save(path)


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
