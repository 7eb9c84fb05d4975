"""Chain leaders and who answers them."""

from __future__ import annotations

from hypothesis import given, settings

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.advising.collaborations import SMALL, collaborations
from matcher.chainmap.integration import IntegrationMap
from tests.matcher.chainmap.drawing import charts
from tests.matcher.chainmap.making import achievement, answer, chart, firm, need, organization

LEADER = firm(
    "o-leader", "nuts/kernels", Tier.CHAIN_LEADER, title="秦岭栗业股份有限公司（示例）", county="镇安县"
)


def test_a_leaders_needs_come_with_the_teams_and_small_firms_that_answer_them() -> None:
    (found,) = collaborations(
        chart(
            [
                LEADER,
                # A name is written in several ways.
                need("n-1", "nuts/kernels", owner="秦岭栗业股份有限公司", answers=[
                    answer("a-1", 0.72), answer("a-2", 0.4), answer("a-3", 0.3, 3, judged=True), answer("a-4", 0.9),
                ]),
                need("n-2", "energy/cells", owner="别的公司", answers=[answer("a-1", 0.9)]),
                achievement("a-1", "nuts/kernels", "甲大学"),
                achievement("a-2", "nuts/kernels"),
                achievement("a-3", "nuts/kernels", "乙大学"),
                achievement("a-4", "nuts/kernels", "秦岭栗业股份有限公司"),
                firm("o-here", "nuts/kernels", Tier.SEED, county="商州区"),
                firm("o-near", "nuts/kernels", Tier.HIGH_TECH, county="镇安县"),
                firm("o-up", "nuts/storage", Tier.TECH_SME, county=""),
                firm("o-down", "nuts/shells", Tier.SEED),
                firm("o-large", "nuts/kernels", Tier.ABOVE_SCALE),
            ]
        ),
        0.6,
    )  # fmt: skip
    assert (found.leader, found.chain, found.needs) == ("organization:o-leader", "nuts", ("n-1",))
    # Adequate teams but its own, then small firms: of the node, its county first, and of the one that supplies it.
    assert [(one.key, one.probability) for one in found.helpers] == [
        ("achievement:a-1", 0.72),
        ("achievement:a-3", 0.3),
        ("organization:o-near", 0),
        ("organization:o-here", 0),
        ("organization:o-up", 0),
    ]
    assert {one.need_id for one in found.helpers} == {"n-1"}
    assert found.helpers[0].zh == "甲大学的“a-1成果”能答“n-1的难题”，把握 72%"
    assert found.helpers[1].zh == "乙大学的“a-3成果”能答“n-1的难题”，经人判定为较强相关"
    assert found.helpers[2].zh == "镇安县的高新技术企业o-near公司也在“果仁食品”环节，可问能否配套“n-1的难题”"
    assert (
        found.helpers[4].zh == "科技型中小企业o-up公司在它的上一环“采后贮运与保鲜”，可问能否配套“n-1的难题”"
    )


def test_a_firm_is_named_once_for_a_leader() -> None:
    (found,) = collaborations(
        chart(
            [
                LEADER,
                need("n-1", "nuts/kernels", owner=LEADER.title),
                need("n-2", "nuts/kernels", owner=LEADER.title),
                firm("o-1", "nuts/kernels"),
            ]
        ),
        0.6,
    )
    assert found.needs == ("n-1", "n-2")
    assert [(one.key, one.need_id) for one in found.helpers] == [("organization:o-1", "n-1")]


def test_a_leader_that_asks_for_nothing_gets_who_stands_on_its_node() -> None:
    (found,) = collaborations(
        chart(
            [
                LEADER,
                firm("o-1", "nuts/freezing", Tier.SEED),
                achievement("a-1", "nuts/kernels", "甲大学"),
                achievement("a-2", "nuts/kernels", "乙大学"),
                achievement("a-3", "nuts/freezing", "乙大学"),
                achievement("a-4", "nuts/kernels", LEADER.title),
            ]
        ),
        0.6,
    )
    assert found.needs == ()
    assert [one.key for one in found.helpers] == ["achievement:a-2", "achievement:a-1", "organization:o-1"]
    assert found.helpers[0].zh == "乙大学在“果仁食品”环节有 2 项成果，如“a-2成果”"


def test_leaders_come_by_chain_those_with_most_needs_first() -> None:
    leaders = [
        firm("o-1", "energy/cells", Tier.CHAIN_LEADER),
        firm("o-2", "nuts/kernels", Tier.CHAIN_LEADER),
        firm("o-3", "nuts/kernels", Tier.CHAIN_LEADER),
        firm("o-4", tier=Tier.CHAIN_LEADER),
        firm("o-5", tier=Tier.CHAIN_LEADER),
        firm("o-6", "nuts/kernels", Tier.LISTED),
        organization("o-7", OrganizationKind.PARK, "nuts/kernels"),
    ]
    needs = [need("n-1", "nuts/shells", owner="o-3公司"), need("n-2", "energy/cells", owner="o-5公司")]
    found = collaborations(chart([*leaders, *needs]), 0.6)
    assert [(one.leader, one.chain) for one in found] == [
        ("organization:o-3", "nuts"),
        ("organization:o-2", "nuts"),
        # Off the map, it goes by its needs.
        ("organization:o-5", "energy"),
        ("organization:o-1", "energy"),
        ("organization:o-4", ""),
    ]
    assert collaborations(chart(), 0.6) == ()


@settings(max_examples=100, deadline=None)
@given(charts())
def test_collaborations_of_any_map(made: IntegrationMap) -> None:
    found = collaborations(made, 0.6)
    assert found == collaborations(IntegrationMap.model_validate_json(made.model_dump_json()), 0.6)
    leaders = [one.key for one in made.records if one.tier is Tier.CHAIN_LEADER]
    assert sorted(one.leader for one in found) == sorted(leaders)
    for one in found:
        assert one.leader not in {each.key for each in one.helpers}
        for helper in one.helpers:
            record = made.by_key[helper.key]
            assert record.kind == "achievement" or record.tier in SMALL
            assert helper.need_id in one.needs or (not one.needs and helper.need_id == "")
