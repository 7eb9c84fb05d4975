"""What people say of the map: verdicts, where a record stands, topics that become nodes.

It is logged, and shows on the map at once as far as nothing has to be matched or placed anew; what the
program learns from it shows when the map is next built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from corpora.accounts import Accounts
from corpora.chains import Chain, Node, Position
from corpora.errors import BadRequest, Conflict, UnknownRecord, shorten
from corpora.overrides import Overrides
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.records import MAX_SHORT
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.chainmap.integration import IntegrationMap, Lane, Placed, Spot, Topic, VerdictKind
from matcher.chainmap.keeping import assembled_anew, changing, keep, latest
from matcher.chainmap.placement.lanes import lane_of
from matcher.stages import today

#: Nodes that a person may put a record on, and records of a topic that become examples of its node.
MOST_NODES, MOST_EXAMPLES = 3, 100


def override(store: Store, node: str, verdict: VerdictKind | None, reason: str, who: str) -> None:
    """Put a person's verdict on the node "chain/node" in the place of the rules'; with None, leave it to them again.

    Raises UnknownRecord where there is no such node, BadRequest where the reason is missing or unfit.
    """
    _check_nodes(store, [node])
    reason = _reason(reason, is_needed=verdict is not None)
    with store.transaction():
        Overrides(store).add(node, verdict, reason, who)
        action = "verdict overridden" if verdict else "verdict left to the rules"
        Accounts(store).log(who, action, f"node:{node}", verdict=verdict, reason=reason)
    _show(store, lambda chart: chart)


def correct(
    store: Store,
    kind: Kind,
    record_id: str,
    nodes: Sequence[str] | None,
    lane: Lane | None,
    reason: str,
    who: str,
) -> None:
    """Say on which nodes a record stands, the first counts, and in which lane; None leaves it to the program.

    () says that it belongs to none. Raises UnknownRecord for an unknown record or node, BadRequest for too
    many nodes or an unfit reason.
    """
    record = store.get(kind, record_id)
    nodes = None if nodes is None else tuple(dict.fromkeys(nodes))
    if nodes is not None:
        if len(nodes) > MOST_NODES:
            raise BadRequest(
                f"一条记录最多归到 {MOST_NODES} 个环节，现有 {len(nodes)} 个",
                f"a record stands on {MOST_NODES} nodes at most, not {len(nodes)}",
            )
        _check_nodes(store, nodes)
    reason = _reason(reason, is_needed=False)
    with store.transaction():
        Placements(store).add(kind, record_id, nodes, lane, reason, who)
        Accounts(store).log(
            who,
            "placement corrected",
            f"{kind}:{record_id}",
            nodes=nodes and list(nodes),
            lane=lane,
            reason=reason,
        )
    guessed, guessed_from = lane_of(record)

    def placed(one: Placed) -> Placed:
        changes: dict[str, Any] = {"lane": lane or guessed, "lane_from": "person" if lane else guessed_from}
        # What the program says of it is known when the map is next built.
        if nodes is not None:
            changes |= {
                "spots": tuple(Spot(node=node, confidence=1.0) for node in nodes),
                "placed_by": "person",
            }
        return one.model_copy(update=changes)

    _show(store, lambda chart: _with_records(chart, {f"{kind}:{record_id}": placed}))


def node_from_topic(
    store: Store, *, topic: str, chain: str, node: str, zh: str, en: str, position: str, who: str
) -> str:
    """Make a topic of the latest map a node of a chain, with its records on it; return "chain/node".

    Its terms become the node's keywords. Raises UnknownRecord for an unknown topic or chain, Conflict where
    the chain has the node already, BadRequest for anything that a node cannot be.
    """
    found = latest(store)
    known = {one.id: one for one in found[1].topics} if found else {}
    if topic not in known:
        raise UnknownRecord(
            f"图谱上没有新兴方向“{shorten(topic)}”，可能重建后变了；请回到列表再选",
            f"the map has no topic '{shorten(topic)}', it may have changed since; choose again from the list",
        )
    chains = OwnChains(store).all()
    if chain not in chains:
        raise UnknownRecord(
            f"没有产业链“{shorten(chain)}”；有：{'、'.join(chains)}",
            f"there is no chain '{shorten(chain)}'; there are {', '.join(chains)}",
        )
    if any(one.id == node for one in chains[chain].nodes):
        raise Conflict(
            f"产业链“{chains[chain].zh}”已有环节“{shorten(node)}”，请换一个编号",
            f"the chain '{chain}' has a node '{shorten(node)}' already; choose another id",
        )
    grown = _grown(chains[chain], known[topic], node, zh, en, position)
    key = f"{chain}/{node}"
    reason = f"新兴方向“{known[topic].zh}”设为环节"
    words = Placements(store).current()
    records = [one for one in known[topic].records if _is_here(store, one)][:MOST_EXAMPLES]
    with store.transaction():
        OwnChains(store).put(grown, who)
        for kind, record_id in map(_parted, records):
            word = words.get((kind, record_id))
            Placements(store).add(kind, record_id, (key,), word.lane if word else None, reason, who)
        Accounts(store).log(who, "topic made a node", f"node:{key}", topic=topic, records=len(records))

    def placed(one: Placed) -> Placed:
        return one.model_copy(update={"spots": (Spot(node=key, confidence=1.0),), "placed_by": "person"})

    def change(chart: IntegrationMap) -> IntegrationMap:
        rest = tuple(one for one in chart.topics if one.id != topic)
        return _with_records(chart.model_copy(update={"topics": rest}), dict.fromkeys(records, placed))

    _show(store, change, {chain: grown})
    return key


def _show(
    store: Store,
    change: Callable[[IntegrationMap], IntegrationMap],
    chains: Mapping[str, Chain] | None = None,
) -> None:
    """Keep the latest map once more, changed, and with the verdicts, gaps and actions that follow from that."""
    with changing(store):
        found = latest(store)
        if found is None:
            return
        kept, chart = found
        # The map of an earlier day stays as it was: people will want to see what changed since.
        chart = change(chart).model_copy(update={"date": max(chart.date, today())})
        keep(store, assembled_anew(store, chart, chains), kept.mark, kept.who)


def _with_records(chart: IntegrationMap, changes: Mapping[str, Callable[[Placed], Placed]]) -> IntegrationMap:
    records = tuple(changes[one.key](one) if one.key in changes else one for one in chart.records)
    moved = {one.key for one in records if one.key in changes and one.spots}
    topics = (
        one.model_copy(update={"records": tuple(each for each in one.records if each not in moved)})
        for one in chart.topics
    )
    # Nothing of the map before must be looked up in the new one.
    return IntegrationMap(
        **{name: getattr(chart, name) for name in IntegrationMap.model_fields}
        | {"records": records, "topics": tuple(one for one in topics if one.records)}
    )


def _grown(chain: Chain, topic: Topic, node: str, zh: str, en: str, position: str) -> Chain:
    try:
        added = Node(id=node, zh=zh, en=en, position=Position(position), keywords=topic.terms)
        return Chain.model_validate({**dict(chain), "nodes": (*chain.nodes, added)})
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(map(str, detail["loc"]))
        raise BadRequest(
            f"环节的 {place} 不对（“{shorten(detail['input'])}”）：编号用小写字母、数字和连字符，中英文名称各 1–60 字",
            f"the node's {place} is wrong ('{shorten(detail['input'])}'): ids take lower-case letters, digits and "
            "hyphens, names in Chinese and English 1–60 characters",
        ) from error
    except ValueError as error:
        raise BadRequest(
            f"位置“{shorten(position)}”不认识，可选：{'、'.join(Position)}",
            f"unknown position '{shorten(position)}'; there are {', '.join(Position)}",
        ) from error


def _check_nodes(store: Store, nodes: Sequence[str]) -> None:
    known = {f"{chain.id}/{node.id}" for chain in OwnChains(store).all().values() for node in chain.nodes}
    for one in nodes:
        if one not in known:
            beside = sorted(each for each in known if each.startswith(one.partition("/")[0] + "/")) or sorted(
                {each.partition("/")[0] + "/…" for each in known}
            )
            raise UnknownRecord(
                f"没有环节“{shorten(one)}”；写作“产业链/环节”，有：{'、'.join(beside[:12])}",
                f"there is no node '{shorten(one)}'; write chain/node, of which there are {', '.join(beside[:12])}",
            )


def _reason(text: str, is_needed: bool) -> str:
    said = " ".join(text.split())
    if is_needed and not said:
        raise BadRequest("请写明理由，它会记在日志里", "give a reason; it is kept in the log")
    if len(said) > MAX_SHORT or not said.isprintable():
        raise BadRequest(
            f"理由最多 {MAX_SHORT} 字，不含控制字符，现有 {len(said)} 字",
            f"a reason has at most {MAX_SHORT} characters and no control characters, not {len(said)}",
        )
    return said


def _parted(key: str) -> tuple[Kind, str]:
    kind, _, record_id = key.partition(":")
    return Kind(kind), record_id


def _is_here(store: Store, key: str) -> bool:
    kind, record_id = _parted(key)
    return next(store.records(kind, [record_id]), None) is not None
