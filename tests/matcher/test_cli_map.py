"""``matcher map``, run as somebody of the bureau would."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from corpora.errors import ShuanglianError
from corpora.overrides import Overrides
from corpora.placements import Placements
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.chainmap.integration import IntegrationMap
from matcher.cli import cli
from matcher.settings import Settings

FILES = {"map.json", "map.html", "map.svg", "map.png", "map.xlsx", "map.graphml", "map.docx"}


def run(data: Path, *arguments: object) -> Result:
    environment = {"MATCHER_DATA": str(data), "MATCHER_WHO": "乙", "COLUMNS": "80"}
    return CliRunner(env=environment).invoke(cli, ["map", *map(str, arguments)])


@pytest.fixture
def data(demo_settings: Settings, tmp_path: Path) -> Path:
    shutil.copytree(demo_settings.data, tmp_path / "data")
    return tmp_path / "data"


def told(result: Result) -> str:
    """Return the one line that a failed command says."""
    assert result.exit_code != 0
    said = str(result.exception) if isinstance(result.exception, ShuanglianError) else result.output
    assert "\n" not in said.strip()
    return said


def test_the_map_is_built_into_a_folder(data: Path, tmp_path: Path) -> None:
    made = run(data, "build", "--out", tmp_path / "图谱", "--date", "2026-12-01")
    assert made.exit_code == 0, made.output
    assert {path.name for path in (tmp_path / "图谱").iterdir()} >= FILES
    chart = IntegrationMap.model_validate_json((tmp_path / "图谱" / "map.json").read_bytes())
    assert chart.date.isoformat() == "2026-12-01"
    # Its worst gaps are told where they are seen.
    assert all(gap.zh[:20] in made.output for gap in chart.gaps[:3])
    assert all(cell_len(line) <= 80 for line in made.output.splitlines())


def test_programs_are_told_in_json(data: Path, tmp_path: Path) -> None:
    made = run(data, "build", "--out", tmp_path / "one", "--chain", "nuts", "--chain", "fungi", "--json")
    assert made.exit_code == 0, made.output
    said = json.loads(made.stdout)
    assert [one["id"] for one in said["chains"]] == ["fungi", "nuts"]
    assert {Path(path).name for path in said["files"]} >= FILES
    assert said["numbers"]["needs"] == sum(one["numbers"]["needs"] for one in said["chains"])


def test_an_unknown_chain_is_told_with_the_nearest(data: Path, tmp_path: Path) -> None:
    said = told(run(data, "build", "--out", tmp_path / "x", "--chain", "nutz"))
    assert "nutz" in said
    assert "nuts" in said
    assert not (tmp_path / "x").exists()


def test_without_records_the_map_says_so(tmp_path: Path) -> None:
    Store.create(tmp_path / "data").close()
    made = run(tmp_path / "data", "build", "--out", tmp_path / "x")
    assert made.exit_code == 0, made.output
    assert "还没有记录" in made.output
    assert {path.name for path in (tmp_path / "x").iterdir()} >= FILES


def test_a_record_is_corrected_and_left_to_the_program_again(data: Path) -> None:
    assert run(data, "correct", "need:n-nuts-01", "--node", "nuts/oil", "--reason", "看过").exit_code == 0
    store = Store(data)
    (word,) = Placements(store).current().values()
    assert (word.kind, word.record_id, word.nodes, word.who) == (Kind.NEED, "n-nuts-01", ("nuts/oil",), "乙")
    assert run(data, "correct", "need:n-nuts-01", "--node", "none", "--lane", "pilot").exit_code == 0
    (word,) = Placements(store).current().values()
    assert (word.nodes, word.lane) == ((), "pilot")
    assert run(data, "correct", "need:n-nuts-01").exit_code == 0
    assert Placements(store).current() == {}
    store.close()


@pytest.mark.parametrize(("arguments", "says"), [
    (("correct", "n-nuts-01", "--node", "nuts/oil"), "need"),
    (("correct", "thing:n-nuts-01"), "organization"),
    (("correct", "need:none-such", "--node", "nuts/oil"), "none-such"),
    (("correct", "need:n-nuts-01", "--node", "nuts/nothing"), "nuts/oil"),
    (("correct", "need:n-nuts-01", "--node", "none", "--node", "nuts/oil"), "none"),
    (("override", "nuts/oil", "fill"), "理由"),
    (("override", "nuts/nothing", "fill", "--reason", "因为"), "nuts/oil"),
])  # fmt: skip
def test_what_cannot_be_is_told_in_one_line(data: Path, arguments: tuple[str, ...], says: str) -> None:
    assert says in told(run(data, *arguments))


def test_a_verdict_is_overridden_and_left_to_the_rules_again(data: Path) -> None:
    assert run(data, "override", "nuts/oil", "fill", "--reason", "缺龙头").exit_code == 0
    store = Store(data)
    assert Overrides(store).current()["nuts/oil"].reason == "缺龙头"
    assert run(data, "override", "nuts/oil", "rules").exit_code == 0
    assert Overrides(store).current() == {}
    store.close()


def test_two_maps_are_compared(data: Path, tmp_path: Path) -> None:
    for name in ("before", "after"):
        assert (
            run(data, "build", "--out", tmp_path / name, "--date", "2026-12-01", "--chain", "nuts").exit_code
            == 0
        )
        run(data, "correct", "need:n-nuts-01", "--node", "nuts/growing")
    before, after = tmp_path / "before" / "map.json", tmp_path / "after" / "map.json"
    said = run(data, "compare", before, before)
    assert "没有变化" in said.output
    said = run(data, "compare", before, after, "--json")
    changed = json.loads(said.stdout)
    assert "nuts/growing" in {one["key"] for one in changed["nodes"]}
    assert "→" in run(data, "compare", before, after).output
    assert "map.json" in told(run(data, "compare", data / "shuanglian.db", after))
    assert run(data, "compare", tmp_path / "none.json", after).exit_code != 0


def test_the_chains_are_mounted(data: Path) -> None:
    made = run(data, "chains", "list")
    assert made.exit_code == 0, made.output
    assert "nuts" in made.output
