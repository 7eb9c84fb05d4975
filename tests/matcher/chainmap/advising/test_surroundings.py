"""What stands on nodes and around them."""

from __future__ import annotations

from datetime import date

from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.advising.surroundings import (
    ANY_FIELD,
    ELSEWHERE,
    ON_CHAIN,
    ON_NODE,
    Surroundings,
    counted,
    is_adequate,
    of_counties,
)
from matcher.chainmap.integration import Placed
from tests.matcher.chainmap.making import achievement, answer, chart, firm, need, organization, rich


def _ids(records: list[Placed]) -> list[str]:
    return [one.id for one in records]


def test_an_answer_is_adequate_by_somebodys_word_or_by_its_probability() -> None:
    assert is_adequate(answer("a", 0.6), 0.6)
    assert not is_adequate(answer("a", 0.59), 0.6)
    assert is_adequate(answer("a", 0.1, 3, judged=True), 0.6)
    # What somebody found weak stays weak, whatever was expected of it.
    assert not is_adequate(answer("a", 0.9, 2, judged=True), 0.6)


def test_a_node_counts_what_its_parts_count_and_nothing_that_stands_there_besides() -> None:
    around = Surroundings(rich())
    assert around.branch("nuts/kernels") == ["nuts/kernels", "nuts/freezing"]
    assert _ids(around.counted("nuts/kernels", Kind.NEED)) == ["n-colour"]
    assert _ids(around.counted("nuts/kernels", Kind.ACHIEVEMENT)) == ["a-colour"]
    assert _ids(around.counted("nuts/storage", Kind.ORGANIZATION)) == ["o-small"]
    # o-second stands on freezing first, and on storage besides.
    assert sorted(_ids(around.standing(OrganizationKind.ENTERPRISE, "nuts/storage"))) == [
        "o-second",
        "o-small",
    ]
    assert sorted(around.makers("nuts/shells")) == ["商洛丹江学院", "秦岭大学"]
    assert _ids(around.makers("nuts/shells")["秦岭大学"]) == ["a-carbon", "a-carbon-3"]


def test_who_supplies_a_part_supplies_what_it_is_a_part_of() -> None:
    around = Surroundings(rich())
    assert around.suppliers("nuts/kernels") == ["nuts/storage"]
    assert around.suppliers("nuts/freezing") == ["nuts/storage"]
    assert around.customers("nuts/storage") == ["nuts/kernels"]
    assert around.suppliers("nuts/shells") == around.customers("nuts/shells") == []
    assert around.siblings("nuts/freezing") == ["nuts/kernels"]
    assert around.above("nuts/freezing") == ["nuts/kernels"]
    assert around.siblings("nuts/kernels") == []


def test_a_firm_is_found_by_the_ways_to_write_its_name() -> None:
    made = chart(
        [
            firm("o-1", title="秦岭栗业有限公司（示例）", tier=Tier.CHAIN_LEADER),
            organization("o-2", OrganizationKind.UNIVERSITY, title="秦岭大学"),
            need("n-1", owner="秦岭栗业有限公司"),
            need("n-2", owner="秦岭大学材料学院"),
            need("n-3"),
        ]
    )
    around = Surroundings(made)
    found = [around.firm_of(made.by_key[f"need:n-{number}"]) for number in (1, 2, 3)]
    # A university is no enterprise, and nobody is nobody.
    assert [one and one.id for one in found] == ["o-1", None, None]


def test_needs_of_large_firms_press_most_then_those_that_wait_longest() -> None:
    early, late = date(2026, 1, 1), date(2026, 11, 1)
    made = chart(
        [
            firm("o-1", title="链主公司", tier=Tier.CHAIN_LEADER),
            firm("o-2", title="种子公司", tier=Tier.SEED),
            need("n-1", owner="种子公司", since=late),
            need("n-2", since=early),
            need("n-3", owner="链主公司", since=late),
            need("n-4", owner="种子公司", since=early),
            need("n-5", since=early),
        ]
    )
    needs = [one for one in made.records if one.kind is Kind.NEED]
    assert _ids(sorted(needs, key=Surroundings(made).pressing)) == ["n-3", "n-4", "n-1", "n-2", "n-5"]


def test_the_nearest_is_on_the_node_then_on_the_chain_then_open_to_all_then_anywhere() -> None:
    base = OrganizationKind.PILOT_BASE
    made = chart(
        [
            organization("o-other", base, "energy/cells"),
            organization("o-open", base),
            organization("o-chain", base, "nuts/orchards"),
            organization("o-besides", base, ["energy/stations", "nuts/shells"]),
            organization("o-node", base, "nuts/shells"),
            organization("o-fund", OrganizationKind.FUND, "nuts/shells"),
            need("n-1", "nuts/shells"),
        ]
    )
    around = Surroundings(made)
    far = {key: around.distance(made.by_key[f"organization:o-{key}"], "nuts/shells") for key in
           ("node", "besides", "chain", "open", "other")}  # fmt: skip
    assert far == {
        "node": ON_NODE,
        "besides": ON_NODE,
        "chain": ON_CHAIN,
        "open": ANY_FIELD,
        "other": ELSEWHERE,
    }
    order = ["o-node", "o-besides", "o-chain", "o-open", "o-other"]
    for most in range(1, 6):
        assert _ids(around.nearest(base, "nuts/shells", {}, most)) == order[:most]
    assert around.nearest(OrganizationKind.PLATFORM, "nuts/shells", {}, 3) == []


def test_of_those_as_near_the_one_in_the_county_that_asks_most_comes_first() -> None:
    base = OrganizationKind.PILOT_BASE
    made = chart(
        [
            organization("o-1", base, "nuts/orchards", county="山阳县"),
            organization("o-2", base, "nuts/orchards", county="镇安县"),
            organization("o-3", base, "nuts/orchards", county="商州区"),
            *(need(f"n-{number}", "nuts/shells", county="镇安县") for number in range(2)),
            need("n-3", "nuts/shells", county="商州区"),
            need("n-4", "nuts/shells", county=""),
        ]
    )
    around = Surroundings(made)
    asking = of_counties(around.counted("nuts/shells", Kind.NEED))
    assert asking == {"镇安县": 2, "商州区": 1}
    assert _ids(around.nearest(base, "nuts/shells", asking, 3)) == ["o-2", "o-3", "o-1"]


def test_elsewhere_the_node_decides_that_is_most_like_it() -> None:
    # Both are on the other chain; electrodes of activated carbon are what shells become.
    made = chart(
        [
            organization("o-1", OrganizationKind.PLATFORM, "energy/stations"),
            organization("o-2", OrganizationKind.PLATFORM, "energy/cells"),
        ]
    )
    around = Surroundings(made)
    assert around.alike("nuts/shells", "energy/cells") > around.alike("nuts/shells", "energy/stations") >= 0
    assert around.alike("nuts/shells", "nuts/gone") == 0
    assert _ids(around.nearest(OrganizationKind.PLATFORM, "nuts/shells", {}, 2)) == ["o-2", "o-1"]


def test_a_record_on_a_node_that_the_map_has_not_is_no_harm() -> None:
    made = chart([achievement("a-1", "gone/gone"), organization("o-1", OrganizationKind.FUND, "gone/gone")])
    around = Surroundings(made)
    assert around.makers("nuts/shells") == {}
    assert _ids(around.nearest(OrganizationKind.FUND, "nuts/shells", {}, 3)) == ["o-1"]


def test_numbers_are_told_with_their_nouns() -> None:
    assert [counted(number, "need") for number in (0, 1, 2)] == ["0 needs", "1 need", "2 needs"]
