"""Word files (.docx): list tables, label/value forms, and ``label：value`` paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from corpora.errors import UnreadableFile, shorten
from corpora.readers.forms import Pair, labelled_pairs, row_of_pairs
from corpora.readers.grids import Grid, Merge, Reading
from corpora.readers.headings import means_a_field
from corpora.readers.rows import Row
from corpora.readers.tables import rows_of_grid

#: Wider than any table on paper; a span in the file may claim anything.
_MOST_COLUMNS = 256

#: What holds paragraphs, rows or runs without being one: content controls, tracked insertions, …
_WRAPPERS = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo")}
_SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
#: Boxes that forms draw with a symbol font, by the last byte of the character's code.
_TICKED, _UNTICKED = set("RPTSþüýûx\x52\x50\xfe\xfc\xfd"), set("£¨oq\xa3\xa8\x6f\x71")


def read_word(path: Path, reading: Reading) -> Iterator[Row]:
    """Yield the file's rows: from each table, then from the paragraphs.

    Raises UnreadableFile where the file is damaged.
    """
    try:
        document = Document(str(path))
        headings = {
            style.style_id for style in document.styles
            if str(style.name).startswith(("Heading", "heading", "标题", "Title"))
        }  # fmt: skip
        blocks = list(_blocks(document.element.body))
    except Exception as error:  # python-docx and lxml raise whatever a damaged part leads them to
        raise UnreadableFile(
            f"文件 {path.name} 读不了（{shorten(error)}）；请用 Word 重新保存",
            f"{path.name} cannot be read ({shorten(error)}); save it again from Word",
        ) from error
    paragraphs = [block for block in blocks if block.tag == qn("w:p")]
    # What stands before a table (its title) helps to tell what it lists.
    prose = " ".join(map(_text, paragraphs[:20]))[:200]
    titled = Reading(reading.kind, f"{reading.hint} {prose}", reading.overrides)
    for number, table in enumerate((block for block in blocks if block.tag == qn("w:tbl")), 1):
        yield from rows_of_grid(_grid(table, f"表{number}"), titled)
    yield from _rows_of_paragraphs([(_text(each), _style(each) in headings) for each in paragraphs], titled)


def _blocks(parent: Any) -> Iterator[Any]:
    """Yield what stands in a body, table or row, wrapped or not."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _blocks(child)
        elif child.tag not in _SKIPPED:
            yield child


def _text(element: Any) -> str:
    """Return the text of a paragraph, with boxes as ☑ and □ however they were drawn."""
    parts: list[str] = []
    for child in element:
        if child.tag in _SKIPPED:
            continue
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name == "t":
            parts.append(_drawn(element, child.text or ""))
        elif name in ("tab", "br", "cr", "noBreakHyphen"):
            parts.append({"tab": "\t", "noBreakHyphen": "-"}.get(name, "\n"))
        elif name == "sym":
            parts.append(_box(chr(int(child.get(qn("w:char"), "0"), 16) & 0xFF)))
        elif name == "checkBox":
            states = [child.find(qn(f"w:{state}")) for state in ("checked", "default")]
            state = next((each for each in states if each is not None), None)
            parts.append("□" if state is None or state.get(qn("w:val"), "1") in ("0", "false") else "☑")
        elif name not in ("rPr", "pPr", "sdtPr", "tabs"):
            parts.append(_text(child))
    return "".join(parts)


def _drawn(run: Any, text: str) -> str:
    fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    if fonts is None or not str(fonts.get(qn("w:ascii"), "")).startswith("Wingdings"):
        return text
    return "".join(map(_box, text))


def _box(character: str) -> str:
    low = chr(ord(character) & 0xFF)
    return "☑" if low in _TICKED else "□" if low in _UNTICKED else character


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))


def _grid(table: Any, name: str) -> Grid:
    """Return a table's cells: of merged ones, the text stands in the first and None in the others."""
    cells: list[list[object]] = []
    merges: list[Merge] = []
    open_merges: dict[int, Merge] = {}
    for r, row in enumerate(each for each in _blocks(table) if each.tag == qn("w:tr")):
        line: list[object] = [None] * _number(row, "w:trPr/w:gridBefore")
        going_on: dict[int, Merge] = {}
        for cell in (each for each in _blocks(row) if each.tag == qn("w:tc")):
            if len(line) >= _MOST_COLUMNS:
                break
            left, span = len(line), max(1, _number(cell, "w:tcPr/w:gridSpan"))
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            above = open_merges.get(left)
            if merged is not None and merged.get(qn("w:val")) != "restart" and above:
                going_on[left] = Merge(above.top, left, r, above.right)
                text: object = None
            else:
                text = "\n".join(map(_text, cell.iter(qn("w:p")))).strip()
                if merged is not None or span > 1:
                    going_on[left] = Merge(r, left, r, left + span - 1)
            line += [text, *[None] * (span - 1)]
        merges += [merge for left, merge in open_merges.items() if not _grows(merge, going_on.get(left))]
        open_merges = going_on
        cells.append(line)
    merges += open_merges.values()
    return Grid(name, cells, [each for each in merges if (each.top, each.left) != (each.bottom, each.right)])


def _grows(merge: Merge, later: Merge | None) -> bool:
    return later is not None and later.top == merge.top


def _number(element: Any, where: str) -> int:
    found = element.find("/".join(qn(each) for each in where.split("/")))
    value = "" if found is None else str(found.get(qn("w:val"), ""))
    return min(int(value), _MOST_COLUMNS) if value.isdecimal() else 0


def _rows_of_paragraphs(paragraphs: list[tuple[str, bool]], reading: Reading) -> Iterator[Row]:
    """A record ends where a heading, or one of its labels for a second time, begins another."""
    pairs: list[Pair] = []
    start = 1
    for number, (text, is_heading) in enumerate(paragraphs, 1):
        found = [] if is_heading else labelled_pairs(text, reading)
        if not found and not is_heading and means_a_field(text, reading.kind, exactly=True):
            found = [(text.strip(), "")]
        if is_heading or any(_begins_another(label, pairs) for label, _ in found[:1]):
            yield from _finished(pairs, start, reading)
            pairs, start = [], number
        if found:
            pairs += found
        elif pairs and text.strip():
            label, value = pairs[-1]
            pairs[-1] = label, f"{value}\n{text.strip()}".strip()
    yield from _finished(pairs, start, reading)


def _begins_another(label: str, pairs: list[Pair]) -> bool:
    """Two persons to reach belong to one record; any other label for a second time does not."""
    return not any(word in label for word in ("联系", "电话", "手机", "邮箱")) and label in dict(pairs)


def _finished(pairs: list[Pair], start: int, reading: Reading) -> Iterator[Row]:
    row = row_of_pairs("段落", start, pairs, reading) if pairs else None
    if row is not None and row.values:
        yield row
