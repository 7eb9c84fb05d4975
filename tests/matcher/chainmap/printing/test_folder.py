"""The folder of a map: whole, or as it was; the papers by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import DataFolderTrouble, UnknownRecord
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.printing import papers
from matcher.chainmap.printing.folder import write_folder
from matcher.chainmap.printing.papers import PAPERS, Paper, paper
from tests.matcher.chainmap.making import DAY, rich

FILES = {"map.json", "map.html", "map.svg", "map.png", "map.xlsx", "map.graphml", "map.docx"}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_papers_lie_beside_the_map_and_it_reads_back(tmp_path: Path) -> None:
    written = write_folder(tmp_path / "a" / "b", rich())
    assert {path.name for path in written} == {*FILES, "figures"}
    assert {path.name for path in (tmp_path / "a" / "b").iterdir()} == {*FILES, "figures"}
    back = IntegrationMap.model_validate_json((tmp_path / "a" / "b" / "map.json").read_bytes())
    assert back == rich()
    assert sorted(path.name for path in (tmp_path / "a" / "b" / "figures").iterdir()) == [
        "energy.svg",
        "nuts.svg",
    ]


def test_a_map_of_nothing_has_every_paper_too(tmp_path: Path) -> None:
    write_folder(tmp_path, IntegrationMap(date=DAY))
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "figures"}


def test_what_fails_leaves_the_files_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path, rich())
    before = contents(tmp_path)

    def full(path: Path, chart: IntegrationMap) -> None:
        raise DataFolderTrouble("磁盘已满", "the disk is full")

    monkeypatch.setitem(papers.PAPERS, "json", Paper("map.json", "application/json", "", "", full))
    with pytest.raises(DataFolderTrouble, match="full"):
        write_folder(tmp_path, IntegrationMap(date=DAY))
    assert contents(tmp_path) == before


def test_a_new_map_takes_the_place_of_the_old_and_other_files_stay(tmp_path: Path) -> None:
    write_folder(tmp_path, rich())
    (tmp_path / "notes.txt").write_text("mine")
    write_folder(tmp_path, IntegrationMap(date=DAY))
    assert list((tmp_path / "figures").iterdir()) == []
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataFolderTrouble):
        write_folder(tmp_path / "file", rich())


def test_papers_are_found_by_name_and_an_unknown_one_lists_them(tmp_path: Path) -> None:
    paper("figures").write(tmp_path / "figures.zip", rich())
    assert (tmp_path / "figures.zip").read_bytes()[:2] == b"PK"
    assert {one.file for one in PAPERS.values()} == {*FILES, "figures.zip"}
    with pytest.raises(UnknownRecord, match="there is no paper 'pdf'; there are: word, excel"):
        paper("pdf")
