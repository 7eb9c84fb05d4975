"""Reasons: what lies behind a level, in plain words.

The ranker says what each of its columns adds to the log-odds of a higher level; columns that tell of
one thing are added up, and the things that weigh most are said, one wording for the enterprise that
asks and one for the professor who offers. A reason says what was found in the records, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.neighbours import NEIGHBOURS
from models.ranker import COLUMNS

#: Contributions nearer to nothing than this are not worth a word.
_LEAST = 0.1
MOST = 3
Row = Mapping[str, float]


@dataclass(frozen=True)
class Words:
    """One reason for one reader, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Reason:
    """What one thing adds to the log-odds of a higher level, told to both sides."""

    name: str
    effect: float
    enterprise: Words
    professor: Words

    def as_json(self) -> dict[str, object]:
        said = {side: vars(getattr(self, side)) for side in ("enterprise", "professor")}
        return {"name": self.name, "effect": round(self.effect, 2), **said}


def reasons(row: NDArray[np.float64], contributions: NDArray[np.float64]) -> list[Reason]:
    """Return up to MOST reasons of one pair, weightiest first; both arrays of shape (len(COLUMNS),)."""
    values: Row = dict(zip(COLUMNS, row.tolist(), strict=True))
    found = []
    for name, (columns, say) in _THINGS.items():
        effect = float(sum(contributions[COLUMNS.index(column)] for column in columns))
        said = say(values)
        if said is not None and abs(effect) >= _LEAST:
            found.append(Reason(name, effect, *said))
    return sorted(found, key=lambda each: -abs(each.effect))[:MOST]


Said = tuple[Words, Words] | None


def _meaning(row: Row) -> Said:
    z = max(row["dense_title"], row["dense_text"])
    zh, en = _compared(z)
    return (
        Words(f"这项成果讲的事与您的问题{zh}", f"what this achievement is about is {en} to your problem"),
        Words(f"企业的问题与您的成果{zh}", f"the enterprise's problem is {en} to your work"),
    )


def _wording(row: Row) -> Said:
    zh, en = _compared(row["lexical"])
    return (
        Words(f"两份材料的用词{zh}", f"the words that both texts use are {en}"),
        Words(f"需求里的用词与您的材料{zh}", f"the need's wording is {en} to yours"),
    )


def _described(row: Row) -> Said:
    if row["described"]:
        return (
            Words(
                "成果有成段的介绍，看得出做什么",
                "the achievement is described at length, so one sees what it does",
            ),
            Words(
                "您的成果写得具体，看得出做什么",
                "your achievement is described at length, so one sees what it does",
            ),
        )
    return (
        Words("成果的介绍很短，看不出细节", "the achievement is described in few words, without details"),
        Words(
            "您的成果介绍很短，写具体些会更准",
            "your achievement is described in few words; more would make this surer",
        ),
    )


def _nearby(row: Row) -> Said:
    if not row["need_judged"] > 0:
        return None
    count = int(row["need_judged"])
    level = 1 + sum(min(max(row[f"judged_above_{threshold}"], 0.0), 1.0) for threshold in (1, 2, 3))
    zh = f"已标注的 {count} 项成果"
    en = f"the {count} achievements already judged" if count > 1 else "the one achievement already judged"
    return (
        Words(
            f"参照对您这项需求{zh}，类似的约为 {level:.1f} 级",
            f"going by {en} for your need, the like are at about level {level:.1f}",
        ),
        Words(
            f"参照对这项需求{zh}，与您类似的约为 {level:.1f} 级",
            f"going by {en} for this need, those like yours are at about level {level:.1f}",
        ),
    )


def _compared(z: float) -> tuple[str, str]:
    """Say how far above chance a similarity is; z counts deviations of the need's similarities in the corpus."""
    if z >= 4:
        return "非常接近（远高于一般）", "very close (far above the usual)"
    if z >= 2:
        return "比较接近（明显高于一般）", "close (clearly above the usual)"
    if z >= 1:
        return "略为接近（略高于一般）", "somewhat close (a little above the usual)"
    return "并不比随便一项更接近", "no closer than any other"


#: What is told of: the columns that tell of it, and how it is said.
_THINGS: dict[str, tuple[tuple[str, ...], Callable[[Row], Said]]] = {
    "meaning": (("dense_title", "dense_text", "described_dense_title", "described_dense_text"), _meaning),
    "wording": (("lexical", "described_lexical"), _wording),
    "described": (("described",), _described),
    "judged_nearby": (NEIGHBOURS, _nearby),
}  # fmt: skip
