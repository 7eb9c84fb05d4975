"""Rules: each is broken by the plan that breaks it and by no other, and named in both languages."""

from __future__ import annotations

from dataclasses import replace

from matcher.roadshow.running.editing import move
from matcher.roadshow.running.rules import Severity, conflicts, news, severity_of
from tests.matcher.roadshow.halls import at, meeting, plan

ONE = meeting("e1", "t1", "14:00", 1)
SPARE = plan(replace(ONE, table=4))


def test_severities_are_the_organizers_to_choose() -> None:
    broken = SPARE
    assert conflicts(broken, {"spare_table": "ignore"}) == []
    assert conflicts(broken, {"spare_table": "block"})[0].severity is Severity.BLOCK
    assert severity_of("spare_table", {}) is Severity.WARN


def test_the_gravest_comes_first() -> None:
    both = plan(replace(ONE, table=4), meeting("e2", "t2", "14:00", 4))
    assert [one.severity for one in conflicts(both)] == ["block", "warn", "warn"]


def test_a_move_is_told_what_it_would_newly_break() -> None:
    hall = plan()
    assert news(hall, move(hall, "14:00/1/e1/t1", at("14:50"), 1)) != []  # t1 meets e3 then
    assert news(hall, move(hall, "14:00/1/e1/t1", at("15:30"), 1)) == []
    (found,) = news(hall, move(hall, "14:00/1/e1/t1", at("14:00"), 2))
    assert found.rule == "table_twice"
    # t2 goes to table 1 at 14:00, t1 to table 2: nobody is in anybody's way.
    assert news(hall, move(hall, "14:00/1/e1/t1", at("14:00"), 2, swap=True)) == []


def test_what_was_broken_before_is_no_news() -> None:
    hall = plan(replace(ONE, level=2), meeting("e2", "t2", "14:00", 2))
    assert news(hall, move(hall, "14:00/1/e1/t1", at("14:25"), 1)) == []
