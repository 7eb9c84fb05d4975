"""From a row of raw cells to a record, or to reasons why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from corpora.errors import UnreadableValue, shorten
from corpora.records import RECORDS, Record
from corpora.values import read_place
from corpora.vocabulary import Kind


@dataclass(frozen=True)
class Row:
    """One row of a table, one form, or one JSON line.

    `values` holds the cells by field, `columns` where each stands, for people ("F 预算（万元）");
    `original` is the row as it came, by heading, to be written back where it is rejected.
    """

    kind: Kind
    sheet: str
    number: int
    values: Mapping[str, object]
    columns: Mapping[str, str] = field(default_factory=dict)
    original: Mapping[str, object] = field(default_factory=dict)
    #: What made the row unreadable before its cells were looked at: (column, value, reason).
    broken: tuple[str, object, str] | None = None


@dataclass(frozen=True)
class Rejection:
    """Why a row was not taken: where it stands, the value, and what to do."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    original: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    def as_json(self) -> dict[str, object]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


def to_record(row: Row) -> Record | list[Rejection]:
    """Return the record that the row holds, or one rejection for each cell that cannot be read."""
    if row.broken:
        column, value, reason = row.broken
        return [_reject(row, column, value, reason)]
    try:
        return RECORDS[row.kind].model_validate(_arranged(row.values))
    except ValidationError as error:
        return list(_rejections(row, error))


def _rejections(row: Row, error: ValidationError) -> Iterator[Rejection]:
    for detail in error.errors(include_url=False):
        name = ".".join(str(part) for part in detail["loc"] if isinstance(part, str))
        cause = detail.get("ctx", {}).get("error")
        reason = str(cause) if isinstance(cause, UnreadableValue) else _plain(detail)
        column = next((row.columns[key] for key in (name, name.replace(".", "_")) if key in row.columns), name)
        yield _reject(row, column, detail["input"], reason)


def _plain(detail: Mapping[str, Any]) -> str:
    if detail["type"] == "extra_forbidden":
        return "没有这个字段 / there is no such field"
    return f"不符合要求：{detail['msg']} / {detail['msg']}"


def _reject(row: Row, column: str, value: object, reason: str) -> Rejection:
    return Rejection(row.sheet, row.number, column, shorten("" if value is None else value), reason, row.original)


_PHONE = re.compile(r"\+?\d[\d\- ]{6,}\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _arranged(values: Mapping[str, object]) -> dict[str, object]:
    """Gather the contact's cells and part region from county."""
    record = {key: value for key, value in values.items() if value is not None and not key.startswith("contact")}
    contact = values.get("contact")
    if isinstance(contact, Mapping):
        record["contact"] = contact
    else:
        parts = {part: values.get(f"contact_{part}") for part in ("name", "phone", "email")}
        together = "" if contact is None else str(contact)
        for part, pattern in (("phone", _PHONE), ("email", _EMAIL)):
            if found := pattern.search(together):
                parts[part] = parts[part] or found[0]
                together = together.replace(found[0], " ")
        parts["name"] = parts["name"] or together.strip(" ,，、;；/")
        record["contact"] = {part: value for part, value in parts.items() if value not in (None, "")}
    region, county = (record.get(key) for key in ("region", "county"))
    if isinstance(county, str) or isinstance(region, str):
        place_region, place_county = read_place(str(county or ""))
        region_region, region_county = read_place(str(region or ""))
        record["region"] = region_region or place_region
        record["county"] = place_county or region_county or place_region
    return record
