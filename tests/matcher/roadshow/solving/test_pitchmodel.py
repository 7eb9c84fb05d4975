"""The model of the pitches: what a choice is worth."""

from __future__ import annotations

import pytest

from matcher.roadshow.event import Event, Offer
from matcher.roadshow.solving.pitchmodel import SECOND, SPREAD, Choice, worth
from matcher.roadshow.solving.stageplaces import places_of
from matcher.roadshow.specs.reading import spec_from


def offer(key: str, node: str = "", **relevance: float) -> Offer:
    return Offer(key, key, f"t-{key}", "", (node,) if node else (), relevance)


def test_the_best_answer_counts_in_full_and_the_second_a_share() -> None:
    a, b, c = offer("a", n1=0.9), offer("b", n1=0.7, n2=0.5), offer("c", n1=0.8)
    assert worth([]) == 0
    assert worth([a]) == pytest.approx(0.9)
    assert worth([a, b]) == pytest.approx(0.9 + SECOND * 0.7 + 0.5)
    assert worth([b, c, a]) == pytest.approx(0.9 + SECOND * 0.8 + 0.5)


def test_each_further_pitch_of_a_node_adds_less() -> None:
    many = [offer(str(n), "上") for n in range(5)]
    added = [worth(many[: n + 1]) - worth(many[:n]) for n in range(5)]
    assert added[: len(SPREAD)] == pytest.approx(list(SPREAD))
    assert added == sorted(added, reverse=True)
    assert added[-1] == 0


def test_broken_rules_are_named_with_how_much() -> None:
    session = {"kind": "pitches", "start": "09:00", "end": "09:30"}
    spec = spec_from({
        "date": "2026-12-11", "sessions": [session], "pitches": {"count": 2, "must": ["a"], "min_counties": 1},
        "availability": [{"who": "t-a", "from": "12:00"}],
    })  # fmt: skip
    event = Event(
        spec, offers=(offer("a", n1=1.0), offer("b", n1=0.9), offer("c", n1=0.8)), counties={"n1": "甲县"}
    )
    stage = places_of(spec)
    assert Choice(event, event.offers, stage, {}).solve(0, 10) is None
    found = Choice(event, event.offers, stage, {}, elastic=True).solve(0, 10)
    assert found is not None
    assert [(one.rule, one.by, one.offer) for one in found.broken] == [("must", 1, event.offers[0])]
    assert {one.achievement_id for one in found.offers} == {"b", "c"}
    assert found.value == pytest.approx(0.9 + SECOND * 0.8)
