"""Which achievements may answer each need (最佳应答): worked out for all needs at once, or for those that a change concerns."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from itertools import islice

import numpy as np

from corpora.vocabulary import Kind
from matcher.chainmap.integration import Answer
from matcher.chainmap.scoring import Beat, Offered, Scorer, Standing, queries
from matcher.service import Service
from models.cache import Vectors
from models.frame import exact, frame_of
from models.indexes import Indexes
from models.neighbours import Neighbours

#: Answers that the map names of each need.
ANSWERS = 5

#: Records that were added, changed or deleted.
Changed = Collection[tuple[Kind, str]]


class Answers:
    """The best answers to the needs of one store; `update` brings them up to date."""

    def __init__(self) -> None:
        self._mark: object = None
        self._known: dict[str, Standing] = {}
        self._offered = _NOTHING
        #: Needs of which somebody judged pairs, and what was learnt from all judged pairs.
        self._warm: set[str] = set()
        self._neighbours: Neighbours | None = None

    def update(
        self,
        service: Service,
        need_ids: Sequence[str],
        achievement_ids: Collection[str],
        changed: Changed,
        is_own: Callable[[str, str], bool],
        beat: Beat | None = None,
    ) -> dict[str, tuple[Answer, ...]]:
        """Return the best few answers to each indexed need, best first; judged ones among them.

        `changed` are the records that are not what they were at the last update; `is_own` says of a need and
        an achievement that they are one's own, so that it is left out. The answers are the same as
        if all were worked out anew.
        """
        recommender = service.recommender()
        indexes, neighbours = recommender.indexes, recommender.neighbours
        frame = frame_of(indexes)
        if (frame.mark, recommender.ranker) != self._mark:
            self._mark, self._known, self._offered = (frame.mark, recommender.ranker), {}, _NOTHING
        asked = sorted(one for one in need_ids if one in indexes.needs)
        offered = _offered(indexes, achievement_ids, self._offered, changed)
        moved = set(self._offered.keys) ^ set(offered.keys)
        moved |= {one for kind, one in changed if kind is Kind.ACHIEVEMENT}
        warm = _warm(neighbours, indexes, asked)
        concerned = {one for kind, one in changed if kind is Kind.NEED} | (set(asked) - self._known.keys())
        concerned |= self._near(indexes, asked, offered, moved)
        again: set[str] = set()
        # Those of which pairs are judged are worked out together, or not at all.
        if neighbours is not self._neighbours or concerned & warm:
            again = (warm | self._warm) & set(asked) - concerned
        todo = sorted(concerned & set(asked) | again)
        scorer = Scorer(indexes, frame, recommender.ranker, neighbours, offered)
        fresh = scorer.score(todo, warm, {one: self._known[one] for one in again}, beat)
        self._known = {one: fresh.get(one) or self._known[one] for one in asked}
        self._offered, self._warm, self._neighbours = offered, warm, neighbours
        judged = _judged(service, achievement_ids)
        # What is one's own is rare: of most needs the first few are looked at, not all that are kept.
        return {
            one: tuple(
                islice(
                    (
                        answer
                        for answer in _with_judged(self._known[one].answers, judged.get(one, {}))
                        if not is_own(one, answer.achievement_id)
                    ),
                    ANSWERS,
                )
            )
            for one in asked
        }

    def _near(self, indexes: Indexes, asked: Sequence[str], offered: Offered, moved: Set[str]) -> set[str]:
        """Return the needs for which one of the achievements `moved` was near, or is now."""
        known = [one for one in asked if one in self._known]
        sides = (_rows(self._offered, moved), _rows(offered, moved))
        if not known or not any(len(one) for one in sides):
            return set()
        vectors = np.vstack([one for one in sides if len(one)])
        best = (queries(indexes, known) @ vectors.T).max(1).tolist()
        return {one for one, said in zip(known, best, strict=True) if said >= self._known[one].beyond}


def _rows(offered: Offered, keys: Set[str]) -> Vectors:
    """Return the vectors of those of `keys` that are on offer."""
    places = [bisect_left(offered.keys, key) for key in sorted(keys)]
    return offered.vectors[[place for place in places if set(offered.keys[place : place + 1]) & keys]]


_NOTHING = Offered((), np.zeros((0, 0), np.float32))


def _offered(indexes: Indexes, ids: Collection[str], before: Offered, changed: Changed) -> Offered:
    """Return the achievements on offer; vectors of those that did not change are taken over."""
    indexed = set(indexes.achievements.keys)
    keys = tuple(sorted(one for one in ids if one in indexed))
    altered = {one for kind, one in changed if kind is Kind.ACHIEVEMENT}
    if keys == before.keys and altered.isdisjoint(keys):
        return before
    if keys == before.keys:
        fresh = [row for row, key in enumerate(keys) if key in altered]
        vectors = before.vectors.copy()
    else:
        place = {key: row for row, key in enumerate(before.keys) if key not in altered}
        fresh = [row for row, key in enumerate(keys) if key not in place]
        if len(fresh) == len(keys):
            return Offered(keys, exact(indexes.achievements.vectors("text", keys)))
        # Rows of fresh ones are written over.
        vectors = before.vectors[[place.get(key, 0) for key in keys]]
    vectors[fresh] = exact(indexes.achievements.vectors("text", [keys[row] for row in fresh]))
    return Offered(keys, vectors)


def _warm(neighbours: Neighbours | None, indexes: Indexes, asked: Sequence[str]) -> set[str]:
    """Return the needs of which, or of whose text, pairs are judged."""
    if neighbours is None:
        return set()
    known = neighbours.knows(indexes.needs.counts(asked)).tolist()
    return {one for one, is_known in zip(asked, known, strict=True) if is_known}


def _judged(service: Service, achievement_ids: Collection[str]) -> dict[str, dict[str, int]]:
    known = set(achievement_ids)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (need_id, achievement_id), level in service.verdicts().items():
        if achievement_id in known:
            found[need_id][achievement_id] = level
    return found


def _with_judged(answers: Sequence[Answer], levels: Mapping[str, int]) -> tuple[Answer, ...]:
    """Return them, the best first, with what people judged in the place of what the ranker expects."""
    if not levels:
        return tuple(answers)
    judged = [
        Answer(achievement_id=one, level=level, probability=float(level >= 3), judged=True)
        for one, level in levels.items()
    ]
    rest = [one for one in answers if one.achievement_id not in levels]
    order = sorted([*judged, *rest], key=lambda one: (-one.probability, -one.level, one.achievement_id))
    return tuple(order)
