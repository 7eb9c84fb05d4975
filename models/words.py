"""Words of a query: how they are read, cut into pairs of characters, and found again in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from models.text import fold

_PARTING = re.compile(r"[\s、，,；;。]+")


def words_of(text: str) -> list[str]:
    """Return the words of a query, folded as texts are, each once; what holds no letter or digit is none."""
    return list(dict.fromkeys(word for part in _PARTING.split(text) if (word := fold(part))))


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the folded words stand in the text, as (start, end), in order, without overlaps."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for folded in _letter(letter):
            letters.append(folded)
            places.append(place)
    whole = "".join(letters)
    found = sorted(
        (places[match.start()], places[match.end() - 1] + 1)
        for word in words
        for match in re.finditer(re.escape(word), whole)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


@cache
def _letter(letter: str) -> str:
    return fold(letter)


def pairs(folded: str) -> list[str]:
    """Return every pair of neighbouring characters, in order."""
    return list(map("".join, pairwise(folded)))
