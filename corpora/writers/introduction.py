"""Letters of introduction (.docx): both sides, why they were brought together, how they reach each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx

from corpora.files import replacing
from corpora.writers.printed import lay_out
from corpora.writers.workbook import cell_text

#: Size, space before and space after, in points.
_STYLES = {"Normal": (11, 0, 4), "Heading 1": (18, 0, 4), "Heading 2": (12, 10, 4)}


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
    lay_out(document, letters[0].title, _STYLES, (2.5, 2.54))
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
