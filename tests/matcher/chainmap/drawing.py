"""Maps drawn at random: records anywhere on the two chains or nowhere, answers of any worth, verdicts of any kind."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.integration import IntegrationMap, Lane, Placed, VerdictKind
from tests.matcher.chainmap.making import (
    CHAINS,
    HOSTILE,
    achievement,
    answer,
    chart,
    firm,
    need,
    organization,
)

NODES = [f"{chain.id}/{node.id}" for chain in CHAINS for node in chain.nodes]
OWNERS = ["", "秦岭大学", "秦岭大学（示例）材料学院", "商洛丹江学院", "f-0公司", "f-1公司", HOSTILE]
COUNTIES = ["", "商州区", "镇安县", "山阳县"]
ELEMENTS = [one for one in OrganizationKind if one is not OrganizationKind.ENTERPRISE]


@st.composite
def charts(draw: st.DrawFn) -> IntegrationMap:
    places = st.lists(st.sampled_from(NODES), max_size=2, unique=True)
    lanes = st.one_of(st.none(), st.sampled_from(Lane))
    records: list[Placed] = []
    achievements = [f"a-{number}" for number in range(draw(st.integers(0, 8)))]
    for key in achievements:
        records.append(
            achievement(
                key,
                draw(places),
                draw(st.sampled_from(OWNERS)),
                lane=draw(lanes),
                is_local=draw(st.booleans()),
            )
        )
    for number in range(draw(st.integers(0, 4))):
        tier = draw(st.one_of(st.none(), st.sampled_from(Tier)))
        records.append(firm(f"f-{number}", draw(places), tier, county=draw(st.sampled_from(COUNTIES))))
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(ELEMENTS))
        records.append(
            organization(f"o-{number}", kind, draw(places), county=draw(st.sampled_from(COUNTIES)))
        )
    for number in range(draw(st.integers(0, 8))):
        # Some answers are of achievements that the map doesn't have.
        known = draw(st.lists(st.sampled_from([*achievements, "a-gone"]), max_size=3, unique=True))
        answers = [
            answer(one, draw(st.floats(0, 1)), draw(st.integers(1, 4)), judged=draw(st.booleans()))
            for one in known
        ]
        title = draw(st.sampled_from([f"n-{number}的难题", HOSTILE]))
        records.append(
            need(
                f"n-{number}", draw(places), title=title, owner=draw(st.sampled_from(OWNERS)),
                county=draw(st.sampled_from(COUNTIES)), lane=draw(lanes), answers=answers,
                since=date(2026, draw(st.integers(1, 11)), 1),
            )
        )  # fmt: skip
    verdicts = draw(st.dictionaries(st.sampled_from(NODES), st.sampled_from(VerdictKind)))
    return chart(records, verdicts)


@st.composite
def cases(draw: st.DrawFn) -> list[tuple[str, str]]:
    pairs = st.tuples(st.integers(0, 7), st.integers(0, 7))
    return [(f"n-{one}", f"a-{other}") for one, other in draw(st.lists(pairs, max_size=3))]
