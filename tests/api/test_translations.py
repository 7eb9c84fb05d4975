"""Every word on a page has its English, and what is compiled is what is written."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

API = Path(__file__).parents[2] / "api"
ENGLISH = API / "translations" / "en" / "LC_MESSAGES"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_po(BytesIO((ENGLISH / "messages.po").read_bytes()), locale="en")


def used() -> set[str]:
    """Return the messages in the code and the templates."""
    mapping = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None}
    return {str(message) for _, _, message, _, _ in extract_from_dir(API, mapping, keywords=keywords)}


def test_every_message_is_translated_and_none_is_left_over(english: Catalog) -> None:
    known = {str(message.id) for message in english if message.id}
    assert used() == known, "make translations, then write the English"
    assert [m.id for m in english if m.id and (not m.string or m.fuzzy)] == []


def test_english_is_english_and_keeps_its_placeholders(english: Catalog) -> None:
    # What is searched and filled in is Chinese, so examples of it are.
    others = [m for m in english if m.id and not str(m.id).startswith("例如")]
    assert [m.id for m in others if _CHINESE.search(str(m.string))] == []
    assert [(message.id, errors) for message, errors in english.check()] == []
    placeholders = re.compile(r"%\(\w+\)[sd]")
    for message in english:
        assert set(placeholders.findall(str(message.id))) == set(placeholders.findall(str(message.string)))


def test_what_is_compiled_is_what_is_written(english: Catalog) -> None:
    compiled = read_mo(BytesIO((ENGLISH / "messages.mo").read_bytes()))
    assert {m.id: m.string for m in compiled if m.id} == {m.id: m.string for m in english if m.id}
