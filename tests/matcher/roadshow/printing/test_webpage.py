"""The page of a roadshow, parsed again: nothing from outside, nothing but text from anybody's input."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from lxml import html

from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.webpage import page_html
from tests.matcher.roadshow import handmade

PLANS = [
    handmade.day,
    handmade.replanned,
    handmade.ids_only,
    handmade.hostile,
    handmade.infeasible,
    handmade.visits,
]


def parsed(plan: Plan) -> html.HtmlElement:
    return html.document_fromstring(page_html(plan))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("make", PLANS)
def test_the_page_brings_all_it_needs_and_runs_only_its_own_script(make: object) -> None:
    assert callable(make)
    source = page_html(make())
    page = html.document_fromstring(source)
    assert not page.xpath("//*[@src or @srcset or @style or @action or @background]")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert page.xpath("//link | //iframe | //object | //img") == []
    assert all(one.startswith("#") for one in page.xpath("//a/@href"))
    assert {one[1:] for one in page.xpath("//a/@href")} <= set(page.xpath("//@id"))
    assert len(page.xpath("//@id")) == len(set(page.xpath("//@id")))
    assert "url(" not in source
    assert "http" not in source.replace("http-equiv", "")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for tag in ("script", "style"):
        (found,) = page.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(found.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert page.get("lang") == "zh-CN"


def test_every_meeting_is_in_the_grid_the_list_and_two_timetables() -> None:
    plan = handmade.day()
    page = parsed(plan)
    assert len(page.xpath("//section[@id='grid']//td[@data-find]")) == len(plan.meetings)
    assert len(page.xpath("//section[@id='meetings']//tbody/tr")) == len(plan.meetings)
    people = page.xpath("//details[contains(@class, 'person')]")
    assert len(people) == 12 + 6
    firm = next(one for one in people if "第5矿业" in text(one.xpath("./summary")[0]))
    assert [one.text for one in firm.xpath(".//tbody//td[@class='time']")] == [
        "09:00–11:30", "14:25–14:45", "16:05–16:25",
    ]  # fmt: skip
    assert "王6团队" in text(firm)
    team = next(one for one in people if "王1团队" in text(one.xpath("./summary")[0]))
    assert "李1" in team.get("data-find")
    spare = [text(one) for one in page.xpath("//section[@id='grid']//tbody/tr/th") if "备用" in text(one)]
    assert [one.split()[0] for one in spare] == ["5", "6"]
    assert "一对一洽谈：22 场" in text(page.xpath("//section[@id='agenda']")[0])


def test_a_long_day_is_cut_into_grids_that_fit_on_paper() -> None:
    wanted = handmade.spec(sessions=[{"kind": "meetings", "start": "08:00", "end": "16:00", "tables": 6}])
    page = parsed(handmade.day(wanted, agenda=()))
    grids = page.xpath("//section[@id='grid']//table")
    assert [len(one.xpath("./thead//th")) - 1 for one in grids] == [10, 10, 4]
    assert sum(len(one.xpath(".//td[@data-find]")) for one in grids) == 22


def test_input_is_only_text() -> None:
    page = parsed(handmade.hostile())
    said = page.text_content()
    assert "<script>alert(1)</script> & =cmd()|' /C calc'!A0 🌰" in said
    assert "长" * 200 in said
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//i | //section//b[. = '厅']") == []
    assert not re.search(r"[\x00-\x08\x0b\x0c]", page_html(handmade.hostile()))


def test_without_a_plan_the_page_says_why_and_what_would_help() -> None:
    page = parsed(handmade.infeasible())
    said = text(page)
    assert "没有能守住全部规则的安排" in said
    assert "王1团队被指定 8 场，上限 7 场" in said
    assert "把 meetings.max_per_team 改为 8" in said
    assert "set meetings.max_per_team to 8" in said
    assert page.xpath("//table | //form | //nav") == []


def test_a_plan_that_breaks_rules_warns() -> None:
    page = parsed(handmade.day(status=handmade.infeasible().status))
    assert "违反了部分规则" in text(page.xpath("//header")[0])
    assert "违反了部分规则" not in text(parsed(handmade.day()).xpath("//header")[0])


def test_a_replan_tells_the_changes() -> None:
    rows = parsed(handmade.replanned()).xpath("//section[@id='changes']//tbody/tr")
    assert len(rows) == 3
    assert any("15:15–15:35" in text(one) for one in rows)


def test_a_route_shows_stops_topics_and_travel() -> None:
    page = parsed(handmade.visits())
    stops = page.xpath("//section[@id='route']//tbody/tr")
    assert [text(one.xpath("./td[2]")[0]) for one in stops] == [
        f"商洛市第{number}矿业材料有限公司 洛南县" for number in (1, 5, 9)
    ]
    assert "20 min" in text(stops[0])
    assert page.xpath("//section[@id='agenda' or @id='grid']") == []
