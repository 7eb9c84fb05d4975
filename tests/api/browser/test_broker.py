"""A broker's day: what waits, a search, a need with its matches, a comparison, a case, a list to take away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from corpora.accounts import Role
from corpora.cases import Cases
from corpora.records import Achievement, Contact, Need
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.cases import open_case
from matcher.stages import today
from matcher.submissions import new_key, submit
from tests.api.browser.conftest import View
from tests.api.browsing import PASSWORD

Window = Callable[[int, int, str], View]
PHONE = "000-5555-0101"


@pytest.fixture
def store(view: View) -> Iterator[Store]:
    opened = view.server.store()
    yield opened
    opened.close()


def added(store: Store, mark: str) -> Need:
    """Store a need of the test's own, which the mark makes findable; it asks what a need of the demo asks."""
    like = store.need("n-nuts-02")
    title = f"走读{re.sub(r'[^a-z0-9]', '', mark)}壳衣剥不净"
    need = like.model_copy(
        update={"id": f"walk-{mark}", "title": title, "contact": Contact(name="季某", phone=PHONE)}
    )
    store.save(need, "test")
    return need


class Clicks:
    """Clicks, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, what: Locator) -> None:
        what.click()
        self.count += 1


def test_home_tells_what_waits(view: View, store: Store) -> None:
    mark = f"home-{view.name}"
    need = added(store, mark)
    sent = need.model_copy(update={"id": f"{need.id}-sent", "title": f"送审 {mark}"})
    submit(store, sent, new_key(), None, None, "visitor")
    case = open_case(store, need.id, "a-nuts-01", "broker")
    Cases(store).add_reminder(case.id, (today() - timedelta(days=1)).isoformat(), f"回电 {mark}", "broker")
    Cases(store).add_reminder(case.id, today().isoformat(), f"约见 {mark}", "broker")
    view.open("/")
    expect(view.page.get_by_role("heading", name=view.say("等您处理", "Waiting for you"))).to_have_count(0)
    view.log_in(Role.BROKER)
    expect(view.page.locator("h1")).to_contain_text(view.say("今天", "Today"))
    expect(view.page.locator("#newest").locator("xpath=../..")).to_contain_text(need.title)
    expect(view.page.locator("main")).not_to_contain_text(sent.title)
    view.look("today")
    for name, found in (
        (view.say("待审核的需求", "Needs to review"), sent.title),
        (view.say("已逾期的提醒", "Overdue reminders"), f"回电 {mark}"),
        (view.say("今天到期的提醒", "Reminders due today"), f"约见 {mark}"),
        (view.say("待查重的相似记录", "Similar records to look at"), "%"),
        (view.say("您负责的、还在跟进的对接", "Your open cases"), ""),
    ):
        view.open("/")
        view.page.get_by_role("link", name=name).click()
        expect(view.page.locator("main")).to_contain_text(found)
    # An enterprise has nothing to look after: it has the doors.
    view.page.context.clear_cookies(name="session")
    view.log_in(Role.ENTERPRISE)
    view.open("/")
    expect(view.page.locator(".doors")).to_be_visible()


def test_from_a_search_to_a_case(view: View, store: Store) -> None:
    page, need = view.page, added(store, f"way-{view.name}")
    view.log_in(Role.BROKER)
    page.locator("main input[name=q]").fill(need.title)
    page.keyboard.press("Enter")
    page.locator("#tab-need").click()
    page.get_by_role("link", name=need.title).click()
    matches = page.locator("[data-match]")
    expect(matches).to_have_count(10)
    # The script is there.
    expect(page.locator("#compare button")).to_contain_text("(0)")
    assert "None" not in str(page.locator("#more").get_attribute("href"))
    said = page.locator("#said")
    if view.is_phone:
        matches.first.locator("[data-level='3']").click()
    else:
        page.keyboard.press("j")
        page.keyboard.press("3")
    expect(said).to_have_text(view.say("已记录：3 较强相关", "Recorded: 3 fairly strong"))
    # It is seen wherever the page stands, and goes away.
    expect(said.locator(".said")).to_be_in_viewport()
    for place in range(4):
        page.locator("input[name=with]").nth(place).check()
    page.locator("#compare button").click()
    expect(page.locator("thead th")).to_have_count(5)
    expect(page.locator("[aria-pressed=true]")).to_have_count(1)
    view.look("compared")
    page.go_back()
    matches.first.locator("form[action*='/cases'] button").click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    view.look("case")
    page.locator("#remind-due").fill(today().isoformat())
    page.locator("#remind-what").fill(f"打电话 {view.name}")
    page.locator("section:has(#remind-due) button:not(.btn-sm)").last.click()
    expect(page.get_by_text(f"打电话 {view.name}").first).to_be_visible()
    view.open("/reminders")
    done = page.get_by_role("button", name=f"打电话 {view.name}")
    done.click()
    expect(done).to_have_count(0)
    case = Cases(store).of_need(need.id)[0]
    view.open(f"/cases/{case.id}")
    page.locator("#hand-to").select_option("admin")
    page.locator("section:has(#hand-to) button").last.click()
    expect(page.locator("#messages .alert")).to_be_visible()
    assert Cases(store).of_need(need.id)[0].owner == "admin"
    view.open("/cases")
    expect(page.get_by_role("link", name=need.title)).to_be_visible()
    store.delete(Kind.NEED, need.id, "test")


@pytest.mark.parametrize(("width", "language"), [(1280, "zh"), (360, "en")])
def test_an_explained_list_is_four_clicks_from_the_login(
    window: Window, tmp_path: Path, width: int, language: str
) -> None:
    view = window(width, 800, language)
    store = view.server.store()
    need = added(store, f"clicks-{view.name}")
    page, clicks = view.page, Clicks()
    view.open("/")
    clicks.on(page.get_by_role("link", name=view.say("进入工作台", "To the workbench")))
    page.locator("input[name=name]").fill(Role.BROKER.value)
    page.locator("input[name=password]").fill(PASSWORD)
    clicks.on(page.locator("main button"))
    clicks.on(page.get_by_role("link", name=need.title))
    with page.expect_download() as word:
        clicks.on(page.locator("a[href*='/matches/need.docx']"))
    assert clicks.count == 4
    with page.expect_download() as excel:
        clicks.on(page.locator("a[href*='/matches/need.xlsx']"))
    document = Document(str(word.value.path()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = "\n".join([each.text for each in document.paragraphs] + cells)
    excel.value.save_as(tmp_path / "list.xlsx")
    sheets = load_workbook(tmp_path / "list.xlsx")
    rows = "\n".join(str(value) for sheet in sheets for row in sheet.values for value in row if value)
    nearest = page.locator("[data-match] h3 a").first.inner_text()
    quote = page.locator("[data-match] q").first.evaluate("q => q.lastChild.textContent")
    for text in (written, rows):
        assert nearest in text
        assert quote.strip() in text
        assert PHONE not in text
    store.delete(Kind.NEED, need.id, "test")
    store.close()


def test_search_as_one_types(view: View, store: Store) -> None:
    page = view.page
    view.log_in(Role.BROKER)
    view.open("/search")
    found = page.locator("#found")
    page.locator("#q").press_sequentially("板栗", delay=30)
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("#results mark").first).to_have_text("板栗")
    before = found.inner_text()
    if view.is_phone:
        page.locator("[aria-controls=facets]").click()
    page.locator("#facets .facet").first.click()
    expect(found).not_to_have_text(before)
    expect(page.locator("#facets")).to_be_visible()
    view.look("narrowed")
    page.locator("#results .list-inline a").first.click()
    expect(found).to_have_text(before)
    page.locator("#q").fill("量子纠缠 芯片")
    expect(found).to_contain_text("0")
    view.look("nothing")
    page.get_by_role("link", name=view.say("把问题写成一项需求", "Describe the problem as a need")).click()
    expect(page).to_have_url(re.compile("/needs/new"))


@pytest.mark.parametrize("width", [1280, 360])
def test_endless_titles_and_bare_records_fit(window: Window, width: int) -> None:
    view = window(width, 800, "zh")
    store = view.server.store()
    mark = f"edge{width}"
    long = Need(
        id=f"{mark}-long",
        title=f"{mark} " + "长标题" * 63,
        text="Methylenedioxymethylbenzene" * 12,
        indicators=["≥" + "x" * 150],
        enterprise="甲" * 90 + "公司",
        fields=["Polytetrafluoroethylene" * 3],
    )
    bare = Need(id=f"{mark}-bare", title=f"{mark} 只有标题的需求", text="")
    offer = Achievement(
        id=f"{mark}-offer", title="Hyper" + "parameterisation" * 11, text="", institution="School" * 20
    )
    for one in (long, bare, offer):
        store.save(one, "test")
    case = open_case(store, long.id, offer.id, "broker", "W" * 300)
    view.log_in(Role.BROKER)
    for name, path in (
        ("long", f"/needs/{long.id}"),
        ("bare", f"/needs/{bare.id}"),
        ("offer", f"/achievements/{offer.id}"),
        ("compare", f"/compare?need={long.id}&with={offer.id}&with=a-nuts-04"),
        ("found", f"/search?kind=need&q={mark}"),
        ("case", f"/cases/{case.id}"),
        ("board", "/cases"),
        ("today", "/"),
    ):
        view.open(path)
        view.look(name)
    for one in (long, bare, offer):
        store.delete(one.KIND, one.id, "test")
    store.close()


def test_four_candidates_fit_on_paper(window: Window) -> None:
    view = window(794, 1123, "zh")
    view.open("/compare?need=n-nuts-01&with=a-nuts-02&with=a-nuts-04&with=a-nuts-01&with=a-nuts-03")
    view.page.emulate_media(media="print")
    last = view.page.locator("thead th").last.bounding_box()
    assert last
    assert last["x"] + last["width"] <= 794
    assert _ink(view.page, ".badge") == "rgb(0, 0, 0)"


def _ink(page: Page, selector: str) -> str:
    return str(page.locator(selector).first.evaluate("one => getComputedStyle(one).color"))
