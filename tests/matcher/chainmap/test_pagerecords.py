"""Which records the page names: the telling ones of each node, everything only once, never too many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.integration import IntegrationMap, Lane
from matcher.chainmap.pagecube import CELL_KINDS
from matcher.chainmap.pagerecords import MAX_RECORDS, MAX_TITLE, RECORD_FIELDS, Shown
from tests.matcher.chainmap import making


def named(shown: Shown, places: list[int]) -> list[str]:
    return [records(shown)[place]["id"] for place in places]


def records(shown: Shown) -> list[dict[str, Any]]:
    return [dict(zip(RECORD_FIELDS, row, strict=True)) for row in shown.rows()]


def test_the_telling_ones_come_first() -> None:
    day = making.DAY
    shown = Shown(
        making.chart(
            [
                making.need("n-met", "nuts/storage", answers=[making.answer("a-own", 0.9)]),
                making.need("n-old", "nuts/storage", since=day - timedelta(days=400)),
                making.need("n-new", "nuts/storage"),
                making.achievement("a-far", "nuts/storage"),
                making.achievement("a-lab", "nuts/storage", lane=Lane.LAB, is_local=True),
                making.achievement("a-own", "nuts/storage", is_local=True),
                making.firm("o-small", "nuts/storage", Tier.SEED),
                making.firm("o-leader", "nuts/storage", Tier.CHAIN_LEADER),
                making.firm("o-unknown", "nuts/storage", None),
                making.organization("o-base", OrganizationKind.PILOT_BASE, "nuts/storage"),
                making.organization("o-school", OrganizationKind.UNIVERSITY, "nuts/storage"),
            ]
        )
    )
    lists = {kind: named(shown, places) for kind, places in shown.of_node("nuts/storage").items()}
    assert lists == {
        "need": ["n-new", "n-old", "n-met"],
        "achievement": ["a-own", "a-lab", "a-far"],
        "firm": ["o-leader", "o-small", "o-unknown"],
        "element": ["o-base"],
        "also": [],
    }


def test_a_node_names_what_stands_on_its_parts_and_what_is_also_relevant() -> None:
    shown = Shown(making.rich())
    assert named(shown, shown.of_node("nuts/kernels")["need"]) == ["n-colour"]
    # It stands on frozen kernels first, and is counted there.
    assert named(shown, shown.of_node("nuts/kernels")["also"]) == ["n-colour"]
    assert named(shown, shown.of_node("energy/cells")["also"]) == ["a-carbon-3"]


def test_institutions_are_counted_under_one_name() -> None:
    shown = Shown(
        making.chart(
            [
                making.achievement("a-1", "nuts/shells", "秦岭大学材料学院"),
                making.achievement("a-2", "nuts/shells", "秦岭大学"),
                making.achievement("a-3", "nuts/shells", "商洛丹江学院"),
                making.achievement("a-4", "nuts/shells", ""),
            ]
        )
    )
    found = [(shown.strings[name], count) for name, count in shown.institutions("nuts/shells")]
    assert found == [("秦岭大学", 2), ("商洛丹江学院", 1)]


def test_a_record_is_named_with_kind_and_county_as_they_are_counted() -> None:
    base = OrganizationKind.PILOT_BASE
    shown = Shown(
        making.chart(
            [
                making.need("n-1", "nuts/storage", county="镇安县"),
                # Where it says a region alone, that is no county, whatever it is called.
                making.firm("o-1", "nuts/storage", county="", region="镇安县"),
                making.organization("o-2", base, county="商州区"),
                making.organization("o-3", base).model_copy(update={"organization_kind": None}),
            ]
        )
    )
    for key in ("need:n-1", "organization:o-1", "organization:o-2", "organization:o-3"):
        shown.key(key)
    found = {
        one["id"]: (CELL_KINDS[one["cell"]], shown.counties[one["seat"]], shown.strings[one["county"]])
        for one in records(shown)
    }
    assert found == {
        "n-1": ("need", "镇安县", "镇安县"),
        "o-1": ("firm", "", "镇安县"),
        "o-2": ("element", "商州区", "商州区"),
        "o-3": ("institution", "商州区", "商州区"),
    }


def test_a_need_has_the_tier_of_its_enterprise() -> None:
    leader = making.firm("o-1", "nuts/kernels", Tier.CHAIN_LEADER, title="秦岭栗业股份有限公司（示例）")
    shown = Shown(
        making.chart(
            [leader, making.need("n-1", owner="秦岭栗业股份有限公司"), making.need("n-2", owner="别家")]
        )
    )
    assert shown.tier_of == {"need:n-1": Tier.CHAIN_LEADER, "need:n-2": None}


def test_answers_are_named_with_their_needs_and_titles_are_cut() -> None:
    shown = Shown(
        making.chart(
            [
                making.need("n-1", "nuts/storage", title="长" * 500, answers=[making.answer("a-1", 0.31)]),
                making.achievement("a-1", title="甲\x00乙"),
            ]
        )
    )
    shown.key("need:n-1")
    need, answer = records(shown)
    assert len(need["title"]) == MAX_TITLE
    assert need["answers"] == [[1, 2, 0.31, 0]]
    assert (answer["id"], answer["title"]) == ("a-1", "甲乙")
    assert shown.key("need:none") == -1


def test_of_a_province_so_many_are_named_as_can_be_sent() -> None:
    some = [
        making.need(
            f"n-{place:05}", f"nuts/{node}", since=date(2024, 1, 1), answers=[making.answer(f"a-{place:05}", 0.3)]
        )
        for place in range(2_000)
        for node in [making.NUTS.nodes[place % 5].id]
    ]  # fmt: skip
    supply = [making.achievement(f"a-{place:05}", "energy/cells") for place in range(2_000)]
    chart = IntegrationMap(**dict(making.chart()) | {"records": tuple(supply + some)})
    shown = Shown(chart)
    for key in chart.nodes:
        assert len(shown.of_node(key)["need"]) <= 30
    assert 0 < len(records(shown)) <= MAX_RECORDS
