"""``matcher map chains``, run as somebody would who keeps the chains of a county."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpora.accounts import Accounts
from corpora.chains import Chain, Node, Position, chains
from corpora.errors import BadRequest, DataFolderTrouble, UnknownRecord
from corpora.ownchains import OwnChains
from corpora.readers.chainbooks import read_chains
from corpora.store import Store
from corpora.writers.chainbooks import chain_text, write_chains
from matcher.cli.chains import chains as group

TEA = Chain(
    id="tea", zh="茶叶", en="tea", nodes=(Node(id="leaf", zh="鲜叶", en="leaf", position=Position.UPSTREAM),)
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    Store.create(tmp_path / "data").close()
    return tmp_path / "data"


def run(*arguments: object, data: Path) -> Result:
    return CliRunner(env={"MATCHER_DATA": str(data), "MATCHER_WHO": "keeper", "COLUMNS": "80"}).invoke(
        group, [str(each) for each in arguments]
    )


def good(*arguments: object, data: Path) -> str:
    result = run(*arguments, data=data)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def own(data: Path) -> dict[str, Chain]:
    with closing(Store(data)) as store:
        return OwnChains(store).own()


def yaml_of(chain: Chain, path: Path) -> Path:
    path.write_text(chain_text(chain), "utf-8")
    return path


def test_chains_are_listed_with_where_they_are_from(data: Path, tmp_path: Path) -> None:
    ours = chains()["nuts"].model_copy(update={"zh": "自己的核桃"})
    write_chains(tmp_path / "two.xlsx", [TEA, ours])
    good("import", tmp_path / "two.xlsx", data=data)
    said = json.loads(good("list", "--json", data=data))["chains"]
    origins = {one["id"]: one["origin"] for one in said}
    assert origins == dict.fromkeys(chains(), "shipped") | {"tea": "own", "nuts": "replaced"}
    assert list(origins) == sorted(origins)
    shown = good("list", data=data)
    assert "自己的核桃" in shown
    assert "自定 own" in shown
    assert "herbal medicine" in shown


def test_what_is_exported_comes_in_unchanged(data: Path, tmp_path: Path) -> None:
    good("export", "--out", tmp_path / "all.xlsx", data=data)
    good("export", "--out", tmp_path / "folder", data=data)
    files = sorted((tmp_path / "folder").iterdir())
    assert [file.stem for file in files] == list(chains())
    for source in ([tmp_path / "all.xlsx"], files):
        taken = json.loads(good("import", *source, "--json", data=data))["taken"]
        assert taken == dict.fromkeys(chains(), "unchanged")
    assert own(data) == {}


def test_one_chain_is_exported_to_start_from(data: Path, tmp_path: Path) -> None:
    good("export", "nuts", "--out", tmp_path / "nuts.xlsx", data=data)
    good("export", "核桃板栗与果品", "--out", tmp_path / "nuts.yaml", data=data)
    for name in ("nuts.xlsx", "nuts.yaml"):
        assert read_chains(tmp_path / name) == [chains()["nuts"]]
    with pytest.raises(UnknownRecord, match="nuts"):
        raise run("export", "nut", "--out", tmp_path / "x.xlsx", data=data).exception or AssertionError
    with pytest.raises(BadRequest, match="12"):
        raise run("export", "--out", tmp_path / "x.yaml", data=data).exception or AssertionError
    with pytest.raises(DataFolderTrouble):
        raise run("export", "--out", tmp_path / "nuts.xlsx" / "in", data=data).exception or AssertionError


def test_good_chains_are_taken_and_bad_ones_told(data: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: bad\nzh: 坏链\nen: bad\nnodes: [{id: A, zh: 甲, en: a, position: up}]\n", "utf-8")
    result = run("import", bad, yaml_of(TEA, tmp_path / "tea.yaml"), tmp_path / "none.xlsx", data=data)
    assert result.exit_code == 1
    assert own(data) == {"tea": TEA}
    assert "新增 new: tea 茶叶" in result.stdout
    errors = result.stderr.splitlines()
    assert [line.partition("：")[0] for line in errors] == [
        "错误 error: bad.yaml: nodes.1.id", "错误 error: bad.yaml: nodes.1.position",
        "错误 error: 文件 none.xlsx 不存在；请检查路径 / none.xlsx does not exist; check the path",
    ]  # fmt: skip
    with closing(Store(data)) as store:
        (entry,) = Accounts(store).entries(action="chains imported")
    assert (entry.who, entry.detail) == ("keeper", {"chains": ["tea"]})


def test_a_file_is_checked_without_being_imported(data: Path, tmp_path: Path) -> None:
    said = good("check", yaml_of(TEA, tmp_path / "tea.yaml"), data=Path("/nowhere"))
    assert "tea.yaml: tea 茶叶 · 1 个环节" in said
    (tmp_path / "round.yaml").write_text(
        "{id: round, zh: 圈, en: round, nodes: [{id: a, zh: 甲, en: a, position: upstream, supplies: [b]},"
        " {id: b, zh: 乙, en: b, position: upstream, supplies: [a]}]}",
        "utf-8",
    )
    result = run("check", tmp_path / "round.yaml", "--json", data=data)
    assert result.exit_code == 1
    (file,) = json.loads(result.stdout)["files"]
    assert (file["file"], file["chains"]) == ("round.yaml", [])
    assert "in a circle: a → b → a" in file["faults"][0]["en"]
    assert own(data) == {}


def test_a_column_that_nothing_knows_is_told(data: Path, tmp_path: Path) -> None:
    import openpyxl

    write_chains(tmp_path / "tea.xlsx", [TEA])
    made = openpyxl.load_workbook(tmp_path / "tea.xlsx")
    made["产业链"].cell(3, 6, "牵头单位")
    made.save(tmp_path / "tea.xlsx")
    result = run("check", tmp_path / "tea.xlsx", data=data)
    assert result.exit_code == 0
    assert "产业链 F 牵头单位" in result.stderr


def test_an_own_chain_is_removed_and_a_shipped_one_holds_again(data: Path, tmp_path: Path) -> None:
    ours = chains()["nuts"].model_copy(update={"zh": "自己的核桃"})
    good("import", yaml_of(ours, tmp_path / "nuts.yaml"), data=data)
    assert "the shipped one holds again: nuts 核桃板栗与果品" in good("remove", "nuts", data=data)
    assert own(data) == {}
    with pytest.raises(BadRequest, match="自带"):
        raise run("remove", "nuts", data=data).exception or AssertionError
    with pytest.raises(UnknownRecord, match="一条也没有"):
        raise run("remove", "tee", data=data).exception or AssertionError
    with closing(Store(data)) as store:
        assert [one.detail for one in Accounts(store).entries(action="chain removed")] == [{"chain": "nuts"}]
