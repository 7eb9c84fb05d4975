"""Blank forms: blank they hold nothing, filled in they import with every field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from corpora.errors import DataFolderTrouble, UnreadableFile
from corpora.readers import read_rows, to_record
from corpora.records import RECORDS, Achievement, Need, Organization, Record
from corpora.vocabulary import Kind, vocabulary
from corpora.writers import write_templates
from corpora.writers.columns import COLUMNS

#: What somebody writes under each heading, brackets and stars left out; ☑ is put before what is ticked.
ACHIEVEMENT = {
    "成果编号": "XB-2026-07", "成果名称": "低损板栗脱壳机", "成果简介": "预冷后滚压脱壳。\n破碎率 2.6%。",
    "关键词": "板栗、脱壳", "完成单位": "西北某大学", "主要完成人": "李某、赵某", "技术成熟度": "中试",
    "成果形式": "新装备", "成果登记号": "9612026Y0001", "知识产权情况": "ZL202010000000.0（有效）",
    "应用领域": "食品加工、农机", "拟转化方式": "技术许可", "合作条件": "许可费 30 万元",
    "所在地区": "陕西省西安市", "所在县区": "长安区", "联系人": "李某", "联系电话": "000-0000-0001",
    "邮箱": "li@example.com",
}  # fmt: skip
NEED = {
    "需求编号": "SL-01", "需求名称": "板栗脱壳破碎率高", "企业名称": "镇安某食品公司",
    "所属领域": "食品加工、农机", "需求描述": "换过两台机器，破碎率还在 12%。",
    "考核指标": "破碎率≤3%\n每小时 500 kg", "完成时限": "2027年6月", "经费预算": "50-100",
    "合作方式": "合作开发", "知识产权归属": "双方共有", "最低成熟度": "中试",
    "附件": "照片.jpg、图纸.pdf", "所在地区": "陕西省商洛市", "所在县区": "镇安县", "联系人": "王某",
    "联系电话": "000-0000-0002", "邮箱": "wang@example.com",
}  # fmt: skip
ORGANIZATION = {
    "机构编号": "O-1", "机构名称": "镇安某食品公司", "机构类型": "企业", "企业梯队": "高新技术企业",
    "机构简介": "板栗仁、核桃油", "所属领域": "食品加工", "所在地区": "陕西省商洛市", "所在县区": "镇安县",
    "联系人": "王某", "联系电话": "000-0000-0002", "邮箱": "wang@example.com",
}  # fmt: skip
FILLED: dict[Kind, tuple[dict[str, str], Record]] = {
    Kind.ACHIEVEMENT: (ACHIEVEMENT, Achievement.model_validate({
        "id": "XB-2026-07", "title": "低损板栗脱壳机", "text": "预冷后滚压脱壳。\n破碎率 2.6%。",
        "keywords": ["板栗", "脱壳"], "institution": "西北某大学", "inventors": ["李某", "赵某"], "stage": 6,
        "form": "新装备", "registration_number": "9612026Y0001", "ip": "ZL202010000000.0（有效）",
        "fields": ["食品加工", "农机"], "modes": ["license"], "terms": "许可费 30 万元",
        "region": "陕西省西安市", "county": "长安区",
        "contact": {"name": "李某", "phone": "000-0000-0001", "email": "li@example.com"},
    })),
    Kind.NEED: (NEED, Need.model_validate({
        "id": "SL-01", "title": "板栗脱壳破碎率高", "text": "换过两台机器，破碎率还在 12%。",
        "indicators": ["破碎率≤3%", "每小时 500 kg"], "deadline": "2027-06-30", "budget": "50-100万元",
        "modes": ["joint"], "ip_wanted": "shared", "min_stage": 6, "enterprise": "镇安某食品公司",
        "attachments": ["照片.jpg", "图纸.pdf"], "region": "陕西省商洛市", "county": "镇安县",
        "fields": ["食品加工", "农机"],
        "contact": {"name": "王某", "phone": "000-0000-0002", "email": "wang@example.com"},
    })),
    Kind.ORGANIZATION: (ORGANIZATION, Organization.model_validate({
        "id": "O-1", "name": "镇安某食品公司", "text": "板栗仁、核桃油",
        "kind": "enterprise", "tier": "high_tech", "region": "陕西省商洛市", "county": "镇安县",
        "fields": ["食品加工"],
        "contact": {"name": "王某", "phone": "000-0000-0002", "email": "wang@example.com"},
    })),
}  # fmt: skip


def form(folder: Path, kind: Kind, suffix: str) -> Path:
    (path,) = (path for path in write_templates(folder, [kind]) if path.suffix == suffix)
    return path


def bare(heading: str) -> str:
    return heading.split("（")[0].strip("*\n")


def header(page: Any) -> list[str]:
    return [str(label) for label in next(cells for cells in page.values if cells[0] == "序号")]


def fill_in_workbook(path: Path, values: dict[str, Any], row: int = 0) -> None:
    book = openpyxl.load_workbook(path)
    page: Any = book.worksheets[0]
    first = 1 + next(cells[0].row for cells in page.iter_rows() if cells[0].value == "序号")
    for column, heading in enumerate(header(page)[1:], 2):
        page.cell(first + row, column).value = values.get(bare(heading))
    book.save(path)


def fill_in_word_form(path: Path, values: dict[str, str]) -> set[str]:
    """Write beside each label, or tick the box of the choice; return the labels found."""
    document = docx.Document(str(path))
    found = set()
    for row in document.tables[0].rows:
        cells = list(dict.fromkeys(row.cells))
        for label, place in zip(cells[::2], cells[1::2], strict=True):
            value = values.get(bare(label.text), "")
            found.add(bare(label.text))
            if "□" in place.text:
                place.text = place.text.replace(f"□{value}", f"☑{value}") if value else place.text
            else:
                place.text = value
    document.save(str(path))
    return found


def only_record(path: Path) -> Record:
    (row,) = read_rows(path)
    record = to_record(row)
    assert isinstance(record, Record), record
    return record


def test_every_kind_has_a_workbook_and_two_have_a_word_form(tmp_path: Path) -> None:
    written = write_templates(tmp_path / "forms", Kind)
    assert [path.name for path in written] == [
        "科技成果征集表.xlsx", "科技成果征集表.docx", "技术需求征集表.xlsx", "技术需求征集表.docx",
        "机构名录.xlsx",
    ]  # fmt: skip
    assert all(path.exists() for path in written)


@pytest.mark.parametrize("kind", Kind)
def test_a_form_asks_for_every_field(kind: Kind) -> None:
    asked = {"contact" if column.field.startswith("contact_") else column.field for column in COLUMNS[kind]}
    assert asked == set(RECORDS[kind].model_fields)


def test_blank_forms_hold_no_rows(tmp_path: Path) -> None:
    for kind in Kind:
        for path in write_templates(tmp_path, [kind]):
            for said in (None, kind):
                with pytest.raises(UnreadableFile, match="没有找到数据"):
                    read_rows(path, said)


@pytest.mark.parametrize("kind", Kind)
def test_a_filled_workbook_imports_with_every_field(tmp_path: Path, kind: Kind) -> None:
    path = form(tmp_path, kind, ".xlsx")
    values, expected = FILLED[kind]
    fill_in_workbook(path, values)
    assert only_record(path) == expected


@pytest.mark.parametrize("kind", [Kind.ACHIEVEMENT, Kind.NEED])
def test_a_filled_word_form_imports_with_every_field(tmp_path: Path, kind: Kind) -> None:
    path = form(tmp_path, kind, ".docx")
    values, expected = FILLED[kind]
    if kind is Kind.NEED:
        values = {**values, "经费预算": "50-100万元"}
    assert fill_in_word_form(path, values) == set(values)
    assert only_record(path) == expected


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
@pytest.mark.parametrize("kind", [Kind.ACHIEVEMENT, Kind.NEED])
def test_a_form_with_nothing_but_its_name_is_enough(tmp_path: Path, kind: Kind, suffix: str) -> None:
    path = form(tmp_path, kind, suffix)
    values = {"成果名称": "日期喷码机", "需求名称": "日期喷码机"}
    (fill_in_workbook if suffix == ".xlsx" else fill_in_word_form)(path, values)
    assert only_record(path) == RECORDS[kind].model_validate({"title": "日期喷码机"})


def test_a_bare_figure_in_the_budget_column_counts_in_wan(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".docx"):
        path = form(tmp_path, Kind.NEED, suffix)
        values = {"需求名称": "板栗脱壳", "经费预算": "80"}
        (fill_in_workbook if suffix == ".xlsx" else fill_in_word_form)(path, values)
        record = only_record(path)
        assert isinstance(record, Need)
        assert record.budget_range == (80, 80)


@pytest.mark.parametrize("kind", Kind)
def test_every_offered_choice_is_understood(tmp_path: Path, kind: Kind) -> None:
    path = form(tmp_path, kind, ".xlsx")
    page = openpyxl.load_workbook(path).worksheets[0]
    headings = header(page)
    name = next(heading for heading in headings if heading.endswith("名称*"))
    offered = {
        headings[(range_boundaries(str(each.sqref))[0] or 0) - 1]: each.formula1.strip('"').split(",")
        for each in page.data_validations.dataValidation
    }
    expected = {
        Kind.ACHIEVEMENT: {"技术成熟度", "拟转化方式", "所在县区"},
        Kind.NEED: {"合作方式", "知识产权归属", "最低成熟度", "所在县区"},
        Kind.ORGANIZATION: {"机构类型", "企业梯队", "所在县区"},
    }
    assert {bare(heading) for heading in offered} == expected[kind]
    understood = []
    for heading, words in offered.items():
        for word in words:
            fill_in_workbook(path, {bare(name): "名", bare(heading): word})
            understood.append(only_record(path).model_dump(exclude={"id"}).items())
    assert len({str(each) for each in understood}) == sum(map(len, offered.values()))


def test_each_box_of_the_word_form_reads_as_its_own_choice(tmp_path: Path) -> None:
    stages = []
    for entry in vocabulary().lists["stages"].values():
        path = form(tmp_path, Kind.ACHIEVEMENT, ".docx")
        fill_in_word_form(path, {"成果名称": "题", "技术成熟度": entry["zh"]})
        record = only_record(path)
        assert isinstance(record, Achievement)
        stages.append(record.stage)
    assert stages == list(range(1, 10))


def test_ten_rows_of_one_workbook_are_ten_records(tmp_path: Path) -> None:
    path = form(tmp_path, Kind.NEED, ".xlsx")
    for row in range(10):
        fill_in_workbook(path, {"需求名称": f"难题{row}", "企业名称": "甲"}, row)
    assert [row.values["title"] for row in read_rows(path)] == [f"难题{row}" for row in range(10)]


def test_the_name_is_starred_and_the_guide_explains_every_column_in_both_languages(tmp_path: Path) -> None:
    for kind in Kind:
        book = openpyxl.load_workbook(form(tmp_path, kind, ".xlsx"))
        headings = header(book.worksheets[0])
        assert [heading for heading in headings if "*" in heading] == [f"{COLUMNS[kind][1].heading}*"]
        guide = "\n".join(str(cells[0]) for cells in book["填报说明"].values)
        for column in COLUMNS[kind]:
            assert f"【{column.heading}】" in guide
            assert column.en in guide


def test_a_place_that_cannot_hold_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "forms").write_text("a file")
    with pytest.raises(DataFolderTrouble, match=r"写不了 .*forms"):
        write_templates(tmp_path / "forms", Kind)
