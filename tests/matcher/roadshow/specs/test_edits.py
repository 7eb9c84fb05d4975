"""Changing a SPEC by the edits that explanations offer."""

from __future__ import annotations

from typing import Any

import pytest

from corpora.errors import BadSpec
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import apply_edits


def spec(**more: Any) -> Spec:
    hall = {"kind": "meetings", "start": "14:00", "end": "15:00", "tables": 2}
    return Spec.model_validate({"date": "2026-12-11", "sessions": [hall], **more})


def pin(start: str, firm: str, team: str, table: int | None = None) -> dict[str, Any]:
    return {"start": start, "enterprise_id": firm, "team_id": team, "table": table}


def test_an_edit_of_what_is_not_there_is_said() -> None:
    for edit in ({"path": ["meetings", "x", "y"], "value": 1}, {"path": ["title"], "remove": "x"},
                 {"path": ["sessions", 3, "tables"], "value": 1}, {"path": ["sessions", 0, "tables"], "value": -1},
                 {"path": ["nonsense"], "value": 1}):  # fmt: skip
        with pytest.raises(BadSpec):
            apply_edits(spec(), [edit])


def test_edits_are_made_one_after_the_other() -> None:
    made = spec(pinned=[pin("14:00", "e1", "t1", 1), pin("14:00", "e2", "t2", 1), pin("14:20", "e3", "t3")])
    changed = apply_edits(made, [
        {"path": ["pinned"], "remove": pin("14:00", "e1", "t1", 1)},
        {"path": ["pinned"], "remove": pin("14:00", "e1", "t1", 1)},
        {"path": ["pinned"], "remove": pin("14:00", "e2", "t2", 1), "add": pin("14:00", "e2", "t2")},
        {"path": ["meetings", "max_per_team"], "value": 2},
        {"path": ["meetings", "max_per_team"], "value": 3},
    ])  # fmt: skip
    assert [(one.enterprise_id, one.table) for one in changed.pinned] == [("e2", None), ("e3", None)]
    assert changed.meetings.max_per_team == 3
