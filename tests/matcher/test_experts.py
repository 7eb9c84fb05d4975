"""Experts: people ranked through all their achievements, each with evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import UnknownRecord
from corpora.records import Achievement, Need
from corpora.store import DuplicateLink, Origin, Store
from corpora.vocabulary import Kind
from matcher.experts import COUNTED, Expert, joined, rank_people
from matcher.matches import Scored
from matcher.people import who_is_who
from matcher.recommend import Filters
from matcher.service import Service
from matcher.settings import Settings
from models.encoders import default_cache
from models.ngrams import NgramWeights

WORK = "板栗去壳机用气流把板栗壳与栗仁分离，去壳率98%，栗仁完整率高，已在山区板栗加工厂使用"
NEED = Need(id="n", title="板栗去壳", text="板栗去壳损伤栗仁，需要板栗去壳设备", indicators=["去壳率≥95%"])


def made(key: str, *signed: str, at: str = "甲大学", **more) -> Achievement:
    return Achievement(id=key, title="板栗去壳机", institution=at, inventors=list(signed), **more)


def ranked(
    odds: dict[str, float], *achievements: Achievement, links: Sequence[DuplicateLink] = ()
) -> list[Expert]:
    """Rank the inventors, given how probable it is that each achievement is adequate."""
    scored = {key: Scored("n", key, 3 if p >= 0.5 else 2, (0.0, 1 - p, p, 0.0), p) for key, p in odds.items()}
    return rank_people(who_is_who(achievements, links, NgramWeights()), scored, links)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An empty installation."""
    Store.create(tmp_path / "data").close()
    opened = Service(Settings(data=tmp_path / "data", cache=default_cache()))
    yield opened
    opened.close()


#: What else a store holds: related is what stands out.
OTHERS = [
    Achievement(id=f"o{place}", title=title, text=f"{title}的研究与示范，已完成现场试验")
    for place, title in enumerate(
        [
            "锂电池热失控预警",
            "光伏组件清洗",
            "丹参切段干燥",
            "尾矿充填胶结",
            "香菇菌棒转色",
            "地膜回收造粒",
            "钒渣焙烧",
            "数控机床联网",
        ]
    )
]


def take_in(service: Service, *records: Achievement | Need) -> None:
    service.store.take_in([Origin(record) for record in (*records, *OTHERS)], "表.xlsx", "", "tester")


def test_two_fairly_strong_achievements_beat_one_slightly_better() -> None:
    found = ranked({"a": 0.6, "b": 0.58, "c": 0.66}, made("a", "王明"), made("b", "王明"), made("c", "李华"))
    assert [one.person.name for one in found] == ["王明", "李华"]


def test_fifty_weak_achievements_beat_nobody() -> None:
    heap = [made(f"w{i}", "王明") for i in range(50)]
    found = ranked({"c": 0.6} | {one.id: 0.2 for one in heap}, made("c", "李华"), *heap)
    assert [one.person.name for one in found] == ["李华", "王明"]
    assert len(found[1].evidence) == COUNTED


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_the_score_lies_between_the_best_and_twice_the_best(strengths: list[float]) -> None:
    assert max(strengths) - 1e-9 <= joined(strengths) <= min(1, 2 * max(strengths)) + 1e-9


def test_a_near_duplicate_does_not_count_twice() -> None:
    links = [
        DuplicateLink(Kind.ACHIEVEMENT, "a-b", "a", 90.0),
        DuplicateLink(Kind.ACHIEVEMENT, "a-c", "a-b", 90.0),
    ]
    works = made("a", "王明"), made("a-b", "王明"), made("a-c", "王明")
    odds = {"a": 0.6, "a-b": 0.7, "a-c": 0.5}
    [one] = ranked(odds, *works, links=links)
    assert one.score == pytest.approx(0.7)
    assert [(each.achievement.id, each.repeats) for each in one.evidence] == [("a-b", ("a", "a-c"))]
    assert ranked(odds, *works)[0].score > 0.8


def test_of_one_team_the_first_inventor_leads() -> None:
    found = ranked({"a": 0.6}, made("a", "王明", "李华", "赵一"))
    assert [one.person.name for one in found] == ["王明", "李华", "赵一"]
    assert found[1].team == ["王明", "赵一"]


def test_stages_and_fields_are_those_of_the_evidence() -> None:
    [one] = ranked({"a": 0.6, "b": 0.6}, made("a", "王明", stage=4, fields=["食品"]),
                   made("b", "王明", stage=7, fields=["食品", "机械"]), made("c", "王明", stage=9))  # fmt: skip
    assert one.stages == (4, 7)
    assert one.fields == ["食品", "机械"]


def test_titles_are_cleaned_and_namesakes_kept_apart(service: Service) -> None:
    take_in(
        service, NEED,
        made("a", "王明 教授", "李华（负责人）", text=WORK), made("b", "王明", text=WORK + "，配有色选"),
        made("c", "王明", at="乙大学", text=WORK + "，另有烘干"),
    )  # fmt: skip
    found = service.experts_for_need("n").experts
    assert sorted((one.person.name, *one.person.institutions, len(one.evidence)) for one in found) == [
        ("李华", "甲大学", 1), ("王明", "乙大学", 1), ("王明", "甲大学", 2)]  # fmt: skip
    assert found[0].person.institutions == ["甲大学"]
    notes = [note for one in found if one.person.name == "王明" for note in one.person.notes]
    assert {note.kind for note in notes} == {"namesake"}


def test_a_namesake_whom_the_filters_hide_is_still_named(service: Service) -> None:
    take_in(
        service, NEED, made("a", "王明", text=WORK), made("c", "王明", at="乙大学", text=WORK + "，另有烘干")
    )
    [one] = service.experts_for_need("n", filters=Filters(institution=("甲",))).experts
    assert [each.achievement.id for each in one.evidence] == ["a"]
    assert one.person.notes[0].achievement_ids == ("c",)


def test_no_contact_leaks_even_where_it_stands_beside_a_name(service: Service) -> None:
    private = {"name": "钱密", "phone": "000-1234-5678", "email": "secret@example.com"}
    take_in(
        service, NEED, made("a", "王明 000-1234-5678", "李华 secret@example.com", text=WORK, contact=private)
    )
    answer = service.experts_for_need("n").as_json()
    assert {one["name"] for one in answer["experts"]} == {"王明", "李华"}
    assert not [value for value in private.values() if value in str(answer)]


def test_an_empty_store_has_no_experts(service: Service) -> None:
    answer = service.experts_for_text("板栗去壳")
    assert answer.experts == []
    assert not answer.adequate


def test_achievements_that_name_nobody_make_nobody_an_expert(service: Service) -> None:
    take_in(service, NEED, made("a", text=WORK), made("b", "教授", text=WORK))
    assert service.experts_for_need("n").experts == []


def test_an_unknown_need_is_said(service: Service) -> None:
    with pytest.raises(UnknownRecord, match="nobody"):
        service.experts_for_need("nobody")


def test_the_inventors_of_the_best_achievement_come_first(demo: Service) -> None:
    best: dict[str, set[str]] = {}
    for judgement in demo.store.judgements():
        if judgement.level == 4:
            best.setdefault(judgement.need_id, set()).add(judgement.achievement_id)
    hits = [
        any(
            mention.achievement.id in wanted
            for one in demo.experts_for_need(need_id, top=3).experts
            for mention in one.person.mentions
        )
        for need_id, wanted in best.items()
    ]
    assert sum(hits) > 0.9 * len(hits)


def test_quotes_stand_in_the_achievement_and_evidence_is_that_of_the_match(demo: Service) -> None:
    answer = demo.experts_for_need("n-materials-01", top=5)
    matches = {one.achievement.id: one for one in demo.match_need("n-materials-01", top=100).matches}
    assert answer.adequate
    for each in [evidence for one in answer.experts for evidence in one.evidence]:
        match = matches[each.achievement.id]
        assert each.scored == match.scored
        quotes = {(answer.asked, answer.quote) for answer in match.evidence if answer.answered}
        assert (each.answer.asked, each.answer.quote) in quotes if each.answer else not quotes
    assert answer.experts[0].evidence[0].answer is not None


def test_json_names_no_contact(demo: Service) -> None:
    answer = demo.experts_for_need("n-herbs-03", top=20).as_json()
    assert set(answer) == {"query", "adequate", "experts"}
    wanted = "name institutions score stages fields team evidence notes"
    assert all(set(wanted.split()) == set(one) for one in answer["experts"])
    contacts = [record.contact for kind in Kind for record in demo.store.records(kind)]
    private = {value for contact in contacts for value in (contact.phone, contact.email) if value}
    assert not [value for value in private if value in str(answer)]
