"""The folder of a plan: whole, or as it was."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.roadshow.event import Enterprise, Team
from matcher.roadshow.plan import Meeting, Plan, Status
from matcher.roadshow.printing.folder import write_folder
from matcher.roadshow.printing.papers import PAPERS
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import read_plan

SPEC = Spec.model_validate({
    "date": "2026-12-11", "sessions": [{"kind": "meetings", "start": "14:00", "end": "15:00", "tables": 2}],
})  # fmt: skip
PLAN = Plan(
    SPEC, meetings=(Meeting(840, 860, 1, "e1", "t1", score=0.5),), enterprises=(Enterprise("e1"),), teams=(Team("t1"),),
    objective=0.5, bound=0.5, status=Status.OPTIMAL,
)  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_papers_lie_beside_the_plan(tmp_path: Path) -> None:
    written = write_folder(tmp_path / "a" / "b", PLAN, {"relaxed.yaml": "x"})
    assert read_plan(tmp_path / "a" / "b" / "plan.json") == PLAN
    names = {path.name for path in written}
    assert {
        "plan.json",
        "relaxed.yaml",
        "roadshow.docx",
        "roadshow.xlsx",
        "roadshow.ics",
        "roadshow.html",
    } <= names
    assert names == {path.name for path in (tmp_path / "a" / "b").iterdir()}


def test_what_fails_leaves_the_files_before(tmp_path: Path) -> None:
    write_folder(tmp_path, PLAN)
    before = contents(tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        write_folder(tmp_path, replace(PLAN, objective=math.nan))
    assert contents(tmp_path) == before


def test_papers_that_the_plan_has_no_more_are_taken_away_and_others_stay(tmp_path: Path) -> None:
    write_folder(tmp_path, PLAN)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "relaxed.yaml").write_text("mine")
    kept = {one.file for one in PAPERS.values() if one.kept}
    for name in kept:
        (tmp_path / name).write_bytes(b"mine")
    write_folder(tmp_path, Plan(SPEC, status=Status.INFEASIBLE))
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {"plan.json", "roadshow.html", "notes.txt", "relaxed.yaml"} | kept
    assert all((tmp_path / name).read_bytes() == b"mine" for name in kept)
