"""Paragraphs, table rows and fields as Word has them inside: what printed documents are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls

from corpora.writers.workbook import cell_text

#: Twentieths of a point in a centimetre, Word's unit of lengths.
TWIPS = 567
#: What the outermost element of a piece of XML is given.
SPACE = nsdecls("w")


@dataclass(frozen=True)
class Field:
    """What Word puts in for a name when it merges letters with a list of addressees."""

    name: str


@dataclass(frozen=True)
class Cell:
    """A table's cell on a ground of its own: `fill` and `colour` are six hexadecimal digits, "" for the usual."""

    text: str
    fill: str = ""
    colour: str = ""
    bold: bool = False


#: A piece of a paragraph: text, or a field.
Piece = str | Field


def properties(style: str, centred: bool, new_page: bool, with_next: bool) -> str:
    # Word wants these in the order of its schema.
    return (
        f"<w:pPr><w:pStyle w:val={quoteattr(style)}/>"
        + ("<w:keepNext/>" if with_next else "")
        + ("<w:pageBreakBefore/>" if new_page else "")
        + ('<w:jc w:val="center"/>' if centred else "")
        + "</w:pPr>"
    )


def row_xml(
    texts: Sequence[str | Cell], widths: Sequence[float], size: float, head: bool, with_next: bool
) -> str:
    known = [
        one if isinstance(one, Cell) else Cell(one, "F2F2F2" if head else "", bold=head) for one in texts
    ]
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{round(width * TWIPS)}" w:type="dxa"/>'
        + (f'<w:shd w:val="clear" w:color="auto" w:fill={quoteattr(one.fill)}/>' if one.fill else "")
        + '<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        + ("<w:keepNext/>" if with_next else "")
        + '<w:spacing w:before="20" w:after="20"/></w:pPr>'
        + run_xml(one.text, bold=one.bold, size=size, colour=one.colour)
        + "</w:p></w:tc>"
        for one, width in zip(known, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def piece_xml(piece: Piece) -> str:
    if isinstance(piece, str):
        return run_xml(piece)
    return "".join(field_parts(f' MERGEFIELD "{piece.name}" ', f"«{piece.name}»"))


def run_xml(text: str, bold: bool = False, size: float = 0, colour: str = "", space: str = "") -> str:
    points = f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    ink = f"<w:color w:val={quoteattr(colour)}/>" if colour else ""
    style = f"<w:rPr>{'<w:b/>' if bold else ''}{ink}{points}</w:rPr>" if bold or ink or points else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in cell_text(text).split("\n")
    )
    return f"<w:r {space}>{style}{lines}</w:r>" if space else f"<w:r>{style}{lines}</w:r>"


def field_parts(instruction: str, shown: str) -> list[str]:
    """Return the runs of a field: Word computes it, and shows `shown` until it has."""
    mark = f'<w:r {SPACE}><w:fldChar w:fldCharType="{{}}"/></w:r>'
    return [
        mark.format("begin"),
        f'<w:r {SPACE}><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>',
        mark.format("separate"),
        f"<w:r {SPACE}><w:t>{escape(shown)}</w:t></w:r>",
        mark.format("end"),
    ]
