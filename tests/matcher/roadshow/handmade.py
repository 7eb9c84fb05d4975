"""Plans made by hand for the tests of papers: a day of twelve enterprises and six teams, and odd ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from matcher.roadshow.changes import changes
from matcher.roadshow.clock import slots_of
from matcher.roadshow.event import Enterprise, Team
from matcher.roadshow.plan import AgendaItem, Change, Explanation, Meeting, Plan, Status, Unplaced, Visit
from matcher.roadshow.spec import Spec

COUNTIES = ("商州区", "洛南县", "丹凤县", "商南县")
#: What a SPEC takes, and what only a plan.json that somebody edited could hold.
NASTY = "<script>alert(1)</script> & =cmd()|' /C calc'!A0 🌰"
HOSTILE = f"{NASTY}\x00\x0b\u2028末"


def spec(**others: Any) -> Spec:
    content: dict[str, Any] = {
        "title": "新材料专场",
        "date": "2026-12-11",
        "venue": "商洛市科技大厦三楼",
        "organizer": "商洛市科学技术局",
        "sessions": [
            {"kind": "pitches", "room": "主会场", "start": "09:00", "end": "11:30", "breaks": [["10:10", "10:25"]]},
            {"kind": "meetings", "room": "二号厅", "start": "14:00", "end": "17:00", "slot_minutes": 20,
             "gap_minutes": 5, "tables": 6, "spare_tables": 2, "breaks": [["15:20", "15:40"]]},
        ],
        "meetings": {"min_per_enterprise": 1},
    } | others  # fmt: skip
    return Spec.model_validate(content)


def enterprises(count: int = 12) -> tuple[Enterprise, ...]:
    return tuple(
        Enterprise(
            f"o-{number:02}", f"商洛市第{number}矿业材料有限公司", COUNTIES[number % 4], (f"n-{number:02}",)
        )
        for number in range(1, count + 1)
    )


def teams(count: int = 6) -> tuple[Team, ...]:
    return tuple(
        Team(f"t-a-{number}", f"王{number}团队", f"第{number}理工大学", (f"王{number}", f"李{number}"), (f"a-{number}",))
        for number in range(1, count + 1)
    )  # fmt: skip


def titles() -> dict[str, str]:
    return {f"n-{number:02}": f"第{number}号尾矿综合利用技术需求" for number in range(1, 13)} | {
        f"a-{number}": f"第{number}号高强陶粒制备技术" for number in range(1, 7)
    }


def day(wanted: Spec | None = None, **others: Any) -> Plan:
    """A whole day: four pitches, two meetings for each of twelve enterprises but the last, who has none."""
    wanted = wanted or spec()
    slots = slots_of(wanted)
    meetings = []
    for number in range(1, 12):
        for turn in range(2):
            team = (number + 3 * turn) % 6
            slot = slots[(number // 4 + 3 * turn) % len(slots)]
            meetings.append(
                Meeting(slot.start, slot.end, slot.tables[number % 4], f"o-{number:02}", f"t-a-{team + 1}",
                        f"n-{number:02}", f"a-{team + 1}", 4 - turn, 0.9 - turn / 4, pinned=number == 1)
            )  # fmt: skip
    agenda = tuple(
        AgendaItem(540 + 15 * place, 555 + 15 * place, "主会场", f"a-{place + 1}", titles()[f"a-{place + 1}"],
                   f"t-a-{place + 1}", (f"n-{place + 1:02}", f"n-{place + 2:02}"))
        for place in range(4)
    )  # fmt: skip
    content: dict[str, Any] = {
        "agenda": agenda,
        "meetings": tuple(meetings),
        "enterprises": enterprises(),
        "teams": teams(),
        "titles": titles(),
        "unplaced": (Unplaced("o-12", 0, 1, "没有达到 3 级的团队", "no team reaches level 3"),),
        "objective": 12.5,
        "bound": 12.5,
        "status": Status.OPTIMAL,
        "seconds": 0.4,
    } | others
    return Plan(wanted, **content)


def replanned() -> Plan:
    """The day after o-03 called off: its two meetings are gone, and the first one of all is half an hour later."""
    before = day()
    kept = [one for one in before.meetings if one.enterprise_id != "o-03"]
    kept[0] = replace(kept[0], start=kept[0].start + 75, end=kept[0].end + 75)
    after = day(spec(cancelled=["o-03"]), meetings=tuple(kept))
    return replace(after, changes=tuple(changes(before, after)))


def ids_only() -> Plan:
    """A plan of an affinity file: ids that nobody named."""
    wanted = spec(
        title="", venue="", organizer="", affinity="pairs.tsv",
        sessions=[{"kind": "meetings", "start": "14:00", "end": "15:00", "tables": 2}],
    )  # fmt: skip
    met = (Meeting(840, 860, 1, "E1", "T1", score=0.5), Meeting(860, 880, 2, "E1", "T2", score=0.25))
    return Plan(wanted, meetings=met, objective=0.75, bound=0.75)


def hostile() -> Plan:
    """The day with nasty and very long names wherever a user may have written one."""
    nasty, long = HOSTILE, "长" * 200
    return day(
        spec(title=NASTY, venue=f"=1+1{long[:196]}", organizer="@SUM(A1)", sessions=[
            {"kind": "pitches", "room": "<b>厅</b>", "start": "09:00", "end": "11:30"},
            {"kind": "meetings", "room": "]]>&厅", "start": "14:00", "end": "17:00", "tables": 4},
        ]),
        enterprises=tuple(Enterprise(f"o-{n:02}", nasty if n % 2 else long, "<i>县", ()) for n in range(1, 13)),
        teams=tuple(Team(f"t-a-{n}", nasty if n % 2 else long, nasty, (nasty, long)) for n in range(1, 7)),
        titles={**dict.fromkeys(titles(), nasty), "a-2": long},
        unplaced=(Unplaced("o-12", 0, 1, nasty, nasty),),
        explanations=(Explanation("x", nasty, nasty, ({"path": ["force"], "remove": [nasty, "t"]},)),),
        changes=(Change("moved", ("o-01", nasty), {"start": 840, "end": 860}, None, nasty, nasty),),
    )  # fmt: skip


def infeasible() -> Plan:
    edit = {"path": ["meetings", "max_per_team"], "value": 8}
    said = Explanation(
        "max_per_team", "王1团队被指定 8 场，上限 7 场", "team has 8 forced meetings, at most 7", (edit,)
    )
    return Plan(
        spec(), status=Status.INFEASIBLE, explanations=(said,), enterprises=enterprises(), teams=teams()
    )


def visits() -> Plan:
    wanted = spec(
        title="洛南县双进走访",
        sessions=[{"kind": "visits", "place": "洛南县", "start": "09:00", "end": "17:00", "breaks": [["12:00", "13:00"]]}],
    )  # fmt: skip
    stops = tuple(
        Visit(start, start + 50, f"o-{number:02}", 20, (
            {"need_id": f"n-{number:02}", "achievement_id": "a-1", "team_id": "t-a-1", "level": 4, "score": 1.0},
            {"need_id": f"n-{number:02}", "achievement_id": "a-2", "team_id": "t-a-2", "level": 3, "score": 0.6},
        ))
        for number, start in ((1, 560), (5, 640), (9, 800))
    )  # fmt: skip
    return Plan(
        wanted,
        visits=stops,
        enterprises=enterprises(),
        teams=teams(2),
        titles=titles(),
        objective=4.8,
        bound=4.8,
    )
