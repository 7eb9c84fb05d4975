"""Learning from use: the verdicts of an installation's own brokers.

A verdict works at once, as a judged neighbour of other pairs. ``learn`` does more: it grows the
ranker's trees on all the verdicts, and uses the result only where it is surely better on verdicts that
it has not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.errors import BadRequest
from corpora.records import Judgement
from matcher import rankers
from matcher.bootstrap import estimate, mean
from matcher.evaluation import ndcg
from matcher.files import Judged
from matcher.folds import need_folds, pair_folds
from matcher.indexing import document
from matcher.recommend import Recommender
from matcher.training import Corpus, fit_ranker
from models.neighbours import NEIGHBOURS
from models.ordinal import FEWEST, LEVELS
from models.ranker import Ranker, median_level, worth
from models.sides import Document

if TYPE_CHECKING:
    from matcher.service import Service

FOLDS = 5
SHOTS = (0, 5, 10, 20)
#: Of a need's list, the pairs whose judgement may be suggested.
_HEAD = 10
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Learnt:
    """What a round of learning came to; `gain` is how much the ranked probability score fell, with its interval."""

    ranker: Ranker
    judgements: int
    needs: int
    before: dict[str, float]
    after: dict[str, float]
    gain: float
    gain_low: float | None
    gain_high: float | None
    raised: int
    lowered: int

    @property
    def better(self) -> bool:
        """Whether the new ranker is better beyond doubt: the whole 95 % interval of its gain is above nothing."""
        return self.gain_low is not None and self.gain_low > 0

    def as_json(self) -> dict[str, object]:
        named = (
            "judgements",
            "needs",
            "before",
            "after",
            "gain",
            "gain_low",
            "gain_high",
            "raised",
            "lowered",
        )
        return {"better": self.better, **{name: getattr(self, name) for name in named}}


def learn(
    corpus: Corpus,
    needs: Sequence[Document],
    achievements: Sequence[Document],
    current: Ranker,
    start: Ranker | None = None,
    unseen: NDArray[np.bool_] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Learnt:
    """Grow `start` on the judgements, and compare with `current` on held-out ones, in the warm and the cold situation.

    `start` is `current` itself where it is not given. `unseen`, shape (n,), marks the judgements that
    `current` was not fitted to; only on these are the two compared. The score is the ranked probability
    score (Epstein, "A Scoring System for Probability Forecasts of Ranked Categories", 1969); its gain is
    averaged over needs and drawn anew for an interval. Raises BadRequest where there is too little to
    learn from, or to compare on. `progress` is told (fits done, fits in all); what it raises ends the learning.
    """
    levels = corpus.levels
    fits = 0
    unseen = np.ones(len(levels), bool) if unseen is None else unseen
    if unseen.sum() < FEWEST:
        raise BadRequest(
            f"上次学习之后只有 {unseen.sum()} 条新标注，至少要 {FEWEST} 条才能比较；请先再标注一些（matcher suggest）",
            f"{unseen.sum()} judgements since the last learning are too few to compare on, at least {FEWEST} are "
            "needed; judge more first (`matcher suggest`)",
        )
    old, new = [], []
    places: list[NDArray[np.int64]] = []
    for folds in (
        pair_folds(corpus.judged, achievements, FOLDS, seed),
        need_folds(corpus.judged, needs, FOLDS, seed),
    ):
        for held in (folds == number for number in range(FOLDS)):
            if progress:
                progress(fits, 2 * FOLDS + 1)
            fits += 1
            part = corpus.judged_only([one for one, out in zip(corpus.judged, held, strict=True) if not out])
            rows = np.flatnonzero(held & unseen)
            if not len(rows):
                continue
            table = held_out_table(corpus, part, rows)
            old.append(current.predict_proba(table))
            new.append(fit_ranker([part], seed, start or current).predict_proba(table))
            places.append(rows)
    at = np.concatenate(places)
    before, after = np.vstack(old), np.vstack(new)
    need_of = np.unique([corpus.judged[row][0] for row in at.tolist()], return_inverse=True)[1]
    difference = _ranked_score(before, levels[at]) - _ranked_score(after, levels[at])
    by_need = np.bincount(need_of, difference) / np.bincount(need_of)
    gain = estimate({"gain": mean(by_need)}, len(by_need), seed)
    grown = fit_ranker([corpus], seed, start or current)
    moved = median_level(after) - median_level(before)
    return Learnt(
        grown, len(levels), len(by_need), _summary(before, levels[at]),
        _summary(after, levels[at]), float(gain["gain"] or 0), gain["gain_low"], gain["gain_high"],
        int((moved > 0).sum()), int((moved < 0).sum()),
    )  # fmt: skip


def learn_here(
    service: Service, *, dry_run: bool = False, progress: Callable[[int, int], None] | None = None
) -> tuple[Learnt, bool]:
    """Learn from all that was judged in an installation; return what came of it, and whether it is in use now.

    It is used from now on where it is better beyond doubt, unless this is a `dry_run`. Raises BadRequest.
    """
    corpus = service.corpus()
    needs = [document(record) for record in service.store.needs()]
    achievements = [document(record) for record in service.store.achievements()]
    fresh = given_after(service.store.judgements(), corpus.judged, rankers.learnt_at(service.ranker))
    # Always from the shipped trees: what is grown again and again on the same verdicts learns them by heart.
    learnt = learn(corpus, needs, achievements, service.ranker, Ranker.load(), fresh, progress=progress)
    if not learnt.better or dry_run:
        return learnt, False
    # The store holds the judged pairs, so that the ranker need not.
    learnt.ranker.neighbours_ = None
    rankers.switch_to(service.settings.data, learnt.ranker)
    return learnt, True


def given_after(
    judgements: Iterable[Judgement], judged: Sequence[Judged], since: datetime | None
) -> NDArray[np.bool_]:
    """Return which of the judged pairs somebody judged after `since`, shape (n,); all where it is None."""
    latest = {
        (one.need_id, one.achievement_id)
        for one in judgements
        if since is None or (one.at is not None and one.at > since)
    }
    return np.asarray([(need_id, achievement_id) in latest for need_id, achievement_id, _ in judged], bool)


def held_out_table(corpus: Corpus, known: Corpus, rows: NDArray[np.int64]) -> Table:
    """Return the ranker's columns for the judged pairs `rows`, their neighbours being those of `known`."""
    asked = corpus.judged_only([corpus.judged[row] for row in rows.tolist()])
    pairs, likeness = asked.pairs
    near = known.neighbours
    judged = near.estimate(pairs) if near else np.full((len(rows), len(NEIGHBOURS)), np.nan)
    return np.hstack([likeness, judged])


class Point(NamedTuple):
    """Quality on new needs after so many judgements of each."""

    judgements: int
    ndcg: float
    contest: float
    needs: int


def learning_curve(corpus: Corpus, needs: Sequence[Document], seed: int = 0) -> list[Point]:
    """Return the quality on needs that the ranker never saw, after 0, 5, 10 and 20 judgements of each.

    The pairs that are asked about are the same at every point. Needs with fewer than 25 judged pairs are
    left out. Raises BadRequest where there is too little to divide.
    """
    folds = need_folds(corpus.judged, needs, FOLDS, seed)
    chance = np.random.default_rng(seed)
    rows_of: dict[str, NDArray[np.int64]] = {}
    for need_id in sorted({one[0] for one in corpus.judged}):
        rows = np.flatnonzero([one[0] == need_id for one in corpus.judged])
        if len(rows) >= SHOTS[-1] + FOLDS:
            rows_of[need_id] = chance.permutation(rows)
    found: dict[int, list[tuple[NDArray[np.float64], NDArray[np.int64]]]] = {shots: [] for shots in SHOTS}
    levels = corpus.levels
    for number in range(FOLDS):
        seen = [one for one, fold in zip(corpus.judged, folds, strict=True) if fold != number]
        here = [rows for need_id, rows in rows_of.items() if folds[rows[0]] == number]
        if not here:
            continue
        ranker = fit_ranker([corpus.judged_only(seen)], seed)
        for shots in SHOTS:
            given = [corpus.judged[row] for rows in here for row in rows[:shots].tolist()]
            asked = np.concatenate([rows[SHOTS[-1] :] for rows in here])
            table = held_out_table(corpus, corpus.judged_only(seen + given), asked)
            probabilities = ranker.predict_proba(table)
            bounds = np.cumsum([len(rows) - SHOTS[-1] for rows in here])[:-1]
            found[shots] += list(
                zip(np.split(probabilities, bounds), np.split(levels[asked], bounds), strict=True)
            )
    return [_point(shots, parts) for shots, parts in found.items() if parts]


def _point(shots: int, parts: Sequence[tuple[Table, NDArray[np.int64]]]) -> Point:
    gains = [ndcg(true, worth(said)) for said, true in parts if len(set(true.tolist())) > 1]
    error = np.concatenate([np.abs(median_level(said) - true) for said, true in parts]).mean()
    return Point(shots, float(np.mean(gains)) if gains else 0.0, float(1 / (1 + error)), len(parts))


def _ranked_score(probabilities: Table, levels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the ranked probability score of each row, shape (n,); less is better."""
    above = probabilities[:, ::-1].cumsum(1)[:, ::-1][:, 1:]
    return np.asarray(((above - (levels[:, None] > LEVELS[:-1])) ** 2).sum(1))


def _summary(probabilities: Table, levels: NDArray[np.int64]) -> dict[str, float]:
    error = float(np.abs(median_level(probabilities) - levels).mean())
    return {
        "ranked_probability_score": float(_ranked_score(probabilities, levels).mean()),
        "mae": error,
        "contest": 1 / (1 + error),
    }


class Suggestion(NamedTuple):
    """A pair whose judgement would teach much; `doubt` is the entropy of its level, in bits, 0–2."""

    need_id: str
    achievement_id: str
    doubt: float
    adequate_probability: float


def suggest(
    recommend: Recommender, needs: Iterable[Document], judged: Iterable[Judged], top: int
) -> list[Suggestion]:
    """Return the `top` pairs that it would teach most to judge, one a need, the most doubtful first.

    Uncertainty sampling (Lewis & Gale, "A sequential algorithm for training text classifiers", 1994),
    among the pairs that a broker would be shown: what lies at the end of a list teaches nothing that
    anybody asks for.
    """
    known = {(need_id, achievement_id) for need_id, achievement_id, _ in judged}
    found = []
    for need in needs:
        side = recommend.indexes.indexed_needs([need.key])
        head = recommend.rank_achievements(side, need.key, need.text, _HEAD)
        open_ones = [one for one in head if (one.need_id, one.achievement_id) not in known]
        if open_ones:
            doubts = doubt(np.asarray([one.probabilities for one in open_ones]))
            most = open_ones[int(doubts.argmax())]
            found.append(
                Suggestion(most.need_id, most.achievement_id, float(doubts.max()), most.adequate_probability)
            )
    return sorted(found, key=lambda one: -one.doubt)[:top]


def doubt(probabilities: Table) -> NDArray[np.float64]:
    """Return the entropy of each row's level in bits, shape (n,)."""
    return np.asarray(-(probabilities * np.log2(np.clip(probabilities, 1e-12, 1))).sum(1))
