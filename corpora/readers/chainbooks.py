"""Files of industry chains: a workbook with a sheet of chains and one of nodes, or the YAML of one chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpora.chainfaults import Fault
from corpora.chains import MAX_BYTES, POSITIONS, Chain, bad_chain, checked, read_chain
from corpora.errors import BadChain, UnreadableFile, shorten
from corpora.readers.chainsheets import Row, table_of
from corpora.readers.delimited import decode
from corpora.readers.grids import Grid
from corpora.readers.guard import file_type
from corpora.readers.spreadsheet import read_workbook
from corpora.writers.chainbooks import CHAIN_SHEET, NODE_SHEET

YAML_SUFFIXES = (".yaml", ".yml", ".json")

#: More faults than these nobody mends at a sitting.
_MOST_FAULTS = 200
#: Stands for an English name where the Chinese one is missing too: that is one fault, not two.
_UNNAMED = "?"
_POSITIONS = {
    word: position.value for position, (zh, en) in POSITIONS.items() for word in (zh, zh[0], en)
}  # fmt: skip


@dataclass
class Book:
    """What a file says: the chains that are whole, and everything that is wrong with the others."""

    chains: list[Chain] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: Columns of its sheets that mean nothing here, with their letters.
    ignored: list[str] = field(default_factory=list)


def read_chains(path: Path) -> list[Chain]:
    """Return the chains of a workbook (.xlsx) or of a YAML file.

    Raises UnreadableFile where it is neither, BadChain where anything in it is wrong: its `problems` name
    every fault, by sheet, row and column.
    """
    book = read_book(path)
    if book.faults:
        raise bad_chain(path.name, book.faults)
    return book.chains


def read_book(path: Path) -> Book:
    """Return the chains of the file that are whole, with what is wrong with the others.

    Raises UnreadableFile where it is no such file.
    """
    if path.suffix.lower() in YAML_SUFFIXES:
        try:
            return Book([read_chain(_text(path), path.name)])
        except BadChain as error:
            return Book(faults=[Fault(one.zh, one.en) for one in error.problems or [error]])
    if file_type(path) != "xlsx":
        raise UnreadableFile(
            f"文件 {path.name} 不是产业链文件；请用 .xlsx 或 .yaml，样子见 matcher map chains export",
            f"{path.name} is no file of chains; use .xlsx or .yaml, as matcher map chains export writes them",
        )
    return _understood(path.name, list(read_workbook(path)))


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise UnreadableFile(
                f"没有文件 {path.name}，或它不是文件；请检查路径",
                f"there is no file {path.name}; check the path",
            )
        with path.open("rb") as stream:
            # One byte more tells that it is too large.
            return decode(stream.read(MAX_BYTES + 1), path.name)
    except OSError as error:
        raise UnreadableFile(
            f"文件 {path.name} 打不开（{error.strerror}）；请检查路径和权限",
            f"{path.name} cannot be opened ({error.strerror}); check its path and permissions",
        ) from error


def _understood(name: str, grids: Sequence[Grid]) -> Book:
    book = Book()
    rows: dict[str, list[Row]] = {}
    for table in filter(None, map(table_of, grids)):
        book.ignored += [f"{table.grid.name} {column}" for column in table.ignored]
        book.faults += table.lacking
        rows.setdefault(table.sheet, []).extend(table.rows(book.faults))
    for sheet in (CHAIN_SHEET, NODE_SHEET):
        if sheet not in rows:
            raise UnreadableFile(
                f"文件 {name} 里没有“{sheet}”表：没有认得出的表头；样子见 matcher map chains export",
                f"{name} has no sheet '{sheet}' whose header is known; matcher map chains export writes one",
            )
    chains = _by_key(rows[CHAIN_SHEET], book.faults)
    nodes = _by_chain(rows[NODE_SHEET], chains, book.faults)
    if not chains and not book.faults:
        book.faults.append(
            Fault(f"“{CHAIN_SHEET}”表里一行也没有", f"the sheet '{CHAIN_SHEET}' holds no rows")
        )
    # Where a row or a cell of the file is lost, nobody knows which chain lacks it.
    is_whole = not book.faults
    for key, row in chains.items():
        found = checked(_content(key, row, nodes[key]))
        if not isinstance(found, Chain):
            book.faults += [_where(fault, row, nodes[key]) for fault in found]
        elif is_whole:
            book.chains.append(found)
    if len(book.faults) > _MOST_FAULTS:
        rest = len(book.faults) - _MOST_FAULTS
        book.faults[_MOST_FAULTS:] = [Fault(f"另有 {rest} 处，不再列出", f"and {rest} more, not listed")]
    return book


def _by_key(rows: Sequence[Row], faults: list[Fault]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        key = row.text("id")
        if not key:
            faults.append(row.fault("没有写产业链编号，请补上", "the chain's id is missing; add it", "id"))
        elif key in found:
            faults.append(
                row.fault(
                    f"编号“{shorten(key)}”在第 {found[key].number} 行已写过，请删去一行",
                    f"the id '{shorten(key)}' is in row {found[key].number} already; remove one",
                    "id",
                )
            )
        else:
            found[key] = row
    return found


def _by_chain(rows: Sequence[Row], chains: Mapping[str, Row], faults: list[Fault]) -> dict[str, list[Row]]:
    """Return the rows of nodes by their chain's id; of a file with one chain they need not say it."""
    keys = {row.text("zh"): key for key, row in chains.items()} | {key: key for key in chains}
    only = next(iter(chains)) if len(chains) == 1 else ""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        given = row.text("chain")
        if key := keys.get(given, "") if given else only:
            found[key].append(row)
        elif given:
            faults.append(
                row.fault(
                    f"“{CHAIN_SHEET}”表里没有产业链“{shorten(given)}”",
                    f"'{shorten(given)}' is no chain of the sheet '{CHAIN_SHEET}'",
                    "chain",
                )
            )
        else:
            faults.append(row.fault("没有写产业链编号，请补上", "the chain's id is missing; add it", "chain"))
    return found


def _content(key: str, row: Row, nodes: Sequence[Row]) -> dict[str, object]:
    """Return the definition as a YAML file would say it; nodes may be named by their ids or Chinese names."""
    ids = {node.text("zh"): node.text("id") for node in nodes if node.text("zh") and node.text("id")}
    ids |= {node.text("id"): node.text("id") for node in nodes}
    content: dict[str, object] = {**row.fields(), "id": key}
    content.setdefault("en", content.get("zh", _UNNAMED))
    content["nodes"] = [_node(node.fields(), ids) for node in nodes]
    return content


def _node(content: dict[str, object], ids: Mapping[str, str]) -> dict[str, object]:
    content.pop("chain", None)
    content.setdefault("en", content.get("zh", _UNNAMED))
    for name, known in (("position", _POSITIONS), ("parent", ids)):
        if name in content:
            content[name] = known.get(str(content[name]), content[name])
    if isinstance(supplies := content.get("supplies"), list):
        content["supplies"] = [ids.get(one, one) for one in supplies]
    return content


def _where(fault: Fault, chain: Row, nodes: Sequence[Row]) -> Fault:
    """Return the fault with the sheet, row and column that it is in."""
    match fault.place:
        case ("nodes", int(number), *rest) if number < len(nodes):
            return nodes[number].fault(fault.zh, fault.en, str(rest[0]) if rest else "")
        case (str(name), *_) if name in chain.labels:
            return chain.fault(fault.zh, fault.en, name)
    return chain.fault(fault.zh, fault.en)
