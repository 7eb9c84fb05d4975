"""How papers word what a plan says, Chinese first, English second."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from matcher.roadshow.clock import write_clock
from matcher.roadshow.plan import Status
from matcher.roadshow.printing.entries import Entry, Who, minutes

#: How each status is said.
STATUSES = {
    Status.OPTIMAL: ("最优", "optimal"),
    Status.FEASIBLE: ("可行", "feasible"),
    Status.INFEASIBLE: ("无解：没有能守住全部规则的安排", "infeasible: no plan keeps every rule"),
}


def level_words(level: int | None) -> str:
    """Return a level (关联度) in words; "" where it is not known."""
    if level is None:
        return ""
    # Late: it brings what computes levels, and a plan of an affinity file has none.
    from matcher.matches import LEVELS

    return f"{level} {' '.join(LEVELS[level])}" if level in LEVELS else str(level)


def told(row: Mapping[str, Any] | None) -> str:
    """Return when and where somebody was or will be, as a change tells of it; "" for nowhere."""
    row = row or {}
    times = [write_clock(at) for name in ("start", "end") if (at := minutes(row.get(name))) is not None]
    if not times:
        # No meeting has changed but the day, the place, or whatever else the change names.
        return "　".join(str(value) for value in row.values())
    place = f"{table} 号桌 table {table}" if (table := row.get("table")) else str(row.get("room") or "")
    return "　".join(filter(None, ("–".join(times), place)))


def names(people: Iterable[Who]) -> str:
    return "、".join(one.label for one in people)


def what(entry: Entry) -> str:
    return {
        "audience": "听路演 pitches",
        "pitch": "上台路演 pitch",
        "meeting": "洽谈 meeting",
        "visit": "走访 visit",
    }[entry.kind]


def edit_words(edit: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a change of the SPEC says, Chinese and English."""
    path = ".".join(map(str, edit.get("path", ())))
    if "remove" in edit:
        removed = json.dumps(edit["remove"], ensure_ascii=False)
        return f"从 {path} 中删去 {removed}", f"remove {removed} from {path}"
    value = json.dumps(edit.get("value"), ensure_ascii=False)
    return f"把 {path} 改为 {value}", f"set {path} to {value}"
