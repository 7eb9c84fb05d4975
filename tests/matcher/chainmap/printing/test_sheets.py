"""The workbook of the map, read back: what is decided and why, gaps, actions, counties, any text, a map of nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.integration import (
    Action,
    ActionKind,
    Collaboration,
    Filler,
    Gap,
    Helper,
    IntegrationMap,
    Lane,
    Missing,
    Overridden,
    Spot,
    Topic,
    Verdict,
    VerdictKind,
)
from matcher.chainmap.printing.sheets import write_sheets
from tests.matcher.chainmap.making import (
    DAY,
    HOSTILE,
    achievement,
    chart,
    firm,
    need,
    organization,
    rich,
)

SHEETS = [
    "总览 overview", "环节 nodes", "裁定 verdicts", "缺口 gaps", "行动 actions", "融通 collaboration", "县区 counties",
    "企业梯队 tiers", "需求 needs", "成果 achievements", "机构 organizations", "新兴方向 topics", "未归链 unplaced",
]  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Any:
    def made(of: IntegrationMap) -> Any:
        write_sheets(tmp_path / "map.xlsx", of)
        return openpyxl.load_workbook(tmp_path / "map.xlsx")

    return made


def rows(page: Any) -> list[dict[str, Any]]:
    """A sheet's rows by the English line of its headings."""
    lines = list(page.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(lines) if "\n" in str(row[0]))
    names = [str(cell).split("\n")[-1] for cell in lines[head]]
    return [dict(zip(names, row, strict=True)) for row in lines[head + 1 :] if any(row)]


def test_every_list_has_its_sheet_with_the_date_above(book: Any) -> None:
    made = book(rich())
    assert made.sheetnames == SHEETS
    assert all(DAY.isoformat() in made[name].cell(2, 1).value for name in SHEETS)


def test_a_need_says_where_it_stands_how_sure_and_what_is_nearest(book: Any) -> None:
    found = {row["id"]: row for row in rows(book(rich())["需求 needs"])}
    assert set(found) == {"n-cold", "n-mould", "n-colour", "n-cell"}  # n-odd is on no node
    colour = found["n-colour"]
    assert (colour["key of the node"], colour["confidence"], colour["met"]) == (
        "nuts/freezing",
        0.9,
        "有 met",
    )
    assert colour["also relevant"] == "板栗核桃 · 果仁食品 70%"
    assert "a-colour成果（商洛丹江学院）：较强相关 fairly strong，把握 82%" in colour["best answers"]
    assert colour["best probability"] == 0.82
    assert found["n-mould"]["met"] == "无 unmet"
    assert found["n-mould"]["best probability"] is None


def test_an_achievement_says_which_met_needs_it_answers(book: Any) -> None:
    found = {row["id"]: row for row in rows(book(rich())["成果 achievements"])}
    assert found["a-colour"]["needs it may answer"] == "n-colour的难题（秦岭栗业股份有限公司）"
    assert found["a-cold"]["needs it may answer"] is None  # its need is unmet
    assert (found["a-colour"]["local"], found["a-cold"]["local"]) == ("本地 local", "外地 elsewhere")
    assert found["a-carbon-3"]["lane"] == "阶段不明 stage unknown"


def test_a_persons_verdict_stands_beside_what_the_rule_said(book: Any) -> None:
    said = Verdict(
        verdict=VerdictKind.BUILD, rule="thin", by_rule=VerdictKind.THIN, zh="只有 1 条记录", en="only 1 record",
        numbers={"records": 1}, date=DAY, records=("need:n-1", "need:gone"),
        overridden=Overridden(verdict=VerdictKind.BUILD, reason="市里要上新项目", who="wang", at="2026-11-20T08:00:00Z"),
    )  # fmt: skip
    made = book(chart([need("n-1", "nuts/shells")], {"nuts/shells": said}))
    row = next(each for each in rows(made["裁定 verdicts"]) if each["key"] == "nuts/shells")
    assert (row["verdict"], row["by the rules"], row["rule"]) == (
        "建链 build",
        "证据不足 thin evidence",
        "thin",
    )
    assert (row["override: reason"], row["by whom"]) == ("市里要上新项目", "wang")
    assert row["why"] == "只有 1 条记录\nonly 1 record"
    assert row["numbers"] == "records = 1"
    assert row["date"].date() == DAY
    assert row["records"] == "n-1的难题\nneed:gone"
    assert row["keys of records"] == "need:n-1、need:gone"


def todo() -> IntegrationMap:
    records = [
        firm("o-1", "nuts/kernels", Tier.CHAIN_LEADER, title="秦岭栗业"), need("n-1", "nuts/storage", owner="秦岭栗业"),
        need("n-2", "nuts/storage"), achievement("a-1", "nuts/storage"),
        organization("o-2", OrganizationKind.PILOT_BASE, "nuts/kernels"), achievement("a-2", title="低空航线"),
    ]  # fmt: skip
    return chart(
        records,
        gaps=(
            Gap(node="nuts/storage", weight=2.5, zh="两条需求无人能答", en="two needs without an answer", needs=("n-1", "n-2"),
                fillers=(Filler(key="achievement:a-1", zh="秦岭大学最接近", en="nearest", probability=0.4),),
                missing=(Missing(kind=OrganizationKind.PILOT_BASE, after=Lane.LAB, before=Lane.PILOT, zh="缺中试", en="no pilot",
                                 nearest=("organization:o-2",)),)),
        ),
        actions=(
            Action(chain="nuts", kind=ActionKind.SEND_NEEDS, weight=2, zh="送两条需求", en="send two needs",
                   nodes=("nuts/storage",), needs=("n-1", "n-2"), achievements=("a-1",),
                   organizations=("organization:o-2",), institutions=("秦岭大学",), counties=("商州区",)),
        ),
        collaborations=(
            Collaboration(leader="organization:o-1", chain="nuts", needs=("n-1",), helpers=(
                Helper(key="achievement:a-1", need_id="n-1", zh="能答", en="answers", probability=0.4),)),
        ),
        topics=(Topic(id="t", zh="低空经济", terms=("低空", "航线"), records=("achievement:a-2",), near="energy/stations"),),
    )  # fmt: skip


def test_gaps_actions_and_leaders_name_records_not_numbers(book: Any) -> None:
    made = book(todo())
    (gap,) = rows(made["缺口 gaps"])
    assert (gap["no."], gap["node"], gap["unmet needs"]) == (1, "板栗核桃 · 采后贮运与保鲜", 2)
    assert gap["which needs"] == "n-1的难题（秦岭栗业）\nn-2的难题"
    assert gap["who could fill it"] == "秦岭大学最接近 nearest"
    assert (gap["missing between the lanes"], gap["nearest"]) == ("缺中试", "o-2机构")
    (action,) = rows(made["行动 actions"])
    assert (action["chain"], action["needs brought nearer"]) == ("板栗核桃", 2)
    assert action["with whom"] == "秦岭大学、o-2机构"
    assert action["achievements"] == "a-1成果（秦岭大学）"
    (leader,) = rows(made["融通 collaboration"])
    assert (leader["chain leader"], leader["need"]) == ("秦岭栗业", "n-1的难题（秦岭栗业）")
    assert (leader["team or firm"], leader["probability"]) == ("a-1成果（秦岭大学）", 0.4)
    (topic,) = rows(made["新兴方向 topics"])
    assert (topic["topic"], topic["records"], topic["nearest node"]) == (
        "低空经济",
        1,
        "光伏储能 · 储能电站",
    )
    assert [row["id"] for row in rows(made["未归链 unplaced"])] == ["a-2"]


def test_counties_are_told_by_node_and_by_tier(book: Any) -> None:
    made = book(rich())
    storage = [row for row in rows(made["县区 counties"]) if row["key"] == "nuts/storage"]
    assert [(row["county"], row["needs"], row["local firms"]) for row in storage] == [
        ("商州区", 1, 0),
        ("镇安县", 1, 1),
    ]
    tiers = {row["county"]: row for row in rows(made["企业梯队 tiers"])}
    assert (tiers["商州区"]["chain leader"], tiers["商州区"]["high-tech enterprise"], tiers["商州区"]["in all"]) == (1, 1, 2)  # fmt: skip
    assert (tiers["镇安县"]["seed"], tiers["山阳县"]["in all"]) == (1, 1)


def test_any_text_is_only_text(book: Any) -> None:
    made = book(rich())
    cells = [cell for page in made for row in page.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any(cell.value == HOSTILE for cell in cells)


def test_a_map_of_nothing_says_so_and_opens(book: Any) -> None:
    made = book(IntegrationMap(date=DAY))
    assert made.sheetnames == SHEETS
    for page in made:
        above = " ".join(str(row[0]) for row in page.iter_rows(max_row=6, values_only=True) if row[0])
        assert "还没有记录" in above
    assert rows(made["需求 needs"]) == []


def test_a_record_on_a_node_that_the_map_has_no_more_is_listed_as_unplaced(book: Any) -> None:
    odd = need("n-1").model_copy(update={"spots": (Spot(node="gone/node", confidence=0.8),)})
    made = book(chart([odd]))
    assert [row["id"] for row in rows(made["未归链 unplaced"])] == ["n-1"]
