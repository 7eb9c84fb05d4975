"""The affinity file of a roadshow's form: what was sent, what is wrong with it, and what it is kept by meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import request
from flask_babel import gettext

from api.languages import message
from corpora.errors import UnreadableFile
from corpora.readers.delimited import decode
from matcher.attachments import safe_name
from matcher.roadshow.gathering.affinity import read_affinity

#: A file that did not get kept with the form goes back to the sender within the page, so it must not be huge.
MOST_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Scores:
    """A file of scores as text; None: none was sent, and what is kept stays. "" takes what is kept away."""

    text: str | None = None
    name: str = ""
    pairs: int = 0
    enterprises: int = 0
    teams: int = 0
    #: What is wrong with the file that was sent.
    problem: str = ""


def sent_scores() -> Scores:
    """Return the file that came with the form: just chosen, or sent before and carried by the page."""
    chosen = request.files.get("affinity")
    if chosen is not None and chosen.filename:
        content = chosen.stream.read(MOST_BYTES + 1)
        name = safe_name(chosen.filename)
        if len(content) > MOST_BYTES:
            most = MOST_BYTES // 2**20
            said = gettext("文件 %(name)s 超过 %(most)s MB；请只留企业、团队、得分三列", name=name, most=most)
            return Scores(problem=said)
        return _read(content, name)
    if carried := request.form.get("affinity_text", ""):
        return _read(carried.encode(), safe_name(request.form.get("affinity_name", "")) or "affinity.tsv")
    return Scores("" if request.form.get("no_affinity") else None)


def _read(content: bytes, name: str) -> Scores:
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / name[-60:]
            path.write_bytes(content)
            known = read_affinity(path)
        text = decode(content, name).replace("\r\n", "\n")
    except UnreadableFile as error:
        return Scores(problem=message(error))
    return Scores(text, name, len(known.scores), len(known.enterprises), len(known.teams))
