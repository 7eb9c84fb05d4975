"""Recommending: retrieve → fuse and rank → check → explain → say no."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpora.errors import BadRequest, shorten
from corpora.records import MAX_TEXT, MAX_TITLE, Achievement, Need
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.checks import check_pair
from matcher.explain import explain
from matcher.indexing import document
from matcher.matches import Match, Recommendation, Scored
from matcher.reasons import reasons
from models.features import FEATURES, AchievementSide, NeedSide, pair_features
from models.indexes import Indexes
from models.neighbours import NEIGHBOURS, Neighbours, Pairs
from models.ranker import COLUMNS, Ranker, median_level
from models.sides import Document

#: Candidates that each way of retrieval brings. Scores do not depend on it, only who is scored.
POOL = 200
#: Pairs at the head of a list that a cross-encoder reads once more.
HEAD = 30


@dataclass(frozen=True)
class Filters:
    """What the other side must be; an empty filter lets all pass. Texts match by containment."""

    region: Sequence[str] = ()
    county: Sequence[str] = ()
    field: Sequence[str] = ()
    mode: Sequence[str] = ()
    institution: Sequence[str] = ()
    min_stage: int | None = None
    max_stage: int | None = None

    def __post_init__(self) -> None:
        # Hashable, whatever sequences they were given as: answers are remembered by them.
        for name in ("region", "county", "field", "mode", "institution"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def allowed(self, store: Store, kind: Kind) -> set[str] | None:
        """Return the ids that pass, or None where nothing is asked."""
        if self == Filters():
            return None
        owner = "institution" if kind is Kind.ACHIEVEMENT else "enterprise"
        ids = set(store.ids(kind, region=self.region, county=self.county, fields=self.field, modes=self.mode,
                            **{owner: self.institution}))  # fmt: skip
        if self.min_stage is None and self.max_stage is None:
            return ids
        return ids & store.ids_by_stage(kind, self.min_stage, self.max_stage)


def need_from_text(text: str) -> Need:
    """Return a need made of somebody's words: the first line is the title.

    Raises BadRequest for a text that is empty or longer than a need may be.
    """
    said = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text).strip()
    if not 0 < len(said) <= MAX_TEXT:
        raise BadRequest(
            f"要匹配的文字有 {len(said)} 个字符，应为 1–{MAX_TEXT}",
            f"the text to match has {len(said)} characters; give 1 to {MAX_TEXT}",
        )
    head, _, rest = said.partition("\n")
    title = shorten(head, MAX_TITLE)
    return Need(id="text", title=title, text="" if title == head and not rest else said)


#: From scored pairs, and their documents by id, to the pairs scored anew, in the same order.
Reread = Callable[[Sequence[Scored], Mapping[str, Document], Mapping[str, Document]], list[Scored]]


class Recommender:
    """Matches over one set of indexes, either way round."""

    def __init__(
        self,
        indexes: Indexes,
        ranker: Ranker,
        adequate_probability: float,
        neighbours: Neighbours | None = None,
        reread: Reread | None = None,
    ) -> None:
        """`neighbours` are the judged pairs to learn from at once; by default those that the ranker keeps.

        `reread` looks at the head of a list again.
        """
        self.indexes = indexes
        self.ranker = ranker
        self.adequate_probability = adequate_probability
        self.neighbours = neighbours or ranker.neighbours_
        self._reread = reread

    def rank_achievements(
        self, need: NeedSide, need_id: str, text: str, top: int, allowed: Collection[str] | None = None
    ) -> list[Scored]:
        """Return the `top` best achievements for one need; a repeated text yields its place to others."""
        keys = self.indexes.achievements_near(need, text, self._pool(top), allowed)
        sides = self.indexes.indexed_achievements(keys)
        pairs = [(need_id, key) for key in keys]
        scored = self._score(need, sides, pairs)
        return _best(scored, top, lambda pair: self.indexes.achievements.text_hash(pair.achievement_id))

    def rank_needs(
        self, achievement: AchievementSide, achievement_id: str, text: str, top: int,
        allowed: Collection[str] | None = None,
    ) -> list[Scored]:  # fmt: skip
        """Return the `top` best needs for one achievement, likewise."""
        keys = self.indexes.needs_near(achievement, text, self._pool(top), allowed)
        scored = self._score(
            self.indexes.indexed_needs(keys), achievement, [(key, achievement_id) for key in keys]
        )
        return _best(scored, top, lambda pair: self.indexes.needs.text_hash(pair.need_id))

    def _pool(self, top: int) -> int:
        return min(max(POOL, top), max(len(self.indexes.achievements), len(self.indexes.needs), 1))

    def score_pairs(self, need_id: str, achievement_ids: Sequence[str]) -> list[Scored]:
        """Return the prediction for an indexed need with each of the indexed achievements, in order."""
        sides = self.indexes.indexed_achievements(achievement_ids)
        return self._score(
            self.indexes.indexed_needs([need_id]), sides, [(need_id, key) for key in achievement_ids]
        )

    def _score(
        self, needs: NeedSide, achievements: AchievementSide, pairs: Sequence[tuple[str, str]]
    ) -> list[Scored]:
        """One side holds one record; `pairs` names the others in order."""
        if not pairs:
            return []
        table = self.table(needs, achievements)
        probabilities = self.ranker.predict_proba(table)
        scores = self.ranker.decision_function(table, probabilities)
        return [
            Scored(need_id, achievement_id, int(level), tuple(said), float(score), row)
            for (need_id, achievement_id), level, said, score, row in zip(
                pairs, median_level(probabilities), probabilities.tolist(), scores, table, strict=True
            )
        ]

    def table(self, needs: NeedSide, achievements: AchievementSide) -> NDArray[np.float64]:
        """Return the ranker's columns for every need with every achievement, shape (m × n, len(COLUMNS))."""
        likeness = pair_features(needs, achievements, self.indexes.baseline(needs))
        m, n, _ = likeness.shape
        likeness = likeness.reshape(m * n, len(FEATURES))
        if self.neighbours is None:
            judged = np.full((m * n, len(NEIGHBOURS)), np.nan)
        else:
            pairs = Pairs(
                needs, achievements, np.repeat(np.arange(m), n), np.tile(np.arange(n), m), likeness[:, :3]
            )
            judged = self.neighbours.estimate(pairs)
        return np.hstack([likeness, judged])

    def for_need(
        self, store: Store, need: Need, top: int = 10, filters: Filters | None = None
    ) -> Recommendation:
        """Return explained achievements for a need, stored or not."""
        asked = document(need)
        allowed = (filters or Filters()).allowed(store, Kind.ACHIEVEMENT)
        side = self.indexes.need_side([asked])
        scored = self.rank_achievements(side, need.id, asked.text, self._looked_at(top), allowed)
        found = {record.id: record for record in store.achievements([s.achievement_id for s in scored])}
        scored = self._head(scored, top, {need.id: asked}, {key: document(one) for key, one in found.items()})
        pairs = [(one, need, found[one.achievement_id]) for one in scored if one.achievement_id in found]
        return self._explained(need, pairs)

    def for_achievement(
        self, store: Store, achievement: Achievement, top: int = 10, filters: Filters | None = None
    ) -> Recommendation:
        """Return explained needs for an achievement, stored or not."""
        offered = document(achievement)
        allowed = (filters or Filters()).allowed(store, Kind.NEED)
        side = self.indexes.achievement_side([offered])
        scored = self.rank_needs(side, achievement.id, offered.text, self._looked_at(top), allowed)
        found = {record.id: record for record in store.needs([s.need_id for s in scored])}
        scored = self._head(
            scored, top, {key: document(one) for key, one in found.items()}, {achievement.id: offered}
        )
        pairs = [(one, found[one.need_id], achievement) for one in scored if one.need_id in found]
        return self._explained(achievement, pairs)

    def for_pairs(self, store: Store, need: Need, achievement_ids: Sequence[str]) -> list[Match]:
        """Return the explained matches of a need with given achievements, in their order.

        Raises UnknownRecord for an id that the indexes have not.
        """
        asked = document(need)
        side = self.indexes.need_side([asked])
        found = {record.id: record for record in store.achievements(achievement_ids)}
        for one in achievement_ids:
            if one not in found or one not in self.indexes.achievements:
                store.achievement(one)
        offered = self.indexes.indexed_achievements(achievement_ids)
        scored = self._score(side, offered, [(need.id, one) for one in achievement_ids])
        pairs = [(one, need, found[one.achievement_id]) for one in scored]
        return self._explained(need, pairs).matches

    def _looked_at(self, top: int) -> int:
        return top if self._reread is None else max(top, HEAD)

    def _head(
        self,
        scored: list[Scored],
        top: int,
        needs: Mapping[str, Document],
        achievements: Mapping[str, Document],
    ) -> list[Scored]:
        """Return the `top` best of a list, its head read once more where something can."""
        known = [one for one in scored if one.need_id in needs and one.achievement_id in achievements]
        if self._reread is None:
            return known[:top]
        head = self._reread(known[:HEAD], needs, achievements)
        return [*sorted(head, key=lambda one: -one.score), *known[HEAD:]][:top]

    def _explained(
        self,
        query: Need | Achievement,
        pairs: Sequence[tuple[Scored, Need, Achievement]],
    ) -> Recommendation:
        if isinstance(query, Need):
            evidence = explain(query, [achievement for _, _, achievement in pairs], self.indexes)
        else:
            evidence = [explain(need, [achievement], self.indexes)[0] for _, need, achievement in pairs]
        today = date.today()
        table = np.array([scored.row for scored, _, _ in pairs]).reshape(len(pairs), len(COLUMNS))
        why = map(reasons, table, self.ranker.contributions(table))
        matches = [
            Match(scored, need, achievement, check_pair(need, achievement, today), answers, behind)
            for (scored, need, achievement), answers, behind in zip(pairs, evidence, why, strict=True)
        ]
        adequate = any(match.scored.adequate_probability >= self.adequate_probability for match in matches)
        return Recommendation(query, adequate, self.adequate_probability, matches)


def _best(scored: Sequence[Scored], top: int, text_of: Callable[[Scored], object]) -> list[Scored]:
    """Return the `top` best; where they must be cut, distinct texts first, for a twin says nothing new."""
    order = np.argsort([-one.score for one in scored], kind="stable")
    ranked = [scored[place] for place in order]
    if len(ranked) <= top:
        return ranked
    seen: set[object] = set()
    firsts: list[Scored] = []
    twins: list[Scored] = []
    for one in ranked:
        text = text_of(one)
        (twins if text in seen else firsts).append(one)
        seen.add(text)
        if len(firsts) == top:
            return firsts
    return sorted([*firsts, *twins][:top], key=lambda one: -one.score)
