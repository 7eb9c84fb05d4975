"""Learning from verdicts: only for the better, and what to ask next."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.errors import BadRequest
from corpora.records import Judgement
from matcher.indexing import document
from matcher.learning import doubt, learn, learning_curve, suggest
from matcher.service import Service
from matcher.training import Corpus, consolidated, fit_ranker
from models.indexes import Document


def documents(demo: Service) -> tuple[list[Document], list[Document]]:
    return list(map(document, demo.store.needs())), list(map(document, demo.store.achievements()))


@pytest.fixture(scope="module")
def contrary(demo: Service) -> Corpus:
    """The demo's judgements turned round: what was strong is none, so that the shipped ranker is wrong."""
    corpus = demo.corpus()
    return corpus.judged_only([(need, achievement, 5 - level) for need, achievement, level in corpus.judged])


def test_several_people_make_one_level() -> None:
    given = [
        Judgement(need_id="n", achievement_id="a", level=level, author=str(level)) for level in (1, 2, 4)
    ]
    more = [Judgement(need_id="n", achievement_id="b", level=level, author=str(level)) for level in (2, 3)]
    assert consolidated([*given, *more]) == [("n", "a", 2), ("n", "b", 3)]


def test_a_ranker_that_is_surely_better_is_taken(demo: Service, contrary: Corpus) -> None:
    learnt = learn(contrary, *documents(demo), demo.ranker)
    assert learnt.better
    assert learnt.after["mae"] < learnt.before["mae"]
    assert learnt.gain_low is not None
    assert 0 < learnt.gain_low <= learnt.gain
    assert learnt.judgements == len(contrary.judged)


def test_a_ranker_that_is_not_surely_better_is_not(demo: Service) -> None:
    corpus = demo.corpus()
    learnt = learn(corpus, *documents(demo), fit_ranker([corpus]))
    assert not learnt.better


def test_too_few_verdicts_are_one_clear_line(demo: Service) -> None:
    few = demo.corpus().judged_only(demo.corpus().judged[:8])
    with pytest.raises(BadRequest):
        learn(few, *documents(demo), demo.ranker)


def test_the_same_judgements_make_the_same_ranker_and_the_same_hash(demo: Service) -> None:
    corpus = demo.corpus()
    one, other = fit_ranker([corpus]), fit_ranker([corpus.judged_only(corpus.judged[::-1])])
    assert one.manifest_ == other.manifest_
    assert one.manifest_["judgements"] == [len(corpus.judged)]
    again = fit_ranker([corpus])
    table = np.nan_to_num(
        np.random.default_rng(0).normal(size=(20, len(one.warm_.names if one.warm_ else ())))
    )
    assert np.allclose(one.predict_proba(table), again.predict_proba(table))
    assert one.neighbours_ is not None
    assert fit_ranker([corpus, corpus]).neighbours_ is None


def test_suggestions_are_open_doubtful_and_one_a_need(demo: Service) -> None:
    corpus = demo.corpus()
    needs, _ = documents(demo)
    found = suggest(demo.recommender(), needs, corpus.judged, top=20)
    known = {(need, achievement) for need, achievement, _ in corpus.judged}
    assert len(found) == 20
    assert not known & {(one.need_id, one.achievement_id) for one in found}
    assert len({one.need_id for one in found}) == 20
    assert [one.doubt for one in found] == sorted((one.doubt for one in found), reverse=True)


def test_doubt_is_nothing_where_sure_and_two_bits_where_open() -> None:
    assert doubt(np.asarray([[0, 1, 0, 0], [0.25] * 4])).tolist() == pytest.approx([0, 2])


def test_where_no_need_has_enough_verdicts_there_is_no_curve(demo: Service) -> None:
    assert learning_curve(demo.corpus(), documents(demo)[0]) == []
