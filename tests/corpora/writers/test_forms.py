"""Word forms as a person opens them, filled in: a page each, with ticked boxes, read back as they were."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from importlib import resources
from itertools import permutations
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml

from corpora.readers import read_rows, to_record
from corpora.records import RECORDS, Achievement, Contact, Need, Organization, Record
from corpora.vocabulary import Kind, Mode, OrganizationKind, Ownership, Tier
from corpora.writers import write_records

SECTIONS = {"achievements": Kind.ACHIEVEMENT, "needs": Kind.NEED, "organizations": Kind.ORGANIZATION}
NEED = Need(
    id="n-1", title="板栗脱壳破碎率高", text="去年换了两台脱壳机。", modes=[Mode.JOINT, Mode.LICENSE],
    ip_wanted=Ownership.SHARED, min_stage=6, enterprise="镇安某食品公司", deadline=date(2027, 6, 30),
    budget="50", fields=["食品加工", "农机"], contact=Contact(name="王某"),
)  # fmt: skip


def written(path: Path, *records: Record, with_contacts: bool = False) -> Any:
    write_records(path, records, with_contacts)
    return docx.Document(str(path))


def read_back(path: Path, kind: Kind | None = None) -> list[Record]:
    records = []
    for row in read_rows(path, kind):
        record = to_record(row)
        assert isinstance(record, Record), record
        records.append(record)
    return records


def shown(table: Any) -> dict[str, str]:
    """What stands beside each heading."""
    rows = [list(dict.fromkeys(row.cells)) for row in table.rows]
    return {label.text: value.text for row in rows for label, value in zip(row[::2], row[1::2], strict=True)}


@pytest.fixture(scope="module")
def demo() -> dict[Kind, list[Record]]:
    found: dict[Kind, list[Record]] = {kind: [] for kind in Kind}
    folder = resources.files("corpora") / "demo" / "source"
    for path in sorted(folder.iterdir(), key=str):
        for section, rows in yaml.safe_load(path.read_text("utf-8")).items():
            for row in rows if section in SECTIONS else []:
                found[SECTIONS[section]].append(RECORDS[SECTIONS[section]].model_validate(row))
    return found


@pytest.mark.parametrize("kind", Kind)
def test_every_record_of_the_demo_comes_back(
    tmp_path: Path, demo: dict[Kind, list[Record]], kind: Kind
) -> None:
    assert len(demo[kind]) >= 100
    write_records(tmp_path / "x.docx", demo[kind], with_contacts=True)
    assert read_back(tmp_path / "x.docx") == demo[kind]
    assert read_back(tmp_path / "x.docx", kind) == demo[kind]


@pytest.mark.parametrize("name", ["技术需求", "科技成果", "机构名录", "x"])
def test_kinds_in_any_order_are_told_apart_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    records = [NEED, Achievement(id="a", title="脱壳机"), Organization(id="o", name="某公司")]
    for order in permutations(records):
        written(tmp_path / f"{name}.docx", *order, with_contacts=True)
        assert read_back(tmp_path / f"{name}.docx") == list(order)


def test_each_record_has_a_form_from_the_top_of_its_page(tmp_path: Path) -> None:
    document = written(tmp_path / "x.docx", NEED, NEED, Achievement(id="a", title="题"))
    assert len(document.tables) == 3
    titles = [each for each in document.paragraphs if each.text.endswith("征集表")]
    assert [each.text for each in titles] == ["技术需求征集表", "技术需求征集表", "科技成果征集表"]
    assert [bool(each.paragraph_format.page_break_before) for each in titles] == [False, True, True]
    assert [each.text for each in document.paragraphs if each.text.startswith("第")] == [
        f"第 {number} 份，共 3 份；不含联系方式 / without contacts" for number in (1, 2, 3)
    ]


def test_a_person_sees_ticked_boxes_and_words_without_hints_for_filling_in(tmp_path: Path) -> None:
    found = shown(written(tmp_path / "x.docx", NEED).tables[0])
    assert found["需求名称"] == "板栗脱壳破碎率高"
    assert found["完成时限"] == "2027-06-30"
    assert found["经费预算"] == "50"
    assert found["附件"] == ""
    assert found["知识产权归属"] == "□归企业所有  ☑双方共有  □归研发方所有  □协商确定"
    assert re.findall(r"☑(\w+)", found["最低成熟度"]) == ["中试"]
    assert "联系人" not in found
    with_contacts = shown(written(tmp_path / "x.docx", NEED, with_contacts=True).tables[0])
    assert with_contacts["联系人"] == "王某"


def test_several_ticks_keep_their_order_and_the_other_boxes_their_places(tmp_path: Path) -> None:
    found = shown(written(tmp_path / "x.docx", NEED).tables[0])
    assert re.findall(r"[☑□]\w+", found["合作方式"]) == [
        "□技术转让", "☑合作开发", "□技术入股", "☑技术许可", "□委托开发", "□技术服务", "□技术咨询",
        "□成果产业化", "□其他",
    ]  # fmt: skip
    (back,) = read_back(tmp_path / "x.docx")
    assert isinstance(back, Need)
    assert back.modes == [Mode.JOINT, Mode.LICENSE]


def test_each_choice_of_every_kind_comes_back(tmp_path: Path) -> None:
    records: list[Record] = [Need(id="-", title="题", modes=list(reversed(Mode)))]
    records += [Need(id="-", title="题", modes=[mode]) for mode in Mode]
    records += [Need(id="-", title="题", ip_wanted=ownership) for ownership in Ownership]
    records += [Need(id="-", title="题", min_stage=stage) for stage in range(1, 10)]
    records += [Achievement(id="-", title="题", stage=stage) for stage in range(1, 10)]
    records += [Organization(id="-", name="名", kind=kind) for kind in OrganizationKind]
    records += [Organization(id="-", name="名", tier=tier) for tier in Tier]
    write_records(tmp_path / "x.docx", records)
    assert read_back(tmp_path / "x.docx") == records


@pytest.mark.parametrize(
    "word", ["专利", "技术需求", "高校", "需求名称", "成果登记号", "联系人", "☑中试 □小试"]
)
def test_a_value_that_is_a_heading_elsewhere_is_still_a_value(tmp_path: Path, word: str) -> None:
    achievement = Achievement(id=word, title=word, form=word, institution=word, ip=word, text=word)
    need = Need(id=word, title=word, enterprise=word, text=word, contact=Contact(name=word, email=word))
    organization = Organization(id=word, name=word, text=word, fields=["专利"])
    for record in (achievement, need, organization):
        write_records(tmp_path / "x.docx", [record, record], with_contacts=True)
        assert read_back(tmp_path / "x.docx") == [record, record]


def test_long_values_have_a_line_to_themselves_and_the_longest_may_go_over_pages(tmp_path: Path) -> None:
    record = Achievement(
        id="a",
        title="长" * 200,
        text="温度，" * 6000,
        ip="x" * 20_000,
        institution="某大学" * 20,
        inventors=["李某"],
    )
    (table,) = written(tmp_path / "x.docx", record).tables
    rows = {row.cells[0].text: row for row in table.rows}
    assert len(set(rows["完成单位"].cells)) == len(set(rows["主要完成人"].cells)) == 2
    assert len(set(rows["成果形式"].cells)) == 4
    whole = {label for label, row in rows.items() if "cantSplit" in row._tr.xml}
    assert set(rows) - whole == {"成果简介", "知识产权情况"}
    assert read_back(tmp_path / "x.docx") == [record]


def test_lines_tabs_and_spaces_within_a_text_stay(tmp_path: Path) -> None:
    record = Need(id="n", title="题", text="一行\n\n  二行\t三栏  四\u3000五 - 六‑七\u00a0八\x85九\u2028十")
    write_records(tmp_path / "x.docx", [record])
    assert read_back(tmp_path / "x.docx") == [record]


def test_a_carriage_return_becomes_a_line_end(tmp_path: Path) -> None:
    write_records(tmp_path / "x.docx", [Need(id="n", title="题", text="一\r\n二\r三")])
    (back,) = read_back(tmp_path / "x.docx")
    assert isinstance(back, Need)
    assert back.text == "一\n二\n三"


def test_the_columns_of_the_table_are_as_wide_as_its_cells(tmp_path: Path) -> None:
    """Word goes by the cells, LibreOffice by the table's own grid."""
    (table,) = written(tmp_path / "x.docx", NEED).tables
    widths = [column.width for column in table.columns]
    for row in table.rows:
        cells = list(dict.fromkeys(row.cells))
        expected = widths if len(cells) == 4 else [widths[0], sum(widths[1:])]
        assert [cell.width for cell in cells] == expected


def test_the_file_names_its_kinds_and_no_author(tmp_path: Path) -> None:
    properties = written(tmp_path / "x.docx", NEED, Achievement(id="a", title="题")).core_properties
    assert properties.title == "科技成果、技术需求"
    assert properties.author == ""
    assert "王某" not in str(zipfile.ZipFile(tmp_path / "x.docx").read("word/document.xml").decode())
