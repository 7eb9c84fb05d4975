"""Delimited text (.csv, .tsv, .txt) in any encoding that Chinese offices use."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from charset_normalizer import from_bytes

from corpora.errors import UnreadableFile
from corpora.readers.tables import Grid

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = ",\t;|，"
#: Enough to tell encodings and delimiters apart.
_SAMPLE = 200_000
#: The ' that exports put before what a spreadsheet would compute (corpora.writers.records.harmless).
_GUARD = re.compile(r"^'(?='*[=+\-@＝＋－＠])")

csv.field_size_limit(4 * 2**20)


def read_delimited(path: Path) -> Grid:
    """Return the file as one grid; rows of another width than the header's are marked broken.

    Raises UnreadableFile where no encoding fits.
    """
    text = decode(path.read_bytes(), path.name)
    sample = text[:_SAMPLE]
    delimiter = max(_DELIMITERS, key=lambda mark: _steadiness(sample, mark))
    cells: list[list[object]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells.append([_GUARD.sub("", cell) for cell in row])
    except csv.Error as error:
        raise UnreadableFile(
            f"文件 {path.name} 第 {len(cells) + 1} 行读不了（{error}）；请检查引号",
            f"{path.name} cannot be read at row {len(cells) + 1} ({error}); check its quotes",
        ) from error
    return Grid("", cells, broken=_odd_rows(cells))


def decode(data: bytes, name: str) -> str:
    """Return the text of `data` in UTF-8, UTF-16, GB18030 or Big5, whichever it is."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Cut at a line's end, so that no character is halved.
    sample = data[: data.rfind(b"\n", 0, _SAMPLE) + 1] if len(data) > _SAMPLE else data
    best = from_bytes(sample, cp_isolation=["gb18030", "big5", "utf_16_le", "utf_16_be"]).best()
    return _strictly(data, best.encoding if best else "gb18030", name)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"文件 {name} 的文字编码认不出（第 {error.start} 字节）；请另存为 UTF-8 编码的 CSV",
            f"{name} is in no known encoding (byte {error.start}); save it as CSV UTF-8",
        ) from error


def _steadiness(sample: str, delimiter: str) -> float:
    """How many cells the lines share, weighed by how many lines agree."""
    rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))[:50]
    widths = [len(row) for row in rows if row]
    if not widths:
        return 0.0
    # Of widths as common as each other the narrowest: one long text full of ， is no table.
    common = min(set(widths), key=lambda width: (-widths.count(width), width))
    return (common - 1) * widths.count(common) / len(widths)


def _odd_rows(cells: list[list[object]]) -> dict[int, str]:
    """Rows wider than the table, or cut short before it ends: their cells cannot be trusted."""
    widths = [len(row) for row in cells if any(str(cell).strip() for cell in row)]
    if not widths:
        return {}
    width = max(set(widths), key=widths.count)
    return {
        position: f"有 {len(row)} 列，应为 {width} 列，请检查逗号和引号 / has {len(row)} columns, expected {width}; "
        "check commas and quotes"
        for position, row in enumerate(cells)
        if len(row) != width and len(row) > 1 and any(str(cell).strip() for cell in row)
    }
