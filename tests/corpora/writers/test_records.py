"""What is exported reads back as the same records."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.errors import BadRequest
from corpora.readers import read_rows, to_record
from corpora.records import Achievement, Contact, Need, Organization, Record
from corpora.vocabulary import Kind, Mode, OrganizationKind, Ownership, Tier, vocabulary
from corpora.writers import write_jsonlines, write_records

SUFFIXES = (".xlsx", ".csv", ".jsonl", ".docx")

NEED = Need(
    id="n-1", title="板栗脱壳破碎率高", text="去年换了两台脱壳机，\n破碎率还在 12%；想降到 3% 以内。",
    indicators=["破碎率≤3%", "每小时 500 kg"], deadline=date(2027, 6, 30), budget="50-100万元",
    modes=[Mode.JOINT, Mode.OTHER], ip_wanted=Ownership.SHARED, min_stage=6, enterprise="镇安某食品公司",
    attachments=["现场照片.jpg"], region="陕西省商洛市", county="镇安县", fields=["食品加工", "农机"],
    contact=Contact(name="王某", phone="000-0000-1234", email="wang@example.com"),
)  # fmt: skip
ACHIEVEMENT = Achievement(
    id="a-1", title="低损板栗脱壳机", text="-40℃预冷后滚压。", keywords=["板栗", "脱壳"],
    institution="西北某大学", inventors=["李某", "赵某"], stage=7, form="新装备",
    ip="=ZL2020 1 0000000.0", modes=[Mode.LICENSE], terms="面议",
    registration_number="9612020Y0001", region="陕西省西安市", county="", fields=["食品加工"],
)  # fmt: skip
ORGANIZATION = Organization(
    id="o-1",
    name="某板栗产业园",
    text="园区",
    kind=OrganizationKind.PARK,
    tier=None,
    county="镇安县",
    fields=["食品"],
)
ENTERPRISE = Organization(id="o-2", name="某钒业", kind=OrganizationKind.ENTERPRISE, tier=Tier.CHAIN_LEADER)


def read_back(path: Path) -> list[Record]:
    records = []
    for row in read_rows(path):
        record = to_record(row)
        assert isinstance(record, Record), record
        records.append(record)
    return records


def without_contact(record: Record) -> Record:
    return record.model_copy(update={"contact": Contact()})


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "record", [NEED, ACHIEVEMENT, ORGANIZATION, ENTERPRISE], ids=lambda record: record.id
)
def test_every_field_of_every_kind_comes_back(tmp_path: Path, suffix: str, record: Record) -> None:
    write_records(tmp_path / f"x{suffix}", [record], with_contacts=True)
    assert read_back(tmp_path / f"x{suffix}") == [record]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_contacts_stay_behind_unless_asked_for(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    write_records(path, [NEED])
    assert read_back(path) == [without_contact(NEED)]
    if suffix == ".xlsx":
        text = str(list(openpyxl.load_workbook(path).worksheets[0].values))
    elif suffix == ".docx":
        text = zipfile.ZipFile(path).read("word/document.xml").decode()
    else:
        text = path.read_text("utf-8")
    assert not any(word in text for word in ("王某", "0000-1234", "wang@example.com", "联系电话"))


@pytest.mark.parametrize("suffix", [".xlsx", ".jsonl", ".docx"])
def test_several_kinds_share_a_file(tmp_path: Path, suffix: str) -> None:
    records = [ACHIEVEMENT, NEED, ORGANIZATION]
    write_records(tmp_path / f"all{suffix}", records, with_contacts=True)
    assert read_back(tmp_path / f"all{suffix}") == records


def test_a_csv_holds_one_kind_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="科技成果、技术需求"):
        write_records(tmp_path / "all.csv", [NEED, ACHIEVEMENT])


def test_an_unknown_suffix_lists_those_that_go(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"“\.xls”.*\.xlsx、\.csv、\.jsonl 或 \.docx"):
        write_records(tmp_path / "x.xls", [NEED])


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="没有可导出的记录"):
        write_records(tmp_path / "x.xlsx", [])


def test_a_person_reads_words_and_dates_not_codes(tmp_path: Path) -> None:
    write_records(tmp_path / "x.xlsx", [NEED])
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["技术需求"]
    shown = dict(zip((cell.value for cell in page[3]), (cell.value for cell in page[4]), strict=True))
    assert shown["最低成熟度"] == "中试（TRL6）"
    assert shown["合作方式"] == "合作开发、其他"
    assert shown["知识产权归属"] == "双方共有"
    assert str(shown["完成时限"]) == "2027-06-30 00:00:00"


def test_a_csv_opens_in_excel_without_computing_anything(tmp_path: Path) -> None:
    record = Achievement(id="=1", title="+2", text="-3", terms="@4", ip="＝5", form="'=6", institution="a=7")
    write_records(tmp_path / "x.csv", [record])
    data = (tmp_path / "x.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    for shown in ('"\'=1"', '"\'+2"', '"\'-3"', '"\'@4"', '"\'＝5"', "\"''=6\"", '"a=7"'):
        assert shown in data.decode("utf-8-sig")
    assert read_back(tmp_path / "x.csv") == [record]


@pytest.mark.parametrize("count", [1, 2, 60])
@pytest.mark.parametrize("mark", "，;|")
def test_texts_full_of_separators_are_still_one_cell_each(tmp_path: Path, mark: str, count: int) -> None:
    full = [Need(id=f"n{number}", title="长", text=f"温度{mark}" * 60 + "湿度") for number in range(count)]
    records = full if mark == "，" else full[:1]
    write_records(tmp_path / "x.csv", records)
    assert read_back(tmp_path / "x.csv") == records


@pytest.mark.parametrize("title", ["日期喷码识别率低", "备注栏自动识别", "说明书翻译", "合计误差"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_title_like_a_closing_line_is_not_taken_for_one(tmp_path: Path, suffix: str, title: str) -> None:
    record = Need(id="日期-1", title=title)
    write_records(tmp_path / f"x{suffix}", [record])
    assert read_back(tmp_path / f"x{suffix}") == [record]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_lone_chinese_item_with_a_space_stays_one_item(tmp_path: Path, suffix: str) -> None:
    record = Achievement(
        id="a", title="题", keywords=["石墨烯 复合膜"], fields=["PM 10"], inventors=["PM 10", "甲"]
    )
    write_records(tmp_path / f"x{suffix}", [record])
    assert read_back(tmp_path / f"x{suffix}") == [record]


def test_json_lines_name_the_record_first_and_leave_out_what_is_unsaid(tmp_path: Path) -> None:
    write_jsonlines(tmp_path / "x.jsonl", [Need(id="n", title="题")])
    assert (tmp_path / "x.jsonl").read_text(
        "utf-8"
    ) == '{"id": "n", "title": "题", "text": "", "kind": "need"}\n'


def test_json_lines_survive_readers_that_part_lines_at_unicode_separators(tmp_path: Path) -> None:
    record = Need(id="n", title="甲\u2028乙\u2029丙\x85丁")
    write_jsonlines(tmp_path / "x.jsonl", [record])
    assert len((tmp_path / "x.jsonl").read_text("utf-8").splitlines()) == 1
    assert read_back(tmp_path / "x.jsonl") == [record]


def test_no_records_make_an_empty_jsonl(tmp_path: Path) -> None:
    write_jsonlines(tmp_path / "x.jsonl", [])
    assert (tmp_path / "x.jsonl").read_bytes() == b""


# Line ends are told apart by no spreadsheet; control characters by no record.
_control = "".join(map(chr, (*range(9), *range(11, 32), 127)))
_marks = st.characters(codec="utf-8", exclude_characters=f"{_control}\ufffe\uffff")
texts = st.text(_marks, max_size=80)
#: 无 and the like are no names: an importer refuses them.
named = texts.filter(lambda text: bool(text.strip()) and not vocabulary().is_open(text))
_words = st.text(st.sampled_from("石墨烯膜abcXYZ09αβ=+-@'\""), min_size=1, max_size=8)
words = st.lists(_words, unique=True, max_size=4)
indicators = st.lists(
    st.text(st.sampled_from("率≤≥%kgMPa=+-@'\"'"), max_size=12).map("破碎{}".format), max_size=3
)
stages = st.none() | st.integers(1, 9)
modes = st.lists(st.sampled_from(Mode), unique=True)
regions = st.sampled_from(["", "陕西省商洛市", "陕西省西安市"])
counties = st.sampled_from(["", "商州区", "镇安县"])
deadlines = st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31))
budgets = st.sampled_from(["", "50", "不超过200万元", "面议"])


@st.composite
def any_record(draw: st.DrawFn) -> Record:
    common: dict[str, Any] = {"id": draw(texts), "county": draw(counties), "region": draw(regions)}
    common["text"] = draw(texts)
    kind = draw(st.sampled_from(Kind))
    if kind is Kind.NEED:
        return Need(
            **common, title=draw(named), enterprise=draw(texts), indicators=draw(indicators),
            deadline=draw(deadlines), budget=draw(budgets),
            modes=draw(modes), ip_wanted=draw(st.none() | st.sampled_from(Ownership)), min_stage=draw(stages),
        )  # fmt: skip
    if kind is Kind.ACHIEVEMENT:
        return Achievement(
            **common, title=draw(named), institution=draw(texts), ip=draw(texts), terms=draw(texts),
            form=draw(texts), registration_number=draw(texts), stage=draw(stages), modes=draw(modes),
        )  # fmt: skip
    return Organization(
        **common, name=draw(named), kind=draw(st.none() | st.sampled_from(OrganizationKind)),
        tier=draw(st.none() | st.sampled_from(Tier)),
    )  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=any_record(), other=any_record())
def test_any_text_survives(tmp_path: Path, suffix: str, record: Record, other: Record) -> None:
    records = [record, other] if record.KIND == other.KIND else [record]
    write_records(tmp_path / f"x{suffix}", records)
    assert read_back(tmp_path / f"x{suffix}") == records


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keywords=words, names=words, indicators=indicators)
def test_lists_of_plain_words_survive(
    tmp_path: Path, suffix: str, keywords: list[str], names: list[str], indicators: list[str]
) -> None:
    for record in (
        Achievement(id="a", title="题", keywords=keywords, inventors=names),
        Need(id="n", title="题", attachments=names, fields=keywords, indicators=indicators),
    ):
        write_records(tmp_path / f"x{suffix}", [record])
        (back,) = read_back(tmp_path / f"x{suffix}")
        assert back == record
