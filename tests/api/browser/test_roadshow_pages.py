"""An organizer's roadshow in a real browser: dragged, moved by keys, named conflicts, pins, undo, the day and after."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from corpora.accounts import Role
from corpora.cases import Cases
from corpora.roadshows import Roadshow, Roadshows
from corpora.store import Store
from matcher.roadshow.running import keeping, looking
from tests.api.browser.conftest import View
from tests.api.roadshowing import planned, spec


@pytest.fixture
def store(view: View) -> Iterator[Store]:
    opened = view.server.store()
    yield opened
    opened.close()


@pytest.fixture
def roadshow(view: View, store: Store) -> Roadshow:
    """A roadshow of this view's own, with a plan that nobody has changed."""
    return planned(store, spec(f"专场 {view.name[-30:]}"))


def card(view: View, clock: str, table: int) -> Locator:
    return view.page.locator(f'[data-place="{clock}/{table}"] .meet')


def cell(view: View, clock: str, table: int) -> Locator:
    return view.page.locator(f'[data-place="{clock}/{table}"]')


def seats(store: Store, roadshow: Roadshow) -> set[tuple[int, int, str, str]]:
    plan = looking.draft_of(looking.find_roadshow(store, roadshow.id))
    assert plan
    return {(one.start, one.table, one.enterprise_id, one.team_id) for one in plan.meetings}


def hold(view: View, what: Locator, over: Locator) -> None:
    """Take a card up with the mouse and hold it over a place, as a hand does: in steps."""
    mouse, start = view.page.mouse, what.bounding_box()
    assert start
    mouse.move(start["x"] + 20, start["y"] + 12)
    mouse.down()
    mouse.move(start["x"] + 40, start["y"] + 20, steps=5)
    expect(view.page.locator("[data-mark]").first).to_be_attached()
    goal = over.bounding_box()
    assert goal
    mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=12)


def test_cards_are_dragged_and_conflicts_named(view: View, store: Store, roadshow: Roadshow) -> None:
    page, before = view.page, seats(store, roadshow)
    view.log_in(Role.ORGANIZER)
    view.open(f"/roadshows/{roadshow.id}/timetable")
    view.look("timetable")
    if view.is_phone:
        # A finger holds for a moment before it drags; without one, the card's own list of places does.
        card(view, "14:00", 1).locator(".meet-link").click()
        page.locator("#to-place").select_option("15:15/1")
        page.locator("#picked form button").first.click()
        expect(card(view, "15:15", 1)).to_be_visible()
        view.look("picked")
        return
    # While it is held, every place says what it is good for.
    hold(view, card(view, "14:00", 1), cell(view, "14:25", 4))
    expect(cell(view, "15:15", 1)).to_have_attribute("data-mark", "free")
    # Its enterprise and its team are elsewhere then.
    expect(cell(view, "14:25", 4)).to_have_attribute("data-mark", "block")
    expect(cell(view, "15:15", 4)).to_have_attribute("data-mark", "warn")
    expect(page.locator("#hover")).to_contain_text("14:25")
    view.look("dragging")
    page.mouse.up()
    expect(page.locator("[data-mark]")).to_have_count(0)
    expect(card(view, "14:00", 1)).to_have_count(1)
    assert seats(store, roadshow) == before
    # To a free place it goes.
    hold(view, card(view, "14:00", 1), cell(view, "15:15", 1))
    page.mouse.up()
    expect(page.locator("#said")).to_contain_text("15:15")
    expect(card(view, "15:15", 1)).to_have_count(1)
    assert (15 * 60 + 15, 1, "e-1", "t-a-nuts-01") in seats(store, roadshow)
    # To a spare table it goes too, and the conflict is named.
    hold(view, card(view, "15:15", 1), cell(view, "15:15", 4))
    page.mouse.up()
    expect(page.locator("#broken")).to_contain_text(view.say("占用备用的 4 号桌", "spare"))
    expect(card(view, "15:15", 4)).to_have_class(re.compile(r"\bwarn\b"))
    view.look("warned")
    # Undo and undo again: it is where it was.
    page.locator("#undo").click()
    expect(card(view, "15:15", 1)).to_have_count(1)
    page.locator("#undo").click()
    expect(card(view, "14:00", 1)).to_have_count(1)
    assert seats(store, roadshow) == before
    page.locator("#redo").click()
    expect(card(view, "15:15", 1)).to_have_count(1)
    # Two change places, where neither is busy then.
    hold(view, card(view, "14:25", 3), cell(view, "14:00", 3))
    expect(cell(view, "14:50", 3)).to_have_attribute("data-mark", "block")
    expect(cell(view, "14:00", 3)).to_have_attribute("data-mark", "swap")
    page.mouse.up()
    expect(card(view, "14:00", 3)).to_have_attribute("data-pair", "e-5|t-a-nuts-04")
    expect(card(view, "14:25", 3)).to_have_attribute("data-pair", "e-3|t-a-nuts-03")
    assert len(seats(store, roadshow)) == len(before)
    view.look("swapped")


def test_cards_are_moved_by_keys_and_pinned(view: View, store: Store, roadshow: Roadshow) -> None:
    page = view.page
    view.log_in(Role.ORGANIZER)
    view.open(f"/roadshows/{roadshow.id}/timetable")
    link = card(view, "14:00", 1).locator(".meet-link")
    link.focus()
    page.keyboard.press("ArrowRight")
    expect(card(view, "14:00", 2).locator(".meet-link")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(cell(view, "15:15", 1)).to_have_attribute("data-mark", "free")
    # Over a place where it may not be, it says why, and stays in the hand.
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hover")).to_contain_text("14:25")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("14:25")
    page.keyboard.press("Escape")
    expect(page.locator("[data-mark]")).to_have_count(0)
    page.keyboard.press("Space")
    expect(cell(view, "15:15", 1)).to_have_attribute("data-mark", "free")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(card(view, "15:15", 1).locator(".meet-link")).to_be_focused()
    # P pins; a pinned one is marked, and the replan keeps it.
    page.keyboard.press("p")
    expect(card(view, "15:15", 1)).to_have_class(re.compile("pinned"))
    expect(card(view, "15:15", 1).locator(".pin")).to_have_attribute("aria-pressed", "true")
    known = looking.find_roadshow(store, roadshow.id)
    assert [one["enterprise_id"] for one in known.spec["pinned"]] == ["e-1"]
    # A whole table is locked at once.
    page.get_by_role("button", name=view.say("固定 2 号桌的各场", "Pin all at table 2")).click()
    expect(page.locator(".meet.pinned")).to_have_count(4)
    view.look("pinned")


def test_published_changed_and_published_again(view: View, store: Store, roadshow: Roadshow) -> None:
    page = view.page
    view.log_in(Role.ORGANIZER)
    view.open(f"/roadshows/{roadshow.id}")
    view.look("overview")
    view.open(f"/roadshows/{roadshow.id}/publish")
    view.look("before-publishing")
    page.get_by_role("button", name=view.say("发布", "Publish"), exact=True).click()
    expect(page.locator("#to-publish")).to_have_text(
        view.say("发布之后没有改动", "Nothing changed since it was published")
    )
    # What is changed afterwards is listed until it is published too.
    view.open(f"/roadshows/{roadshow.id}/timetable?card=14:00/1/e-1/t-a-nuts-01")
    page.locator("#to-place").select_option("15:15/1")
    page.locator("#picked form button").first.click()
    expect(card(view, "15:15", 1)).to_have_count(1)
    view.open(f"/roadshows/{roadshow.id}/publish")
    expect(page.locator("#changes li")).to_have_count(1)
    expect(page.locator("#changes")).to_contain_text("15:15")
    view.look("changes")
    # Brokers see what was published, not the draft.
    page.get_by_role("button", name=view.say("再次发布", "Publish again")).click()
    expect(page.locator("#changes")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name=view.say("全部下载", "Download all")).click()
    assert download.value.suggested_filename.endswith(".zip")


def test_the_day_and_what_came_of_it(view: View, store: Store) -> None:
    page, roadshow = view.page, planned(store, spec(f"当天 {view.name[-30:]}", 0), publish=True)
    view.log_in(Role.BROKER)
    view.open(f"/roadshows/{roadshow.id}/day")
    view.look("check-in")
    guests = page.locator("[data-guest]:visible")
    page.locator("#find").fill("洛南核溪")
    expect(guests).to_have_count(1)
    guests.locator("button").click()
    expect(guests).to_have_class(re.compile("came"))
    expect(page.locator("#counts")).to_contain_text("1")
    expect(guests.locator("button")).to_be_focused()
    assert list(Roadshows(store).arrivals(roadshow.id)) == ["e-3"]
    # Somebody comes unannounced: a spare table first.
    page.locator("#walk-name").fill("<b>新来的</b>公司")
    page.locator("#walk-team").select_option("t-a-nuts-03")
    page.get_by_role("button", name=view.say("看空位", "Show places")).click()
    expect(page.locator("#walk-place option").first).to_contain_text(view.say("备用桌", "spare table"))
    page.get_by_role("button", name=view.say("加入并签到", "Seat and check in")).click()
    expect(page.locator("main")).to_contain_text("<b>新来的</b>公司")
    view.look("walked-in")
    # One tap each.
    view.open(f"/roadshows/{roadshow.id}/results")
    row = page.locator("#result-0")
    row.get_by_role("button", name=view.say("无意向", "no interest")).click()
    expect(row.locator("[aria-pressed=true]")).to_have_text(view.say("无意向", "no interest"))
    row.get_by_role("button", name=view.say("约定考察", "visit planned")).click()
    pressed = row.locator("[aria-pressed=true]")
    expect(pressed).to_have_text(view.say("约定考察", "visit planned"))
    expect(pressed).to_be_focused()
    view.look("results")
    row.locator("a[href*='/cases/']").click()
    expect(page.locator(".timeline")).to_contain_text(roadshow.title)
    known = Cases(store).of_pair("n-nuts-01", "a-nuts-01")
    assert known


def test_the_form_loses_nothing(view: View) -> None:
    page = view.page
    view.log_in(Role.ORGANIZER)
    view.open("/roadshows/new")
    view.look("form")
    page.locator("#title").fill(f"表单 {view.name}")
    page.locator("#theme").select_option("chain")
    page.locator("#chain").select_option("nuts")
    page.locator("#meet_end").fill("13:00")
    page.locator("details > summary").first.click()
    page.locator("#force").fill("甲公司，a-nuts-01")
    page.get_by_role("button", name=view.say("上移：少有空等", "Move up: Few idle gaps")).click()
    expect(page.locator(".goals li").nth(1)).to_contain_text(view.say("少有空等", "Few idle gaps"))
    expect(page.locator("#force")).to_have_value("甲公司，a-nuts-01")
    page.get_by_role("button", name=view.say("只保存", "Save only")).click()
    # The end before the start is said under its field.
    expect(page.locator("#meet_start-error, #meet_end-error").first).to_be_visible()
    view.complaints.clear()  # the browser's own remark on the status
    view.look("mistake")
    page.locator("#meet_end").fill("17:00")
    page.get_by_role("button", name=view.say("改用文本", "As text")).click()
    text = page.locator("#spec-text").input_value()
    assert "chain: nuts" in text
    assert "甲公司" in text
    view.look("text")
    page.locator("#spec-text").fill(text + "\ncolour: red\n")
    page.get_by_role("button", name=view.say("只保存", "Save only")).click()
    expect(page.get_by_role("alert")).to_contain_text("colour")
    view.complaints.clear()
    page.locator("#spec-text").fill(text.replace("chain: nuts", "chain: fungi"))
    page.get_by_role("button", name=view.say("改用表单", "As a form")).click()
    expect(page.locator("#chain")).to_have_value("fungi")
    page.get_by_role("button", name=view.say("只保存", "Save only")).click()
    page.wait_for_url(re.compile(r"/roadshows/\d+$"))
    view.look("kept")


def test_a_day_is_planned_and_planned_anew_after_a_cancellation(view: View, store: Store) -> None:
    page = view.page
    view.log_in(Role.ORGANIZER)
    view.open("/roadshows/new")
    page.locator("#title").fill(f"核桃 {view.name[-20:]}")
    page.locator("#theme").select_option("chain")
    page.locator("#chain").select_option("nuts")
    page.locator("#tables").fill("5")
    page.locator("#pitch_count").fill("4")
    page.get_by_role("button", name=view.say("保存并排", "Save and plan")).click()
    page.wait_for_url(re.compile(r"/roadshows/\d+$"))
    # The page comes by itself to what was planned.
    expect(page.locator("#quality")).to_be_visible(timeout=90_000)
    expect(page.locator(".agenda dd.ps-3")).to_have_count(4)
    view.look("planned")
    number = int(page.url.rsplit("/", 1)[1])
    plan = looking.draft_of(looking.find_roadshow(store, number))
    assert plan
    assert plan.meetings
    who = plan.meetings[0].enterprise_id
    view.open(f"/roadshows/{number}/timetable")
    # Who stays below the minimum is told of; nothing clashes.
    expect(page.locator("#grid")).to_be_visible()
    expect(page.locator("#broken .block-sign")).to_have_count(0)
    page.locator("#happened > summary").click()
    page.locator("#off-who").select_option(who)
    view.look("something-happened")
    page.locator(".happening").first.get_by_role("button").click()
    expect(page.locator("#moved-head")).to_be_visible(timeout=90_000)
    after = looking.draft_of(looking.find_roadshow(store, number))
    assert after
    assert who not in {one.enterprise_id for one in after.meetings}
    view.look("replanned")


def test_what_collides_is_relaxed_with_a_click(view: View, store: Store) -> None:
    page = view.page
    view.log_in(Role.ORGANIZER)
    wanted = spec(
        f"冲突 {view.name[-20:]}",
        theme={"chain": "nuts"},
        pitches={"count": 2, "must": ["a-nuts-01", "a-nuts-02", "a-nuts-03"]},
    )
    made = keeping.create(store, wanted, "organizer")
    view.open(f"/roadshows/{made.id}")
    page.get_by_role("button", name=view.say("开始排", "Plan"), exact=True).click()
    expect(page.locator("#collides")).to_be_visible(timeout=90_000)
    view.look("collides")
    page.get_by_role("button", name=view.say("就这样放宽，再排", "Relax this and plan again")).first.click()
    expect(page.locator("#quality")).to_be_visible(timeout=90_000)
    expect(page.locator("#collides")).to_have_count(0)


def test_a_day_of_visits_and_the_programme(view: View, store: Store) -> None:
    page = view.page
    view.log_in(Role.ORGANIZER)
    view.open("/roadshows/new?kind=visits")
    view.look("visits-form")
    page.locator("#title").fill(f"走访 {view.name[-20:]}")
    page.locator("#place").fill("镇安县")
    page.get_by_role("button", name=view.say("保存并排", "Save and plan")).click()
    expect(page.locator("#route")).to_be_visible(timeout=90_000)
    expect(page.locator(".route > li").first).to_contain_text(":")
    view.look("route")
    page.locator(".route a").first.click()
    view.look("visited")
    view.open("/roadshows/programme")
    page.locator("#count").fill("4")
    page.locator("main form button:has(.bi-magic)").click()
    expect(page.locator("#proposals > li")).to_have_count(4)
    view.look("programme")
    page.locator("#proposals button").first.click()
    expect(page.locator("#theme")).to_have_value("chain")
    view.open("/roadshows")
    view.look("list")
