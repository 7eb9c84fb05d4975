"""What the coach says of a need that is being written."""

from __future__ import annotations

from datetime import date

import pytest

from corpora.records import Need
from corpora.store import Store
from corpora.submissions import Status, Submissions
from matcher import coach
from matcher.coach import moves, remarks, similar_needs
from matcher.service import Service

TODAY = date(2026, 6, 1)
TEXT = (
    "现在用滚筒脱皮机脱核桃青皮，日处理二十吨。脱皮后两小时果壳就发黑，只能降价卖给加工厂。试过加大水量，污水又处理不了；"
    "人工摊晾要四十个人，雨天没有地方。"
)
CLEAR = Need(
    title="核桃青皮机械脱皮后果壳发黑",
    text=TEXT,
    indicators=["黑斑果率≤2%"],
    deadline=date(2027, 6, 30),
    budget="50万元",
)


def said(need: Need) -> list[str]:
    return [remark.name for remark in remarks(need, TODAY)]


def without(**fields: object) -> list[str]:
    return said(CLEAR.model_copy(update=fields))


def test_nothing_is_said_of_a_clear_need() -> None:
    assert said(CLEAR) == []


def test_an_empty_need_gets_the_weightiest_remarks_and_no_more() -> None:
    assert said(Need.model_construct(title="")) == ["title", "text", "indicators", "deadline"]
    assert len(remarks(Need.model_construct(title=""), TODAY)) == coach.MOST


@pytest.mark.parametrize(
    "title",
    ["求合作", "技术需求", "寻求高校技术支持与合作", "关于产品升级的技术难题", "板栗", "", "★技术 合作★"],
)
def test_a_general_title_is_told(title: str) -> None:
    assert "title" in without(title=title)


@pytest.mark.parametrize("title", ["板栗去壳后褐变", "香菇菌棒夏天烂棒", "walnut shells turn black"])
def test_a_title_that_names_a_thing_and_its_problem_is_not(title: str) -> None:
    assert "title" not in without(title=title)


def test_a_short_text_is_told_and_then_only_that_it_is_short() -> None:
    assert without(text="果壳发黑") == ["text"]


def test_indicators_need_a_figure() -> None:
    assert without(indicators=[]) == ["indicators"]
    assert without(indicators=["外观好看", "工人学得会"]) == ["indicators"]
    assert without(indicators=["外观好看", "每小时≥2吨"]) == []


def test_a_figure_of_the_text_is_taken_up() -> None:
    need = CLEAR.model_copy(update={"indicators": [], "text": f"{TEXT}去年损耗率12%。"})
    assert "12%" in remarks(need, TODAY)[0].zh


def test_what_was_tried_and_how_it_is_now_are_asked_where_they_are_unsaid() -> None:
    text = "核桃青皮脱下以后果壳很快就发黑，客户不要，降价也没人收，损失很大，一季要亏不少钱，大家都很着急，不知道该怎么办才好。"
    assert without(text=text) == ["now", "tried"]
    assert without(text=f"{text}目前人工摊晾。") == ["tried"]
    assert without(text=f"{text}目前人工摊晾，还没有试过别的。") == []


def test_means_without_an_end_are_told() -> None:
    text = "我们厂目前有三条生产线，之前上过一套系统，这次计划上工业大数据平台和人工智能系统，欢迎有经验的单位前来洽谈交流。"
    found = CLEAR.model_copy(
        update={"title": "智能化大数据平台建设", "text": text, "indicators": ["≥3 条线"]}
    )
    assert said(found) == ["purpose"]
    assert said(found.model_copy(update={"text": f"{text}希望减少停机。"})) == []


def test_dates_and_money_are_asked_last() -> None:
    assert without(deadline=None, budget="") == ["deadline", "budget"]
    assert without(budget="面议") == []
    assert "已经过了" in remarks(CLEAR.model_copy(update={"deadline": date(2026, 5, 31)}), TODAY)[0].zh


def test_an_address_that_is_cut_off_is_noticed() -> None:
    for email, expected in (("wang@", ["email"]), ("wang", ["email"]), ("w@x.cn", []), ("", [])):
        assert without(contact=CLEAR.contact.model_copy(update={"email": email})) == expected


def test_every_remark_is_one_friendly_line_in_both_languages() -> None:
    drafts = [
        Need.model_construct(title=""),
        CLEAR.model_copy(update={"indicators": ["好"], "deadline": date(2020, 1, 1), "budget": ""}),
        Need(title="求合作", text="大数据" * 20),
    ]
    for remark in (remark for need in drafts for remark in remarks(need, TODAY)):
        for text in (remark.zh, remark.en):
            assert text
            assert "\n" not in text
            assert "错" not in text
            assert "必须" not in text
            assert "must" not in text.lower()
        assert len(remark.zh) <= 60
        assert remark.field in {*Need.model_fields, "contact_email"}


def test_hostile_text_is_only_text() -> None:
    for text in ("<script>" * 2000, "\u202e" * 19_000, "1" * 20_000, "🌰" * 20_000, "≥" * 20_000):
        need = Need(title=text[:200], text=text, indicators=[text])
        assert len(remarks(need, TODAY)) <= coach.MOST


def test_demo_needs_which_are_well_written_are_told_little(demo: Service) -> None:
    needs = list(demo.store.needs())
    counts = [len(said(need)) for need in needs]
    assert sum(counts) / len(needs) < 1
    assert not any({"title", "text"} & set(said(need)) for need in needs)


def test_moves_are_told_against_the_last_look() -> None:
    assert moves([], ["a", "b"]).moves == {"a": "same", "b": "same"}
    found = moves(["a", "b", "c"], ["b", "d", "c"])
    assert found.moves == {"b": "up", "d": "new", "c": "same"}
    assert found.gone == ["a"]
    assert moves(["a", "b"], ["b", "a"]).moves == {"b": "up", "a": "down"}
    assert moves(["a"], []).gone == ["a"]


def test_a_repeat_is_recognized_and_nothing_else_of_the_trade(demo: Service) -> None:
    needs = list(demo.store.needs())
    found = {need.id: similar_needs(demo.store, need) for need in needs}
    repeats = {frozenset((one, other.id)) for one, near in found.items() for other, _ in near}
    linked = {frozenset((link.id, link.original_id)) for link in demo.store.duplicates(Need.KIND)}
    assert linked
    assert repeats == linked


def test_a_hidden_need_is_named_to_brokers_only(
    demo: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("hidden")
    demo.store.copy_to(folder / "shuanglian.db")
    store = Store(folder)
    need = next(iter(store.needs()))
    draft = need.model_copy(update={"id": "draft"})
    assert [other.id for other, _ in similar_needs(store, draft)] == [need.id]
    kept = Submissions(store)
    kept.add("SL-A", need.id, need.title, "digest", None)
    assert similar_needs(store, draft) == []
    assert [other.id for other, _ in similar_needs(store, draft, public=False)] == [need.id]
    kept.decide("SL-A", Status.APPROVED, "", "broker")
    assert [other.id for other, _ in similar_needs(store, draft)] == [need.id]
