"""Pitches that cannot all be on stage, noticed by counting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from matcher.roadshow.event import Event, Offer
from matcher.roadshow.plan import Explanation
from matcher.roadshow.solving.sanity import impossible
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import apply_edits

STAGE = {"kind": "pitches", "start": "09:00", "end": "10:00"}  # four places


def only(made: Event) -> Explanation:
    """Return the one thing that is wrong; with its edits made nothing is."""
    [one] = impossible(made)
    assert impossible(replace(made, spec=apply_edits(made.spec, one.edits))) == []
    return one


def offer(name: str, team: str = "t1", institution: str = "甲大学", **relevance: float) -> Offer:
    return Offer(name, f"成果{name}", team, institution, relevance=relevance)


def staged(offers: list[Offer], **more: Any) -> Event:
    spec = Spec.model_validate({"date": "2026-12-11", "sessions": [STAGE], **more})
    return Event(
        spec,
        offers=tuple(offers),
        counties={"n1": "山阳县", "n2": "商南县", "n3": ""},
    )


def test_pitches_that_do_not_fit_the_stage_are_fewer() -> None:
    one = only(staged([offer(f"a{n}") for n in range(9)], pitches={"count": 6}))
    assert one.edits == ({"path": ["pitches", "count"], "value": 4},)
    assert impossible(staged([offer(f"a{n}") for n in range(9)])) == []


def test_of_those_who_must_pitch_the_least_relevant_give_way() -> None:
    offers = [offer(f"a{n}", n1=0.9 if n != 2 else 0.1) for n in range(5)]
    one = only(staged(offers, pitches={"must": [one.achievement_id for one in offers], "count": 4}))
    assert one.edits == ({"path": ["pitches", "must"], "remove": "a2"},)
    one = only(staged(offers, pitches={"must": ["a0", "a1", "a2"], "count": 2}))
    assert one.edits == ({"path": ["pitches", "count"], "value": 3},)


def test_one_institution_must_not_have_more_than_it_may() -> None:
    offers = [offer("a1"), offer("a2"), offer("a3", institution="乙大学")]
    one = only(staged(offers, pitches={"must": ["a1", "a2", "a3"], "max_per_institution": 1}))
    assert one.edits == ({"path": ["pitches", "max_per_institution"], "value": 2},)
    assert "甲大学" in one.zh


def test_counties_must_be_there_to_be_served() -> None:
    one = only(staged([offer("a1")], pitches={"min_counties": 3}))
    assert one.edits == ({"path": ["pitches", "min_counties"], "value": 2},)


def test_who_must_pitch_has_to_be_there() -> None:
    made = staged([offer("a1")], pitches={"must": ["a1"]}, availability=[{"who": "t1", "from": "09:50"}])
    assert only(made).kind == "pitch_unavailable"
