"""Industry chains (产业链) as data: nodes (环节) upstream, midstream and downstream, and who supplies whom.

Each chain is a YAML file in the folder ``chains`` beside this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from rapidfuzz import process

from corpora.chainfaults import Fault, Faults, faults_among, faults_of
from corpora.errors import BadChain, BadRequest, UnknownRecord, UnreadableFile, UnreadableValue, shorten
from corpora.yamls import load_yaml

#: A chain file is some ten kilobytes; more than this is something else.
MAX_BYTES = 2_000_000
MAX_NODES = 200
#: What neither a page nor a cell can show; a line feed and a tab only inside a description.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def _plain(text: str) -> str:
    if found := _CONTROLS.search(text):
        raise UnreadableValue(
            f"有看不见的控制字符 {found[0]!a}，请删去",
            f"holds the control character {found[0]!a}; remove it",
        )
    return text


def _line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise UnreadableValue("应写在一行里，不能换行", "should be on one line")
    return _plain(text)


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(_line)
]
Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_line)
]
Words = Annotated[tuple[Word, ...], Field(max_length=60), AfterValidator(_once)]
Description = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_plain)
]


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
    supplies: Words = ()

    @property
    def step(self) -> int:
        """How far along the chain it lies: 0, 1 or 2."""
        return list(Position).index(self.position)

    @property
    def where(self) -> tuple[str, str]:
        """Where it lies, in Chinese and English."""
        return POSITIONS[self.position]

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
    nodes: Annotated[tuple[Node, ...], Field(max_length=MAX_NODES)] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if found := faults_among(self.nodes):
            raise Faults(found)
        return self

    def node(self, key: str) -> Node:
        """Raises UnknownRecord."""
        for node in self.nodes:
            if node.id == key:
                return node
        raise _unknown("环节", "node", key, [node.id for node in self.nodes])


def checked(content: object) -> Chain | list[Fault]:
    """Return the chain that a mapping says, or everything that is wrong with it."""
    try:
        return Chain.model_validate(content)
    except ValidationError as error:
        return faults_of(error)


def read_chain(text: str, where: str) -> Chain:
    """Return the chain that the YAML `text` defines; `where` names it in errors.

    Raises BadChain, whose `problems` name everything that is wrong.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadChain(
            f"产业链文件 {where} 超过 {MAX_BYTES:,} 字节，不像产业链定义",
            f"the chain file {where} is larger than {MAX_BYTES:,} bytes, too large for a chain",
        )
    try:
        content = load_yaml(text, where)
    except UnreadableFile as error:
        raise BadChain(error.zh, error.en) from error
    found = checked(content)
    if isinstance(found, Chain):
        return found
    raise bad_chain(where, [Fault(*fault.placed) for fault in found])


def bad_chain(where: str, faults: Sequence[Fault]) -> BadChain:
    """Return the error that tells the first of the faults, how many there are, and carries them all."""
    more = (f"（共 {len(faults)} 处）", f" ({len(faults)} faults)") if faults[1:] else ("", "")
    return BadChain(
        f"产业链文件 {where}：{faults[0].zh}{more[0]}",
        f"the chain file {where}: {faults[0].en}{more[1]}",
        faults,
    )


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


def find_chain(key: str, known: Mapping[str, Chain] | None = None) -> Chain:
    """Return the chain of that id or Chinese name among those `known`, by default the shipped ones.

    An installation has chains of its own: see corpora/ownchains.py. Raises UnknownRecord, naming the nearest.
    """
    known = chains() if known is None else known
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
