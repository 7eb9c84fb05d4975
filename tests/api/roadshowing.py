"""Roadshows for the tests of pages: a plan that is made by hand, so that each test knows what stands where."""

from __future__ import annotations

from datetime import timedelta

from corpora.roadshows import Roadshow
from corpora.store import Store
from matcher.roadshow.event import Enterprise, Pair, Team
from matcher.roadshow.plan import AgendaItem, Meeting, Plan
from matcher.roadshow.running import keeping, looking
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import spec_from
from matcher.stages import today

#: (need, achievement) that meet, in the order of their enterprises and teams below.
NEEDS = [f"n-nuts-0{number}" for number in range(1, 6)]
ACHIEVEMENTS = [f"a-nuts-0{number}" for number in range(1, 5)]


def spec(title: str = "核桃板栗专场", days: int = 28, **more: object) -> Spec:
    """Return a SPEC of a morning of pitches and an afternoon of four slots at four tables, the last a spare one."""
    return spec_from(
        {
            "title": title,
            "date": (today() + timedelta(days=days)).isoformat(),
            "venue": "会展中心",
            "sessions": [
                {"kind": "pitches", "room": "主会场", "start": "09:00", "end": "10:00"},
                {
                    "kind": "meetings", "room": "洽谈厅", "start": "14:00", "end": "15:35", "slot_minutes": 20,
                    "gap_minutes": 5, "tables": 4, "spare_tables": 1,
                },
            ],
            "pitches": {"count": 2},
            "meetings": {"min_per_enterprise": 1, "max_per_enterprise": 4, "max_per_team": 4},
            **more,
        }
    )  # fmt: skip


def plan_of(store: Store, wanted: Spec) -> tuple[Plan, list[Pair]]:
    """Return a plan of five enterprises and four teams: at 14:00, 14:25 and 14:50 at tables 1 to 3, 15:15 is free."""
    needs = {one.id: one for one in store.needs(NEEDS)}
    achievements = {one.id: one for one in store.achievements(ACHIEVEMENTS)}
    enterprises = tuple(
        Enterprise(f"e-{number}", needs[one].enterprise or f"企业{number}", needs[one].county, (one,))
        for number, one in enumerate(NEEDS, 1)
    )
    teams = tuple(
        Team(
            f"t-{one}", achievements[one].institution, achievements[one].institution, ("王一", "李二"), (one,)
        )
        for one in ACHIEVEMENTS
    )
    pairs = [
        Pair(enterprise.id, team.id, 0.9 - 0.1 * ((row + column) % 4), 4 - (row + column) % 2, NEEDS[row], ACHIEVEMENTS[column])
        for row, enterprise in enumerate(enterprises)
        for column, team in enumerate(teams)
    ]  # fmt: skip
    known = {(one.enterprise_id, one.team_id): one for one in pairs}
    seats = [
        ("14:00", 1, 1, 1), ("14:00", 2, 2, 2), ("14:00", 3, 3, 3),
        ("14:25", 1, 1, 2), ("14:25", 2, 4, 1), ("14:25", 3, 5, 4),
        ("14:50", 1, 2, 1), ("14:50", 2, 3, 2), ("14:50", 3, 4, 4),
    ]  # fmt: skip
    meetings = []
    for clock, table, row, column in seats:
        start = int(clock[:2]) * 60 + int(clock[3:])
        pair = known[f"e-{row}", f"t-{ACHIEVEMENTS[column - 1]}"]
        meetings.append(
            Meeting(start, start + 20, table, pair.enterprise_id, pair.team_id, pair.need_id, pair.achievement_id,
                    pair.level, pair.score)
        )  # fmt: skip
    agenda = tuple(
        AgendaItem(
            540 + 15 * place,
            555 + 15 * place,
            "主会场",
            one,
            achievements[one].title,
            f"t-{one}",
            (NEEDS[0],),
        )
        for place, one in enumerate(ACHIEVEMENTS[:2])
    )
    value = sum(one.score for one in meetings)
    titles = {one.id: one.title for one in (*needs.values(), *achievements.values())}
    return (
        Plan(wanted, agenda, tuple(meetings), (), enterprises, teams, titles, objective=value, bound=value * 1.01,
             gap=1 - 1 / 1.01, seconds=1.5),
        pairs,
    )  # fmt: skip


def planned(store: Store, wanted: Spec | None = None, publish: bool = False) -> Roadshow:
    """Keep a roadshow with the plan of `plan_of`, and publish it where asked."""
    wanted = wanted or spec()
    made = keeping.create(store, wanted, "organizer")
    plan, pairs = plan_of(store, looking.spec_of(made))
    made = keeping.set_plan(store, made.id, plan, pairs, made.spec_number, "organizer")
    return keeping.publish(store, made.id, made.version) if publish else made
