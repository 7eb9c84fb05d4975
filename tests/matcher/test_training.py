"""Fitting the ranker: to what, from what, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.errors import BadRequest
from corpora.records import Judgement
from matcher.service import Service
from matcher.training import Corpus, cold_rows, consolidated, fit_ranker, warm_rows
from models.neighbours import NEIGHBOURS
from models.ranker import COLUMNS, Ranker


@pytest.fixture(scope="module")
def corpus(demo: Service) -> Corpus:
    return demo.corpus()


@pytest.fixture(scope="module")
def ranker(corpus: Corpus) -> Ranker:
    return fit_ranker([corpus], seed=3)


def test_several_people_make_one_level() -> None:
    given = [
        Judgement(need_id="n", achievement_id="a", level=level, author=str(level)) for level in (1, 2, 4)
    ]
    more = [Judgement(need_id="n", achievement_id="b", level=level, author=str(level)) for level in (2, 3)]
    assert consolidated([*given, *more]) == [("n", "a", 2), ("n", "b", 3)]
    assert consolidated([]) == []


def test_judged_pairs_of_one_corpus_are_kept_and_of_several_are_not(corpus: Corpus, ranker: Ranker) -> None:
    assert ranker.neighbours_ is not None
    assert ranker.neighbours_.levels_.tolist() == corpus.levels.tolist()
    assert fit_ranker([corpus, corpus]).neighbours_ is None
    assert corpus.judged_only([]).neighbours is None


def test_the_manifest_says_what_it_was_made_from(corpus: Corpus, ranker: Ranker) -> None:
    made = ranker.manifest_
    assert made["judgements"] == [len(corpus.judged)]
    assert made["seed"] == 3
    assert made["encoder"] == corpus.indexes.encoder.fingerprint
    assert {"scikit_learn", "lightgbm"} <= made.keys()


def test_the_hash_changes_with_the_judgements_and_not_with_their_order(
    corpus: Corpus, ranker: Ranker
) -> None:
    (need, achievement, level), *rest = corpus.judged
    turned = fit_ranker([corpus.judged_only(corpus.judged[::-1])], seed=3)
    other = fit_ranker([corpus.judged_only([(need, achievement, 5 - level), *rest])], seed=3)
    assert turned.manifest_ == ranker.manifest_
    assert other.manifest_["judgements_sha256"] != ranker.manifest_["judgements_sha256"]


def test_the_same_seed_predicts_the_same(corpus: Corpus, ranker: Ranker) -> None:
    tables = [warm_rows(corpus)[0], np.pad(cold_rows(corpus)[0], ((0, 0), (0, len(NEIGHBOURS))))]
    table = np.vstack(tables)
    assert table.shape[1] == len(COLUMNS)
    again = fit_ranker([corpus], seed=3).predict_proba(table)
    assert (again == ranker.predict_proba(table)).all()


def test_a_pair_that_teaches_never_sees_its_own_level(corpus: Corpus) -> None:
    place = int(np.argmin(corpus.levels))
    need, achievement, _ = corpus.judged[place]
    changed = [*corpus.judged]
    changed[place] = (need, achievement, 4)
    (before, _), (after, levels) = warm_rows(corpus), warm_rows(corpus.judged_only(changed))
    own = levels != warm_rows(corpus)[1]
    moved = np.abs(after - before)[:, -len(NEIGHBOURS) : -1].max(1)
    assert own.any()
    # The share of pairs above a level may move by one in so many; no more than that comes back to the pair.
    assert moved[own].max() <= 1.5 / len(corpus.judged)
    assert moved[~own].max() > 0.05


def test_more_trees_grow_after_those_of_a_start(corpus: Corpus, ranker: Ranker) -> None:
    grown = fit_ranker([corpus], start=ranker)
    assert ranker.warm_ is not None
    assert grown.warm_ is not None
    for one, other in ((grown.cold_, ranker.cold_), (grown.warm_, ranker.warm_)):
        assert one.booster_.num_trees() > other.booster_.num_trees()


def test_too_few_judgements_are_refused(corpus: Corpus) -> None:
    with pytest.raises(BadRequest, match="at least"):
        fit_ranker([corpus.judged_only(corpus.judged[:12])])
