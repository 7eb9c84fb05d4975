"""The front door, the login and the account, as a person sees them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from corpora.accounts import Role
from tests.api.browser.conftest import View


def test_the_front_door(view: View) -> None:
    view.open("/")
    expect(view.page.locator("h1")).to_have_text(
        view.say("让科技成果与技术需求相互找到", "Where achievements and technology needs find each other")
    )
    view.look("home")
    view.open("/privacy")
    view.look("privacy")
    view.open("/nowhere")
    view.complaints.clear()  # the browser's own remark on the 404
    view.look("not-found")


def test_the_language_is_one_click_away_and_stays(view: View) -> None:
    view.open("/login")
    if view.is_phone:
        view.page.locator(".navbar-toggler").click()
    view.page.get_by_role("link", name=view.say("English", "中文")).click()
    expect(view.page).to_have_url(re.compile("/login$"))
    assert view.page.locator("html").get_attribute("lang") == view.say("en", "zh-CN")


def test_logging_in_and_the_account(view: View) -> None:
    view.open("/account")
    expect(view.page).to_have_url(re.compile("/login"))
    view.look("login")
    view.page.locator("input[name=name]").fill("broker")
    view.page.locator("input[name=password]").fill("wrong")
    view.page.keyboard.press("Enter")
    expect(view.page.locator(".text-danger-emphasis").first).to_be_visible()
    view.complaints.clear()  # the browser's own remark on the 401
    view.look("refused")
    view.log_in(Role.BROKER)
    view.open("/account")
    view.page.locator("input[name=name]").fill("脚本")
    view.page.locator("input[name=scopes]").first.check()
    view.page.locator("section:last-child form").last.locator("button").click()
    expect(view.page.locator("#token")).to_contain_text("sl_")
    view.look("account")


def test_the_keyboard_reaches_the_text_first(view: View) -> None:
    view.open("/")
    view.page.keyboard.press("Tab")
    expect(view.page.locator("a.skip")).to_be_focused()
    view.page.keyboard.press("Enter")
    expect(view.page.locator("#main")).to_be_focused()
