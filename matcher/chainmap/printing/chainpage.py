"""A chain's page of the book: its figure, its nodes with verdict and numbers, the gaps with who could fill them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corpora.writers.printed import SMALL, Printed
from corpora.writers.runs import Cell
from corpora.writers.workbook import display_width
from matcher.chainmap.integration import VERDICTS, ChainReport, Gap, IntegrationMap, NodeReport
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.chainfigure import figure_height
from matcher.chainmap.printing.drawing import COLOURS, TINTS
from matcher.chainmap.printing.figures import chain_picture
from matcher.chainmap.printing.wording import both

#: Centimetres: a page's text; what heading, first lines and the figure's caption take, and a table's title.
_WIDTH, _HEIGHT = 17.0, 26.1
_HEAD, _TITLE = 4.0, 0.8
#: Narrower than this nobody can read a figure.
_NARROWEST = 13.0
_INCH = 2.54
#: Points of the tables' letters; centimetres of one of their lines, and of what is between two rows.
_SIZE, _LINE, _PADDING = 7.5, 0.36, 0.1
_GAP_WIDTHS, _ACTION_WIDTHS = (7.0, 10.0), (4.0, 13.0)
#: Gaps and actions that a page tells at most; it tells two of each, whether they fit or not.
_MOST, _LEAST, _FILLERS = 4, 2, 2

Row = tuple[str | Cell, ...]


def write_chain(book: Printed, chart: IntegrationMap, chain: ChainReport) -> None:
    """Write what stands under a chain's heading, as much as one page holds; the workbook has all."""
    numbers = chain.numbers
    book.write(
        SMALL,
        f"需求 {numbers.needs}（无人能答 {numbers.unmet}）· 成果 {numbers.achievements}（本地 {numbers.local_achievements}）"
        f"· 企业 {numbers.firms}（链主 {numbers.leaders}）· 要素机构 {numbers.elements}\n"
        f"{numbers.needs} needs ({numbers.unmet} unmet), {numbers.achievements} achievements "
        f"({numbers.local_achievements} local), {numbers.firms} firms ({numbers.leaders} chain leaders), "
        f"{numbers.elements} elements",
        with_next=True,
    )
    headings = (
        "环节 node",
        "裁定 verdict",
        *(f"{zh}\n{en}" for _, zh, en in wording.SHORT_COUNTS),
        "依据 why",
    )
    counts = tuple(1.15 for _ in wording.SHORT_COUNTS)
    widths = (3.6, 1.6, *counts, _WIDTH - 5.2 - sum(counts))
    rows = [_node(one) for one in chain.nodes]
    gaps = [gap for gap in chart.gaps if gap.node in chart.nodes and chart.nodes[gap.node].chain == chain.id]
    filled: list[Row] = [(gap.zh, _fillers(gap)) for gap in gaps]
    done: list[Row] = [
        (both(wording.action(one.kind)), one.zh) for one in chart.actions if one.chain == chain.id
    ]
    least = _titled(done[:_LEAST], _ACTION_WIDTHS)
    room = _HEIGHT - _HEAD - 3 * _LINE - _height(rows, widths)
    drawn = _INCH * figure_height(chain)
    spare = room - drawn - least - _titled(filled[:_LEAST], _GAP_WIDTHS)
    width = max(_NARROWEST, _WIDTH * min(1, (drawn + spare) / drawn))
    book.picture(chain_picture(chain, "png"), width, f"{chain.zh} {chain.en}")
    book.caption(
        "图 Figure", "Figure", f"{chain.zh}：环节、供应关系与裁定 nodes, who supplies whom, verdicts"
    )
    book.table(headings, rows, widths, size=_SIZE)
    room -= drawn * width / _WIDTH
    told = _fitting(filled, _GAP_WIDTHS, room - least)
    _table(book, "缺口 Gaps", ("缺口 gap", "谁能补 who could fill it"), filled, told, _GAP_WIDTHS)
    room -= _titled(filled[:told], _GAP_WIDTHS)
    told = _fitting(done, _ACTION_WIDTHS, room)
    _table(book, "下一步 What to do next", ("行动 action", "做什么 what"), done, told, _ACTION_WIDTHS)


def _node(one: NodeReport) -> Row:
    kind = one.verdict.verdict
    said = wording.overridden(one.verdict) or one.verdict.zh
    return (
        f"{'└ ' if one.node.parent else ''}{one.node.zh}",
        Cell(VERDICTS[kind][0], TINTS[kind].lstrip("#"), COLOURS[kind].lstrip("#"), bold=True),
        *wording.short_counts(one.numbers),
        said,
    )


def _fillers(gap: Gap) -> str:
    told = [filler.zh for filler in gap.fillers[:_FILLERS]] or [one.zh for one in gap.missing[:1]]
    return "\n".join(told) or "——"


def _table(
    book: Printed, title: str, headings: Row, rows: Sequence[Row], told: int, widths: Sequence[float]
) -> None:
    if not rows:
        return
    rest = f"（共 {len(rows)}，先列 {told} the first {told} of {len(rows)}）" if told < len(rows) else ""
    # A paragraph parts two tables, which Word would join.
    book.write(SMALL, f"{title}{rest}", with_next=True)
    book.table([str(one) for one in headings], rows[:told], widths, size=_SIZE)


def _fitting(rows: Sequence[Row], widths: Sequence[float], room: float) -> int:
    """Return how many of the rows fit into `room` centimetres, under their title and headings."""
    most = min(len(rows), _MOST)
    return next((count for count in range(most, _LEAST, -1) if _titled(rows[:count], widths) <= room),
                min(most, _LEAST))  # fmt: skip


def _titled(rows: Sequence[Row], widths: Sequence[float]) -> float:
    """Return about how many centimetres a table takes with its title and headings."""
    return _TITLE + 2 * _LINE + _height(rows, widths) if rows else 0.0


def _height(rows: Sequence[Row], widths: Sequence[float]) -> float:
    """Return about how many centimetres the rows of a table take."""
    return sum(_PADDING + _LINE * max(map(_lines, row, widths)) for row in rows)


def _lines(cell: str | Cell, width: float) -> int:
    # A Latin letter takes half of a Chinese one; a cell has 2 mm on either side.
    room = 2 * (width - 0.4) / (_SIZE / 72 * _INCH)
    text = cell.text if isinstance(cell, Cell) else cell
    return sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n"))
