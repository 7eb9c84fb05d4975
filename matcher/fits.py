"""How well needs and achievements fit: by what people judged, else by what the ranker expects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.indexing import document
from matcher.service import Service
from models.ranker import median_level

#: Achievements up to which each is scored with each need; of more, the nearest to each need.
_ALL = 1000
_NEAREST = 200
#: Needs that are scored at once: several times as fast as one by one.
_BLOCK = 16
_LEVELS = np.arange(1, 5)

#: Is told how many needs of how many are done.
Beat = Callable[[int, int], None]


@dataclass(frozen=True)
class Fit:
    """How well an achievement answers a need; `score` (0–1) is (expected level − 1) / 3."""

    need_id: str
    achievement_id: str
    level: int
    score: float
    #: Whether somebody judged it, so that the level is certain.
    judged: bool = False


def public_needs(service: Service) -> list[str]:
    """Return the ids of the needs that are public, in the order in which they came."""
    hidden = Submissions(service.store).hidden()
    return [one for one in service.store.ids(Kind.NEED) if one not in hidden]


def fits(
    service: Service,
    need_ids: Sequence[str],
    achievement_ids: Sequence[str],
    least: int = 1,
    beat: Beat | None = None,
) -> list[Fit]:
    """Return the fits of level `least` or more, need by need, in no set order within.

    Of very many achievements only the nearest of each need are scored, and those that people judged.
    Records that are not indexed are left out.
    """
    indexes = service.recommender().indexes
    offered = [one for one in achievement_ids if one in indexes.achievements]
    asked = [one for one in need_ids if one in indexes.needs]
    known, judged = set(offered), _judged(service)
    found: list[Fit] = []
    done = 0
    for need_id, guessed in (_each if len(offered) <= _ALL else _nearest)(service, asked, offered):
        levels = judged.get(need_id, {})
        found += [one for one in guessed if one.level >= least and one.achievement_id not in levels]
        found += [
            Fit(need_id, one, level, _rounded((level - 1) / 3), judged=True)
            for one, level in levels.items()
            if level >= least and one in known
        ]
        if beat:
            done += 1
            beat(done, len(asked))
    return found


def best_fit(service: Service, need_ids: Iterable[str], achievement_ids: Iterable[str]) -> Fit | None:
    """Return the best fit between any of the needs and any of the achievements, of whatever level."""
    found = fits(service, list(need_ids), list(achievement_ids))
    return max(found, key=rank, default=None)


def rank(one: Fit) -> tuple[float, int, str, str]:
    """Sort key: better fits are greater; equal ones by their ids, so that the order is always the same."""
    return one.score, one.level, one.need_id, one.achievement_id


def _each(
    service: Service, need_ids: Sequence[str], achievement_ids: Sequence[str]
) -> Iterator[tuple[str, list[Fit]]]:
    """Yield what the ranker expects of each need with every one of the achievements, in blocks of needs."""
    recommender = service.recommender()
    offered = recommender.indexes.indexed_achievements(achievement_ids)
    many = len(achievement_ids)
    for start in range(0, len(need_ids), _BLOCK):
        block = need_ids[start : start + _BLOCK]
        table = recommender.table(recommender.indexes.indexed_needs(block), offered)
        probabilities = recommender.ranker.predict_proba(table) if many else np.empty((0, 4))
        for row, need_id in enumerate(block):
            yield need_id, _fits(need_id, achievement_ids, probabilities[row * many : (row + 1) * many])


def _nearest(
    service: Service, need_ids: Sequence[str], achievement_ids: Sequence[str]
) -> Iterator[tuple[str, list[Fit]]]:
    """Yield what the ranker expects of each need with the achievements nearest to it."""
    recommender = service.recommender()
    indexes = recommender.indexes
    known = set(achievement_ids)
    within = None if len(known) == len(indexes.achievements) else known
    texts = {one.id: document(one).text for one in service.store.needs(list(need_ids))}
    for need_id in need_ids:
        side = indexes.indexed_needs([need_id])
        scored = recommender.rank_achievements(side, need_id, texts[need_id], _NEAREST, within)
        probabilities = np.asarray([one.probabilities for one in scored]).reshape(len(scored), 4)
        yield need_id, _fits(need_id, [one.achievement_id for one in scored], probabilities)


def _fits(need_id: str, achievement_ids: Sequence[str], probabilities: NDArray[np.float64]) -> list[Fit]:
    levels = median_level(probabilities).tolist()
    scores = ((probabilities @ _LEVELS - 1) / 3).tolist()
    return [
        Fit(need_id, one, level, _rounded(score))
        for one, level, score in zip(achievement_ids, levels, scores, strict=True)
    ]


def _rounded(score: float) -> float:
    # Further digits depend on what else was scored beside it.
    return round(min(max(score, 0.0), 1.0), 4)


def _judged(service: Service) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (need_id, achievement_id), level in service.verdicts().items():
        found[need_id][achievement_id] = level
    return found
