"""Word files: forms and lists as people draw them, boxes as Word draws them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from corpora.errors import UnreadableFile
from corpora.readers import Row, read_rows, to_record
from corpora.records import Achievement, Need, Organization, Record
from corpora.vocabulary import Kind

FOUR = [
    ["需求编号", "SL-01", "所属领域", "食品加工、农机"],
    ["需求名称*", "核桃脱青皮用水太多", "", ""],
    ["企业名称", "甲公司", "所在县区", "商州"],
    ["需求描述（现状、问题）", "脱一吨核桃要用四吨水。\n想省一半。", "", ""],
    ["考核指标", "1．用水≤1吨\n2．破损率≤3%", "", ""],
    ["完成时限", "2027年6月", "经费预算（万元）", "50-100"],
    ["合作方式（可多选）", "☑合作开发  □技术转让  ☑技术服务", "", ""],
    ["最低成熟度", "□小试 ☑中试", "知识产权归属", "双方共有"],
    ["联系人", "王工", "联系电话", "13900000001"],
    ["电子邮箱", "w@example.com", "备注", ""],
]


def table(document: Document, rows: Sequence[Sequence[str]]) -> Any:
    made = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for line, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=False):
            cell.text = text
    return made


def word(path: Path, *blocks: str | Sequence[Sequence[str]]) -> Path:
    """A document of paragraphs and tables; "# " begins a heading."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str) and block.startswith("# "):
            document.add_heading(block[2:], 1)
        elif isinstance(block, str):
            document.add_paragraph(block)
        else:
            table(document, block)
    document.save(str(path))
    return path


def changed(path: Path, old: str, new: str) -> Path:
    """The document with its XML changed, as Word itself would write it."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    xml = parts["word/document.xml"].decode()
    assert old in xml
    parts["word/document.xml"] = xml.replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def records(path: Path, kind: Kind | None = None) -> list[Any]:
    found = [to_record(row) for row in read_rows(path, kind)]
    assert all(isinstance(each, Record) for each in found), found
    return found


def only(path: Path, kind: Kind | None = None) -> Any:
    (record,) = records(path, kind)
    return record


def check_four(need: Any) -> None:
    assert isinstance(need, Need)
    assert (need.id, need.title, need.enterprise) == ("SL-01", "核桃脱青皮用水太多", "甲公司")
    assert (need.fields, need.county) == (["食品加工", "农机"], "商州区")
    assert need.text == "脱一吨核桃要用四吨水。\n想省一半。"
    assert need.indicators == ["用水≤1吨", "破损率≤3%"]
    assert (need.deadline, need.budget) == (date(2027, 6, 30), "50-100万元")
    assert (need.modes, need.min_stage, need.ip_wanted) == (["joint", "service"], 6, "shared")
    assert need.contact.model_dump() == {"name": "王工", "phone": "13900000001", "email": "w@example.com"}


@pytest.mark.parametrize("merged", [True, False])
def test_a_form_of_four_columns(tmp_path: Path, merged: bool) -> None:
    document = docx.Document()
    document.add_heading("技术需求征集表", 0)
    form = table(document, FOUR)
    if merged:
        for line, texts in zip(form.rows, FOUR, strict=True):
            if texts[2:] == ["", ""]:
                line.cells[1].merge(line.cells[3]).text = texts[1]
    document.save(str(tmp_path / "x.docx"))
    check_four(only(tmp_path / "x.docx"))


def test_a_form_of_two_columns(tmp_path: Path) -> None:
    rows = [pair for line in FOUR for pair in (line[:2], line[2:]) if pair[0]]
    check_four(only(word(tmp_path / "x.docx", "技术需求征集表", rows)))


def test_a_form_with_sections_at_its_left(tmp_path: Path) -> None:
    document = docx.Document()
    rows = [
        ["企业信息", "企业名称", "甲公司"],
        ["", "联系人", "王工"],
        ["需求信息", "需求名称", "核桃脱青皮"],
        ["", "需求描述", "用水太多"],
    ]
    form = table(document, rows)
    form.cell(0, 0).merge(form.cell(1, 0))
    form.cell(2, 0).merge(form.cell(3, 0))
    document.save(str(tmp_path / "x.docx"))
    need = only(tmp_path / "x.docx")
    assert (need.title, need.text, need.enterprise, need.contact.name) == (
        "核桃脱青皮",
        "用水太多",
        "甲公司",
        "王工",
    )


def test_a_label_over_its_text_and_a_label_inside_its_cell(tmp_path: Path) -> None:
    document = docx.Document()
    form = table(
        document, [["需求名称", "核桃"], ["需求描述", ""], ["用水太多", ""], ["考核指标：用水≤1吨", ""]]
    )
    for line in list(form.rows)[1:]:
        line.cells[0].merge(line.cells[1])
    document.save(str(tmp_path / "x.docx"))
    need = only(tmp_path / "x.docx")
    assert (need.text.strip(), need.indicators) == ("用水太多", ["用水≤1吨"])


def test_several_forms_in_one_file(tmp_path: Path) -> None:
    second = [["需求编号", "SL-02", "所属领域", "石材"], ["需求名称", "石材切割粉尘大", "企业名称", "乙公司"]]
    first, other = records(word(tmp_path / "x.docx", "一", FOUR, "二", second))
    check_four(first)
    assert (other.id, other.title, other.enterprise, other.budget) == (
        "SL-02",
        "石材切割粉尘大",
        "乙公司",
        "",
    )


def test_a_blank_form_is_no_record(tmp_path: Path) -> None:
    blank = [[cell if c % 2 == 0 else "" for c, cell in enumerate(line)] for line in FOUR]
    with pytest.raises(UnreadableFile, match="没有找到数据"):
        read_rows(word(tmp_path / "x.docx", blank))


LIST = [
    ["序号", "成果名称", "完成单位", "成熟度", "联系方式"],
    ["1", "核桃脱青皮机", "某大学", "中试", "王工 13900000001"],
    ["2", "香菇烘干房", "某学院", "□小试 ☑产业化", ""],
    ["合计", "2项", "", "", ""],
]


def test_a_list_with_its_title_above(tmp_path: Path) -> None:
    first, second = records(word(tmp_path / "x.docx", "科技成果汇总表", LIST))
    assert isinstance(first, Achievement)
    assert (first.title, first.institution, first.stage, first.contact.phone) == (
        "核桃脱青皮机",
        "某大学",
        6,
        "13900000001",
    )
    assert (second.title, second.stage) == ("香菇烘干房", 9)


def test_the_prose_before_a_list_tells_its_kind(tmp_path: Path) -> None:
    rows = [["项目名称", "合作方式"], ["核桃脱青皮", "合作开发"]]
    assert isinstance(only(word(tmp_path / "x.docx", "商南县企业技术需求一览", rows)), Need)
    assert isinstance(only(word(tmp_path / "x.docx", "某大学科技成果一览", rows)), Achievement)


def test_a_list_with_merged_cells_and_headings_in_two_levels(tmp_path: Path) -> None:
    document = docx.Document()
    rows = [
        ["需求名称", "企业名称", "联系方式", ""], ["", "", "联系人", "电话"],
        ["甲题", "甲公司", "王工", "1390000"], ["乙题", "", "李工", "1380000"],
    ]  # fmt: skip
    made = table(document, rows)
    for one, other in (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((2, 1), (3, 1))):
        made.cell(*one).merge(made.cell(*other))
    document.save(str(tmp_path / "x.docx"))
    found = records(tmp_path / "x.docx")
    assert [(each.title, each.enterprise, each.contact.name, each.contact.phone) for each in found] == [
        ("甲题", "甲公司", "王工", "1390000"), ("乙题", "甲公司", "李工", "1380000"),
    ]  # fmt: skip


PARAGRAPHS = [
    "需求名称：核桃脱青皮用水太多", "企业名称：甲公司", "需求描述：脱一吨核桃要用四吨水。", "想省一半。",
    "考核指标：1.用水≤1吨；2.破损率≤3%",
    "联系人：王工　电话：13900000001　邮箱：w@example.com", "说得很清楚：这一行不是标签",
]  # fmt: skip


def test_labels_and_values_in_paragraphs(tmp_path: Path) -> None:
    need = only(word(tmp_path / "x.docx", "企业技术需求", "", *PARAGRAPHS[:6]))
    assert (need.title, need.enterprise) == ("核桃脱青皮用水太多", "甲公司")
    assert need.text == "脱一吨核桃要用四吨水。\n想省一半。"
    assert need.indicators == ["用水≤1吨", "破损率≤3%"]
    assert need.contact.model_dump() == {"name": "王工", "phone": "13900000001", "email": "w@example.com"}


@pytest.mark.parametrize("parting", ["# 需求二", None])
def test_several_records_in_paragraphs(tmp_path: Path, parting: str | None) -> None:
    second = ["需求名称: 香菇烘干", "企业名称: 乙公司", "联系人：李工", "联系电话：1", "联系人：副手"]
    path = word(tmp_path / "x.docx", "# 需求一", *PARAGRAPHS[:6], *([parting] if parting else []), *second)
    found = records(path)
    assert [(each.title, each.enterprise) for each in found] == [
        ("核桃脱青皮用水太多", "甲公司"),
        ("香菇烘干", "乙公司"),
    ]
    assert found[1].contact.name == "李工"


def test_a_label_in_a_paragraph_of_its_own(tmp_path: Path) -> None:
    need = only(
        word(
            tmp_path / "x.docx",
            "一、需求名称",
            "核桃脱青皮",
            "二、企业名称",
            "甲公司",
            "三、需求描述",
            "用水太多。",
            "想省一半。",
        )
    )
    assert (need.title, need.enterprise, need.text) == ("核桃脱青皮", "甲公司", "用水太多。\n想省一半。")


def test_a_table_and_paragraphs_in_one_file(tmp_path: Path) -> None:
    found = records(
        word(tmp_path / "x.docx", "科技成果", LIST, "# 另一项", "成果名称：石材切割机", "完成单位：某研究院")
    )
    assert [each.title for each in found] == ["核桃脱青皮机", "香菇烘干房", "石材切割机"]


@pytest.mark.parametrize(
    "blocks", [(), ("您好，随信附上材料。",), ([["甲", "乙"], ["丙", "丁"]],), ("联系人：王工", "电话：1")]
)
def test_a_document_with_neither_says_what_to_do(tmp_path: Path, blocks: tuple[Any, ...]) -> None:
    with pytest.raises(UnreadableFile, match=r"没有找到数据.*--kind"):
        read_rows(word(tmp_path / "x.docx", *blocks))


def test_organizations_too(tmp_path: Path) -> None:
    rows = [["企业名称", "企业梯队", "所属行业"], ["甲公司", "□种子 ☑高企", "食品"]]
    company = only(word(tmp_path / "x.docx", "企业名录", rows))
    assert isinstance(company, Organization)
    assert company.tier == "high_tech"


W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
CONTROL = (
    '<w:sdt><w:sdtPr><w14:checkbox {W14}><w14:checked w14:val="{n}"/></w14:checkbox></w:sdtPr>'
    "<w:sdtContent><w:r><w:t>{box}</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>{text}　</w:t></w:r>"
)
SYMBOL = '<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r><w:r><w:t>{text}　</w:t></w:r>'
WINGDINGS = (
    '<w:r><w:rPr><w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/></w:rPr><w:t>{letter}</w:t></w:r>'
    "<w:r><w:t>{text}　</w:t></w:r>"
)
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:sizeAuto/><w:default w:val="{n}"/></w:checkBox></w:ffData>'
    '</w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    "<w:r><w:t>{text}　</w:t></w:r>"
)
DRAWN = {
    "controls": CONTROL.format(W14=W14, n=0, box="☐", text="小试")
    + CONTROL.format(W14=W14, n=1, box="☒", text="中试"),
    "symbols": SYMBOL.format(code="F0A8", text="小试") + SYMBOL.format(code="F0FE", text="中试"),
    "letters": WINGDINGS.format(letter="£", text="小试") + WINGDINGS.format(letter="R", text="中试"),
    "fields": FIELD.format(n=0, text="小试") + FIELD.format(n=1, text="中试"),
}


@pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN)
def test_boxes_however_word_draws_them(tmp_path: Path, drawn: str) -> None:
    path = word(tmp_path / "x.docx", [["需求名称", "核桃"], ["企业名称", "甲"], ["最低成熟度", "这里"]])
    assert only(changed(path, "<w:r><w:t>这里</w:t></w:r>", drawn)).min_stage == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<w:r><w:t>核桃</w:t></w:r>", '<w:ins w:id="1" w:author="a"><w:r><w:t>核桃</w:t></w:r></w:ins>'),
        (
            "<w:r><w:t>核桃</w:t></w:r>",
            '<w:del w:id="1" w:author="a"><w:r><w:delText>板栗</w:delText></w:r></w:del><w:r><w:t>核桃</w:t></w:r>',
        ),
        ("<w:r><w:t>核桃</w:t></w:r>", "<w:sdt><w:sdtContent><w:r><w:t>核桃</w:t></w:r></w:sdtContent></w:sdt>"),
        ("<w:r><w:t>核桃</w:t></w:r>", "<w:smartTag><w:r><w:t>核</w:t></w:r><w:r><w:t>桃</w:t></w:r></w:smartTag>"),
    ],
)  # fmt: skip
def test_text_in_controls_and_tracked_changes_counts(tmp_path: Path, old: str, new: str) -> None:
    path = word(tmp_path / "x.docx", [["需求名称", "核桃"], ["企业名称", "甲"]])
    assert only(changed(path, old, new)).title == "核桃"


def test_a_table_inside_a_content_control(tmp_path: Path) -> None:
    document = docx.Document()
    made = table(document, [["需求名称", "核桃"], ["企业名称", "甲"]])
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    made._tbl.addprevious(control)
    control.find(qn("w:sdtContent")).append(made._tbl)
    document.save(str(tmp_path / "x.docx"))
    assert only(tmp_path / "x.docx").title == "核桃"


@pytest.mark.timeout(60)
def test_thousands_of_rows_under_one_merged_cell(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr><w:tc><w:tcPr><w:vMerge{' w:val=' + chr(34) + 'restart' + chr(34) if not number else ''}/></w:tcPr>"
        f"<w:p><w:r><w:t>{'' if number else '商州区'}</w:t></w:r></w:p></w:tc>"
        f"<w:tc><w:p><w:r><w:t>需求{number}</w:t></w:r></w:p></w:tc></w:tr>"
        for number in range(3000)
    )
    path = word(tmp_path / "x.docx", "企业技术需求", [["县区", "需求名称"], ["末", "末"]])
    found = read_rows(
        changed(
            path,
            "<w:t>需求名称</w:t></w:r></w:p></w:tc></w:tr>",
            f"<w:t>需求名称</w:t></w:r></w:p></w:tc></w:tr>{rows}",
        )
    )
    assert len(found) == 3001
    assert isinstance(found[2999], Row)
    assert found[2999].values == {"county": "商州区", "title": "需求2999"}


@pytest.mark.parametrize("span", ["100000000", "-5", "x", "0"])
@pytest.mark.timeout(60)
def test_a_cell_that_claims_to_be_endlessly_wide(tmp_path: Path, span: str) -> None:
    path = word(tmp_path / "x.docx", [["需求名称", "核桃"], ["企业名称", "甲"]])
    xml = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>核桃</w:t></w:r></w:p></w:tc></w:tr>'
    with zipfile.ZipFile(path) as source:
        old = source.read("word/document.xml").decode()
    cell = old[
        old.rindex("<w:tc>", 0, old.index("核桃")) : old.index("</w:tr>", old.index("核桃")) + len("</w:tr>")
    ]
    assert only(changed(path, cell, xml)).title == "核桃"
