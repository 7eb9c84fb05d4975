"""Invitations: a page each, and a template whose fields are columns of the list of addressees."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import openpyxl
from docx.oxml.ns import qn

from corpora.records import Contact
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.invitations import write_addressees, write_invitations, write_template
from tests.matcher.roadshow import handmade

CONTACTS = {
    "o-05": Contact(name="赵保密", phone="13912345678", email="zhao@example.org"),
    "t-a-1": Contact(name="=钱", phone="0914-2312345"),
}


def addressees(path: Path) -> tuple[list[str], list[dict[str, object]]]:
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    head = [str(one) for one in rows[0]]
    return head, [dict(zip(head, row, strict=True)) for row in rows[1:]]


def fields(path: Path) -> list[str]:
    body = docx.Document(str(path)).element.body
    return [
        found[1] for one in body.iter(qn("w:instrText")) if (found := re.fullmatch(r' MERGEFIELD "(.+)" ', one.text))
    ]  # fmt: skip


def test_everybody_has_a_page_with_their_own_timetable(tmp_path: Path) -> None:
    write_invitations(tmp_path / "i.docx", handmade.day())
    document = docx.Document(str(tmp_path / "i.docx"))
    heads = [one for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert len(heads) == 12 + 6
    assert [bool(one.paragraph_format.page_break_before) for one in heads] == [False] + [True] * 17
    texts = [one.text for one in document.paragraphs]
    assert texts[1] == "商洛市第1矿业材料有限公司："
    assert "商洛市科学技术局定于2026年12月11日（星期五）在商洛市科技大厦三楼举办“新材料专场”" in texts[2]
    own = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert [row[0] for row in own[1:]] == ["09:00–11:30", "14:00–14:20", "15:40–16:00"]
    assert own[2][1].endswith("洽谈桌 2 号")
    assert own[2][3] == "王2团队（第2理工大学）"


def test_every_field_of_the_template_is_a_column_of_the_list(tmp_path: Path) -> None:
    plan = handmade.day()
    write_template(tmp_path / "t.docx", plan)
    write_addressees(tmp_path / "a.xlsx", plan)
    head, rows = addressees(tmp_path / "a.xlsx")
    assert set(fields(tmp_path / "t.docx")) <= set(head)
    assert len(set(head)) == len(head)
    # Word takes no space in a field's name, and no more than forty characters.
    assert all(re.fullmatch(r"\w{1,40}", one) for one in head)
    assert len(rows) == 18
    firm = next(one for one in rows if one["编号_ID"] == "o-05")
    assert (firm["名称_Name"], firm["场数_Meetings"], firm["桌号_Tables"]) == (
        "商洛市第5矿业材料有限公司",
        2,
        "2",
    )
    assert str(firm["日程2_Item2"]).startswith("14:25–14:45　二号厅 洽谈桌 2 号　洽谈 meeting　王6团队")
    assert firm["日程4_Item4"] is None


def test_a_list_never_cuts_what_the_template_of_an_earlier_plan_asks_for(tmp_path: Path) -> None:
    write_template(tmp_path / "t.docx", handmade.day())
    write_addressees(tmp_path / "a.xlsx", handmade.ids_only())
    assert set(fields(tmp_path / "t.docx")) <= set(addressees(tmp_path / "a.xlsx")[0])


def test_contacts_are_there_only_when_given(tmp_path: Path) -> None:
    plan = handmade.day()
    write_addressees(tmp_path / "a.xlsx", plan)
    assert not [one for one in addressees(tmp_path / "a.xlsx")[0] if "Phone" in one or "Email" in one]
    write_addressees(tmp_path / "c.xlsx", plan, CONTACTS)
    rows = {str(one["编号_ID"]): one for one in addressees(tmp_path / "c.xlsx")[1]}
    assert rows["o-05"]["电话_Phone"] == "13912345678"
    assert rows["t-a-1"]["联系人_Contact"] == "=钱"
    assert rows["o-06"]["联系人_Contact"] is None


def test_lines_are_short_enough_for_word_and_hostile_names_only_text(tmp_path: Path) -> None:
    plan: Plan = handmade.hostile()
    write_addressees(tmp_path / "a.xlsx", plan)
    write_template(tmp_path / "t.docx", plan)
    write_invitations(tmp_path / "i.docx", plan)
    head, rows = addressees(tmp_path / "a.xlsx")
    lines = [str(row[name]) for row in rows for name in head if name.startswith("日程") and row[name]]
    assert lines
    assert all(len(one) <= 255 for one in lines)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_a_day_of_visits_asks_to_be_received(tmp_path: Path) -> None:
    write_invitations(tmp_path / "i.docx", handmade.visits())
    texts = [one.text for one in docx.Document(str(tmp_path / "i.docx")).paragraphs]
    assert sum("邀请函" in one for one in texts) == 5
    assert any("走访企业" in one for one in texts)
