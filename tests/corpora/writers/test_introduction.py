"""Letters of introduction as Word files."""

from __future__ import annotations

from pathlib import Path

import docx

from corpora.writers.introduction import Letter, Part, write_letters


def test_each_letter_has_a_page_of_its_own_and_any_text_fits(tmp_path: Path) -> None:
    hostile = "=1+1\x00\x0b<w:p/>\ud800 & 板栗"
    letters = [
        Letter(
            "引荐信", ["甲、乙："], [Part("需求", [("要解决的问题", hostile), ("", "一段话")])], ["李"], "："
        ),
        Letter("Letter", ["To both:"], [], [], ": "),
    ]
    path = tmp_path / "letter.docx"
    write_letters(path, letters)
    document = docx.Document(str(path))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:4] == ["引荐信", "甲、乙：", "需求", "要解决的问题：=1+1<w:p/> & 板栗"]
    heads = [one for one in document.paragraphs if one.style.name == "Heading 1"]
    assert [bool(one.paragraph_format.page_break_before) for one in heads] == [False, True]
