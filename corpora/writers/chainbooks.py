"""Industry chains as a workbook or as YAML, which read back the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from corpora.chains import POSITIONS, Chain, Node
from corpora.writers.workbook import Choices, Sheet, write_workbook

CHAIN_SHEET = "产业链"
NODE_SHEET = "环节"

#: What parts the words of a list in one cell, and what parts those of a list whose words hold 、 themselves.
MARKS = "、，,；;"
LOOSE_MARKS = "；;"


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the field that it holds, its Chinese and English heading, its width in characters."""

    field: str
    zh: str
    en: str
    width: int
    required: bool = False
    #: What parts the words of a list; "" for a single value.
    marks: str = ""

    @property
    def heading(self) -> str:
        return f"{self.zh}{'*' if self.required else ''} {self.en}"


CHAIN_COLUMNS = (
    Column("id", "产业链编号", "chain id", 18, required=True),
    Column("zh", "产业链名称", "chain name", 22, required=True),
    Column("en", "产业链英文名", "chain name in English", 28),
    Column("description", "产业链说明", "chain description", 60),
    Column("sources", "事实依据", "sources", 50, marks=LOOSE_MARKS),
)
NODE_COLUMNS = (
    Column("chain", "产业链编号", "chain id", 16),
    Column("id", "环节编号", "node id", 20, required=True),
    Column("zh", "环节名称", "node name", 24, required=True),
    Column("en", "环节英文名", "node name in English", 28),
    Column("position", "位置", "position", 10, required=True),
    Column("parent", "上级环节", "part of", 16),
    Column("description", "环节说明", "node description", 60),
    Column("products", "代表产品", "products", 36, marks=MARKS),
    Column("keywords", "关键词", "keywords", 44, marks=MARKS),
    Column("classes", "国民经济行业分类", "classes of GB/T 4754", 36, marks=LOOSE_MARKS),
    Column("supplies", "供给环节", "supplies", 24, marks=MARKS),
)

_CHAIN_NOTE = (
    "带 * 的必填，一行一条产业链；编号用小写英文字母、数字和连字符，如 green-tea。 / "
    "* is required, one chain a row; an id is lower-case letters, digits and hyphens."
)
_NODE_NOTE = (
    "带 * 的必填，一行一个环节。上级环节、供给环节写本链环节的编号或名称；产品、关键词用顿号分开，行业分类和依据用分号或换行分开。"
    "供给只能由上游到下游，不能绕成一圈。 / * is required, one node a row. Part of, supplies: ids or names of nodes of the chain. "
    "Words are parted by 、 or commas, classes and sources by semicolons or lines. Supplies run downstream, in no circle."
)


def write_chains(path: Path, chains: Iterable[Chain]) -> None:
    """Write chains as a workbook that `read_chains` reads back the same; one of them serves as a template.

    Raises DataFolderTrouble where it cannot be written.
    """
    every = list(chains)
    rows = [(chain, node) for chain in every for node in chain.nodes]
    write_workbook(
        path,
        [
            Sheet(
                CHAIN_SHEET,
                CHAIN_SHEET,
                (_CHAIN_NOTE,),
                [column.heading for column in CHAIN_COLUMNS],
                [[_cell(column, getattr(chain, column.field)) for column in CHAIN_COLUMNS] for chain in every],
                [column.width for column in CHAIN_COLUMNS],
                empty_rows=5,
            ),
            Sheet(
                NODE_SHEET,
                NODE_SHEET,
                (_NODE_NOTE,),
                [column.heading for column in NODE_COLUMNS],
                [[_cell(column, _value(chain, node, column)) for column in NODE_COLUMNS] for chain, node in rows],
                [column.width for column in NODE_COLUMNS],
                choices={_position(): Choices([zh for zh, _ in POSITIONS.values()])},
                empty_rows=20,
            ),
        ],
    )  # fmt: skip


def chain_text(chain: Chain) -> str:
    """Return the chain as YAML that `read_chain` reads back the same."""
    said = chain.model_dump(mode="json", exclude_defaults=True)
    text: str = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)
    return text


def _position() -> int:
    return [column.field for column in NODE_COLUMNS].index("position")


def _value(chain: Chain, node: Node, column: Column) -> object:
    if column.field == "chain":
        return chain.id
    if column.field == "position":
        return node.where[0]
    return getattr(node, column.field)


def _cell(column: Column, value: object) -> object:
    if not column.marks:
        return value or None
    words = [str(one) for one in value] if isinstance(value, Sequence) else []
    # A word that holds what would part it stands on a line of its own, and the last one ends with a line.
    if any(mark in word for word in words for mark in column.marks):
        return "\n".join((*words, ""))
    return column.marks[0].join(words) or None
