"""JSON lines: one object a row, keys are field names or headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.errors import shorten
from corpora.readers.delimited import decode
from corpora.readers.grids import Reading
from corpora.readers.rows import Row, collect
from corpora.vocabulary import Kind, vocabulary

_KINDS = {kind.value: kind for kind in Kind} | {
    "成果": Kind.ACHIEVEMENT,
    "科技成果": Kind.ACHIEVEMENT,
    "需求": Kind.NEED,
    "技术需求": Kind.NEED,
    "机构": Kind.ORGANIZATION,
}
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
#: Deeper than any record: enough brackets in a row make some readers of JSON fall over.
_DEEPEST = 100


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, object] | str]]:
    """Yield (line number, object), or (line number, reason) where a line is no JSON object.

    A file that is one JSON array, or one object over several lines, gives its objects in turn.
    """
    text = decode(path.read_bytes(), path.name)
    # Not splitlines: a JSON string may hold U+2028, U+2029 and U+0085 as they are.
    lines = _LINE_ENDS.split(text)
    whole = _whole(text, lines)
    for number, item in whole if whole is not None else enumerate(lines, 1):
        if isinstance(item, str) and whole is None:
            if not item.strip():
                continue
            try:
                item = _parse(item)
            except (ValueError, RecursionError) as error:
                yield number, f"不是 JSON（{shorten(error)}）/ is not JSON ({shorten(error)})"
                continue
        yield number, item if isinstance(item, dict) else "不是 JSON 对象 / is not a JSON object"


def read_jsonlines(path: Path, reading: Reading) -> Iterator[Row]:
    """Yield the file's rows.

    A row's ``"kind": "need"`` (or achievement, organization) decides what it is; else its keys do.
    """
    for number, parsed in read_lines(path):
        kind = reading.kind or Kind.NEED
        if isinstance(parsed, str):
            yield Row(kind, "", number, {}, broken=("", "", parsed))
            continue
        original = dict(parsed)
        own = parsed.get("kind")
        named = _KINDS.get(own.strip()) if isinstance(own, str) else None
        if named:
            del parsed["kind"]
        elif isinstance(own, str) and own.strip() and not vocabulary().match("organization_kinds", own):
            reason = (
                "kind 应为 need、achievement 或 organization / kind must be need, achievement or organization"
            )
            yield Row(kind, "", number, {}, {}, original, broken=("kind", own, reason))
            continue
        labels = list(parsed)
        headings = Reading(named or reading.kind, reading.hint, reading.overrides).headings(labels, least=1)
        if headings is None:
            reason = "认不出字段，需有 title 或 name / no known fields; title or name is needed"
            yield Row(kind, "", number, {}, {}, original, broken=("", ", ".join(labels[:20]), reason))
            continue
        values, columns = collect(list(parsed.values()), headings, dict(enumerate(labels)))
        yield Row(headings.kind, "", number, values, columns, original, headings.unknown)


def _whole(text: str, lines: list[str]) -> list[tuple[int, object]] | None:
    """Return the objects of a file that is one array or one object, None where it is JSON lines."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first.startswith("[") and first != "{":
        return None
    try:
        parsed = _parse(text)
    except (ValueError, RecursionError):
        return None
    return list(enumerate(parsed, 1)) if isinstance(parsed, list) else [(1, parsed)]


def _parse(text: str) -> object:
    parsed = json.loads(text, parse_constant=_no_number)
    if "[" * 3 in text or text.count("{") > _DEEPEST or text.count("[") > _DEEPEST:
        _measure(parsed)
    return parsed


def _measure(value: object) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            each
            for item in level
            if isinstance(item, dict | list)
            for each in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
