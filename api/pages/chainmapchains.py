"""The chains themselves, as data: which there are, taken away as a workbook, sent back changed."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, needs, store, who
from api.languages import message, say
from api.pages.chainmap import blueprint
from corpora.chains import Chain, chains
from corpora.errors import ShuanglianError, UnknownRecord, UnreadableFile, shorten
from corpora.ownchains import OwnChains
from corpora.readers.chainbooks import Book, read_book
from corpora.writers.chainbooks import write_chains
from matcher.attachments import safe_name

__all__ = ["blueprint"]

#: A chain takes some ten kilobytes.
MOST_BYTES = 4 * 2**20
MOST_FILES = 30


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, or not as a whole, and all that is wrong with it."""

    name: str
    problems: list[str]


@blueprint.get("/map/chains")
def chain_list() -> ResponseReturnValue:
    return _listing()


@blueprint.get("/map/chains.xlsx")
def chains_file() -> ResponseReturnValue:
    """Send every chain as a workbook that can be changed and sent back; with `id` that one."""
    known, wanted = OwnChains(store()).all(), request.args.get("id", "")
    if wanted and wanted not in known:
        raise UnknownRecord(
            f"没有产业链“{shorten(wanted)}”；请从列表里下载",
            f"there is no chain '{shorten(wanted)}'; take one of the list",
        )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chains.xlsx"
        write_chains(path, [known[wanted]] if wanted else list(known.values()))
        content = BytesIO(path.read_bytes())
    return send_file(content, as_attachment=True, download_name=f"{wanted or 'chains'}.xlsx")


@blueprint.post("/map/chains")
@needs("edit_map")
def send_chains() -> ResponseReturnValue:
    """Take chains in: of several files the good ones, and of the others what is wrong with each."""
    files = [one for one in request.files.getlist("files") if one.filename]
    if not 1 <= len(files) <= MOST_FILES:
        said = gettext("请选 1–%(most)s 个文件，现有 %(count)s 个", most=MOST_FILES, count=len(files))
        return _listing([Refused("", [said])], 422)
    taken: dict[str, Chain] = {}
    refused = []
    for file in files:
        name = safe_name(file.filename or "") or "chains"
        try:
            book = _read(file.stream.read(MOST_BYTES + 1), name)
        except ShuanglianError as error:
            refused.append(Refused(name, [message(error)]))
            continue
        taken |= {one.id: one for one in book.chains}
        if book.faults:
            refused.append(Refused(name, [str(say(*one.placed)) for one in book.faults]))
    with store().transaction():
        for chain in taken.values():
            OwnChains(store()).put(chain, who())
    if taken:
        log("chains imported", "map", chains=sorted(taken))
        said = gettext("已收下：%(names)s；重建图谱后生效", names="、".join(one.zh for one in taken.values()))
        flash(said, "success")
    return _listing(refused, 422) if refused else redirect(url_for("chainmap.chain_list"))


@blueprint.post("/map/chains/<chain_id>/remove")
@needs("edit_map")
def remove_chain(chain_id: str) -> ResponseReturnValue:
    """Forget an own chain; where it stood in the place of a shipped one, that holds again."""
    if not OwnChains(store()).remove(chain_id):
        raise UnknownRecord(
            f"没有自定义的产业链“{shorten(chain_id)}”；随程序来的不能删",
            f"there is no own chain '{shorten(chain_id)}'; shipped ones cannot be removed",
        )
    log("chain removed", "map", chain=chain_id)
    flash(gettext("已删去；重建图谱后生效"), "success")
    return redirect(url_for("chainmap.chain_list"))


def _read(content: bytes, name: str) -> Book:
    """Return what a file that was sent says. Raises UnreadableFile."""
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 2**20
        raise UnreadableFile(
            f"文件 {name} 超过 {most} MB，不像产业链定义",
            f"the file {name} is larger than {most} MB, too large for chains",
        )
    with TemporaryDirectory() as folder:
        path = Path(folder) / name[-60:]
        path.write_bytes(content)
        return read_book(path)


def _listing(refused: list[Refused] | None = None, status: int = 200) -> ResponseReturnValue:
    drawn = render_template(
        "chainmap/chains.html",
        chains=OwnChains(store()).all().values(),
        own=OwnChains(store()).own(),
        shipped=chains(),
        refused=refused or [],
        most_files=MOST_FILES,
    )
    return drawn, status
