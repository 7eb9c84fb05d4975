"""An enterprise's way: from the front door to the partner's telephone, on a phone and on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from corpora.accounts import Role
from corpora.cases import Stage
from corpora.records import Need
from corpora.submissions import Submission, Submissions
from matcher.cases import move, open_case
from tests.api.browser.conftest import Server, View

Window = Callable[[int, int, str], View]
FILES = Path(__file__).parents[3] / "corpora" / "demo" / "files"
PROBLEM = (
    "我们厂一年收板栗800来吨，脱壳去衣以后用盐水加柠檬酸护色，速冻前还行，解冻后半天就褐变，超市退货。去衣靠火燎，"
    "果仁烧焦的有6%左右。试过亚硫酸钠，出口的客户不让用。钱的话三五十万可以谈，明年9月收栗子前要用上。"
)
PHONE, DESK = (360, 740), (1280, 900)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "褐变的栗仁.png"
    Image.new("RGB", (800, 600), (150, 110, 70)).save(path)
    return path


def title() -> str:
    """Return a title that no other test has."""
    return f"速冻板栗仁解冻后发黑 {uuid4().hex[:8]}"


def fill_in(page: Page, name: str, text: str = PROBLEM) -> None:
    """Fill in what must be said, as a person in a hurry does."""
    page.locator("#title").fill(name)
    page.locator("#text").fill(text)
    page.locator("#enterprise").fill("镇安县周记栗品有限公司")
    page.locator("#contact_name").fill("周经理")
    page.locator("#contact_phone").fill("138 9141 2345")
    page.locator("#consent").check()


def send(view: View, name: str) -> str:
    """Send a need in; return its tracking code."""
    view.open("/needs/new")
    fill_in(view.page, name)
    view.page.locator("[data-once]").click()
    view.page.wait_for_url(re.compile("/track/"))
    return view.page.locator("#code").inner_text()


def stored(server: Server, name: str) -> list[Need]:
    """Return the needs of this title that are stored."""
    store = server.store()
    try:
        return [need for need in store.needs() if need.title == name]
    finally:
        store.close()


def submitted(server: Server, code: str) -> Submission:
    store = server.store()
    try:
        found = Submissions(store).coded(code)
        assert found is not None
        return found
    finally:
        store.close()


def test_a_stranger_sends_in_a_need_with_the_coach_watching(view: View, photo: Path) -> None:
    page, name = view.page, title()
    view.open("/")
    page.locator("main").get_by_role("link", name=view.say("发布技术需求", "Post a need")).click()
    view.look("empty")
    page.locator("#title").fill(name)
    page.locator("#text").press_sequentially(PROBLEM[:20])
    page.locator("#text").fill(PROBLEM)
    expect(page.locator("#coach mark").first).to_be_attached()
    if view.is_phone:
        # Seen while writing, in few words; opened, all of it; and back to where one was.
        expect(page.locator(".coach-bar")).to_be_in_viewport()
        expect(page.locator("#coach-bar")).to_contain_text(re.compile(view.say(r"\d 条建议", r"\d hints")))
        expect(page.locator("#coach-sheet")).to_be_hidden()
        page.locator(".coach-bar").click()
        expect(page.locator("#coach-sheet.show:not(.showing)")).to_be_visible()
    view.look("coached")
    page.locator("[data-fills=budget]").click()
    expect(page.locator("#budget")).to_have_value("30-50万元")
    expect(page.locator("#budget")).to_be_focused()
    expect(page.locator("[data-fills=budget]")).to_have_count(0)
    page.locator("#files").set_input_files(photo)
    expect(page.locator("#attached li")).to_contain_text(photo.name)
    fill_in(page, name)
    view.look("filled")
    page.locator("[data-once]").click()
    page.wait_for_url(re.compile(r"/track/[\w-]{43}\?new=1"))
    expect(page.locator("[data-focus]")).to_be_focused()
    code = page.locator("#code").inner_text()
    expect(page.locator("[data-focus]")).to_contain_text(code)
    expect(page.locator("#link")).to_have_text(page.url.removesuffix("?new=1"))
    expect(page.locator("main article mark").first).to_be_visible()
    view.look("sent")
    need = stored(view.server, name)[0]
    assert need.budget == "30-50万元"
    with page.expect_download() as download:
        page.get_by_role("link", name=photo.name).click()
    assert Path(download.value.path()).read_bytes() == photo.read_bytes()
    view.open(f"/needs/{need.id}")
    expect(page.locator("main")).not_to_contain_text(name)
    view.complaints.clear()  # the browser's own remark on the 404


def test_what_is_missing_is_led_to_and_mended(view: View) -> None:
    page = view.page
    view.open("/needs/new")
    page.locator("#title").fill("板栗")
    page.locator("#budget").fill("300美元")
    page.locator("[data-once]").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#budget")).to_have_value("300美元")
    view.complaints.clear()  # the browser's own remark on the 422
    view.look("wrong")
    page.locator("#summary a[href='#contact_phone']").click()
    phone = page.locator("#contact_phone")
    expect(phone).to_be_focused()
    expect(phone).to_be_in_viewport()
    expect(phone).to_have_attribute("aria-invalid", "true")
    phone.press_sequentially("0914-5322018")
    expect(phone).not_to_have_class(re.compile("is-invalid"))
    expect(page.locator("#contact_phone-error")).to_have_count(0)


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")])
def test_the_owner_comes_back_mends_and_meets_the_partner(
    window: Window, size: tuple[int, int], language: str
) -> None:
    name = title()
    code = send(window(*DESK, "zh"), name)
    owner, broker = window(*size, language), window(*DESK, "zh")
    page = owner.page
    owner.open("/track")
    owner.look("find")
    page.locator("#code").fill(code.lower().replace("-", " "))
    page.locator("#contact").fill("+86 13891412345")
    page.locator("main form button").click()
    page.wait_for_url(re.compile(f"/track/{code}$"))
    expect(page.locator("h1")).to_have_text(name)

    broker.log_in(Role.BROKER)
    broker.open("/submissions")
    broker.look("queue")
    waiting = broker.page.locator("article", has_text=code)
    waiting.locator("input[name=reason]").fill("请写明褐变要降到多少")
    waiting.get_by_role("button", name="退回").click()
    expect(broker.page.locator("#messages")).to_contain_text(name)

    page.reload()
    expect(page.locator(".alert-warning").first).to_contain_text("请写明褐变要降到多少")
    owner.look("sent-back")
    page.locator(".alert-warning a.btn").click()
    page.locator("#indicators").fill("解冻 24 小时褐变率≤3%")
    owner.look("edit")
    page.locator("[data-once]").click()
    page.wait_for_url(re.compile(f"/track/{code}$"))
    expect(page.locator("#messages")).to_contain_text(owner.say("再次送审", "again"))

    broker.open("/submissions")
    broker.page.locator("article", has_text=code).get_by_role("button", name="通过并公开").click()
    expect(broker.page.locator("#messages")).to_contain_text("已公开")
    need_id = submitted(owner.server, code).need_id
    visitor = window(*DESK, language)
    visitor.open(f"/needs/{need_id}")
    expect(visitor.page.locator("h1")).to_contain_text(name)
    expect(visitor.page.locator("body")).not_to_contain_text("138")

    store = owner.server.store()
    partner = next(one for one in store.achievements() if one.contact.phone)
    case = open_case(store, need_id, partner.id, "broker", "")
    page.reload()
    expect(page.locator("body")).not_to_contain_text(partner.contact.phone)
    move(store, case.id, Stage.INTRODUCED, case.version, "broker", agreed=True)
    store.close()
    page.reload()
    expect(page.locator("#partners-title ~ .card")).to_contain_text(partner.contact.phone)
    expect(page.locator(".way .done")).to_have_count(4)
    owner.look("introduced")

    page.get_by_role("link", name=owner.say("撤回", "Withdraw")).click()
    owner.look("withdraw")
    page.locator("main .btn-danger").click()
    expect(page.locator("#messages")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("138")
    owner.complaints.clear()  # the browser's own remark on the 410
    owner.look("withdrawn")
    assert not stored(owner.server, name)


def test_a_draft_survives_a_reload_and_is_cleared_only_on_purpose(window: Window) -> None:
    view, name = window(*PHONE, "zh"), title()
    page = view.page
    view.open("/needs/new")
    fill_in(page, name)
    page.locator("#more summary").click()
    page.get_by_label("委托开发").check()
    expect(page.locator("#coach-bar")).to_contain_text("已存草稿")
    with page.expect_response(re.compile("/coach")):
        page.locator("#county").fill("镇安县")
    page.reload()
    for field, value in (("title", name), ("text", PROBLEM), ("county", "镇安县")):
        expect(page.locator(f"#{field}")).to_have_value(value)
    expect(page.get_by_label("委托开发")).to_be_checked()
    expect(page.locator(".alert-info")).to_be_visible()
    clear = page.locator("button[value=clear]")
    expect(clear).to_be_hidden()
    page.locator("details", has=clear).locator("summary").click()
    clear.click()
    expect(page.locator("#title")).to_have_value("")


@pytest.mark.parametrize(("size", "language"), [(PHONE, "en"), (DESK, "zh")])
def test_a_form_that_is_filled_already_fills_this_one(
    window: Window, size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    view = window(*size, language)
    page = view.page
    view.open("/needs/new")
    page.locator("#contact_name").fill("周经理")
    page.locator("details", has=page.locator("#form_file")).locator("summary").click()
    view.look("chooser")
    page.locator("#form_file").set_input_files(next(iter(sorted(FILES.glob("技术需求征集表*.docx")))))
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.locator("#title")).not_to_have_value("")
    expect(page.locator("#text")).not_to_have_value("")
    expect(page.locator("#contact_name")).to_have_value("周经理")
    view.look("read")
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    page.locator("#form_file").evaluate("input => { input.closest('details').open = true; }")
    page.locator("#form_file").set_input_files(broken)
    expect(page.locator("#summary")).to_contain_text("坏.docx")
    expect(page.locator("#text")).not_to_have_value("")
    view.complaints.clear()  # the browser's own remark on the 400


def test_attachments_are_refused_one_by_one_and_removed(window: Window, photo: Path, tmp_path: Path) -> None:
    view = window(*PHONE, "zh")
    page = view.page
    view.open("/needs/new")
    page.locator("#title").fill("板栗剥壳机卡壳")
    script, large = tmp_path / "报告.png", tmp_path / "大图.png"
    script.write_text("<script>alert(1)</script>")
    large.write_bytes(photo.read_bytes() + bytes(10 * 2**20))
    page.locator("#files").set_input_files([script, photo, large])
    expect(page.locator("#attached li")).to_have_count(1)
    expect(page.locator("#attached .text-danger-emphasis")).to_have_count(2)
    expect(page.locator("#uploading")).to_be_hidden()
    view.look("attached")
    page.locator("#attached li button").click()
    expect(page.locator("#attached li")).to_have_count(0)
    expect(page.locator("#title")).to_have_value("板栗剥壳机卡壳")


def test_pressed_twice_and_gone_back_it_is_one_need(window: Window) -> None:
    view, name = window(*DESK, "zh"), title()
    page = view.page
    view.open("/needs/new")
    fill_in(page, name)
    page.locator("[data-once]").dblclick()
    page.wait_for_url(re.compile("/track/"))
    assert len(stored(view.server, name)) == 1
    code = page.locator("#code").inner_text()
    page.go_back()
    page.wait_for_url(re.compile("/needs/new"))
    # The form is empty: why, and the way to what was sent, are said.
    expect(page.locator("#title")).to_have_value("")
    expect(page.locator(".alert-info")).to_contain_text(code)
    page.go_forward()
    page.wait_for_url(re.compile("/track/"))
    assert len(stored(view.server, name)) == 1


def test_a_session_that_ends_loses_nothing(window: Window) -> None:
    view, name = window(*PHONE, "en"), title()
    page = view.page
    view.open("/needs/new")
    fill_in(page, name)
    page.context.clear_cookies()
    page.locator("[data-once]").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#text")).to_have_value(PROBLEM)
    expect(page.locator("#consent")).to_be_checked()
    page.locator("[data-once]").click()
    page.wait_for_url(re.compile("/track/"))
    assert len(stored(view.server, name)) == 1
    view.complaints.clear()  # the browser's own remark on the 400


@pytest.fixture
def plain(chromium: Browser, server: Server) -> Iterator[Page]:
    """A phone without JavaScript."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_all_of_it_works_without_javascript(plain: Page, server: Server, photo: Path) -> None:
    name = title()
    plain.goto(f"{server.url}/")
    plain.locator("main").get_by_role("link", name="发布技术需求").click()
    plain.locator("#title").fill(name)
    plain.locator("#text").fill(PROBLEM)
    plain.locator("#files").set_input_files(photo)
    plain.get_by_role("button", name="看看匹配").click()
    # What a sheet shows elsewhere stands below the form.
    expect(plain.locator("#coach mark").first).to_be_visible()
    expect(plain.locator("#attached li")).to_contain_text(photo.name)
    plain.locator("[data-once]").click()
    expect(plain.locator("#summary")).to_be_visible()
    fill_in(plain, name)
    plain.locator("[data-once]").click()
    plain.wait_for_url(re.compile("/track/"))
    expect(plain.get_by_role("link", name=photo.name)).to_be_visible()
    plain.get_by_role("link", name="修改", exact=True).click()
    plain.locator("#budget").fill("三五十万")
    plain.locator("[data-once]").click()
    plain.wait_for_url(re.compile(r"/track/[\w-]{43}$"))
    assert stored(server, name)[0].budget == "30-50万"
    plain.get_by_role("link", name="撤回").click()
    plain.locator("main .btn-danger").click()
    assert not stored(server, name)


def test_the_keyboard_alone_is_enough(window: Window) -> None:
    view, name = window(*PHONE, "zh"), title()
    page = view.page
    view.open("/needs/new")
    page.locator("#title").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PROBLEM)
    expect(page.locator("#coach-bar")).to_contain_text("条建议")
    page.locator(".coach-bar").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#coach-sheet.show:not(.showing)")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#coach-sheet")).to_be_hidden()
    expect(page.locator(".coach-bar")).to_be_focused()
    # Enter in a line looks, and never sends.
    page.locator("#title").press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#title")).to_have_value(name)
    assert not stored(view.server, name)
