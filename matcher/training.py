"""Fitting the ranker to judgements."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import sklearn

from matcher.files import Judged
from models.features import FEATURES, pair_features
from models.indexes import Document, Indexes
from models.ranker import OrdinalRanker


class Corpus(NamedTuple):
    """Judged pairs of indexed records, and the needs' titles by id."""

    indexes: Indexes
    titles: Mapping[str, str]
    judged: Sequence[Judged]


def fit_ranker(corpora: Sequence[Corpus]) -> OrdinalRanker:
    """Return a ranker fitted to judged pairs of one or more corpora, each counted against its own background.

    Raises BadRequest where the judgements show fewer than two levels.
    """
    tables, levels = [], []
    for indexes, titles, judged in corpora:
        by_need: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for need_id, achievement_id, level in judged:
            by_need[need_id].append((achievement_id, level))
        for need_id, pairs in by_need.items():
            sides = indexes.indexed_achievements([achievement_id for achievement_id, _ in pairs])
            whole = indexes.indexed_needs([need_id])
            # People also type a few words: each need teaches twice, whole and by its title alone.
            terse = indexes.need_side([Document(need_id, titles[need_id], titles[need_id])])
            for need in (whole, terse):
                tables.append(pair_features(need, sides, indexes.baseline(need))[0])
                levels += [level for _, level in pairs]
    every = sorted(one for corpus in corpora for one in corpus.judged)
    manifest = {
        "judgements": [len(corpus.judged) for corpus in corpora],
        "judgements_sha256": hashlib.sha256("\n".join(map(str, every)).encode()).hexdigest(),
        "encoder": corpora[0].indexes.encoder.fingerprint,
        "scikit_learn": sklearn.__version__,
    }
    features = np.vstack(tables) if tables else np.empty((0, len(FEATURES)))
    return OrdinalRanker().fit(features, levels, manifest)
