"""Fitting the ranker to judgements."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import sklearn

from matcher.files import Judged
from models.features import FEATURES, pair_features
from models.indexes import Indexes
from models.ranker import OrdinalRanker


def fit_ranker(indexes: Indexes, judged: Sequence[Judged]) -> OrdinalRanker:
    """Return a ranker fitted to the judged pairs of indexed records. Raises BadRequest for too few levels."""
    by_need: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for need_id, achievement_id, level in judged:
        by_need[need_id].append((achievement_id, level))
    tables, levels = [], []
    for need_id, pairs in by_need.items():
        need = indexes.indexed_needs([need_id])
        sides = indexes.indexed_achievements([achievement_id for achievement_id, _ in pairs])
        tables.append(pair_features(need, sides, indexes.baseline(need))[0])
        levels += [level for _, level in pairs]
    digest = hashlib.sha256("\n".join(map(str, sorted(judged))).encode()).hexdigest()
    manifest = {
        "judgements": len(judged),
        "needs": len(by_need),
        "judgements_sha256": digest,
        "encoder": indexes.encoder.fingerprint,
        "features": list(FEATURES),
        "scikit_learn": sklearn.__version__,
    }
    return OrdinalRanker().fit(np.vstack(tables) if tables else np.empty((0, len(FEATURES))), levels, manifest)
