"""A SPEC as the form's fields have it: where each field stands, and both ways between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import yaml
from pydantic import BaseModel

from corpora.errors import UnreadableFile
from corpora.yamls import load_yaml
from matcher.roadshow.spec import (
    GOALS,
    Enterprises,
    Meetings,
    MeetingsSession,
    Pitches,
    PitchesSession,
    VisitsSession,
)

_SESSIONS: dict[str, type[BaseModel]] = {
    "pitches": PitchesSession, "meetings": MeetingsSession, "visits": VisitsSession
}  # fmt: skip
_PARTS: dict[str, type[BaseModel]] = {"pitches": Pitches, "enterprises": Enterprises, "meetings": Meetings}
#: Longer texts than a SPEC can need are not even read.
MOST_TEXT = 200_000
#: Where each field stands in a SPEC; of the sessions the first of each kind.
TEXTS = {
    "title": ("title",),
    "date": ("date",),
    "venue": ("venue",),
    "organizer": ("organizer",),
    "timezone": ("timezone",),
    "chain": ("theme", "chain"),
    "text": ("theme", "text"),
    "pitch_room": ("sessions", "pitches", "room"),
    "pitch_start": ("sessions", "pitches", "start"),
    "pitch_end": ("sessions", "pitches", "end"),
    "meet_room": ("sessions", "meetings", "room"),
    "meet_start": ("sessions", "meetings", "start"),
    "meet_end": ("sessions", "meetings", "end"),
    "place": ("sessions", "visits", "place"),
    "visit_start": ("sessions", "visits", "start"),
    "visit_end": ("sessions", "visits", "end"),
}
NUMBERS = {
    "pitch_minutes": ("sessions", "pitches", "pitch_minutes"),
    "qa_minutes": ("sessions", "pitches", "qa_minutes"),
    "slot_minutes": ("sessions", "meetings", "slot_minutes"),
    "gap_minutes": ("sessions", "meetings", "gap_minutes"),
    "tables": ("sessions", "meetings", "tables"),
    "spare_tables": ("sessions", "meetings", "spare_tables"),
    "max_teams": ("sessions", "visits", "max_teams"),
    "visit_minutes": ("sessions", "visits", "visit_minutes"),
    "travel_minutes": ("sessions", "visits", "travel_minutes"),
    "pitch_count": ("pitches", "count"),
    "max_per_institution": ("pitches", "max_per_institution"),
    "min_counties": ("pitches", "min_counties"),
    "enterprises_max": ("enterprises", "max"),
    "min_level": ("meetings", "min_level"),
    "min_per_enterprise": ("meetings", "min_per_enterprise"),
    "max_per_enterprise": ("meetings", "max_per_enterprise"),
    "max_per_team": ("meetings", "max_per_team"),
}
LISTS = {
    "needs": ("theme", "needs"),
    "achievements": ("theme", "achievements"),
    "pitches_must": ("pitches", "must"),
    "pitches_never": ("pitches", "never"),
    "enterprises_must": ("enterprises", "must"),
    "enterprises_never": ("enterprises", "never"),
    "counties": ("enterprises", "counties"),
    "visit_teams": ("sessions", "visits", "teams"),
    "cancelled": ("cancelled",),
}
PAIRS = {"force": ("force",), "forbid": ("forbid",)}
#: Two fields, from and to, that stand for the first break of a session.
BREAKS = {"pitch_break": "pitches", "meet_break": "meetings", "visit_break": "visits"}
#: The columns of a row of availability.
ROW = ("who", "from", "to", "not_from", "not_to")


def default_of(name: str) -> int | None:
    """Return what a SPEC takes where a field of numbers is empty; None where that is no number."""
    path = NUMBERS[name]
    part = _SESSIONS[path[1]] if path[0] == "sessions" else _PARTS[path[0]]
    default = part.model_fields[path[-1]].default
    return default if isinstance(default, int) and not isinstance(default, bool) else None


def sample(kind: str, today: date) -> dict[str, Any]:
    """Return a SPEC to begin with: a day, or a day of visits, on a Friday in some four weeks."""
    day = today + timedelta(days=28)
    day += timedelta(days=(4 - day.weekday()) % 7)
    if kind == "visits":
        visits = {
            "kind": "visits",
            "start": "09:00",
            "end": "17:00",
            "place": "",
            "breaks": [["12:00", "13:30"]],
        }
        return {"title": "", "date": day.isoformat(), "sessions": [visits]}
    pitches = {
        "kind": "pitches", "room": "主会场", "start": "09:00", "end": "11:30", "pitch_minutes": 12, "qa_minutes": 3,
        "breaks": [["10:15", "10:30"]],
    }  # fmt: skip
    meetings = {
        "kind": "meetings", "start": "14:00", "end": "17:00", "slot_minutes": 20, "gap_minutes": 5, "tables": 12,
        "spare_tables": 2, "breaks": [["15:20", "15:40"]],
    }  # fmt: skip
    return {
        "title": "",
        "date": day.isoformat(),
        "sessions": [pitches, meetings],
        "pitches": {"count": 8, "max_per_institution": 2},
        "enterprises": {"max": 60},
        "meetings": {"min_level": 3, "min_per_enterprise": 1, "max_per_enterprise": 4, "max_per_team": 7},
    }


def read(text: str) -> dict[str, Any]:
    """Return the mapping that a SPEC's text says, all values as they are written; {} where it says none."""
    try:
        said = load_yaml(text[:MOST_TEXT], "SPEC") if text.strip() else {}
    except UnreadableFile:
        return {}
    return said if isinstance(said, dict) else {}


def write(mapping: Mapping[str, Any]) -> str:
    """Return a SPEC as text."""
    return yaml.safe_dump(
        dict(mapping), allow_unicode=True, sort_keys=False, default_flow_style=None, width=100
    )


def firsts(spec: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the first session of each kind."""
    found: dict[str, dict[str, Any]] = {}
    for one in spec.get("sessions") or ():
        if isinstance(one, dict) and isinstance(one.get("kind"), str):
            found.setdefault(one["kind"], one)
    return found


def field_at(spec: Mapping[str, Any], written: str) -> str:
    """Return the field that shows the key `written`, such as sessions[1].tables; "" where there is none."""
    steps: list[str | int] = [
        int(number) if number else name for name, number in re.findall(r"([^.\[\]]+)|\[(\d{1,6})\]", written)
    ]
    if len(steps) > 2 and steps[0] == "sessions":
        sessions, place = spec.get("sessions"), steps[1]
        if not isinstance(sessions, list) or not isinstance(place, int) or place >= len(sessions):
            return ""
        kind = next((kind for kind, one in firsts(spec).items() if one is sessions[place]), "")
        if steps[2] == "breaks":
            return next((f"{name}_from" for name, each in BREAKS.items() if each == kind), "")
        steps[1] = kind
    known = TEXTS | NUMBERS | LISTS | PAIRS
    return next((name for name, where in known.items() if list(where) == steps[: len(where)]), "")


def split(text: str) -> list[str]:
    """Return the entries of a field that takes several: on lines, or with commas between."""
    return [one.strip() for one in re.split(r"[\n,，、;；]+", text[:MOST_TEXT]) if one.strip()]


def flat(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields show of a SPEC."""
    found = firsts(mapping)
    seen = {**mapping, "sessions": found}
    data: dict[str, Any] = {}
    for name, path in (TEXTS | NUMBERS).items():
        value = _get(seen, path)
        data[name] = "" if value is None else str(value)
    for name, path in LISTS.items():
        value = _get(seen, path)
        mark = "、" if name == "counties" else "\n"
        data[name] = mark.join(map(str, value)) if isinstance(value, (list, tuple)) else ""
    for name, path in PAIRS.items():
        value = _get(seen, path)
        rows = value if isinstance(value, (list, tuple)) else ()
        data[name] = "\n".join(", ".join(map(str, row)) for row in rows if isinstance(row, (list, tuple)))
    for name, kind in BREAKS.items():
        spans = spans_of(_get(seen, ("sessions", kind, "breaks")))
        data[f"{name}_from"], data[f"{name}_to"] = map(str, spans[0]) if spans else ("", "")
    theme = mapping.get("theme") if isinstance(mapping.get("theme"), dict) else {}
    assert isinstance(theme, dict)
    records = theme.get("needs") or theme.get("achievements")
    goals = mapping.get("goals")
    return data | {
        "kind": "visits" if "visits" in found else "event",
        "theme": "chain"
        if theme.get("chain")
        else "text"
        if theme.get("text")
        else "records"
        if records
        else "",
        "pitching": "pitches" in found,
        "meeting": "meetings" in found,
        "repeat_pairs": str(_get(seen, ("meetings", "repeat_pairs"))).lower() in ("true", "yes", "on", "1"),
        "goals": ",".join(map(str, goals)) if isinstance(goals, (list, tuple)) else ",".join(GOALS),
    }


def _get(mapping: Mapping[str, Any], path: Sequence[str]) -> Any:
    at: Any = mapping
    for step in path:
        if not isinstance(at, Mapping):
            return None
        at = at.get(step)
    return at


def put(
    spec: dict[str, Any], sessions: Mapping[str, dict[str, Any]], path: Sequence[str], value: Any
) -> None:
    """Set what stands at `path`; None takes it away, and the part that it leaves empty."""
    if path[0] == "sessions":
        if path[1] not in sessions:
            return
        at, last = sessions[path[1]], path[2]
    elif len(path) == 2:
        if not isinstance(spec.get(path[0]), dict):
            if value is None:
                return
            spec[path[0]] = {}
        at, last = spec[path[0]], path[1]
    else:
        at, last = spec, path[0]
    if value is not None:
        at[last] = value
        return
    at.pop(last, None)
    if at is not spec and not at:
        spec.pop(path[0], None)


def spans_of(value: Any) -> list[list[Any]]:
    rows = value if isinstance(value, (list, tuple)) else ()
    return [list(one) for one in rows if isinstance(one, (list, tuple)) and len(one) == 2]


def pairs_of(text: str) -> tuple[list[list[str]], str]:
    """Return the pairs, one a line, and the first line that is none."""
    pairs: list[list[str]] = []
    for line in filter(None, map(str.strip, text[:MOST_TEXT].splitlines())):
        sides = [one.strip() for one in re.split(r"\s*(?:,|，|、|\t|↔|;|；)\s*", line) if one.strip()]
        if len(sides) != 2:
            return pairs, line
        pairs.append(sides)
    return pairs, ""


def available(row: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a row as the SPEC has it, or None where nothing stands in it."""
    typed = {name: value.strip() for name, value in row.items() if value.strip()}
    if not typed:
        return None
    said: dict[str, Any] = {"who": typed.get("who", "")}
    said |= {name: typed[name] for name in ("from", "to") if name in typed}
    if "not_from" in typed or "not_to" in typed:
        said["not"] = [[typed.get("not_from", ""), typed.get("not_to", "")]]
    return said


def rows_of(one: Any) -> list[dict[str, str]]:
    """Return the rows that show an entry of availability: each span in which somebody is away is one."""
    if not isinstance(one, Mapping):
        return []
    first = {
        "who": str(one.get("who", "")),
        "from": str(one.get("from") or ""),
        "to": str(one.get("to") or ""),
    }
    spans = [[str(end) for end in span] for span in spans_of(one.get("not"))] or [["", ""]]
    rows = [{**first, "not_from": spans[0][0], "not_to": spans[0][1]}]
    rows += [{"who": first["who"], "from": "", "to": "", "not_from": a, "not_to": b} for a, b in spans[1:]]
    return rows
