"""Drawing on paper measured in inches, the origin at the top left: what the figures of the map are made of.

matplotlib takes half a second to load and is asked for late: no other command waits for it.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from corpora.writers.workbook import cell_text, display_width
from matcher.chainmap.integration import MARKS, VerdictKind
from matcher.plots import chinese_font

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Dark enough for white letters; the same as on the page.
COLOURS = {
    VerdictKind.FILL: "#b3261e",
    VerdictKind.UPGRADE: "#1f5fa8",
    VerdictKind.BUILD: "#8a5a00",
    VerdictKind.BALANCED: "#2f6f4e",
    VerdictKind.THIN: "#5f6368",
}
#: The same, as the ground of dark letters.
TINTS = {
    VerdictKind.FILL: "#fbe9e7",
    VerdictKind.UPGRADE: "#e8f0fa",
    VerdictKind.BUILD: "#fbf1dc",
    VerdictKind.BALANCED: "#e8f3ec",
    VerdictKind.THIN: "#f5f5f5",
}
INK, GREY, LINE = "#1c1f23", "#5c6773", "#b6bec6"
DPI = 200
#: Points of an inch; how wide a Latin letter is, beside the size of the letters, rather too wide than too narrow.
_POINTS, _LATIN = 72, 0.56
#: No line begins with these.
_NEVER_FIRST = "、，。；：！？）》”’"
#: Inches that are left free on each side: a line at the very edge would be cut in two.
_MARGIN = 0.03
#: matplotlib's settings are everybody's: two threads drawing at once would take each other's.
_DRAWING = threading.Lock()


class Sheet:
    """A sheet of `width` × `height` inches, and a little more on each side. `chinese` says whether Chinese can be drawn."""

    def __init__(self, width: float, height: float, chinese: bool) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.chinese = chinese
        self.figure = Figure(figsize=(width + 2 * _MARGIN, height))
        FigureCanvasAgg(self.figure)
        self._axes: Any = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(-_MARGIN, width + _MARGIN), ylim=(height, 0))
        self._axes.axis("off")

    def words(self, zh: str, en: str, between: str = " ") -> str:
        """Return both languages, or English alone where Chinese cannot be drawn."""
        return f"{zh}{between}{en}" if self.chinese else en

    def name(self, zh: str, en: str) -> str:
        return zh if self.chinese else en

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = INK,
        across: str = "left", down: str = "center",
    ) -> None:  # fmt: skip
        """Write `text`, its left, center or right at `x`, its top, center or bottom at `y`; `size` is in points."""
        # A dollar sign is one: names are not formulas.
        self._axes.text(x, y, cell_text(text), fontsize=size, fontweight="bold" if bold else "normal", color=colour,
                        ha=across, va=down, linespacing=1.15, parse_math=False)  # fmt: skip

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none", dashed: bool = False
    ) -> None:  # fmt: skip
        from matplotlib.patches import Rectangle

        style = "--" if dashed else "-"
        self._axes.add_patch(
            Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=0.7, linestyle=style, zorder=2)
        )  # fmt: skip

    def badge(
        self, x: float, y: float, width: float, height: float, verdict: VerdictKind, size: float
    ) -> None:
        """Write the verdict's letter, white on its colour."""
        self.box(x, y, width, height, COLOURS[verdict])
        self.text(x + width / 2, y + height / 2, self.name(*MARKS[verdict]), size, bold=True, colour="white",
                  across="center", down="center_baseline")  # fmt: skip

    def arrow(self, path: Sequence[tuple[float, float]], colour: str = GREY) -> None:
        """Draw an arrow along a cubic curve of four points, behind the boxes."""
        from matplotlib.patches import FancyArrowPatch
        from matplotlib.path import Path

        curve = Path(list(path), [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
        self._axes.add_patch(
            FancyArrowPatch(
                path=curve, arrowstyle="-|>", mutation_scale=7, linewidth=0.8, color=colour, zorder=1
            )
        )


def picture(draw: Callable[[bool], Figure], form: str, title: str = "") -> bytes:
    """Return what `draw` draws as "svg" or "png", the same bytes every time.

    It is asked to draw Chinese where a font of this machine can; the letters of an SVG are then drawn
    as shapes, which show everywhere. Without such a font a PNG has English alone, and an SVG keeps its
    text as text for its reader's fonts.
    """
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager

    font = chinese_font(fontManager.ttflist)
    style: dict[Any, object] = {
        "font.family": [*([font] if font else []), "DejaVu Sans", "sans-serif"],
        "svg.fonttype": "path" if font else "none",
        "svg.hashsalt": "shuanglian",
        "hatch.linewidth": 0.5,
    }
    about: dict[str, str | None] = {"svg": {"Date": None, "Title": cell_text(title)}}.get(form, {})
    stream = io.BytesIO()
    with _DRAWING, mpl.rc_context(style), warnings.catch_warnings():
        # A letter that no font here has is drawn as a box, or by its reader's fonts.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        draw(bool(font) or form == "svg").savefig(stream, format=form, dpi=DPI, metadata=about)
    return stream.getvalue()


def wrapped(text: str, width: float, size: float, lines: int) -> list[str]:
    """Return `text` in at most `lines` even lines of `width` inches at `size` points; what is beyond ends in “…”."""
    # A little less: letters are not all alike.
    room = 0.97 * width * _POINTS / size
    if not (words := _words(text)):
        return [""]
    found = _filled(words, room)
    if len(found) > lines:
        kept = found[: lines - 1]
        return [*kept, _shortened("".join(found[lines - 1 :]), room)]
    # No narrower than the longest word, or it would be cut.
    narrowest = max(map(_ems, words))
    while room * 0.95 > narrowest and len(closer := _filled(words, room * 0.95)) == len(found):
        room, found = room * 0.95, closer
    return [line.strip() for line in found]


def _filled(words: Sequence[str], room: float) -> list[str]:
    """Return the words in lines of `room` times the size of the letters; a word longer than a line is cut."""
    found = [""]
    for word in words:
        if _ems((found[-1] + word).rstrip()) <= room:
            found[-1] += word
        elif _ems(word.rstrip()) <= room:
            found.append(word)
        else:
            for mark in word:
                if _ems(found[-1] + mark) > room:
                    found.append("")
                found[-1] += mark
    return [line for line in found if line.strip()] or [""]


def _words(text: str) -> list[str]:
    """Return what a line may end after: Latin words with their spaces, Chinese letters."""
    found: list[str] = []
    for mark in " ".join(cell_text(text).split()):
        joins = found and (
            mark == " " or mark in _NEVER_FIRST or (_is_latin(mark) and _is_latin(found[-1][-1]))
        )
        if joins:
            found[-1] += mark
        else:
            found.append(mark)
    return found


def _is_latin(mark: str) -> bool:
    return mark != " " and display_width(mark) == 1


def _ems(text: str) -> float:
    """Return how wide `text` is, beside the size of its letters: a Chinese one is as wide as it is high."""
    wide = display_width(text) - len(text)
    return wide + _LATIN * (len(text) - wide)


def _shortened(line: str, room: float) -> str:
    while line and _ems(line + "…") > room:
        line = line[:-1]
    return line.rstrip() + "…"
