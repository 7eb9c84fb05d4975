"""The board and a case, as a broker works with them."""

from __future__ import annotations

from playwright.sync_api import expect

from corpora.accounts import Role
from corpora.cases import Cases
from matcher.cases import open_case
from tests.api.browser.conftest import View


def test_a_broker_introduces_both_sides(view: View) -> None:
    store = view.server.store()
    taken = {case.need_id for case in Cases(store).all()}
    need = next(one for one in store.needs() if one.contact.phone and one.id not in taken)
    case = open_case(store, need.id, next(store.achievements()).id, "broker", "<script>alert(1)</script>")
    store.close()
    view.log_in(Role.BROKER)
    view.open("/cases")
    view.look("board")
    view.open("/cases?view=table")
    view.look("table")
    view.open(f"/cases/{case.id}")
    expect(view.page.locator(".timeline")).to_contain_text("<script>")
    expect(view.page.get_by_text(need.contact.phone)).to_have_count(0)
    # What a move does not take is not asked.
    view.page.locator("#move-to").select_option("declined")
    expect(view.page.locator("#move-agreed")).to_be_hidden()
    view.page.locator("#move-to").select_option("introduced")
    view.page.locator("#move-agreed").check()
    view.page.locator("section:has(#move-to) button").click()
    expect(view.page.get_by_text(need.contact.phone)).to_be_visible()
    view.look("case")
    view.page.locator("#sides ~ p a").click()
    expect(view.page.locator("h1").first).to_have_text("引荐信")
    view.look("letter")
    view.open("/reminders")
    view.look("reminders")
