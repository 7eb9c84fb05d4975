"""Text as the indexes see it, and its sentences."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[^\w%≥≤]+|_+")
_SENTENCE_END = re.compile(r"(?<=[。！？；;!?\n])|(?<=[^\d]\.)(?=\s)")
_ITEM = re.compile(r"(?<=[\s，。；：:、])(?=(?:[（(]\d{1,2}[)）]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[①-⑳]))")
_MARKER = re.compile(
    r"^(?:[（(]?\d{1,2}[)）]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[①-⑳]|[一二三四五六七八九十]、|[-•·])\s*"
)
#: A shorter piece says too little to be quoted by itself.
_SHORTEST = 6


def fold(text: str) -> str:
    """Return the text without width, case, white space and punctuation, for n-grams."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def sentences(text: str) -> list[str]:
    """Split into sentences and listed items, in order, each as it stands in the text."""
    pieces = [piece for part in _SENTENCE_END.split(text) for piece in _ITEM.split(part)]
    stripped = (_MARKER.sub("", piece.strip()).strip() for piece in pieces)
    return [piece for piece in stripped if len(fold(piece)) >= _SHORTEST]
