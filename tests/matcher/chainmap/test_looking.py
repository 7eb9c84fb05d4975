"""What of a map may be shown, and one node of it, narrowed: counted by hand on small maps."""

from __future__ import annotations

from datetime import date

import pytest

from corpora.errors import BadRequest, UnknownRecord
from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.advising.gaps import gaps
from matcher.chainmap.integration import (
    Gap,
    IntegrationMap,
    Lane,
    Overridden,
    Verdict,
    VerdictKind,
)
from matcher.chainmap.looking import GONE, Narrowing, node_view, shown
from tests.matcher.chainmap.making import DAY, achievement, answer, chart, firm, need, organization

SECRET = "速冻栗仁护色的秘密"


@pytest.fixture
def small() -> IntegrationMap:
    said = Overridden(verdict=VerdictKind.BUILD, reason="已引进", who="李局", at="2026-11-01T00:00:00+00:00")
    verdict = Verdict(
        verdict=VerdictKind.BUILD, rule="thin", by_rule=VerdictKind.THIN, zh="少", en="few", date=DAY, overridden=said
    )  # fmt: skip
    records = [
        need("n-1", "nuts/kernels", title=SECRET, owner="秘密公司", county="洛南县", lane=Lane.LAB),
        need("n-2", "nuts/freezing", answers=[answer("a-1", 0.9)], since=date(2026, 1, 5)),
        need("n-3", "nuts/freezing", answers=[answer("a-1", 0.3)]),
        achievement("a-1", "nuts/kernels"),
        achievement("a-2", ["energy/cells", "nuts/freezing"]),
        firm("f-1", "nuts/kernels", Tier.CHAIN_LEADER, county="洛南县"),
        firm("f-2", "nuts/freezing", Tier.SEED),
        organization("o-1", OrganizationKind.PILOT_BASE, "nuts/kernels"),
    ]
    gap = Gap(
        node="nuts/kernels", weight=2, zh=f"“{SECRET}”无人能答", en=f"no answer to '{SECRET}'", needs=("n-1",)
    )
    return chart(records, {"nuts/shells": verdict}, gaps=(gap,))


def test_a_node_has_the_records_of_its_parts(small: IntegrationMap) -> None:
    view = node_view(small, "nuts/kernels")
    assert [one.id for one in view.unmet] == ["n-1", "n-3"]  # nothing answers the first at all
    assert [one.id for one in view.met] == ["n-2"]
    assert [one.id for one in view.achievements] == ["a-1"]
    assert [one.id for one in view.firms] == ["f-1", "f-2"]
    assert [one.id for one in view.elements] == ["o-1"]
    assert [one.id for one in view.also] == ["a-2"]
    assert [one.node.id for one in view.parts] == ["freezing"]
    assert [one.node.id for one in view.supplied_by] == ["storage"]
    assert view.gap == small.gaps[0]
    assert {lane: (one.needs, one.achievements, one.organizations) for lane, one in view.lanes.items()} == {
        "research": (0, 0, 0), "development": (0, 0, 0), "lab": (1, 0, 0), "pilot": (0, 1, 0),
        "production": (0, 0, 2), "": (2, 0, 1),
    }  # fmt: skip
    part = node_view(small, "nuts/freezing")
    assert part.above
    assert part.above.node.id == "kernels"
    assert part.count == 3


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ({"county": "洛南县"}, {"n-1", "a-1", "f-1"}),
        ({"tier": "seed"}, {"n-1", "n-2", "n-3", "a-1", "f-2", "o-1"}),
        ({"lane": "lab"}, {"n-1"}),
        ({"until": "2026-01-05"}, {"n-2"}),
        ({"since": "2026-01-06", "lane": "pilot"}, {"a-1"}),
        ({"county": "", "tier": "", "since": " "}, {"n-1", "n-2", "n-3", "a-1", "f-1", "f-2", "o-1"}),
    ],
)
def test_what_is_asked_narrows(small: IntegrationMap, said: dict[str, str], ids: set[str]) -> None:
    view = node_view(small, "nuts/kernels", Narrowing.read(said))
    lists = (view.unmet, view.met, view.achievements, view.firms, view.elements)
    assert {one.id for each in lists for one in each} == ids
    assert view.count == len(ids)


@pytest.mark.parametrize(
    "said",
    [{"tier": "x"}, {"lane": "TRL"}, {"since": "昨天"}, {"since": "2026-02-01", "until": "2026-01-01"}],
)
def test_what_makes_no_sense_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        Narrowing.read(said)


@pytest.mark.parametrize("key", ["none/kernels", "nuts/none", "nuts", "", "nuts/kernels/x"])
def test_an_unknown_node_is_told_with_those_that_there_are(small: IntegrationMap, key: str) -> None:
    with pytest.raises(UnknownRecord, match=r"kernels|nuts"):
        node_view(small, key)


def test_what_is_gone_is_nowhere_named_and_still_counted(small: IntegrationMap) -> None:
    seen = shown(small, {"need:n-1"}, names=True)
    said = seen.model_dump_json()
    assert SECRET not in said
    assert "秘密公司" not in said
    assert seen.by_key["need:n-1"].title == GONE
    assert seen.numbers == small.numbers
    assert seen.nodes["nuts/kernels"].numbers.needs == 3
    # It is a map like any other.
    assert IntegrationMap.model_validate_json(said) == seen


def test_a_long_title_that_sentences_would_cut_is_nowhere_either() -> None:
    title = "用超临界二氧化碳分步萃取核桃青皮中胡桃醌并联产单宁与膳食纤维的成套工艺和装备研究"
    records = [
        need("n-1", "nuts/kernels", answers=[answer("a-1", 0.5)]),
        achievement("a-1", "nuts/kernels", title=title, owner="青皮大学"),
        achievement("a-2", "nuts/kernels"),
    ]
    whole = chart(records)
    whole = whole.model_copy(update={"gaps": gaps(whole, whole.adequate)})
    assert title[:20] in whole.model_dump_json(include={"gaps"})
    said = shown(whole, {"achievement:a-1"}).model_dump_json()
    assert title[:10] not in said
    assert "青皮大学" not in said
    assert len(shown(whole, {"achievement:a-1"}).gaps) == 1


def test_who_overrode_is_told_to_those_who_may_know(small: IntegrationMap) -> None:
    assert "李局" not in shown(small).model_dump_json()
    assert "已引进" in shown(small).model_dump_json()
    assert shown(small, names=True) is small
