"""The board: who is where when, and what is at the same time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.roadshow.board import Board, honours, overlapping, touches
from tests.matcher.roadshow.halls import at, meeting, pitch, plan, spec

ONE = meeting("e1", "t1", "14:00", 1)


def test_what_ends_when_the_other_begins_is_not_at_the_same_time() -> None:
    after = replace(ONE, start=ONE.end, end=ONE.end + 20)
    within = replace(ONE, start=ONE.start + 5, end=ONE.start + 10)
    assert not touches(ONE, after)
    assert touches(ONE, within)
    assert list(overlapping([after, ONE, within])) == [(ONE, within)]
    # A long one runs into each that begins before it ends.
    long = replace(ONE, end=ONE.end + 30)
    assert list(overlapping([after, long, within])) == [(long, within), (long, after)]


@pytest.mark.parametrize(
    ("table", "start", "keeps"),
    [(1, "14:00", True), (None, "14:00", True), (2, "14:00", False), (1, "14:25", False)],
)
def test_a_pin_names_a_time_and_perhaps_a_table(table: int | None, start: str, keeps: bool) -> None:
    (pin,) = spec(pinned=[{"start": start, "table": table, "enterprise_id": "e1", "team_id": "t1"}]).pinned
    assert honours(ONE, pin) is keeps
    assert not honours(meeting("e2", "t1", "14:00", 1), pin)


def test_tables_are_those_of_the_session_spare_ones_too() -> None:
    board = Board(plan())
    assert (board.tables(ONE), board.tables(replace(ONE, start=at("15:15"), end=at("15:35")))) == (4, 0)


def test_somebody_is_away_when_absent_on_stage_or_not_coming() -> None:
    board = Board(plan(
        agenda=(pitch("t1", "13:50"),), cancelled=["e3"], availability=[{"who": "e1", "from": "14:10"}]
    ))  # fmt: skip
    assert [board.is_away(who, ONE) for who in ("t1", "e1", "e3", "e2")] == [True, True, True, False]
    # Who called off is told of once, not as absent from each meeting.
    assert [board.is_absent(who, ONE) for who in ("e1", "e3")] == [True, False]


def test_names_stand_for_ids_where_they_are_known() -> None:
    board = Board(plan())
    assert (board.name("e1"), board.name("nobody")) == ("甲公司", "nobody")
    assert board.seat(ONE, "e1")[0] == "14:00 1 号桌与 金团队 的洽谈"
    assert board.seat(ONE, "t1")[0] == "14:00 1 号桌与 甲公司 的洽谈"
