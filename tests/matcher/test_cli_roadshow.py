"""``matcher roadshow``, run as an organizer would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from rich.cells import cell_len

from matcher.cli import cli
from matcher.roadshow.printing.papers import PAPERS
from matcher.roadshow.specs.reading import read_plan, read_spec
from matcher.settings import Settings

HALL = {"kind": "meetings", "start": "14:00", "end": "15:00", "tables": 3}
ROWS = [
    (f"e{one}", f"t{other}", round((one * 7 + other * 5) % 11 / 11, 3))
    for one in range(1, 7)
    for other in range(1, 5)
]


def run(*arguments: object, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", "roadshow", *map(str, arguments)],
        env=os.environ | {"MATCHER_DATA": str(data or "/nowhere"), "COLUMNS": "80"},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def quick(*arguments: object, data: Path | None = None) -> Result:
    """Run in this process: seconds sooner."""
    return CliRunner(env={"MATCHER_DATA": str(data or "/nowhere")}).invoke(
        cli, ["roadshow", *map(str, arguments)], catch_exceptions=False
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a SPEC of meetings with its affinity file; return its path."""

    def written(rows: Any = ROWS, **more: Any) -> Path:
        (tmp_path / "pairs.tsv").write_text(
            "".join("\t".join(map(str, row)) + "\n" for row in [("enterprise_id", "team_id", "score"), *rows])
        )
        spec = {"title": "供需洽谈", "date": "2026-12-11", "sessions": [HALL], "affinity": "pairs.tsv"} | more
        path = tmp_path / "spec.yaml"
        path.write_text(yaml.safe_dump(spec, allow_unicode=True), "utf-8")
        return path

    return written


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 1, ran.stdout
    [line] = ran.stderr.strip().splitlines()
    assert line.startswith("错误 error: ")
    return line


TEN_THOUSAND = [(f"e{n // 100}", f"t{n % 100}", n % 97 / 97 if n != 7_777 else "高") for n in range(10_000)]


@pytest.mark.parametrize(
    ("rows", "more", "named"),
    [
        (ROWS, {"sessions": [HALL, {**HALL, "start": "14:30"}]}, ("sessions[1]", "overlap")),
        (ROWS, {"force": [["e1", "t99"]]}, ("force[0]", "'t99'")),
        (ROWS, {"sessions": [{**HALL, "slot_minutes": 61}]}, ("sessions[0].slot_minutes", "61")),
        (ROWS, {"sessions": [{**HALL, "end": "13:00"}]}, ("sessions[0].end", "13:00")),
        (ROWS, {"force": [["e1", "t1"]], "forbid": [["e1", "t1"]]}, ("force[0]", "e1 – t1", "forbid")),
        (ROWS, {"force": [["e1", "t1"]], "enterprises": {"never": ["e1"]}}, ("force[0]", "'e1'", "enterprises.never")),
        (ROWS, {"sessions": [{**HALL, "tables": 0}]}, ("sessions[0].tables", "'0'")),
        (ROWS, {"timezone": "+08:00"}, ("timezone", "Asia/Shanghai")),
        (TEN_THOUSAND, {}, ("pairs.tsv", "row 7779", "'高'")),
        (ROWS, {"affinity": "other.tsv"}, ("other.tsv",)),
        (ROWS, {"tabels": 3}, ("tabels",)),
    ],
    ids=["overlap", "unknown id", "slot too long", "end before start", "forced and forbidden", "forced and never",
         "zero tables", "offset as zone", "text among numbers", "no such file", "unknown key"],
)  # fmt: skip
def test_bad_input_is_one_clear_line(
    rows: Any, more: dict[str, Any], named: tuple[str, ...], write: Callable[..., Path], tmp_path: Path
) -> None:
    line = one_line(run("plan", write(rows, **more), "--out", tmp_path / "out"))
    assert not [one for one in named if one not in line], line
    assert not (tmp_path / "out").exists()


def test_what_is_no_spec_or_no_plan_is_one_line(write: Callable[..., Path], tmp_path: Path) -> None:
    assert "nowhere.yaml" in one_line(run("plan", tmp_path / "nowhere.yaml", "--out", tmp_path / "out"))
    path = write()
    assert "no plan.json" in one_line(run("plan", path, "--out", tmp_path / "out", "--base", path))
    assert "'x9'" in one_line(run("plan", path, "--out", tmp_path / "out", "--cancel", "x9"))
    taken = tmp_path / "taken"
    taken.write_text("")
    assert run("plan", path, "--out", taken).returncode == 2


def test_meetings_are_planned_from_a_file_alone(write: Callable[..., Path], tmp_path: Path) -> None:
    path, out = write(meetings={"max_per_team": 2}), tmp_path / "out"
    ran = run("plan", path, "--out", out)
    assert ran.returncode == 0, ran.stderr
    assert max(cell_len(line) for line in ran.stdout.splitlines()) <= 80
    for said in ("供需洽谈", "目标 objective", "上界 bound", "对接表 Meetings", "14:00–14:20", "e1", "t4"):
        assert said in ran.stdout
    plan = read_plan(out / "plan.json")
    assert plan.meetings
    assert f"{plan.objective:.3f}" in ran.stdout
    assert {one.file for one in PAPERS.values() if one.file.startswith("roadshow.")} <= {
        one.name for one in out.iterdir()
    }
    assert not [one.name for one in out.iterdir() if one.name.startswith(".")]


def test_a_replan_tells_who_must_be_told_what(write: Callable[..., Path], tmp_path: Path) -> None:
    path, out = write(force=[["e1", "t1"]], meetings={"max_per_team": 2}), tmp_path / "out"
    assert quick("plan", path, "--out", out).exit_code == 0
    before = read_plan(out / "plan.json")
    (out / "notes.txt").write_text("mine")
    ran = quick("plan", path, "--out", out, "--base", out / "plan.json", "--cancel", "e1")
    assert ran.exit_code == 0, ran.output
    after = read_plan(out / "plan.json")
    kept = {
        (one.start, one.table, one.enterprise_id, one.team_id)
        for one in before.meetings
        if one.enterprise_id != "e1"
    }
    assert kept <= {(one.start, one.table, one.enterprise_id, one.team_id) for one in after.meetings}
    assert not [one for one in after.meetings if one.enterprise_id == "e1"]
    assert after.changes
    assert "变更，请告知" in ran.output
    for one in after.changes:
        assert one.en.split(":")[0] in ran.output.replace("\n", "")
    assert (out / "notes.txt").read_text() == "mine"


def test_json_is_the_plan(write: Callable[..., Path], tmp_path: Path) -> None:
    ran = quick("plan", write(), "--out", tmp_path / "out", "--json", "--seed", 3)
    assert json.loads(ran.stdout) == json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))
    assert json.loads(ran.stdout)["seed"] == 3


def test_what_collides_is_explained_and_can_be_relaxed(write: Callable[..., Path], tmp_path: Path) -> None:
    path, out = write(force=[["e1", f"t{n}"] for n in range(1, 5)]), tmp_path / "out"
    ran = quick("plan", path, "--out", out)
    assert ran.exit_code == 1
    plan = json.loads((out / "plan.json").read_text("utf-8"))
    assert plan["status"] == "infeasible"
    assert plan["explanations"]
    assert not plan["meetings"]
    assert "force − [e1, " in ran.output
    assert not (out / "relaxed.yaml").exists()
    assert "加 --relax" in ran.output
    ran = quick("plan", path, "--out", out, "--relax")
    assert ran.exit_code == 1
    # Where it is, and not to give what was given.
    assert "加 --relax" not in ran.output
    assert "relaxed.yaml，" in ran.output.replace("\n", "").replace(" ", "")
    plan = json.loads((out / "plan.json").read_text("utf-8"))
    assert plan["meetings"]
    assert len(read_spec(out / "relaxed.yaml").force) == 3
    # It plans from where it lies, and into there.
    again = quick("plan", out / "relaxed.yaml", "--out", out)
    assert again.exit_code == 0, again.output
    assert len(read_spec(out / "relaxed.yaml").force) == 3


def test_papers_of_a_plan_before_do_not_stay_beside_one_that_has_none(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert quick("plan", write(), "--out", out).exit_code == 0
    assert (out / "roadshow.docx").exists()
    assert quick("plan", write(force=[["e1", f"t{n}"] for n in range(1, 5)]), "--out", out).exit_code == 1
    assert not (out / "roadshow.docx").exists()
    assert (out / "roadshow.html").exists()


def test_a_template_is_written_and_printed(tmp_path: Path) -> None:
    path = tmp_path / "路演.yaml"
    assert quick("template", "--out", path).exit_code == 0
    assert read_spec(path).title
    assert quick("template").stdout == path.read_text("utf-8")
    assert quick("template", "--kind", "visits").stdout.count("visits") >= 1


def test_the_schema_is_printed() -> None:
    assert json.loads(quick("schema").stdout)["properties"]["sessions"]


@pytest.mark.parametrize("kind", ["event", "meetings", "visits"])
def test_templates_plan_on_the_demo_as_they_are(kind: str, demo_settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    assert quick("template", "--kind", kind, "--out", path).exit_code == 0
    ran = run("plan", path, "--out", tmp_path / "out", "--time-limit", 10, data=demo_settings.data)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert max(cell_len(line) for line in ran.stdout.splitlines()) <= 80
    plan = read_plan(tmp_path / "out" / "plan.json")
    if kind == "event":
        assert len(plan.agenda) == plan.spec.pitches.count
    assert plan.visits if kind == "visits" else plan.meetings


def test_an_unknown_id_of_the_store_is_one_line(demo_settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    quick("template", "--out", path)
    path.write_text(path.read_text("utf-8").replace("must: []", "must: [a-materials-99]", 1), "utf-8")
    ran = run("plan", path, "--out", tmp_path / "out", data=demo_settings.data)
    assert ran.returncode == 1
    line = ran.stderr.strip().splitlines()[-1]
    assert "'a-materials-99'" in line
    assert "a-materials-" in line.split("near it are")[1]


def test_a_programme_is_proposed_with_specs_that_can_be_read(demo_settings: Settings, tmp_path: Path) -> None:
    ran = quick(
        "programme", "--count", 3, "--from", "2027-01-01", "--out", tmp_path / "year", data=demo_settings.data
    )
    assert ran.exit_code == 0, ran.output
    files = sorted((tmp_path / "year").iterdir())
    assert 1 <= len(files) <= 3
    for path in files:
        assert read_spec(path).date.year == 2027
    assert "可服务需求 needs served" in ran.output
