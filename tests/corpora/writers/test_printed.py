"""What is printed from Word, opened again: pages, repeated headings, rows that stay whole, fields, any text."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from corpora.errors import DataFolderTrouble
from corpora.writers.printed import CAPTION, SMALL, Printed
from corpora.writers.runs import Cell, Field

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


BOOK = {**STYLES, CAPTION: (9, 2, 6)}


def dot() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 2), "red").save(stream, "PNG")
    return stream.getvalue()


def book() -> Printed:
    printed = Printed("图谱", BOOK, head="图谱 2026-12-01")
    printed.contents([("_Toc1", "1 总览"), ("_Toc2", HOSTILE)], 17)
    for mark, title in (("_Toc1", "1 总览"), ("_Toc2", HOSTILE)):
        printed.write("Heading 1", title, new_page=True, bookmark=mark)
        printed.picture(dot(), 12, HOSTILE)
        printed.caption("图", "Figure", "各链")
    printed.table(("甲", "乙"), [(Cell("补链", "FBE9E7", "B3261E", bold=True), "1")], (3, 3))
    return printed


def test_the_contents_are_a_field_whose_entries_lead_to_the_headings(tmp_path: Path) -> None:
    book().save(tmp_path / "p.docx")
    body = opened(tmp_path / "p.docx").element.body
    marks = [(one.get(qn("w:fldCharType")), one.get(qn("w:dirty"))) for one in body.iter(qn("w:fldChar"))]
    assert marks[:3] == [("begin", "true"), ("separate", None), ("end", None)]
    instructions = [one.text.strip() for one in body.iter(qn("w:instrText"))]
    assert instructions == [r'TOC \o "1-1" \h \z \u', *[r"SEQ Figure \* ARABIC"] * 2]
    leads = [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))]
    there = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    assert leads == there == ["_Toc1", "_Toc2"]
    ids = [one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == 2


def test_pictures_keep_their_width_say_what_they_show_and_stay_with_their_caption(tmp_path: Path) -> None:
    book().save(tmp_path / "p.docx")
    document = opened(tmp_path / "p.docx")
    assert [round(one.width.cm, 1) for one in document.inline_shapes] == [12, 12]
    shown = [one._inline.docPr.get("descr") for one in document.inline_shapes]
    assert shown == ['=1+1<w:p/>]]> & "板栗"\u200b'] * 2
    captions = [one for one in document.paragraphs if one.style.name == CAPTION]
    assert [one.text for one in captions] == ["图 1　各链", "图 2　各链"]
    before = [one for one in document.paragraphs if one._p.findall(f".//{qn('w:drawing')}")]
    assert all(one.paragraph_format.keep_with_next for one in before)


def test_every_page_but_the_cover_says_what_it_is_of(tmp_path: Path) -> None:
    book().save(tmp_path / "p.docx")
    section = opened(tmp_path / "p.docx").sections[0]
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == "图谱 2026-12-01"
    assert section.first_page_header.paragraphs[0].text == ""


def test_a_cell_has_its_own_ground_and_ink(tmp_path: Path) -> None:
    book().save(tmp_path / "p.docx")
    cell = opened(tmp_path / "p.docx").tables[0].rows[1].cells[0]
    assert cell._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == "FBE9E7"
    (run,) = cell.paragraphs[0].runs
    assert (run.text, run.bold, str(run.font.color.rgb)) == ("补链", True, "B3261E")


def test_what_was_made_on_a_day_has_the_same_bytes_whenever_it_is_written(tmp_path: Path) -> None:
    for name, day in (("1", date(2026, 12, 1)), ("2", date(2026, 12, 1)), ("3", date(2026, 12, 2))):
        book().save(tmp_path / f"{name}.docx", made=day)
    first, second, third = ((tmp_path / f"{name}.docx").read_bytes() for name in "123")
    assert first == second != third
    made = opened(tmp_path / "3.docx").core_properties
    assert made.created.date() == made.modified.date() == date(2026, 12, 2)
    with zipfile.ZipFile(tmp_path / "1.docx") as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
