"""Fitting the ranker to judgements."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import lightgbm
import numpy as np
import sklearn
from numpy.typing import NDArray

from corpora.records import Judgement
from matcher.files import Judged
from models.features import NeedSide, pair_features
from models.indexes import Indexes
from models.neighbours import NEIGHBOURS, Neighbours, Pairs
from models.ranker import COLUMNS, Ranker
from models.sides import Document

#: A need's judged pairs that are kept, at most, when the ranker rehearses needs of which few are judged.
_FEW = 8
#: Parts in which the judged pairs are held out of their neighbours in turn.
_HELD_OUT = 10
Table = NDArray[np.float64]
Rows = tuple[Table, NDArray[np.int64]]


@dataclass(frozen=True)
class Corpus:
    """Judged pairs of indexed records; `needs` by id."""

    indexes: Indexes
    needs: Mapping[str, Document]
    judged: Sequence[Judged]

    @property
    def levels(self) -> NDArray[np.int64]:
        return np.asarray([level for *_, level in self.judged], int)

    @cached_property
    def pairs(self) -> tuple[Pairs, Table]:
        """The n judged pairs, and their likeness features, shape (n, len(FEATURES)): worked out once."""
        return _judged_pairs(self)

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """The judged pairs as neighbours of others, None where nothing is judged: fitted once."""
        if not self.judged:
            return None
        return Neighbours().fit(self.pairs[0], self.levels, self.indexes.weights)

    def judged_only(self, judged: Sequence[Judged]) -> Corpus:
        return replace(self, judged=judged)


def consolidated(judgements: Iterable[Judgement]) -> list[Judged]:
    """Return one level for each pair that people judged: the median of theirs, the higher where it falls between."""
    levels: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in judgements:
        levels[one.need_id, one.achievement_id].append(one.level)
    return [(*pair, int(np.ceil(np.median(given)))) for pair, given in levels.items()]


def fit_ranker(corpora: Sequence[Corpus], seed: int = 0, start: Ranker | None = None) -> Ranker:
    """Return a ranker fitted to judged pairs of one or more corpora, each counted against its own background.

    It keeps the judged pairs of a single corpus as neighbours to learn from. With `start`, that ranker's
    trees stay, and fewer grow after them. Raises BadRequest where the judgements are too few, or show
    fewer than two levels.
    """
    return fit_rows([cold_rows(corpus) for corpus in corpora], corpora, seed, start)


def fit_rows(
    cold: Sequence[Rows], corpora: Sequence[Corpus], seed: int = 0, start: Ranker | None = None
) -> Ranker:
    """Return a ranker as `fit_ranker` does, the rows of its cold model being given."""
    warm = _stacked([warm_rows(corpus, seed) for corpus in corpora])
    ranker = Ranker(seed).fit(_stacked(cold), warm, start)
    ranker.neighbours_ = corpora[0].neighbours if len(corpora) == 1 else None
    every = sorted(one for corpus in corpora for one in corpus.judged)
    ranker.manifest_ = {
        "judgements": [len(corpus.judged) for corpus in corpora],
        "judgements_sha256": hashlib.sha256("\n".join(map(str, every)).encode()).hexdigest(),
        "encoder": corpora[0].indexes.encoder.fingerprint,
        "seed": seed,
        "scikit_learn": sklearn.__version__,
        "lightgbm": lightgbm.__version__,
    }
    return ranker


def cold_rows(corpus: Corpus) -> Rows:
    """Return the likeness of the judged pairs, shape (2 n, len(FEATURES)), and their levels.

    People also type a few words: each need teaches twice, whole and by its title alone.
    """
    _, likeness = corpus.pairs
    needs, need_of = _needs(corpus)
    titles = [corpus.needs[each].title for each in needs]
    bare = corpus.indexes.need_side([Document("", title, title) for title in titles])
    levels = corpus.levels
    return np.vstack([likeness, _likeness(bare, corpus, need_of)]), np.concatenate([levels, levels])


def warm_rows(corpus: Corpus, seed: int = 0) -> Rows:
    """Return the ranker's columns for judged pairs that have judged pairs of their need beside them."""
    pairs, likeness = corpus.pairs
    near = corpus.neighbours
    assert near is not None, "nothing is judged"
    chance = np.random.default_rng(seed)
    folds = chance.permutation(len(pairs)) % _HELD_OUT
    beside = np.hstack([likeness, near.held_out(folds)]), corpus.levels
    table, levels = _stacked([beside, _rehearsal(corpus, pairs, likeness, chance)])
    judged = table[:, len(COLUMNS) - len(NEIGHBOURS) + NEIGHBOURS.index("need_judged")] > 0
    return table[judged], levels[judged]


def _judged_pairs(corpus: Corpus) -> tuple[Pairs, Table]:
    ids, achievement_of = np.unique([one for _, one, _ in corpus.judged], return_inverse=True)
    need_ids, need_of = _needs(corpus)
    needs = corpus.indexes.indexed_needs(need_ids)
    likeness = _likeness(needs, corpus, need_of)
    achievements = corpus.indexes.indexed_achievements(ids.tolist())
    return Pairs(needs, achievements, need_of, achievement_of, likeness[:, :3].astype(np.float32)), likeness


def _needs(corpus: Corpus) -> tuple[list[str], NDArray[np.int64]]:
    ids, need_of = np.unique([need_id for need_id, _, _ in corpus.judged], return_inverse=True)
    return ids.tolist(), need_of


def _likeness(needs: NeedSide, corpus: Corpus, need_of: NDArray[np.int64]) -> Table:
    """Return the likeness features of the judged pairs, (n, len(FEATURES)), worked out a need at a time."""
    against = corpus.indexes.baseline(needs)
    tables: list[Table] = []
    rows: list[int] = []
    for need in range(len(needs.titles)):
        here = np.flatnonzero(need_of == need).tolist()
        sides = corpus.indexes.indexed_achievements([corpus.judged[row][1] for row in here])
        tables.append(pair_features(needs.take([need]), sides, against.take([need]))[0])
        rows += here
    found = np.empty((len(rows), tables[0].shape[1]))
    found[rows] = np.vstack(tables)
    return found


def _rehearsal(corpus: Corpus, pairs: Pairs, likeness: Table, chance: np.random.Generator) -> Rows:
    """Return rows of needs that keep at most _FEW of their judged pairs, each asked about the others."""
    kept: list[int] = []
    for need in range(len(pairs.needs.titles)):
        here = chance.permutation(np.flatnonzero(pairs.need_of == need))
        kept += here[: chance.integers(1, min(_FEW, len(here)) + 1)].tolist()
    memory = np.sort(np.asarray(kept))
    asked = np.setdiff1d(np.arange(len(pairs)), memory)
    if not len(asked):
        return np.empty((0, len(COLUMNS))), np.empty(0, int)
    few = Neighbours().fit(pairs.take(memory), corpus.levels[memory], corpus.indexes.weights)
    return np.hstack([likeness[asked], few.estimate(pairs.take(asked))]), corpus.levels[asked]


def _stacked(parts: Sequence[Rows]) -> Rows:
    return np.vstack([table for table, _ in parts]), np.concatenate([levels for _, levels in parts])
