"""Reading what bureaus send: xlsx, csv, jsonl and docx, with Chinese or English headings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from corpora.errors import BadRequest, UnreadableFile, shorten
from corpora.readers.delimited import read_delimited
from corpora.readers.grids import Reading
from corpora.readers.guard import file_type
from corpora.readers.headings import check_overrides, without_column
from corpora.readers.jsonlines import read_jsonlines
from corpora.readers.rows import Rejection, Row, to_record
from corpora.readers.spreadsheet import read_workbook
from corpora.readers.tables import rows_of_grid
from corpora.readers.word import read_word
from corpora.vocabulary import Kind

__all__ = ["Rejection", "Row", "read_rows", "to_record"]


def read_rows(path: Path, kind: Kind | None = None, overrides: Mapping[str, str] | None = None) -> list[Row]:
    """Return every row of the file, in order, each with the kind of record that it holds.

    `kind` says what the rows are where the headings cannot; `overrides` maps headings to fields.

    Raises UnreadableFile where the file cannot be opened, is not safe, or has no table that can be
    understood; BadRequest where an override names no field.
    """
    check_overrides(overrides or {})
    reading = Reading(kind, path.stem, overrides or {})
    found = file_type(path)
    rows: list[Row] = []
    if found == "jsonl":
        rows += read_jsonlines(path, reading)
    elif found == "docx":
        rows += read_word(path, reading)
    else:
        for grid in read_workbook(path) if found == "xlsx" else [read_delimited(path)]:
            rows += rows_of_grid(grid, reading)
    if not rows:
        raise UnreadableFile(
            f"文件 {path.name} 里没有找到数据：没有认得出的表头，或表头下没有数据行；"
            "可用 --kind 说明种类、用 --map 列名=字段 指明列，或用 matcher template 的空白表",
            f"{path.name} holds no rows that can be understood: no known header, or nothing under it; "
            "say --kind, point out columns with --map HEADING=FIELD, or use the forms of `matcher template`",
        )
    headings = {heading for row in rows for heading in row.original}
    if lost := without_column(overrides or {}, headings):
        raise BadRequest(
            f"--map {lost[0]}：文件 {path.name} 里没有这一列，有：{shorten('、'.join(headings), 200)}",
            f"--map {lost[0]}: {path.name} has no such heading; it has: {shorten(', '.join(headings), 200)}",
        )
    return rows
