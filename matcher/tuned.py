"""Training with a tuned encoder: the encoder learns first, then the ranker on what it sees through it.

A tuned encoder knows the pairs it was tuned on better than it will know new ones. A ranker fitted to
those pairs through it would trust likeness too far. So what the cold model learns from is seen through
encoders that were tuned without the needs in question (cross-fitting, as in Chernozhukov et al.,
"Double/debiased machine learning", 2018).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.files import Judged, indexed
from matcher.folds import need_folds
from matcher.training import Corpus, Rows, cold_rows, fit_ranker, fit_rows
from models.encoders import DEFAULT, Encoder
from models.features import background_keys
from models.indexes import Indexes
from models.ordinal import check_levels
from models.ranker import Ranker
from models.sides import Document

#: Fewer judgements hold too little for an encoder to learn.
FEWEST = 1000
_PARTS = 3


@dataclass(frozen=True)
class Source:
    """Documents and judged pairs of them."""

    needs: Sequence[Document]
    achievements: Sequence[Document]
    judged: Sequence[Judged]

    def corpus(self, encoder: Encoder) -> Corpus:
        """Return the source, indexed in memory."""
        indexes = indexed(self.needs, self.achievements, encoder)
        return Corpus(indexes, {one.key: one for one in self.needs}, self.judged)


def fit_model(
    sources: Sequence[Source],
    encoder: Encoder,
    folder: Path,
    *,
    ranker_only: bool = False,
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> Ranker:
    """Fit a model to judged pairs and write it into `folder`, which is empty; return its ranker.

    Where there are enough judgements and the encoder is the bundled one, the encoder learns too, and so
    does a cross-encoder where there is one source; not so with `ranker_only`. Raises BadRequest where
    the judgements are too few, or show fewer than two levels.
    """
    levels = np.asarray([level for source in sources for *_, level in source.judged], int)
    check_levels(levels)
    if ranker_only or len(levels) < FEWEST or encoder.name != DEFAULT:
        ranker = fit_ranker([source.corpus(encoder) for source in sources], seed)
    else:
        ranker = fit_tuned(sources, encoder, folder, seed, say)
        if len(sources) == 1:
            say("训练交叉编码器 training the cross-encoder")
            _fit_cross(sources[0], encoder, folder, seed)
    ranker.save(folder)
    return ranker


def _fit_cross(source: Source, encoder: Encoder, folder: Path, seed: int) -> None:
    from models.crossencoder import LevelCrossEncoder

    needs = {one.key: one.title for one in source.needs}
    offered = {one.key: one.text for one in source.achievements}
    examples = [(needs[need_id], offered[one], level) for need_id, one, level in source.judged]
    LevelCrossEncoder(encoder).fit(examples, seed=seed).save(folder)


def fit_tuned(
    sources: Sequence[Source],
    encoder: Encoder,
    folder: Path,
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> Ranker:
    """Tune the bundled `encoder` on the judgements, write its delta into `folder`, and return a ranker for it."""
    from models.delta import save_delta
    from models.tuning import Example, fine_tune

    def tune(kept: Sequence[NDArray[np.bool_]], where: Path) -> Encoder:
        examples: list[Example] = []
        for source, chosen in zip(sources, kept, strict=True):
            needs = {one.key: one for one in source.needs}
            achievements = {one.key: one for one in source.achievements}
            examples += [
                (needs[need_id].title, needs[need_id].text, achievements[achievement_id].text, level)
                for (need_id, achievement_id, level), keep in zip(source.judged, chosen, strict=True)
                if keep
            ]
        save_delta(fine_tune(encoder, examples, seed=seed), encoder.model, where)
        return Encoder(str(where), encoder.cache_folder)

    folds = [need_folds(source.judged, source.needs, _PARTS, seed) for source in sources]
    cold: list[Rows] = []
    with tempfile.TemporaryDirectory() as scratch:
        for part in range(_PARTS):
            say(f"微调编码器 tuning the encoder {part + 1}/{_PARTS + 1}")
            held = [fold == part for fold in folds]
            tuned = tune([~chosen for chosen in held], Path(scratch) / str(part))
            cold += [
                cold_rows(_part(source, chosen, tuned)) for source, chosen in zip(sources, held, strict=True)
            ]
    say(f"微调编码器 tuning the encoder {_PARTS + 1}/{_PARTS + 1}")
    tuned = tune([np.ones(len(fold), bool) for fold in folds], folder)
    return fit_rows(cold, [source.corpus(tuned) for source in sources], seed)


def _part(source: Source, chosen: NDArray[np.bool_], encoder: Encoder) -> Corpus:
    """Return the chosen judgements of a source with no more documents indexed than they need.

    Those are their own and the background; the n-grams are weighed as in the whole.
    """
    judged = [one for one, keep in zip(source.judged, chosen, strict=True) if keep]
    needs = {need_id for need_id, _, _ in judged}
    offered = {one for _, one, _ in judged} | set(background_keys([each.key for each in source.achievements]))
    corpus = Source(
        [one for one in source.needs if one.key in needs],
        [one for one in source.achievements if one.key in offered],
        judged,
    ).corpus(encoder)
    whole = Indexes.weights_of([one.text for one in (*source.achievements, *source.needs)])
    corpus.indexes.weights = whole
    return corpus
