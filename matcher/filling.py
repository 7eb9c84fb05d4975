"""Filling the form from a file that somebody has already: a Word or Excel form, a table, a PDF."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from corpora.errors import UnreadableFile, shorten
from corpora.readers import Row, read_rows, to_record
from corpora.readers.forms import Pair, labelled_pairs, row_of_pairs
from corpora.readers.grids import Reading
from corpora.readers.headings import means_a_field, names_exactly
from corpora.records import Need
from corpora.vocabulary import Kind
from matcher.attachments import MAX_BYTES, read_pdf, safe_name
from matcher.submissions import Typed, typed_of

#: A form is a page or two; what is longer is not read on.
_PAGES = 20
_CHARACTERS = 100_000
#: Letters of the longest label that stands upright.
_UPRIGHT = 10
#: Letters of a line that most likely ends where the paper did.
_FULL_LINE = 25
_ORNAMENTS = "*＊★ ：:"
#: Radicals that Unicode does not call the same as the letters that they are drawn like.
_RADICALS = str.maketrans(
    "⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⻄⺎⺾",
    "见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟民西兀艹",
)


@dataclass(frozen=True)
class Filling:
    """What a file gave: values by field of the form, what could not be read, and how many more needs it holds."""

    values: Mapping[str, str | list[str]]
    #: (column, value, reason) of the cells that could not be read.
    unread: list[tuple[str, str, str]] = field(default_factory=list)
    others: int = 0
    #: Headings that mean nothing to the form.
    unknown: list[str] = field(default_factory=list)


def read_form(name: str, content: bytes) -> Filling:
    """Read the first need of a file. Raises UnreadableFile, with the remedy, where there is none in it."""
    shown = safe_name(name)
    if len(content) > MAX_BYTES:
        raise UnreadableFile(
            f"文件“{shorten(shown)}”超过 10 MB；请只留征集表那一页再试",
            f"'{shorten(shown)}' has more than 10 MB; keep only the form and try again",
        )
    rows = _rows_of_pdf(shown, content) if content.startswith(b"%PDF-") else _rows(shown, content)
    rows = [row for row in rows if row.kind is Kind.NEED]
    if not rows:
        raise _nothing(shown)
    need, unread = _record(rows[0])
    if need is None:
        raise _nothing(shown)
    filled = {name: value for name, value in typed_of(need).items() if value}
    return Filling(filled, unread, len(rows) - 1, list(dict.fromkeys(rows[0].unknown)))


def merge(
    typed: Typed, filling: Filling, over: bool, untouched: Typed
) -> tuple[dict[str, str | list[str]], list[str], list[str]]:
    """Return the form with the file's values, and the names of the fields filled and of those left as they were.

    A field that says something is left, unless `over`; what equals `untouched` is how the form began.
    """
    merged, filled, left = dict(typed), [], []
    for name, value in filling.values.items():
        now = typed.get(name) or ""
        if now == value:
            continue
        if over or not now or now == untouched.get(name):
            merged[name] = value
            filled.append(name)
        else:
            left.append(name)
    return merged, filled, left


def _rows(name: str, content: bytes) -> list[Row]:
    with TemporaryDirectory() as folder:
        # The reader judges by the content; the ending only tells csv from jsonl.
        path = Path(folder) / f"form{Path(name).suffix.lower()[:8]}"
        path.write_bytes(content)
        try:
            return read_rows(path, Kind.NEED)
        except UnreadableFile as error:
            if "--kind" in error.zh:  # what to type on the command line helps nobody here
                raise _nothing(name) from error
            said = shorten(name)
            raise UnreadableFile(
                error.zh.replace(path.name, said), error.en.replace(path.name, said)
            ) from error


def _record(row: Row) -> tuple[Need | None, list[tuple[str, str, str]]]:
    """Return the need that a row holds, without the cells that cannot be read, and those cells."""
    unread: list[tuple[str, str, str]] = []
    if row.broken:
        return None, [(row.broken[0], shorten(row.broken[1]), row.broken[2])]
    found = to_record(row)
    if isinstance(found, list):
        unread = [(each.column, each.value, each.reason) for each in found]
        columns = {column for column, _, _ in unread}
        kept = {
            name: value for name, value in row.values.items() if row.columns.get(name, name) not in columns
        }
        found = to_record(replace(row, values=kept))
    return (found if isinstance(found, Need) else None), unread


def _rows_of_pdf(name: str, content: bytes) -> list[Row]:
    reader = read_pdf(name, content)
    parts: list[str] = []
    try:
        for page in list(reader.pages)[:_PAGES]:
            parts.append(page.extract_text() or "")
            if sum(map(len, parts)) > _CHARACTERS:
                break
    except Exception as error:  # pypdf raises whatever a damaged page leads it to
        raise UnreadableFile(
            f"文件“{shorten(name)}”的文字读不出来；请改用 Word 或 Excel 版",
            f"the text of '{shorten(name)}' cannot be read; use a Word or Excel form",
        ) from error
    text = "\n".join(parts)[:_CHARACTERS]
    if not text.strip():
        raise UnreadableFile(
            f"文件“{shorten(name)}”里没有文字，多半是扫描件；请改用 Word 或 Excel 版，或直接填写",
            f"'{shorten(name)}' holds no text, it seems to be a scan; use a Word or Excel form, or type",
        )
    return list(_rows_of_text(text))


def _rows_of_text(text: str) -> Iterator[Row]:
    """Yield the forms that lines of labels and values spell; a title for the second time begins another."""
    reading = Reading(Kind.NEED)
    pairs: list[Pair] = []
    for line in _whole_labels(_ordinary(text)):
        found = labelled_pairs(line, reading) or _spaced(line)
        if found and _is_title(found[0]) and any(map(_is_title, pairs)):
            yield from _finished(pairs, reading)
            pairs = []
        if pairs and (not found or not found[0][0]):
            label, value = pairs[-1]
            pairs[-1] = label, _continued(str(value), str(found[0][1]) if found else line)
            found = found[1:]
        pairs += found
    yield from _finished(pairs, reading)


def _continued(value: str, line: str) -> str:
    """A full line that ends within a sentence goes on in the next."""
    last = value.rpartition("\n")[2]
    broken = len(last) >= _FULL_LINE and last[-1] not in "。；;！？!?：:"
    return f"{value}{'' if broken else chr(10)}{line}".strip()


def _ordinary(text: str) -> str:
    """Write radicals, which PDFs are full of where a font shares their shapes, as the letters that they are."""
    return "".join(
        unicodedata.normalize("NFKC", letter) if "\u2f00" <= letter <= "\u2fdf" else letter
        for letter in text.translate(_RADICALS)
    )


def _whole_labels(text: str) -> Iterator[str]:
    """Yield the lines; a label that stands upright in a narrow cell, a letter or two a line, is one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    at = 0
    while at < len(lines):
        ends = range(at + 1, min(at + _UPRIGHT, len(lines)) + 1)
        upright = [end for end in ends if all(len(line) <= 3 for line in lines[at:end])]
        end = next((end for end in reversed(upright) if _is_label("".join(lines[at:end]))), at + 1)
        yield "".join(lines[at:end])
        at = end


def _spaced(line: str) -> list[Pair]:
    """Return the pairs of a line of cells, without colons; the first has no label where the line begins with none."""
    pairs: list[Pair] = []
    for word in line.split():
        if not word.strip(_ORNAMENTS):
            continue
        if _is_label(word) and (not pairs or len(word) > 2):
            pairs.append((word.strip(_ORNAMENTS), ""))
        elif pairs:
            label, value = pairs[-1]
            pairs[-1] = label, f"{value} {word}".strip()
        else:
            pairs.append(("", word))
    return pairs if any(label for label, _ in pairs) else []


def _is_label(text: str) -> bool:
    return means_a_field(text.strip(_ORNAMENTS), Kind.NEED, exactly=True)


def _is_title(pair: Pair) -> bool:
    return names_exactly(pair[0], "title", Kind.NEED)


def _finished(pairs: list[Pair], reading: Reading) -> Iterator[Row]:
    row = row_of_pairs("PDF", 1, pairs, reading) if pairs else None
    if row is not None and row.values:
        yield row


def _nothing(name: str) -> UnreadableFile:
    said = shorten(name)
    return UnreadableFile(
        f"文件“{said}”里没有认得出的需求：没有“需求名称”“需求描述”这样的栏目；请换一份，或直接填写",
        f"'{said}' holds no need that can be understood, no column like 需求名称 or 需求描述; try another, or type",
    )
