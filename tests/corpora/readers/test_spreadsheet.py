"""Workbooks as offices send them: whatever stands around a table, its rows come out right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from corpora.errors import UnreadableFile
from corpora.readers import Rejection, Row, read_rows, to_record
from corpora.records import Achievement, Need, Organization, Record
from corpora.vocabulary import Kind

Rows = Sequence[Sequence[Any]]
NEEDS = ["需求名称", "企业名称", "经费预算（万元）", "联系人", "联系电话"]
FIRST = ["核桃脱青皮用水太多", "甲公司", 50, "王工", "13900000001"]
SECOND = ["香菇烘干颜色发黑", "乙公司", "80-100", "李工", "13900000002"]


def book(path: Path, sheets: Mapping[str, Rows], merges: Sequence[str] = ()) -> Path:
    """A workbook of the given sheets; `merges` are ranges of the first."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        page = workbook.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None:
                    page.cell(r, c, value)
    for merge in merges:
        workbook.worksheets[0].merge_cells(merge)
    workbook.save(path)
    return path


def records(path: Path, **options: Any) -> list[Any]:
    """The file's records; a rejected row fails the test."""
    found = [to_record(row) for row in read_rows(path, **options)]
    assert all(isinstance(each, Record) for each in found), found
    return found


def rejections(path: Path, **options: Any) -> list[Rejection]:
    return [
        each
        for row in read_rows(path, **options)
        if isinstance(found := to_record(row), list)
        for each in found
    ]


def titles(path: Path) -> list[str]:
    return [record.label for record in records(path)]


def only(path: Path, **options: Any) -> Any:
    (record,) = records(path, **options)
    return record


def need_with(tmp_path: Path, heading: str, value: Any) -> Need:
    record = only(
        book(tmp_path / "x.xlsx", {"Sheet1": [["需求名称", heading], ["甲题", value]]}), kind=Kind.NEED
    )
    assert isinstance(record, Need)
    return record


def achievement_with(tmp_path: Path, heading: str, value: Any) -> Achievement:
    record = only(
        book(tmp_path / "x.xlsx", {"Sheet1": [["成果名称", heading], ["甲果", value]]}), kind=Kind.ACHIEVEMENT
    )
    assert isinstance(record, Achievement)
    return record


TITLE = ["商南县2026年企业技术需求汇总表"]
NOTE = ["填报说明：带*的为必填项；每行一项。"]
UNIT = ["填报单位：商南县科技局", None, None, "填报日期：2026年10月"]


@pytest.mark.parametrize(
    "above",
    [
        [],
        [TITLE],
        [TITLE, NOTE],
        [TITLE, [], UNIT],
        [[], [], TITLE, UNIT, []],
        [[None, None, "附件2"], TITLE],
    ],
)
@pytest.mark.parametrize(
    "below",
    [
        [],
        [[], []],
        [["合计", None, 150]],
        [["合  计", "2家", 150, "", ""]],
        [["填表人：张三", None, "审核：李四", "日期：2026年10月"]],
        [[], ["备注：以上信息由企业提供。"]],
        [["以上信息属实，单位（盖章）："]],
        [[None, None, None, None, None], [3], [4], [5]],
    ],
)
def test_what_stands_around_a_table_is_no_row(tmp_path: Path, above: Rows, below: Rows) -> None:
    path = book(tmp_path / "x.xlsx", {"Sheet1": [*above, NEEDS, FIRST, [], SECOND, *below]})
    found = records(path) if [3] not in below else records(path)[:2]
    assert [(each.title, each.enterprise, each.budget) for each in found] == [
        ("核桃脱青皮用水太多", "甲公司", "50万元"),
        ("香菇烘干颜色发黑", "乙公司", "80-100万元"),
    ]
    assert [each.contact.phone for each in found] == ["13900000001", "13900000002"]


def test_numbers_filled_in_beforehand_are_no_rows(tmp_path: Path) -> None:
    rows = [["序号", *NEEDS], [1, *FIRST], *([number] for number in range(2, 51))]
    assert titles(book(tmp_path / "x.xlsx", {"Sheet1": rows})) == ["核桃脱青皮用水太多"]


def test_the_header_again_on_every_printed_page_is_no_row(tmp_path: Path) -> None:
    rows = [TITLE, NEEDS, FIRST, TITLE, NEEDS, SECOND]
    path = book(tmp_path / "x.xlsx", {"Sheet1": rows}, ["A1:E1", "A4:E4"])
    assert titles(path) == ["核桃脱青皮用水太多", "香菇烘干颜色发黑"]


def test_a_second_table_below_has_its_own_columns(tmp_path: Path) -> None:
    rows = [
        NEEDS,
        FIRST,
        [],
        ["企业名称", "需求名称", "考核指标", "联系人"],
        ["乙公司", "香菇烘干", "含水率≤12%", "李工"],
    ]
    first, second = records(book(tmp_path / "x.xlsx", {"Sheet1": rows}))
    assert (first.title, second.title) == ("核桃脱青皮用水太多", "香菇烘干")
    assert second.indicators == ["含水率≤12%"]
    assert second.enterprise == "乙公司"


def test_a_line_across_the_table_parts_it_and_is_no_row(tmp_path: Path) -> None:
    rows = [NEEDS, ["一、商州区"], FIRST, ["二、洛南县"], SECOND]
    path = book(tmp_path / "x.xlsx", {"Sheet1": rows}, ["A2:E2", "A4:E4"])
    assert titles(path) == ["核桃脱青皮用水太多", "香菇烘干颜色发黑"]


TWO_LEVELS = [
    ["序号", "企业信息", None, "技术需求", None, None, "联系方式", None, None],
    [None, "名称", "地址", "名称", "内容", "考核指标", "联系人", "电话", "邮箱"],
    [
        1,
        "甲公司",
        "陕西省商洛市商州区",
        "核桃脱青皮",
        "用水太多",
        "用水≤1吨",
        "王工",
        "0914-2312345",
        "w@example.com",
    ],
]
MERGED_HEADS = ["A1:A2", "B1:C1", "D1:F1", "G1:I1"]


@pytest.mark.parametrize("title", [True, False])
def test_headings_in_two_levels(tmp_path: Path, title: bool) -> None:
    rows: Rows = [TITLE, *TWO_LEVELS] if title else TWO_LEVELS
    merges = ["A1:I1", "A2:A3", "B2:C2", "D2:F2", "G2:I2"] if title else MERGED_HEADS
    need = only(book(tmp_path / "x.xlsx", {"Sheet1": rows}, merges))
    assert (need.enterprise, need.title, need.text) == ("甲公司", "核桃脱青皮", "用水太多")
    assert (need.region, need.county, need.indicators) == ("陕西省商洛市", "商州区", ["用水≤1吨"])
    assert need.contact.model_dump() == {"name": "王工", "phone": "0914-2312345", "email": "w@example.com"}


def test_a_rejection_names_both_levels_of_the_heading(tmp_path: Path) -> None:
    rows = [
        ["企业", None, "需求", None],
        ["名称", "县区", "名称", "预算（万元）"],
        ["甲", "商州区", "核桃", "看情况"],
    ]
    (refused,) = rejections(book(tmp_path / "x.xlsx", {"Sheet1": rows}, ["A1:B1", "C1:D1"]))
    assert (refused.sheet, refused.row, refused.column, refused.value) == (
        "Sheet1",
        3,
        "D 需求|预算（万元）",
        "看情况",
    )


def test_merged_cells_hold_for_every_row_that_they_cover(tmp_path: Path) -> None:
    rows = [
        ["县区", "企业名称", "需求名称", "预算（万元）"],
        ["商州区", "甲公司", "核桃脱青皮", 10],
        [None, None, "核桃烘干", 20],
        [None, "乙公司", "香菇烘干", 30],
        ["洛南县", "丙公司", "石材切割", 40],
    ]
    found = records(book(tmp_path / "x.xlsx", {"Sheet1": rows}, ["A2:A4", "B2:B3"]))
    assert [(each.county, each.enterprise, each.title) for each in found] == [
        ("商州区", "甲公司", "核桃脱青皮"),
        ("商州区", "甲公司", "核桃烘干"),
        ("商州区", "乙公司", "香菇烘干"),
        ("洛南县", "丙公司", "石材切割"),
    ]


def test_a_merge_beyond_the_last_row_makes_no_rows(tmp_path: Path) -> None:
    rows = [["县区", "需求名称", "企业名称"], ["商州区", "核桃脱青皮", "甲"]]
    assert len(records(book(tmp_path / "x.xlsx", {"Sheet1": rows}, ["A2:A40"]))) == 1


def test_sheets_of_several_kinds_in_one_workbook(tmp_path: Path) -> None:
    path = book(
        tmp_path / "产学研对接材料.xlsx",
        {
            "填报说明": [["一、需求名称：不超过30字"], ["二、企业名称：填全称"], ["三、联系电话：填手机"]],
            "科技成果": [["项目名称", "完成单位", "成熟度"], ["核桃脱青皮机", "某大学", "中试"]],
            "技术需求": [["项目名称", "单位名称", "合作方式"], ["核桃脱青皮", "甲公司", "合作开发"]],
            "企业名录": [["企业名称", "所属行业", "联系人"], ["甲公司", "食品加工", "王工"]],
            "空白": [],
        },
    )
    found = records(path)
    assert [type(each) for each in found] == [Achievement, Need, Organization]
    assert [each.label for each in found] == ["核桃脱青皮机", "核桃脱青皮", "甲公司"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out(tmp_path: Path, state: str) -> None:
    path = book(tmp_path / "x.xlsx", {"需求": [NEEDS, FIRST], "旧": [NEEDS, SECOND]})
    workbook = openpyxl.load_workbook(path)
    workbook["旧"].sheet_state = state
    workbook.save(path)
    assert titles(path) == ["核桃脱青皮用水太多"]


def test_columns_in_any_order_and_unknown_ones(tmp_path: Path) -> None:
    rows = [
        ["电话", "备注", "考核指标", "是否公开", "需求名称", "填报日期", "企业名称", "需求类型"],
        [
            13900000001,
            "急",
            "1.用水≤1吨；2.破损率≤3%",
            "是",
            "核桃脱青皮",
            date(2026, 10, 1),
            "甲公司",
            "技术攻关",
        ],
    ]
    need = only(book(tmp_path / "x.xlsx", {"Sheet1": rows}))
    assert (need.title, need.enterprise, need.contact.phone) == ("核桃脱青皮", "甲公司", "13900000001")
    assert need.indicators == ["用水≤1吨", "破损率≤3%"]
    assert need.deadline is None
    assert "急" not in str(need)


def test_several_columns_of_text_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [
        ["成果名称", "成果简介", "主要技术指标", "创新点"],
        ["脱青皮机", "滚筒脱皮。", "用水≤1吨。", None],
    ]
    assert only(book(tmp_path / "x.xlsx", {"Sheet1": rows})).text == "滚筒脱皮。\n用水≤1吨。"


def test_a_need_without_a_column_for_titles_goes_by_its_text(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "技术需求内容", "联系人"],
        ["甲公司", "核桃脱青皮用水太多，想省一半。最好两个人能看住。", "王工"],
    ]
    need = only(book(tmp_path / "x.xlsx", {"Sheet1": rows}))
    assert isinstance(need, Need)
    assert need.title == "核桃脱青皮用水太多，想省一半"
    assert need.text.startswith(need.title)


def test_a_row_without_its_title_is_rejected_not_guessed(tmp_path: Path) -> None:
    rows = [["需求名称", "企业名称", "需求内容"], [None, "甲公司", "核桃脱青皮"]]
    (refused,) = rejections(book(tmp_path / "x.xlsx", {"Sheet1": rows}))
    assert (refused.row, refused.column) == (2, "A 需求名称")
    assert "缺少需求名称" in refused.reason


FORM = [
    ["技术需求征集表"],
    ["需求名称", "核桃脱青皮用水太多", None, None],
    ["企业名称", "甲公司", "所属领域", "食品加工、农机"],
    ["统一社会信用代码", "91610000000000000X", "所在县区", "商州"],
    ["完成时限", datetime(2027, 6, 30), "经费预算（万元）", 50],
    ["合作方式", "☑合作开发 □技术转让", None, None],
    ["最低成熟度", "小试□ 中试☑", "知识产权归属", "企业"],
    ["需求描述（现状、问题）"],
    ["脱一吨核桃要用四吨水。"],
    ["考核指标", "1.用水≤1吨\n2.破损率≤3%", None, None],
    ["联系人", "王工", "联系电话", 13900000001],
    ["邮箱", None, "备注", None],
    ["填表人：张三", None, "日期：2026年10月8日", None],
]
FORM_MERGES = ["A1:D1", "B2:D2", "B6:D6", "A8:D8", "A9:D9", "B10:D10"]


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("margin", [0, 1])
def test_one_record_laid_out_as_a_form(tmp_path: Path, merged: bool, margin: int) -> None:
    rows = [[None] * margin + list(row) for row in FORM]
    letters = str.maketrans("ABCD", "BCDE") if margin else {}
    merges = (
        [each.translate(letters) for each in FORM_MERGES]
        if merged
        else FORM_MERGES[3:5]
        if not margin
        else []
    )
    if not merged and margin:
        rows[7:9] = [[None, "需求描述（现状、问题）", "脱一吨核桃要用四吨水。"]]
    need = only(book(tmp_path / "x.xlsx", {"征集表": rows}, merges))
    assert (need.title, need.enterprise, need.fields) == (
        "核桃脱青皮用水太多",
        "甲公司",
        ["食品加工", "农机"],
    )
    assert (need.county, need.deadline, need.budget) == ("商州区", date(2027, 6, 30), "50万元")
    assert (need.modes, need.min_stage, need.ip_wanted) == (["joint"], 6, "enterprise")
    assert need.text == "脱一吨核桃要用四吨水。"
    assert need.indicators == ["用水≤1吨", "破损率≤3%"]
    assert need.contact.model_dump() == {"name": "王工", "phone": "13900000001", "email": ""}


def test_forms_one_below_the_other_are_several_records(tmp_path: Path) -> None:
    def form(title: str) -> Rows:
        return [["需求名称", title, "企业名称", "甲公司"], ["考核指标", "用水≤1吨", "经费预算", "50万"], []]

    assert titles(book(tmp_path / "x.xlsx", {"征集表": [*form("一题"), *form("二题"), *form("三题")]})) == [
        "一题",
        "二题",
        "三题",
    ]


def test_a_form_with_sections_at_its_left(tmp_path: Path) -> None:
    rows = [
        ["企业信息", "企业名称", "甲公司", "所在县区", "商州区"],
        [None, "联系人", "王工", "联系电话", "13900000001"],
        ["需求信息", "需求名称", "核桃脱青皮", None, None],
        [None, "需求描述", "用水太多", None, None],
    ]
    need = only(book(tmp_path / "x.xlsx", {"表": rows}, ["A1:A2", "A3:A4", "C3:E3", "C4:E4"]))
    assert (need.title, need.text, need.enterprise) == ("核桃脱青皮", "用水太多", "甲公司")
    assert (need.county, need.contact.name) == ("商州区", "王工")


@pytest.mark.parametrize(
    "rows",
    [
        [NEEDS],
        [TITLE, NEEDS, [], []],
        [["需求名称", None, "企业名称", None], ["预算", None, "联系人", None]],
        [["你好"]],
        [[1, 2], [3, 4]],
    ],
)
def test_a_workbook_without_rows_says_what_to_do(tmp_path: Path, rows: Rows) -> None:
    with pytest.raises(UnreadableFile, match=r"没有找到数据.*--kind.*--map"):
        read_rows(book(tmp_path / "x.xlsx", {"Sheet1": rows}))


@pytest.mark.parametrize(
    ("heading", "value", "budget", "low", "high"),
    [
        ("预算（万元）", 50, "50万元", 50, 50), ("预算（万元）", "50-100", "50-100万元", 50, 100),
        ("预算（万元）", "约50左右", "约50万元左右", 50, 50),
        ("预算（万元）", "500000元", "500000元", 50, 50), ("预算（万元）", "面议", "面议", None, None),
        ("预算（元）", 500000, "500000元", 50, 50),
        ("预算（元）", 1234567, "1234567元", 123.4567, 123.4567),
        ("预算（元）", "500000-800000", "500000-800000元", 50, 80),
        ("预算（元）", "50万", "50万", 50, 50), ("预算(亿元)", 0.5, "0.5亿元", 5000, 5000),
        ("预算", 50, "50万元", 50, 50),
        ("预算", "50万", "50万", 50, 50), ("预算（万元）", "不超过50", "不超过50万元", None, 50),
        ("Budget (10k CNY)", 50, "50万元", 50, 50),
        ("Budget (CNY)", 500000, "500000元", 50, 50), ("预算（万元）", "1,000", "1,000万元", 1000, 1000),
    ],
)  # fmt: skip
def test_the_unit_of_a_bare_amount_stands_in_the_heading(
    tmp_path: Path, heading: str, value: object, budget: str, low: float | None, high: float | None
) -> None:
    need = need_with(tmp_path, heading, value)
    assert need.budget == budget
    assert need.budget_range == (None if low is None and high is None else (low, high))


@pytest.mark.parametrize(
    ("note", "budget"),
    [("单位：元", "5000元"), ("金额单位：人民币万元", "5000万元"), ("单位：商洛市科技局", "5000万元")],
)
def test_the_unit_of_all_amounts_may_stand_above_the_table(tmp_path: Path, note: str, budget: str) -> None:
    rows = [["需求汇总表"], [None, None, note], ["需求名称", "企业名称", "预算"], ["甲题", "甲", 5000]]
    assert only(book(tmp_path / "x.xlsx", {"S": rows})).budget == budget


@pytest.mark.parametrize("value", [500000, "500000", "看情况", "50%", "2026年", True])
def test_an_amount_that_nobody_can_be_sure_of_is_rejected(tmp_path: Path, value: object) -> None:
    path = book(tmp_path / "x.xlsx", {"Sheet1": [["需求名称", "预算"], ["甲题", value]]})
    (refused,) = rejections(path, kind=Kind.NEED)
    assert (refused.sheet, refused.row, refused.column) == ("Sheet1", 2, "B 预算")
    assert refused.value == str(value)


def test_a_price_under_a_heading_with_its_unit(tmp_path: Path) -> None:
    assert achievement_with(tmp_path, "意向价格（万元）", 80).price == (80, 80)
    assert achievement_with(tmp_path, "意向价格（万元）", "面议").price is None


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        (13991400001, "13991400001"),
        (13991400001.0, "13991400001"),
        ("13991400001", "13991400001"),
        ("0914-2312345转8", "0914-2312345转8"),
    ],
)
def test_phone_numbers_survive_as_digits(tmp_path: Path, value: object, phone: str) -> None:
    assert need_with(tmp_path, "联系电话", value).contact.phone == phone


def test_a_phone_number_that_lost_its_digits_is_rejected(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Sheet1": [["需求名称", "联系电话"], ["甲题", "1.39914E+10"]]})
    (refused,) = rejections(path, kind=Kind.NEED)
    assert refused.column == "B 联系电话"
    assert "科学计数法" in refused.reason


@pytest.mark.parametrize(
    ("heading", "value", "contact"),
    [
        ("联系人及电话", "王工 13991400001", ("王工", "13991400001", "")),
        ("联系人/联系方式", "王工，0914-2312345，w@example.com", ("王工", "0914-2312345", "w@example.com")),
        ("联系方式", "联系人：王工；电话：13991400001；邮箱：w@x.cn", ("王工", "13991400001", "w@x.cn")),
        ("联系方式", 13991400001, ("", "13991400001", "")),
        ("联系方式", "13991400001、13991400002", ("", "13991400001、13991400002", "")),
        ("联系人", "王工", ("王工", "", "")),
    ],
)  # fmt: skip
def test_a_person_and_a_number_in_one_cell(
    tmp_path: Path, heading: str, value: object, contact: tuple[str, ...]
) -> None:
    assert tuple(need_with(tmp_path, heading, value).contact.model_dump().values()) == contact


def test_a_name_and_ways_to_reach_it_in_two_columns(tmp_path: Path) -> None:
    rows = [["需求名称", "联系人", "联系方式"], ["甲题", "王工", "13991400001 / w@example.com"]]
    contact = only(book(tmp_path / "x.xlsx", {"S": rows})).contact
    assert contact.model_dump() == {"name": "王工", "phone": "13991400001", "email": "w@example.com"}


@pytest.mark.parametrize(
    "value",
    [datetime(2027, 6, 30), date(2027, 6, 30), "2027-06-30", "2027年6月", "2027/6/30", 46568, "2027.06.30"],
)
def test_dates_however_the_cell_holds_them(tmp_path: Path, value: object) -> None:
    assert need_with(tmp_path, "完成时限", value).deadline == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("heading", "value", "field", "expected"),
    [
        ("成熟度", "☑中试 □小试", "stage", 6), ("成熟度", "小试□ 中试☑", "stage", 6),
        ("成熟度", "□小试 □中试", "stage", None),
        ("成熟度", 6.0, "stage", 6), ("成熟度", "TRL6", "stage", 6),
        ("合作方式", "☑技术转让□技术许可☑技术入股", "modes", ["transfer", "equity"]),
        ("所在县区", "镇安", "county", "镇安县"), ("所在县区", "商洛市镇安县", "county", "镇安县"),
        ("推荐单位", "镇安县科技局", "county", "镇安县"),
        ("推荐单位", "某某大学", "county", ""), ("推荐单位", "某某大学", "region", ""),
        ("所在县区", "临渭", "county", "临渭"), ("所在县区", "临渭", "region", ""),
        ("通讯地址", "西安市雁塔区长安南路1号", "region", "西安市"),
        ("通讯地址", "西安市雁塔区长安南路1号", "county", "雁塔区"),
        ("登记号", 9612026001, "registration_number", "9612026001"),
        ("主要完成人", "李 明、王小二", "inventors", ["李明", "王小二"]),
    ],
)  # fmt: skip
def test_what_people_write_in_a_cell(
    tmp_path: Path, heading: str, value: object, field: str, expected: object
) -> None:
    assert getattr(achievement_with(tmp_path, heading, value), field) == expected


@pytest.mark.parametrize(
    ("value", "tier"),
    [
        ("高新技术企业", "high_tech"), ("☑规上 □高企", "above_scale"), ("□规上 □高企", None), ("民营企业", None),
        ("有限责任公司", None), ("大型", None),
    ],
)  # fmt: skip
def test_the_type_of_an_enterprise_may_be_its_tier_or_not(
    tmp_path: Path, value: str, tier: str | None
) -> None:
    rows = [["企业名称", "企业类型", "所属行业"], ["甲公司", value, "食品"]]
    assert only(book(tmp_path / "企业名录.xlsx", {"S": rows})).tier == tier


def test_overrides_point_out_columns_that_nobody_could_know(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Sheet1": [["课题", "谁家的", "钱"], ["核桃", "甲公司", "50万"]]})
    with pytest.raises(UnreadableFile):
        read_rows(path)
    need = only(path, kind=Kind.NEED, overrides={"课题": "title", "谁家的": "enterprise", "钱": "budget"})
    assert (need.title, need.enterprise, need.budget) == ("核桃", "甲公司", "50万")


def test_an_override_leaves_a_column_out(tmp_path: Path) -> None:
    path = book(
        tmp_path / "x.xlsx", {"Sheet1": [["需求名称", "企业名称", "预算"], ["核桃", "甲公司", "看情况"]]}
    )
    assert rejections(path)
    assert only(path, overrides={"预算": ""}).budget == ""


def test_formulas_count_with_the_result_that_is_stored(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    page = workbook.add_worksheet("需求")
    page.write_row(0, 0, ["序号", "需求名称", "预算（万元）"])
    page.write_formula(1, 0, "=ROW()-1", None, "")
    page.write_formula(1, 1, '="核桃"&"脱青皮"', None, "核桃脱青皮")
    page.write_formula(1, 2, "=20+30", None, 50)
    workbook.close()
    need = only(tmp_path / "x.xlsx", kind=Kind.NEED)
    assert (need.title, need.budget) == ("核桃脱青皮", "50万元")


def test_a_formula_without_a_result_is_rejected_where_it_matters(tmp_path: Path) -> None:
    rows = [
        ["序号", "需求名称", "企业名称", "预算（万元）"],
        ["=ROW()-1", "一题", "甲", 10],
        ["=ROW()-1", "二题", "乙", "=10+20"],
    ]
    path = book(tmp_path / "x.xlsx", {"需求": rows})
    (refused,) = rejections(path)
    assert (refused.sheet, refused.row, refused.column) == ("需求", 3, "D 预算（万元）")
    assert "D3" in refused.reason
    assert "粘贴为数值" in refused.reason
    first, _ = map(to_record, read_rows(path))
    assert isinstance(first, Need)


def test_a_formula_that_failed_is_rejected(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    page = workbook.add_worksheet("需求")
    page.write_row(0, 0, ["需求名称", "企业名称", "预算"])
    page.write_row(1, 0, ["核桃", "甲"])
    page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    workbook.close()
    (refused,) = rejections(tmp_path / "x.xlsx")
    assert "#DIV/0!" in refused.reason
    assert refused.column == "C 预算"


def test_a_rejected_row_keeps_all_that_it_said(tmp_path: Path) -> None:
    rows = [["需求名称", "预算", "备注", "联系人", "联系人"], ["核桃", "看情况", "急", "甲", "乙"]]
    (refused,) = rejections(book(tmp_path / "x.xlsx", {"需求": rows}))
    assert list(refused.original.values()) == ["核桃", "看情况", "急", "甲", "乙"]


def test_each_wrong_cell_of_a_row_is_named(tmp_path: Path) -> None:
    rows = [
        ["需求名称", "企业名称", "预算", "完成时限", "最低成熟度"],
        ["核桃" * 200, "甲", "看情况", "2027-13-01", "不好说"],
    ]
    refused = rejections(book(tmp_path / "x.xlsx", {"需求": rows}))
    assert [each.column for each in refused] == ["A 需求名称", "D 完成时限", "C 预算", "E 最低成熟度"]
    assert all(each.row == 2 and " / " in each.reason for each in refused)


def test_a_control_character_is_named_not_swallowed(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"需求": [["需求名称", "企业名称"], ["核桃_x0007_脱皮", "甲"]]})
    results = [to_record(row) for row in read_rows(path)]
    assert all(isinstance(each, Record) or "U+0007" in each[0].reason for each in results)


def test_thousands_of_rows_take_seconds(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "x.xlsx", {"constant_memory": True})
    page = workbook.add_worksheet("成果")
    page.write_row(0, 0, ["成果名称", "完成单位", "成果简介", "成熟度"])
    for number in range(20_000):
        page.write_row(number + 1, 0, [f"成果{number}", "某大学", "说明" * 50, "中试"])
    workbook.close()
    rows = read_rows(tmp_path / "x.xlsx")
    assert len(rows) == 20_000
    assert isinstance(rows[-1], Row)
    assert rows[-1].values["title"] == "成果19999"
