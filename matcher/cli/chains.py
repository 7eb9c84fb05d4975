"""``matcher map chains``: the industry chains that the map is drawn over, as files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from corpora.accounts import Accounts
from corpora.chainfaults import Fault
from corpora.chains import Chain, find_chain
from corpora.chains import chains as shipped_chains
from corpora.errors import BadRequest, ShuanglianError, UnknownRecord, shorten
from corpora.files import replacing, trouble
from corpora.ownchains import OwnChains
from corpora.readers.chainbooks import YAML_SUFFIXES, Book, read_book
from corpora.store import Store
from corpora.writers.chainbooks import chain_text, write_chains
from matcher.cli.common import FILE, err, json_option, open_store, out, say_json, say_line, settings, table

_PATH = click.Path(path_type=Path)
_files = click.argument("files", nargs=-1, required=True, type=FILE)

#: By what a chain is here: labels in Chinese and English.
_ORIGINS = {
    "shipped": ("自带", "shipped"),
    "own": ("自定", "own"),
    "replaced": ("自定，替换自带", "own, in the shipped one's place"),
}


@click.group()
def chains() -> None:
    """产业链定义：列出、检查、导入、导出。

    The industry chains with their nodes. Start from a copy: `matcher map chains export nuts --out
    nuts.xlsx`, change it, check it, import it. The installation's own stand beside the shipped ones;
    one with the id of a shipped one takes its place.
    """


@chains.command("list")
@json_option
def list_(as_json: bool) -> None:
    """列出产业链和环节数。

    List the chains, how many nodes each has, and whether it is shipped or the installation's own.
    """
    with open_store(settings().data) as store:
        own = OwnChains(store)
        found = [(chain, _origin(key, own.own())) for key, chain in own.all().items()]
    if as_json:
        say_json({"chains": [{**chain.model_dump(mode="json"), "origin": origin} for chain, origin in found]})
        return
    shown = table("编号 id", "名称 name", "环节 nodes", "来源 origin")
    for chain, origin in found:
        shown.add_row(chain.id, f"{chain.zh} {chain.en}", str(len(chain.nodes)), " ".join(_ORIGINS[origin]))
    out.print(shown)


@chains.command()
@_files
@json_option
def check(files: Sequence[Path], as_json: bool) -> None:
    """检查产业链文件，不导入。

    Check files of chains (.xlsx or .yaml) without importing them, and tell every fault. Exit status 1
    where there is one.
    """
    read = _read(files)
    if as_json:
        say_json({"files": [_as_json(path, book) for path, book in read]})
    else:
        for path, book in read:
            for chain in book.chains:
                say_line(f"{path.name}: {chain.id} {chain.zh} · {len(chain.nodes)} 个环节 nodes")
    _tell(read)


@chains.command("import")
@_files
@json_option
def import_(files: Sequence[Path], as_json: bool) -> None:
    """导入产业链文件；有错的不收，其余照收。

    Import chains from .xlsx or .yaml files, in the place of those with their ids. Chains without fault
    are taken even where others are refused; exit status 1 where any was. Build the map again to see them.
    """
    read = _read(files)
    chosen = settings()
    taken: dict[str, str] = {}
    with open_store(chosen.data) as store:
        own = OwnChains(store)
        before = own.all()
        with store.transaction():
            for chain in (one for _, book in read for one in book.chains):
                taken[chain.id] = _news(chain, before.get(chain.id))
                if taken[chain.id] != "unchanged":
                    own.put(chain, chosen.who)
            if changed := sorted(key for key, news in taken.items() if news != "unchanged"):
                Accounts(store).log(chosen.who, "chains imported", "map", chains=changed)
        after = own.all()
    if as_json:
        say_json({"files": [_as_json(path, book) for path, book in read], "taken": taken})
    else:
        words = {"new": "新增 new", "replaced": "替换 replaced", "unchanged": "未变 unchanged"}
        for key, news in taken.items():
            say_line(f"{words[news]}: {key} {after[key].zh} · {len(after[key].nodes)} 个环节 nodes")
    _tell(read)


@chains.command()
@click.argument("ids", nargs=-1)
@click.option(
    "--out", "path", type=_PATH, default=Path("产业链.xlsx"), show_default=True, metavar="FILE.xlsx|FOLDER",
    help="Excel 文件，或放 YAML 的文件夹。 A workbook, or a folder for a YAML file of each.",
)  # fmt: skip
def export(ids: Sequence[str], path: Path) -> None:
    """导出产业链，可作样板。

    Write chains, all or those of IDS, as a workbook or as YAML files, which read back the same. One of them
    is a template to start from.
    """
    with open_store(settings().data) as store:
        known = OwnChains(store).all()
    found = [find_chain(key, known) for key in dict.fromkeys(ids)] or list(known.values())
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        write_chains(path, found)
        files = [path]
    elif suffix in YAML_SUFFIXES and not path.is_dir():
        if len(found) > 1:
            raise BadRequest(
                f"{path.name} 只能放一条产业链，要写 {len(found)} 条；请给文件夹或 .xlsx",
                f"{path.name} takes one chain, not {len(found)}; give a folder or an .xlsx",
            )
        files = [_write(path, found[0])]
    else:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise trouble(path, error) from error
        files = [_write(path / f"{chain.id}.yaml", chain) for chain in found]
    for file in files:
        out.print(f"→ {file}", soft_wrap=True)


@chains.command()
@click.argument("chain_id", metavar="ID")
def remove(chain_id: str) -> None:
    """删去一条自定的产业链；替换了自带的，自带的恢复。

    Remove a chain of the installation's own. Where it stood in the place of a shipped one, that holds again.
    """
    chosen = settings()
    with open_store(chosen.data) as store:
        with store.transaction():
            if not OwnChains(store).remove(chain_id):
                raise _not_own(chain_id, store)
            Accounts(store).log(chosen.who, "chain removed", "map", chain=chain_id)
        left = OwnChains(store).all().get(chain_id)
    out.print(f"已删去 removed: {chain_id}")
    if left is not None:
        out.print(f"自带的恢复 the shipped one holds again: {chain_id} {left.zh}")


def _read(files: Sequence[Path]) -> list[tuple[Path, Book]]:
    """Return what each file says; a file that cannot be read at all has that for its fault."""
    found = []
    for path in files:
        try:
            found.append((path, read_book(path)))
        except ShuanglianError as error:
            found.append((path, Book(faults=[Fault(error.zh, error.en)])))
    return found


def _tell(read: Sequence[tuple[Path, Book]]) -> None:
    """Print every fault on stderr, and end with status 1 where there is one."""
    for path, book in read:
        for column in book.ignored:
            err.print(
                f"提示 note: {path.name}: 不认识的列，未读 unknown column, not read: {column}", soft_wrap=True
            )
        for fault in book.faults:
            named = "" if path.name in fault.zh else f"{path.name}: "
            print(f"错误 error: {named}{fault}", file=sys.stderr)
    if any(book.faults for _, book in read):
        sys.exit(1)


def _as_json(path: Path, book: Book) -> dict[str, Any]:
    return {
        "file": path.name,
        "chains": [{"id": one.id, "zh": one.zh, "nodes": len(one.nodes)} for one in book.chains],
        "faults": [{"zh": one.zh, "en": one.en} for one in book.faults],
        "ignored": book.ignored,
    }


def _origin(key: str, own: dict[str, Chain]) -> str:
    if key not in own:
        return "shipped"
    return "replaced" if key in shipped_chains() else "own"


def _news(chain: Chain, before: Chain | None) -> str:
    if before is None:
        return "new"
    return "unchanged" if chain == before else "replaced"


def _not_own(chain_id: str, store: Store) -> ShuanglianError:
    if chain_id in shipped_chains():
        return BadRequest(
            f"“{chain_id}”是自带的产业链，不能删；可导入同编号的来替换",
            f"the chain '{chain_id}' is shipped and stays; import one with its id to replace it",
        )
    own = "、".join(OwnChains(store).own())
    return UnknownRecord(
        f"没有自定的产业链“{shorten(chain_id)}”；{f'有：{own}' if own else '一条也没有'}",
        f"there is no chain '{shorten(chain_id)}' of your own; "
        f"{f'there are {own}' if own else 'there are none'}",
    )


def _write(path: Path, chain: Chain) -> Path:
    with replacing(path) as stream:
        stream.write(chain_text(chain).encode())
    return path
