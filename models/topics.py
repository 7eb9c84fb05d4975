"""Topics: groups of texts that are about one thing, and the terms that tell what.

Groups are made by average linkage over a mix of two cosines. Terms are weighed as BERTopic weighs words
(class-based TF-IDF, Grootendorst 2022): how often in a group, by how rare in all. In place of words stand
phrases of Chinese characters whose neighbours vary on both sides, which is how a word is told without a
dictionary (Tung & Lee 1994; Chien 1997): no dictionary knows 偏钒酸铵.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.spatial.distance import squareform

from models.cache import Vectors

#: Texts further apart than this are not of one topic; chosen on papers of 67 disciplines.
APART = 0.80
#: What the encoder's cosine counts beside that of the n-grams.
_DENSE_SHARE = 0.6
_LONGEST = 8
#: A term is so many times as frequent in its group as in all texts, at least.
_TELLING = 3
#: Phrases of a group that are weighed, the most frequent and longest.
_WEIGHED = 500
_RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z0-9+\-]+")
#: Phrases with one of these at either end, or inside, are no terms.
_EDGE = frozenset(
    "的了和与及或在为是对中可等一不有以用上下并将其被把从到由而且但也就都很更最个种类型较使让给向于之所这那此该各每本又已未能会要应需后前时内外间达高低多少大小年月日次两三四五六七八九十百千万亿"
)
_INSIDE = frozenset("的了和与及或在为是并将其被把从由而且但也就都其这那此该")


def grouped(vectors: Vectors, weights: csr_matrix, apart: float = APART) -> NDArray[np.int64]:
    """Return the group of each of n texts, from 0: unit vectors (n, d), unit n-gram weights (n, buckets)."""
    if len(vectors) < 2:
        return np.zeros(len(vectors), int)
    links = linkage(squareform(_distances(vectors, weights), checks=False), "average")
    return np.asarray(fcluster(links, apart, "distance"), int) - 1


def _distances(vectors: Vectors, weights: csr_matrix) -> NDArray[np.float64]:
    dense = centred(vectors)
    near = _DENSE_SHARE * (dense @ dense.T) + (1 - _DENSE_SHARE) * np.sqrt(
        np.maximum((weights @ weights.T).toarray(), 0)
    )
    distances = np.asarray(1 - near, float)
    np.fill_diagonal(distances, 0)
    return np.asarray(np.maximum((distances + distances.T) / 2, 0))


def centred(vectors: Vectors) -> NDArray[np.float64]:
    """Return unit vectors less what all have in common."""
    apart = vectors.astype(float) - vectors.astype(float).mean(0)
    return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-12))


def terms(texts: Sequence[str], groups: NDArray[np.int64], most: int = 5) -> dict[int, tuple[str, ...]]:
    """Return the terms of each group, the most telling first; `groups` has the shape (n,).

    Texts of the group −1 only tell what is usual: the more there are, the better.
    """
    told = [unicodedata.normalize("NFKC", text) for text in texts]
    members: dict[int, list[str]] = defaultdict(list)
    for text, group in zip(told, groups.tolist(), strict=True):
        if group >= 0:
            members[group].append(text)
    return {group: _chosen(mine, told, most) for group, mine in sorted(members.items())}


def _candidates(text: str) -> Iterator[str]:
    """Yield every phrase of a text that could be a term, repeats included."""
    for run in _RUN.findall(text):
        if not "\u4e00" <= run[0] <= "\u9fff":
            yield run
            continue
        for start in range(len(run) - 1):
            for end in range(start + 2, min(start + _LONGEST, len(run)) + 1):
                phrase = run[start:end]
                if phrase[0] not in _EDGE and phrase[-1] not in _EDGE and not _INSIDE & set(phrase):
                    yield phrase


def _chosen(mine: Sequence[str], every: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the terms of one group: in several of its texts, rare elsewhere, and words by their neighbours."""
    counted = Counter(phrase for text in mine for phrase in set(_candidates(text)))
    often = [phrase for phrase, count in counted.items() if count >= min(2, len(mine))]
    often.sort(key=lambda one: (-counted[one] * math.sqrt(len(one)), one))
    score: dict[str, float] = {}
    for phrase in often[:_WEIGHED]:
        share, usual = counted[phrase] / len(mine), sum(phrase in text for text in every) / len(every)
        if share > _TELLING * usual:
            score[phrase] = share * math.log(share / usual) * math.sqrt(len(phrase))
    chosen: list[str] = []
    for phrase in sorted(score, key=lambda one: (-score[one], one)):
        # What is a part of a chosen one, or has one as its part, says little more.
        if not any(phrase in one or one in phrase for one in chosen) and _is_word(phrase, mine):
            chosen.append(phrase)
        if len(chosen) == most:
            break
    return tuple(chosen)


def _is_word(phrase: str, texts: Sequence[str]) -> bool:
    """True where the phrase has different neighbours on both sides; an end of a run is unlike any other."""
    before: set[object] = set()
    after: set[object] = set()
    for number, text in enumerate(texts):
        for found in re.finditer(re.escape(phrase), text):
            left, right = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
            before.add(left if _RUN.match(left) else (number, found.start()))
            after.add(right if _RUN.match(right) else (number, found.start()))
    return len(before) > 1 and len(after) > 1
