"""The map's page as a file, in Chromium: found at once, zoomed, filtered, compared, printed; on a desk and a phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.integration import IntegrationMap, Lane, Numbers, RuleText, VerdictKind
from matcher.chainmap.webpage import write_page
from tests.api.browser.conftest import SCREENSHOTS
from tests.matcher.chainmap import making
from tests.matcher.chainmap.whole import whole

MAPS: dict[str, Callable[[], IntegrationMap]] = {
    "whole": whole,
    "nothing": making.chart,
    "one": lambda: making.chart([making.need("n-1", "nuts/storage")]),
    "together": lambda: making.chart([making.need(f"n-{place}", "nuts/storage") for place in range(40)]),
}
PLACES = [
    "", "#/?view=grid", "#/?view=network", "#/?view=gaps", "#/?view=actions", "#/?view=together", "#/?view=topics",
    "#/?view=compare", "#/nuts", "#/nuts?view=flow", "#/nuts?view=network", "#/nuts?view=actions", "#/nuts/storage",
    "#/nuts/storage?county=镇安县&tier=seed&lane=lab&own=1", "#/record/need:n-cold", "#/record/achievement:a-cold", "#/gone",
]  # fmt: skip


class Opened:
    """A page of a map, and what the browser complained about."""

    def __init__(self, chromium: Browser, folder: Path, width: int = 1280, height: int = 800) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": height})
        self.page: Page = self.context.new_page()
        self.folder = folder
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def open(self, chart: IntegrationMap, place: str = "") -> Page:
        write_page(self.folder / "map.html", chart)
        self.page.goto((self.folder / "map.html").as_uri() + place)
        return self.page

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place; }", place or "#/")

    def look(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"map-file-{name}.png")


@pytest.fixture
def desk(chromium: Browser, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(chromium, tmp_path)
    yield opened
    opened.context.close()
    assert not opened.complaints


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("width", [1280, 360])
def test_every_part_fits_is_accessible_and_asks_for_nothing(
    chromium: Browser, tmp_path: Path, name: str, width: int
) -> None:
    opened = Opened(chromium, tmp_path, width, 740)
    page = opened.open(MAPS[name]())
    for language in ("zh", "en"):
        for place in PLACES if name == "whole" else PLACES[:8]:
            opened.go(place)
            expect(page.locator(".cm-main :is(h2, h3)").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, language)
            if place in ("", "#/nuts", "#/nuts?view=flow"):
                opened.look(f"{name}-{width}-{language}-{PLACES.index(place)}")
        if language == "zh":
            page.get_by_role("button", name="English").click()
    assert len(opened.asked) == 1
    assert not opened.complaints
    opened.context.close()
    # The page's own policy stands in the way of what axe adds to it; looked at without, it is the same page.
    free = chromium.new_context(viewport={"width": width, "height": 740}, bypass_csp=True).new_page()
    free.goto((tmp_path / "map.html").as_uri())
    for place in PLACES if name == "whole" else PLACES[:1]:
        free.evaluate("place => { location.hash = place; }", place or "#/")
        free.wait_for_timeout(50)
        found = Axe().run(free, options={"resultTypes": ["violations"]}).response["violations"]
        assert not [(place, one["id"], [each["html"][:120] for each in one["nodes"]]) for one in found]
    free.context.close()


def test_the_three_worst_gaps_and_who_could_fill_them_are_seen_without_scrolling(desk: Opened) -> None:
    page = desk.open(whole())
    cards = page.locator(".cm-worst .cm-gap")
    expect(cards).to_have_count(3)
    expect(cards.nth(0)).to_contain_text("2 条需求无人能答")
    expect(cards.nth(0)).to_contain_text("秦岭大学的冷库")
    expect(cards.nth(0)).to_contain_text("还缺：中试基地")
    expect(cards.nth(1)).to_contain_text(making.HOSTILE)
    expect(cards.nth(2)).to_contain_text("目录内暂无")
    for card in cards.all():
        box = card.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 800
    page.get_by_role("button", name="English").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(cards.nth(0)).to_contain_text("2 needs without an answer")


def test_from_a_chain_to_a_node_to_a_record_and_back(desk: Opened) -> None:
    page = desk.open(whole())
    page.locator(".cm-overview").get_by_role("link", name="板栗核桃").click()
    expect(page.get_by_role("heading", name="板栗核桃")).to_be_focused()
    page.locator(".cm-grid").get_by_role("link", name="采后贮运与保鲜").click()
    expect(page.get_by_role("heading", name="采后贮运与保鲜")).to_be_focused()
    expect(page.locator(".cm-reason")).to_contain_text("规则 by-fill")
    expect(page.locator(".cm-reason")).to_contain_text("2026-12-01")
    page.locator(".cm-columns").get_by_role("link", name="n-cold的难题").click()
    expect(page.locator(".cm-main")).to_contain_text("秦岭栗业股份有限公司")
    expect(page.locator(".cm-main")).to_contain_text("31%")
    # The address is the place: opened anew it shows the same.
    address = page.url
    assert address.endswith("#/record/need%3An-cold")
    page.reload()
    expect(page.get_by_role("heading", name="n-cold的难题")).to_be_visible()
    page.get_by_role("button", name="返回").click()
    expect(page.get_by_role("heading", name="采后贮运与保鲜")).to_be_visible()
    page.locator(".cm-trail").get_by_role("link", name="全部产业链").click()
    expect(page.locator(".cm-worst")).to_be_visible()
    desk.go("#/nuts/%E0%A4%A")
    expect(page.get_by_role("status")).to_contain_text("没有链接所指的")


def test_the_keyboard_reaches_the_worst_gap(desk: Opened) -> None:
    page = desk.open(whole())
    link = page.locator(".cm-gap").first.get_by_role("link").first
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    expect(link).to_be_focused()
    assert link.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="采后贮运与保鲜")).to_be_focused()


@pytest.mark.parametrize("county", ["", "商州区", "镇安县", "山阳县"])
def test_what_the_page_sums_is_what_the_map_says(desk: Opened, county: str) -> None:
    chart = whole()
    page = desk.open(chart)
    # The sums themselves, not the numbers that the page was sent.
    summed = page.evaluate(
        """county => {
            const map = window.Shuanglian.map;
            const model = new map.Model(JSON.parse(document.getElementById("chainmap-data").textContent));
            const tally = model.tally({ ...map.NO_FILTERS, county: model.counties.indexOf(county) });
            const lanes = (node) => Array.from({ length: 6 }, (_, lane) => tally.cell(node, lane));
            const nodes = model.nodes.map((node) => [node.key, [tally._sums[node.place], lanes(node)]]);
            return { all: tally.all, nodes: Object.fromEntries(nodes) };
        }""",
        county,
    )
    fields = set(Numbers.model_fields) - {"dependants", "topics"}
    for key, report in chart.nodes.items():
        sums, lanes = summed["nodes"][key]
        if not county:
            assert {name: sums[name] for name in fields} == report.numbers.model_dump(include=fields)
            assert sum(numbers.achievements for numbers in report.lanes.values()) == sum(
                lane[0] for lane in lanes
            )
            for name, lane in zip(
                ("research", "development", "lab", "pilot", "production", ""), lanes, strict=True
            ):
                if numbers := report.lanes.get(name):
                    assert lane == [numbers.achievements, numbers.needs, numbers.organizations]
                else:
                    assert lane == [0, 0, 0]
        elif scope := report.counties.get(county):
            assert {name: sums[name] for name in fields} == scope.numbers.model_dump(include=fields)
    if not county:
        assert {name: summed["all"][name] for name in fields} == chart.numbers.model_dump(include=fields)


def test_what_is_listed_under_a_filter_is_what_is_summed_under_it(desk: Opened) -> None:
    storage, early = "nuts/storage", date(2024, 3, 5)
    chart = making.chart(
        [
            *making.rich().records,
            making.firm("o-untold", storage, None),
            # A region is no county, even of the same name.
            making.firm("o-region", storage, Tier.SEED, county="", region="镇安县", since=early),
            making.need("n-seed", storage, owner="o-small公司", county="镇安县", since=early),
            making.need("n-region", "nuts/kernels", county="", region="镇安县", lane=Lane.LAB),
            making.achievement("a-own", storage, lane=Lane.LAB, is_local=True, since=early),
            making.organization("o-base", OrganizationKind.PILOT_BASE, storage, tier=Tier.SEED),
            making.organization("o-what", OrganizationKind.PILOT_BASE, storage).model_copy(
                update={"organization_kind": None}
            ),
        ]
    )
    page = desk.open(chart)
    found = page.evaluate(
        """() => {
            const map = window.Shuanglian.map;
            const model = new map.Model(JSON.parse(document.getElementById("chainmap-data").textContent));
            const places = (list, first) => Array.from({ length: list.length - first + 1 }, (_, at) => at - 1 + first);
            const choices = {
                county: model.counties.map((_, place) => place), tier: places(model.words.tiers, 0),
                lane: [...places(model.words.lanes, 0), model.words.lanes.length], kind: places(model.words.cells, 0),
                from: places(model.months, 0), to: places(model.months, 0), own: [false, true],
            };
            let every = [map.NO_FILTERS];
            for (const [name, values] of Object.entries(choices)) {
                every = every.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
            }
            const fields = { need: "needs", achievement: "achievements", firm: "firms", element: "elements" };
            const wrong = [], seen = { none: 0, some: 0, all: 0 };
            for (const filters of every) {
                const tally = model.tally(filters);
                for (const node of model.nodes) for (const [list, field] of Object.entries(fields)) {
                    const named = node.shown[list].map((place) => model.records[place]);
                    const listed = named.filter((record) => model.passes(record, filters)).length;
                    const summed = tally._sums[node.place][field];
                    if (listed !== summed) wrong.push([filters, node.key, list, listed, summed]);
                    if (named.length) seen[listed === 0 ? "none" : listed < named.length ? "some" : "all"] += 1;
                }
            }
            return { filters: every.length, wrong: wrong.slice(0, 5), seen };
        }"""
    )
    assert found["wrong"] == []
    assert found["filters"] > 10_000
    assert min(found["seen"].values()) > 1000
    # And as it is read: a heading's number is that of what stands under it.
    for asked in (
        "tier=seed",
        "county=镇安县",
        "kind=firm",
        "to=2024-03",
        "county=镇安县&tier=seed&kind=need",
    ):
        desk.go(f"#/nuts/storage?{asked}")
        expect(page.locator(".cm-chip").first).to_be_visible()
        for label in ("需求", "成果", "企业", "创新要素"):
            heading = page.locator(".cm-columns h3").filter(has_text=re.compile(rf"^{label} \d+$"))
            listed = heading.locator("xpath=..").locator(".cm-records li")
            expect(heading).to_have_text(f"{label} {listed.count()}")


def test_the_firms_of_a_whole_node_stay_under_a_filter(desk: Opened) -> None:
    chart = making.rich()
    nuts, *others = chart.chains
    parts = tuple(
        one.model_copy(update={"numbers": one.numbers.model_copy(update={"wider_firms": 3, "dependants": 2})})
        if one.key == "nuts/freezing" else one
        for one in nuts.nodes
    )  # fmt: skip
    when = ("suppliers == 0", "wider_firms >= 1")
    rules = (RuleText(id="by-balanced", verdict=VerdictKind.FILL, when=when, zh="无", en="none"),)
    changed = {"chains": (nuts.model_copy(update={"nodes": parts}), *others), "rules": rules}
    page = desk.open(chart.model_copy(update=changed))
    told = page.evaluate(
        """() => {
            const map = window.Shuanglian.map;
            const model = new map.Model(JSON.parse(document.getElementById("chainmap-data").textContent));
            const part = model.nodeOf.get("nuts/freezing");
            return [{}, { tier: 0 }, { lane: 0 }].map((filters) => {
                const numbers = model.tally({ ...map.NO_FILTERS, ...filters }).numbers(part);
                return [numbers.wider_firms, numbers.dependants];
            });
        }"""
    )
    assert told == [[3, 2]] * 3
    # What a rule compares is told in words, in both languages.
    table = page.locator("table").filter(has_text="by-balanced")
    expect(table).to_contain_text("能供应的企业 = 0，上级环节的企业 ≥ 1")
    page.get_by_role("button", name="English").click()
    expect(table).to_contain_text("firms that can supply = 0, firms of the whole node ≥ 1")


def test_filters_change_numbers_and_are_taken_away_as_chips(desk: Opened) -> None:
    page = desk.open(whole())
    page.get_by_text("筛选", exact=True).click()
    page.locator("[data-filter=county]").select_option("镇安县")
    expect(_headline(page, "技术需求")).to_have_text("1")
    # Supply comes from everywhere, the three of the shells among it.
    expect(_headline(page, "科技成果")).to_have_text("5")
    expect(page.locator("[data-filter=county]")).to_be_focused()
    page.locator("[data-filter=tier]").select_option("种子企业")
    expect(_headline(page, "企业", exact=True)).to_have_text("1")
    expect(_headline(page, "技术需求")).to_have_text("0")
    assert "county=" in page.url
    page.get_by_role("button", name="去掉筛选 企业梯队").click()
    expect(_headline(page, "技术需求")).to_have_text("1")
    page.locator("[data-filter=lane]").select_option("未知")
    page.locator("[data-filter=own]").check()
    expect(page.locator(".cm-chip")).to_have_count(4)
    page.get_by_role("button", name="全部清除").click()
    expect(page.locator(".cm-filters summary")).to_be_focused()
    expect(_headline(page, "技术需求")).to_have_text("5")
    # A county sees its own verdicts; what it has nothing on is not judged.
    desk.go("#/nuts?county=镇安县")
    row = page.locator(".cm-grid tbody tr")
    expect(row.filter(has_text="采后贮运与保鲜").locator(".cm-badge")).to_have_text("补补链")
    expect(row.filter(has_text="良种与栽培").locator(".cm-badge")).to_have_text("–")


def test_months_filter_what_came_in(desk: Opened) -> None:
    early, late = date(2024, 3, 5), date(2026, 11, 30)
    page = desk.open(
        making.chart(
            [
                making.need("n-1", "nuts/storage", since=early),
                making.need("n-2", "nuts/storage", since=late),
                making.need("n-3", since=late),
            ]
        )
    )
    page.get_by_text("筛选", exact=True).click()
    page.locator("[data-filter=from]").select_option("2026-11")
    expect(_headline(page, "技术需求")).to_have_text("2")
    expect(page.get_by_text("1 条记录放不进任何环节")).to_be_visible()
    page.locator("[data-filter=from]").select_option("最早")
    page.locator("[data-filter=to]").select_option("2024-03")
    expect(_headline(page, "技术需求")).to_have_text("1")
    # A link from elsewhere may name a month that this map does not have.
    desk.go("#/nuts/storage?from=2025-01")
    expect(page.locator(".cm-columns .cm-records li")).to_have_count(1)
    expect(page.locator(".cm-columns .cm-records")).to_contain_text("n-2")


def test_one_verdict_alone_is_marked(desk: Opened) -> None:
    page = desk.open(whole())
    page.get_by_role("button", name="补链").click()
    expect(page.locator(".cm-tile:not(.cm-dim)")).to_have_count(1)
    expect(page.locator(".cm-tile:not(.cm-dim)")).to_contain_text("采后贮运与保鲜")
    page.get_by_role("button", name="补链").click()
    expect(page.locator(".cm-tile.cm-dim")).to_have_count(0)


@pytest.mark.parametrize("place", ["#/nuts?view=flow", "#/nuts?view=network", "#/?view=network"])
def test_a_drawing_is_drawn_told_under_the_pointer_and_there_in_words(desk: Opened, place: str) -> None:
    page = desk.open(whole(), place)
    canvas = page.locator(".cm-canvas canvas").first
    expect(canvas).to_be_visible()
    page.wait_for_timeout(1500)
    box = canvas.bounding_box()
    assert box
    points = (
        (box["x"] + x, box["y"] + y)
        for y in range(20, int(box["height"]), 12)
        for x in range(20, int(box["width"]), 24)
    )
    tip = page.locator(".cm-tip")
    for x, y in points:
        page.mouse.move(x, y)
        if tip.count() and tip.is_visible():
            break
    expect(tip).to_be_visible()
    page.get_by_role("button", name="看表格").click()
    expect(page.locator(".cm-chart table")).to_be_visible()
    expect(canvas).not_to_be_visible()
    if "flow" in place:
        row = page.locator(".cm-chart tbody tr").filter(has_text="良种与栽培")
        expect(row).to_contain_text("采后贮运与保鲜")
    # Another filter: the same drawing, and the table with it.
    canvas.evaluate("element => { element.dataset.same = 'yes'; }")
    desk.go(place.replace("?", "?lane=lab&"))
    expect(page.locator(".cm-canvas canvas[data-same=yes]")).to_have_count(1)


def test_a_node_of_the_flow_opens(desk: Opened) -> None:
    page = desk.open(whole(), "#/nuts?view=flow")
    canvas = page.locator(".cm-canvas canvas").first
    expect(canvas).to_be_visible()
    page.wait_for_timeout(500)
    # The first box stands at the left; what it supplies to its right.
    box = canvas.bounding_box()
    assert box
    for y in range(20, int(box["height"]), 15):
        page.mouse.click(box["x"] + 60, box["y"] + y)
        if "view=flow" not in page.url:
            break
    expect(page.locator(".cm-reason")).to_be_visible()


def test_two_dates_are_compared(desk: Opened, tmp_path: Path) -> None:
    before = making.chart(
        [one for one in whole().records if one.id != "n-mould"], {"nuts/storage": VerdictKind.BALANCED}
    )
    (tmp_path / "map.json").write_text(before.model_dump_json(), "utf-8")
    write_page(tmp_path / "earlier.html", before)
    (tmp_path / "other.json").write_text('{"cells": []}', "utf-8")
    page = desk.open(whole(), "#/?view=compare")
    file = page.locator("input[type=file]")
    file.set_input_files(tmp_path / "other.json")
    expect(page.get_by_role("status")).to_contain_text("读不出来")
    for name in ("map.json", "earlier.html"):
        file.set_input_files(tmp_path / name)
        row = page.locator(".cm-table tbody tr").filter(has_text="采后贮运与保鲜")
        expect(row).to_contain_text("1 → 2 (+1)")
        expect(row.locator(".cm-badge")).to_have_text(["平平衡", "补补链"])
        page.get_by_role("button", name="不比了").click()
        expect(row).to_have_count(0)
    file.set_input_files(tmp_path / "map.json")
    desk.go("#/nuts")
    expect(
        page.locator(".cm-grid tr").filter(has_text="采后贮运与保鲜").locator(".cm-was")
    ).to_have_text("原：平衡")  # fmt: skip
    desk.go("#/nuts/storage")
    expect(page.locator(".cm-reason .cm-was")).to_contain_text("技术需求 +1")


def test_it_prints_every_grid_and_no_controls(desk: Opened, tmp_path: Path) -> None:
    page = desk.open(whole())
    page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True)
    printed = pypdf.PdfReader(tmp_path / "map.pdf").pages
    # The letters of the file are folded: a font may write a radical for a letter.
    text = unicodedata.normalize("NFKC", "".join("".join(one.extract_text().split()) for one in printed))
    for words in ("三个最大的缺口", "良种与栽培", "储能电站", "基础研究", "产业化"):
        assert words in text
    assert "筛选" not in text
    assert "总览" not in text
    # What was made for paper is gone from the screen.
    expect(page.locator(".cm-print")).to_have_count(0)


def test_without_scripts_there_is_a_table(chromium: Browser, tmp_path: Path) -> None:
    write_page(tmp_path / "map.html", whole())
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto((tmp_path / "map.html").as_uri())
    expect(page.get_by_role("row").filter(has_text="采后贮运与保鲜")).to_contain_text("补链")
    expect(page.get_by_text("2 条需求无人能答")).to_be_visible()
    page.context.close()


def _headline(page: Page, label: str, exact: bool = False) -> Locator:
    found: Any = page.locator(".cm-headline div").filter(has=page.get_by_text(label, exact=exact))
    return found.first.locator("dd")
