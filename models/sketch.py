"""Sketches that let near-duplicates find each other without comparing everything with everything.

Bottom-k sketches of character shingles (Broder, "On the resemblance and containment of
documents", 1997): two texts that share most shingles most likely share one of their k smallest
hashes. The sketch only proposes; ``Likeness`` decides.
"""

from __future__ import annotations

import zlib

from rapidfuzz import fuzz

from models.text import fold

_K = 10
#: Characters of a shingle: a title is too short for the text's.
_TITLE_SHINGLE = 3
_TEXT_SHINGLE = 5
#: Hashes that two sketches must share to be worth comparing. Where half of the shingles are common,
#: 95 of 100 pairs share three of ten.
SHARED = 3


def sketch(title: str, text: str) -> list[int]:
    """Return the sketch's hashes: up to ten of the title's shingles, up to ten of the text's."""
    return sorted({*_smallest(title, _TITLE_SHINGLE), *_smallest(text, _TEXT_SHINGLE)})


class Likeness:
    """A record prepared to be compared with others."""

    def __init__(self, title: str, text: str) -> None:
        self._title = fold(title)
        self._text = fold(text)

    def similarity(self, other: Likeness) -> float:
        """Return how alike two records are, 0–100: of title and text the less alike, where both have a text."""
        titles = fuzz.ratio(self._title, other._title)
        if not self._text or not other._text:
            return titles
        texts = fuzz.ratio(self._text, other._text)
        # The same text under another title is the same record; the same title over another text is not.
        return texts if texts >= 90 else min(titles, texts)


def _smallest(text: str, size: int) -> list[int]:
    folded = fold(text)
    shingles = {folded[i : i + size] for i in range(max(1, len(folded) - size + 1))} if folded else set()
    return sorted(zlib.crc32(shingle.encode()) for shingle in shingles)[:_K]
