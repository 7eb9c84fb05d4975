"""The README tells the truth: its figures, its commands, its settings."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from matcher.cli import cli
from matcher.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def _figures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("figures", ROOT / "tests" / "bench" / "figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_are_those_of_the_last_bench() -> None:
    assert _figures().render(README) == README
    assert "| MRR@10" in README


def test_every_command_is_in_the_table_and_every_one_there_exists() -> None:
    table = README.split("| command |")[1].split("\n\n")[0]
    named = {
        name.split()[0]
        for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(.*?)`", cell)
    }
    assert named == set(
        cli.commands if hasattr(cli, "commands") and cli.commands else cli.list_commands(None)
    )  # type: ignore[arg-type]


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"^\| `MATCHER_(\w+)`", README, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_make_targets_named_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (\w[\w-]*)", README)) - {"on", "are"} <= targets
