"""What the store keeps beside the records, and how a record becomes a row and a row a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from corpora.records import RECORDS, Contact, Record
from corpora.vocabulary import Kind, Mode, OrganizationKind, Ownership, Tier

TABLES = {Kind.ACHIEVEMENT: "achievements", Kind.NEED: "needs", Kind.ORGANIZATION: "organizations"}
#: Organization.kind is a column of every table already: what sort of organization has its own.
_RENAMED = {"kind": "organization_kind"}

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True)
class Origin:
    """Where a record stands in the file that brought it."""

    record: Record
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True)
class Change:
    """One line of a record's history."""

    revision: int
    kind: Kind
    id: str
    at: str
    who: str
    action: str
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class DuplicateLink:
    """`id` says much the same as `original_id`, which came first; similarity 0–100."""

    kind: Kind
    id: str
    original_id: str
    similarity: float


def column_of(kind: Kind, name: str) -> str:
    """Return the column that holds the field `name`. Raises KeyError where the kind has no such field."""
    if name == "contact" or name not in RECORDS[kind].model_fields:
        raise KeyError(f"{kind} has no column {name}")
    return _RENAMED.get(name, name) if kind is Kind.ORGANIZATION else name


def to_row(record: Record) -> dict[str, Any]:
    """Return a record as the columns of its table: all but the contact, which has a table of its own."""
    dumped = record.model_dump(mode="json", exclude={"contact"})
    return {
        column_of(record.KIND, name): json.dumps(value, ensure_ascii=False)
        if isinstance(value, list)
        else value
        for name, value in dumped.items()
    }


#: What JSON and SQLite keep as plain text, by field.
_TYPES: dict[str, Callable[[Any], Any]] = {
    "deadline": date.fromisoformat,
    "ip_wanted": Ownership,
    "kind": OrganizationKind,
    "tier": Tier,
    "modes": lambda names: [Mode(name) for name in names],
}


def from_row(kind: Kind, row: Mapping[str, Any]) -> Record:
    """Build a record from what to_row made; it was checked when it came in, and stays readable for ever."""
    model = RECORDS[kind]
    contact: dict[str, Any] = {part: row[f"contact_{part}"] or "" for part in Contact.model_fields}
    values: dict[str, Any] = {"contact": Contact.model_construct(None, **contact)}
    for name, info in model.model_fields.items():
        if name == "contact":
            continue
        value = row[column_of(kind, name)]
        if isinstance(info.default, list):
            value = json.loads(value)
        values[name] = _TYPES[name](value) if name in _TYPES and value is not None else value
    return model.model_construct(None, **values)


def updated(before: Record, said: Record) -> Record:
    """Return `before` with what `said` says: a column that a file lacks, or a cell left empty, erases nothing."""
    news = {name: getattr(said, name) for name in said.model_fields_set - {"id", "contact"}}
    parts = {name: value for name, value in said.contact if value}
    return before.model_copy(update={**news, "contact": before.contact.model_copy(update=parts)})


def difference(before: Record | None, after: Record) -> dict[str, Any]:
    """Return {field: [old, new]}; of a contact only that it changed, for history is not private."""
    if before is None:
        return {}
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    if "contact" in changed:
        changed["contact"] = ["…", "…"]
    return changed


def to_change(row: Mapping[str, Any]) -> Change:
    """Build a line of history from its row."""
    return Change(**{**row, "kind": Kind(row["kind"]), "changes": json.loads(row["changes"])})
