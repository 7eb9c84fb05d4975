"""Tables and forms in a grid of cells, whichever file the grid came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from corpora.readers.headings import JOINED, Headings, understand
from corpora.readers.rows import Row
from corpora.vocabulary import Kind

HEADER_SEARCH_ROWS = 30

_FOOTER = re.compile(
    r"^\s*(?:填表人|填报人|填报单位[:：]|制表|审核|复核|合计|总计|小计|备注|注[:：]|说明|联系人[:：]|日期|单位[（(]?盖章|负责人签字|以上)"
)
#: Fields that a form lets one tick: boxes without a tick among them leave the field open.
_TICKED = ("stage", "min_stage", "modes", "ip_wanted", "kind", "tier")
_UNTICKED = re.compile(r"^[^☑☒✓✔√■▣◼●]*[□☐○◯][^☑☒✓✔√■▣◼●]*$")
_BARE_AMOUNT = re.compile(r"^[^元万亿千]*\d[^元万亿千]*$")


@dataclass(frozen=True)
class Merge:
    """A merged range, inclusive, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or Word table: `cells[r][c]`, row 1 of the file first."""

    name: str
    cells: Sequence[Sequence[object]]
    merges: Sequence[Merge] = ()
    #: Rows that could not be parsed, by position: the reason.
    broken: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """How to understand what is read: a fixed kind, a hint of it, and --map overrides."""

    kind: Kind | None = None
    hint: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)

    def headings(self, labels: Sequence[str], hint: str = "") -> Headings | None:
        return understand(labels, self.kind, f"{self.hint} {hint}", self.overrides)


def rows_of_table(grid: Grid, reading: Reading) -> Iterator[Row] | None:
    """Return the rows below the grid's header, or None where no row heads a table."""
    found = _find_header(grid, reading)
    if found is None:
        return None
    headings, first = found
    return _data_rows(grid, headings, first)


def row_of_form(grid: Grid, reading: Reading) -> Row | None:
    """Return the one record of a form whose labels stand beside their values, or None.

    Merged cells that a reader repeats count once; a label in the last cell of a row has its value below.
    """
    pairs: list[tuple[str, object]] = []
    for cells in grid.cells:
        run: list[object] = []
        for cell in cells:
            if not run or cell != run[-1]:
                run.append(cell)
        filled = [cell for cell in run if _said(cell)]
        if len(filled) == len(run) or len(run) % 2:
            run = filled if len(filled) % 2 == 0 else run
        pairs += [(str(label), value) for label, value in zip(run[::2], run[1::2], strict=False) if _said(label)]
    return row_of_pairs(grid.name, 1, pairs, reading)


def row_of_pairs(sheet: str, number: int, pairs: Sequence[tuple[str, object]], reading: Reading) -> Row | None:
    """Return the record that (label, value) pairs spell, or None where the labels say nothing."""
    labels = [label for label, _ in pairs]
    headings = reading.headings(labels, sheet)
    if headings is None:
        return None
    values, columns = _collect([value for _, value in pairs], headings, dict(enumerate(labels)))
    return Row(headings.kind, sheet, number, values, columns, {label: value for label, value in pairs if _said(value)})


def _find_header(grid: Grid, reading: Reading) -> tuple[Headings, int] | None:
    """Return the best headings among the first rows, and the first data row below them."""
    best: tuple[Headings, int] | None = None
    prose = ""
    for position, cells in enumerate(grid.cells[:HEADER_SEARCH_ROWS]):
        levels = [(list(map(_label, cells)), position + 1)]
        if any(merge.top == position and merge.right > merge.left for merge in grid.merges):
            levels.append((_two_levels(grid, position), position + 2))
        for labels, below in levels:
            headings = reading.headings(labels, f"{grid.name} {prose}")
            if headings and (best is None or headings.score > best[0].score):
                best = headings, below
        if len([cell for cell in cells if _said(cell)]) <= 2:
            prose += " ".join(str(cell)[:80] for cell in cells if _said(cell))
    return best


def _two_levels(grid: Grid, top: int) -> list[str]:
    """Labels of a header of two rows: what stands below wins, where anything does."""
    upper = list(map(_label, grid.cells[top]))
    lower = list(map(_label, grid.cells[top + 1])) if top + 1 < len(grid.cells) else []
    return [(lower[c] if c < len(lower) else "") or text for c, text in enumerate(upper)]


def _data_rows(grid: Grid, headings: Headings, first: int) -> Iterator[Row]:
    filled = _merged_values(grid, first)
    columns = {
        position: f"{xl_col_to_name(position)} {label}".strip() for position, label in enumerate(headings.labels)
    }
    for position in range(first, len(grid.cells)):
        cells = [filled.get((position, c), cell) for c, cell in enumerate(grid.cells[position])]
        original = {
            label or xl_col_to_name(c): cells[c] for c, label in enumerate(headings.labels) if c < len(cells)
        }
        if position in grid.broken:
            yield Row(headings.kind, grid.name, position + 1, {}, {}, original,
                      ("", " ".join(str(cell) for cell in cells if _said(cell)), grid.broken[position]))
            continue
        own = [grid.cells[position][c] for c in headings.fields if c < len(cells)]
        if not any(map(_said, own)) or _is_footer(grid.cells[position]):
            continue
        if [_label(cell) for cell in cells[: len(headings.labels)]] == list(headings.labels):
            continue  # the header again, at the top of a printed page
        values, named = _collect(cells, headings, columns)
        yield Row(headings.kind, grid.name, position + 1, values, named, original)


def _collect(
    cells: Sequence[object], headings: Headings, columns: Mapping[int, str]
) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    named: dict[str, str] = {}
    for position, name in headings.fields.items():
        value = cells[position] if position < len(cells) else None
        named.setdefault(name, columns[position])
        if not _said(value) or (name in _TICKED and _UNTICKED.match(str(value))):
            continue
        if (unit := headings.units.get(position)) and _BARE_AMOUNT.match(str(value)):
            value = f"{value:g}{unit}" if isinstance(value, (int, float)) else f"{value}{unit}"
        if name in values and name in JOINED:
            value = f"{values[name]}\n{value}"
        values.setdefault(name, value)
        if name in JOINED:
            values[name] = value
    return values, named


def _merged_values(grid: Grid, first: int) -> dict[tuple[int, int], object]:
    """The value of each cell that a taller merge below the header covers."""
    return {
        (r, merge.left): grid.cells[merge.top][merge.left]
        for merge in grid.merges
        if merge.top >= first and merge.bottom > merge.top and merge.left < len(grid.cells[merge.top])
        for r in range(merge.top, min(merge.bottom + 1, len(grid.cells)))
    }


def _is_footer(cells: Sequence[object]) -> bool:
    said = [cell for cell in cells if _said(cell)]
    return len(said) <= 3 and bool(_FOOTER.match(str(said[0])))


def _said(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


def _label(cell: object) -> str:
    return "" if cell is None else re.sub(r"\s+", "", str(cell)) if not str(cell).isascii() else str(cell).strip()
