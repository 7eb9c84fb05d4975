"""Looking after what is known: imports and their jobs, duplicates, saved searches, accounts, the API's own page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FilePayload, expect

from corpora.accounts import Role
from corpora.jobs import Jobs
from corpora.store import DuplicateLink, Store
from corpora.vocabulary import Kind
from tests.api.browser.conftest import View

Window = Callable[[int, int, str], View]
#: A job waits for the worker, and the worker for the machine.
PATIENCE = 60_000
TABLE = (
    "需求名称,企业名称,需求描述,经费预算,掏多少钱\n"
    "{mark}核桃青皮脱除损伤大,{mark}合作社（示例）,脱皮损伤率超过12%，青皮汁染黑果壳,50万,80万\n"
    "坏行,{mark}厂（示例）,说明,十二x万,\n"
)


@pytest.fixture
def store(view: View) -> Iterator[Store]:
    opened = view.server.store()
    yield opened
    opened.close()


def table(mark: str) -> FilePayload:
    return {"name": f"{mark}.csv", "mimeType": "text/csv", "buffer": TABLE.format(mark=mark).encode()}


def test_a_table_is_looked_at_imported_and_reported(view: View, store: Store) -> None:
    page, mark = view.page, f"{view.language}{'手机' if view.is_phone else '桌面'}"
    view.log_in(Role.BROKER)
    view.open("/imports")
    page.set_input_files("#files", table(mark))
    expect(page.locator("#files-chosen")).to_contain_text(f"{mark}.csv")
    page.locator("#send button").click()
    expect(page.locator("#rows")).to_contain_text("2")
    expect(page.locator("main")).to_contain_text(f"{mark}核桃青皮脱除损伤大")
    expect(page.locator("main")).to_contain_text("十二x万")
    # What is wrong with a row is seen without scrolling sideways.
    assert page.locator(".rows td").last.evaluate("td => td.getBoundingClientRect().right <= innerWidth")
    view.look("preview")
    page.locator("form[action$='/commit'] button").click()
    expect(page.locator(".alert-success")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#job")).to_contain_text("十二x万")
    view.look("report")
    with page.expect_download() as rejects:
        page.locator("a[href$='/rejects']").click()
    assert rejects.value.suggested_filename.endswith(".xlsx")
    view.open("/jobs")
    expect(page.locator("tbody tr").first).to_be_visible()
    view.look("jobs")
    assert store.ids(Kind.NEED, enterprise=f"{mark}合作社（示例）")


def test_a_preview_is_discarded_and_a_job_cancelled(window: Window) -> None:
    view = window(1280, 900, "zh")
    page, store = view.page, view.server.store()
    view.log_in(Role.BROKER)
    view.open("/imports")
    page.set_input_files("#files", table("放弃"))
    page.locator("#send button").click()
    page.locator("form[action$='/discard'] button").click()
    expect(page.locator(".alert-success")).to_have_text("已放弃，什么也没有导入")
    assert not store.ids(Kind.NEED, enterprise="放弃合作社（示例）")
    view.open("/jobs")
    page.locator("form:has(input[value=learn]) button").click()
    page.wait_for_url(re.compile(r"/jobs/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    page.get_by_role("button", name="取消任务").click()
    expect(page.locator("#job .badge")).to_have_text("已取消", timeout=PATIENCE)
    expect(page.get_by_role("button", name="取消任务")).to_have_count(0)
    assert Jobs(store).get(number).state == "cancelled"
    store.close()
    assert not view.complaints


def test_duplicates_are_told_apart_or_made_one(view: View, store: Store) -> None:
    page, mark = view.page, f"twin-{view.language}-{'p' if view.is_phone else 'd'}"
    like = store.need("n-fungi-04")
    for number, county in (("1", "商南县"), ("2", "柞水县"), ("3", "镇安县"), ("4", "山阳县")):
        store.save(like.model_copy(update={"id": f"{mark}-{number}", "county": county}), "test")
    store.link_duplicates(
        DuplicateLink(Kind.NEED, f"{mark}-{one}", f"{mark}-{other}", 100.0) for one, other in ("21", "43")
    )
    view.log_in(Role.BROKER)
    view.open("/duplicates")
    pair = page.locator("article", has=page.locator(f"a[href='/needs/{mark}-1']"))
    # Both sides are seen at once, on a phone too.
    for cell in pair.locator("tbody tr td").all()[:2]:
        assert cell.evaluate("td => td.getBoundingClientRect().right <= innerWidth")
    view.look("pairs")
    pair.locator("form button").click()
    expect(page.locator("#messages .alert")).to_be_visible()
    expect(page.locator(f"a[href='/needs/{mark}-1']")).to_have_count(0)
    page.locator(f"a[href*='/duplicates/merge'][href*='keep={mark}-3']").click()
    expect(page.locator("main")).to_contain_text(f"{mark}-4")
    view.look("merge")
    page.locator("form[action$='/merge'] button").click()
    expect(page.locator("#messages .alert")).to_be_visible()
    assert store.ids(Kind.NEED, county="镇安县").count(f"{mark}-3") == 1
    assert not list(store.needs([f"{mark}-4"]))
    for number in "123":
        store.delete(Kind.NEED, f"{mark}-{number}", "test")


def test_a_saved_search_has_news(view: View, store: Store) -> None:
    page, word = view.page, f"zq{view.language}{'p' if view.is_phone else 'd'}"
    view.log_in(Role.BROKER)
    view.open(f"/search?kind=need&q={word}")
    page.locator("a[href^='/searches/new']").click()
    page.locator("#by_mail").check()
    view.look("save")
    page.locator("form:has(#name) button").first.click()
    row = page.locator("tr", has=page.get_by_role("link", name=word, exact=True))
    expect(row.locator("td").nth(1)).to_have_text("0")
    need = store.need("n-herbs-03").model_copy(update={"id": word, "title": f"新来的{word}"})
    store.save(need, "test")
    view.open("/")
    page.get_by_role("link", name=view.say("订阅里的新记录", "New in your saved searches")).click()
    if "/searches/" not in page.url:
        view.look("searches")
        page.get_by_role("link", name=word, exact=True).click()
    expect(page.get_by_role("link", name=need.title)).to_be_visible()
    view.look("news")
    # What was seen is new no more.
    view.open("/searches")
    expect(row.locator("td").nth(1)).to_have_text("0")
    row.locator("a[href$='/edit']").click()
    page.locator("form[action$='/delete'] button").click()
    expect(row).to_have_count(0)
    store.delete(Kind.NEED, word, "test")


def test_an_admin_adds_a_user_and_reads_the_log(view: View) -> None:
    page, name = view.page, f"new-{view.language}-{'p' if view.is_phone else 'd'}"
    view.log_in(Role.ADMIN)
    view.open("/admin/users")
    page.locator("#name").fill(name)
    page.locator("#role").select_option("broker")
    page.locator("form:has(#role) button").click()
    password = page.locator(".alert-success code").inner_text()
    assert len(password) >= 20
    view.look("added")
    page.locator(".alert-success a").click()
    expect(page.locator("main")).to_contain_text(name)
    view.look("user")
    view.open("/admin/audit?action=user+added")
    expect(page.locator("tbody")).to_contain_text(view.say("新建了账号", "user added"))
    expect(page.locator("body")).not_to_contain_text(password)
    view.look("audit")
    # The new broker comes in with the password that was shown once.
    page.context.clear_cookies(name="session")
    view.open("/login")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("main button").click()
    expect(page.locator("#waiting")).to_be_visible()


def test_the_apis_page_shows_its_operations(view: View) -> None:
    view.open("/")
    view.page.locator("footer a[href^='/api/docs']").click()
    expect(view.page.locator(".opblock").first).to_be_visible()
    assert view.page.locator(".opblock").count() > 20
    view.page.locator(".opblock-summary-control").first.click()
    expect(view.page.locator(".opblock-body").first).to_be_visible()
    assert view.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not view.complaints
