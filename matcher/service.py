"""One open installation: the store, its indexes kept fresh, the model, and what people judged."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from corpora.store import Store
from matcher.experts import Shortlist, shortlist
from matcher.indexing import bring_up_to_date
from matcher.memory import judged_corpus, remember
from matcher.model import Model
from matcher.rankers import in_use, opening
from matcher.recommend import Filters, Recommendation, Recommender, need_from_text
from matcher.settings import Settings
from matcher.training import Corpus, consolidated
from models.ranker import Ranker


class Service:
    """Answers matching questions; safe to share between threads.

    Every question first looks whether the store has moved on, and indexes what has changed.
    """

    def __init__(
        self,
        settings: Settings,
        model: Path | None = None,
        notice: Callable[[str], None] | None = None,
        encoder: str | None = None,
    ) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        learnt = None if model else in_use(settings.data)
        with opening(learnt):
            self._model = Model(model or learnt, settings, encoder)
        self._judged_mark: tuple[int, str] | None = None
        self._notice = notice
        self._lock = threading.Lock()
        self._recommender: Recommender | None = None

    def match_need(self, need_id: str, top: int = 10, filters: Filters | None = None) -> Recommendation:
        """Raises UnknownRecord."""
        with self._lock:
            asked = self.store.need(need_id)
            return self.recommender().for_need(self.store, asked, top, filters)

    def match_achievement(
        self, achievement_id: str, top: int = 10, filters: Filters | None = None
    ) -> Recommendation:
        """Raises UnknownRecord."""
        with self._lock:
            found = self.store.achievement(achievement_id)
            return self.recommender().for_achievement(self.store, found, top, filters)

    def match_text(self, text: str, top: int = 10, filters: Filters | None = None) -> Recommendation:
        with self._lock:
            return self.recommender().for_need(self.store, need_from_text(text), top, filters)

    def experts_for_need(self, need_id: str, top: int = 10, filters: Filters | None = None) -> Shortlist:
        """Raises UnknownRecord."""
        with self._lock:
            asked = self.store.need(need_id)
            return shortlist(self.recommender(), self.store, asked, top, filters)

    def experts_for_text(self, text: str, top: int = 10, filters: Filters | None = None) -> Shortlist:
        with self._lock:
            return shortlist(self.recommender(), self.store, need_from_text(text), top, filters)

    @property
    def ranker(self) -> Ranker:
        return self._model.ranker

    def recommender(self) -> Recommender:
        """Return a recommender whose indexes agree with the store."""
        known = self._recommender
        mark = self.store.judgements_mark()
        if (
            known is None
            or known.indexes.identity != self.store.identity
            or next(self.store.changes_since(known.indexes.revision), None)
        ):
            indexes, _ = bring_up_to_date(
                self.store, self.settings.data, self._model.encoder, progress=True, notice=self._notice
            )
            known = None
        else:
            indexes = known.indexes
        if known is None or mark != self._judged_mark:
            near = remember(self.store, self.settings.data, indexes)
            known = self._recommender = self._model.recommender(
                indexes, self.settings.adequate_probability, near
            )
            self._judged_mark = mark
        return known

    def verdicts(self) -> dict[tuple[str, str], int]:
        """Return the level of every judged pair, by need and achievement."""
        return {(need_id, one): level for need_id, one, level in consolidated(self.store.judgements())}

    def corpus(self) -> Corpus:
        """Return what people have judged, over indexes that agree with the store."""
        return judged_corpus(self.store, self.recommender().indexes)

    def close(self) -> None:
        self.store.close()
