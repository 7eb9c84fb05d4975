"""Workbooks as a person opens them, read back with openpyxl."""

from __future__ import annotations

import resource
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import BadRequest, DataFolderTrouble
from corpora.writers.workbook import MAX_CELL, Choices, Sheet, sheet_names, write_workbook


def written(path: Path, *sheets: Sheet) -> Any:
    write_workbook(path, sheets)
    return openpyxl.load_workbook(path)


def test_title_notes_and_headings_stand_above_the_rows(tmp_path: Path) -> None:
    sheet = Sheet("匹配", "供需匹配清单", ("共 1 条", "2026-10"), ["需求", "得分"], [["板栗脱壳", 0.5]])
    page = written(tmp_path / "m.xlsx", sheet)["匹配"]
    assert [row[:2] for row in page.iter_rows(values_only=True)] == [
        ("供需匹配清单", None), ("共 1 条", None), ("2026-10", None), ("需求", "得分"), ("板栗脱壳", 0.5)
    ]  # fmt: skip
    assert page["A4"].font.bold
    assert page["A4"].alignment.wrap_text
    assert page["A5"].alignment.wrap_text
    assert page["A5"].alignment.vertical == "top"


def test_a_sheet_prints_on_a4_across_with_its_headings_on_every_page(tmp_path: Path) -> None:
    page = written(tmp_path / "p.xlsx", Sheet("s", "t", ("n",), ["a", "b"], [["1", "2"]] * 3))["s"]
    assert page.page_setup.orientation == "landscape"
    assert page.page_setup.paperSize == 9
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$3:$3"
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:B6"
    assert "&P" in page.oddFooter.center.text


def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    cells = ["=1+1", "+86 914", "-40℃", "@SUM(A1)", "http://example.com", "{=A1}", "mailto:a@example.com"]
    path = tmp_path / "f.xlsx"
    page = written(path, Sheet("s", "=1+1", ("=2+2",), ["=3+3", "b"], [[cell, ""] for cell in cells]))["s"]
    assert [page.cell(row, 1).value for row in range(1, 4)] == ["=1+1", "=2+2", "=3+3"]
    assert [page.cell(row, 1).value for row in range(4, 4 + len(cells))] == cells
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_numbers_dates_and_blanks_keep_their_kind(tmp_path: Path) -> None:
    rows = [
        [
            3,
            2.5,
            date(2027, 6, 30),
            datetime(2027, 6, 30, 9, 30, tzinfo=UTC),
            True,
            None,
            float("nan"),
            ["甲", "乙"],
        ]
    ]
    page = written(tmp_path / "k.xlsx", Sheet("s", "t", (), list("abcdefgh"), rows))["s"]
    values = [cell.value for cell in page[3]]
    assert values == [3, 2.5, datetime(2027, 6, 30), datetime(2027, 6, 30, 9, 30), True, None, None, "甲、乙"]
    assert page["C3"].number_format == "yyyy-mm-dd"


def test_long_numbers_and_early_dates_are_kept_as_text(tmp_path: Path) -> None:
    page = written(
        tmp_path / "n.xlsx", Sheet("s", "t", (), ["a", "b"], [[612430199001011234, date(1890, 1, 2)]])
    )["s"]
    assert [cell.value for cell in page[3]] == ["612430199001011234", "1890-01-02"]


def test_text_too_long_for_a_cell_ends_in_an_ellipsis(tmp_path: Path) -> None:
    page = written(tmp_path / "l.xlsx", Sheet("s", "t", (), ["a", "b"], [["长" * 40_000, "𠮷" * 20_000]]))[
        "s"
    ]
    assert page["A3"].value == "长" * (MAX_CELL - 1) + "…"
    assert page["B3"].value == "𠮷" * ((MAX_CELL - 1) // 2) + "…"


def test_characters_that_no_workbook_can_hold_are_left_out(tmp_path: Path) -> None:
    page = written(
        tmp_path / "c.xlsx",
        Sheet("s\x01", "t\x00", ("n\x1b",), ["a\x07", "b"], [["x\x02y\ud800\uffff", "z"]]),
    )
    assert page.sheetnames == ["s"]
    assert [row[0] for row in page["s"].iter_rows(values_only=True)] == ["t", "n", "a", "xy"]


def test_a_value_that_repeats_the_one_above_is_greyed_but_still_there(tmp_path: Path) -> None:
    rows = [["甲", 1], ["甲", 2], ["乙", 2]]
    page = written(tmp_path / "r.xlsx", Sheet("s", "t", (), ["需求", "名次"], rows, repeats=(0,)))["s"]
    assert [page.cell(row, 1).value for row in (3, 4, 5)] == ["甲", "甲", "乙"]
    colours = [page.cell(row, 1).font.color and page.cell(row, 1).font.color.rgb for row in (3, 4, 5)]
    assert colours[0] == colours[2] != colours[1]


def test_choices_are_offered_on_rows_and_empty_rows(tmp_path: Path) -> None:
    sheet = Sheet("s", "t", (), ["a", "b"], [["x", ""]], choices={1: Choices(["小试", "中试"])}, empty_rows=3)
    (offered,) = written(tmp_path / "v.xlsx", sheet)["s"].data_validations.dataValidation
    assert offered.formula1 == '"小试,中试"'
    assert str(offered.sqref) == "B3:B6"


def test_more_choices_than_excel_takes_leave_the_sheet_readable(tmp_path: Path) -> None:
    sheet = Sheet("s", "t", (), ["a", "b"], [["x", ""]], choices={1: Choices(["很长的一个选项"] * 60)})
    assert written(tmp_path / "v.xlsx", sheet)["s"]["A3"].value == "x"


@given(st.lists(st.text(max_size=50), max_size=8))
def test_any_names_become_legal_and_distinct(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set("[]:*?/\\") & set(name)
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_names_that_are_legal_stay() -> None:
    assert sheet_names(["商州区", "商州区", "a/b", "", "History"]) == [
        "商州区",
        "商州区 (2)",
        "a b",
        "Sheet4",
        "History (2)",
    ]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5), st.text(max_size=40))
def test_any_text_makes_a_workbook_that_opens(
    tmp_path_factory: pytest.TempPathFactory, rows: Any, title: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    page = written(path, Sheet(title, title, (title,), [title, title], rows)).worksheets[0]
    assert page.max_row == 3 + title.count("\n") + len(rows)


def test_an_earlier_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    written(path, Sheet("s", "t", (), ["a", "b"], []))
    assert [each.name for each in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.xlsx").write_bytes(b"old")
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "real.xlsx")
    written(tmp_path / "link.xlsx", Sheet("s", "t", (), ["a", "b"], []))
    assert (tmp_path / "link.xlsx").is_symlink()
    assert openpyxl.load_workbook(tmp_path / "real.xlsx").sheetnames == ["s"]


def test_a_missing_folder_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "out.xlsx"
    with pytest.raises(DataFolderTrouble, match=r"没有这个文件夹.*there is no such folder") as told:
        write_workbook(path, [Sheet("s", "t", (), ["a", "b"], [])])
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_folder_in_the_files_place_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out.xlsx").mkdir()
    with pytest.raises(DataFolderTrouble, match="它是文件夹"):
        write_workbook(tmp_path / "out.xlsx", [Sheet("s", "t", (), ["a", "b"], [])])
    assert [each.name for each in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_write_that_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # what a full disk does, without one
    try:
        with pytest.raises(DataFolderTrouble, match=r"out\.xlsx"):
            write_workbook(path, [Sheet("s", "t", (), ["a", "b"], [])])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.xlsx"]


def test_more_rows_than_a_sheet_has_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="1048576"):
        write_workbook(tmp_path / "out.xlsx", [Sheet("s", "t", (), ["a"], [()] * 1_048_576)])
    assert not list(tmp_path.iterdir())


def test_what_was_made_on_a_day_has_the_same_bytes_whenever_it_is_written(tmp_path: Path) -> None:
    for name, day in (("1", date(2026, 12, 1)), ("2", date(2026, 12, 1)), ("3", date(2026, 12, 2))):
        write_workbook(tmp_path / f"{name}.xlsx", [Sheet("s", "t", (), ["a"], [["b"]])], made=day)
    first, second, third = ((tmp_path / f"{name}.xlsx").read_bytes() for name in "123")
    assert first == second != third
    assert openpyxl.load_workbook(tmp_path / "3.xlsx").properties.created.date() == date(2026, 12, 2)
