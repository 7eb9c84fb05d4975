"""Fits: what people judged is certain, the rest is what the ranker expects."""

from __future__ import annotations

import pytest

from corpora.vocabulary import Kind
from matcher import fits as module
from matcher.fits import best_fit, fits, public_needs, rank
from matcher.service import Service


def test_a_judged_pair_has_the_level_that_it_was_given(demo: Service) -> None:
    verdicts = {pair: level for pair, level in demo.verdicts().items() if pair[0] == "n-nuts-02"}
    found = {
        (one.need_id, one.achievement_id): one
        for one in fits(demo, ["n-nuts-02"], demo.store.ids(Kind.ACHIEVEMENT))
    }
    assert len(found) == len(demo.store.ids(Kind.ACHIEVEMENT))
    assert verdicts
    for pair, level in verdicts.items():
        assert (found[pair].level, found[pair].score, found[pair].judged) == (
            level,
            pytest.approx((level - 1) / 3, abs=1e-4),
            True,
        )


def test_another_pair_has_the_level_and_expectation_of_the_match(demo: Service) -> None:
    judged = {one for need, one in demo.verdicts() if need == "n-nuts-02"}
    matches = [
        one for one in demo.match_need("n-nuts-02", top=50).matches if one.achievement.id not in judged
    ]
    found = {
        one.achievement_id: one for one in fits(demo, ["n-nuts-02"], [one.achievement.id for one in matches])
    }
    for match in matches:
        expected = sum(level * p for level, p in enumerate(match.scored.probabilities, 1))
        fit = found[match.achievement.id]
        assert fit.level == match.scored.level
        assert fit.score == pytest.approx((expected - 1) / 3, abs=1e-3)
        assert not fit.judged


def test_only_the_level_that_is_asked_for_comes(demo: Service) -> None:
    needs, offered = public_needs(demo), demo.store.ids(Kind.ACHIEVEMENT)
    found = fits(demo, needs, offered, 3)
    assert found
    assert all(one.level >= 3 and 0 <= one.score <= 1 for one in found)
    assert {one.need_id for one in found} <= set(needs)


def test_of_very_many_the_nearest_are_scored_and_the_judged(
    demo: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs, offered = public_needs(demo)[:20], demo.store.ids(Kind.ACHIEVEMENT)
    every = fits(demo, needs, offered, 3)
    monkeypatch.setattr(module, "_ALL", 10)
    monkeypatch.setattr(module, "_NEAREST", 40)
    assert {(one.need_id, one.achievement_id) for one in fits(demo, needs, offered, 3)} == {
        (one.need_id, one.achievement_id) for one in every
    }
    judged = {pair for pair in demo.verdicts() if pair[0] in needs}
    found = {(one.need_id, one.achievement_id) for one in fits(demo, needs, offered)}
    assert judged <= found
    assert len(found) < len(needs) * len(offered)
    few = offered[:50]
    assert {one.achievement_id for one in fits(demo, needs, few)} <= set(few)


def test_progress_is_told_need_by_need_and_unknown_records_are_left_out(demo: Service) -> None:
    told: list[tuple[int, int]] = []
    found = fits(
        demo, ["n-nuts-01", "nobody", "n-nuts-02"], ["a-nuts-01", "nobody"], 1, lambda *n: told.append(n)
    )
    assert told == [(1, 2), (2, 2)]
    assert {(one.need_id, one.achievement_id) for one in found} == {
        ("n-nuts-01", "a-nuts-01"),
        ("n-nuts-02", "a-nuts-01"),
    }


def test_the_best_fit_is_best_of_all(demo: Service) -> None:
    needs, offered = ["n-nuts-01", "n-nuts-02"], ["a-nuts-01", "a-nuts-02", "a-energy-01"]
    assert best_fit(demo, needs, offered) == max(fits(demo, needs, offered), key=rank)
    assert best_fit(demo, [], offered) is None
    weak = best_fit(demo, ["n-nuts-01"], ["a-energy-01"])
    assert weak
    assert weak.level < 3
