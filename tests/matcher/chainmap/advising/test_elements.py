"""What is missing between the lanes, on maps counted by hand."""

from __future__ import annotations

import pytest

from corpora.vocabulary import OrganizationKind
from matcher.chainmap.advising.elements import between, missing
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Lane, Missing, Placed
from tests.matcher.chainmap.making import achievement, answer, chart, need, organization

SHELLS = "nuts/shells"


def _missing(records: list[Placed], cases: list[tuple[str, str]] | None = None) -> tuple[Missing, ...]:
    made = chart(records)
    return missing(made.nodes[SHELLS], Surroundings(made), cases or [])


def _kinds(found: tuple[Missing, ...]) -> list[OrganizationKind]:
    return [one.kind for one in found]


def test_lab_samples_without_a_pilot_miss_a_pilot_base() -> None:
    (found,) = _missing(
        [
            achievement("a-1", SHELLS, lane=Lane.LAB),
            achievement("a-2", SHELLS, lane=Lane.LAB),
            achievement("a-3", SHELLS, lane=None),
        ]
    )
    assert (found.kind, found.after, found.before) == (OrganizationKind.PILOT_BASE, Lane.LAB, Lane.PILOT)
    assert found.zh == "2 项成果停在样品样机阶段，没有一项到了中试；全市没有登记的中试基地，要到外面找"
    assert found.en.startswith("2 achievements still at lab sample, none has reached pilot; a pilot base")
    assert found.nearest == ()


def test_needs_that_ask_for_more_than_a_sample_miss_it_though_a_pilot_is_there() -> None:
    supply = [achievement("a-1", SHELLS, lane=Lane.LAB), achievement("a-2", SHELLS, lane=Lane.PRODUCTION)]
    asking = [
        need("n-1", SHELLS, lane=Lane.PRODUCTION),
        need("n-2", SHELLS, lane=Lane.LAB),
        need("n-3", SHELLS),
    ]
    assert _missing(supply) == ()
    (found,) = _missing([*supply, *asking])
    assert found.kind is OrganizationKind.PILOT_BASE
    assert "1 项成果停在样品样机阶段，1 条需求要到中试以后" in found.zh


@pytest.mark.parametrize(
    ("lanes", "kind"),
    [
        ([Lane.RESEARCH], OrganizationKind.PLATFORM),
        ([Lane.RESEARCH, Lane.DEVELOPMENT], OrganizationKind.PLATFORM),
        ([Lane.LAB], OrganizationKind.PILOT_BASE),
        ([Lane.RESEARCH, Lane.LAB], OrganizationKind.PILOT_BASE),
        ([Lane.PILOT], OrganizationKind.FUND),
        ([Lane.LAB, Lane.PILOT], OrganizationKind.FUND),
        ([Lane.PRODUCTION], None),
        ([], None),
    ],
)
def test_supply_misses_who_takes_it_over_the_next_step(
    lanes: list[Lane], kind: OrganizationKind | None
) -> None:
    found = _missing([achievement(f"a-{number}", SHELLS, lane=lane) for number, lane in enumerate(lanes)])
    assert _kinds(found) == ([kind] if kind else [])


def test_who_stands_on_the_node_is_not_missing_and_who_stands_near_is_named() -> None:
    sample = achievement("a-1", SHELLS, lane=Lane.LAB)
    base = OrganizationKind.PILOT_BASE
    assert _missing([sample, organization("o-1", base, SHELLS)]) == ()
    assert _missing([sample, organization("o-1", base, ["energy/cells", SHELLS])]) == ()
    for where, said in (
        ("nuts/orchards", "本环节没有中试基地，同一条链上有栗子中试基地（镇安县）"),
        ("", "本链没有中试基地，不分行业的有栗子中试基地（镇安县）"),
        ("energy/cells", "本链没有中试基地，最接近的是“光伏储能”链上的栗子中试基地（镇安县）"),
    ):
        (found,) = _missing([sample, organization("o-1", base, where, title="栗子中试基地", county="镇安县")])
        assert found.nearest == ("organization:o-1",)
        assert found.zh.endswith(said)


def test_matches_that_nobody_follows_up_miss_a_transfer_agency() -> None:
    records = [
        achievement("a-1", SHELLS, lane=Lane.PRODUCTION),
        need("n-1", SHELLS, answers=[answer("a-1", 0.9)]),
        need("n-2", SHELLS, answers=[answer("a-1", 0.7)]),
        need("n-3", SHELLS, answers=[answer("a-1", 0.2)]),
    ]
    (found,) = _missing(records)
    assert found.kind is OrganizationKind.TRANSFER_AGENCY
    assert found.zh.startswith("2 条需求已有够用的成果，还没人牵线")
    (found,) = _missing(records, [("n-1", "a-1"), ("n-3", "a-1")])
    assert found.zh.startswith("1 条需求")
    assert _missing(records, [("n-1", "a-1"), ("n-2", "a-1")]) == ()
    assert _missing([*records, organization("o-1", OrganizationKind.TRANSFER_AGENCY, SHELLS)]) == ()


def test_between_a_need_and_its_answer_lie_the_steps_to_production() -> None:
    sample = achievement("a-1", SHELLS, lane=Lane.LAB)
    asking = need("n-1", "nuts/storage", lane=Lane.PILOT, county="镇安县")
    made = chart(
        [
            sample,
            asking,
            organization("o-1", OrganizationKind.PILOT_BASE, "nuts/storage"),
            organization("o-2", OrganizationKind.FUND),
        ]
    )
    around = Surroundings(made)
    found = between(asking, sample, around)
    assert _kinds(found) == [OrganizationKind.PILOT_BASE, OrganizationKind.FUND]
    # Unlike a node's, a step is told though somebody stands there.
    assert found[0].nearest == ("organization:o-1",)
    assert found[0].zh == "成果在样品样机阶段，需求最低要中试；本环节有中试基地：o-1机构（商州区）"
    assert found[1].nearest == ("organization:o-2",)


def test_between_is_nothing_where_nothing_is_known_or_left_to_do() -> None:
    asking, nowhere = need("n-1", SHELLS), need("n-2")
    done, unknown = achievement("a-1", SHELLS, lane=Lane.PRODUCTION), achievement("a-2", SHELLS, lane=None)
    off = achievement("a-3", lane=Lane.LAB)
    around = Surroundings(chart([asking, nowhere, done, unknown, off]))
    assert (
        between(asking, done, around)
        == between(asking, unknown, around)
        == between(nowhere, off, around)
        == ()
    )
    # One that does not say how far it has to be still has the way to production before it.
    first = between(asking, off, around)[0]
    assert "需求没说要到哪一步" in first.zh
