"""A small hall for tests of rules, edits and keeping: three enterprises, three teams, four tables, five slots."""

from __future__ import annotations

from typing import Any

from matcher.roadshow.clock import read_clock
from matcher.roadshow.event import Enterprise, Pair, Team
from matcher.roadshow.plan import AgendaItem, Meeting, Plan, Status
from matcher.roadshow.spec import Spec

#: Slots begin at these times; 15:15 is in a break. Table 4 is spare.
SLOTS = ("14:00", "14:25", "14:50", "15:30", "15:55")
ENTERPRISES = (Enterprise("e1", "甲公司"), Enterprise("e2", "乙公司"), Enterprise("e3", "丙公司"))
TEAMS = (Team("t1", "金团队"), Team("t2", "木团队"), Team("t3", "水团队"))
PAIRS = {
    (one.id, team.id): Pair(one.id, team.id, 0.5 + number / 20, 3, f"n-{one.id}", f"a-{team.id}")
    for number, one in enumerate(ENTERPRISES)
    for team in TEAMS
}


def at(clock: str) -> int:
    return read_clock(clock)


def spec(**changes: Any) -> Spec:
    """The hall's SPEC, with other keys in place of its own."""
    return Spec.model_validate({
        "title": "新材料专场",
        "date": "2026-12-11",
        "sessions": [
            {"kind": "pitches", "room": "主会场", "start": "13:00", "end": "14:00"},
            {"kind": "meetings", "start": "14:00", "end": "16:20", "slot_minutes": 20, "gap_minutes": 5,
             "tables": 4, "spare_tables": 1, "breaks": [["15:15", "15:30"]]},
        ],
        "meetings": {"max_per_enterprise": 2, "max_per_team": 3},
    } | changes)  # fmt: skip


def meeting(enterprise: str, team: str, clock: str, table: int, **more: Any) -> Meeting:
    pair = PAIRS[enterprise, team]
    known = {"need_id": pair.need_id, "achievement_id": pair.achievement_id, "level": 3, "score": pair.score}
    return Meeting(at(clock), at(clock) + 20, table, enterprise, team, **{**known, **more})


def plan(*meetings: Meeting, agenda: tuple[AgendaItem, ...] = (), **changes: Any) -> Plan:
    """A plan of the hall, five honest meetings where none are given; `changes` are those of its SPEC."""
    placed = meetings or (
        meeting("e1", "t1", "14:00", 1),
        meeting("e2", "t2", "14:00", 2),
        meeting("e1", "t2", "14:25", 1),
        meeting("e2", "t3", "14:25", 2),
        meeting("e3", "t1", "14:50", 3),
    )
    objective = sum(one.score for one in placed)
    return Plan(
        spec=spec(**changes), agenda=agenda, meetings=tuple(placed), enterprises=ENTERPRISES, teams=TEAMS,
        objective=objective, bound=objective, status=Status.OPTIMAL, seconds=1.0,
    )  # fmt: skip


def pitch(team: str, clock: str, minutes: int = 15) -> AgendaItem:
    return AgendaItem(at(clock), at(clock) + minutes, "主会场", f"a-{team}", f"{team} 的成果", team)


def crowd(count: int = 500) -> Plan:
    """A large event: 80 tables, 13 slots, and so many meetings of 250 enterprises with 50 teams."""
    asked = spec(
        sessions=[{"kind": "meetings", "start": "09:00", "end": "17:00", "gap_minutes": 5, "tables": 80}],
        meetings={"min_per_enterprise": 1, "max_per_enterprise": 4, "max_per_team": 20},
    )
    slots = 19
    placed = tuple(
        Meeting(
            540 + 25 * (number % slots), 560 + 25 * (number % slots), 1 + number // slots,
            f"e{number % 250}", f"t{(number * 7 + number // 250) % 50}", level=3, score=0.7,
        )
        for number in range(count)
    )  # fmt: skip
    return Plan(
        spec=asked, meetings=placed, enterprises=tuple(Enterprise(f"e{one}") for one in range(250)),
        teams=tuple(Team(f"t{one}") for one in range(50)), objective=0.7 * count, bound=0.7 * count,
    )  # fmt: skip
