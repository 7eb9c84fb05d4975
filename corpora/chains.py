"""Industry chains (产业链) as data: nodes (环节) upstream, midstream and downstream, and who supplies whom.

Each chain is a YAML file in the folder ``chains`` beside this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from rapidfuzz import process

from corpora.errors import BadRequest, UnknownRecord, UnreadableValue, shorten

#: A chain file is some ten kilobytes; more than this is something else.
MAX_BYTES = 2_000_000

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Words = tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)], ...]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class Position(StrEnum):
    """Where a node lies in its chain."""

    UPSTREAM = "upstream"
    MIDSTREAM = "midstream"
    DOWNSTREAM = "downstream"


#: The positions in the order of the chain, with their labels.
POSITIONS = {
    Position.UPSTREAM: ("上游", "upstream"),
    Position.MIDSTREAM: ("中游", "midstream"),
    Position.DOWNSTREAM: ("下游", "downstream"),
}


class Node(BaseModel):
    """One node of a chain (环节)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    zh: Name
    en: Name
    position: Position
    #: The id of the node that this one is a part of.
    parent: str = ""
    description: Description = ""
    products: Words = ()
    keywords: Words = ()
    #: Classes of the national industrial classification (GB/T 4754), code and name.
    classes: Words = ()
    #: Ids of the nodes that its products go to.
    supplies: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its name with its first words, which say more than the name: what a title is to a record."""
        return "、".join(dict.fromkeys((self.zh, *self.keywords[:6])))

    @property
    def document(self) -> str:
        """The text that records are compared with."""
        words = "、".join(dict.fromkeys((*self.products, *self.keywords)))
        return "\n".join(part for part in (self.zh, self.description, words) if part)


class Chain(BaseModel):
    """An industry chain (产业链)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    zh: Name
    en: Name
    description: Description = ""
    #: Where its facts are from.
    sources: Words = ()
    nodes: tuple[Node, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not self.nodes:
            raise UnreadableValue(
                "没有环节，nodes 下至少写一个", "has no nodes; write at least one under nodes"
            )
        counted = Counter(node.id for node in self.nodes)
        for key, count in counted.items():
            if count > 1:
                raise UnreadableValue(
                    f"环节编号“{key}”有 {count} 个，编号不能重复",
                    f"{count} nodes have the id '{key}'; ids differ",
                )
        for node in self.nodes:
            for name, key in [("parent", node.parent), *(("supplies", one) for one in node.supplies)]:
                if key and key not in counted:
                    raise UnreadableValue(
                        f"环节“{node.id}”的 {name} 写着“{shorten(key)}”，本链没有这个环节",
                        f"'{shorten(key)}' under {name} of the node '{node.id}' is no node of this chain",
                    )
            if node.id in node.supplies:
                raise UnreadableValue(
                    f"环节“{node.id}”的 supplies 写着自己，请删去",
                    f"the node '{node.id}' supplies itself; remove that",
                )
        if circle := _circle({node.id: node.parent for node in self.nodes}):
            raise UnreadableValue(
                f"环节的 parent 绕成一圈：{' → '.join(circle)}；请改其中一个",
                f"nodes are each other's parents: {' → '.join(circle)}; change one of them",
            )
        return self

    def node(self, key: str) -> Node:
        """Raises UnknownRecord."""
        for node in self.nodes:
            if node.id == key:
                return node
        raise _unknown("环节", "node", key, [node.id for node in self.nodes])


def read_chain(text: str, where: str) -> Chain:
    """Return the chain that the YAML `text` defines; `where` names it in errors.

    Raises BadRequest, naming what is wrong.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadRequest(
            f"产业链文件 {where} 超过 {MAX_BYTES:,} 字节，不像产业链定义",
            f"the chain file {where} is larger than {MAX_BYTES:,} bytes, too large for a chain",
        )
    try:
        content = yaml.safe_load(text)
        if not isinstance(content, Mapping):
            raise ValueError("没有键值 / no mapping in it")
        return Chain.model_validate(content)
    except ValidationError as error:
        zh, en = _said(error)
        raise BadRequest(f"产业链文件 {where}：{zh}", f"the chain file {where}: {en}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadRequest(
            f"产业链文件 {where} 不是可读的 YAML：{shorten(error, 120)}",
            f"the chain file {where} is no readable YAML: {shorten(error, 120)}",
        ) from error


@cache
def chains() -> Mapping[str, Chain]:
    """Return the shipped chains by id, in the order of their ids.

    Raises BadRequest where a file is wrong, or two chains have one id.
    """
    return gathered(_files(resources.files("corpora") / "chains"))


def gathered(files: Sequence[Traversable]) -> Mapping[str, Chain]:
    """Return the chains that the files define, by id. Raises BadRequest as `read_chain` and for a repeated id."""
    found: dict[str, Chain] = {}
    for file in files:
        try:
            chain = read_chain(file.read_text("utf-8"), file.name)
        except (OSError, UnicodeDecodeError) as error:
            raise BadRequest(
                f"产业链文件 {file.name} 读不了：{shorten(error, 120)}",
                f"cannot read the chain file {file.name}: {shorten(error, 120)}",
            ) from error
        if chain.id in found:
            raise BadRequest(
                f"产业链文件 {file.name}：编号“{chain.id}”已有别的产业链在用",
                f"the chain file {file.name}: another chain has the id '{chain.id}'",
            )
        found[chain.id] = chain
    return MappingProxyType(found)


def find_chain(key: str) -> Chain:
    """Return the chain of that id or Chinese name. Raises UnknownRecord, naming the nearest."""
    known = chains()
    named = {chain.zh: chain for chain in known.values()}
    found = known.get(key.strip()) or named.get(key.strip())
    if found is None:
        raise _unknown("产业链", "chain", key, list(known))
    return found


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)


def _unknown(zh: str, en: str, key: str, known: Sequence[str]) -> UnknownRecord:
    nearest = [name for name, *_ in process.extract(key, known, limit=len(known))]
    return UnknownRecord(
        f"没有{zh}“{shorten(key)}”；有：{'、'.join(nearest[:12])}",
        f"there is no {en} '{shorten(key)}'; there are {', '.join(nearest[:12])}",
    )


def _circle(above: Mapping[str, str]) -> list[str]:
    """Return the first circle among the parents, [] where there is none."""
    for start in above:
        path = [start]
        while (parent := above.get(path[-1], "")) and parent not in path:
            path.append(parent)
        if parent:
            return [*path[path.index(parent) :], parent]
    return []


def _said(error: ValidationError) -> tuple[str, str]:
    """Return the first fault, in Chinese and English, with the place where it is."""
    detail: Any = error.errors(include_url=False)[0]
    reason = detail.get("ctx", {}).get("error")
    place = ".".join(map(str, _place(detail["loc"])))
    zh, en = (reason.zh, reason.en) if isinstance(reason, UnreadableValue) else (
        f"{detail['msg']}（现为“{shorten(detail['input'])}”）", f"{detail['msg']} (found '{shorten(detail['input'])}')")  # fmt: skip
    return (f"{place}：{zh}", f"{place}: {en}") if place else (zh, en)


def _place(loc: Sequence[int | str]) -> Iterator[int | str]:
    # People count from one.
    yield from (part + 1 if isinstance(part, int) else part for part in loc)
