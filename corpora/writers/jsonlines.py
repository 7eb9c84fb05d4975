"""JSON lines: one record a line, which reads back as the same record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from corpora.files import replacing
from corpora.records import Organization, Record

#: Line ends to some readers though not to JSON.
_SEPARATORS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def write_jsonlines(path: Path, records: Iterable[Record], with_contacts: bool = False) -> None:
    """Write one line per record; contacts only where asked for. No records make an empty file.

    Raises DataFolderTrouble where the file cannot be written.
    """
    with replacing(path) as stream:
        for record in records:
            line = json.dumps(as_json(record, with_contacts), ensure_ascii=False)
            stream.write(line.translate(_SEPARATORS).encode() + b"\n")


def as_json(record: Record, with_contacts: bool = False) -> dict[str, object]:
    """Return the record's id, name, text and every other field that says something."""
    first = {"id": record.id, record.NAME: record.label, "text": ""}
    # In a line "kind" says what the line is, but an organization's own kind says what sort it is.
    kind = {} if isinstance(record, Organization) else {"kind": record.KIND.value}
    fields = record.model_dump(mode="json", exclude={"contact"})
    contact = (
        {key: value for key, value in record.contact.model_dump().items() if value} if with_contacts else {}
    )
    said = {
        key: value for key, value in {**fields, "contact": contact}.items() if value not in (None, "", [], {})
    }
    return {**first, **kind, **said}
