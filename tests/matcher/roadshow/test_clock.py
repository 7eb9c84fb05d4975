"""Times of the day, and the slots that sessions are cut into."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import UnreadableValue
from matcher.roadshow.clock import DAY, away, is_there, read_clock, read_date, slots_of, starts, write_clock
from matcher.roadshow.spec import Spec


def spec(*sessions: dict[str, Any], **more: Any) -> Spec:
    return Spec.model_validate({"date": "2026-12-11", "sessions": sessions, **more})


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("14:00", 840), ("9:05", 545), ("09：30", 570), (" 24:00 ", 1440), ("00:00", 0), (840, 840)],
)
def test_times_are_read_as_people_write_them(written: object, minutes: int) -> None:
    assert read_clock(written) == minutes


@pytest.mark.parametrize(
    "written", ["14", "25:00", "24:01", "14:60", "14:0", "", None, True, 14, 1441, -5, 3.5, "２:00x"]
)
def test_what_is_no_time_is_said(written: object) -> None:
    with pytest.raises(UnreadableValue, match="14:00"):
        read_clock(written)


@given(st.integers(0, DAY))
def test_times_are_read_back(minutes: int) -> None:
    assert read_clock(write_clock(minutes)) == minutes


@pytest.mark.parametrize("written", ["2026-12-11", "2026/12/11", "2026年12月11日", date(2026, 12, 11)])
def test_dates_are_read_as_people_write_them(written: object) -> None:
    assert read_date(written) == date(2026, 12, 11)


@pytest.mark.parametrize(
    "written", ["2026-2-30", "11.12.2026", "", 20261211, "1026-12-11", "2026-13-01", None]
)
def test_what_is_no_date_is_said(written: object) -> None:
    with pytest.raises(UnreadableValue, match="2026-12-11"):
        read_date(written)


def test_slots_go_round_breaks_and_keep_their_gap() -> None:
    assert [write_clock(one) for one in starts(840, 1020, 20, 5, [(920, 940)])] == [
        "14:00", "14:25", "14:50", "15:40", "16:05", "16:30",
    ]  # fmt: skip


@given(
    st.integers(0, 600), st.integers(1, 400), st.integers(1, 90), st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 100)), max_size=4),
)  # fmt: skip
def test_no_slot_leaves_its_session_or_runs_into_a_break(
    start: int, length: int, minutes: int, gap: int, pauses: list[tuple[int, int]]
) -> None:
    breaks = [(since, since + long) for since, long in pauses]
    found = starts(start, start + length, minutes, gap, breaks)
    for one in found:
        assert start <= one
        assert one + minutes <= start + length
        assert all(one + minutes <= since or until <= one for since, until in breaks)
    assert all(after - before >= minutes for before, after in pairwise(found))


def test_the_last_tables_are_spare_and_lost_ones_are_left_out() -> None:
    [one] = slots_of(
        spec({
            "kind": "meetings", "start": "14:00", "end": "14:20", "tables": 6, "spare_tables": 2,
            "closed_tables": [2],
        })
    )  # fmt: skip
    assert one.tables == (1, 3, 4)


def test_slots_of_several_sessions_come_in_order_of_time() -> None:
    late = {"kind": "meetings", "start": "16:00", "end": "16:40", "tables": 1}
    early = {"kind": "meetings", "start": "09:00", "end": "09:30", "slot_minutes": 30, "tables": 2}
    found = slots_of(spec(late, early))
    assert [(one.index, one.session, write_clock(one.start), write_clock(one.end)) for one in found] == [
        (0, 1, "09:00", "09:30"), (1, 0, "16:00", "16:20"), (2, 0, "16:20", "16:40"),
    ]  # fmt: skip


def test_somebody_is_away_outside_their_hours_and_when_they_say_so() -> None:
    made = spec(
        {"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 1},
        availability=[
            {"who": "t", "from": "14:00", "to": "16:00"},
            {"who": "t", "not": [["15:00", "15:30"]]},
        ],
        cancelled=["e"],
    )
    spans = away(made, "t")
    assert spans == [(0, 840), (900, 930), (960, DAY)]
    assert is_there(spans, 880, 900)
    assert is_there(spans, 930, 960)
    assert not is_there(spans, 890, 901)
    assert not is_there(spans, 950, 961)
    assert not is_there(away(made, "e"), 840, 860)
    assert is_there(away(made, "somebody else"), 0, DAY)
