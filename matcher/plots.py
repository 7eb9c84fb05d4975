"""The picture of an evaluation: are the probabilities true, and what does refusing buy.

matplotlib takes half a second to load and is asked for late: no other command waits for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import binomtest

from corpora.errors import BadRequest, shorten
from corpora.files import replacing
from matcher.evaluation import Answers, Reliability, answers, reliability, risk_coverage
from matcher.matches import Scored

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontEntry

FORMATS = ("svg", "png", "pdf")
#: What the picture says, Chinese and English.
_SAID = {
    "reliability": ("可靠性：≥3 级的概率", "Reliability of P(level ≥ 3)"),
    "said": ("预测概率", "predicted probability"),
    "seen": ("实际比例", "observed share"),
    "perfect": ("完全校准", "perfectly calibrated"),
    "interval": ("区间与对数", "95% Wilson interval, pairs"),
    "risk_coverage": ("风险与覆盖：拒答换来什么", "Risk and coverage: what refusing buys"),
    "coverage": ("作答的需求所占比例", "share of needs answered"),
    "risk": ("风险：其中首位不足 3 级", "risk: of these, first-ranked below level 3"),
    "everyone": ("全部作答", "answering every need"),
    "threshold": ("阈值", "threshold"),
}
_BLUE, _RED, _GREY = "#1f5a96", "#c0392b", "#8a8a8a"


def check_format(path: Path) -> str:
    """Return the format that the file's name asks for. Raises BadRequest for one that is not drawn."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        known = ", ".join(f".{each}" for each in FORMATS)
        raise BadRequest(
            f"画不了“{shorten(path.name)}”；文件名应以 {known} 结尾",
            f"cannot draw '{shorten(path.name)}'; let its name end in {known}",
        )
    return suffix


def draw(
    path: Path,
    predictions: Sequence[Scored],
    levels: Sequence[int],
    threshold: float,
    fonts: Iterable[FontEntry] | None = None,
) -> bool:
    """Draw reliability and risk–coverage of predicted pairs to `path`; return whether Chinese could be drawn.

    A picture of pixels, or a PDF, needs a Chinese font among `fonts` (default: those of this machine);
    without one its labels are English alone. An SVG keeps text as text, and its reader's fonts show it.
    The same input gives the same bytes. Raises BadRequest for a format that is not drawn and
    DataFolderTrouble where `path` cannot be written.
    """
    form = check_format(path)
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import fontManager

    chinese = chinese_font(fontManager.ttflist if fonts is None else fonts)
    bilingual = bool(chinese) or form == "svg"
    style: dict[Any, object] = {
        "font.family": [*([chinese] if chinese else []), "DejaVu Sans", "sans-serif"],
        "font.size": 9,
        "axes.titlepad": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "shuanglian",
        "pdf.fonttype": 42,
    }
    probabilities = np.asarray([one.adequate_probability for one in predictions], float)
    with mpl.rc_context(style):
        figure = Figure(figsize=(10, 6))
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2)
        figure.set_layout_engine("constrained", wspace=0.08, h_pad=0.1)
        _draw_reliability(left, reliability(probabilities, np.asarray(levels) >= 3), bilingual)
        _draw_risk_coverage(right, answers(predictions, levels), threshold, bilingual)
        dated = {"svg": "Date", "pdf": "CreationDate"}.get(form)
        with replacing(path) as stream, warnings.catch_warnings():
            # Only an SVG meets letters that no font here has: its reader's fonts draw them.
            warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
            figure.savefig(stream, format=form, dpi=160, metadata={dated: None} if dated else None)
    return bilingual


def chinese_font(fonts: Iterable[FontEntry]) -> str | None:
    """Return the name of the font, of those given, that shows these labels best: regular, sans, simplified."""
    from matplotlib.font_manager import get_font

    letters = {ord(letter) for zh, _ in _SAID.values() for letter in zh if letter > "\u2e7f"}

    def fitness(entry: FontEntry) -> tuple[bool, ...]:
        return (entry.style == "normal", entry.weight in (400, "normal", "regular"),
                "Serif" not in entry.name, "Mono" not in entry.name, "SC" in entry.name.split())  # fmt: skip

    # The font of last resort has a box for everything; a font may have gone since matplotlib listed it.
    usable = (each for each in fonts if "Last Resort" not in each.name and Path(each.fname).is_file())
    for entry in sorted(usable, key=fitness, reverse=True):
        if letters <= get_font(entry.fname).get_charmap().keys():
            return str(entry.name)
    return None


def _draw_reliability(axes: Axes, seen: Reliability, bilingual: bool) -> None:
    """Each bin's observed share against its mean probability, with the number of its pairs.

    Wilson intervals (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    1927) take pairs for independent; those of one need are not quite.
    """
    shares = [binomtest(round(share * pairs), pairs).proportion_ci(method="wilson")
              for share, pairs in zip(seen.seen, seen.pairs.tolist(), strict=True)]  # fmt: skip
    reach = np.reshape([(each.low, each.high) for each in shares], (-1, 2))
    beyond = np.abs(reach.T - seen.seen)
    axes.plot([0, 1], [0, 1], "--", color=_GREY, lw=1, label=_say("perfect", bilingual, " "))
    axes.errorbar(seen.said, seen.seen, yerr=beyond, fmt="o", ms=5, color=_BLUE, ecolor=_BLUE, elinewidth=1.2,
                  capsize=3, label=_say("interval", bilingual, " "))  # fmt: skip
    for said, high, pairs in zip(seen.said, reach[:, 1], seen.pairs.tolist(), strict=True):
        axes.annotate(f"{pairs:,}", (said, high), (0, 3), textcoords="offset points", ha="center", va="bottom",
                      fontsize=7.5, color=_BLUE)  # fmt: skip
    axes.set(xlim=(-0.02, 1.08), ylim=(-0.02, 1.08), box_aspect=1, xlabel=_say("said", bilingual, " "),
             ylabel=_say("seen", bilingual, " "))  # fmt: skip
    axes.set_title(_say("reliability", bilingual), linespacing=1.4)
    _legend(axes)


def _draw_risk_coverage(axes: Axes, given: Answers, threshold: float, bilingual: bool) -> None:
    """Risk at every coverage that some threshold gives, and where the threshold in use lies."""
    (coverage,), (risk,), _ = risk_coverage(given)
    axes.plot(coverage, risk, color=_BLUE, lw=1.5)
    axes.axhline(given.wrong.mean(), ls="--", lw=1, color=_GREY, label=_say("everyone", bilingual, " "))
    answered = given.confidence >= threshold
    at = (answered.mean(), given.wrong[answered].mean()) if answered.any() else (np.nan, np.nan)
    axes.plot(*at, "D", color=_RED, ms=7, ls="none", clip_on=False,
              label=f"{_say('threshold', bilingual, ' ')} {threshold:g}: {answered.sum():,} / {len(answered):,}")  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1.08), box_aspect=1, xlabel=_say("coverage", bilingual, " "))
    axes.set_ylabel(_say("risk", bilingual), linespacing=1.4)
    axes.set_title(_say("risk_coverage", bilingual), linespacing=1.4)
    _legend(axes)


def _legend(axes: Axes) -> None:
    """Below, where no point can lie under it."""
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.11), frameon=False, fontsize=8)


def _say(what: str, bilingual: bool, between: str = "\n") -> str:
    return between.join(_SAID[what]) if bilingual else _SAID[what][1]
