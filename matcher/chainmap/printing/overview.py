"""The overview (总览图): a row a chain, its nodes from upstream to downstream, each in the colour of its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpora.chains import POSITIONS, Position
from matcher.chainmap.integration import VERDICTS, ChainReport, IntegrationMap, NodeReport, VerdictKind
from matcher.chainmap.printing.drawing import COLOURS, GREY, INK, LINE, TINTS, Sheet, wrapped
from matcher.chainmap.printing.wording import EMPTY

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches: the width of a page's text; the chain's name; the gap between the three parts; a node's tile.
WIDTH, _NAME, _GAP, _TILE, _BETWEEN = 6.7, 1.1, 0.1, 0.215, 0.035
#: Inches of what stands above and below the rows, and of the least row.
_HEAD, _FOOT, _LEAST = 0.3, 0.42, 0.5
_ACROSS = 2
_SMALL, _PLAIN = 5.4, 6.6


def height(chains: Sequence[ChainReport]) -> float:
    """Return the inches that the overview of these chains takes."""
    return _HEAD + _FOOT + (sum(map(_row_height, chains)) or _LEAST)


def portions(chart: IntegrationMap, most: float) -> list[Sequence[ChainReport]]:
    """Return the chains in portions whose overview is at most `most` inches high; at least one portion."""
    found: list[list[ChainReport]] = [[]]
    for chain in chart.chains:
        if found[-1] and height([*found[-1], chain]) > most:
            found.append([])
        found[-1].append(chain)
    return list(found)


def overview(chains: Sequence[ChainReport], chinese: bool) -> Figure:
    """Return the overview of the chains; sub-nodes are left to the figures of the chains."""
    sheet = Sheet(WIDTH, height(chains), chinese)
    part = (WIDTH - _NAME - 3 * _GAP) / 3
    lefts = {at: _NAME + _GAP + place * (part + _GAP) for place, at in enumerate(POSITIONS)}
    for at, words in POSITIONS.items():
        sheet.text(lefts[at] + part / 2, 0.14, sheet.words(*words), 8, bold=True, across="center")
    top = _HEAD
    for chain in chains:
        _chain(sheet, chain, top, lefts, part)
        top += _row_height(chain)
    if not chains:
        sheet.text(WIDTH / 2, top + _LEAST / 2, sheet.words(*EMPTY, "\n"), 9, colour=GREY, across="center")
        top += _LEAST
    legend(sheet, top + 0.06, WIDTH, _totals(chains))
    return sheet.figure


def legend(sheet: Sheet, top: float, width: float, totals: dict[VerdictKind, int] | None = None) -> None:
    """Write what each letter and colour means, with how many nodes have it where `totals` are given."""
    # The last has the longest words.
    each = width / (len(VERDICTS) + 0.4)
    for place, (kind, (zh, en)) in enumerate(VERDICTS.items()):
        sheet.badge(place * each, top, 0.17, 0.17, kind, 7)
        said = f"{sheet.words(zh, en)}" + (f" {totals[kind]}" if totals else "")
        sheet.text(place * each + 0.23, top + 0.09, said, 7)
    if totals:
        told = sheet.words(
            "格内右侧的数字：无人能答的需求。需：需求，成：成果，企：本地企业。",
            "The number in a box: needs without an adequate answer.",
        )
        sheet.text(0, top + 0.28, told, _SMALL + 0.4, colour=GREY)


def _chain(sheet: Sheet, chain: ChainReport, top: float, lefts: dict[Position, float], part: float) -> None:
    high = _row_height(chain)
    sheet.box(0, top, WIDTH, 0.006, LINE)
    lines = wrapped(sheet.name(chain.zh, chain.en), _NAME, 8, 2)
    y = top + 0.06
    for line in lines:
        sheet.text(0, y, line, 8, bold=True, down="top")
        y += 0.135
    numbers = chain.numbers
    if sheet.chinese:
        for line in wrapped(chain.en, _NAME, _SMALL, 2 if high > _LEAST or len(lines) == 1 else 1):
            sheet.text(0, y, line, _SMALL, colour=GREY, down="top")
            y += 0.085
    told = sheet.name(
        f"需{numbers.needs} 成{numbers.achievements} 企{numbers.firms}",
        f"{numbers.needs} needs {numbers.achievements} ach. {numbers.firms} firms",
    )
    sheet.text(0, y + 0.01, told, _SMALL, colour=INK, down="top")
    wide = (part - _BETWEEN * (_ACROSS - 1)) / _ACROSS
    for at, left in lefts.items():
        for place, one in enumerate(_at(chain, at)):
            x = left + place % _ACROSS * (wide + _BETWEEN)
            _tile(sheet, one, x, top + 0.05 + place // _ACROSS * (_TILE + _BETWEEN), wide)


def _tile(sheet: Sheet, one: NodeReport, x: float, y: float, wide: float) -> None:
    verdict = one.verdict.verdict
    sheet.box(x, y, wide, _TILE, TINTS[verdict], COLOURS[verdict], dashed=verdict is VerdictKind.THIN)
    sheet.badge(x, y, 0.14, _TILE, verdict, 6.6)
    room = wide - 0.16 - (0.13 if one.numbers.unmet else 0.01)
    name = sheet.name(one.node.zh, one.node.en)
    size = _PLAIN if sheet.chinese and len(wrapped(name, room, _PLAIN, 2)) == 1 else 5
    sheet.text(x + 0.16, y + _TILE / 2, "\n".join(wrapped(name, room, size, 2)), size)
    if one.numbers.unmet:
        sheet.text(x + wide - 0.02, y + _TILE / 2, f"{one.numbers.unmet}", 6.6, bold=True,
                   colour=COLOURS[VerdictKind.FILL], across="right")  # fmt: skip


def _row_height(chain: ChainReport) -> float:
    rows = max(-(-len(_at(chain, at)) // _ACROSS) for at in POSITIONS)
    return max(_LEAST, rows * (_TILE + _BETWEEN) + 0.07)


def _at(chain: ChainReport, at: Position) -> list[NodeReport]:
    return [one for one in chain.nodes if one.node.position is at and not one.node.parent]


def _totals(chains: Sequence[ChainReport]) -> dict[VerdictKind, int]:
    return {kind: sum(chain.verdicts.get(kind, 0) for chain in chains) for kind in VERDICTS}
