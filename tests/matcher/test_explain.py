"""Explanations on the demo: figures are compared as numbers, beside the quote that answers."""

from __future__ import annotations

from collections import Counter

import pytest

from matcher.checks import Status
from matcher.explain import Answer, explain
from matcher.service import Service


def evidence(demo: Service, need_id: str, achievement_id: str) -> dict[str, Answer]:
    need, achievement = demo.store.need(need_id), demo.store.achievement(achievement_id)
    [answers] = explain(need, [achievement], demo.recommender().indexes)
    return {answer.asked: answer for answer in answers}


@pytest.mark.parametrize(
    ("need_id", "achievement_id", "asked", "status"),
    [
        ("n-equipment-01", "a-equipment-01", "内孔圆度≤0.05mm", Status.MET),
        ("n-equipment-09", "a-equipment-10", "单位产品气耗下降≥15%", Status.MET),
        ("n-herbs-03", "a-herbs-03", "断根率≤8%", Status.MET),
        ("n-equipment-01", "a-equipment-01", "心部硬度30-42HRC", Status.UNKNOWN),
        ("n-tailings-10", "a-tailings-10", "总铁≤2毫克/升", Status.UNKNOWN),
        ("n-materials-07", "a-materials-11", "碳酸钙≤1.0%", Status.UNKNOWN),
    ],
)
def test_figures_of_indicators_are_compared(
    demo: Service, need_id: str, achievement_id: str, asked: str, status: Status
) -> None:
    answer = evidence(demo, need_id, achievement_id)[asked]
    assert answer.answered
    assert answer.comparison is not None
    assert answer.comparison.status is status


def test_an_answer_whose_figures_fall_short_is_quoted_and_marked(demo: Service) -> None:
    unmet = [
        answer
        for judgement in demo.store.judgements()
        for answer in evidence(demo, judgement.need_id, judgement.achievement_id).values()
        if answer.comparison and answer.comparison.status is Status.UNMET
    ]
    assert unmet
    for answer in unmet:
        said = answer.as_json()
        assert said["answered"]
        assert said["quote"]
        assert said["comparison"]["status"] == "unmet"


def test_only_indicators_that_are_answered_are_compared(demo: Service) -> None:
    answers = evidence(demo, "n-energy-01", "a-energy-01").values()
    compared = [answer for answer in answers if answer.comparison]
    assert compared
    assert all(answer.is_indicator and answer.answered for answer in compared)
    assert all(answer.as_json()["comparison"] is None for answer in answers if answer not in compared)


def test_figures_of_strong_pairs_are_mostly_met_where_they_can_be_compared(demo: Service) -> None:
    found = Counter(
        answer.comparison.status
        for judgement in demo.store.judgements()
        if judgement.level == 4
        for answer in evidence(demo, judgement.need_id, judgement.achievement_id).values()
        if answer.comparison
    )
    assert found[Status.MET] >= 50
    assert found[Status.UNMET] <= found[Status.MET] / 10
