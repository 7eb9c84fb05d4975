"""Word files (.docx): list tables, label/value forms, and ``label：value`` paragraphs."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from corpora.errors import UnreadableFile
from corpora.readers.headings import means_a_field
from corpora.readers.rows import Row
from corpora.readers.tables import Grid, Reading, row_of_form, row_of_pairs, rows_of_table

_LABELLED = re.compile(r"^\s*([^：:\n]{2,24})\s*[：:]\s*(.*)$", re.DOTALL)


def read_word(path: Path, reading: Reading) -> Iterator[Row]:
    """Yield the file's rows: from each table, then from the paragraphs.

    Raises UnreadableFile where the file is damaged.
    """
    try:
        document = Document(str(path))
        blocks = list(document.iter_inner_content())
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UnreadableFile(
            f"文件 {path.name} 读不了（{error}）；请用 Word 重新保存",
            f"{path.name} cannot be read ({error}); save it again from Word",
        ) from error
    # What stands before a table (its title) helps to tell what it lists.
    prose = " ".join(block.text for block in blocks if isinstance(block, Paragraph))[:200]
    titled = Reading(reading.kind, f"{reading.hint} {prose}", reading.overrides)
    for number, table in enumerate((block for block in blocks if isinstance(block, Table)), 1):
        yield from _rows_of_table(_grid(table, f"表{number}"), titled)
    yield from _rows_of_paragraphs([block for block in blocks if isinstance(block, Paragraph)], titled)


def _rows_of_table(grid: Grid, reading: Reading) -> Iterator[Row]:
    form = row_of_form(grid, reading)
    rows = list(rows_of_table(grid, reading) or [])
    # A form's first line can pass for a header; whichever understands more labels is right.
    understood = max((len(row.columns) for row in rows), default=0)
    if form is not None and len(form.columns) >= understood:
        if form.values:  # a blank form is no record
            yield form
    else:
        yield from rows


def _grid(table: Table, name: str) -> Grid:
    # python-docx repeats a merged cell's text in every place that it covers.
    return Grid(name, [[cell.text.strip() for cell in row.cells] for row in table.rows])


def _rows_of_paragraphs(paragraphs: list[Paragraph], reading: Reading) -> Iterator[Row]:
    """A record ends where a heading, or its naming label for a second time, begins another."""
    pairs: list[tuple[str, object]] = []
    start = 1
    for number, paragraph in enumerate(paragraphs, 1):
        found = _LABELLED.match(paragraph.text)
        heading = (paragraph.style is not None and str(paragraph.style.name).startswith(("Heading", "标题")))
        if heading or (found and any(found[1].strip() == label for label, _ in pairs)):
            yield from _finished(pairs, start, reading)
            pairs, start = [], number
        if found and not heading and means_a_field(found[1], reading.kind):
            pairs.append((found[1].strip(), found[2].strip()))
        elif pairs and paragraph.text.strip() and not heading:
            label, value = pairs[-1]
            pairs[-1] = label, f"{value}\n{paragraph.text.strip()}".strip()
    yield from _finished(pairs, start, reading)


def _finished(pairs: list[tuple[str, object]], start: int, reading: Reading) -> Iterator[Row]:
    row = row_of_pairs("段落", start, pairs, reading) if pairs else None
    if row is not None:
        yield row

