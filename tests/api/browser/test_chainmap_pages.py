"""The integration map in a browser: found cold, gone into and back, narrowed, overridden, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from corpora.accounts import Role
from corpora.records import Need
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.chainmap import keeping
from matcher.chainmap.integration import IntegrationMap
from matcher.service import Service
from matcher.settings import Settings
from tests.api.browser.conftest import Server, View

HOSTILE = "<img src=x onerror=alert(1)>板栗速冻\"'&=1+1"


@pytest.fixture(scope="module")
def chart(server: Server) -> IntegrationMap:
    """The map of the server's installation, with a need in it that has a hostile title."""
    store = Store(server.data)
    store.save(
        Need(
            id="n-hostile", title=HOSTILE, text="速冻栗仁解冻后发黑，求护色办法。", enterprise="<b>某厂</b>"
        ),
        "test",
    )
    store.close()
    service = Service(Settings(data=server.data))
    _, chart = keeping.build_and_keep(service, "bureau")
    service.close()
    return chart


def test_the_three_worst_gaps_are_seen_at_once(view: View, chart: IntegrationMap) -> None:
    """Without a word of help and, on a desk, without scrolling."""
    view.open("/map")
    shown = view.page.locator(".chainmap")
    # Until the program draws, the page in words stands in its place.
    expect(shown.locator(".cm-main")).to_be_visible()
    for gap in chart.gaps[:3]:
        first = shown.get_by_text(view.say(gap.zh, gap.en), exact=False).first
        expect(first).to_be_visible()
        if not view.is_phone:
            box = first.bounding_box()
            assert box
            assert box["y"] < 800
        expect(shown.get_by_text(view.say(gap.fillers[0].zh, gap.fillers[0].en)).first).to_be_visible()
    view.look("first")


def test_every_page_of_the_map(view: View, chart: IntegrationMap) -> None:
    node = next(one.node for one in chart.gaps if one.needs)
    for path in (
        "gaps", "actions", "collaborations", "topics", "unplaced", "compare", "chains",
        f"nodes/{node.partition('/')[0]}", f"nodes/{node}",
    ):  # fmt: skip
        view.open(f"/map/{path}")
        view.look(path.replace("/", "-"))
    need = next(one for one in chart.records if one.kind is Kind.NEED and one.spots)
    view.log_in(Role.ADMIN)
    view.open(f"/map/placements?kind=need&id={need.id}")
    view.look("placement")
    view.open(f"/map/nodes/{node}")
    view.look("node-admin")


def test_to_a_node_and_back_and_narrowed(
    window: Callable[[int, int, str], View], chart: IntegrationMap
) -> None:
    view = window(1280, 800, "zh")
    gap = next(one for one in chart.gaps if one.needs)
    report = chart.nodes[gap.node]
    view.open("/map/gaps")
    view.page.locator(f'a[href="/map/nodes/{gap.node}"]').first.click()
    expect(view.page.get_by_role("heading", level=1)).to_contain_text(report.node.zh)
    expect(view.page.locator("#rule")).to_contain_text(report.verdict.zh)
    county = next(iter(report.counties))
    view.page.get_by_label("县区", exact=True).select_option(county)
    view.page.get_by_role("button", name="筛选").click()
    expect(view.page.locator("#narrowed")).to_contain_text(county)
    view.page.get_by_role("link", name="全部去掉").click()
    expect(view.page.locator("#narrowed")).to_have_count(0)
    view.page.get_by_role("link", name="在互动图上看").click()
    expect(view.page.locator(".chainmap")).to_contain_text(report.node.zh)
    view.page.go_back()
    expect(view.page.get_by_role("heading", level=1)).to_contain_text(report.node.zh)
    assert not view.complaints


def test_an_override_shows_at_once(window: Callable[[int, int, str], View], chart: IntegrationMap) -> None:
    view = window(1280, 800, "zh")
    report = next(one for one in chart.nodes.values() if one.verdict.verdict == "thin")
    view.log_in(Role.BUREAU)
    view.open(f"/map/nodes/{report.key}")
    form = view.page.locator("form", has=view.page.locator("#verdict"))
    form.get_by_label("裁定").select_option("build")
    form.get_by_label(re.compile("理由")).fill("县里已经引进龙头企业")
    form.get_by_role("button", name="改裁定").click()
    expect(view.page.locator("#overridden")).to_contain_text("县里已经引进龙头企业")
    visitor = window(1280, 800, "zh")
    visitor.open(f"/map/nodes/{report.key}")
    expect(visitor.page.locator("#overridden")).to_contain_text("县里已经引进龙头企业")
    view.page.get_by_role("button", name="恢复为规则的裁定").click()
    expect(view.page.locator("#overridden")).to_have_count(0)


def test_a_roadshow_begins_from_an_action(
    window: Callable[[int, int, str], View], chart: IntegrationMap
) -> None:
    assert any(one.spec for one in chart.actions)
    view = window(1280, 800, "zh")
    view.log_in(Role.ORGANIZER)
    view.open("/map/actions")
    view.page.get_by_role("button", name="用它办路演").first.click()
    expect(view.page.locator("#spec")).to_be_visible()
    expect(view.page.get_by_role("alert")).to_have_count(0)


def test_the_offline_page_opens(
    window: Callable[[int, int, str], View], chart: IntegrationMap, tmp_path: Path
) -> None:
    view = window(1280, 800, "zh")
    view.open("/map")
    view.page.locator(".papers summary").click()
    with view.page.expect_download() as started:
        view.page.locator('a[href="/map/papers/page"]').click()
    path = tmp_path / "map.html"
    started.value.save_as(path)
    view.page.context.set_offline(True)
    view.page.goto(path.as_uri())
    expect(view.page.get_by_text(chart.gaps[0].zh).first).to_be_visible()
    assert not view.complaints


def test_a_hostile_title_stays_a_title(
    window: Callable[[int, int, str], View], chart: IntegrationMap
) -> None:
    view = window(1280, 800, "zh")
    dialogs: list[str] = []
    view.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    placed = chart.by_key["need:n-hostile"]
    pages = ["/map", "/map/unplaced?kind=need", "/map/gaps", "/search?q=板栗速冻&kind=need"]
    for path in (*pages, *([f"/map/nodes/{placed.node}"] if placed.node else [])):
        view.open(path)
        view.page.wait_for_load_state("networkidle")
    expect(view.page.get_by_text(HOSTILE).locator("visible=true").first).to_be_visible()
    assert not dialogs
    assert not view.complaints


def test_without_scripts_the_map_can_be_read(
    window: Callable[[int, int, str], View], chart: IntegrationMap, server: Server
) -> None:
    context = window(1280, 800, "zh").page.context.browser
    assert context
    page = context.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    page.goto(f"{server.url}/map")
    for gap in chart.gaps[:3]:
        expect(page.get_by_text(gap.zh).first).to_be_visible()
    assert page.locator("tbody tr").count() == len(chart.nodes)
    page.context.close()
