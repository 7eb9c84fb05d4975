"""Learning from verdicts: only for the better, and what to ask next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from corpora.errors import BadRequest
from corpora.records import Judgement
from matcher.folds import need_folds
from matcher.indexing import document
from matcher.learning import SHOTS, doubt, given_after, held_out_table, learn, learning_curve, suggest
from matcher.service import Service
from matcher.training import Corpus, fit_ranker
from models.sides import Document


def documents(demo: Service) -> tuple[list[Document], list[Document]]:
    return list(map(document, demo.store.needs())), list(map(document, demo.store.achievements()))


@pytest.fixture(scope="module")
def contrary(demo: Service) -> Corpus:
    """The demo's judgements turned round: what was strong is none, so that the shipped ranker is wrong."""
    corpus = demo.corpus()
    return corpus.judged_only([(need, achievement, 5 - level) for need, achievement, level in corpus.judged])


def test_a_ranker_that_is_surely_better_is_taken_and_is_so_on_other_needs(
    demo: Service, contrary: Corpus
) -> None:
    needs, achievements = documents(demo)
    held = need_folds(contrary.judged, needs, seed=1) == 0
    known = contrary.judged_only([one for one, out in zip(contrary.judged, held, strict=True) if not out])
    learnt = learn(known, needs, achievements, demo.ranker)
    assert learnt.better
    assert learnt.gain_low is not None
    assert 0 < learnt.gain_low <= learnt.gain
    assert learnt.after["mae"] < learnt.before["mae"]
    assert learnt.judgements == len(known.judged)
    assert learnt.raised + learnt.lowered > 0
    assert learnt.ranker is not None
    table = held_out_table(contrary, known, np.flatnonzero(held))
    old, new = (
        np.abs(each.predict(table) - contrary.levels[held]).mean() for each in (demo.ranker, learnt.ranker)
    )
    assert new < old - 0.1


def test_a_ranker_that_is_not_surely_better_is_not(demo: Service) -> None:
    corpus = demo.corpus()
    learnt = learn(corpus, *documents(demo), fit_ranker([corpus]))
    assert not learnt.better


def test_too_few_verdicts_are_one_clear_line(demo: Service) -> None:
    few = demo.corpus().judged_only(demo.corpus().judged[:8])
    with pytest.raises(BadRequest):
        learn(few, *documents(demo), demo.ranker)


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


def test_the_more_of_a_need_is_judged_the_better_its_other_pairs_are_known(demo: Service) -> None:
    """Each need takes to one chain's achievements, not its own: no likeness tells which, verdicts do."""
    needs, achievements = documents(demo)
    chains = ["nuts", "fungi", "energy"]
    offered = [one.key for chain in chains for one in achievements if one.key.startswith(f"a-{chain}-")]
    asked = [one for one in needs if one.key.startswith("n-tailings-")]
    judged = [
        (need.key, one, 4 if one.startswith(f"a-{chains[place % 3]}-") else 1)
        for place, need in enumerate(asked) for one in offered[place % 2 :: 2]
    ]  # fmt: skip
    corpus = demo.corpus()
    points = learning_curve(Corpus(corpus.indexes, {one.key: one for one in needs}, judged), needs)
    assert [point.judgements for point in points] == list(SHOTS)
    assert {point.needs for point in points} == {len(asked)}
    assert points[0].ndcg < points[1].ndcg <= points[-1].ndcg + 0.02
    assert points[-1].ndcg > 0.95
    assert points[-1].contest > points[0].contest + 0.1


def test_suggestions_keep_to_what_is_asked_for(demo: Service) -> None:
    need = document(demo.store.need("n-nuts-01"))
    head = demo.match_need(need.key, top=10).matches
    judged = [(need.key, match.achievement.id, 2) for match in head[:9]]
    [found] = suggest(demo.recommender(), [need], judged, top=5)
    assert found.achievement_id == head[9].achievement.id
    assert found.doubt == pytest.approx(doubt(np.asarray([head[9].scored.probabilities]))[0])
    judged.append((need.key, found.achievement_id, 2))
    assert suggest(demo.recommender(), [need], judged, top=5) == []


def test_what_the_ranker_in_use_has_seen_is_no_proof(demo: Service) -> None:
    corpus = demo.corpus()
    seen = np.zeros(len(corpus.judged), bool)
    seen[:10] = True
    with pytest.raises(BadRequest, match="10 judgements since"):
        learn(corpus, *documents(demo), demo.ranker, unseen=seen)


def test_verdicts_are_told_apart_by_their_time() -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC)
    given = [
        Judgement(need_id="n", achievement_id="old", level=1, at=then - timedelta(days=1)),
        Judgement(need_id="n", achievement_id="new", level=1, at=then + timedelta(days=1)),
        Judgement(need_id="n", achievement_id="anew", level=1, author="a", at=then - timedelta(days=1)),
        Judgement(need_id="n", achievement_id="anew", level=2, author="b", at=then + timedelta(days=1)),
    ]
    judged = [("n", "old", 1), ("n", "new", 1), ("n", "anew", 2)]
    assert given_after(given, judged, then).tolist() == [False, True, True]
    assert given_after(given, judged, None).all()
