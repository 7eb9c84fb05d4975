"""Time zones, and the hours that their clocks skip."""

from __future__ import annotations

import pytest

from corpora.errors import BadSpec
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs import reading


def test_zones_without_daylight_saving_are_fine_and_skipped_hours_are_not() -> None:
    def at(zone: str, day: str, start: str, end: str) -> Spec:
        return reading.spec_from({
            "date": day, "timezone": zone,
            "sessions": [{"kind": "meetings", "start": start, "end": end, "tables": 1}],
        })  # fmt: skip

    for zone in ("Asia/Shanghai", "UTC", "Asia/Urumqi", "Etc/GMT-8", "Europe/Berlin"):
        assert at(zone, "2026-12-11", "14:00", "24:00").timezone == zone
    with pytest.raises(BadSpec, match="no 02:30"):
        at("Europe/Berlin", "2026-03-29", "02:30", "04:30")
    with pytest.raises(BadSpec, match="clocks"):
        at("Europe/Berlin", "2026-03-29", "01:00", "05:00")
    assert at("Europe/Berlin", "2026-03-29", "03:00", "05:00")
