"""The two sheets of a workbook of chains: which columns they have, and the cells of each row by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from corpora.chainfaults import Fault
from corpora.errors import shorten
from corpora.readers.grids import Grid, said
from corpora.writers.chainbooks import CHAIN_COLUMNS, CHAIN_SHEET, NODE_COLUMNS, NODE_SHEET, Column

_HEADER_SEARCH_ROWS = 30
#: Excel has no longer cells.
_LONGEST_CELL = 32_767

#: What else people call the columns; 名称 on a sheet of chains is a chain's, on one of nodes a node's.
_CHAIN_WORDS = {
    "id": "编号 代码 链编号 chain",
    "zh": "名称 产业链 链名称 中文名 中文名称 name",
    "en": "英文名 英文名称 english",
    "description": "说明 简介 描述",
    "sources": "依据 来源 资料来源 source",
}
_NODE_WORDS = {
    "chain": "产业链 产业链名称 所属产业链 所属链 链",
    "id": "编号 代码 node",
    "zh": "环节 名称 中文名 中文名称 name",
    "en": "英文名 英文名称 环节英文名称 english",
    "position": "上中下游 所在位置 所处位置",
    "parent": "上级 上级环节编号 所属环节 父环节",
    "description": "说明 简介 描述 环节描述",
    "products": "产品 典型产品 主要产品 product",
    "keywords": "关键字 关键词语 keyword",
    "classes": "行业分类 国民经济分类 行业代码 class",
    "supplies": "供给 供应 供应环节 供给关系 下游环节",
}
#: Columns that a list may have beside.
_BESIDE = ("序号", "备注", "no", "notes")
_ORNAMENTS = re.compile(r"[\s*＊:：]+|[(（\[【].*?[)）\]】]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its cells by field, with the column that each stands in."""

    sheet: str
    number: int
    columns: Sequence[Column]
    cells: Mapping[str, object]
    labels: Mapping[str, str]

    def fault(self, zh: str, en: str, name: str = "") -> Fault:
        """Return what is wrong with the row, or with its cell `name`."""
        column = self.labels.get(name, "")
        return Fault(
            f"工作表“{shorten(self.sheet)}”第 {self.number} 行{f'“{column}”' if column else ''}：{zh}",
            f"sheet '{shorten(self.sheet)}', row {self.number}{f', {column}' if column else ''}: {en}",
        )

    def text(self, name: str) -> str:
        """Return the cell as text, "" where it is empty."""
        return self._written(name).strip()

    def fields(self) -> dict[str, object]:
        """Return the cells that say something, those of lists as lists."""
        found: dict[str, object] = {}
        for column in self.columns:
            if text := self._written(column.field):
                found[column.field] = _words(text, column.marks) if column.marks else text.strip()
        return found

    def _written(self, name: str) -> str:
        cell = self.cells.get(name)
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return str(cell)[:_LONGEST_CELL].replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Table:
    """A sheet whose header is known: where the header is, and where each field stands."""

    grid: Grid
    sheet: str
    columns: Sequence[Column]
    header: int
    places: Mapping[str, int]

    @property
    def lacking(self) -> list[Fault]:
        """What is wrong with the header."""
        return [
            Fault(
                f"工作表“{shorten(self.grid.name)}”第 {self.header + 1} 行的表头缺“{column.zh}”一列",
                f"sheet '{shorten(self.grid.name)}': its header in row {self.header + 1} lacks the column "
                f"'{column.en}'",
            )
            for column in self.columns
            if column.required and column.field not in self.places
        ]

    @property
    def ignored(self) -> list[str]:
        """The headings that no field is known for."""
        known = {*self.places.values()}
        return [
            f"{xl_col_to_name(at)} {_label(cell)}"
            for at, cell in enumerate(self.grid.cells[self.header])
            if said(cell) and at not in known and _bare(cell) not in _BESIDE
        ]

    def rows(self, faults: list[Fault]) -> Iterator[Row]:
        """Yield the rows that hold anything; a cell that cannot be read goes to `faults`."""
        cells = self.grid.cells
        labels = {
            name: f"{xl_col_to_name(at)} {_label(cells[self.header][at])}" for name, at in self.places.items()
        }
        merged = {
            (row, merge.left): cells[merge.top][merge.left]
            for merge in self.grid.merges
            if self.header < merge.top < len(cells) and merge.left < len(cells[merge.top])
            for row in range(merge.top, min(merge.bottom + 1, len(cells)))
        }
        for number in range(self.header + 1, len(cells)):
            bare = cells[number]
            here = {
                name: merged.get((number, at), bare[at] if at < len(bare) else None)
                for name, at in self.places.items()
            }
            held = {name: cell for name, cell in here.items() if said(cell)}
            row = Row(self.grid.name, number + 1, self.columns, held, labels)
            broken = [name for name, at in self.places.items() if (number, at) in self.grid.faults]
            for name in broken:
                zh, _, en = self.grid.faults[number, self.places[name]].partition(" / ")
                faults.append(row.fault(zh, en, name))
            # A chain's id that is merged or dragged down makes no row yet.
            if (held.keys() - {"chain"}) or broken:
                yield row


def table_of(grid: Grid) -> Table | None:
    """Return the sheet as a table of nodes or of chains, None where it has no such header."""
    nodes = _table(grid, NODE_SHEET, NODE_COLUMNS, _NODE_WORDS)
    # Only nodes have a position.
    if nodes and ("position" in nodes.places or NODE_SHEET in grid.name):
        return nodes
    return _table(grid, CHAIN_SHEET, CHAIN_COLUMNS, _CHAIN_WORDS)


def _table(grid: Grid, sheet: str, columns: Sequence[Column], words: Mapping[str, str]) -> Table | None:
    """Return the table under the row that names most columns, two at least."""
    known = {_bare(word): name for name, each in words.items() for word in each.split()}
    known |= {
        _bare(each): column.field for column in columns for each in (column.field, column.en, column.zh)
    }
    best: Table | None = None
    for number, cells in enumerate(grid.cells[:_HEADER_SEARCH_ROWS]):
        found: dict[str, int] = {}
        for position, cell in enumerate(cells):
            if name := known.get(_bare(cell)):
                found.setdefault(name, position)
        if len(found) > max(1, len(best.places) if best else 1):
            best = Table(grid, sheet, columns, number, found)
    return best


def _bare(label: object) -> str:
    """Return a heading without ornaments; of one in both languages, its Chinese."""
    text = "" if label is None else str(label)[:200]
    text = _ORNAMENTS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(_CHINESE.findall(text)) or text.replace("_", "")


def _label(cell: object) -> str:
    return shorten(str(cell).split("\n")[0])


def _words(text: str, marks: str) -> list[str]:
    """Return the words of a list: a line each where there are lines, else as `marks` part them."""
    parts = text.split("\n") if "\n" in text else re.split(f"[{marks}]", text)
    return [part.strip() for part in parts if part.strip()]
