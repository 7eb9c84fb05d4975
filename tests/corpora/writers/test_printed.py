"""What is printed from Word, opened again: pages, repeated headings, rows that stay whole, fields, any text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from corpora.errors import DataFolderTrouble
from corpora.writers.printed import SMALL, Field, Printed

STYLES = {"Normal": (10.5, 0, 3), "Heading 1": (16, 0, 3), SMALL: (9, 0, 3), "Sign": (80, 0, 0)}
HOSTILE = '=1+1\x00\x0b<w:p/>]]>\ud800 & "板栗"\u200b'


def opened(path: Path) -> Any:
    return docx.Document(str(path))


def test_paragraphs_keep_their_order_style_and_place(tmp_path: Path) -> None:
    printed = Printed("手册", STYLES)
    printed.write("Heading 1", "第一")
    printed.table(("时间",), [("14:00",)], (3,))
    printed.write("Sign", "3 号桌", centred=True, new_page=True, with_next=True)
    printed.write("Normal", "正文\n第二行", label="标签：")
    printed.save(tmp_path / "p.docx")
    document = opened(tmp_path / "p.docx")
    assert [(one.style.name, one.text) for one in document.paragraphs] == [
        ("Heading 1", "第一"), ("Sign", "3 号桌"), ("Normal", "标签：正文\n第二行"),
    ]  # fmt: skip
    assert [one.tag for one in document.element.body][:2] == [qn("w:p"), qn("w:tbl")]
    sign = document.paragraphs[1].paragraph_format
    assert (sign.page_break_before, sign.keep_with_next, sign.alignment) == (True, True, 1)
    assert [run.bold for run in document.paragraphs[2].runs] == [True, None]
    assert document.styles["Sign"].font.size.pt == 80
    assert document.styles["Sign"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


@pytest.mark.parametrize("landscape", [False, True])
def test_pages_are_a4_and_numbered(tmp_path: Path, landscape: bool) -> None:
    Printed("手册", STYLES, landscape=landscape).save(tmp_path / "p.docx")
    section = opened(tmp_path / "p.docx").sections[0]
    size = (round(section.page_width.cm, 1), round(section.page_height.cm, 1))
    assert size == ((29.7, 21.0) if landscape else (21.0, 29.7))
    instructions = [one.text for one in section.footer._element.iter(qn("w:instrText"))]
    assert [one.strip() for one in instructions] == ["PAGE"]


def test_tables_repeat_their_headings_and_cut_no_row(tmp_path: Path) -> None:
    printed = Printed("手册", STYLES)
    printed.table(("时间", "企业"), [("14:00", "甲"), ("14:20", "乙")], (3, 9.5), together=True)
    printed.save(tmp_path / "p.docx")
    table = opened(tmp_path / "p.docx").tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["时间", "企业"], ["14:00", "甲"], ["14:20", "乙"],
    ]  # fmt: skip
    marks = [{one.tag for one in row._tr.trPr} for row in table.rows]
    assert marks == [{qn("w:cantSplit"), qn("w:tblHeader")}, {qn("w:cantSplit")}, {qn("w:cantSplit")}]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [True, True, None]
    assert [round(one.width.cm, 1) for one in table.columns] == [3, 9.5]


def test_merge_fields_are_what_word_takes_for_them(tmp_path: Path) -> None:
    printed = Printed("邀请函", STYLES)
    printed.write("Normal", "尊敬的", Field("名称_Name"), "：")
    printed.save(tmp_path / "p.docx")
    paragraph = opened(tmp_path / "p.docx").paragraphs[0]
    assert paragraph.text == "尊敬的«名称_Name»："
    marks = [one.get(qn("w:fldCharType")) for one in paragraph._p.iter(qn("w:fldChar"))]
    assert marks == ["begin", "separate", "end"]
    assert [one.text for one in paragraph._p.iter(qn("w:instrText"))] == [' MERGEFIELD "名称_Name" ']


def test_any_text_is_only_text(tmp_path: Path) -> None:
    printed = Printed(HOSTILE, STYLES)
    printed.write("Normal", HOSTILE, label=HOSTILE)
    printed.table((HOSTILE,), [(HOSTILE,)], (9,))
    printed.save(tmp_path / "p.docx")
    document = opened(tmp_path / "p.docx")
    clean = '=1+1<w:p/>]]> & "板栗"\u200b'
    assert document.core_properties.title == clean
    assert document.paragraphs[0].text == clean * 2
    assert [row.cells[0].text for row in document.tables[0].rows] == [clean, clean]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataFolderTrouble):
        Printed("手册", STYLES).save(tmp_path / "no" / "p.docx")
