"""Which ranker an installation uses: the shipped one, or one that it learnt itself; older ones are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from corpora.errors import BadRequest
from corpora.files import replacing
from models.ranker import Ranker

FOLDER = "rankers"
_IN_USE = "in_use.json"
_LEARNT_AT = "learnt_at"


def in_use(data: Path) -> Path | None:
    """Return the folder of the ranker that the installation learnt and uses, None for the shipped one."""
    line = _line(data)
    return data / FOLDER / line[-1] if line else None


@contextmanager
def opening(learnt: Path | None) -> Iterator[None]:
    """Where what `in_use` gave turns out to be gone, damaged or of another version, say the way back."""
    try:
        yield
    except BadRequest as error:
        if learnt is None:
            raise
        raise BadRequest(
            f"学到的排序模型 {learnt} 缺失、损坏或版本不符；用 matcher learn --rollback 退回上一个",
            f"the learnt ranker {learnt} is gone, damaged or of another version; `matcher learn --rollback` returns "
            "to the one before",
        ) from error


def learnt_at(ranker: Ranker) -> datetime | None:
    """Return when the ranker was learnt here, None for the shipped one: later verdicts it has not seen."""
    said = ranker.manifest_.get(_LEARNT_AT)
    return datetime.fromisoformat(said) if said else None


def switch_to(data: Path, ranker: Ranker) -> Path:
    """Save the ranker and use it from now on; the one before stays for `roll_back`. Return its folder."""
    now = datetime.now(UTC)
    name = now.strftime("%Y%m%d-%H%M%S-%f")
    ranker.manifest_ |= {_LEARNT_AT: now.isoformat()}
    ranker.save(data / FOLDER / name)
    _write(data, [*_line(data), name])
    return data / FOLDER / name


def roll_back(data: Path) -> Path | None:
    """Use the ranker before this one again; return its folder, None for the shipped one.

    Raises BadRequest where the shipped ranker is in use already.
    """
    line = _line(data)
    if not line:
        raise BadRequest(
            "现在用的就是自带的排序模型，没有更早的", "the shipped ranker is in use; there is none before it"
        )
    _write(data, line[:-1])
    return in_use(data)


def _line(data: Path) -> list[str]:
    """Return the names of the rankers learnt, oldest first; the last is in use."""
    path = data / FOLDER / _IN_USE
    try:
        names = json.loads(path.read_text("utf-8"))["line"]
        return [str(name) for name in names]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(
            f"{path} 读不了（{error}）；删去它就回到自带的排序模型",
            f"{path} cannot be read ({error}); delete it to return to the shipped ranker",
        ) from error


def _write(data: Path, line: list[str]) -> None:
    with replacing(data / FOLDER / _IN_USE) as stream:
        stream.write(json.dumps({"line": line}).encode())
