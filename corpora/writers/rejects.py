"""Rejected rows as a workbook that their sender corrects and sends back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from corpora.readers.headings import understand
from corpora.readers.rows import Rejection
from corpora.vocabulary import Kind, normalize
from corpora.writers.columns import NAMES
from corpora.writers.workbook import Sheet, write_workbook

#: No reader understands these two as fields.
REASON = "拒收原因 reason"
ORIGIN = "原位置 origin（file / sheet / row）"
_ADDED = (normalize(REASON), normalize(ORIGIN))
_NOTES = (
    "请改正标色的单元格，保存后把本文件原样交回导入；最后两列是说明，不会被导入。\n"
    "Correct the coloured cells, save, and import this file as it is; the last two columns are ignored.",
)
_COLUMN_LETTERS = re.compile(r"^[A-Z]{1,3} (?=.)")


@dataclass
class _Rejected:
    """One row, whatever the number of its cells that failed."""

    file: str
    sheet: str
    number: int
    cells: dict[str, object]
    reasons: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    @property
    def origin(self) -> str:
        return " / ".join(
            part for part in (self.file, self.sheet, f"第 {self.number} 行 row {self.number}") if part
        )

    @property
    def hint(self) -> str:
        """What told the reader, besides the headings, of which kind the row is."""
        kind = self.cells.get("kind")
        named = NAMES[Kind(str(kind))] if kind in set(Kind) else ""
        return " ".join(part for part in (self.file, self.sheet, named) if part)


@dataclass
class _Table:
    """Rejected rows of one file whose columns mean the same."""

    headings: list[str]
    rows: list[_Rejected]


def write_rejects(path: Path, rejections: Sequence[tuple[str, Rejection]]) -> None:
    """Write each rejected row once, as it came, with its wrong cells coloured and the reasons at its end.

    Takes (file name, rejection) pairs. Each file has one sheet per kind of columns. The workbook, once
    corrected, imports like the files that the rows came from. Without any rejections it says so.

    Raises DataFolderTrouble where the file cannot be written.
    """
    tables: list[_Table] = []
    for row in _gather(rejections):
        labels = list(row.cells)
        for table in tables:
            if (union := _union(table, row, labels)) is not None:
                table.headings = union
                table.rows.append(row)
                break
        else:
            tables.append(_Table(labels, [row]))
    sheets = [_sheet(table) for table in tables]
    write_workbook(
        path, sheets or [Sheet("rejects", "没有被拒收的行 / no rows were rejected", (), [REASON, ORIGIN], [])]
    )


def _gather(rejections: Sequence[tuple[str, Rejection]]) -> list[_Rejected]:
    rows: dict[tuple[str, str, int], _Rejected] = {}
    for file, rejection in rejections:
        row = rows.setdefault(
            (file, rejection.sheet, rejection.row), _Rejected(file, rejection.sheet, rejection.row, {})
        )
        for label, value in rejection.original.items():
            if normalize(str(label)) not in _ADDED:  # rows that are rejected for a second time
                row.cells.setdefault(str(label), _flat(value))
        column = rejection.column.strip()
        row.reasons.append(
            f"{_COLUMN_LETTERS.sub('', column)}：{rejection.reason}" if column else rejection.reason
        )
        if not rejection.original and rejection.value:
            row.cells.setdefault("原值 value", rejection.value)
        if column:
            row.wrong.add(_heading(column, row.cells))
    for row in rows.values():
        for label in row.wrong:
            row.cells.setdefault(label, None)  # a cell to fill in, where the row had none
    return list(rows.values())


def _heading(column: str, cells: Mapping[str, object]) -> str:
    """Return the heading of a rejection's column: "F 预算" → "预算", "contact.phone" → "contact"."""
    candidates = (column, _COLUMN_LETTERS.sub("", column), column.split(".")[0])
    return next((each for each in candidates if each in cells), candidates[1].replace(".", "_"))


def _flat(value: object) -> object:
    """A JSON line may hold lists and objects; a cell says the same in lines and words."""
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part is not None)
    if isinstance(value, (list, tuple)):
        return "\n".join(str(_flat(item)) for item in value)
    return value


def _union(table: _Table, row: _Rejected, labels: list[str]) -> list[str] | None:
    """Return the table's headings with the row's, or None where a column would change its meaning."""
    first = table.rows[0]
    if first.file != row.file:
        return None
    union = [*table.headings, *(label for label in labels if label not in table.headings)]
    if first.sheet == row.sheet and len(union) == max(len(table.headings), len(labels)):
        # Rows cut short have fewer cells than their fellows.
        return union if len(labels) <= len(table.headings) else labels
    own, theirs = _meanings(tuple(labels), row.hint), _meanings(tuple(table.headings), first.hint)
    both = _meanings(tuple(union), first.hint)
    if own is None or theirs is None or both is None or not own[0] == theirs[0] == both[0]:
        return None
    kept = all(both[1].get(label) == name for _, fields in (own, theirs) for label, name in fields.items())
    return union if kept else None


@lru_cache(maxsize=1024)
def _meanings(labels: tuple[str, ...], hint: str) -> tuple[Kind, dict[str, str]] | None:
    found = understand(labels, hint=hint)
    if found is None:
        return None
    return found.kind, {labels[position]: name for position, name in found.fields.items()}


def _sheet(table: _Table) -> Sheet:
    headings = [*table.headings, REASON, ORIGIN]
    rows, marks = [], set()
    for number, row in enumerate(table.rows):
        rows.append([*(row.cells.get(label) for label in table.headings), "\n".join(row.reasons), row.origin])
        marks |= {(number, headings.index(label)) for label in row.wrong}
        marks.add((number, len(table.headings)))
    first = table.rows[0]
    stem = Path(first.file).stem
    hints = " ".join(dict.fromkeys(row.hint.removeprefix(row.file).strip() for row in table.rows[:1000]))
    name = f"{stem[:18]} {hints}".strip()
    return Sheet(
        name, f"拒收的行 rejected rows：{first.file} {hints}".strip(), _NOTES, headings, rows, marks=marks
    )
