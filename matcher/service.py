"""One open installation: the store, its indexes kept fresh, the model, and what people judged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from cachetools import LRUCache

from corpora.records import Need
from corpora.store import Store, unknown_record
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.experts import Shortlist, shortlist
from matcher.indexing import bring_up_to_date
from matcher.matches import Match, Recommendation
from matcher.memory import judged_corpus, remember
from matcher.model import Model
from matcher.overrides import effective
from matcher.rankers import in_use, opening
from matcher.recommend import Filters, Recommender, need_from_text
from matcher.settings import Settings
from matcher.training import Corpus, consolidated
from models.ranker import Ranker

Question = tuple[Kind, str, int, Filters, date]
#: Answers that are remembered; each takes some 50 kB.
_ANSWERS = 2000
#: Matches are worked out by so many.
_ANSWER_SIZE = 10


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
        progress: bool = False,
    ) -> None:
        """`notice` is told why indexes are rebuilt; with `progress` long work shows a bar on the terminal."""
        self.settings = settings
        self.store = Store(settings.data)
        self._chosen, self._encoder = model, encoder
        self._model = self._opened()
        self._mark: tuple[object, ...] | None = None
        self._notice, self._progress = notice, progress
        self._lock = threading.Lock()
        self._recommender: Recommender | None = None
        self._answers: LRUCache[Question, Recommendation] = LRUCache(_ANSWERS)

    def match_need(
        self, need_id: str, top: int = 10, filters: Filters | None = None, public: bool = False
    ) -> Recommendation:
        """Raises UnknownRecord, with `public` also for a need that is not public."""
        with self._lock:
            if public and need_id in self._hidden():
                raise unknown_record(Kind.NEED, need_id)
            return self._answer(Kind.NEED, need_id, top, filters)

    def match_achievement(
        self, achievement_id: str, top: int = 10, filters: Filters | None = None, public: bool = False
    ) -> Recommendation:
        """With `public`, needs that are not public are left out. Raises UnknownRecord."""
        with self._lock:
            hidden = self._hidden() if public else frozenset()
            # They are few: asking for as many more and leaving them out costs less than a filter.
            answer = self._answer(Kind.ACHIEVEMENT, achievement_id, top + len(hidden), filters)
            return answer.without(hidden, top)

    def match_text(self, text: str, top: int = 10, filters: Filters | None = None) -> Recommendation:
        return self.match_draft(need_from_text(text), top, filters)

    def match_draft(self, need: Need, top: int = 10, filters: Filters | None = None) -> Recommendation:
        """Answer a need that is not stored, as it is being written."""
        with self._lock:
            return self.recommender().for_need(self.store, need, top, filters)

    def compare(self, need_id: str, achievement_ids: Sequence[str]) -> list[Match]:
        """Return the explained matches of these pairs, in the order given. Raises UnknownRecord."""
        with self._lock:
            recommender = self.recommender()
            return recommender.for_pairs(self.store, self.store.need(need_id), achievement_ids)

    def experts_for_need(self, need_id: str, top: int = 10, filters: Filters | None = None) -> Shortlist:
        """Raises UnknownRecord."""
        with self._lock:
            asked = self.store.need(need_id)
            return shortlist(self.recommender(), self.store, asked, top, filters)

    def experts_for_text(self, text: str, top: int = 10, filters: Filters | None = None) -> Shortlist:
        with self._lock:
            return shortlist(self.recommender(), self.store, need_from_text(text), top, filters)

    def _answer(self, kind: Kind, record_id: str, top: int, filters: Filters | None) -> Recommendation:
        """Match a stored record, or say again what was said of it since the store last changed."""
        recommender = self.recommender()
        # A page, the API and a peek ask for more or less of the same. Checks of deadlines speak of today.
        size = -(-top // _ANSWER_SIZE) * _ANSWER_SIZE
        question = (kind, record_id, size, filters or Filters(), date.today())
        said = self._answers.get(question)
        if said is None:
            if kind is Kind.NEED:
                said = recommender.for_need(self.store, self.store.need(record_id), size, filters)
            else:
                found = self.store.achievement(record_id)
                said = recommender.for_achievement(self.store, found, size, filters)
            self._answers[question] = said
        return said if size == top else said.without((), top)

    def _hidden(self) -> frozenset[str]:
        return Submissions(self.store).hidden()

    @property
    def ranker(self) -> Ranker:
        return self._model.ranker

    def recommender(self) -> Recommender:
        """Return a recommender whose indexes agree with the store, with the ranker now in use."""
        if self._chosen is None and in_use(self.settings.data) != self._model.folder:
            before, self._model = self._model, self._opened()
            if self._model.encoder.fingerprint == before.encoder.fingerprint:
                # It is loaded already, and the indexes are of it.
                self._model.encoder = before.encoder
        known = self._recommender
        probability = effective(self.settings, self.store).adequate_probability
        mark = (self._model, probability, self.store.judgements_mark())
        if (
            known is None
            or known.indexes.encoder is not self._model.encoder
            or known.indexes.identity != self.store.identity
            or next(self.store.changes_since(known.indexes.revision), None)
        ):
            indexes, _ = bring_up_to_date(
                self.store,
                self.settings.data,
                self._model.encoder,
                known=known.indexes if known and known.indexes.encoder is self._model.encoder else None,
                progress=self._progress,
                notice=self._notice,
            )
            known = None
        else:
            indexes = known.indexes
        if known is None or mark != self._mark:
            near = remember(self.store, self.settings.data, indexes)
            known = self._recommender = self._model.recommender(indexes, probability, near)
            self._mark = mark
            self._answers.clear()
        return known

    def _opened(self) -> Model:
        learnt = None if self._chosen else in_use(self.settings.data)
        with opening(learnt):
            return Model(self._chosen or learnt, self.settings, self._encoder)

    def verdicts(self) -> dict[tuple[str, str], int]:
        """Return the level of every judged pair, by need and achievement."""
        return {(need_id, one): level for need_id, one, level in consolidated(self.store.judgements())}

    def corpus(self) -> Corpus:
        """Return what people have judged, over indexes that agree with the store."""
        return judged_corpus(self.store, self.recommender().indexes)

    def warm_up(self) -> None:
        """Load the encoder and the indexes, so that nobody's first question waits for them."""
        self.match_text("预热")

    def close(self) -> None:
        self.store.close()
