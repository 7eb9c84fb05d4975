"""Delimited text (.csv, .tsv, .txt) in any encoding that Chinese offices use."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpora.errors import UnreadableFile
from corpora.readers.grids import Grid, said

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = ",\t;|"
#: Common in any Chinese text, so it parts cells only where no other delimiter does.
_WIDE_COMMA = "，"
#: Enough to tell encodings and delimiters apart.
_SAMPLE = 200_000
#: The ' that exports put before what a spreadsheet would compute (corpora.writers.records.harmless).
_GUARD = re.compile(r"^'(?='*[=+\-@＝＋－＠])")

csv.field_size_limit(4 * 2**20)

_ENCODINGS = ("gb18030", "big5", "utf-16-le", "utf-16-be")
#: What a list of achievements or needs says again and again, in simplified and in traditional characters.
_FREQUENT = frozenset(
    "的一是在不了有和人中大为上以要用到作地于出成会可主发年工能产面方后多定行学法等度家水化高理小物加量机点业本性应开合前外"
    "名称单位联系电话技术需求果企关键词简介完项目阶段经费预算转让许指标市县区编号研究院公司所属领域的為發產後學會業應開機點"
    "稱單聯絡電話術關鍵詞簡項階經費預轉讓標縣區編號領，。、；：（）\r\n,"
)
#: How often a file whose quotes are broken is taken up again.
_MOST_RESTARTS = 50
_UNCLOSED = "引号没有闭合，请补上或删去 / a quote is never closed; close or remove it"


def read_delimited(path: Path) -> Grid:
    """Return the file as one grid; rows of another width than the header's are marked broken.

    Raises UnreadableFile where no encoding fits.
    """
    text = decode(path.read_bytes(), path.name)
    sample = text[:_SAMPLE]
    delimiter = max(_DELIMITERS, key=lambda mark: _steadiness(sample, mark))
    if _steadiness(sample, delimiter) < 1 <= _steadiness(sample, _WIDE_COMMA):
        delimiter = _WIDE_COMMA
    lines = list(io.StringIO(text, newline=""))
    rows: list[list[str]] = []
    try:
        for row, _, _ in _parse(lines, delimiter):
            rows.append(row)  # one by one, so that an error knows its row
    except csv.Error as error:
        raise UnreadableFile(
            f"文件 {path.name} 第 {len(rows) + 1} 行读不了（{error}）；请检查引号",
            f"{path.name} cannot be read at row {len(rows) + 1} ({error}); check its quotes",
        ) from error
    cells: list[list[object]] = []
    broken: dict[int, str] = {}
    for row, reason in _rows(lines, delimiter, _usual_width(rows)):
        if reason:
            broken[len(cells)] = reason
        cells.append([_GUARD.sub("", cell) for cell in row])
    return Grid("", cells, broken=broken)


def decode(data: bytes, name: str) -> str:
    """Return the text of `data` in UTF-8, UTF-16, GB18030 or Big5, whichever it is."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding, name)
    sample = data[: _SAMPLE // 2 * 2]
    nuls = sample.count(0)
    # Every line of UTF-16 has a NUL beside its comma; English has nothing but.
    if nuls * 5 < len(sample):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    possible = _ENCODINGS if nuls else _ENCODINGS[:2]
    return _strictly(data, max(possible, key=lambda encoding: _likeness(sample, encoding)), name)


def _likeness(sample: bytes, encoding: str) -> float:
    """How much of the sample, were it in the encoding, would be everyday Chinese."""
    text = sample.decode(encoding, "replace")
    return (sum(each in _FREQUENT for each in text) - 5 * text.count("\ufffd")) / max(1, len(text))


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


def _parse(lines: Sequence[str], delimiter: str) -> Iterator[tuple[list[str], int, int]]:
    """Yield each row with the lines that it takes up, [first, last)."""
    reader = csv.reader(lines, delimiter=delimiter)
    first = 0
    for row in reader:
        yield row, first, reader.line_num
        first = reader.line_num


def _rows(lines: Sequence[str], delimiter: str, width: int) -> Iterator[tuple[list[str], str]]:
    """Yield each row and what is wrong with it, "" where nothing is.

    A quote that is never closed swallows the lines below it; where one of those is a whole row, reading
    is taken up again there.
    """
    at = 0
    for restart in range(_MOST_RESTARTS + 1):
        for row, first, last in _parse(lines[at:] if at else lines, delimiter):
            several = last - first > 1
            unclosed = (several or at + last == len(lines)) and _unclosed(
                lines[at + first : at + last], delimiter
            )
            if several and (unclosed or len(row) != width) and restart < _MOST_RESTARTS:
                below = range(at + first + 1, at + last)
                whole = next((n for n in below if _is_whole(lines[n], delimiter, width)), None)
                if whole is not None:
                    yield next(csv.reader([lines[at + first]], delimiter=delimiter)), _UNCLOSED
                    at = whole
                    break
            yield row, _UNCLOSED if unclosed else _oddity(row, width)
        else:
            return


def _unclosed(lines: Sequence[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _is_whole(line: str, delimiter: str, width: int) -> bool:
    return width > 1 and len(next(csv.reader([line], delimiter=delimiter), [])) == width


def _usual_width(rows: Sequence[Sequence[object]]) -> int:
    widths = [len(row) for row in rows if any(map(said, row))]
    return max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0


def _oddity(row: Sequence[object], width: int) -> str:
    """Rows wider than the table, or cut short before it ends: their cells cannot be trusted."""
    if len(row) in (width, 0, 1) or not any(map(said, row)):
        return ""
    return (
        f"有 {len(row)} 列，应为 {width} 列，请检查逗号和引号 / has {len(row)} columns, expected {width}; "
        "check commas and quotes"
    )
