"""Changes: who is told what, and that nobody is told what stays."""

from __future__ import annotations

from dataclasses import replace

from matcher.roadshow.changes import changes
from matcher.roadshow.plan import Plan, Visit
from matcher.roadshow.running.editing import add, move, remove
from tests.matcher.roadshow.halls import PAIRS, at, meeting, pitch, plan


def told(before: Plan, after: Plan) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.kind, one.who, one.zh) for one in changes(before, after)]


def test_nothing_changed_nobody_is_told() -> None:
    assert changes(plan(), plan()) == []
    # A score, or a pin, is nothing to anybody who comes.
    scored = replace(plan(), meetings=tuple(replace(one, score=0, pinned=True) for one in plan().meetings))
    assert changes(plan(), scored) == []


def test_a_meeting_that_moves_comes_or_goes_is_told_to_both() -> None:
    before = plan()
    after = move(before, "14:00/1/e1/t1", at("15:30"), 3)
    after = remove(after, "14:50/3/e3/t1")
    after = add(after, "e3", "t3", at("15:30"), 1, PAIRS["e3", "t3"])
    assert told(before, after) == [
        ("moved", ("e1", "t1"), "甲公司 × 金团队：洽谈由 14:00 1 号桌 改到 15:30 3 号桌"),
        ("cancelled", ("e3", "t1"), "丙公司 × 金团队：14:50 3 号桌 的洽谈取消"),
        ("new", ("e3", "t3"), "丙公司 × 水团队：新增 15:30 1 号桌 的洽谈"),
    ]
    first = changes(before, after)[0]
    assert first.en == "甲公司 × 金团队: the meeting moves from 14:00, table 1 to 15:30, table 3"
    assert first.before
    assert first.after
    assert (first.before["start"], first.before["table"], first.after["end"]) == ("14:00", 1, "15:50")


def test_a_pair_that_meets_twice_is_told_of_the_one_that_moves() -> None:
    before = plan(meeting("e1", "t1", "14:00", 1), meeting("e1", "t1", "15:30", 1))
    after = plan(meeting("e1", "t1", "14:00", 1), meeting("e1", "t1", "14:50", 2))
    assert [(one.before or {})["start"] for one in changes(before, after)] == ["15:30"]


def test_pitches_are_told_of_too() -> None:
    before = plan(agenda=(pitch("t1", "13:00"), pitch("t2", "13:15")))
    after = plan(agenda=(pitch("t1", "13:15"), pitch("t3", "13:00")))
    assert [(one.kind, one.who) for one in changes(before, after)] == [
        ("pitch_moved", ("t1",)),
        ("pitch_cancelled", ("t2",)),
        ("pitch_new", ("t3",)),
    ]
    assert changes(before, after)[0].zh == "金团队《t1 的成果》：路演由 13:00 主会场 改到 13:15 主会场"


def test_visits_are_told_of_too() -> None:
    before = replace(plan(), visits=(Visit(540, 590, "e1", 20), Visit(610, 660, "e2", 20)))
    after = replace(plan(), visits=(Visit(540, 590, "e2", 20),))
    assert [(one.kind, one.zh) for one in changes(before, after)] == [
        ("visit_cancelled", "甲公司：09:00–09:50 的走访取消"),
        ("visit_moved", "乙公司：走访由 10:10–11:00 改到 09:00–09:50"),
    ]


def test_another_day_or_place_concerns_everybody() -> None:
    found = changes(plan(), plan(date="2026-12-18", venue="科技馆"))
    assert [(one.kind, one.who) for one in found] == [("event", ()), ("event", ())]
    assert "2026-12-18" in found[0].zh
    assert "科技馆" in found[1].en
