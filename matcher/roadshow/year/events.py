"""The SPEC of a usual event: a morning on stage, an afternoon at as many tables as its meetings need."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from matcher.roadshow.clock import slots_of
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import spec_from

_TABLES = 12
#: Of the places at tables so many shall be taken, so that people find times that suit them.
_FILLED = 0.7


def event_spec(
    title: str,
    day: date,
    *,
    theme: Mapping[str, Any],
    meetings: int,
    least: int,
    enterprises: Mapping[str, Any] | None = None,
    pitches: int | None = None,
) -> Spec:
    """Return the SPEC of an event with so many `meetings`, of pairs of level `least` or more.

    `theme` and `enterprises` are as a SPEC has them; `pitches` are as many as fit where it is None.
    """
    said: dict[str, Any] = {
        "title": title,
        "date": day.isoformat(),
        "theme": dict(theme),
        "sessions": [
            {"kind": "pitches", "room": "主会场", "start": "09:00", "end": "11:30", "breaks": [["10:15", "10:30"]]},
            {
                "kind": "meetings", "room": "洽谈区", "start": "14:00", "end": "17:00", "slot_minutes": 20,
                "gap_minutes": 5, "tables": _TABLES, "breaks": [["15:20", "15:40"]],
            },
        ],
        "enterprises": dict(enterprises or {}),
        "meetings": {"min_level": least, "min_per_enterprise": 1, "max_per_enterprise": 4},
    }  # fmt: skip
    if pitches is not None:
        said["pitches"] = {"count": pitches}
    slots = len(slots_of(spec_from(said)))
    tables = max(2, min(_TABLES, math.ceil(meetings / (slots * _FILLED))))
    said["sessions"][1] |= {"tables": tables + 1, "spare_tables": 1}
    return spec_from(said)
