"""The workbook of a roadshow, opened again: every meeting in each of its sheets, and no formula."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.sheets import write_sheets
from tests.matcher.roadshow import handmade

Rows = list[tuple[object, ...]]


def sheets(tmp_path: Path, plan: Plan) -> dict[str, Rows]:
    """The rows below the headings of each sheet."""
    write_sheets(tmp_path / "r.xlsx", plan)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    found = {}
    for sheet in book:
        assert sheet.freeze_panes is not None
        head = int(str(sheet.freeze_panes)[1:]) - 1
        assert sheet.print_title_rows == f"${head}:${head}"
        assert str(sheet.page_setup.paperSize) == "9"
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        found[sheet.title] = list(sheet.iter_rows(min_row=head + 1, values_only=True))
    return found


def test_every_meeting_stands_in_each_sheet_that_it_belongs_to(tmp_path: Path) -> None:
    plan = handmade.day()
    found = sheets(tmp_path, plan)
    assert list(found) == [
        "议程 agenda", "对接表 meetings", "桌次表 timetable", "按企业 by enterprise", "按团队 by team", "按桌 by table",
        "未安排 unplaced", "说明 about",
    ]  # fmt: skip
    count = len(plan.meetings)
    assert len(found["对接表 meetings"]) == count
    assert len(found["按桌 by table"]) == count
    grid = [str(cell) for row in found["桌次表 timetable"] for cell in row[1:] if cell]
    assert len(grid) == count
    first = min(plan.meetings, key=lambda one: (one.start, one.table))
    row = found["对接表 meetings"][0]
    assert row[:6] == ("14:00–14:20", "二号厅", first.table, "商洛市第1矿业材料有限公司", "洛南县", "王2团队")
    assert row[9:] == ("4 强相关 strong", "是 yes")
    met = Counter(one[0] for one in found["按企业 by enterprise"] if one[3] == "洽谈 meeting")
    assert met == {f"商洛市第{number}矿业材料有限公司": 2 for number in range(1, 12)}
    taught = Counter(one[0] for one in found["按团队 by team"] if one[3] == "洽谈 meeting")
    assert sum(taught.values()) == count
    assert found["未安排 unplaced"][0][:3] == ("商洛市第12矿业材料有限公司", 0, 1)
    assert [row[2] for row in found["议程 agenda"]][1:5] == [f"第{n}号高强陶粒制备技术" for n in range(1, 5)]


def test_a_replan_says_who_must_be_told_what(tmp_path: Path) -> None:
    found = sheets(tmp_path, handmade.replanned())["变更 changes"]
    assert len(found) == 3
    moved = next(row for row in found if row[1] and row[2])
    assert str(moved[1]).startswith("14:00–14:20")
    assert str(moved[2]).startswith("15:15–15:35")
    assert "第1矿业" in str(moved[0])
    assert all(row[1] and not row[2] for row in found if row is not moved)


def test_a_route_is_told_stop_by_stop(tmp_path: Path) -> None:
    found = sheets(tmp_path, handmade.visits())
    assert list(found) == ["走访路线 route", "按企业 by enterprise", "按团队 by team", "说明 about"]
    assert [row[:4] for row in found["走访路线 route"]] == [
        (1, "09:20–10:10", 20, "商洛市第1矿业材料有限公司"),
        (2, "10:40–11:30", 20, "商洛市第5矿业材料有限公司"),
        (3, "13:20–14:10", 20, "商洛市第9矿业材料有限公司"),
    ]
    assert "王1团队" in str(found["走访路线 route"][0][6])


@pytest.mark.parametrize("make", [handmade.hostile, handmade.ids_only, handmade.infeasible])
def test_any_plan_is_a_workbook(tmp_path: Path, make: object) -> None:
    assert callable(make)
    assert sheets(tmp_path, make())["说明 about"]
