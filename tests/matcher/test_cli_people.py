"""``matcher experts``, run as a person or a program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from matcher.cli import cli
from matcher.service import Service
from matcher.settings import Settings


def run(*arguments: object, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *map(str, arguments)],
        env=os.environ | {"MATCHER_DATA": str(data), "COLUMNS": "80"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def quick(*arguments: object, data: Path) -> Result:
    return CliRunner(env={"MATCHER_DATA": str(data)}).invoke(cli, [str(each) for each in arguments])


def test_the_terminal_shows_experts_within_eighty_columns(demo_settings: Settings) -> None:
    ran = run("experts", "--need", "n-energy-02", "--top", 4, data=demo_settings.data)
    assert ran.returncode == 0, ran.stderr
    assert max(cell_len(line) for line in ran.stdout.splitlines()) <= 80
    for said in ("第一完成人 leads", "团队team", "答：“", "另有同名者", "得分 score"):
        assert said in ran.stdout


def test_experts_come_as_json_for_programs(demo: Service, demo_settings: Settings) -> None:
    ran = quick("experts", "--need", "n-nuts-01", "--top", 3, "--json", data=demo_settings.data)
    assert json.loads(ran.stdout) == demo.experts_for_need("n-nuts-01", top=3).as_json()
    ran = quick("experts", "--text", "香菇菌棒转色期污染率高", "--json", data=demo_settings.data)
    assert json.loads(ran.stdout)["adequate"]


def test_filters_apply_to_the_achievements(demo_settings: Settings) -> None:
    ran = quick("experts", "--need", "n-tailings-01", "--institution", "渭滨", "--min-stage", 5, "--json",
                data=demo_settings.data)  # fmt: skip
    found = [each for one in json.loads(ran.stdout)["experts"] for each in one["evidence"]]
    assert found
    assert all("渭滨" in each["institution"] and each["stage"] >= 5 for each in found)


@pytest.mark.parametrize("arguments", [[], ["--need", "a", "--text", "b"], ["--text", " "]])
def test_experts_wants_one_question(arguments: list[str], demo_settings: Settings) -> None:
    assert quick("experts", *arguments, data=demo_settings.data).exit_code == 2


def test_an_unknown_need_is_one_line(tmp_path: Path) -> None:
    assert quick("init", data=tmp_path / "data").exit_code == 0
    ran = run("experts", "--need", "nobody", data=tmp_path / "data")
    assert ran.returncode == 1
    [line] = ran.stderr.strip().splitlines()
    assert "'nobody'" in line


def test_an_empty_store_says_that_there_is_nobody(tmp_path: Path) -> None:
    assert quick("init", data=tmp_path / "data").exit_code == 0
    ran = quick("experts", "--text", "板栗褐变", data=tmp_path / "data")
    assert ran.exit_code == 0
    assert "Nobody" in ran.output
