"""Highlighting: which words and figures two sentences share, so that a reader sees why one answers the other.

Chinese is compared by pairs of characters, as the indexes do; Latin words and figures count whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

#: Characters of a text that are looked at; more than any sentence has.
MAX_LENGTH = 5_000
_TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[a-z]+|\S")
#: A pair with one of these says nothing by itself.
_IDLE_CHARACTERS = frozenset("的了和与及或也是在就都这那其之而且我他她它把被让")
_IDLE = (
    "可以 没有 不能 要求 需要 能够 进行 使用 采用 通过 目前 现有 现在 以上 以下 以内 左右 达到 达不 不到 不低 低于 不高 高于"
    " 不超 超过 由于 因此 因为 如果 但是 对于 并能 一个 一种 一套 一定 一般 以及 主要 其他 同时 之间 问题 技术 公司 企业"
    " 项目 研究 方面 情况 相关 具有 有效 实现 提高 以后 还要 希望 解决 明显 效果"
)
_IDLE_WORDS = (
    "a an and are as at be been but by can do does for from had has have he if in into is it its may more must no"
    " not of on one or our so such than that the their them then there these they this to up us was we were what"
    " when which while who will with would you your"
)
_SAYS_NOTHING = frozenset([*_IDLE.split(), *_IDLE_WORDS.split()])


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether the other text has it too."""

    text: str
    shared: bool


@dataclass(frozen=True)
class _Token:
    """A character, Latin word or figure, folded; `start` and `end` are its place in the text."""

    text: str
    start: int
    end: int

    @property
    def is_figure(self) -> bool:
        return self.text[0].isdigit()

    @property
    def is_word(self) -> bool:
        return self.text[0].isascii() and self.text[0].isalpha()

    @property
    def is_letter(self) -> bool:
        return self.text[0].isalnum()


@lru_cache(maxsize=20_000)
def highlight(asked: str, quote: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts cut into pieces, not to be changed; those of each, joined, are the text as it stands."""
    ours, theirs = _signs(asked), _signs(quote)
    common = ours.keys() & theirs.keys()
    return _pieces(asked, ours, common), _pieces(quote, theirs, common)


#: What can be shared, and where it stands in the text: starts and ends.
_Signs = dict[tuple[str, ...], list[tuple[int, int]]]


def _signs(text: str) -> _Signs:
    """Return the words, the figures of two digits or more, and the pairs of neighbours."""
    tokens = _tokens(text)
    found: _Signs = defaultdict(list)
    for one in tokens:
        if _stands_alone(one):
            found[one.text,].append((one.start, one.end))
    pairs = list(pairwise(tokens))
    # 可以解决 holds 以解, which is no word: what belongs to an idle word is in no other pair.
    idle = {place for place, (a, b) in enumerate(pairs) if a.text + b.text in _SAYS_NOTHING}
    idle |= {place + 1 for place in idle}
    for place, (a, b) in enumerate(pairs):
        if place not in idle and place + 1 not in idle and _is_pair(a, b):
            found[a.text, b.text].append((a.start, b.end))
    return found


def _tokens(text: str) -> list[_Token]:
    # Folding one character may give several: ㎡ is m2. Each keeps the place that it came from.
    folded, places = [], []
    for place, character in enumerate(text[:MAX_LENGTH]):
        for one in unicodedata.normalize("NFKC", character).casefold():
            folded.append(one)
            places.append(place)
    return [
        _Token(found[0], places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer("".join(folded))
    ]


def _stands_alone(one: _Token) -> bool:
    if one.is_figure:
        return len(one.text) > 1
    return one.is_word and len(one.text) > 1 and one.text not in _SAYS_NOTHING


def _is_pair(a: _Token, b: _Token) -> bool:
    """True for two characters, or a figure and its unit, that stand together and say something."""
    if a.end != b.start or not (a.is_letter and b.is_letter) or a.is_word or b.is_figure:
        return False
    if a.is_figure:
        return b.text not in _IDLE_CHARACTERS
    return not (b.is_word or {a.text, b.text} & _IDLE_CHARACTERS)


def _pieces(text: str, signs: _Signs, common: Collection[tuple[str, ...]]) -> list[Piece]:
    shared = [False] * len(text)
    for sign in common:
        for start, end in signs[sign]:
            shared[start:end] = [True] * (end - start)
    return [
        Piece("".join(letter for letter, _ in run), marked)
        for marked, run in groupby(zip(text, shared, strict=True), key=lambda each: each[1])
    ]
