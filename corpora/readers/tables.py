"""Tables in a grid of cells: a header, somewhere near the top, and a record in each row below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_col_to_name

from corpora.readers.forms import forms_of_grid
from corpora.readers.grids import Grid, Reading, label_of, said
from corpora.readers.headings import LEVELS, Headings, means_a_field, with_unit_of
from corpora.readers.rows import Row, collect, title_of
from corpora.records import RECORDS

HEADER_SEARCH_ROWS = 30
#: A form is a page or a few; what is longer is a table.
LONGEST_FORM = 300

_SIGNATURE = re.compile(
    r"^\s*(?:填[表报]人|填报单位|填[表报]日期|填[表报]时间|制表人?|审核人?|复核人?|审批人?|经办人|备\s*注|注|说\s*明|填[表报]说明"
    r"|联系人|日期|单位|单位负责人|负责人(?:签字|签名)?|分管领导)\s*(?:[（(](?:签字|签名|盖章|公章)[)）])?\s*[:：]"
    r"|^\s*(?:单位|企业|部门)?\s*[（(](?:盖章|公章)[)）]|^\s*以上(?:信息|内容|数据|情况|共|合计|所填)"
)
_SUM = re.compile(r"^\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总)\s*[:：]?\s*\S{0,8}$")


def rows_of_grid(grid: Grid, reading: Reading) -> list[Row]:
    """Return what the grid holds: the rows of its table, or the records of its forms.

    A form's first line can pass for a table's header; whichever understands more is right.
    """
    rows = list(rows_of_table(grid, reading) or [])
    if len(grid.cells) > LONGEST_FORM:
        return rows
    forms = forms_of_grid(grid, reading)
    understood = max((len(row.columns) for row in rows), default=0)
    if max((len(form.columns) for form in forms), default=0) <= understood:
        return rows
    return [form for form in forms if form.values]  # a blank form is no record


def rows_of_table(grid: Grid, reading: Reading) -> Iterator[Row] | None:
    """Return the rows below the grid's header, or None where no row heads a table."""
    found = _find_header(grid, reading)
    if found is None:
        return None
    headings, first = found
    return _data_rows(grid, headings, first, reading)


def _find_header(grid: Grid, reading: Reading) -> tuple[Headings, int] | None:
    """Return the best headings among the first rows, and the first data row below them."""
    best: tuple[Headings, int] | None = None
    prose = ""
    for position, cells in enumerate(grid.cells[:HEADER_SEARCH_ROWS]):
        single = _one_level(cells)
        for labels, below in ((single, position + 1), (_two_levels(grid, position), position + 2)):
            headings = reading.headings(labels, f"{grid.name} {prose}") if labels else None
            if headings is None:
                continue
            # A title over the header is no upper level: where one row says as much as two, it is the header.
            gain = headings.score - best[0].score if best else 1.0
            if gain > 0 or (gain == 0 and labels is single and best and _has_levels(best[0])):
                best = with_unit_of(headings, prose), below
        if len([cell for cell in cells if said(cell)]) <= 2:
            prose += " ".join(str(cell)[:80] for cell in cells if said(cell))
    return best


def _has_levels(headings: Headings) -> bool:
    return any(LEVELS in label for label in headings.labels)


def _one_level(cells: Sequence[object]) -> list[str]:
    return list(map(label_of, cells))


def _two_levels(grid: Grid, top: int) -> list[str]:
    """Labels of a header of two rows, 联系方式|电话 where one stands above the other; [] for one row.

    What stands above reaches as far as it is merged; in a file without merging, as far as nothing follows.
    """
    if top + 1 >= len(grid.cells):
        return []
    upper, lower = _one_level(grid.cells[top]), _one_level(grid.cells[top + 1])
    if len(set(upper) - {""}) < 2:
        return []
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    if merges := grid.merged_rows.get(top, []):
        for merge in merges:
            upper[merge.left : merge.right + 1] = [upper[merge.left]] * (
                min(merge.right + 1, width) - merge.left
            )
    elif not grid.merges and any(low and not up for up, low in zip(upper, lower, strict=True)):
        for c in range(1, width):
            upper[c] = upper[c] or (upper[c - 1] if lower[c] else "")
    else:
        return []
    return [
        f"{up}{LEVELS}{low}" if up and low and up != low else up or low
        for up, low in zip(upper, lower, strict=True)
    ]


def _data_rows(grid: Grid, headings: Headings, first: int, reading: Reading) -> Iterator[Row]:
    filled = _merged_values(grid, first)
    for position in range(first, len(grid.cells)):
        bare = grid.cells[position]
        if _is_footer(bare) or _is_divider(grid, position, len(headings.labels)):
            continue
        cells = [filled.get((position, c), cell) for c, cell in enumerate(bare)]
        if position in grid.broken:
            text = " ".join(str(cell) for cell in cells if said(cell))
            yield Row(
                headings.kind, grid.name, position + 1, {}, {}, _original(headings, cells), headings.unknown,
                ("", text, grid.broken[position]),
            )  # fmt: skip
            continue
        if not any(said(bare[c]) or (position, c) in grid.faults for c in headings.fields if c < len(bare)):
            continue
        if _is_header(bare, headings):
            headings = reading.headings(_one_level(bare), grid.name) or headings
            continue
        columns = {c: f"{xl_col_to_name(c)} {label}".strip() for c, label in enumerate(headings.labels)}
        fault = next(
            ((columns[c], grid.faults[position, c]) for c in headings.fields if (position, c) in grid.faults),
            None,
        )
        values, named = collect(cells, headings, columns)
        if RECORDS[headings.kind].NAME not in named and "text" in values:
            values["title"] = title_of(values["text"])
        yield Row(
            headings.kind, grid.name, position + 1, values, named, _original(headings, cells), headings.unknown,
            (fault[0], "", fault[1]) if fault else None,
        )  # fmt: skip


def _original(headings: Headings, cells: Sequence[object]) -> dict[str, object]:
    """The row by heading; of two columns with one heading, the second also by its letter."""
    original: dict[str, object] = {}
    for c, cell in enumerate(cells):
        letter = xl_col_to_name(c)
        label = (headings.labels[c] if c < len(headings.labels) else "") or letter
        if label != letter or said(cell):
            original[label if label not in original else f"{label} {letter}"] = cell
    return original


def _is_header(cells: Sequence[object], headings: Headings) -> bool:
    """True for the header again, at the top of a printed page, or the header of a second table below."""
    labels = _one_level(cells)
    parts = {part for label in headings.labels for part in (label, *label.split(LEVELS)) if part}
    present = [label for label in labels if label]
    if len(present) > 1 and parts.issuperset(present):
        return True
    words = [label for label in present if means_a_field(label, headings.kind, exactly=True)]
    return len(words) > 2 and 2 * len(words) > len(present)


def _merged_values(grid: Grid, first: int) -> dict[tuple[int, int], object]:
    """The value of each cell that a taller merge below the header covers."""
    return {
        (r, merge.left): grid.cells[merge.top][merge.left]
        for merge in grid.merges
        if merge.top >= first and merge.bottom > merge.top and merge.top < len(grid.cells)
        if merge.left < len(grid.cells[merge.top])
        for r in range(merge.top, min(merge.bottom + 1, len(grid.cells)))
    }


def _is_footer(cells: Sequence[object]) -> bool:
    """True for a line of sums, notes or signatures."""
    present = [str(cell) for cell in cells if said(cell)]
    if any(map(_SUM.match, present[:1])):
        return True
    return bool(present) and len(present) <= 3 and bool(_SIGNATURE.match(present[0]))


def _is_divider(grid: Grid, position: int, width: int) -> bool:
    """True for one text across most of the table (一、商州区)."""
    return any(
        2 * (merge.right - merge.left + 1) > width and merge.right - merge.left >= 2
        for merge in grid.merged_rows.get(position, [])
    )
