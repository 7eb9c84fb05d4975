"""Letters of introduction (.docx): both sides, why they were brought together, how they reach each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from corpora.files import replacing
from corpora.writers.workbook import cell_text


@dataclass(frozen=True)
class Part:
    """A part of a letter under a heading of its own: labelled lines; a line without a label is a paragraph."""

    heading: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Letter:
    """A letter in one language; `colon` is what stands between a label and its text."""

    title: str
    opening: Sequence[str]
    parts: Sequence[Part]
    closing: Sequence[str]
    colon: str


def write_letters(path: Path, letters: Sequence[Letter]) -> None:
    """Write the letters as a .docx on A4, each on a page of its own.

    Raises DataFolderTrouble where the file cannot be written.
    """
    document: Any = docx.Document()
    _lay_out(document)
    document.core_properties.title = cell_text(letters[0].title)
    document.core_properties.author = ""
    for number, letter in enumerate(letters):
        heading = document.add_heading(cell_text(letter.title), 1)
        heading.paragraph_format.page_break_before = number > 0
        for text in letter.opening:
            document.add_paragraph(cell_text(text))
        for part in letter.parts:
            document.add_heading(cell_text(part.heading), 2)
            for label, text in part.lines:
                line = document.add_paragraph()
                if label:
                    line.add_run(f"{label}{letter.colon}").bold = True
                line.add_run(cell_text(text))
        document.add_paragraph()
        for text in letter.closing:
            document.add_paragraph(cell_text(text)).alignment = 2
    with replacing(path) as stream:
        document.save(stream)


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    for name, size, before in (("Normal", 11, 0), ("Heading 1", 18, 0), ("Heading 2", 12, 10)):
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(4)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # A theme's font, where a style names one, goes before that of the style itself.
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), "宋体" if name == "Normal" else "黑体")
