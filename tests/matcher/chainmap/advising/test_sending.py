"""Letters to institutions, and what is sought outside."""

from __future__ import annotations

import pytest

from corpora.vocabulary import OrganizationKind
from matcher.chainmap.advising.demands import demand
from matcher.chainmap.advising.sending import seekings, sendings
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Action, Placed
from tests.matcher.chainmap.making import achievement, answer, chart, firm, need, organization

SHELLS = "nuts/shells"


def _actions(records: list[Placed]) -> tuple[list[Action], list[Action]]:
    made = chart(records)
    around = Surroundings(made)
    waiting = demand(made.chains[0], around, 0.6, [])
    sent, ids = sendings(waiting, around)
    assert ids == {key for one in sent for key in one.needs}
    return sent, list(seekings(waiting, ids))


def test_needs_go_to_the_institution_whose_answers_come_nearest() -> None:
    (found, other), outside = _actions(
        [
            need("n-1", SHELLS, answers=[answer("a-1", 0.5), answer("a-2", 0.2)]),
            need("n-2", "nuts/orchards", answers=[answer("a-1", 0.3)]),
            need("n-3", SHELLS, answers=[answer("a-2", 0.4)]),
            achievement("a-1", "nuts/storage", "甲大学"),
            achievement("a-2", "nuts/storage", "乙大学"),
            organization("o-1", OrganizationKind.UNIVERSITY, title="甲大学（示例）"),
        ]
    )
    assert found.institutions == ("甲大学（示例）",)
    assert found.organizations == ("organization:o-1",)
    assert found.needs == ("n-1", "n-2")
    assert found.weight == 0.8
    assert found.achievements == ("a-1",)
    assert found.zh == (
        "把 2 条没有够用成果的需求（“n-1的难题”、“n-2的难题”）发给甲大学（示例）：最接近的“a-1成果”把握 50%"
    )
    # What is sent is not sent again: the other gets what is left, though it has a hint for n-1 too.
    assert (other.institutions, other.needs, other.weight) == (("乙大学",), ("n-3",), 0.4)
    assert outside == []


def test_achievements_on_the_node_make_an_institution_likely_without_an_answer() -> None:
    for count, chance in ((1, 0.1), (2, 0.15), (3, 0.2), (9, 0.2)):
        supply = [achievement(f"a-{number}", SHELLS, "甲大学") for number in range(count)]
        (found,), outside = _actions([need("n-1", SHELLS), *supply])
        assert found.weight == chance
        assert found.zh.endswith(f"发给甲大学：它在这些环节有 {count} 项成果")
        assert outside == []
    # Both together: 1 − (1 − 0.4)(1 − 0.2).
    (joined,), _ = _actions([need("n-1", SHELLS, answers=[answer("a-0", 0.4)]), *supply])
    assert joined.weight == pytest.approx(0.52)
    # Elsewhere on the chain nobody is at home.
    sent, (seek,) = _actions([need("n-1", SHELLS), achievement("a-1", "nuts/storage", "甲大学")])
    assert sent == []
    assert seek.needs == ("n-1",)


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        ("栗子公司", OrganizationKind.ENTERPRISE),
        ("没有记录的公司", None),
        ("栗子中试基地", OrganizationKind.PILOT_BASE),
        ("", None),
    ],
)
def test_letters_go_to_universities_and_institutes_alone(owner: str, kind: OrganizationKind | None) -> None:
    records = [need("n-1", SHELLS, answers=[answer("a-1", 0.5)]), achievement("a-1", SHELLS, owner)]
    if kind is OrganizationKind.ENTERPRISE:
        records.append(firm("o-1", title=owner))
    elif kind:
        records.append(organization("o-1", kind, title=owner))
    sent, outside = _actions(records)
    assert sent == []
    # There is a hint on record: nothing has to be sought far away.
    assert outside == []


def test_what_nobody_has_a_hint_for_is_sought_outside() -> None:
    sent, (found,) = _actions([need(f"n-{number}", SHELLS) for number in range(3)])
    assert sent == []
    assert found.needs == ("n-0", "n-1", "n-2")
    assert found.weight == 0.3
    assert found.zh == ("3 条需求（“n-0的难题”、“n-1的难题”等）在库里找不到接近的成果：向外地院校和企业征集")


def test_a_letter_has_twenty_needs_at_most_and_a_chain_three_letters() -> None:
    needs = [need(f"n-{number:03}", SHELLS, answers=[answer("a-1", 0.3)]) for number in range(50)]
    best = need("n-best", SHELLS, answers=[answer("a-1", 0.5)])
    sent, _ = _actions([*needs, best, achievement("a-1", "nuts/storage", "甲大学")])
    assert [len(one.needs) for one in sent] == [20, 20, 11]
    assert sent[0].needs[0] == "n-best"
    assert sent[0].weight == pytest.approx(0.5 + 19 * 0.3)
