"""Gaps on maps counted by hand, and properties of those of any map."""

from __future__ import annotations

from hypothesis import given, settings

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.advising.gaps import gaps
from matcher.chainmap.integration import Gap, IntegrationMap, Overridden, Placed, Verdict, VerdictKind
from tests.matcher.chainmap.drawing import cases, charts
from tests.matcher.chainmap.making import DAY, achievement, answer, chart, firm, need, organization, rich

FILL, UPGRADE, BUILD = VerdictKind.FILL, VerdictKind.UPGRADE, VerdictKind.BUILD


def _one(records: list[Placed], verdicts: dict[str, VerdictKind] | None = None) -> Gap:
    (found,) = gaps(chart(records, verdicts), 0.6)
    return found


def test_a_gap_says_in_one_sentence_what_is_unanswered_who_depends_on_it_and_what_is_nearest() -> None:
    found = _one(
        [
            need("n-1", "nuts/storage", answers=[answer("a-1", 0.31)]),
            need("n-2", "nuts/storage"),
            need("n-3", "nuts/storage", answers=[answer("a-2", 0.9)]),
            achievement("a-1", "nuts/storage", "秦岭大学", title="鲜栗气调贮藏技术"),
            achievement("a-2", "nuts/storage"),
            firm("o-1", "nuts/kernels"),
            firm("o-2", "nuts/freezing"),
            firm("o-3", "nuts/shells"),
        ],
        {"nuts/storage": FILL},
    )
    assert found.node == "nuts/storage"
    assert found.zh == (
        "板栗核桃“采后贮运与保鲜”：3 条需求里 2 条无人能答，下游 2 家企业靠它，本地却没有企业做；"
        "最接近的是秦岭大学的“鲜栗气调贮藏技术”（把握 31%，不到够用的 60%）"
    )
    assert found.en == (
        "storage (nuts): 2 of 3 needs without an answer, 2 firms downstream on it but no local firm in it; "
        "nearest is '鲜栗气调贮藏技术' of 秦岭大学 (probability 31%, short of 60%)"
    )
    assert found.needs == ("n-1", "n-2")
    # Two needs, and 0.3 for each of two firms; for a fund and an agency, which nobody on record is, 0.5 each.
    assert [one.kind for one in found.missing] == [OrganizationKind.FUND, OrganizationKind.TRANSFER_AGENCY]
    assert found.weight == 2 + 0.6 + 1


def test_the_one_supplier_of_several_is_told_as_a_risk() -> None:
    found = _one(
        [firm("o-1", "nuts/storage"), firm("o-2", "nuts/kernels"), firm("o-3", "nuts/kernels")],
        {"nuts/storage": FILL},
    )
    assert found.zh == "板栗核桃“采后贮运与保鲜”：下游 2 家企业只靠本地 1 家供应"
    assert found.needs == ()
    assert found.weight == 0.3


def test_supply_without_industry_is_a_gap_to_be_built() -> None:
    found = _one(
        [
            achievement("a-1", "nuts/shells", is_local=True),
            achievement("a-2", "nuts/shells"),
            firm("o-1", "nuts/orchards", county="镇安县"),
            organization("o-2", OrganizationKind.FUND, "nuts/shells"),
        ],
        {"nuts/shells": BUILD},
    )
    assert found.zh == "板栗核桃“果壳利用”：有 2 项成果（其中本地 1 项已到中试以后），本地还没有企业接"
    assert found.en == (
        "shells (nuts): 2 achievements (1 of them local and at pilot or beyond) but no local firm to take them up"
    )
    assert found.weight == 0.1


def test_an_established_node_that_asks_for_more_than_there_is_locally_is_told_so() -> None:
    records = [
        firm("o-1", "energy/cells"),
        firm("o-2", "energy/cells"),
        need("n-1", "energy/cells", answers=[answer("a-1", 0.8)]),
        achievement("a-1", "energy/cells"),
        organization("o-3", OrganizationKind.FUND, "energy/cells"),
        organization("o-4", OrganizationKind.TRANSFER_AGENCY, "energy/cells"),
    ]
    found = _one(records, {"energy/cells": UPGRADE})
    assert found.zh == "光伏储能“电芯与电堆”：2 家企业提了 1 条需求，本地还没有成果"
    assert (found.weight, found.missing) == (0.25, ())
    found = _one([*records, achievement("a-2", "energy/cells", is_local=True)], {"energy/cells": UPGRADE})
    assert found.zh.endswith("本地成果只有 1 项")


def test_unmet_needs_are_a_gap_whatever_the_verdict_and_nothing_else_is() -> None:
    made = chart([need("n-1", "nuts/shells"), need("n-2", "energy/stations", answers=[answer("a-1", 0.9)]),
                  achievement("a-1", "energy/stations")])  # fmt: skip
    (found,) = gaps(made, 0.6)
    assert (found.node, found.needs, found.weight) == ("nuts/shells", ("n-1",), 1)
    assert found.zh == "板栗核桃“果壳利用”：1 条需求无人能答；库里还没有够用的成果"
    assert gaps(chart(), 0.6) == ()


def test_the_worst_comes_first() -> None:
    found = gaps(rich(), 0.6)
    assert [one.node for one in found] == ["nuts/storage", "energy/cells", "nuts/kernels", "nuts/shells"]
    # Two unmet needs and two firms that depend on one; one unmet need and a firm without a supplier; an upgrade
    # whose match nobody carries on; one local achievement that is ready.
    assert [one.weight for one in found] == [2.3, 1.3, 0.75, 0.1]


def test_of_a_node_and_its_parts_the_parts_are_told_unless_it_has_unmet_needs_of_its_own() -> None:
    part, own = need("n-1", "nuts/freezing"), need("n-2", "nuts/kernels")
    verdicts = {"nuts/kernels": FILL, "nuts/freezing": FILL}
    assert [one.node for one in gaps(chart([part], verdicts), 0.6)] == ["nuts/freezing"]
    (both,) = gaps(chart([part, own], verdicts), 0.6)
    assert (both.node, both.needs) == ("nuts/kernels", ("n-1", "n-2"))
    # Nothing is open on the part: the verdict is the whole's.
    alone = gaps(chart([firm("o-1", "nuts/freezing")], {"nuts/kernels": FILL}), 0.6)
    assert [one.node for one in alone] == ["nuts/kernels"]


def test_what_a_person_found_balanced_is_no_gap() -> None:
    word = Overridden(verdict=VerdictKind.BALANCED, reason="外地已有稳定供应", who="局长", at="2026-11-01")
    settled = Verdict(
        verdict=VerdictKind.BALANCED, rule="fill", by_rule=FILL, zh="", en="", date=DAY, overridden=word
    )
    records = [need("n-1", "nuts/shells")]
    assert gaps(chart(records, {"nuts/shells": settled}), 0.6) == ()
    # What the rules find balanced is one still, where a need is open.
    assert len(gaps(chart(records, {"nuts/shells": VerdictKind.BALANCED}), 0.6)) == 1


def test_a_persons_verdict_is_told_with_its_reason_and_the_rules_words_where_there_are_no_numbers() -> None:
    word = Overridden(verdict=BUILD, reason="邻县已有龙头", who="局长", at="2026-11-01")
    said = Verdict(
        verdict=FILL, rule="x", by_rule=VerdictKind.THIN, zh="证据不足", en="thin", date=DAY, overridden=word
    )
    (found,) = gaps(chart([], {"nuts/shells": said}), 0.6)
    assert found.zh == "板栗核桃“果壳利用”：经人裁定为补链（邻县已有龙头）"
    assert "局长" not in found.zh + found.en
    (found,) = gaps(chart([], {"nuts/shells": FILL}), 0.6)
    assert (found.zh, found.weight) == ("板栗核桃“果壳利用”：补链：0 条记录", 0)


def test_needs_of_chain_leaders_are_the_most_pressing() -> None:
    found = _one(
        [
            firm("o-1", "energy/cells", Tier.CHAIN_LEADER, title="链主公司"),
            need("n-1", "nuts/shells"),
            need("n-2", "nuts/shells", owner="链主公司"),
        ]
    )
    assert found.needs == ("n-2", "n-1")


@settings(max_examples=150, deadline=None)
@given(charts(), cases())
def test_gaps_of_any_map(made: IntegrationMap, followed: list[tuple[str, str]]) -> None:
    found = gaps(made, 0.6, followed)
    assert found == gaps(IntegrationMap.model_validate_json(made.model_dump_json()), 0.6, followed)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    told = [key for one in found for key in one.needs]
    assert len(told) == len(set(told))
    unmet = {one.id for one in made.records if one.kind == "need" and one.spots and not one.met}
    # No verdict was a person's: every unmet need on a node is told once.
    assert set(told) == unmet
    keys = made.by_key
    for one in found:
        assert len({filler.key for filler in one.fillers}) == len(one.fillers)
        assert all(filler.key in keys and 0 <= filler.probability <= 1 for filler in one.fillers)
        assert all(key in keys for each in one.missing for key in each.nearest)
        assert not one.zh.endswith("：")
        assert "\n" not in one.zh + one.en
