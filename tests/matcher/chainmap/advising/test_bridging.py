"""Which pilot base and which fund to ask."""

from __future__ import annotations

from corpora.vocabulary import OrganizationKind
from matcher.chainmap.advising.bridging import bridgings
from matcher.chainmap.advising.demands import demand
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Action, ActionKind, Lane, Placed, VerdictKind
from tests.matcher.chainmap.making import achievement, answer, chart, firm, need, organization

SHELLS = "nuts/shells"


def _bridgings(records: list[Placed], verdicts: dict[str, VerdictKind] | None = None) -> list[Action]:
    made = chart(records, verdicts)
    around = Surroundings(made)
    return list(bridgings(demand(made.chains[0], around, 0.6, []), around))


def test_a_pilot_base_is_asked_for_needs_whose_best_answer_is_a_sample() -> None:
    records = [
        need("n-asks", SHELLS, lane=Lane.PILOT, county="镇安县", answers=[answer("a-lab", 0.8)]),
        need("n-accepts", SHELLS, lane=Lane.LAB, answers=[answer("a-lab", 0.7), answer("a-pilot", 0.65)]),
        need("n-almost", "nuts/storage", answers=[answer("a-lab-2", 0.4)]),
        need("n-pilot", SHELLS, lane=Lane.PILOT, answers=[answer("a-done", 0.8), answer("a-lab", 0.7)]),
        achievement("a-lab", SHELLS, lane=Lane.LAB),
        achievement("a-lab-2", SHELLS, lane=Lane.LAB),
        achievement("a-pilot", SHELLS, lane=Lane.PILOT),
        achievement("a-done", SHELLS, lane=Lane.PRODUCTION),
        organization(
            "o-1", OrganizationKind.PILOT_BASE, "nuts/orchards", county="镇安县", title="果品中试基地"
        ),
    ]
    (found,) = _bridgings(records)
    assert found.kind is ActionKind.PILOT
    assert found.organizations == ("organization:o-1",)
    assert sorted(found.needs) == ["n-accepts", "n-almost", "n-asks"]
    assert sorted(found.achievements) == ["a-lab", "a-lab-2"]
    # One asks for a pilot; two may do with what there is, and count half.
    assert found.weight == round(0.8 + 0.7 / 2 + 0.4 / 2, 2)
    assert found.zh.startswith("请果品中试基地（镇安县）接 2 项还在样品样机的成果（")
    assert found.zh.endswith("：有 3 条需求等着，其中 1 条要到中试以后")
    (outside,) = _bridgings(records[:-1])
    assert outside.zh.startswith("全市没有登记的中试基地，到外面找一家接 2 项")
    assert outside.organizations == ()


def test_of_several_bases_the_one_near_most_of_the_needs_is_asked() -> None:
    base = OrganizationKind.PILOT_BASE
    (found,) = _bridgings(
        [
            *(need(f"n-{number}", SHELLS, answers=[answer("a-1", 0.8)]) for number in range(2)),
            need("n-2", "nuts/orchards", answers=[answer("a-1", 0.8)]),
            achievement("a-1", SHELLS, lane=Lane.LAB),
            organization("o-shells", base, SHELLS),
            organization("o-orchards", base, "nuts/orchards"),
        ]
    )
    assert (found.organizations, found.needs) == (("organization:o-shells",), ("n-0", "n-1"))


def test_a_fund_is_asked_for_pilots_that_firms_wait_for() -> None:
    (found,) = _bridgings(
        [
            need("n-1", SHELLS, lane=Lane.PRODUCTION, answers=[answer("a-1", 0.8)]),
            achievement("a-1", SHELLS, lane=Lane.PILOT),
            organization("o-1", OrganizationKind.FUND, county="", title="引导基金"),
        ]
    )
    assert (found.kind, found.weight, found.organizations) == (ActionKind.FUND, 0.8, ("organization:o-1",))
    assert (
        found.zh == "请引导基金看 1 项还在中试的成果（“a-1成果”）：有 1 条需求等着，其中 1 条要到产业化以后"
    )


def test_a_fund_is_asked_for_local_supply_that_no_firm_takes_up() -> None:
    records = [
        achievement("a-1", SHELLS, is_local=True, lane=Lane.PILOT),
        achievement("a-2", SHELLS, is_local=True, lane=Lane.PRODUCTION),
        achievement("a-3", SHELLS, is_local=True, lane=Lane.LAB),
        achievement("a-4", SHELLS, is_local=False, lane=Lane.PILOT),
        organization("o-1", OrganizationKind.FUND, county="", title="引导基金"),
    ]
    (found,) = _bridgings(records, {SHELLS: VerdictKind.BUILD})
    assert (found.kind, found.needs, found.weight) == (ActionKind.FUND, (), 0.2)
    assert found.achievements == ("a-1", "a-2")
    assert found.zh.startswith("请引导基金看 2 项已到中试以后的本地成果")
    assert _bridgings(records, {SHELLS: VerdictKind.FILL}) == []
    assert _bridgings([*records, firm("o-2", SHELLS)], {SHELLS: VerdictKind.BUILD}) == []
