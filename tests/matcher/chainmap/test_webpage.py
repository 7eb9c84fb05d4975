"""The map's page as a file: whole in itself, held by a strict policy, small; and the parts a website serves."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from corpora.errors import DataFolderTrouble, UnknownRecord
from matcher.chainmap import webpage
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.webpage import SCRIPTS, STYLES, asset, page_html, write_page
from tests.matcher.chainmap import making
from tests.matcher.chainmap.whole import whole

PAGE = Path(webpage.__file__).with_name("page")


def elements(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)


def test_the_policy_lets_in_what_the_page_holds_and_nothing_else() -> None:
    html = page_html(making.rich())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    allowed = set(re.findall(r"'(sha256-[^']+)'", policy))
    own = {
        f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
        for tag in ("style", "script")
        for text in elements(html, tag)
    }
    assert own == allowed
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    # Beside the scripts there is the data, which runs as nothing.
    assert html.count("<script") == len(SCRIPTS) + 1
    assert not re.search(r"<(?:link|img|iframe|base|form)\b|\ssrc=|<[^>]+\s(?:style|on\w+)=", _own(html))


def test_the_data_in_the_page_is_the_data() -> None:
    html = page_html(making.rich())
    (data,) = re.findall(
        r'<script type="application/json" id="chainmap-data">(.*?)</script>', html, re.DOTALL
    )
    assert json.loads(data)["totals"]["records"] == 17


def test_it_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    write_page(tmp_path / "a.html", whole())
    write_page(tmp_path / "b.html", IntegrationMap.model_validate_json(whole().model_dump_json()))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    # What every page carries leaves room for a province's records.
    assert (tmp_path / "a.html").stat().st_size < 1_500_000


def test_without_scripts_the_gaps_and_verdicts_are_there() -> None:
    html = page_html(whole())
    assert "2 条需求无人能答" in html
    assert "秦岭大学的冷库" in html
    (spare,) = elements(html, "noscript")
    assert re.search(r"采后贮运与保鲜</th><td>补链</td><td>2 \(2\)</td>", spare)


def test_nothing_a_record_says_becomes_markup() -> None:
    gap = whole().gaps[0].model_copy(update={"zh": making.HOSTILE, "en": making.HOSTILE})
    html = page_html(whole().model_copy(update={"gaps": (gap,), "title_zh": making.HOSTILE}))
    assert "<script>alert(1)" not in html
    assert html.count("<script") == len(SCRIPTS) + 1


def test_a_page_of_nothing_can_be_written(tmp_path: Path) -> None:
    write_page(tmp_path / "map.html", IntegrationMap(date=making.DAY))
    assert "2026-12-01" in (tmp_path / "map.html").read_text("utf-8")
    with pytest.raises(DataFolderTrouble):
        write_page(tmp_path / "none" / "map.html", making.chart())


def test_a_website_is_given_the_parts_and_no_other_file() -> None:
    for name in (*STYLES, *SCRIPTS):
        assert asset(name)
    for name in ("../webpage.py", "page.html", "vendor/echarts/LICENSE", "map.css\x00", ""):
        with pytest.raises(UnknownRecord):
            asset(name)


def test_every_script_and_style_is_loaded_and_none_is_too_long() -> None:
    there = {path.name for path in PAGE.glob("*.js")} | {path.name for path in PAGE.glob("*.css")}
    assert there == {name for name in (*SCRIPTS, *STYLES, "page.css") if "/" not in name}
    for name in there:
        assert len((PAGE / name).read_text("utf-8").splitlines()) < 300


def test_scripts_never_make_markup_of_text() -> None:
    for path in PAGE.glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|https?://", text
        ), path.name


def _own(html: str) -> str:
    """Return the page without what its scripts and styles say."""
    return re.sub(r"<(script|style)\b([^>]*)>.*?</\1>", r"<\1\2>", html, flags=re.DOTALL)
