"""A broker at work on a need: the list is judged by keys, compared, printed and taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from corpora.accounts import Role
from tests.api.browser.conftest import View

PAIR = {"need_id": "n-nuts-01", "achievement_id": "a-nuts-04"}
Window = Callable[[int, int, str], View]


@pytest.fixture
def desk(window: Window) -> View:
    return window(1280, 900, "zh")


def test_the_pages_fit_and_can_be_read_by_all(view: View) -> None:
    view.open("/needs/n-nuts-01")
    expect(view.page.locator("[data-match]")).to_have_count(10)
    view.look("visitor")
    view.log_in(Role.BROKER)
    for name, path in (
        ("need", "/needs/n-herbs-03"),
        ("filtered", "/needs/n-nuts-01?region=西安&stage=99"),
        ("no-match", "/achievements/a-nuts-02?field=航天"),
        ("achievement", "/achievements/a-nuts-02"),
        ("organization", "/organizations/o-nuts-01"),
        ("compare", "/compare?need=n-nuts-01&with=a-nuts-02&with=a-nuts-04&with=a-nuts-01&with=a-nuts-03&with=x"),
        ("contact", "/contact?kind=need&id=n-nuts-01"),
    ):  # fmt: skip
        view.open(path)
        view.look(name)


def test_verdicts_by_one_key(desk: View) -> None:
    page, store = desk.page, desk.server.store()

    def mine() -> list[int]:
        return [one.level for one in store.judgements(**PAIR) if one.author == "broker"]

    desk.log_in(Role.BROKER)
    desk.open("/needs/n-nuts-01")
    # Nothing is chosen: a digit means nothing.
    page.keyboard.press("3")
    for key in ("j", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
    match = page.locator("[data-match]:focus")
    expect(match).to_contain_text(store.achievement("a-nuts-04").title)
    page.keyboard.press("3")
    expect(page.locator("#said")).to_have_text("已记录：3 较强相关")
    expect(match.locator("[aria-pressed=true]")).to_have_text("3 较强相关")
    page.keyboard.press("1")
    expect(page.locator("#said")).to_have_text("已记录：1 无相关")
    assert mine() == [1]
    page.keyboard.press("u")
    expect(page.locator("#said")).to_have_text("已改回：3 较强相关")
    assert mine() == [3]
    # What is typed is text, and with Control it is the browser's.
    match.locator(".verdict summary").click()
    note = page.locator("#main textarea:visible").first
    note.fill("")
    note.press_sequentially("24 jku?")
    expect(note).to_have_value("24 jku?")
    expect(page.locator("#keys")).to_be_hidden()
    assert mine() == [3]
    # The focus stays where it was, on the button that was pressed.
    button = page.locator("[data-match]").nth(1).locator("[data-level='2']")
    button.press("Enter")
    expect(page.locator("#said")).to_have_text("已记录：2 弱相关")
    expect(button).to_be_focused()
    page.keyboard.press("Control+4")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_have_text("已改回：3 较强相关")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_have_text("已撤回您的判断")
    assert mine() == []
    store.close()
    assert not desk.complaints


def test_keys_can_be_switched_off_for_good(desk: View) -> None:
    page = desk.page
    desk.log_in(Role.BROKER)
    desk.open("/needs/n-nuts-01")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    desk.look("keys")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    for _ in range(2):
        page.keyboard.press("j")
        expect(page.locator("[data-match]:focus")).to_have_count(0)
        page.reload()


def test_what_is_compared_is_counted(desk: View) -> None:
    page = desk.page
    desk.open("/needs/n-nuts-01")
    ticks, button = page.locator("input[name=with]"), page.locator("#compare button")
    expect(button).to_be_disabled()
    for place in range(5):
        ticks.nth(place).check()
    expect(button).to_contain_text("(5)")
    expect(button).to_be_disabled()
    expect(page.locator("#compare")).to_contain_text("最多比较 4 项")
    ticks.nth(4).uncheck()
    button.click()
    expect(page.locator("thead th")).to_have_count(5)
    page.go_back()
    expect(button).to_contain_text("(4)")


def test_paper_has_no_folds_and_no_buttons(desk: View) -> None:
    desk.log_in(Role.BROKER)
    desk.open("/needs/n-nuts-01")
    desk.page.emulate_media(media="print")
    for place in (0, 9):
        expect(desk.page.locator(".evidence").nth(place).locator("li").first).to_be_visible()
    for hidden in ("header", "footer", "#compare", ".verdict", ".narrow-matches", "#contact"):
        expect(desk.page.locator(hidden).first).to_be_hidden()


def test_from_the_login_to_an_exported_shortlist_in_under_ten_clicks(desk: View) -> None:
    page, clicks = desk.page, Clicks(desk.page)
    desk.open("/")
    clicks.on("header a[href^='/login']")
    page.locator("input[name=name]").fill(Role.BROKER.value)
    page.locator("input[name=password]").fill("correct horse battery")
    clicks.on("main form button")
    page.locator("main input[name=q]").fill("栗仁")
    clicks.on("main form[role=search] button")
    clicks.on("#tab-need")
    clicks.on("main a[href='/needs/n-nuts-01']")
    expect(page.locator("#compare button")).to_contain_text("(0)")
    with page.expect_download() as sent:
        clicks.on("a[href*='/matches/need.docx']")
    assert sent.value.suggested_filename.endswith(".docx")
    assert clicks.count == 6


class Clicks:
    def __init__(self, page: Page) -> None:
        self._page = page
        self.count = 0

    def on(self, selector: str) -> None:
        self._page.locator(selector).first.click()
        self.count += 1
