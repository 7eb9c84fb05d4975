"""The SPEC of a usual event."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.roadshow.clock import slots_of
from matcher.roadshow.spec import MeetingsSession, Spec
from matcher.roadshow.specs.reading import as_yaml, spec_from_text
from matcher.roadshow.year.events import event_spec

DAY = date(2026, 12, 25)


def _tables(spec: Spec) -> int:
    (meetings,) = (one for one in spec.sessions if isinstance(one, MeetingsSession))
    return meetings.tables - meetings.spare_tables


@pytest.mark.parametrize(("meetings", "tables"), [(0, 2), (1, 2), (9, 3), (21, 6), (1000, 12)])
def test_there_are_tables_for_its_meetings_and_one_to_spare(meetings: int, tables: int) -> None:
    spec = event_spec("专场", DAY, theme={"chain": "nuts"}, meetings=meetings, least=3)
    assert _tables(spec) == tables
    assert len(slots_of(spec)) == 6
    # Three places in ten stay free, unless there are no more tables.
    assert tables == 12 or meetings <= 0.7 * 6 * tables


def test_it_says_what_it_is_about_and_can_be_read_back() -> None:
    spec = event_spec(
        "镇安县专场", DAY, theme={"needs": ["n-1"]}, meetings=4, least=2, pitches=1,
        enterprises={"counties": ["镇安县"]},
    )  # fmt: skip
    assert (spec.theme.needs, spec.meetings.min_level, spec.pitches.count) == (("n-1",), 2, 1)
    assert spec.enterprises.counties == ("镇安县",)
    assert spec_from_text(as_yaml(spec)) == spec
    # Unsaid, as many are pitched as the morning holds, eight at most.
    assert event_spec("专场", DAY, theme={}, meetings=4, least=3).pitches.count == 8
