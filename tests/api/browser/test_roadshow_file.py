"""The page of a roadshow as a file, in Chromium: on a desk and a phone, with and without script, and printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.webpage import write_page
from tests.api.browser.conftest import SCREENSHOTS
from tests.matcher.roadshow import handmade

PLANS: dict[str, Callable[[], Plan]] = {
    "day": handmade.day,
    "hostile": handmade.hostile,
    "visits": handmade.visits,
    "infeasible": handmade.infeasible,
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "light"), (360, "dark")])
def test_the_page_fits_is_accessible_and_asks_for_nothing(
    chromium: Browser, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    _open(page, tmp_path, PLANS[name]())
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"roadshow-file-{name}-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for one in page.locator("details").all():
        one.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(asked) == 1
    assert not complaints
    # The page's own policy stands in the way of what axe adds to it; looked at without, it is the same page.
    page.context.close()
    free = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True  # type: ignore[arg-type]
    ).new_page()  # fmt: skip
    free.goto((tmp_path / "roadshow.html").as_uri())
    found = Axe().run(free, options={"resultTypes": ["violations"]}).response["violations"]
    assert not [(one["id"], [each["html"][:120] for each in one["nodes"]]) for one in found]
    free.context.close()


def test_one_finds_oneself(chromium: Browser, tmp_path: Path) -> None:
    page = chromium.new_context(viewport={"width": 360, "height": 800}).new_page()
    _open(page, tmp_path, handmade.day())
    page.get_by_role("searchbox").fill("第5矿业")
    expect(page.locator("#found")).to_contain_text("1 found")
    own = page.locator("details.person:visible")
    expect(own).to_have_count(1)
    expect(own.locator("td.time")).to_have_text(["09:00–11:30", "14:25–14:45", "16:05–16:25"])
    assert page.locator("#grid td.is-found").count() == 2
    # Who types on a phone sees their own timetable before the whole agenda.
    timetable, agenda = own.bounding_box(), page.locator("#agenda").bounding_box()
    assert timetable
    assert agenda
    assert timetable["y"] < agenda["y"]
    page.get_by_role("searchbox").fill("没有这家")
    expect(page.locator("#found")).to_contain_text("none found")
    expect(own).to_have_count(0)
    page.get_by_role("searchbox").fill("")
    expect(own).to_have_count(18)
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_it_prints_on_a4_with_everybodys_timetable(chromium: Browser, tmp_path: Path, script: bool) -> None:
    page = chromium.new_context(java_script_enabled=script).new_page()
    _open(page, tmp_path, handmade.day())
    page.pdf(path=tmp_path / "r.pdf", prefer_css_page_size=True)
    printed = pypdf.PdfReader(tmp_path / "r.pdf").pages
    sizes = {tuple(sorted(round(float(side) / 72 * 2.54, 1) for side in one.mediabox[2:])) for one in printed}
    assert sizes == {(21.0, 29.7)}
    # The grid lies across, and each timetable is there, opened or not.
    assert any(one.mediabox.width > one.mediabox.height for one in printed)
    text = "".join("".join(one.extract_text().split()) for one in printed)
    assert text.count("上台路演") == 4
    assert text.count("听路演") == 12
    assert "找自己" not in text
    page.context.close()


def _open(page: Page, folder: Path, plan: Plan) -> None:
    write_page(folder / "roadshow.html", plan)
    page.goto((folder / "roadshow.html").as_uri())
