"""Small integration maps made by hand: two chains, and the records that a test puts on them.

What is counted is counted here in the plainest way, without the code that is tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from corpora.chains import Chain
from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.integration import (
    VERDICTS,
    Answer,
    ChainReport,
    IntegrationMap,
    Lane,
    LaneNumbers,
    NodeReport,
    Numbers,
    Placed,
    Scope,
    Spot,
    Verdict,
    VerdictKind,
)

DAY = date(2026, 12, 1)
#: What titles of records could hold.
HOSTILE = "<script>alert(1)</script> & =cmd()|' /C calc'!A0 🌰"

#: Orchards supply the stores, those the kernels; slicing is a part of the kernels, shells of nothing.
NUTS = Chain.model_validate(
    {
        "id": "nuts",
        "zh": "板栗核桃",
        "en": "nuts",
        "sources": ["《国民经济行业分类》（GB/T 4754—2017）137"],
        "nodes": [
            {"id": "orchards", "zh": "良种与栽培", "en": "orchards", "position": "upstream",
             "keywords": ["育种", "栽培"], "supplies": ["storage"]},
            {"id": "storage", "zh": "采后贮运与保鲜", "en": "storage", "position": "upstream",
             "keywords": ["冷库", "气调"], "supplies": ["kernels"]},
            {"id": "kernels", "zh": "果仁食品", "en": "kernels", "position": "midstream", "keywords": ["栗仁", "速冻"]},
            {"id": "freezing", "zh": "速冻栗仁", "en": "frozen kernels", "position": "midstream", "parent": "kernels",
             "keywords": ["速冻", "护色"]},
            {"id": "shells", "zh": "果壳利用", "en": "shells", "position": "downstream", "keywords": ["活性炭", "果壳"]},
        ],
    }
)  # fmt: skip
ENERGY = Chain.model_validate(
    {
        "id": "energy",
        "zh": "光伏储能",
        "en": "energy",
        "nodes": [
            {"id": "cells", "zh": "电芯与电堆", "en": "cells", "position": "midstream",
             "keywords": ["电池", "电堆", "活性炭电极"], "supplies": ["stations"]},
            {"id": "stations", "zh": "储能电站", "en": "stations", "position": "downstream", "keywords": ["电站"]},
        ],
    }
)  # fmt: skip
CHAINS = (NUTS, ENERGY)


def spots(where: str | Iterable[str]) -> tuple[Spot, ...]:
    """Return spots on the nodes, the first the surest."""
    nodes = [where] if isinstance(where, str) else list(where)
    return tuple(
        Spot(node=one, confidence=round(0.9 - 0.2 * place, 2)) for place, one in enumerate(nodes) if one
    )


def need(key: str, where: str | Iterable[str] = "", **others: Any) -> Placed:
    """A need; it is met where `met` says so or an answer is of 60 % or judged 3."""
    answers = tuple(others.pop("answers", ()))
    met = any(one.probability >= 0.6 or (one.judged and one.level >= 3) for one in answers)
    given = {"title": f"{key}的难题", "owner": "", "county": "商州区", "since": DAY, "met": met} | others
    return Placed(kind=Kind.NEED, id=key, spots=spots(where), answers=answers, **given)


def answer(achievement: str, probability: float, level: int | None = None, *, judged: bool = False) -> Answer:
    """Return an answer; unsaid, its level is what the probability makes likely."""
    guessed = 3 if probability >= 0.5 else 2 if probability >= 0.2 else 1
    return Answer(achievement_id=achievement, level=level or guessed, probability=probability, judged=judged)


def achievement(key: str, where: str | Iterable[str] = "", owner: str = "秦岭大学", **others: Any) -> Placed:
    given = {
        "title": f"{key}成果",
        "since": DAY,
        "lane": Lane.PILOT,
        "lane_from": "stage",
        "is_local": False,
    } | others
    return Placed(kind=Kind.ACHIEVEMENT, id=key, owner=owner, spots=spots(where), **given)


def organization(key: str, kind: OrganizationKind, where: str | Iterable[str] = "", **others: Any) -> Placed:
    given = {"title": f"{key}机构", "county": "商州区", "since": DAY} | others
    return Placed(kind=Kind.ORGANIZATION, id=key, organization_kind=kind, spots=spots(where), **given)


def firm(
    key: str, where: str | Iterable[str] = "", tier: Tier | None = Tier.TECH_SME, **others: Any
) -> Placed:
    given = {"title": f"{key}公司", "lane": Lane.PRODUCTION, "lane_from": "kind", "tier": tier} | others
    return organization(key, OrganizationKind.ENTERPRISE, where, **given)


def chart(
    records: Iterable[Placed] = (),
    verdicts: Mapping[str, VerdictKind | Verdict] | None = None,
    chains: Iterable[Chain] = CHAINS,
    **others: Any,
) -> IntegrationMap:
    """Return a map of the records; a node without a verdict is balanced, or thin with fewer than three."""
    placed = sorted(records, key=lambda one: (one.kind, one.id))
    counties = sorted({one.county for one in placed if one.county})
    reports = [_chain(one, placed, verdicts or {}, counties) for one in chains]
    nodes = {one.key for each in reports for one in each.nodes}
    return IntegrationMap(
        date=DAY,
        revision=7,
        chains=tuple(reports),
        records=tuple(placed),
        numbers=_numbers(placed, ()),
        unplaced=_numbers([one for one in placed if one.node not in nodes], ()),
        counties=tuple(counties),
        **others,
    )


def _chain(
    chain: Chain, placed: list[Placed], verdicts: Mapping[str, VerdictKind | Verdict], counties: list[str]
) -> ChainReport:
    reports = tuple(_node(chain, node.id, placed, verdicts, counties) for node in chain.nodes)
    top = [one for one in reports if not one.node.parent]
    here = [one for one in placed if one.node.startswith(f"{chain.id}/")]
    return ChainReport(
        id=chain.id,
        zh=chain.zh,
        en=chain.en,
        description=chain.description,
        sources=chain.sources,
        nodes=reports,
        numbers=_numbers(here, ()).model_copy(
            update={"dependants": sum(one.numbers.dependants for one in top)}
        ),
        verdicts={one: sum(each.verdict.verdict is one for each in top) for one in VERDICTS},
    )


def _branch(chain: Chain, node: str) -> list[str]:
    below = [one.id for one in chain.nodes if one.parent == node]
    return [node, *(each for one in below for each in _branch(chain, one))]


def _node(
    chain: Chain,
    node: str,
    placed: list[Placed],
    verdicts: Mapping[str, VerdictKind | Verdict],
    counties: list[str],
) -> NodeReport:
    key = f"{chain.id}/{node}"
    inside = [f"{chain.id}/{one}" for one in _branch(chain, node)]
    supplied = [f"{chain.id}/{each}" for to in chain.node(node).supplies for each in _branch(chain, to)]
    here = [one for one in placed if one.node in inside]
    depending = [one for one in placed if one.node in supplied]
    numbers = _numbers(here, depending)
    said = verdicts.get(key) or (VerdictKind.BALANCED if numbers.records >= 3 else VerdictKind.THIN)
    verdict = said if isinstance(said, Verdict) else Verdict(
        verdict=said, rule=f"by-{said}", by_rule=said, zh=f"{VERDICTS[said][0]}：{numbers.records} 条记录",
        en=f"{VERDICTS[said][1]}: {numbers.records} records", numbers={"needs": numbers.needs}, date=DAY,
        records=tuple(one.key for one in here[:12]),
    )  # fmt: skip
    return NodeReport(
        key=key,
        chain=chain.id,
        node=chain.node(node),
        numbers=numbers,
        lanes=_lanes(here),
        verdict=verdict,
        counties={
            county: Scope(numbers=seen, verdict=verdict.verdict, rule=verdict.rule)
            for county in counties
            if any(one.county == county for one in here)
            for seen in [_numbers([one for one in here if _seen(one, county)], [one for one in depending if _seen(one, county)])]
        },
    )  # fmt: skip


def _seen(one: Placed, county: str) -> bool:
    return one.kind is Kind.ACHIEVEMENT or one.county == county


def _numbers(here: list[Placed], depending: Iterable[Placed]) -> Numbers:
    needs = [one for one in here if one.kind is Kind.NEED]
    achievements = [one for one in here if one.kind is Kind.ACHIEVEMENT]
    firms = [one for one in here if one.organization_kind is OrganizationKind.ENTERPRISE]
    elements = (
        OrganizationKind.PLATFORM, OrganizationKind.PILOT_BASE, OrganizationKind.TRANSFER_AGENCY,
        OrganizationKind.FUND, OrganizationKind.PARK,
    )  # fmt: skip
    return Numbers(
        needs=len(needs),
        met=sum(bool(one.met) for one in needs),
        unmet=sum(not one.met for one in needs),
        achievements=len(achievements),
        local_achievements=sum(one.is_local for one in achievements),
        ready=sum(one.is_local and one.lane in (Lane.PILOT, Lane.PRODUCTION) for one in achievements),
        firms=len(firms),
        leaders=sum(one.tier is Tier.CHAIN_LEADER for one in firms),
        dependants=sum(one.organization_kind is OrganizationKind.ENTERPRISE for one in depending),
        elements=sum(one.organization_kind in elements for one in here),
    )


def _lanes(here: list[Placed]) -> dict[str, LaneNumbers]:
    return {
        lane: LaneNumbers(
            needs=sum(one.kind is Kind.NEED for one in there),
            achievements=sum(one.kind is Kind.ACHIEVEMENT for one in there),
            organizations=sum(one.kind is Kind.ORGANIZATION for one in there),
        )
        for lane in (*Lane, "")
        if (there := [one for one in here if (one.lane or "") == lane])
    }


def rich() -> IntegrationMap:
    """A map with something of everything: every verdict, unmet and met needs, elements, a leader, hostile titles."""
    leader = firm("o-leader", "nuts/kernels", Tier.CHAIN_LEADER, title="秦岭栗业股份有限公司")
    records = [
        leader,
        firm("o-small", "nuts/storage", Tier.SEED, county="镇安县"),
        firm("o-second", ["nuts/freezing", "nuts/storage"], Tier.HIGH_TECH, title=HOSTILE),
        firm("o-station", "energy/stations", county="山阳县"),
        organization("o-pilot", OrganizationKind.PILOT_BASE, "nuts/kernels", county="镇安县"),
        organization("o-fund", OrganizationKind.FUND, county=""),
        organization("o-university", OrganizationKind.UNIVERSITY, title="秦岭大学（示例）", county="", is_local=False),
        need("n-cold", "nuts/storage", owner=leader.title, lane=Lane.PRODUCTION, lane_from="stage",
             answers=[answer("a-cold", 0.31)]),
        need("n-mould", "nuts/storage", county="镇安县"),
        need("n-colour", ["nuts/freezing", "nuts/kernels"], owner=leader.title, lane=Lane.PILOT, lane_from="stage",
             answers=[answer("a-colour", 0.82), answer("a-cold", 0.12)]),
        need("n-cell", "energy/cells", county="山阳县", title=HOSTILE),
        need("n-odd", title="与各链无关的难题"),
        achievement("a-cold", "nuts/storage", lane=Lane.LAB),
        achievement("a-colour", "nuts/freezing", "商洛丹江学院", lane=Lane.PILOT, is_local=True),
        achievement("a-carbon", "nuts/shells", lane=Lane.RESEARCH),
        achievement("a-carbon-2", "nuts/shells", "商洛丹江学院", is_local=True),
        achievement("a-carbon-3", ["nuts/shells", "energy/cells"], lane=None, lane_from=""),
    ]  # fmt: skip
    return chart(
        records,
        {
            "nuts/storage": VerdictKind.FILL,
            "nuts/kernels": VerdictKind.UPGRADE,
            "nuts/shells": VerdictKind.BUILD,
        },
    )
