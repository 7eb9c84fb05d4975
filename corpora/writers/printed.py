"""Building blocks of what is printed from Word (.docx): pages, styles, paragraphs, tables, pictures, contents."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from corpora.files import replacing
from corpora.writers.runs import (
    SPACE,
    TWIPS,
    Cell,
    Piece,
    field_parts,
    piece_xml,
    properties,
    row_xml,
    run_xml,
)
from corpora.writers.workbook import cell_text

#: A4, in centimetres.
_SHORT, _LONG = 21.0, 29.7
SMALL = "Small print"
CAPTION = "Caption"
#: Word's own style of an entry in the contents.
_ENTRY = "toc 1"
#: The earliest day that an archive knows.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def lay_out(
    document: Any,
    title: str,
    styles: Mapping[str, tuple[float, float, float]],
    margins: tuple[float, float],
    landscape: bool = False,
) -> None:
    """Put a document on A4 under its title; styles are (size, space before, space after) in points, by name.

    A style that the document has not is made; margins are (sides, top and bottom) in centimetres.
    """
    section = document.sections[0]
    width, height = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(margins[0])
    section.top_margin = section.bottom_margin = Cm(margins[1])
    known = {style.name for style in document.styles}
    for name, (size, before, after) in styles.items():
        if name not in known:
            made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            made.base_style = document.styles["Normal"]
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # A theme's font, where a style names one, goes before that of the style itself.
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), "宋体" if name in ("Normal", SMALL) else "黑体")
    # Without a language of its own, Chinese may be drawn with the letters of a neighbour.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    document.core_properties.title = cell_text(title)
    document.core_properties.author = ""


def number_pages(document: Any) -> None:
    """Put the page's number at the foot of every page."""
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = 1
    for run in field_parts(" PAGE ", "1"):
        footer._p.append(parse_xml(run))


def head_pages(document: Any, text: str) -> None:
    """Put `text` at the head of every page but the first, which has no number either: a cover."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.alignment = 1
    head._p.append(parse_xml(run_xml(text, size=8, space=SPACE)))


class Printed:
    """A .docx that is written from top to bottom.

    Paragraphs and tables are put at its end as they are: python-docx would look through the whole
    document before each.
    """

    def __init__(
        self,
        title: str,
        styles: Mapping[str, tuple[float, float, float]],
        margins: tuple[float, float] = (2, 1.8),
        landscape: bool = False,
        numbered: bool = True,
        head: str = "",
    ) -> None:
        self._document: Any = docx.Document()
        lay_out(self._document, title, styles, margins, landscape)
        if numbered:
            number_pages(self._document)
        if head:
            head_pages(self._document, head)
        self._bookmarks = 0
        self._captions: Counter[str] = Counter()
        self._end = self._document.element.body.sectPr
        self._styles = {style.name: style.style_id for style in self._document.styles}

    def write(
        self,
        style: str,
        *pieces: Piece,
        label: str = "",
        centred: bool = False,
        new_page: bool = False,
        with_next: bool = False,
        bookmark: str = "",
    ) -> None:
        """Write a paragraph; a `label` stands before it in bold, `with_next` keeps it on the page of the next.

        The contents lead to its `bookmark`, a letter with letters, digits and underscores.
        """
        self._add(
            properties(self._styles[style], centred, new_page, with_next)
            + (self._bookmark(bookmark) if bookmark else "")
            + (run_xml(label, bold=True) if label else "")
            + "".join(piece_xml(one) for one in pieces)
        )

    def picture(self, content: bytes, width: float, described: str) -> None:
        """Put in a picture (PNG) `width` centimetres wide, on the page of what follows it.

        `described` is what somebody hears who cannot see it.
        """
        inline = self._document.part.new_pic_inline(io.BytesIO(content), width=Cm(width))
        inline.docPr.set("descr", cell_text(described))
        self._add(properties(self._styles["Normal"], centred=True, new_page=False, with_next=True) + "<w:r/>")
        paragraph = self._end.getprevious()
        paragraph[-1].append(parse_xml(f"<w:drawing {SPACE}/>"))
        paragraph[-1][-1].append(inline)

    def caption(self, label: str, series: str, text: str, above: bool = False) -> None:
        """Write “图 1　…”, numbered by Word in its series (letters); `above` is for what stands below it."""
        self._captions[series] += 1
        number = "".join(field_parts(f" SEQ {series} \\* ARABIC ", str(self._captions[series])))
        self._add(
            properties(self._styles[CAPTION], centred=True, new_page=False, with_next=above)
            + run_xml(f"{label} ")
            + number
            + run_xml(f"　{text}")
        )

    def contents(self, entries: Sequence[tuple[str, str]], width: float) -> None:
        """Write the contents: (bookmark, text) of each first-level heading, as a field.

        Word asks, when it opens the file, whether it shall put in the page numbers; until then each entry
        leads to its heading. `width` is the text's, in centimetres: page numbers stand at its end.
        """
        style = self._document.styles.add_style(_ENTRY, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.base_style = self._document.styles["Normal"]
        stops = style.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        begin, instruction, separate, _, end = field_parts(' TOC \\o "1-1" \\h \\z \\u ', "")
        begin = begin.replace("<w:fldChar ", '<w:fldChar w:dirty="true" ')
        for number, (bookmark, text) in enumerate(entries):
            self._add(
                properties(style.style_id, centred=False, new_page=False, with_next=False)
                + (begin + instruction + separate if number == 0 else "")
                + f'<w:hyperlink w:anchor={quoteattr(bookmark)} w:history="1">{run_xml(text)}</w:hyperlink>'
                + (end if number == len(entries) - 1 else "")
            )

    def _bookmark(self, name: str) -> str:
        self._bookmarks += 1
        return (
            f'<w:bookmarkStart w:id="{self._bookmarks}" w:name={quoteattr(name)}/>'
            f'<w:bookmarkEnd w:id="{self._bookmarks}"/>'
        )

    def _add(self, content: str) -> None:
        """Put a paragraph at the end."""
        self._end.addprevious(parse_xml(f"<w:p {SPACE}>{content}</w:p>"))

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str | Cell]],
        widths: Sequence[float],
        size: float = 9,
        together: bool = False,
    ) -> None:
        """Write a table whose headings are repeated on every page that it goes on to, no row cut in two.

        `widths` are in centimetres, `size` in points; `together` keeps all of it on one page.
        """
        lines = [row_xml(headings, widths, size, head=True, with_next=True)]
        lines += [
            row_xml(row, widths, size, head=False, with_next=together and number < len(rows))
            for number, row in enumerate(rows, 1)
        ]
        grid = "".join(f'<w:gridCol w:w="{round(width * TWIPS)}"/>' for width in widths)
        total = round(sum(widths) * TWIPS)
        self._end.addprevious(
            parse_xml(
                f'<w:tbl {SPACE}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{total}" w:type="dxa"/>'
                f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(lines)}</w:tbl>'
            )
        )

    def save(self, path: Path, made: date | None = None) -> None:
        """Write the document; it says that it was made on the day `made`: then the same gives the same bytes.

        Raises DataFolderTrouble where the file cannot be written.
        """
        if made is not None:
            about = self._document.core_properties
            about.created = about.modified = datetime.combine(made, time())
        buffer = io.BytesIO()
        self._document.save(buffer)
        with replacing(path) as stream:
            stream.write(_undated(buffer) if made is not None else buffer.getbuffer())


def _undated(document: io.BytesIO) -> bytes:
    """Return the archive with every part as it is, but without the time at which it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(document) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename, _NO_DAY), old.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()
