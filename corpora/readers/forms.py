"""Forms: labels beside, above or before their values, one record or several in a grid or a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile

from corpora.readers.grids import Grid, Reading, said
from corpora.readers.headings import means_a_field, names_exactly
from corpora.readers.rows import Row, collect
from corpora.records import RECORDS
from corpora.vocabulary import Kind

#: A label, and what stands after its colon.
_LABELLED = re.compile(r"\s*([^：:\n]{2,30})\s*[：:]\s*(.*)", re.DOTALL)
#: A further label in the same line: 联系人：王工　电话：139…
_FURTHER = re.compile(r"(?<=[\s　；;，,。])([^\s：:；;，,。]{2,12})[：:]")

Pair = tuple[str, object]


def forms_of_grid(grid: Grid, reading: Reading) -> list[Row]:
    """Return the records that the grid's forms spell, blank ones too.

    A label that names the record begins another where it comes for a second time.
    """
    forms: list[tuple[int, list[Pair]]] = []
    above = ""
    for number in range(len(grid.cells)):
        cells = list(dropwhile(lambda cell: not said(cell), grid.own(number)))
        alone = [str(cell) for cell in cells if said(cell)] if len(cells) == 1 else []
        if above and alone and not _is_word(alone[0], reading):
            pairs: list[Pair] = [(above, alone[0])]
        else:
            pairs = _pairs_of_row(cells, reading)
            # 1. 需求名称：二十字以内 is how to fill in a form, not a form that begins.
            pairs = [] if alone and not forms else pairs
        above = alone[0] if alone and _is_word(alone[0], reading) else ""
        for pair in pairs:
            named = _named(pair[0], reading)
            if not forms or any(named & _named(label, reading) for label, _ in forms[-1][1]):
                forms.append((number + 1, []))
            forms[-1][1].append(pair)
    rows = [row_of_pairs(grid.name, number, pairs, reading) for number, pairs in forms]
    return [row for row in rows if row is not None]


def labelled_pairs(text: str, reading: Reading) -> list[Pair]:
    """Return the label：value pairs of a line or a cell, [] where it begins with no label."""
    found = _LABELLED.fullmatch(text)
    if not found or not _is_label(found[1], reading):
        return []
    pairs: list[Pair] = []
    label, value = found[1].strip(), found[2]
    while further := next((each for each in _FURTHER.finditer(value) if _is_word(each[1], reading)), None):
        pairs.append((label, value[: further.start()].strip(" \t　；;，,。")))
        label, value = further[1], value[further.end() :]
    return [*pairs, (label, value.strip())]


def row_of_pairs(sheet: str, number: int, pairs: Sequence[Pair], reading: Reading) -> Row | None:
    """Return the record that (label, value) pairs spell, or None where the labels say nothing."""
    labels = [label for label, _ in pairs]
    headings = reading.headings(labels, sheet)
    if headings is None or RECORDS[headings.kind].NAME not in headings.fields.values():
        return None
    values, columns = collect([value for _, value in pairs], headings, dict(enumerate(labels)))
    return Row(headings.kind, sheet, number, values, columns, dict(pairs), headings.unknown)


def _pairs_of_row(cells: Sequence[object], reading: Reading) -> list[Pair]:
    texts = [str(cell) if said(cell) else "" for cell in cells]
    if sum(_is_word(text, reading) for text in texts) == len([text for text in texts if text]) > 2:
        return []  # nothing but labels: the header of a table
    if len(cells) % 2 == 0 and all(_is_label(label, reading) for label in texts[::2] if label):
        return [(label, value) for label, value in zip(texts[::2], cells[1::2], strict=True) if label]
    pairs: list[Pair] = []
    c = 0
    while c < len(cells):
        inline = labelled_pairs(texts[c], reading)
        if any(said(value) for _, value in inline):
            pairs += inline
        # Of two labels side by side, the first is the title of a section, or has no value.
        elif _is_label(texts[c].strip(" ：:"), reading) and not _is_word(
            "".join(texts[c + 1 : c + 2]), reading
        ):
            pairs.append((texts[c], cells[c + 1] if c + 1 < len(cells) else ""))
            c += 1
        c += 1
    return pairs


def _is_label(text: str, reading: Reading) -> bool:
    return len(text) <= 60 and (means_a_field(text, reading.kind) or text in reading.overrides)


def _is_word(text: str, reading: Reading) -> bool:
    """True where the text is, word for word, a heading that the vocabulary knows."""
    return len(text) <= 60 and means_a_field(text, reading.kind, exactly=True)


def _named(label: str, reading: Reading) -> set[Kind]:
    """The kinds of record that the label, word for word, asks the name of."""
    kinds = [reading.kind] if reading.kind else list(Kind)
    return {kind for kind in kinds if names_exactly(label, RECORDS[kind].NAME, kind)}
