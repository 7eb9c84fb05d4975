"""The figure of a chain: its nodes in three columns, who supplies whom, needs and achievements by lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpora.chains import POSITIONS
from matcher.chainmap.integration import LANES, ChainReport, Lane, NodeReport, VerdictKind
from matcher.chainmap.printing.drawing import COLOURS, GREY, LINE, TINTS, Sheet, wrapped
from matcher.chainmap.printing.overview import WIDTH, legend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches: the gap between two columns, in which arrows run; a box and a sub-node's, which is moved in.
_GAP = 0.5
_COLUMN = (WIDTH - 2 * _GAP) / 3
_HEIGHT, _PART_HEIGHT, _IN, _BETWEEN, _AFTER = 0.52, 0.42, 0.14, 0.03, 0.1
_HEAD, _FOOT = 0.26, 0.5
#: Of the small bars in a box: how far apart, how wide, how high those above and below the line are at most.
_STEP, _BAR, _REACH = 0.085, 0.065, 0.17
_SUPPLY, _DEMAND = "#4b7f9e", "#c2410c"
_SMALL = 5.4


@dataclass(frozen=True)
class Place:
    """Where a node's box lies, in inches from the top left."""

    left: float
    top: float
    width: float
    height: float
    column: int

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def chain_figure(chain: ChainReport, chinese: bool) -> Figure:
    """Return the figure of a chain."""
    places = laid_out(chain)
    bottom = max((one.top + one.height for one in places.values()), default=_HEAD)
    sheet = Sheet(WIDTH, bottom + _FOOT, chinese)
    for number, words in enumerate(POSITIONS.values()):
        middle = number * (_COLUMN + _GAP) + _COLUMN / 2
        sheet.text(middle, 0.12, sheet.words(*words), 8.5, bold=True, across="center")
    _arrows(sheet, chain, places)
    most = max((_most(one) for one in chain.nodes), default=0)
    for one in chain.nodes:
        _box(sheet, one, places[one.node.id], most)
    legend(sheet, bottom + 0.06, WIDTH)
    first, last = LANES[Lane.RESEARCH], LANES[Lane.PRODUCTION]
    told = [
        f"Bars: five lanes, {first[1]} to {last[1]}; achievements above the line, needs below; the longest is {most}."
    ]
    if chinese:
        told.insert(0, f"小图：从{first[0]}到{last[0]}五个阶段，线上为成果，线下为需求，最长 {most} 条。"
                       "需：需求（缺：无人能答），成：成果，企：本地企业。")  # fmt: skip
    sheet.text(0, bottom + 0.28, "\n".join(told), _SMALL, colour=GREY, down="top")
    return sheet.figure


def figure_height(chain: ChainReport) -> float:
    """Return the inches that the figure of a chain is high."""
    return max((one.top + one.height for one in laid_out(chain).values()), default=_HEAD) + _FOOT


def laid_out(chain: ChainReport) -> dict[str, Place]:
    """Return by id where the boxes of the chain's nodes lie: a column a position, sub-nodes below their node."""
    found: dict[str, Place] = {}
    for column, at in enumerate(POSITIONS):
        top = _HEAD
        for one in chain.nodes:
            if one.node.position is at and not _is_part(chain, one):
                top = _put(chain, one, 0, column, top, found) + _AFTER
    return found


def _put(
    chain: ChainReport, one: NodeReport, depth: int, column: int, top: float, found: dict[str, Place]
) -> float:
    """Place a node with its sub-nodes from `top` on; return the bottom."""
    left = column * (_COLUMN + _GAP) + min(depth, 3) * _IN
    height = _PART_HEIGHT if depth else _HEIGHT
    found[one.node.id] = Place(left, top, _COLUMN - min(depth, 3) * _IN, height, column)
    top += height
    for below in chain.nodes:
        if below.node.parent == one.node.id:
            top = _put(chain, below, depth + 1, column, top + _BETWEEN, found)
    return top


def _is_part(chain: ChainReport, one: NodeReport) -> bool:
    return any(above.node.id == one.node.parent for above in chain.nodes)


def _box(sheet: Sheet, one: NodeReport, at: Place, most: int) -> None:
    verdict, numbers = one.verdict.verdict, one.numbers
    sheet.box(
        at.left, at.top, at.width, at.height, TINTS[verdict], COLOURS[verdict], verdict is VerdictKind.THIN
    )
    sheet.badge(at.left, at.top, 0.19, at.height, verdict, 8)
    x, room = at.left + 0.23, at.width - 0.23 - len(LANES) * _STEP - 0.06
    name = sheet.name(one.node.zh, one.node.en)
    size = 7.6 if len(wrapped(name, room, 7.6, 2)) == 1 else 6
    lines = wrapped(name, room, size, 2)
    sheet.text(x, at.top + 0.035, "\n".join(lines), size, bold=True, down="top")
    if sheet.chinese:
        english = wrapped(one.node.en, room, 5, 2 if len(lines) == 1 and at.height == _HEIGHT else 1)
        sheet.text(
            x, at.top + (0.155 if len(lines) == 1 else 0.215), "\n".join(english), 5, colour=GREY, down="top"
        )
    unmet = sheet.name(f"（缺{numbers.unmet}）", f" ({numbers.unmet} unmet)") if numbers.unmet else " "
    told = sheet.name(
        f"需{numbers.needs}{unmet}成{numbers.achievements} 企{numbers.firms}",
        f"{numbers.needs} needs{unmet} {numbers.achievements} ach. {numbers.firms} firms",
    )
    sheet.text(x, at.top + at.height - 0.035, told, _SMALL, down="bottom")
    _bars(sheet, one, at, most)


def _bars(sheet: Sheet, one: NodeReport, at: Place, most: int) -> None:
    left, line = at.right - len(LANES) * _STEP - 0.03, at.middle
    reach = min(_REACH, at.height / 2 - 0.04)
    sheet.box(left, line - 0.003, len(LANES) * _STEP - (_STEP - _BAR), 0.006, LINE)
    for place, lane in enumerate(LANES):
        if (found := one.lanes.get(lane)) is None:
            continue
        x = left + place * _STEP
        for count, colour, up in ((found.achievements, _SUPPLY, True), (found.needs, _DEMAND, False)):
            if count:
                # One among thousands still shows.
                long = max(reach * count / most, 0.015)
                sheet.box(x, line - long if up else line, _BAR, long, colour)


def _most(one: NodeReport) -> int:
    return max((max(found.needs, found.achievements) for key, found in one.lanes.items() if key), default=0)


def _arrows(sheet: Sheet, chain: ChainReport, places: dict[str, Place]) -> None:
    ties = [
        (places[one.node.id], places[to])
        for one in chain.nodes
        for to in one.node.supplies
        if to in places
    ]  # fmt: skip
    for source, target in ties:
        leaving = sorted({to.middle for start, to in ties if start == source})
        coming = sorted({start.middle for start, to in ties if to == target})
        start = source.right, _spread(source, leaving.index(target.middle), len(leaving))
        if target.column > source.column:
            end = target.left, _spread(target, coming.index(source.middle), len(coming))
            bend = (end[0] - start[0]) * 0.5
            sheet.arrow([start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end])
        else:
            # Within a column, or back: around the right side.
            end = target.right, target.middle
            out = max(start[0], end[0]) + _GAP * 0.75
            sheet.arrow([start, (out, start[1]), (out, end[1]), end])


def _spread(place: Place, number: int, count: int) -> float:
    """Return how far down the side of a box the arrow of that number meets it."""
    return place.top + place.height * (number + 1) / (count + 1)
