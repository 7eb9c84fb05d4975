"""Cells as people fill them in: what is read, and what is refused rather than guessed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.cells import ticked
from corpora.errors import UnreadableValue
from corpora.values import (
    find_price,
    read_date,
    read_indicators,
    read_list,
    read_modes,
    read_money,
    read_ownership,
    read_place,
    read_stage,
)

READERS: list[Callable[[Any], Any]] = [
    read_money, read_date, read_stage, read_modes, read_ownership, read_list, read_indicators, read_place,
    find_price,
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("50", 50, 50), (50, 50, 50), (50.5, 50.5, 50.5), ("50万", 50, 50), ("50 万 元", 50, 50),
        ("50w", 50, 50),
        ("５０万元", 50, 50), ("50万元整", 50, 50), ("人民币50万元", 50, 50), ("¥50万", 50, 50),
        ("RMB 50万", 50, 50),
        ("约50万元", 50, 50), ("50万左右", 50, 50), ("预计50万", 50, 50), ("50万（含税）", 50, 50),
        ("50万元(可面议)", 50, 50),
        ("50-100万元", 50, 100), ("50~100万", 50, 100), ("50—100 万", 50, 100), ("50～100万元", 50, 100),
        ("50至100万元", 50, 100),
        ("50到100万", 50, 100), ("50万-100万元", 50, 100), ("50 -- 100万", 50, 100), ("50-100", 50, 100),
        ("50万元至1亿元", 50, 10_000),
        ("不超过200万元", None, 200), ("200万元以内", None, 200), ("≤200万", None, 200),
        ("＜200万", None, 200), ("100万元内", None, 100),
        ("最高100万元", None, 100), ("低于30万", None, 30), ("100万封顶", None, 100),
        ("不高于60", None, 60),
        ("不低于50万元", 50, None), ("50万元以上", 50, None), ("50万起", 50, None), ("50万+", 50, None),
        ("≥50万", 50, None),
        ("超过50万", 50, None), ("不少于20", 20, None), ("100万元及以上", 100, None),
        ("不低于50万元且不超过100万元", 50, 100), ("100万以上，200万以下", 100, 200),
        ("100万以上200万以下", 100, 200),
        ("500000元", 50, 50), ("3000元", 0.3, 0.3), ("1,000万元", 1000, 1000), ("1，200，000元", 120, 120),
        ("500k", 50, 50),
        ("1.2亿", 12_000, 12_000), ("2千万", 2000, 2000), ("3百万", 300, 300), ("8千元", 0.8, 0.8),
        ("三百万元", 300, 300), ("一百五十万", 150, 150), ("两千万元", 2000, 2000), ("十万元", 10, 10),
        ("贰佰万元", 200, 200),
        ("五十至八十万元", 50, 80), ("100余万元", 100, 100), ("0", 0, 0), ("自筹50万", 50, 50),
        ("50 万元/项", 50, 50),
        ("20万元/年，做两年", 20, None), ("每年50万元，共3年", 50, None), ("9999", 9999, 9999),
    ],
)  # fmt: skip
def test_money_is_read_in_wan(written: object, low: float | None, high: float | None) -> None:
    assert read_money(written) == (low, high)


@pytest.mark.parametrize(
    "written", ["", None, "面议", "/", "无", "待定", "双方协商", "不限", " 面 议 ", "TBD", "n/a"]
)
def test_money_may_be_left_open(written: object) -> None:
    assert read_money(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "10000", 500000, "¥500000", "￥5000", "100万美元", "USD 100", "€50", "50%", "销售额的3%",
        "50万元/台", "每亩2000元",
        "2027年", "2023-2025", "3个月", "50台", "-5", -5, "5,10", "1e5", "1 2 3", "100-50万元", "50—",
        "50万元;100万元",
        "总投资500万，其中研发50万", "第一期20万元", "20万+10万", "几十万", "上百万", "百万", "五六十万",
        "十几万", "万元", "零",
        "半年", "有一点", True, float("nan"), float("inf"), "9" * 400, "99999999999万元", ["50"], {"a": 1},
        "5" * 100_000,
    ],
)  # fmt: skip
def test_money_that_no_rule_understands_is_refused(written: object) -> None:
    with pytest.raises(UnreadableValue):
        read_money(written)


def test_a_refusal_quotes_the_cell_and_says_what_to_write() -> None:
    with pytest.raises(UnreadableValue, match=r"“50-100万元”.*（现为“大概3台的钱”） / .*found '大概3台的钱'"):
        read_money("大概3台的钱")


@pytest.mark.parametrize(
    ("terms", "price"),
    [
        ("转让费80万元", (80, 80)), ("普通许可80万元至100万元", (80, 100)),
        ("80-120万元，可分期", (80, 120)),
        ("转让价1,000万元", (1000, 1000)), ("转让价不低于50万元", (50, None)),
        ("作价200万元入股，占股20%", (200, 200)),
        ("五十万元", (50, 50)), ("2027年前转让，80万", (80, 80)), ("许可费3000元", (0.3, 0.3)),
        ("80万元左右，可面议", (80, 80)),
        ("转让80万元，或许可入门费10万", None), ("面议", None), ("", None), ("销售额提成3%", None),
        ("第3代产品", None), ("2027年", None),
    ],
)  # fmt: skip
def test_the_one_price_that_terms_name_is_found(terms: str, price: tuple[float, float] | None) -> None:
    assert find_price(terms) == price


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027-06-30", "2027-06-30"), ("2027/6/30", "2027-06-30"), ("2027.6.30", "2027-06-30"),
        ("2027年6月30日", "2027-06-30"),
        ("2027 年 6 月 30 日", "2027-06-30"), ("2027年6月30号前", "2027-06-30"), ("20270630", "2027-06-30"),
        (20270630, "2027-06-30"),
        ("2027年6月", "2027-06-30"), ("2027-06", "2027-06-30"), ("2027.6", "2027-06-30"),
        ("2027年2月底前", "2027-02-28"),
        ("2028年2月", "2028-02-29"), ("2027年6月上旬", "2027-06-10"), ("2027年6月中旬", "2027-06-20"),
        ("2027年6月下旬", "2027-06-30"),
        ("2027年", "2027-12-31"), ("2027", "2027-12-31"), (2027, "2027-12-31"), ("2027年底", "2027-12-31"),
        ("2027年年底前", "2027-12-31"),
        ("2027年第三季度", "2027-09-30"), ("2027Q3", "2027-09-30"), ("2027年上半年", "2027-06-30"),
        ("2027年中", "2027-06-30"),
        ("2027-06-30 00:00:00", "2027-06-30"), ("2027-06-30T08:00:00Z", "2027-06-30"),
        ("2027-06-30T08:00:00+08:00", "2027-06-30"),
        (datetime(2027, 6, 30, 13), "2027-06-30"), (date(2027, 6, 30), "2027-06-30"), (46568, "2027-06-30"),
        (46568.0, "2027-06-30"),
        ("截止2027年6月", "2027-06-30"), ("截至2027年6月30日", "2027-06-30"),
        ("有效期至2027年6月", "2027-06-30"),
        ("2027-06-30（暂定）", "2027-06-30"), ("2026-01-01至2027-06-30", "2027-06-30"),
        ("2026年1月-2027年6月", "2027-06-30"),
        ("2026.1-2027.6", "2027-06-30"), ("2026年1月—6月", "2026-06-30"), ("2026-2027年", "2027-12-31"),
        ("二〇二七年六月三十日", "2027-06-30"), ("30 June 2027", "2027-06-30"),
        ("Jun 30, 2027", "2027-06-30"), ("June 2027", "2027-06-30"),
    ],
)  # fmt: skip
def test_a_deadline_is_the_last_day_that_is_allowed(written: object, day: str) -> None:
    assert read_date(written) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "长期",
        "尽快",
        "面议",
        "6个月",
        "6个月内",
        "半年",
        "一年",
        "1年内",
        "36月",
        "3-6个月",
        "合同签订后6个月内",
        "签约后1年",
    ],
)
def test_a_deadline_may_be_open_or_a_span(written: object) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "2027-13-01", "2027-02-30", "2027年6月31日", "2027年13月", "30/06/2027", "6月30日", "明年6月",
        "27年6月", "27.6.30", "46568",
        "2027年春节前", "1900-01-01", date(1900, 1, 5), "9999-12-31", "2207-06-30", "1", 12, 0, True,
        float("nan"), float("inf"),
        "2027-06-30或2027-12-31", "2027年6月至2026年6月", "第2期", ["2027"], "2" * 5000,
    ],
)  # fmt: skip
def test_a_date_that_is_none_is_refused(written: object) -> None:
    with pytest.raises(UnreadableValue):
        read_date(written)


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("中试", 6), ("小试", 4), ("产业化", 9), ("基础研究", 1), ("样机", 5), ("小批量", 8),
        ("可产业化", 8), ("初期阶段", 3), ("中期阶段", 6),
        ("成熟应用", 9), ("规模化应用", 9), ("TRL4", 4), ("TRL 4", 4), ("trl-4", 4), ("TRL4-5", 4),
        ("TRL 4～6", 4), ("4", 4), (4, 4),
        (4.0, 4), ("4级", 4), ("第4级", 4), ("四级", 4), ("技术成熟度4级", 4), ("中试（TRL 6）", 6),
        ("中试阶段", 6), ("已完成中试", 6),
        ("TRL5及以上", 5), ("不低于中试", 6), ("小试、中试", 4), ("中试或小试", 4),
        ("小试完成，可进行中试", 4), ("小试→中试", 4),
        ("☑中试 □小试", 6), ("□小试 ☑中试 □产业化", 6), ("小试□ 中试☑ 产业化□", 6), ("[√]中试 [ ]小试", 6),
        ("( )小试 (√)中试", 6),
        ("无人机样机", 5),
        ("不限", None), ("", None), (None, None), ("/", None), ("□小试 □中试", None),
    ],
)  # fmt: skip
def test_a_stage_is_the_lowest_that_the_words_assert(written: object, level: int | None) -> None:
    assert read_stage(written) == level


@pytest.mark.parametrize(
    "written",
    [
        "10", "0", 0, 10, 4.5, -1, True, "TRL10", "TRL0", "第10级", "abc", "未完成中试", "尚未产业化",
        "待产业化", "准备中试", "产业化前期", "产品", "不好说", ["4"], "中" * 1000,
    ],
)  # fmt: skip
def test_a_stage_that_is_none_is_refused(written: object) -> None:
    with pytest.raises(UnreadableValue):
        read_stage(written)


@pytest.mark.parametrize(
    ("written", "modes"),
    [
        ("技术转让", ["transfer"]), ("转让/许可/入股", ["transfer", "license", "equity"]),
        ("转让或许可", ["transfer", "license"]),
        ("技术转让和许可", ["transfer", "license"]), ("许可+入股", ["license", "equity"]),
        ("合作开发 技术转让", ["joint", "transfer"]),
        ("1.转让 2.许可", ["transfer", "license"]), ("联合开发、委托研发", ["joint", "commission"]),
        ("技术转让（专利）", ["transfer"]),
        ("产学研合作", ["joint"]), ("作价入股；合作", ["equity", "joint"]), ("独占许可", ["license"]),
        ("其他：代工", ["other"]), ("融资", ["other"]),
        ("☑技术转让 □技术许可 ☑合作开发", ["transfer", "joint"]), ("□技术转让☑许可", ["license"]),
        ("■技术转让□技术入股", ["transfer"]),
        ("技术转让☑ 技术许可□", ["transfer"]), ("（√）转让（ ）许可", ["transfer"]), ("□转让 □许可", []),
        ("转让、技术转让", ["transfer"]), ("不限", ["other"]), ("均可", ["other"]), ("面议", []), ("", []),
        (None, []),
        (["转让", "license"], ["transfer", "license"]),
    ],
)  # fmt: skip
def test_modes_of_cooperation_keep_their_order(written: object, modes: list[str]) -> None:
    assert read_modes(written) == modes


@pytest.mark.parametrize(
    ("written", "whose"),
    [
        ("归企业所有", "enterprise"), ("企业", "enterprise"), ("甲方", "enterprise"),
        ("归甲方", "enterprise"), ("需方所有", "enterprise"),
        ("双方共有", "shared"), ("共有", "shared"), ("归双方", "shared"), ("归企业与高校共有", "shared"),
        ("企业和高校共同所有", "shared"),
        ("乙方所有", "developer"), ("研发方", "developer"), ("高校所有", "developer"),
        ("归研发方所有，企业有使用权", "developer"),
        ("协商", "negotiable"), ("面议", "negotiable"), ("双方协商", "negotiable"), ("shared", "shared"),
        ("☑归企业所有 □双方共有", "enterprise"), ("□归企业所有  ☑双方共有", "shared"),
        ("归企业所有□ 双方共有☑", "shared"),
        ("", None), ("无", None), ("/", None), (None, None), ("□归企业所有 □双方共有", None),
    ],
)  # fmt: skip
def test_ownership_is_read(written: object, whose: str | None) -> None:
    assert read_ownership(written) == whose


@pytest.mark.parametrize(
    "written", ["123", "谁研发归谁", "是", True, ["x"], "☑归企业所有 ☑双方共有", "企" * 1000]
)
def test_ownership_that_nobody_meant_is_refused(written: object) -> None:
    with pytest.raises(UnreadableValue):
        read_ownership(written)


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("核桃、板栗", ["核桃", "板栗"]), ("核桃，板栗；食用菌", ["核桃", "板栗", "食用菌"]),
        ("核桃 板栗", ["核桃", "板栗"]),
        ("核桃\n板栗\n", ["核桃", "板栗"]), ("核桃、核桃", ["核桃"]), ("1.核桃 2.板栗", ["核桃", "板栗"]),
        ("1、核桃；2、板栗", ["核桃", "板栗"]),
        ("machine learning; deep learning", ["machine learning", "deep learning"]),
        ("张三/李四", ["张三", "李四"]),
        ("李 明、王小二", ["李明", "王小二"]), ("李  明", ["李明"]),
        ("张三（教授）、李四", ["张三(教授)", "李四"]),
        ("A/B测试", ["A/B测试"]), ("C/C复合材料、TCP/IP", ["C/C复合材料", "TCP/IP"]),
        ("2,4-D除草剂", ["2,4-D除草剂"]),
        ("5G、3D打印", ["5G", "3D打印"]), ("", []), (None, []), ("无", []), ("/", []), (5.0, ["5"]),
        (["a", " a", ""], ["a"]),
    ],
)  # fmt: skip
def test_lists_are_parted_where_people_part_them(written: object, items: list[str]) -> None:
    assert read_list(written) == items


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("1.强度≥50MPa；2.成本降低20%", ["强度≥50MPa", "成本降低20%"]),
        ("1、强度≥50；\n2、成本", ["强度≥50", "成本"]),
        ("（1）强度（2）成本", ["强度", "成本"]), ("①强度②成本", ["强度", "成本"]),
        ("一、强度 二、成本", ["强度", "成本"]),
        ("1．强度 2．25℃下增重≤8%", ["强度", "25℃下增重≤8%"]), ("强度1.5倍", ["强度1.5倍"]),
        ("pH 6.5；水分≤10%", ["pH 6.5", "水分≤10%"]),
        ("纯度99.9%。产量5t", ["纯度99.9%", "产量5t"]),
        ("达到GB/T 1.1-2020标准", ["达到GB/T 1.1-2020标准"]),
        ("面积≥5m²", ["面积≥5m²"]), ("无", []), ("", []), (None, []), (5, ["5"]), (["a", " "], ["a"]),
    ],
)  # fmt: skip
def test_indicators_are_one_string_each_as_written(written: object, items: list[str]) -> None:
    assert read_indicators(written) == items


@pytest.mark.parametrize(
    ("text", "region", "county"),
    [
        ("陕西省商洛市镇安县", "陕西省商洛市", "镇安县"), ("商洛市镇安县永乐街道", "商洛市", "镇安县"),
        ("镇安县", "", "镇安县"), ("镇安", "", "镇安县"),
        ("商洛镇安", "商洛", "镇安县"), ("陕西 商洛 山阳", "陕西商洛", "山阳县"),
        ("陕西省/商洛市/山阳县", "陕西省商洛市", "山阳县"), ("商州", "", "商州区"),
        ("镇安县科技局", "", "镇安县"), ("陕西省商洛市", "陕西省商洛市", ""), ("陕西商洛", "陕西商洛", ""),
        ("陕西", "陕西", ""), ("西安", "西安", ""),
        ("西安市雁塔区长安南路1号", "西安市", "雁塔区"), ("北京海淀区", "北京", "海淀区"),
        ("上海市浦东新区张江", "上海市", "浦东新区"),
        ("内蒙古自治区呼和浩特市", "内蒙古自治区呼和浩特市", ""),
        ("浙江省金华市义乌市", "浙江省金华市", "义乌市"), ("杨凌示范区", "杨凌示范区", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_place_is_parted_into_region_and_county(text: str, region: str, county: str) -> None:
    assert read_place(text) == (region, county)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("☑甲 □乙", ["甲"]), ("甲☑ 乙□", ["甲"]), ("□甲 □乙", []), ("甲、乙", None), ("√甲", ["甲"]),
        ("□甲☑乙", ["乙"]), ("☑甲(含乙) □丙", ["甲(含乙)"]),
        ("☑ 甲 □ 乙", ["甲"]), ("●甲 ○乙", ["甲"]), ("[√]甲 [ ]乙", ["甲"]),
    ],
)  # fmt: skip
def test_boxes_before_or_behind_their_choice(text: str, choices: list[str] | None) -> None:
    assert ticked(text) == choices


CELLS = (
    st.text()
    | st.text(
        alphabet="0123456789.,-~至万亿元年月日个级第上下旬季度半不超过低于以内起（）()/%+ 一十百☑□TRL、；\n"
    )
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.none()
    | st.dates()
    | st.datetimes()
    | st.lists(st.text() | st.integers() | st.none())
    | st.dictionaries(st.text(), st.text())
)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@given(cell=CELLS)
@settings(max_examples=300, deadline=1000)
def test_whatever_a_cell_holds_it_is_read_or_refused(read: Callable[[Any], Any], cell: Any) -> None:
    reason = ""
    try:
        read(cell)
    except UnreadableValue as error:
        reason = str(error)
    assert "\n" not in reason
    assert len(reason) < 400


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize(
    "piece",
    [
        "1", "1.", "(", ")", "()", "(1)", "以上", "□", "☑", "☑中", "中", "一", "十", "百", "-", "至",
        "1-", "、", "/", " ", "\n", "2027", "年", "１、", "trl", "市", "陕西", "<", "[", "√", "多",
        "1,000", "a", ".", "万", "元", "1万", "级", "或", "，",
    ],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_a_megabyte_of_anything_is_answered_at_once(read: Callable[[Any], Any], piece: str) -> None:
    for text in (piece * 400, piece * (20_000 // len(piece)), piece * (2**20 // len(piece))):
        with contextlib.suppress(UnreadableValue):
            read(text + "x")


def test_an_endless_integer_is_refused() -> None:
    with pytest.raises(UnreadableValue, match="数字太大"):
        read_money(10**5000)
