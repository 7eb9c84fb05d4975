"""From placed records to the whole map: numbers, verdicts, gaps, who answers whom, and what to do next.

Everything here is made of the records as they are placed, so that a person's word shows at once, without
anything being matched anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest

from corpora.chains import Chain
from corpora.overrides import Override
from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.advising.actions import actions
from matcher.chainmap.advising.collaborations import collaborations
from matcher.chainmap.advising.gaps import gaps
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import (
    VERDICTS,
    ChainReport,
    IntegrationMap,
    NodeReport,
    Numbers,
    Overridden,
    Placed,
    Scope,
    Topic,
    Verdict,
    VerdictKind,
)
from matcher.chainmap.measures import (
    Counted,
    Family,
    Memory,
    count,
    family_of,
    numbers_of,
    on_nodes,
    summed,
)
from matcher.chainmap.verdicts import Rule, decide, numbers_by_name, rules_told

#: Records that a verdict names of each sort: unmet needs, firms, achievements, needs that are met, elements.
_SIZES = (12, 8, 8, 4, 4)
#: And of the enterprises downstream.
_DOWNSTREAM = 8

_TIERS = {tier: place for place, tier in enumerate(Tier)}


@dataclass(frozen=True)
class Ground:
    """What a map stands on beside its records."""

    chains: Mapping[str, Chain]
    rules: Sequence[Rule]
    day: date
    revision: int
    #: From this probability on an answer is adequate.
    adequate: float
    #: The counties that the map tells of, in order.
    counties: Sequence[str]
    overrides: Mapping[str, Override] = field(default_factory=dict)
    #: Pairs (need, achievement) that are followed up already.
    cases: Collection[tuple[str, str]] = frozenset()
    notes: Sequence[tuple[str, str]] = ()


def assemble(
    records: Sequence[Placed],
    ground: Ground,
    topics_of: Callable[[Sequence[Placed]], Sequence[Topic]],
    memory: Memory | None = None,
) -> IntegrationMap:
    """Return the map of the records; `topics_of` is given those that stand on no node.

    `memory` spares the work on nodes that are as they were.
    """
    memory = memory or Memory()
    family = family_of(ground.chains)
    unplaced = [one for one in records if one.node not in family.above]
    topics = tuple(topics_of(unplaced))
    grouped = on_nodes(records, family)
    counted = count(grouped, family, topics, memory)
    weightiest = _weightiest(grouped, family, memory)
    reports = (_chain(chain, counted, weightiest, ground) for chain in ground.chains.values())
    # Where most happens comes first: nobody opens the book for a chain that the city has not.
    chains = tuple(sorted(reports, key=lambda one: (-one.numbers.records, one.id)))
    lone = numbers_of(unplaced).model_copy(
        update={"topics": sum(topic.near not in family.above for topic in topics)}
    )
    chart = IntegrationMap(
        date=ground.day,
        revision=ground.revision,
        adequate=ground.adequate,
        rules=tuple(rule.text for rule in ground.rules),
        chains=chains,
        records=tuple(records),
        numbers=summed([*(chain.numbers for chain in chains), lone]),
        unplaced=lone,
        counties=tuple(ground.counties),
        topics=topics,
        notes=tuple(ground.notes),
    )
    around = Surroundings(chart)
    # What comes later looks at what came before.
    for name, made in (
        ("gaps", lambda chart: gaps(chart, ground.adequate, ground.cases, around)),
        ("collaborations", lambda chart: collaborations(chart, ground.adequate, around)),
        ("actions", lambda chart: actions(chart, ground.adequate, ground.cases, around)),
    ):
        chart = chart.model_copy(update={name: made(chart)})
    return chart


def ground_of(
    chart: IntegrationMap,
    overrides: Mapping[str, Override],
    cases: Collection[tuple[str, str]],
    chains: Mapping[str, Chain],
) -> Ground:
    """Return what a map stands on, as it tells itself, with the overrides and cases of now, and the `chains` anew."""
    return Ground(
        chains={**{one.id: chain_of(one) for one in chart.chains}, **chains},
        rules=rules_told(chart.rules),
        day=chart.date,
        revision=chart.revision,
        adequate=chart.adequate,
        counties=chart.counties,
        overrides=overrides,
        cases=cases,
        notes=chart.notes,
    )


def chain_of(report: ChainReport) -> Chain:
    """Return the chain as it was when the map was built."""
    return Chain(
        id=report.id,
        zh=report.zh,
        en=report.en,
        description=report.description,
        sources=report.sources,
        nodes=tuple(one.node for one in report.nodes),
    )


def _chain(
    chain: Chain, counted: Counted, weightiest: Mapping[str, Sequence[Placed]], ground: Ground
) -> ChainReport:
    nodes = tuple(_node(chain, f"{chain.id}/{node.id}", counted, weightiest, ground) for node in chain.nodes)
    top = [one for one in nodes if not one.node.parent]
    return ChainReport(
        id=chain.id,
        zh=chain.zh,
        en=chain.en,
        description=chain.description,
        sources=chain.sources,
        nodes=nodes,
        numbers=summed(one.numbers for one in top),
        verdicts={kind: sum(one.verdict.verdict is kind for one in top) for kind in VERDICTS},
    )


def _node(
    chain: Chain, key: str, counted: Counted, weightiest: Mapping[str, Sequence[Placed]], ground: Ground
) -> NodeReport:
    numbers = counted.numbers(key)
    scopes = {}
    for county, own in counted.counties(key, numbers, ground.counties).items():
        rule = decide(ground.rules, own)
        scopes[county] = Scope(numbers=own, verdict=rule.text.verdict, rule=rule.text.id)
    return NodeReport(
        key=key,
        chain=chain.id,
        node=chain.node(key.partition("/")[2]),
        numbers=numbers,
        lanes=counted.lane_numbers(key),
        verdict=_verdict(key, numbers, counted, weightiest, ground),
        counties=scopes,
    )


def _verdict(
    key: str, numbers: Numbers, counted: Counted, weightiest: Mapping[str, Sequence[Placed]], ground: Ground
) -> Verdict:
    rule = decide(ground.rules, numbers)
    said = numbers_by_name(numbers)
    zh, en = rule.said(said)
    word = ground.overrides.get(key)
    overridden = word and Overridden(
        verdict=VerdictKind(word.verdict or ""), reason=word.reason, who=word.who, at=word.at
    )
    behind = list(weightiest[key])
    if "dependants" in rule.names:
        behind += [
            one
            for part in counted.family.supplied[key]
            for one in weightiest[part]
            if one.organization_kind is OrganizationKind.ENTERPRISE
        ][:_DOWNSTREAM]
    return Verdict(
        verdict=overridden.verdict if overridden else rule.text.verdict,
        rule=rule.text.id,
        by_rule=rule.text.verdict,
        zh=zh,
        en=en,
        numbers={name: float(said[name]) for name in rule.names},
        date=ground.day,
        records=tuple(dict.fromkeys(one.key for one in behind)),
        overridden=overridden or None,
    )


def _weightiest(
    grouped: Mapping[str, list[Placed]], family: Family, memory: Memory
) -> dict[str, list[Placed]]:
    """Return the records behind each node's verdict, the weightiest of each sort in the order of _SIZES."""
    # The first of a whole are among the first of its parts.
    own = {key: memory.of(key, records, _first) for key, records in grouped.items()}
    return {key: _first([one for part in parts for one in own[part]]) for key, parts in family.below.items()}


def _first(records: Iterable[Placed]) -> list[Placed]:
    sorts: tuple[list[Placed], ...] = ([], [], [], [], [])
    for one in records:
        sorts[_sort(one)].append(one)
    return [
        one for many, size in zip(sorts, _SIZES, strict=True) for one in nsmallest(size, many, key=_weight)
    ]


def _sort(one: Placed) -> int:
    if one.kind is Kind.NEED:
        return 3 if one.met else 0
    if one.kind is Kind.ACHIEVEMENT:
        return 2
    return 1 if one.organization_kind is OrganizationKind.ENTERPRISE else 4


def _weight(one: Placed) -> tuple[float, float, str]:
    """Sort key, the weightiest first: needs furthest from an answer, firms of a high tier, what surely belongs."""
    first = 0.0
    if one.kind is Kind.NEED:
        first = one.answers[0].probability if one.answers else 0.0
    elif one.tier:
        first = -float(_TIERS[one.tier])
    return first, -one.spots[0].confidence, one.id
