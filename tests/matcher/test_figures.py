"""Figures: numbers are compared as numbers, and only with their like."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.figures import compare
from matcher.quantities import MAX_QUANTITIES, quantities


def status(asked: str, quote: str) -> str | None:
    found = compare(asked, quote)
    return found.status.value if found else None


@pytest.mark.parametrize(
    ("asked", "quote"),
    [
        ("≥67%", "70%"),
        ("≤15mg/L", "出水氨氮稳定在10mg/L以下"),
        ("去壳率≥90%", "去壳率达到95%，破损率3%"),
        ("去壳率不低于90%", "去壳率92.5%以上"),
        ("破损率不超过5%", "去壳率95%，破损率仅为3%"),
        ("破损率小于5％", "破损率：４．８％"),
        ("回收率达到90%", "回收率90%"),
        ("内孔圆度≤0.05mm", "内孔圆度由0.13mm降至0.04mm"),
        ("圆度≤50μm", "圆度0.04mm"),
        ("膜厚≤10微米", "膜厚9800nm"),
        ("处理能力≥1吨/小时", "处理能力1200kg/h"),
        ("产能≥5万吨/年", "产能6万t/a"),
        ("处理能力≥35m³/天", "处理能力36000L/d"),
        ("抗压强度≥3.5MPa", "抗压强度平均4.6兆帕"),
        ("环刚度≥8kPa", "环刚度8.6千牛/平方米"),
        ("钒浓度不低于1.65mol/L", "钒浓度1.68摩尔/升"),
        ("硅≤10ppm", "硅8毫克/千克"),
        ("氨基酸态氮≥0.5克/百毫升", "氨基酸态氮0.61克每百毫升"),
        ("干燥收缩值≤0.45mm/m", "干燥收缩值0.36—0.41毫米/米"),
        ("单套成本≤2万元", "单套成本约18000元"),
        ("单套成本≤20,000元", "单套成本1.9万元"),
        ("出水酸碱度6-9", "出水酸碱度6.7至7.4"),
        ("出水pH值6～9", "出水pH值7.2"),
        ("表面硬度58-62HRC", "表面硬度59—62HRC"),
        ("烘干温度35~40℃", "烘干温度38℃"),
        ("工作温度≥-20℃", "工作温度零下15℃"),
        ("菌落总数≤10^5个", "菌落总数8×10⁴个"),
        ("单位产品气耗下降≥15%", "单位产品气耗平均降18.7%"),
        ("能耗降低20%", "能耗较传统工艺降低25%"),
        ("检测效率提高30%以上", "检测效率提升了35%"),
        ("湿热2000小时功率衰减≤3%", "双85条件2000小时功率下降2.1%"),
        ("零下20℃容量保持率≥65%", "零下20℃容量保持68%"),
        ("非甲烷总烃≤50mg/m³", "排口非甲烷总烃每立方米22毫克"),
        ("每小时≥1.2亩", "生产率每小时1.6亩，挖净率96.8%"),
        ("铜≤20毫克/千克", "铝120毫克/千克、铜15毫克/千克"),
        ("误差≤±3克", "误差±2克"),
        ("一级品率≥八成", "一级品率由61%增至84%"),
        ("removal rate ≥ 67 %", "a removal rate of 70 %"),
        ("accuracy at least 95%", "the accuracy reached 96.2%"),
        ("noise no more than 70 dB", "noise below 65 dB"),
    ],
)  # fmt: skip
def test_met(asked: str, quote: str) -> None:
    assert status(asked, quote) == "met"


@pytest.mark.parametrize(
    ("asked", "quote"),
    [
        ("精度≤0.05mm", "精度±0.1mm"),
        ("≤0.05mm", "精度±0.1mm"),
        ("去壳率≥95%", "去壳率90%，破损率3%"),
        ("处理能力≥2吨/小时", "处理能力1200kg/h"),
        ("出水总磷<0.5mg/L", "出水总磷0.5mg/L"),
        ("表面硬度58-62HRC", "表面硬度52—56HRC"),
        ("单台成本≤1万元", "单台成本12000元以上"),
        ("杂质总量≤25微克/克", "杂质总量由186微克每克降到36微克每克"),
        ("能耗降低30%以上", "能耗降低18%"),
        ("吸水率≤1%，抗压强度≥10MPa", "吸水率0.8%，抗压强度8MPa"),
        ("accuracy at least 95%", "the accuracy reached 92 %"),
    ],
)
def test_unmet(asked: str, quote: str) -> None:
    assert status(asked, quote) == "unmet"


@pytest.mark.parametrize(
    ("asked", "quote"),
    [
        ("去壳率≥90%", "破损率95%"),
        ("漏检率≤1%", "误检率0.5%"),
        ("心部硬度30-42HRC", "表面硬度59—62HRC"),
        ("锂回收率≥95%", "锂浸出率97.5%"),
        ("硫≤0.2%", "脱硫率0.1%"),
        ("圆度≤0.05mm", "圆度0.05%"),
        ("能耗降低15%", "能耗15%"),
        ("回收率≥15%", "回收率提高20%"),
        ("≥67%", "破损率70%"),
        ("去壳率≥90%", "去壳率有望达到95%"),
        ("去壳率≥90%", "去壳率95%的目标没有达到"),
        ("烂棒率≤5%", "对照烂棒率4%"),
        ("碳酸钙≤1.0%", "给矿氟化钙34.6%、碳酸钙19%，精矿分别为97.4%和0.82%"),
        ("总铁≤2毫克/升", "进水酸碱度3.1、总铁168毫克每升，出水铁1.2"),
        ("28天强度≥2.0兆帕", "3天强度0.62兆帕、28天2.4兆帕"),
        ("零下20℃容量保持率≥65%", "零下10℃容量保持90%"),
        ("零下20℃容量保持率≥65%", "容量保持68%"),
        ("保质期≥240天", "保质期8个月"),
        ("回收率≥90%", "回收率80%—95%"),
        ("回收率≥90%", "回收率最高95%"),
        ("每批≥5吨且48小时内完成", "连续运转72小时无停机"),
        ("温度60℃", "温度80℃"),
        ("等级≥3级", "TRL7，GB/T 4754，304不锈钢"),
        ("纯度≥99%", "纯度很高"),
        ("长径比≥3", "长径比1:3"),
        ("回收率≥90%，破损率≤3%", "回收率92%"),
    ],
)  # fmt: skip
def test_unknown(asked: str, quote: str) -> None:
    assert status(asked, quote) == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "", "不使用氢氟酸", "2024年", "2026年6月建成", "2024-05-12", "执行GB/T 4754", "达到TRL7", "304不锈钢管", "Q235钢", "比例1:3",
        "第3级", "1. 去壳", "（2）破损低", "18Ni300粉末", "一种方法", "三家企业", "500mm×300", "阻燃V-0",
    ],
)  # fmt: skip
def test_names_dates_and_numbering_are_no_quantities(text: str) -> None:
    assert [one.written for one in quantities(text) if one.dimension != (("length", 1),)] == []
    assert text.startswith("500") or compare(text, "70%") is None


def test_the_reason_quotes_both_sides_in_both_languages() -> None:
    found = compare("去壳率≥67%", "去壳率70%")
    assert found is not None
    assert found.as_json() == {
        "status": "met", "zh": "要求 ≥67%，成果 70%", "en": "asked ≥67%, offered 70%",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "9" * 20_000, " " * 20_000, "1," * 10_000, "1 " * 10_000, "-" * 20_000, "1%、" * 7_000, "十" * 20_000, "降低" * 10_000,
        "(" * 20_000, "1.2×10^" * 3_000, "每" * 20_000, "1mg/" * 5_000, "较" * 20_000, "比1由" * 7_000,
    ],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    compare(text, text[1:])
    assert time.process_time() - began < 2
    assert len(quantities(text)) <= MAX_QUANTITIES


_PIECES = st.lists(
    st.sampled_from([
        "≥", "≤", "不低于", "降低", "由", "到", "至", "%", "℃", "mg/L", "万元", "×", "^", "10", "3.5", "零下", "±", "-", "~",
        "三", "半", "每", "吨", "分别", "去壳率", "以上", "1e9", "1e99", "10^99", "0", "²", "per", "the", "。", "、", "/",
    ]),
    max_size=12,
).map("".join)  # fmt: skip


@given(st.text(max_size=200) | _PIECES, st.text(max_size=200) | _PIECES)
def test_any_text_is_compared_without_a_fault(asked: str, quote: str) -> None:
    found = compare(asked, quote)
    assert found is None or (found.zh and found.en)
    for one in quantities(quote):
        assert one.low[0] <= one.high[0]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_bound_holds_just_where_the_number_says(least: int, offered: int) -> None:
    assert status(f"产能≥{least}kg", f"产能{offered / 1000}吨") == ("met" if offered >= least else "unmet")
