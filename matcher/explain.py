"""Explanations: for each thing that the need asks, the sentence of the achievement that answers it.

Whether a sentence answers is judged by its similarity; the sentence itself is quoted, so that a
person can judge better. What nothing answers is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpora.records import Achievement, Need
from models.encoders import Encoder
from models.indexes import Indexes
from models.ngrams import count
from models.text import sentences

#: Sentences of a need that are looked at, the first ones; forms put the problem there.
MAX_ASKED = 12
MAX_ANSWERS = 40
@THRESH@


@dataclass(frozen=True)
class Answer:
    """What the need asks, the quoted sentence that comes nearest, its similarity 0–1, and whether it answers."""

    asked: str
    is_indicator: bool
    quote: str | None
    similarity: float

    def as_json(self) -> dict[str, object]:
        return {
            "asked": self.asked, "indicator": self.is_indicator, "answered": self.quote is not None,
            "quote": self.quote, "similarity": round(self.similarity, 3),
        }  # fmt: skip
