"""The folder of a plan: plan.json and its papers, all of them new or all of them as they were."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corpora.files import trouble
from matcher.roadshow.plan import Plan, write_plan
from matcher.roadshow.printing.papers import PAPERS, write_papers

PLAN = "plan.json"
RELAXED = "relaxed.yaml"
#: What D's papers make that is no single file.
_CALENDARS = "calendars"


def write_folder(out: Path, plan: Plan, texts: Mapping[str, str] | None = None) -> list[Path]:
    """Write the plan, its papers and other `texts`, by file name, into `out`; return what is there now.

    Everything is written beside first, so that a full disk or an error leaves the files of the plan
    before. What that plan had and this one has not is taken away; files of other names stay.
    Raises DataFolderTrouble.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".roadshow-", dir=out))
    except OSError as error:
        raise trouble(out, error) from error
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        old.mkdir()
        _keep(out, new)
        write_plan(new / PLAN, plan)
        write_papers(new, plan)
        for name, text in (texts or {}).items():
            (new / name).write_text(text, "utf-8")
        made = sorted(new.iterdir())
        for name in {*_own_names(), *(path.name for path in made)}:
            if (out / name).exists():
                os.replace(out / name, old / name)
        for path in made:
            os.replace(path, out / path.name)
        return [out / path.name for path in made]
    except OSError as error:
        raise trouble(out, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _own_names() -> set[str]:
    # Not relaxed.yaml: somebody may be planning from it, or have written in it.
    return {PLAN, _CALENDARS, *(paper.file for paper in PAPERS.values())}


def _keep(out: Path, new: Path) -> None:
    """Take along what people write in."""
    for paper in PAPERS.values():
        if paper.kept and (out / paper.file).is_file():
            shutil.copy2(out / paper.file, new / paper.file)
