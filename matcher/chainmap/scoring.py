"""What the ranker makes of each need's nearest achievements: of many needs at once.

The likest of the nearest, n-grams counted too, go before the ranker. Where pairs of a need were judged, what was
judged nearby goes with them, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.chainmap.integration import Answer
from models.cache import Vectors
from models.features import AchievementSide, Table
from models.frame import Frame, exact, nearest
from models.indexes import Indexes
from models.neighbours import NEIGHBOURS, Neighbours, Pairs
from models.ranker import Ranker, median_level

#: Achievements that are compared with a need, n-grams and all, and those that go before the ranker.
NEAR, RANKED = 200, 40
#: Answers that are kept of each need.
KEPT = 20
#: Needs that are worked on at once; of those with judged pairs fewer, for each pair is compared with every judged one.
_BLOCK, _WARM_BLOCK = 1000, 25
#: Probabilities are kept to so many decimals.
_DECIMALS = 4

Beat = Callable[[int, int], None]


@dataclass(frozen=True)
class Standing:
    """What is known of a need: what is near it, how near anything else would have to be, and its answers."""

    near: tuple[str, ...]
    beyond: float
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Offered:
    """The achievements on offer, by id, with their vectors, exact: shape (n, d)."""

    keys: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True)
class _Asked:
    """A need with the achievements that go before the ranker: their rows among those in use, and their features."""

    key: str
    near: NDArray[np.int64]
    beyond: float
    picked: NDArray[np.int64]
    table: Table


class Scorer:
    """Scores the achievements near each need; `neighbours` are what people judged."""

    def __init__(
        self, indexes: Indexes, frame: Frame, ranker: Ranker, neighbours: Neighbours | None, offered: Offered
    ) -> None:
        self._indexes, self._frame, self._ranker = indexes, frame, ranker
        self._neighbours, self._offered = neighbours, offered

    def score(
        self,
        needs: Sequence[str],
        warm: Collection[str],
        found_before: Mapping[str, Standing],
        beat: Beat | None = None,
    ) -> dict[str, Standing]:
        """Return what is known of each need; of those `found_before` only the ranker is asked again.

        What is said of a need depends on neither the others nor their order; of those in `warm`, of which
        pairs are judged, on the others in `warm` in the last bits.
        """
        near, beyond = self._nearest(needs, found_before)
        if beat:
            beat(len(needs) // 2, len(needs))
        # Only what is near some need is weighed: of a single need that is little.
        used = np.unique(np.concatenate(near)) if near else np.zeros(0, np.int64)
        keys = [self._offered.keys[row] for row in used.tolist()]
        side = self._frame.achievements(self._indexes, keys, self._offered.vectors[used])
        texts = _texts(side)
        found: dict[str, Standing] = {}
        known: list[_Asked] = []
        for start in range(0, len(needs), _BLOCK):
            rows = slice(start, start + _BLOCK)
            here = [np.searchsorted(used, mine) for mine in near[rows]]
            tables = self._frame.features(self._frame.needs(self._indexes, needs[rows]), side, here)
            asked = [
                _asked(key, mine, least, table)
                for key, mine, least, table in zip(needs[rows], here, beyond[rows], tables, strict=True)
            ]
            known += [one for one in asked if one.key in warm]
            cold = [one for one in asked if one.key not in warm]
            found |= self._answered(cold, keys, texts, [_alone(one.table) for one in cold])
            if beat:
                beat((len(needs) + start) // 2, len(needs))
        for start in range(0, len(known), _WARM_BLOCK):
            part = known[start : start + _WARM_BLOCK]
            found |= self._answered(part, keys, texts, self._with_neighbours(part, side))
        return found

    def _nearest(
        self, needs: Sequence[str], found_before: Mapping[str, Standing]
    ) -> tuple[list[NDArray[np.int64]], list[float]]:
        """Return the rows of the achievements near each need, and how near the next one is."""
        asked = [one for one in needs if one not in found_before]
        rows, least = nearest(queries(self._indexes, asked), self._offered.vectors, NEAR)
        found = dict(zip(asked, zip(rows, least.tolist(), strict=True), strict=True))
        if found_before:
            place = {key: row for row, key in enumerate(self._offered.keys)}
            for one, known in found_before.items():
                found[one] = np.asarray([place[key] for key in known.near], np.int64), known.beyond
        return [found[one][0] for one in needs], [found[one][1] for one in needs]

    def _with_neighbours(self, asked: Sequence[_Asked], side: AchievementSide) -> list[NDArray[np.float64]]:
        """Return the ranker's columns of needs with judged pairs."""
        assert self._neighbours is not None
        rows = np.unique(np.concatenate([one.picked for one in asked]))
        offered = AchievementSide(side.vectors[rows], side.counts[rows], side.weights[rows])
        sizes = [len(one.picked) for one in asked]
        pairs = Pairs(
            self._frame.needs(self._indexes, [one.key for one in asked]),
            offered,
            np.repeat(np.arange(len(asked)), sizes),
            np.concatenate([np.searchsorted(rows, one.picked) for one in asked]),
            np.vstack([one.table[:, :3] for one in asked]),
        )
        judged = np.split(self._neighbours.estimate(pairs), np.cumsum(sizes)[:-1])
        return [np.hstack([one.table, said]) for one, said in zip(asked, judged, strict=True)]

    def _answered(
        self,
        asked: Sequence[_Asked],
        keys: Sequence[str],
        texts: Sequence[int],
        tables: Sequence[NDArray[np.float64]],
    ) -> dict[str, Standing]:
        """Return what is known of the needs; of achievements with equal `texts` the best alone is an answer."""
        if not asked:
            return {}
        whole = np.vstack(tables)
        sure = np.zeros((0, 4)) if not len(whole) else self._ranker.predict_proba(whole)
        scores = self._ranker.decision_function(whole, sure) if len(whole) else np.zeros(0)
        scored = zip(
            np.round(sure[:, 2:].sum(1), _DECIMALS).tolist(),
            np.round(scores, _DECIMALS).tolist(),
            median_level(sure).tolist(),
            strict=True,
        )
        found = {}
        for one in asked:
            rows = one.picked.tolist()
            mine = [
                (-adequate, -score, keys[row], level, texts[row])
                for row, (adequate, score, level) in zip(rows, islice(scored, len(rows)), strict=True)
            ]
            seen: set[int] = set()
            best: list[Answer] = []
            for adequate, _, key, level, text in sorted(mine):
                if text not in seen and len(best) < KEPT:
                    seen.add(text)
                    best.append(Answer(achievement_id=key, level=level, probability=-adequate))
            found[one.key] = Standing(tuple(keys[row] for row in one.near.tolist()), one.beyond, tuple(best))
        return found


def _texts(side: AchievementSide) -> list[int]:
    """Return a number for each achievement that those of the same text share."""
    numbers: dict[bytes, int] = {}
    counts = side.counts
    return [
        numbers.setdefault(
            counts.indices[start:end].tobytes() + counts.data[start:end].tobytes(), len(numbers)
        )
        for start, end in pairwise(counts.indptr.tolist())
    ]


def queries(indexes: Indexes, needs: Sequence[str]) -> Vectors:
    """Return what achievements are found by: the sum of the vectors of title and text, exact, shape (m, d)."""
    return exact(indexes.needs.vectors("title", needs)) + exact(indexes.needs.vectors("text", needs))


def _asked(key: str, near: NDArray[np.int64], beyond: float, table: Table) -> _Asked:
    """Pick the pairs that go before the ranker, in order: those whose likeness is greatest in sum."""
    picked = np.arange(len(table))
    if len(table) > RANKED:
        picked = np.sort(np.argsort(-table[:, :3].sum(1), kind="stable")[:RANKED])
    return _Asked(key, near, beyond, near[picked], table[picked])


def _alone(table: Table) -> NDArray[np.float64]:
    """Return the ranker's columns of pairs of whose need nothing is judged."""
    return np.hstack([table, np.full((len(table), len(NEIGHBOURS)), np.nan)])
