"""Explanations: for each thing that the need asks, the sentence of the achievement that answers it.

Whether a sentence answers is judged by its similarity; the sentence itself is quoted, so that a
person can judge better. Figures are compared as numbers. What nothing answers is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

from corpora.records import Achievement, Need
from matcher.checks import Status
from matcher.figures import Comparison, compare
from models.indexes import Indexes
from models.ngrams import count
from models.text import sentences

#: Sentences of a need that are looked at, the first ones; forms put the problem there.
MAX_ASKED = 12
MAX_ANSWERS = 40
#: What similarity is made of: how much further than chance two sentences are alike, by the encoder's
#: cosine and by n-grams, as the log-odds that they come from a pair judged 4 rather than 1: (middle,
#: spread, weight). Fitted on the demo's 394 judged pairs; at 0.8, 45 % of what is asked in level-4
#: pairs counts as answered, 23 % at level 3, 7 % at level 2, 3 % at level 1.
_DENSE = (0.900, 0.012, 0.427)
_LEXICAL = (0.040, 0.030, 0.964)
_INTERCEPT = 0.384
ANSWERED = 0.8
#: A sentence whose figures decide may be quoted instead of the most similar one where it is less similar by no
#: more than this.
_NEARLY = 0.15
#: Shared figures answer nothing: 72小时 and 2小时 are no more alike than two hours are.
_FIGURES = re.compile(r"[\d.]+")


@dataclass(frozen=True)
class Answer:
    """What the need asks, the sentence that comes nearest, its similarity 0–1.

    The quote answers where the similarity reaches ANSWERED. Its figures, where an indicator has any, may
    still fall short of what is asked: then the comparison is unmet.
    """

    asked: str
    is_indicator: bool
    quote: str
    similarity: float
    comparison: Comparison | None = None

    @property
    def answered(self) -> bool:
        return self.similarity >= ANSWERED

    @property
    def is_decided(self) -> bool:
        """True where figures say that what is asked is met, or unmet."""
        return self.comparison is not None and self.comparison.status is not Status.UNKNOWN

    def as_json(self) -> dict[str, object]:
        return {
            "asked": self.asked,
            "indicator": self.is_indicator,
            "answered": self.answered,
            "quote": self.quote if self.answered else None,
            "similarity": round(self.similarity, 3),
            "comparison": self.comparison.as_json() if self.comparison else None,
        }


def explain(need: Need, achievements: Sequence[Achievement], indexes: Indexes) -> list[list[Answer]]:
    """Return, for each achievement, one answer for each sentence and indicator of the need.

    Quotes stand word for word in the achievement's title or text.
    """
    asked = [*(sentences(need.text) or [need.title])[:MAX_ASKED], *need.indicators]
    sources = [_quotable(achievement) for achievement in achievements]
    quotes = list(dict.fromkeys(quote for source in sources for quote in source))
    if not quotes:
        return [[] for _ in achievements]
    places = {quote: place for place, quote in enumerate(quotes)}
    similarity = _similarities(asked, quotes, indexes)
    first_indicator = len(asked) - len(need.indicators)
    explained = []
    for source in sources:
        columns = [places[quote] for quote in source]
        explained.append([
            _answer(text, row >= first_indicator, source, similarity[row, columns])
            for row, text in enumerate(asked)
        ])  # fmt: skip
    return explained


def _answer(asked: str, is_indicator: bool, quotes: Sequence[str], similarity: NDArray[np.float64]) -> Answer:
    """Return the answer of the most similar quote, or of one nearly as similar whose figures decide.

    Figures of a problem's description say how things are, not how they shall be: only those of
    indicators are compared, and only with quotes that answer.
    """
    order = np.argsort(-similarity, kind="stable")
    best = int(order[0])
    found = Answer(asked, is_indicator, quotes[best], float(similarity[best]))
    if not (is_indicator and found.answered):
        return found
    near = order[similarity[order] >= max(ANSWERED, found.similarity - _NEARLY)]
    compared = [
        replace(
            found, quote=quotes[at], similarity=float(similarity[at]), comparison=compare(asked, quotes[at])
        )
        for at in near
    ]
    return next((one for one in compared if one.is_decided), compared[0])


def _quotable(achievement: Achievement) -> list[str]:
    return [achievement.title, *sentences(achievement.text)[:MAX_ANSWERS]]


def _wording(texts: Sequence[str]) -> csr_matrix:
    return count([_FIGURES.sub("", text) for text in texts])


def _similarities(asked: Sequence[str], quotes: Sequence[str], indexes: Indexes) -> NDArray[np.float64]:
    """Return the similarity of each asked text with each quote, shape (len(asked), len(quotes)), 0–1."""
    dense = indexes.encoder.encode(asked, "query") @ indexes.encoder.encode(quotes, "document").T
    weigh = indexes.weights.weigh
    lexical = (weigh(_wording(asked)) @ weigh(_wording(quotes)).T).toarray()
    odds = np.full(lexical.shape, _INTERCEPT)
    for cosine, (middle, spread, weight) in ((dense, _DENSE), (lexical, _LEXICAL)):
        odds = odds + weight * (cosine - middle) / spread
    return np.asarray(expit(odds))
