"""Exports, opened again: what was found, why it matches, and nobody's contact."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from corpora.errors import BadRequest
from corpora.records import Contact, Need
from corpora.store import Store
from corpora.submissions import Submissions
from matcher import exports
from matcher.exports import write_collected, write_found, write_matches
from matcher.queries import Query
from matcher.search import Search
from matcher.service import Service


def words(path: Path) -> str:
    """All the text in a .docx, its tables and footer included."""
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_matches_are_explained_in_a_workbook(demo: Service, tmp_path: Path) -> None:
    found = demo.match_need("n-nuts-01", top=3)
    write_matches(tmp_path / "m.xlsx", found.query, found.matches)
    sheets = cells(tmp_path / "m.xlsx")
    assert list(sheets) == ["清单 list", "逐条依据 evidence"]
    listed = [row for row in sheets["清单 list"] if row[0] in (1, 2, 3)]
    assert [row[1] for row in listed] == [match.achievement.id for match in found.matches]
    assert listed[0][7] == round(found.matches[0].scored.adequate_probability, 2)
    evidence = [row for row in sheets["逐条依据 evidence"] if row[0] in (1, 2, 3)]
    assert len(evidence) == sum(len(match.evidence) for match in found.matches)
    for match in found.matches:
        for answer in match.evidence:
            row = next(one for one in evidence if one[1] == match.achievement.id and one[3] == answer.asked)
            assert row[5] == (answer.quote if answer.answered else "未见回应 not answered")


@pytest.mark.parametrize("side", ["need", "achievement"])
def test_matches_are_explained_in_word(demo: Service, tmp_path: Path, side: str) -> None:
    found = (
        demo.match_need("n-nuts-01", top=3) if side == "need" else demo.match_achievement("a-nuts-02", top=3)
    )
    write_matches(tmp_path / "m.docx", found.query, found.matches)
    said = words(tmp_path / "m.docx")
    assert found.query.title in said
    for match in found.matches:
        other = match.achievement if side == "need" else match.need
        assert other.title in said
        assert f"{match.scored.adequate_probability:.0%}" in said
        assert all(answer.quote in said for answer in match.evidence if answer.answered)
        assert all(check.zh in said for check in match.checks.values())
        for record in (match.need, match.achievement):
            assert not record.contact.phone or record.contact.phone not in said
    document = docx.Document(str(tmp_path / "m.docx"))
    assert round(document.sections[0].page_width.cm, 1) == 21
    assert [one.style.name for one in document.paragraphs].count("Heading 2") == 3


def test_no_matches_are_a_file_too(demo: Service, tmp_path: Path) -> None:
    need = demo.store.need("n-nuts-01")
    for suffix in ("xlsx", "docx"):
        write_matches(tmp_path / f"m.{suffix}", need, [])
        assert (tmp_path / f"m.{suffix}").stat().st_size > 1000
    with pytest.raises(BadRequest):
        write_matches(tmp_path / "m.pdf", need, [])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.create(tmp_path)
    contact = Contact(name="赵保密", phone="13912345678", email="secret@example.org")
    for number in range(3):
        store.save(Need(id=f"n-{number}", title=f"=1+{number} 菌棒", text="第一行\n第二行", indicators=["污染率≤1%"],
                        enterprise="@甲厂", county="商州区", min_stage=6, modes=["joint"], contact=contact), "x")  # fmt: skip
    store.save(Need(id="n-9", title="菌棒未公开"), "x")
    Submissions(store).add("SL-9", "n-9", "菌棒未公开", "digest", None)
    return store


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_a_list_holds_all_that_is_found_and_public(store: Store, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"l.{suffix}"
    query = Query.read({"kind": "need", "q": "菌棒", "county": "商州区", "page": "7"})
    assert write_found(path, store, Search(tmp_path), query) == 3
    said = words(path) if suffix == "docx" else str(cells(path))
    for expected in (
        "=1+2 菌棒",
        "@甲厂",
        "污染率≤1%",
        "合作开发",
        "中试（TRL6）",
        "需求，“菌棒”，商州区",
        "共 3 条",
        "技术需求清单",
    ):
        assert expected in said, expected
    for secret in ("赵保密", "13912345678", "secret@example.org", "菌棒未公开"):
        assert secret not in said
    if suffix == "xlsx":
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        row = next(row for row in sheet.iter_rows() if row[0].value == "序号\nno.")[0].row
        assert sheet.freeze_panes == f"A{row + 1}"
        assert {cell.data_type for cells_ in sheet.iter_rows() for cell in cells_} <= {"s", "n"}


def test_a_list_that_is_cut_says_so(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST", 2)
    path = tmp_path / "l.docx"
    assert write_found(path, store, Search(tmp_path), Query.read({"kind": "need"})) == 2
    assert "共 3 条" in words(path)
    assert "只含前 2 条" in words(path)
    nothing = Query.read({"kind": "need", "q": "没有的词"})
    for suffix in ("xlsx", "docx"):
        assert write_found(tmp_path / f"n.{suffix}", store, Search(tmp_path), nothing) == 0


def test_a_collection_has_a_sheet_per_kind(demo: Service, tmp_path: Path) -> None:
    records = [demo.store.need("n-nuts-01"), demo.store.achievement("a-nuts-02")]
    write_collected(tmp_path / "c.xlsx", records)
    assert list(cells(tmp_path / "c.xlsx")) == ["科技成果", "技术需求"]
    write_collected(tmp_path / "c.docx", records)
    assert all(one.title in words(tmp_path / "c.docx") for one in records)
