"""Sketches that let near-duplicates find each other without comparing everything with everything.

Bottom-k sketches of character shingles (Broder, "On the resemblance and containment of
documents", 1997): two texts that share most shingles most likely share one of their k smallest
hashes. The sketch only proposes; ``similarity`` decides.
"""

from __future__ import annotations

import zlib

from rapidfuzz import fuzz

from models.text import fold

_SHINGLE = 5
_K = 6


def sketch(title: str, text: str) -> list[int]:
    """Return the sketch's hashes: up to 6 of the text's shingles, up to 6 of the title's."""
    return sorted({*_smallest(title), *_smallest(text)})


def similarity(title: str, text: str, other_title: str, other_text: str) -> float:
    """Return how alike two records are, 0–100: of title and text the less alike, where both have one."""
    titles = fuzz.ratio(fold(title), fold(other_title))
    one, other = fold(text), fold(other_text)
    if not one or not other:
        return titles
    texts = fuzz.ratio(one, other)
    # The same text under another title is the same record; the same title over another text is not.
    return texts if texts >= 90 else min(titles, texts)


def _smallest(text: str) -> list[int]:
    folded = fold(text)
    shingles = {folded[i : i + _SHINGLE] for i in range(max(1, len(folded) - _SHINGLE + 1))} if folded else set()
    return sorted(zlib.crc32(shingle.encode()) for shingle in shingles)[:_K]
