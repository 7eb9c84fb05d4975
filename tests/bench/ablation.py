"""``make ablation``: what each part of the model adds, on public judgements that it has not seen.

Two splits of the 7,376 pairs, a fifth held out in each: *warm*, pairs drawn at random, as the contest
drew its test pairs; *cold*, whole needs. Trains both models (an hour on two quiet cores; kept in
out/ablation, so that a second run only measures) and writes the table into the figures file, which the README renders.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpora.files import replacing_folder
from matcher import evaluation, files
from matcher.folds import need_folds
from matcher.matches import Scored
from matcher.model import Model
from matcher.recommend import Recommender
from matcher.settings import Settings
from matcher.training import fit_ranker
from matcher.tuned import Source, fit_model, fit_tuned
from models.encoders import Encoder, default_cache
from models.features import FEATURES
from models.indexes import Indexes
from models.ordinal import from_above
from models.ranker import COLUMNS, median_level, worth
from tests.bench.bdci import read_bdci
from tests.bench.figures import publish

OUT = Path("out/ablation")
_PARTS = 5


def main() -> None:
    source = read_bdci()
    chance = np.random.default_rng(0).permutation(len(source.judged)) % _PARTS
    splits = {"warm": chance == 0, "cold": need_folds(source.judged, source.needs, _PARTS) == 0}
    rows: dict[str, dict[str, dict[str, float | int | None]]] = {}
    for situation, held in splits.items():
        seen = [one for one, out in zip(source.judged, held, strict=True) if not out]
        asked = [one for one, out in zip(source.judged, held, strict=True) if out]
        for name, predicted in _variants(situation, replace(source, judged=seen), asked):
            metrics = evaluation.evaluate_predictions(predicted, [level for *_, level in asked])
            rows.setdefault(name, {})[situation] = metrics
            print(
                situation,
                name,
                {k: metrics[k] for k in ("contest", "ndcg@10", "calibration_error")},
                file=sys.stderr,
            )
        publish(ablation=rows)


def _variants(
    situation: str, source: Source, asked: list[files.Judged]
) -> Iterator[tuple[str, list[Scored]]]:
    """Yield each variant's name and its predictions of the `asked` pairs, in order."""
    settings = Settings(cache=default_cache())
    base = Encoder("bundled", settings.cache)
    pairs = [(need_id, achievement_id) for need_id, achievement_id, _ in asked]
    corpus = source.corpus(base)
    ranker = fit_ranker([corpus])
    plain = Recommender(corpus.indexes, ranker, 0.6)
    shares = np.bincount(corpus.levels, minlength=5)[None, 1:] / len(corpus.levels)
    yield "fusion", _tabled(plain, pairs, lambda row: (shares, _fusion(row)))
    if situation == "warm":
        yield "neighbours alone", _tabled(plain, pairs, _neighbours)
        blind = Recommender(corpus.indexes, ranker, 0.6)
        blind.neighbours = None
        yield "ranker, neighbours unknown", files.predict(blind, pairs)
    yield "ranker", files.predict(plain, pairs)
    folder = OUT / situation
    if not folder.is_dir():
        with replacing_folder(folder) as made:
            if situation == "warm":
                fit_model([source], base, made)
            else:  # a cross-encoder learns what a need's own pairs are like: of new needs it was not tried
                fit_tuned([source], base, made).save(made)
    model = Model(folder, settings)
    tuned = model.recommender(source.corpus(model.encoder).indexes, 0.6)
    scored = files.predict(tuned, pairs)
    yield "ranker, tuned encoder", scored
    if model.cross is None:
        return
    needs, achievements = ({one.key: one for one in side} for side in (source.needs, source.achievements))
    yield "ranker, tuned encoder, cross-encoder", model.reread(scored, needs, achievements)
    yield "cross-encoder alone", model.reread(scored, needs, achievements, share=1.0)


def _tabled(recommend: Recommender, pairs: list[tuple[str, str]], ask) -> list[Scored]:  # type: ignore[no-untyped-def]
    found = []
    for need_id, achievement_id in pairs:
        indexes: Indexes = recommend.indexes
        row = recommend.table(
            indexes.indexed_needs([need_id]), indexes.indexed_achievements([achievement_id])
        )
        probabilities, score = ask(row)
        found.append(
            Scored(
                need_id, achievement_id, int(median_level(probabilities)[0]), tuple(probabilities[0]), score
            )
        )
    return found


def _fusion(row: np.ndarray) -> float:
    """The sum of the whole text's dense and lexical z-scores."""
    return float(row[0, FEATURES.index("dense_text")] + row[0, FEATURES.index("lexical")])


def _neighbours(row: np.ndarray) -> tuple[np.ndarray, float]:
    first = COLUMNS.index("judged_above_1")
    probabilities = from_above(row[:, first : first + 3])
    return probabilities, float(worth(probabilities)[0])


if __name__ == "__main__":
    main()
