"""Recommending on the demo: good pairs first, explained, and no where no is the answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import BadRequest
from corpora.vocabulary import Kind, Mode
from matcher.recommend import Filters, Recommender, need_from_text
from matcher.service import Service
from models.encoders import Encoder
from models.indexes import Indexes
from models.ranker import Ranker
from models.sides import Document


def judged_levels(demo: Service) -> dict[str, dict[str, int]]:
    levels: dict[str, dict[str, int]] = {}
    for judgement in demo.store.judgements():
        levels.setdefault(judgement.need_id, {})[judgement.achievement_id] = judgement.level
    return levels


def test_most_needs_find_their_best_achievement_first(demo: Service) -> None:
    levels = judged_levels(demo)
    strong = {need_id: found for need_id, found in levels.items() if max(found.values()) == 4}
    firsts = [levels[need_id].get(_first(demo, need_id), 1) for need_id in strong]
    assert np.mean(np.asarray(firsts) == 4) > 0.9


def test_both_ways_round_a_pair_has_one_score(demo: Service) -> None:
    forward = demo.match_need("n-materials-01", top=20).matches
    for match in forward[:3]:
        backward = demo.match_achievement(match.achievement.id, top=100).matches
        [same] = [other for other in backward if other.need.id == "n-materials-01"]
        assert same.scored.score == pytest.approx(match.scored.score, abs=1e-4)


def test_a_score_does_not_depend_on_the_length_of_the_list(demo: Service) -> None:
    short, long = (demo.match_need("n-herbs-03", top=top).matches for top in (2, 50))
    assert [match.scored for match in short] == [match.scored for match in long[:2]]
    assert len(long) == 50


@pytest.mark.parametrize(
    ("text", "adequate"),
    [
        ("山地光伏板积灰多，缺水，想要自动清洗办法", True),
        ("香菇菌棒转色期污染率高怎么办", True),
        ("舰船螺旋桨空泡噪声控制技术", False),
        ("婚庆策划服务", False),
        ("？？？", False),
    ],
)
def test_no_adequate_match_is_an_answer(demo: Service, text: str, adequate: bool) -> None:
    assert demo.match_text(text, top=5).adequate is adequate


def test_quotes_stand_in_the_achievement_word_for_word(demo: Service) -> None:
    answered = 0
    for match in demo.match_need("n-materials-01", top=10).matches:
        source = match.achievement.title + match.achievement.text
        for answer in match.evidence:
            assert answer.quote in source
            answered += answer.answered
    assert answered >= 5


def test_every_indicator_is_answered_or_said_to_be_open(demo: Service) -> None:
    need = demo.store.need("n-materials-01")
    best = demo.match_need(need.id, top=1).matches[0]
    asked = [answer.asked for answer in best.evidence if answer.is_indicator]
    assert asked == need.indicators
    ammonia = next(answer for answer in best.evidence if answer.asked == "出水氨氮≤15mg/L")
    assert ammonia.answered
    assert "氨氮" in ammonia.quote


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        (Filters(institution=("渭滨",)), lambda found: "渭滨" in found.institution),
        (Filters(region=("杨凌", "商洛")), lambda found: "杨凌" in found.region or "商洛" in found.region),
        (Filters(mode=("license",)), lambda found: Mode.LICENSE in found.modes),
        (Filters(min_stage=7), lambda found: found.stage is not None and found.stage >= 7),
        (Filters(field=("尾矿",), max_stage=6), lambda found: found.stage in range(1, 7) and "尾矿" in "".join(found.fields)),
    ],
)  # fmt: skip
def test_filters_keep_the_best_of_those_that_pass(demo: Service, filters: Filters, holds) -> None:
    passing = [record for record in demo.store.achievements() if holds(record)]
    everything = demo.match_need("n-tailings-01", top=1000).matches
    found = demo.match_need("n-tailings-01", top=5, filters=filters).matches
    expected = [m.achievement.id for m in everything if holds(m.achievement)][:5]
    assert passing
    assert [match.achievement.id for match in found] == expected


def test_filters_that_none_passes_give_an_empty_answer(demo: Service) -> None:
    answer = demo.match_need("n-nuts-01", filters=Filters(institution=("不存在的大学",)))
    assert answer.matches == []
    assert not answer.adequate


def test_where_the_list_is_cut_a_repeated_text_makes_room(tiny: Encoder) -> None:
    indexes = Indexes(tiny)
    texts = {"a1": "板栗去壳", "a2": "板栗去壳", "a3": "板栗去壳", "b": "板栗去皮", "c": "核桃去壳"}
    indexes.update_achievements([Document(key, text, text) for key, text in texts.items()])
    recommend = Recommender(indexes, Ranker.load(), 0.6)
    need = indexes.need_side([Document("n", "板栗去壳", "板栗去壳")])
    keys = [
        [one.achievement_id for one in recommend.rank_achievements(need, "n", "板栗去壳", top)]
        for top in (3, 5)
    ]
    assert len({texts[key] for key in keys[0]}) == 3
    assert sorted(keys[1]) == sorted(texts)


def test_json_has_the_agreed_shape_and_no_contact(demo: Service) -> None:
    answer = demo.match_need("n-nuts-01", top=3).as_json()
    assert set(answer) == {"query", "adequate", "matches"}
    contacts = [
        demo.store.get(kind, record.id).contact for kind in Kind for record in demo.store.records(kind)
    ]
    said = str(answer)
    for match in answer["matches"]:
        wanted = "need_id achievement_id title level probabilities score checks evidence"
        assert set(wanted.split()) <= set(match)
        assert sum(match["probabilities"]) == pytest.approx(1, abs=1e-3)
    assert not [contact.phone for contact in contacts if contact.phone and contact.phone in said]


def test_a_typed_text_keeps_all_its_words() -> None:
    need = need_from_text("第一行\n第二行讲细节")
    assert need.title == "第一行"
    assert "第二行讲细节" in need.document
    long = need_from_text("很长" * 300)
    assert long.document == "很长" * 300


@pytest.mark.parametrize("text", ["", " \n\t", "长" * 20_001, "\x00"])
def test_a_text_that_says_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        need_from_text(text)


@given(st.text(min_size=1, max_size=300))
def test_any_other_text_makes_a_need(text: str) -> None:
    try:
        assert need_from_text(text).title
    except BadRequest:
        assert not any(letter.isprintable() and not letter.isspace() for letter in text)


def _first(demo: Service, need_id: str) -> str:
    return demo.match_need(need_id, top=1).matches[0].achievement.id
