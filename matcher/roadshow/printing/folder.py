"""The folder of a plan: plan.json and its papers, all of them new or all of them as they were."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from corpora.files import replacing_files
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
    with replacing_files(out, *_own_names()) as new:
        _keep(out, new)
        write_plan(new / PLAN, plan)
        write_papers(new, plan)
        for name, text in (texts or {}).items():
            (new / name).write_text(text, "utf-8")
        made = sorted(path.name for path in new.iterdir())
    return [out / name for name in made]


def _own_names() -> set[str]:
    # Not relaxed.yaml: somebody may be planning from it, or have written in it.
    return {PLAN, _CALENDARS, *(paper.file for paper in PAPERS.values())}


def _keep(out: Path, new: Path) -> None:
    """Take along what people write in."""
    for paper in PAPERS.values():
        if paper.kept and (out / paper.file).is_file():
            shutil.copy2(out / paper.file, new / paper.file)
