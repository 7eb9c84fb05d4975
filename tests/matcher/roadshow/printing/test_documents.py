"""The handbook and the signs, opened again: whole, in order, a page each where that is promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx

from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.documents import write_handbook, write_signs
from tests.matcher.roadshow import handmade


def handbook(tmp_path: Path, plan: Plan) -> Any:
    write_handbook(tmp_path / "h.docx", plan)
    return docx.Document(str(tmp_path / "h.docx"))


def headings(document: Any, level: int) -> list[str]:
    return [one.text for one in document.paragraphs if one.style.name == f"Heading {level}"]


def rows(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def words(document: Any) -> str:
    told = [one.text for one in document.paragraphs]
    return "\n".join([*told, *(cell for table in document.tables for row in rows(table) for cell in row)])


def test_the_handbook_holds_the_day_from_cover_to_changes(tmp_path: Path) -> None:
    plan = handmade.day()
    document = handbook(tmp_path, plan)
    assert [one.split()[0] for one in headings(document, 1)] == [
        "议程", "对接表", "企业日程", "团队日程", "各桌日程", "未达到最少场数的企业",
    ]  # fmt: skip
    cover = [one.text for one in document.paragraphs if one.style.name.startswith("Cover") and one.text]
    assert cover[0] == "新材料专场"
    assert "2026年12月11日（星期五）" in cover
    assert "Friday, 11 December 2026" in cover
    assert [rows(one)[0][0] for one in document.tables[:2]] == ["时间 time", "时间 time"]
    assert len(rows(document.tables[1])) == 1 + len(plan.meetings)
    people = headings(document, 2)
    assert len([one for one in people if "矿业" in one]) == 12
    assert len([one for one in people if "团队" in one]) == 6
    assert len([one for one in people if "洽谈桌" in one]) == 6
    # Of the persons' blocks, which follow agenda and meetings: the first enterprise's.
    assert [row[0] for row in rows(document.tables[2])] == [
        "时间 time",
        "09:00–11:30",
        "14:00–14:20",
        "15:40–16:00",
    ]


def test_changes_name_everybody_who_must_be_told(tmp_path: Path) -> None:
    document = handbook(tmp_path, handmade.replanned())
    assert headings(document, 1)[-1].startswith("变更")
    told = rows(document.tables[-1])
    assert len(told) == 4
    assert sum("第3矿业" in row[0] for row in told) == 2


def test_a_route_has_stops_instead_of_an_agenda(tmp_path: Path) -> None:
    document = handbook(tmp_path, handmade.visits())
    assert [one.split()[0] for one in headings(document, 1)] == ["走访路线", "企业日程", "团队日程"]
    route = rows(document.tables[0])
    assert [row[0] for row in route] == ["序 no.", "1", "2", "3"]
    assert "路程 travel 20 min" in route[1][1]
    assert "4 强相关 strong" in route[1][4]


def test_there_is_a_sign_for_each_door_and_each_table_in_use(tmp_path: Path) -> None:
    plan = handmade.day()
    write_signs(tmp_path / "s.docx", plan)
    document = docx.Document(str(tmp_path / "s.docx"))
    signs = [one.text for one in document.paragraphs if one.style and one.style.name == "Sign"]
    assert signs == ["主会场", "二号厅", *(f"洽谈桌 {number} 号" for number in range(1, 5))]
    above = [one for one in document.paragraphs if one.style and one.style.name == "Sign above"]
    assert [bool(one.paragraph_format.page_break_before) for one in above] == [False] + [True] * 5
    assert sum(len(rows(one)) - 1 for one in document.tables[2:]) == len(plan.meetings)
    assert document.sections[0].page_width.cm > 29


def test_any_text_is_printed_as_it_is(tmp_path: Path) -> None:
    plan = handmade.hostile()
    write_signs(tmp_path / "s.docx", plan)
    for document in (handbook(tmp_path, plan), docx.Document(str(tmp_path / "s.docx"))):
        said = words(document)
        assert "<script>alert(1)</script> & =cmd()|' /C calc'!A0 🌰" in said
        assert "长" * 200 in said
        assert "\x0b" not in said


def test_a_plan_that_breaks_rules_says_so_on_its_cover(tmp_path: Path) -> None:
    document = handbook(tmp_path, handmade.day(status=handmade.infeasible().status))
    assert "违反了部分规则" in words(document)
