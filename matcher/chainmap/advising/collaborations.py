"""Large and small together (大中小企业融通): for each chain leader, who answers its needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from corpora.errors import shorten
from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.advising.surroundings import Surroundings, is_adequate
from matcher.chainmap.integration import Collaboration, Helper, IntegrationMap, Placed

#: Enterprises that a leader can bring up.
SMALL = (Tier.SEED, Tier.TECH_SME, Tier.HIGH_TECH)
_SMALL_ZH = {Tier.SEED: "种子企业", Tier.TECH_SME: "科技型中小企业", Tier.HIGH_TECH: "高新技术企业"}
_SMALL_EN = {Tier.SEED: "a seed firm", Tier.TECH_SME: "a small technology firm", Tier.HIGH_TECH: "a high-tech firm"}  # fmt: skip
#: Teams and small firms that are named for one need, or for a leader that asks for nothing.
_TEAMS, _FIRMS = 4, 3


def collaborations(
    chart: IntegrationMap, adequate: float, around: Surroundings | None = None
) -> tuple[Collaboration, ...]:
    """Return one collaboration for each chain leader: its needs with who answers them.

    Teams are those whose achievement answers a need adequately; small firms those that stand on the
    need's node or on one that supplies it: whether they can answer has to be asked, so their probability
    is 0. A leader without needs gets who stands on its own nodes. Leaders come by chain, those with most
    needs first; one on no chain of the map goes by its needs, and comes last with "" where they have none.
    """
    around = around or Surroundings(chart)
    asked = _needs_of_leaders(around)
    order = {one.id: place for place, one in enumerate(chart.chains)}
    found = [_collaboration(leader, needs, adequate, around) for leader, needs in asked]
    return tuple(
        sorted(found, key=lambda one: (order.get(one.chain, len(order)), -len(one.needs), one.leader))
    )


def _needs_of_leaders(around: Surroundings) -> list[tuple[Placed, list[Placed]]]:
    firms = around.organizations.get(OrganizationKind.ENTERPRISE, ())
    leaders = [one for one in firms if one.tier is Tier.CHAIN_LEADER]
    names = {around.named(one.title) for one in leaders} - {""}
    asked: Mapping[str, list[Placed]] = defaultdict(list)
    for one in around.chart.records:
        if one.kind is Kind.NEED and one.owner and (key := around.named(one.owner)) in names:
            asked[key].append(one)
    return [(one, sorted(asked.get(around.named(one.title), ()), key=around.pressing)) for one in leaders]


def _collaboration(
    leader: Placed, needs: Sequence[Placed], adequate: float, around: Surroundings
) -> Collaboration:
    helpers: list[Helper] = []
    # A firm is named once, for the first need that it stands near to.
    seen = {leader.key}
    for need in needs:
        helpers += _teams(leader, need, adequate, around)
        helpers += _firms(leader, need.node, need, seen, around)
    if not needs:
        helpers += _neighbours(leader, leader.node, around)
        helpers += _firms(leader, leader.node, None, seen, around)
    return Collaboration(
        leader=leader.key,
        chain=_chain(leader, needs, around),
        needs=tuple(one.id for one in needs),
        helpers=tuple(helpers),
    )


def _chain(leader: Placed, needs: Sequence[Placed], around: Surroundings) -> str:
    if leader.node in around.nodes:
        return around.nodes[leader.node].chain
    counted: dict[str, int] = defaultdict(int)
    for one in needs:
        if one.node in around.nodes:
            counted[around.nodes[one.node].chain] += 1
    return min(counted, key=lambda chain: (-counted[chain], chain), default="")


def _teams(leader: Placed, need: Placed, adequate: float, around: Surroundings) -> Iterator[Helper]:
    own = around.named(leader.title)
    named = 0
    for answer in need.answers:
        one = around.achievement(answer.achievement_id)
        if one is None or not is_adequate(answer, adequate) or around.named(one.owner) == own:
            continue
        sure_zh, sure_en = (
            ("经人判定为较强相关", "judged as fairly strong")
            if answer.judged
            else (f"把握 {answer.probability:.0%}", f"probability {answer.probability:.0%}")
        )
        yield Helper(
            key=one.key,
            need_id=need.id,
            zh=f"{_owner(one)}的“{shorten(one.title, 30)}”能答“{shorten(need.title, 30)}”，{sure_zh}",
            en=f"'{shorten(one.title, 30)}' of {_owner(one)} answers '{shorten(need.title, 30)}', {sure_en}",
            probability=answer.probability,
        )
        named += 1
        if named == _TEAMS:
            return


def _firms(
    leader: Placed, node: str, need: Placed | None, seen: set[str], around: Surroundings
) -> Iterator[Helper]:
    """Yield small firms on a node, then those on the nodes that supply it, and add them to `seen`."""
    if node not in around.nodes:
        return
    named = 0
    for place in (node, *around.suppliers(node)):
        small = [
            one
            for one in around.standing(OrganizationKind.ENTERPRISE, place)
            if one.tier in SMALL and one.key not in seen
        ]
        for one in sorted(small, key=lambda each: (each.county != leader.county, each.id)):
            if named == _FIRMS:
                return
            seen.add(one.key)
            named += 1
            yield _firm(one, around.nodes[place].node.zh, around.nodes[place].node.en, place == node, need)


def _firm(one: Placed, zh: str, en: str, is_here: bool, need: Placed | None) -> Helper:
    assert one.tier is not None
    county_zh = f"{one.county}的" if one.county else ""
    county_en = f" in {one.county}" if one.county else ""
    where_zh = f"也在“{zh}”环节" if is_here else f"在它的上一环“{zh}”"
    where_en = f"on the same node, {en}" if is_here else f"on the node {en}, which supplies it"
    ask_zh, ask_en = (
        (f"，可问能否配套“{shorten(need.title, 30)}”", f": ask whether it can take a part in '{shorten(need.title, 30)}'")
        if need
        else ("，可问能否配套", ": ask whether it can supply")
    )  # fmt: skip
    return Helper(
        key=one.key,
        need_id=need.id if need else "",
        zh=f"{county_zh}{_SMALL_ZH[one.tier]}{shorten(one.title, 30)}{where_zh}{ask_zh}",
        en=f"{shorten(one.title, 30)}, {_SMALL_EN[one.tier]}{county_en}, is {where_en}{ask_en}",
        probability=0.0,
    )


def _neighbours(leader: Placed, node: str, around: Surroundings) -> Iterator[Helper]:
    """Yield teams with achievements on the node of a leader that asks for nothing, the readiest first."""
    if node not in around.nodes:
        return
    own, there = around.named(leader.title), around.nodes[node].node
    makers = [(key, many) for key, many in around.makers(node).items() if key != own]
    for _, many in sorted(makers, key=lambda pair: (-len(pair[1]), pair[0]))[:_TEAMS]:
        first = many[0]
        yield Helper(
            key=first.key,
            need_id="",
            zh=f"{_owner(first)}在“{there.zh}”环节有 {len(many)} 项成果，如“{shorten(first.title, 30)}”",
            en=f"{_owner(first)} has {len(many)} achievements on the node {there.en}, such as "
            f"'{shorten(first.title, 30)}'",
            probability=0.0,
        )


def _owner(one: Placed) -> str:
    return shorten(one.owner, 30) or "（未写单位）"
