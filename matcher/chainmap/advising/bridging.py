"""Whom to ask for what lies between an answer and the need: a pilot base for a lab sample, a fund for a pilot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from corpora.errors import shorten
from corpora.vocabulary import Kind
from matcher.chainmap.advising.demands import Demand, chance, quoted
from matcher.chainmap.advising.elements import FUND, PILOT_BASE, Step
from matcher.chainmap.advising.surroundings import Surroundings, counted, of_counties
from matcher.chainmap.integration import LANES, Action, ActionKind, Lane, Placed, VerdictKind

#: What to ask for, and what is asked.
_KINDS = {
    PILOT_BASE.kind: (ActionKind.PILOT, "接", "take on"),
    FUND.kind: (ActionKind.FUND, "看", "look at"),
}
_LANES = list(Lane)
#: What local supply that is ready weighs where no firm takes it up: no need waits for it yet.
_READY = 0.1
#: What a need weighs that accepts the lane in which its answer stands.
_MAY_DO = 0.5


def bridgings(demand: Demand, around: Surroundings) -> Iterator[Action]:
    """Yield which pilot base and which fund to ask for which needs of a chain.

    A pilot base for needs whose best answer is a lab sample, a fund for those whose best answer is a
    pilot; of several the one that is nearest to most of the needs. A need that accepts what there is may do
    without, and counts half. A fund, too, for local supply that is ready on nodes without a firm.
    """
    for step in (PILOT_BASE, FUND):
        yield from _bridging(step, demand, around)
    yield from _building(demand, around)


def _bridging(step: Step, demand: Demand, around: Surroundings) -> Iterator[Action]:
    by_node: dict[str, list[Placed]] = defaultdict(list)
    for one in (*demand.waiting, *demand.unmet):
        if demand.hints[one.id] and demand.hints[one.id][0][1].lane is step.after:
            by_node[one.node].append(one)
    groups: dict[str, list[Placed]] = defaultdict(list)
    for node, needs in by_node.items():
        nearest = around.nearest(step.kind, node, of_counties(needs), 1)
        groups[nearest[0].key if nearest else ""] += needs
    found = [_asking(step, key, needs, demand, around) for key, needs in groups.items()]
    yield from sorted(found, key=lambda one: (-one.weight, one.organizations))[:1]


def _asking(step: Step, key: str, needs: Sequence[Placed], demand: Demand, around: Surroundings) -> Action:
    best = {one.id: demand.hints[one.id][0] for one in needs}
    supply = list({one.id: one for _, one in best.values()}.values())
    beyond = {one.id for one in needs if one.lane and _LANES.index(one.lane) >= _LANES.index(step.before)}
    weight = sum(chance(best[one.id][0]) * (1 if one.id in beyond else _MAY_DO) for one in needs)
    asked = around.chart.by_key.get(key)
    kind, do_zh, do_en = _KINDS[step.kind]
    zh, en = quoted(supply)
    after, before = LANES[step.after], LANES[step.before]
    whom_zh = f"请{_named(asked)[0]}" if asked else f"全市没有登记的{step.zh}，到外面找一家"
    whom_en = f"ask {_named(asked)[1]}" if asked else f"seek {step.en} elsewhere, none is on record,"
    more_zh = f"，其中 {len(beyond)} 条要到{before[0]}以后" if beyond else ""
    more_en = f", {len(beyond)} of them for {before[1]} or more" if beyond else ""
    return Action(
        chain=demand.chain.id,
        kind=kind,
        weight=round(weight, 2),
        zh=f"{whom_zh}{do_zh} {len(supply)} 项还在{after[0]}的成果（{zh}）：有 {len(needs)} 条需求等着{more_zh}",
        en=f"{whom_en} to {do_en} {counted(len(supply), 'achievement')} still at {after[1]} ({en}): "
        f"{counted(len(needs), 'need')} wait{'s' if len(needs) == 1 else ''} for them{more_en}",
        nodes=tuple(dict.fromkeys(one.node for one in needs)),
        needs=tuple(one.id for one in needs),
        achievements=tuple(one.id for one in supply),
        organizations=(key,) if asked else (),
        counties=tuple(sorted({one.county for one in needs if one.county})),
    )


def _building(demand: Demand, around: Surroundings) -> Iterator[Action]:
    nodes = [
        one.key
        for one in demand.chain.nodes
        if not one.node.parent and one.verdict.verdict is VerdictKind.BUILD and not one.numbers.firms
    ]
    ready = {
        key: [
            one
            for one in around.counted(key, Kind.ACHIEVEMENT)
            if one.is_local and one.lane in (Lane.PILOT, Lane.PRODUCTION)
        ]
        for key in nodes
    }
    supply = [one for many in ready.values() for one in many]
    if not supply:
        return
    first = max(nodes, key=lambda key: len(ready[key]))
    nearest = around.nearest(FUND.kind, first, {}, 1)
    zh, en = quoted(supply)
    whom_zh = f"请{_named(nearest[0])[0]}" if nearest else "全市没有登记的引导基金，到外面找一家"
    whom_en = f"ask {_named(nearest[0])[1]}" if nearest else "seek a fund elsewhere, none is on record,"
    yield Action(
        chain=demand.chain.id,
        kind=ActionKind.FUND,
        weight=round(_READY * len(supply), 2),
        zh=f"{whom_zh}看 {len(supply)} 项已到中试以后的本地成果（{zh}）：所在环节本地还没有企业，可落地办企业",
        en=f"{whom_en} to look at {counted(len(supply), 'local achievement')} at pilot or beyond ({en}): no local "
        "firm is on their nodes, one could be founded",
        nodes=tuple(key for key in nodes if ready[key]),
        achievements=tuple(one.id for one in supply),
        organizations=tuple(one.key for one in nearest),
    )


def _named(one: Placed) -> tuple[str, str]:
    name = shorten(one.title, 30)
    return (f"{name}（{one.county}）", f"{name} ({one.county})") if one.county else (name, name)
