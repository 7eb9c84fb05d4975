"""JSON lines: one object a row, keys are field names or headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.errors import UnreadableFile
from corpora.readers.delimited import decode
from corpora.readers.rows import Row
from corpora.readers.tables import Reading
from corpora.vocabulary import Kind

_ROW_KINDS = set(Kind)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, object] | str]]:
    """Yield (line number, object), or (line number, reason) where a line is no JSON object."""
    # Not splitlines: a JSON string may hold U+2028, U+2029 and U+0085 as they are.
    for number, line in enumerate(_LINE_ENDS.split(decode(path.read_bytes(), path.name)), 1):
        if not line.strip():
            continue
        try:
            parsed = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"不是 JSON（{error}）/ is not JSON ({error})"
            continue
        yield number, parsed if isinstance(parsed, dict) else "不是 JSON 对象 / is not a JSON object"


def read_jsonlines(path: Path, reading: Reading) -> Iterator[Row]:
    """Yield the file's rows.

    A row's ``"kind": "need"`` (or achievement, organization) decides what it is; else its keys do.
    Raises UnreadableFile where neither they nor the file's name tell.
    """
    for number, parsed in read_lines(path):
        if isinstance(parsed, str):
            yield Row(reading.kind or Kind.NEED, "", number, {}, {}, {}, ("", "", parsed))
            continue
        original = dict(parsed)
        own = parsed.pop("kind") if parsed.get("kind") in _ROW_KINDS else None
        labels = list(parsed)
        headings = Reading(Kind(str(own)) if own else reading.kind, reading.hint, reading.overrides).headings(labels)
        if headings is None:
            yield Row(reading.kind or Kind.NEED, "", number, {}, {}, original,
                      ("", ", ".join(labels), "认不出字段，需有 title 或 name / no known fields; title or name is needed"))
            continue
        values = {headings.fields[c]: parsed[label] for c, label in enumerate(labels) if c in headings.fields}
        columns = {headings.fields[c]: label for c, label in enumerate(labels) if c in headings.fields}
        yield Row(headings.kind, "", number, values, columns, original)
