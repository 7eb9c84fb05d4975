"""The independent checker finds what is broken: each kind of violation, planted into a plan that has none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.matcher.roadshow.checker import apply_edits, violations
from tests.matcher.roadshow.generator import instance
from tests.matcher.roadshow.reckoning import absences, grid, usable_tables

Json = dict[str, Any]

ROWS = [(f"e{one}", f"t{other}", (one + other) / 10) for one in range(1, 4) for other in range(1, 4)]
SPEC: Json = {
    "date": "2026-12-11",
    "sessions": [
        {
            "kind": "pitches", "room": "主会场", "start": "09:00", "end": "10:30", "pitch_minutes": 12,
            "qa_minutes": 3, "breaks": [["09:30", "09:45"]],
        },
        {
            "kind": "meetings", "start": "14:00", "end": "16:30", "slot_minutes": 20, "gap_minutes": 5,
            "tables": 5, "spare_tables": 1, "closed_tables": [2], "breaks": [["15:10", "15:25"]],
        },
    ],
    "pitches": {"count": 3, "max_per_institution": 1, "min_counties": 2, "must": ["a1"], "never": ["a9"]},
    "enterprises": {"must": ["e1"], "never": ["e9"]},
    "meetings": {"min_level": 3, "min_per_enterprise": 1, "max_per_enterprise": 2, "max_per_team": 2},
    "availability": [{"who": "e2", "from": "14:20"}, {"who": "t3", "not": [["14:00", "14:10"]]}],
    "force": [["e1", "t1"]],
    "forbid": [["e3", "t3"]],
    "pinned": [{"start": "15:25", "table": 3, "enterprise_id": "e2", "team_id": "t2"}],
    "affinity": "pairs.tsv",
}  # fmt: skip


def meeting(start: str, end: str, table: int, firm: int, team: int) -> Json:
    return {
        "start": start, "end": end, "table": table, "enterprise_id": f"e{firm}", "team_id": f"t{team}",
        "need_id": f"n{firm}", "achievement_id": f"a{team}", "level": None, "score": (firm + team) / 10,
        "pinned": False,
    }  # fmt: skip


def pitch(start: str, end: str, number: int) -> Json:
    return {
        "start": start, "end": end, "room": "主会场", "achievement_id": f"a{number}", "title": "成果",
        "team": f"t{number}", "need_ids": [f"n{number}"],
    }  # fmt: skip


PLAN: Json = {
    "status": "feasible",
    "agenda": [pitch("09:00", "09:15", 1), pitch("09:45", "10:00", 2)],
    "meetings": [
        meeting("14:00", "14:20", 1, 1, 1),
        meeting("14:25", "14:45", 1, 1, 3),
        meeting("15:25", "15:45", 3, 2, 2),
    ],
    "visits": [],
    "enterprises": [
        {"id": f"e{one}", "name": f"企业{one}", "county": f"县{one}", "need_ids": [f"n{one}"]} for one in (1, 2, 3)
    ],
    "teams": [{"id": f"t{one}", "institution": f"校{one}"} for one in (1, 2, 3)],
    "unplaced": [{"enterprise_id": "e3", "meetings": 0, "minimum": 1, "zh": "无", "en": "none"}],
    "objective": 1.0,
    "bound": 1.25,
    "gap": 0.2,
    "seconds": 1.5,
    "explanations": [],
}  # fmt: skip


def test_a_plan_without_faults() -> None:
    assert violations(SPEC, PLAN, ROWS) == []


def _set(path: str, value: Any) -> Callable[[Json, Json], None]:
    """Return what sets one value of the plan; the path is written with dots."""

    def plant(_: Json, plan: Json) -> None:
        *way, last = [int(one) if one.isdigit() else one for one in path.split(".")]
        holder: Any = plan
        for one in way:
            holder = holder[one]
        holder[last] = value

    return plant


def _meet(*made: Json) -> Callable[[Json, Json], None]:
    """Return what adds meetings, with sums that stay right."""

    def plant(_: Json, plan: Json) -> None:
        plan["meetings"] += made
        plan["objective"] += sum(one["score"] for one in made)
        plan["bound"] = plan["objective"]
        plan["gap"] = 0.0
        here = {one["enterprise_id"] for one in plan["meetings"]}
        plan["unplaced"] = [one for one in plan["unplaced"] if one["enterprise_id"] not in here]

    return plant


def _spec(*path: Any, value: Any) -> Callable[[Json, Json], None]:
    def plant(spec: Json, _: Json) -> None:
        holder: Any = spec
        for one in path[:-1]:
            holder = holder[one]
        holder[path[-1]] = value

    return plant


#: The rule that must be named, and how it is broken.
PLANTED: list[tuple[str, Callable[[Json, Json], None]]] = [
    ("objective", _set("objective", 1.1)),
    ("bound", _set("bound", 0.9)),
    ("gap", _set("gap", 0.1)),
    ("status", _set("status", "fine")),
    ("agenda: a1 is pitched 2", lambda _, plan: plan["agenda"].append(pitch("10:15", "10:30", 1))),
    ("pitches.never", _set("agenda.1.achievement_id", "a9")),
    ("pitches.must", _set("agenda.0.achievement_id", "a5")),
    ("pitches.count", _spec("pitches", "count", value=1)),
    ("pitches.max_per_institution", _set("teams.1.institution", "校1")),
    ("pitches.min_counties", _set("agenda.1.need_ids", ["n1"])),
    ("agenda: a2 runs into a break", lambda _, plan: plan["agenda"][1].update(start="09:35", end="09:50")),
    ("agenda: a2 is in no session", _set("agenda.1.end", "10:05")),
    ("agenda: a2 is in no session", _set("agenda.1.room", "分会场")),
    ("agenda: a2 and a1 are on stage", lambda _, plan: plan["agenda"][1].update(start="09:10", end="09:25")),
    ("slots: e3–t2 at 16:20 is in no session", _meet(meeting("16:20", "16:40", 1, 3, 2))),
    ("slots: e3–t2 at 14:05 is in no slot", _meet(meeting("14:05", "14:25", 4, 3, 2))),
    ("slots: e3–t2 at 15:25 is in no slot", _meet(meeting("15:25", "15:50", 4, 3, 2))),
    ("breaks", _meet(meeting("15:05", "15:25", 4, 3, 2))),
    ("tables: e3–t2 at 15:50 at table 6", _meet(meeting("15:50", "16:10", 6, 3, 2))),
    ("spare_tables", _meet(meeting("15:50", "16:10", 5, 3, 2))),
    ("closed_tables", _meet(meeting("15:50", "16:10", 2, 3, 2))),
    ("tables: e3–t2 at 14:00 and e1–t1 at 14:00 share table 1", _meet(meeting("14:00", "14:20", 1, 3, 2))),
    ("one place at a time: t1", _meet(meeting("14:00", "14:20", 3, 3, 1))),
    ("one place at a time: e2", _meet(meeting("15:25", "15:45", 4, 2, 3))),
    ("availability: e2", _meet(meeting("14:00", "14:20", 3, 2, 3))),
    ("availability: t3", _meet(meeting("14:00", "14:20", 3, 2, 3))),
    ("availability: t1", _spec("cancelled", value=["t1"])),
    ("meetings.max_per_enterprise", _meet(meeting("15:50", "16:10", 1, 1, 2))),
    ("meetings.max_per_team", _spec("meetings", "max_per_team", value=0)),
    ("meetings.repeat_pairs", _meet(meeting("15:50", "16:10", 1, 2, 2))),
    ("force", _spec("force", value=[["e3", "t1"]])),
    ("forbid", _meet(meeting("15:50", "16:10", 1, 3, 3))),
    ("pinned", _set("meetings.2.table", 4)),
    ("pinned", lambda _, plan: plan["meetings"][2].update(start="15:50", end="16:10")),
    ("enterprises.never", _spec("enterprises", "never", value=["e2"])),
    ("enterprises.must", _spec("enterprises", "must", value=["e5"])),
    ("enterprises.max", _spec("enterprises", "max", value=1)),
    ("enterprises: ['e3']", lambda _, plan: plan["enterprises"].pop()),
    ("score: ('e1', 't1')", _set("meetings.0.score", 0.3)),
    ("unplaced", _set("unplaced", [])),
    ("unplaced: e3 is not told right", _set("unplaced.0.zh", "")),
    ("visits", _set("visits", [{"enterprise_id": "e1", "topics": []}])),
]


@pytest.mark.parametrize(
    ("named", "plant"), PLANTED, ids=[f"{number}-{one}" for number, (one, _) in enumerate(PLANTED)]
)
def test_a_planted_fault_is_found(named: str, plant: Callable[[Json, Json], None]) -> None:
    spec, plan = copy.deepcopy(SPEC), copy.deepcopy(PLAN)
    plant(spec, plan)
    found = violations(spec, plan, ROWS)
    assert [one for one in found if one.startswith(named)], found


def test_a_pair_that_the_file_has_not_and_a_level_too_low() -> None:
    assert [one for one in violations(SPEC, PLAN, ROWS[1:]) if one.startswith("score: ('e1', 't1')")]
    spec = copy.deepcopy(SPEC) | {"force": []}
    assert [one for one in violations(spec, PLAN, ROWS[1:]) if one.startswith("affinity: ('e1', 't1')")]
    plan = copy.deepcopy(PLAN)
    for one in plan["meetings"]:
        one["level"] = 3
    assert violations(SPEC, plan) == []
    plan["meetings"][1]["level"] = 2
    assert [one.split(":")[0] for one in violations(SPEC, plan)] == ["meetings.min_level"]


VISITS: Json = {
    "date": "2026-12-11",
    "sessions": [{
        "kind": "visits", "place": "蓝天县", "start": "09:00", "end": "14:30", "visit_minutes": 50, "max_teams": 1,
        "travel": [["base", "e1", 30], ["e2", "e1", 10]], "travel_minutes": 40, "breaks": [["12:00", "13:00"]],
    }],
    "enterprises": {"must": ["e1"], "never": ["e9"]},
    "availability": [{"who": "e2", "from": "10:30"}, {"who": "t1", "to": "14:30"}],
}  # fmt: skip
TOPIC = {"need": "n1", "achievement": "a1", "team": "t1", "level": 3, "score": 0.5}
DAY: Json = PLAN | {
    "agenda": [], "meetings": [], "unplaced": [], "teams": [{"id": "t1", "institution": "校1"}],
    "visits": [
        {"start": "09:30", "end": "10:20", "enterprise_id": "e1", "travel": 30, "topics": [TOPIC]},
        {
            "start": "10:30", "end": "11:20", "enterprise_id": "e2", "travel": 10,
            "topics": [TOPIC | {"need": "n2"}],
        },
    ],
}  # fmt: skip

PLANTED_VISITS: list[tuple[str, Callable[[Json, Json], None]]] = [
    ("travel: e2 is reached at 630", lambda _, plan: plan["visits"][1].update(start="10:25", end="11:15")),
    ("travel: base to e1", _set("visits.0.travel", 20)),
    ("visit_minutes", _set("visits.1.end", "11:10")),
    ("breaks", lambda _, plan: plan["visits"][1].update(start="11:20", end="12:10")),
    ("end: back at 880", lambda spec, plan: (
        plan["visits"][1].update(start="13:10", end="14:00"), spec["sessions"][0].update(end="14:20"))),
    ("availability: e2", _spec("availability", 0, value={"who": "e2", "from": "10:31"})),
    ("availability: t1", _spec("availability", 1, value={"who": "t1", "to": "11:30"})),
    ("enterprises.must", _spec("enterprises", "must", value=["e3"])),
    ("enterprises.never", _spec("enterprises", "never", value=["e2"])),
    ("visits: e1 is visited 2", _set("visits.1.enterprise_id", "e1")),
    ("visits: n1 is counted 2", _set("visits.1.topics.0.need", "n1")),
    ("visits: ['t2'] do not travel", _set("visits.1.topics.0.team", "t2")),
    ("visits.max_teams", lambda _, plan: plan["teams"].append({"id": "t2", "institution": ""})),
    ("visits.teams", _spec("sessions", 0, "teams", value=["t1", "t2"])),
    ("force", _spec("force", value=[["e1", "t2"]])),
    ("forbid", _spec("forbid", value=[["e2", "t1"]])),
    ("objective", _set("visits.0.topics.0.score", 0.6)),
]  # fmt: skip


def test_a_day_without_faults() -> None:
    assert violations(VISITS, DAY) == []


@pytest.mark.parametrize(
    ("named", "plant"),
    PLANTED_VISITS,
    ids=[f"{number}-{one}" for number, (one, _) in enumerate(PLANTED_VISITS)],
)
def test_a_planted_fault_of_a_day_is_found(named: str, plant: Callable[[Json, Json], None]) -> None:
    spec, plan = copy.deepcopy(VISITS), copy.deepcopy(DAY)
    plant(spec, plan)
    found = violations(spec, plan)
    assert [one for one in found if one.startswith(named)], found


def test_an_infeasible_plan_says_why() -> None:
    plan = PLAN | {"status": "infeasible"}
    assert violations(SPEC, plan) == ["explanations: infeasible, and nothing says why"]
    said = {"kind": "x", "zh": "冲突", "en": "two\nlines", "edits": []}
    assert violations(SPEC, plan | {"explanations": [said]}) == [
        "explanations: x is not told in one line of each language"
    ]
    assert violations(SPEC, plan | {"explanations": [said | {"en": "one line"}]}) == []


def test_edits_change_a_copy() -> None:
    edits = [
        {"path": ["meetings", "max_per_team"], "value": 8},
        {"path": ["sessions", 1, "tables"], "value": 6},
        {"path": ["force"], "remove": ["e1", "t1"]},
        {"path": ["pinned"], "remove": SPEC["pinned"][0] | {"not": None}, "add": {"start": "15:50"}},
    ]
    changed = apply_edits(SPEC, edits)
    assert changed["meetings"]["max_per_team"] == 8
    assert changed["sessions"][1]["tables"] == 6
    assert (changed["force"], changed["pinned"]) == ([], [{"start": "15:50"}])
    assert SPEC["force"] == [["e1", "t1"]]
    with pytest.raises(KeyError):
        apply_edits(SPEC, [{"path": ["force"], "remove": ["e1", "t2"]}])


def test_slots_begin_again_after_a_break() -> None:
    # As in the issue: 15:15 would run into the break, 16:55 over the end.
    session = {
        "start": "14:00",
        "end": "17:00",
        "slot_minutes": 20,
        "gap_minutes": 5,
        "breaks": [["15:20", "15:40"]],
    }
    assert [start for start, _ in grid(session)] == [840, 865, 890, 940, 965, 990]
    assert usable_tables({"tables": 12, "spare_tables": 2, "closed_tables": [3]}) == {
        1,
        2,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_any_two_meetings_at_once_or_out_of_slot_are_found(seed: int, pick: int) -> None:
    """A plan that keeps all rules by a rule of thumb has no fault, and two once one meeting is moved onto another's time."""
    spec, rows, collision = instance(seed)
    assume(not collision)
    plan = by_hand(spec, rows)
    assert violations(spec, plan, rows) == []
    assume(plan["meetings"])
    moved = copy.deepcopy(plan)
    one = moved["meetings"][pick % len(moved["meetings"])]
    double = one | {"table": one["table"] % 12 + 1}
    moved["meetings"].append(double)
    found = violations(spec, moved, rows)
    assert [each for each in found if each.startswith(f"one place at a time: {one['team_id']}")], found
    assert one["score"] < 1e-4 or [each for each in found if each.startswith("objective")]


def by_hand(spec: Json, rows: list[tuple[str, str, float]]) -> Json:
    """Plan as people do: first what is demanded, then the best pair into the first place that is free."""
    limits, rules = spec["meetings"], spec.get("enterprises", {})
    out = {*spec.get("cancelled", ()), *rules.get("never", ())}
    score = {(one, other): value for one, other, value in rows}
    places = [
        (*slot, table)
        for session in spec["sessions"]
        for slot in grid(session)
        for table in sorted(usable_tables(session))
    ]
    made: list[Json] = []

    def place(firm: str, team: str, wanted: Json | None = None) -> bool:
        for start, end, table in places:
            said = f"{start // 60:02d}:{start % 60:02d}"
            if wanted and (said != wanted["start"] or table != wanted.get("table", table)):
                continue
            now = [one for one in made if one["start"] == said]
            if any(
                one["table"] == table or one["enterprise_id"] == firm or one["team_id"] == team for one in now
            ):
                continue
            if any(
                start < until and since < end for who in (firm, team) for since, until in absences(spec, who)
            ):
                continue
            made.append(
                meeting(said, f"{end // 60:02d}:{end % 60:02d}", table, 0, 0)
                | {"enterprise_id": firm, "team_id": team, "score": score.get((firm, team), 0.0)}
            )
            return True
        return False

    for pin in sorted(spec["pinned"], key=lambda one: "table" not in one):
        assume(place(pin["enterprise_id"], pin["team_id"], pin))
    asked, begun = [tuple(one) for one in spec["force"]], len(made)
    # Drawn from a plan, they fit in some order; which one is tried out.
    for turn in range(100):
        del made[begun:]
        if all(place(*one) for one in Random(turn).sample(asked, len(asked))):
            break
    else:
        assume(condition=False)
    invited = sorted({one for one, _, _ in rows} - out)
    if rules.get("max") is not None:
        must = {one["enterprise_id"] for one in made}
        invited = sorted(sorted(invited, key=lambda one: one not in must)[: rules["max"]])
    for firm, team, _ in sorted(rows, key=lambda row: -row[2]):
        mine = [one for one in made if one["enterprise_id"] == firm]
        theirs = [one for one in made if one["team_id"] == team]
        if (
            firm in invited
            and team not in out
            and [firm, team] not in spec["forbid"]
            and not any(one["team_id"] == team for one in mine)
            and len(mine) < limits.get("max_per_enterprise", 99)
            and len(theirs) < limits.get("max_per_team", 99)
        ):
            place(firm, team)
    total = sum(one["score"] for one in made)
    least = limits["min_per_enterprise"]
    count = {firm: sum(one["enterprise_id"] == firm for one in made) for firm in invited}
    return PLAN | {
        "agenda": [], "meetings": made, "objective": total, "bound": total, "gap": 0.0,
        "enterprises": [{"id": one, "name": "", "county": "", "need_ids": []} for one in invited], "teams": [],
        "unplaced": [
            {"enterprise_id": one, "meetings": many, "minimum": least, "zh": "满", "en": "full"}
            for one, many in count.items()
            if many < max(1, least)
        ],
    }  # fmt: skip
