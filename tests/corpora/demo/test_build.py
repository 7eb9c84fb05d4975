"""The demo: its files are built from its sources, and read back to exactly those."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from corpora.demo import build
from corpora.readers import read_rows, to_record
from corpora.records import RECORDS, Record
from corpora.vocabulary import Kind

SECTIONS = {"achievements": Kind.ACHIEVEMENT, "needs": Kind.NEED, "organizations": Kind.ORGANIZATION}
SOURCE, FILES = build.HERE / "source", build.HERE / "files"


@pytest.fixture(scope="module")
def sources() -> dict[tuple[Kind, str], Record]:
    found: dict[tuple[Kind, str], Record] = {}
    for path in sorted(SOURCE.glob("*.yaml")):
        for section, rows in yaml.safe_load(path.read_text("utf-8")).items():
            for row in rows if section in SECTIONS else []:
                record = RECORDS[SECTIONS[section]].model_validate(row)
                assert (record.KIND, record.id) not in found
                found[record.KIND, record.id] = record
    return found


def read_all(folder: Path) -> list[Record]:
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix != ".tsv":
            for row in read_rows(path):
                record = to_record(row)
                assert isinstance(record, Record), (path.name, record)
                found.append(record)
    return found


def test_every_file_reads_back_to_its_source_each_record_once(
    sources: dict[tuple[Kind, str], Record],
) -> None:
    found = read_all(FILES)
    assert len(found) == len(sources)
    assert {(record.KIND, record.id): record for record in found} == sources


def test_building_gives_the_files_that_are_shipped(tmp_path: Path) -> None:
    """The same bytes, or, with another release of a library that writes them, the same records."""
    build.build(SOURCE, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in FILES.iterdir())
    differing = [
        path.name for path in FILES.iterdir() if (tmp_path / path.name).read_bytes() != path.read_bytes()
    ]
    assert not [name for name in differing if name.endswith((".csv", ".tsv"))]
    if differing:
        assert read_all(tmp_path) == read_all(FILES)


def test_judgements_name_records_of_the_demo(sources: dict[tuple[Kind, str], Record]) -> None:
    lines = (FILES / "judgements.tsv").read_text("utf-8").splitlines()
    assert lines[0] == "need_id\tachievement_id\tlevel"
    for line in lines[1:]:
        need, achievement, level = line.split("\t")
        assert (Kind.NEED, need) in sources
        assert (Kind.ACHIEVEMENT, achievement) in sources
        assert level in "1234"
