"""A grid of cells, whichever file it came from, and how it is to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from corpora.readers.headings import Headings, understand
from corpora.vocabulary import Kind


@dataclass(frozen=True)
class Merge:
    """A merged range, inclusive, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or Word table: `cells[r][c]`, row 1 of the file first.

    Of merged cells the first, at the top and left, holds the text.
    """

    name: str
    cells: Sequence[Sequence[object]]
    merges: Sequence[Merge] = ()
    #: Rows that could not be parsed, by position: the reason.
    broken: Mapping[int, str] = field(default_factory=dict)
    #: Cells without a usable value, by (row, column): the reason.
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @cached_property
    def covered(self) -> frozenset[tuple[int, int]]:
        """The places under merged cells that hold nothing of their own."""
        width = max(map(len, self.cells), default=0)
        return frozenset(
            (r, c)
            for merge in self.merges
            for r in range(merge.top, min(merge.bottom + 1, len(self.cells)))
            for c in range(merge.left, min(merge.right + 1, width))
            if (r, c) != (merge.top, merge.left)
        )

    @cached_property
    def merged_rows(self) -> Mapping[int, Sequence[Merge]]:
        """The merges that reach over several columns, by the row that they begin in."""
        rows: dict[int, list[Merge]] = {}
        for merge in self.merges:
            if merge.right > merge.left:
                rows.setdefault(merge.top, []).append(merge)
        return rows

    def own(self, row: int) -> list[object]:
        """Return the cells of a row, merged ones once."""
        return [cell for c, cell in enumerate(self.cells[row]) if (row, c) not in self.covered]


@dataclass(frozen=True)
class Reading:
    """How to understand what is read: a fixed kind, a hint of it, and --map overrides."""

    kind: Kind | None = None
    hint: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)

    def headings(self, labels: Sequence[str], hint: str = "", least: int = 2) -> Headings | None:
        return understand(labels, self.kind, f"{self.hint} {hint}", self.overrides, least)


def said(cell: object) -> bool:
    """True where the cell holds something."""
    return cell is not None and str(cell).strip() != ""


def label_of(cell: object) -> str:
    """Return a cell as a heading: Chinese without the white space that spreads it out."""
    text = "" if cell is None else str(cell)
    return text.strip() if text.isascii() else re.sub(r"\s+", "", text)
