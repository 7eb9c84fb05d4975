"""Reasons say what the row holds, to both sides, weightiest first."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.reasons import MOST, reasons
from matcher.service import Service
from models.ranker import COLUMNS


def row(**values: float) -> np.ndarray:
    return np.asarray([values.get(name, np.nan if name.startswith("judged_") else 0.0) for name in COLUMNS])


def effects(**values: float) -> np.ndarray:
    return np.asarray([values.get(name, 0.0) for name in COLUMNS])


def test_the_weightiest_come_first_and_trifles_are_left_out() -> None:
    found = reasons(row(dense_title=3, lexical=5), effects(dense_title=0.5, lexical=-0.9, described=0.01))
    assert [(reason.name, reason.effect) for reason in found] == [("wording", -0.9), ("meaning", 0.5)]


def test_of_a_new_need_nothing_judged_is_told() -> None:
    found = reasons(row(need_judged=0), effects(judged_above_2=3.0))
    assert found == []


def test_judged_neighbours_are_counted_right() -> None:
    said = row(need_judged=7, judged_above_1=0.9, judged_above_2=0.62, judged_above_3=-0.02)
    [found] = reasons(said, effects(judged_above_2=1.0))
    for words in (found.enterprise, found.professor):
        assert "7" in words.zh
        assert "2.5 级" in words.zh
        assert "7" in words.en
        assert "level 2.5" in words.en


def test_one_judged_pair_is_one() -> None:
    [found] = reasons(
        row(need_judged=1, judged_above_1=1, judged_above_2=0.5, judged_above_3=0),
        effects(judged_above_2=1.0),
    )
    assert "1 项" in found.enterprise.zh
    assert "one achievement" in found.professor.en


@pytest.mark.parametrize(
    ("z", "zh", "en"),
    [
        (5, "非常接近", "very close"),
        (2.5, "比较接近", " close"),
        (1.2, "略为接近", "somewhat"),
        (0.2, "并不", "no closer"),
    ],
)
def test_a_similarity_is_told_in_plain_words(z: float, zh: str, en: str) -> None:
    for column, name in (("dense_title", "meaning"), ("dense_text", "meaning"), ("lexical", "wording")):
        [found] = reasons(row(**{column: z}), effects(**{column: -0.4}))
        assert (found.name, found.effect) == (name, -0.4)
        for words in (found.enterprise, found.professor):
            assert zh in words.zh
            assert en in words.en


def test_a_short_record_is_not_said_to_be_a_bare_title() -> None:
    [found] = reasons(row(described=0), effects(described=-0.4))
    assert "标题" not in found.enterprise.zh + found.professor.zh


def test_no_more_are_said_than_people_read() -> None:
    every = dict.fromkeys(COLUMNS, -1.0)
    said = row(need_judged=2, judged_above_1=0, judged_above_2=-0.1, judged_above_3=0)
    assert len(reasons(said, effects(**every))) == MOST


def test_every_match_says_why_in_both_languages_to_both_sides(demo: Service) -> None:
    for match in (
        demo.match_need("n-nuts-01", top=5).matches + demo.match_achievement("a-nuts-02", top=5).matches
    ):
        assert len(match.reasons) <= MOST
        sizes = [abs(reason.effect) for reason in match.reasons]
        assert sizes == sorted(sizes, reverse=True)
        for reason in match.as_json("")["reasons"]:
            assert all(
                reason[side][language] for side in ("enterprise", "professor") for language in ("zh", "en")
            )
    assert demo.match_need("n-nuts-01", top=1).matches[0].reasons
