"""Rejected rows go back to their sender, who corrects them and sends them in again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from corpora.readers import Rejection, read_rows, to_record
from corpora.readers.headings import means_a_field
from corpora.records import Achievement, Need, Record
from corpora.writers import Sheet, write_rejects, write_workbook
from corpora.writers.rejects import ORIGIN, REASON

#: The row of the headings, below the title and two lines of notes.
HEAD = 4
HEADINGS = ["序号", "需求名称", "企业名称", "经费预算（万元）", "完成时限", "联系电话"]
GOOD = [1, "板栗脱壳", "甲公司", 50, "2027-06-30", "000-0000-0001"]
BAD = [2, "木耳烘干", "乙公司", "看情况给50到0", "下个月的某天", "000-0000-0002"]


def rejected(path: Path) -> list[tuple[str, Rejection]]:
    found = [to_record(row) for row in read_rows(path)]
    return [(path.name, rejection) for each in found if isinstance(each, list) for rejection in each]


def workbook(
    path: Path, *rows: Sequence[object], headings: Sequence[str] = HEADINGS, sheet: str = "商州区"
) -> Path:
    write_workbook(path, [Sheet(sheet, "汇总表", (), headings, rows)])
    return path


def rejects_of(*sources: Path) -> Any:
    path = sources[0].parent / "rejects.xlsx"
    write_rejects(path, [each for source in sources for each in rejected(source)])
    return openpyxl.load_workbook(path)


def place(page: Any, heading: str) -> Any:
    """The cell below the heading, in the first row."""
    (head,) = (cell for cell in page[HEAD] if cell.value == heading)
    return page.cell(HEAD + 1, head.column)


def coloured(page: Any) -> set[str]:
    return {
        str(page.cell(HEAD, cell.column).value)
        for row in page.iter_rows(min_row=HEAD + 1)
        for cell in row
        if cell.fill.fgColor.rgb == "FFFFE699"
    }


def imported(path: Path) -> list[Record]:
    records = []
    for row in read_rows(path):
        record = to_record(row)
        assert isinstance(record, Record), record
        records.append(record)
    return records


def test_a_row_with_two_wrong_cells_stands_once_with_both_coloured(tmp_path: Path) -> None:
    book = rejects_of(workbook(tmp_path / "需求.xlsx", GOOD, BAD))
    (page,) = book.worksheets
    assert page.max_row == HEAD + 1
    assert [cell.value for cell in page[HEAD]] == [*HEADINGS, REASON, ORIGIN]
    assert [cell.value for cell in page[HEAD + 1]][:6] == BAD
    assert coloured(page) == {"经费预算（万元）", "完成时限", REASON}
    reason = place(page, REASON).value
    assert "经费预算（万元）：" in reason
    assert "完成时限：日期看不懂" in reason
    assert place(page, ORIGIN).value == "需求.xlsx / 商州区 / 第 4 行 row 4"


def test_the_corrected_workbook_imports_with_every_cell(tmp_path: Path) -> None:
    book = rejects_of(workbook(tmp_path / "县区.xlsx", GOOD, BAD))
    (page,) = book.worksheets
    place(page, "经费预算（万元）").value = 50
    place(page, "完成时限").value = "2027年6月"
    book.save(tmp_path / "corrected.xlsx")
    (record,) = imported(tmp_path / "corrected.xlsx")
    assert isinstance(record, Need)
    assert (record.title, record.enterprise, record.budget) == ("木耳烘干", "乙公司", "50万元")
    assert str(record.deadline) == "2027-06-30"
    assert record.contact.phone == "000-0000-0002"


def test_sent_back_uncorrected_it_is_rejected_for_the_same_cells(tmp_path: Path) -> None:
    source = workbook(tmp_path / "县区.xlsx", BAD)
    rejects_of(source)
    again = rejected(tmp_path / "rejects.xlsx")
    assert [each.reason for _, each in again] == [each.reason for _, each in rejected(source)]
    write_rejects(tmp_path / "second.xlsx", again)
    page = openpyxl.load_workbook(tmp_path / "second.xlsx").worksheets[0]
    assert [cell.value for cell in page[HEAD]] == [*HEADINGS, REASON, ORIGIN]


@pytest.mark.parametrize("heading", [REASON, ORIGIN])
def test_the_added_columns_mean_nothing_to_the_readers(heading: str) -> None:
    assert not means_a_field(heading, None)


def test_sheets_alike_share_a_sheet_and_others_get_their_own(tmp_path: Path) -> None:
    write_workbook(tmp_path / "县区技术.xlsx", [
        Sheet("商州区需求", "商州区技术需求汇总表", (), HEADINGS, [BAD]),
        Sheet("丹凤县需求", "丹凤县技术需求汇总表", (), HEADINGS, [BAD, BAD]),
        Sheet("需求难题", "难题", (), ["难题名称", "需求单位", "拟投入经费"], [["尾矿", "丙", "若干1到0"]]),
        Sheet("企业名录", "企业", (), ["企业名称", "企业梯队", "主营产品"], [["丁公司", "独角兽", "木耳"]]),
    ])  # fmt: skip
    book = rejects_of(tmp_path / "县区技术.xlsx")
    assert [page.max_row - HEAD for page in book.worksheets] == [3, 1, 1]
    assert [row.kind.value for row in read_rows(tmp_path / "rejects.xlsx")] == ["need"] * 4 + ["organization"]


def test_each_file_has_its_own_sheet(tmp_path: Path) -> None:
    book = rejects_of(workbook(tmp_path / "甲需求.xlsx", BAD), workbook(tmp_path / "乙需求.xlsx", BAD))
    assert [page.title for page in book.worksheets] == ["甲需求 商州区", "乙需求 商州区"]


def test_the_files_name_still_tells_the_kind_where_headings_do_not(tmp_path: Path) -> None:
    headings = ["项目名称", "单位名称", "合作方式", "有效期至"]
    write_workbook(
        tmp_path / "a.xlsx", [Sheet("技术需求", "表", (), headings, [["板栗", "甲", "转让", "某天"]])]
    )
    assert {row.kind.value for row in read_rows(tmp_path / "a.xlsx")} == {"need"}
    rejects_of(tmp_path / "a.xlsx")
    assert {row.kind.value for row in read_rows(tmp_path / "rejects.xlsx")} == {"need"}


def test_a_missing_title_gets_a_coloured_cell_to_fill_in(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    for row, (label, value) in zip(
        table.rows, [("需求名称", ""), ("企业名称", "甲"), ("需求描述", "乙")], strict=True
    ):
        row.cells[0].text, row.cells[1].text = label, value
    document.save(str(tmp_path / "表.docx"))
    book = rejects_of(tmp_path / "表.docx")
    (page,) = book.worksheets
    assert "需求名称" in coloured(page)
    place(page, "需求名称").value = "板栗脱壳"
    book.save(tmp_path / "corrected.xlsx")
    (record,) = imported(tmp_path / "corrected.xlsx")
    assert record == Need(title="板栗脱壳", enterprise="甲", text="乙")


def test_json_lines_come_back_as_cells(tmp_path: Path) -> None:
    contact = {"name": "李某", "phone": "000-0000-0003", "email": "li@example.com"}
    said = {"title": "脱壳机", "keywords": ["板栗", "脱壳"], "stage": "某阶段9"}
    line = {"kind": "achievement", **said, "contact": contact}
    (tmp_path / "x.jsonl").write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    book = rejects_of(tmp_path / "x.jsonl")
    place(book.worksheets[0], "stage").value = "中试"
    book.save(tmp_path / "corrected.xlsx")
    (record,) = imported(tmp_path / "corrected.xlsx")
    assert isinstance(record, Achievement)
    assert (record.keywords, record.stage) == (["板栗", "脱壳"], 6)
    assert record.contact.model_dump() == contact


def test_a_csv_row_of_another_width_comes_back_with_its_fellows(tmp_path: Path) -> None:
    text = "需求名称,企业名称,经费预算\n板栗,甲\n木耳,乙,看着给5到1\n菌包,丙,50万元\n"
    (tmp_path / "需求.csv").write_text(text, "utf-8")
    book = rejects_of(tmp_path / "需求.csv")
    (page,) = book.worksheets
    assert [[cell.value for cell in row][:3] for row in page.iter_rows(min_row=HEAD)] == [
        ["需求名称", "企业名称", "经费预算"], ["板栗", "甲", None], ["木耳", "乙", "看着给5到1"]
    ]  # fmt: skip


def test_formulas_in_rejected_rows_stay_text(tmp_path: Path) -> None:
    (tmp_path / "需求.csv").write_text('需求名称,企业名称,经费预算\n=HYPERLINK("x"),@甲,某数5到1\n', "utf-8")
    page = rejects_of(tmp_path / "需求.csv").worksheets[0]
    assert page.cell(HEAD + 1, 1).data_type == "s"
    assert page.cell(HEAD + 1, 1).value == '=HYPERLINK("x")'


def test_a_line_that_is_no_row_at_all_is_still_reported(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"kind": "need", "title": "好"\n', "utf-8")
    page = rejects_of(tmp_path / "x.jsonl").worksheets[0]
    assert "不是 JSON" in place(page, REASON).value
    assert place(page, ORIGIN).value == "x.jsonl / 第 1 行 row 1"


def test_without_rejections_the_workbook_says_so(tmp_path: Path) -> None:
    write_rejects(tmp_path / "none.xlsx", [])
    assert "没有被拒收的行" in openpyxl.load_workbook(tmp_path / "none.xlsx").worksheets[0]["A1"].value
