"""What can be wrong with a chain: all of it, each fault in one line and with the place where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from corpora.errors import ShuanglianError, UnreadableValue, shorten

if TYPE_CHECKING:
    from corpora.chains import Node

#: Where something stands in a definition, as pydantic has it: ("nodes", 0, "zh"), counted from 0.
Place = tuple[int | str, ...]

#: More circles than these are not told.
_MOST_CIRCLES = 20

#: By pydantic's kind of error: what is wrong and what to do. {value} is what was given, {limit} what pydantic names.
_WORDS = {
    "missing": ("没有写，请补上", "is missing; add it"),
    "extra_forbidden": ("没有这一项，请改名或删去", "there is no such entry; rename or remove it"),
    "string_type": ("应是文字（现为“{value}”）", "should be text (found '{value}')"),
    "string_too_short": ("是空的，请填写", "is empty; fill it in"),
    "string_too_long": (
        "最多 {limit} 字，请缩短（现为“{value}”）",
        "takes at most {limit} characters; shorten it (found '{value}')",
    ),
    "string_pattern_mismatch": (
        "应由小写英文字母、数字和连字符组成，最多 40 个（现为“{value}”）",
        "should be lower-case letters, digits and hyphens, at most 40 (found '{value}')",
    ),
    "enum": (
        "应是上游、中游或下游（upstream、midstream、downstream），现为“{value}”",
        "should be upstream, midstream or downstream (found '{value}')",
    ),
    "tuple_type": (
        "应是列表，如 [甲, 乙]（现为“{value}”）",
        "should be a list such as [a, b] (found '{value}')",
    ),
    "too_long": ("最多 {limit} 项，请删减", "takes at most {limit} entries; remove some"),
    "model_type": ("应是“键: 值”（现为“{value}”）", "should be keys with values (found '{value}')"),
}


class Fault(ShuanglianError):
    """One thing that is wrong; `place` says where, () for the chain as a whole."""

    def __init__(self, zh: str, en: str, place: Place = ()) -> None:
        super().__init__(zh, en)
        self.place = place

    @property
    def placed(self) -> tuple[str, str]:
        """What is wrong with the place before it, counted from one as people do."""
        where = ".".join(str(part + 1) if isinstance(part, int) else shorten(part) for part in self.place)
        return (f"{where}：{self.zh}", f"{where}: {self.en}") if where else (self.zh, self.en)


class Faults(UnreadableValue):
    """What is wrong with how the nodes hang together, for pydantic to carry."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].zh, faults[0].en)
        self.faults = tuple(faults)


def faults_among(nodes: Sequence[Node]) -> list[Fault]:
    """Return what is wrong with how the nodes hang together, [] where nothing is."""
    if not nodes:
        return [
            Fault("没有环节，nodes 下至少写一个", "has no nodes; write at least one under nodes", ("nodes",))
        ]
    found = [*_repeated(nodes), *_astray(nodes)]
    # Circles are told of by ids, which have to be there, and once.
    return found or [*_circles(nodes), *_against_the_stream(nodes)]


def faults_of(error: ValidationError) -> list[Fault]:
    """Return everything that a validation found, in the order of the definition."""
    found: list[Fault] = []
    for detail in error.errors(include_url=False):
        reason = detail.get("ctx", {}).get("error")
        place = tuple(detail["loc"])
        if isinstance(reason, Faults):
            found += reason.faults
        elif isinstance(reason, UnreadableValue):
            found.append(Fault(reason.zh, reason.en, place))
        else:
            found.append(Fault(*_plainly(detail), place))
    return found


def _plainly(detail: Mapping[str, Any]) -> tuple[str, str]:
    zh, en = _WORDS.get(
        detail["type"], (f"{detail['msg']}（现为“{{value}}”）", f"{detail['msg']} (found '{{value}}')")
    )
    limit = detail.get("ctx", {}).get("max_length", "")
    value = shorten(detail["input"])
    return zh.format(value=value, limit=limit), en.format(value=value, limit=limit)


def _repeated(nodes: Sequence[Node]) -> Iterator[Fault]:
    counted = Counter(node.id for node in nodes)
    last = {node.id: number for number, node in enumerate(nodes)}
    for key, count in counted.items():
        if count > 1:
            yield Fault(
                f"环节编号“{key}”有 {count} 个，编号不能重复",
                f"{count} nodes have the id '{key}'; ids differ",
                ("nodes", last[key], "id"),
            )


def _astray(nodes: Sequence[Node]) -> Iterator[Fault]:
    """Tell of relations to what is no node of the chain, and of a node to itself."""
    known = {node.id for node in nodes}
    for number, node in enumerate(nodes):
        for name, key in [("parent", node.parent), *(("supplies", one) for one in node.supplies)]:
            if key and key not in known:
                yield Fault(
                    f"环节“{node.id}”的 {name} 写着“{shorten(key)}”，本链没有这个环节",
                    f"'{shorten(key)}' under {name} of the node '{node.id}' is no node of this chain",
                    ("nodes", number, name),
                )
        if node.id in node.supplies:
            yield Fault(
                f"环节“{node.id}”的 supplies 写着自己，请删去",
                f"the node '{node.id}' supplies itself; remove that",
                ("nodes", number, "supplies"),
            )


def _circles(nodes: Sequence[Node]) -> Iterator[Fault]:
    place = {node.id: number for number, node in enumerate(nodes)}
    for circle in circles({node.id: [node.parent] if node.parent else [] for node in nodes}):
        yield Fault(
            f"环节的 parent 绕成一圈：{' → '.join(circle)}；请改其中一个",
            f"nodes are each other's parents: {' → '.join(circle)}; change one of them",
            ("nodes", place[circle[0]], "parent"),
        )
    for circle in circles({node.id: [one for one in node.supplies if one != node.id] for node in nodes}):
        yield Fault(
            f"环节的 supplies 绕成一圈：{' → '.join(circle)}；供应不能回到自己，请删去其中一个",
            f"nodes supply each other in a circle: {' → '.join(circle)}; remove one of these",
            ("nodes", place[circle[0]], "supplies"),
        )


def circles(arrows: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the circles among arrows, each as a path that ends where it began; of circles that share one arrow, one."""
    left = {key: list(dict.fromkeys(heads)) for key, heads in arrows.items()}
    for _ in range(_MOST_CIRCLES):
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            # What it is given as predecessors are heads here: the circle that it tells runs backwards.
            found = list(reversed(error.args[1]))[:-1]
            start = min(map(list(left).index, found))
            first = found.index(list(left)[start])
            circle = [*found[first:], *found[:first]]
            yield [*circle, circle[0]]
            left[circle[-1]].remove(circle[0])
        else:
            return


def _against_the_stream(nodes: Sequence[Node]) -> Iterator[Fault]:
    """Tell of supplies that run back towards the beginning of the chain, or between a part and its whole."""
    named = {node.id: node for node in nodes}
    for number, node in enumerate(nodes):
        for one in map(named.__getitem__, node.supplies):
            place = ("nodes", number, "supplies")
            (zh, en), (to_zh, to_en) = node.where, one.where
            if one.step < node.step:
                yield Fault(
                    f"{zh}环节“{node.id}”的 supplies 写着{to_zh}环节“{one.id}”；供应只能由上游到下游，请删去或改 position",
                    f"the {en} node '{node.id}' supplies the {to_en} node '{one.id}'; supplies run downstream only: "
                    "remove it or change a position",
                    place,
                )
            if node.id in _wholes(one, named) or one.id in _wholes(node, named):
                yield Fault(
                    f"环节“{node.id}”的 supplies 写着“{one.id}”，它们是部分与整体，不互相供应，请删去",
                    f"the node '{node.id}' supplies '{one.id}', but one is a part of the other; remove that",
                    place,
                )


def _wholes(node: Node, named: Mapping[str, Node]) -> list[str]:
    """Return the ids of what the node is a part of; a circle is gone round once."""
    found: list[str] = []
    while node.parent and node.parent not in found:
        found.append(node.parent)
        node = named[node.parent]
    return found
