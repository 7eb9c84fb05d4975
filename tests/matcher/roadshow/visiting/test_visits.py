"""Days of visits: against every route there is, by the independent checker, and where rules collide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.roadshow.event import Enterprise, Event, Pair, Team
from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.progress import Progress
from matcher.roadshow.spec import Spec
from matcher.roadshow.visiting.visits import minutes_between, plan_visits
from tests.matcher.roadshow.checker import apply_edits, violations
from tests.matcher.roadshow.reckoning import absences, clock


def event(spec: dict[str, Any], pairs: Sequence[Pair], firms: int = 0, teams: int = 0) -> Event:
    """An event of the people in the pairs, and of as many more as are asked for."""
    firm_ids = list(
        dict.fromkeys([*(f"e{one}" for one in range(firms)), *(one.enterprise_id for one in pairs)])
    )
    team_ids = list(dict.fromkeys([*(f"t{one}" for one in range(teams)), *(one.team_id for one in pairs)]))
    return Event(
        Spec.model_validate(spec),
        enterprises=tuple(Enterprise(one, f"企业{one}") for one in firm_ids),
        teams=tuple(Team(one) for one in team_ids),
        pairs=tuple(pairs),
    )


def day(**session: Any) -> dict[str, Any]:
    return {
        "date": "2026-12-11",
        "sessions": [{"kind": "visits", "place": "蓝天县", "start": "08:30", "end": "17:30"} | session],
    }


def pair(firm: str, team: str, score: float, need: str = "") -> Pair:
    return Pair(firm, team, score, 3, need or f"n-{firm}", f"a-{team}")


def small(seed: int) -> tuple[dict[str, Any], Event]:
    """A day of up to five firms and four teams, with everything that a day can have."""
    draw = Random(seed)
    firms, teams = draw.randint(1, 5), draw.randint(1, 4)
    places = ["base", *(f"e{one}" for one in range(firms))]
    spec = day(
        end=draw.choice(("13:30", "14:30", "17:30")),
        visit_minutes=draw.choice((30, 50, 80)),
        travel_minutes=draw.randint(5, 60),
        max_teams=draw.randint(1, 3),
        travel=[[*two, draw.randint(1, 90)] for two in combinations(places, 2) if draw.random() < 0.5],
        breaks=draw.choice(([], [["12:00", "13:00"]], [["10:00", "10:15"], ["11:50", "13:10"]])),
        teams=[f"t{one}" for one in range(teams) if draw.random() < 0.5] if draw.random() < 0.3 else [],
    )
    spec["availability"] = [
        draw.choice((
            {"who": who, "from": "10:10"}, {"who": who, "to": "13:40"}, {"who": who, "not": [["09:00", "11:00"]]},
        ))
        for who in [*places[1:], *(f"t{one}" for one in range(teams))]
        if draw.random() < 0.25
    ]  # fmt: skip
    if draw.random() < 0.3:
        spec["enterprises"] = {"must": [draw.choice(places[1:])]}
    if draw.random() < 0.2:
        spec["cancelled"] = [f"t{draw.randrange(teams)}"]
    pairs = [
        pair(one, f"t{other}", round(draw.random(), 2), f"n-{one}-{need}")
        for one in places[1:]
        for need in range(draw.randint(1, 2))
        for other in range(teams)
        if draw.random() < 0.7
    ]
    return spec, event(spec, pairs, firms, teams)


def routes(spec: dict[str, Any], known: Event) -> list[tuple[float, int]]:
    """Return value and minutes of travel of every choice of teams, firms and order that keeps the rules."""
    session = spec["sessions"][0]
    gone = set(spec.get("cancelled", ()))
    must = set(spec.get("enterprises", {}).get("must", ()))
    given_teams = set(session["teams"]) - gone
    all_teams = [one.id for one in known.teams if one.id not in gone]
    sizes = range(min(len(all_teams), session["max_teams"]) + 1)
    choices = (
        [tuple(sorted(given_teams))]
        if session["teams"]
        else [chosen for size in sizes for chosen in combinations(all_teams, size)]
    )
    firms = [one.id for one in known.enterprises]
    found = []
    # Only teams that are away at times make a difference to the way.
    known_minutes: dict[tuple[tuple[str, ...], frozenset[str]], int | None] = {}
    for teams in choices:
        bound = frozenset(one for one in teams if absences(spec, one))
        worth = {one.enterprise_id for one in known.pairs if one.team_id in teams and one.score > 0}
        # Nobody goes where there is nothing to talk about, even where that were a short cut.
        some = [one for one in firms if one in worth | must]
        for order in (order for size in range(len(some) + 1) for order in permutations(some, size)):
            if not must <= set(order):
                continue
            if (order, bound) not in known_minutes:
                known_minutes[order, bound] = _minutes(spec, order, teams)
            minutes = known_minutes[order, bound]
            if minutes is not None:
                best: dict[str, float] = {}
                for one in known.pairs:
                    if one.enterprise_id in order and one.team_id in teams:
                        best[one.need_id] = max(best.get(one.need_id, 0.0), one.score)
                found.append((round(sum(best.values()), 6), minutes))
    return found


def _minutes(spec: dict[str, Any], order: Sequence[str], teams: Sequence[str]) -> int | None:
    """Return the travel of a route, minute by minute from every possible departure; None if none fits."""
    session = spec["sessions"][0]
    between = {frozenset((one, other)): minutes for one, other, minutes in session["travel"]}
    way = ["base", *order, "base"] if order else []
    legs = [between.get(frozenset(two), session["travel_minutes"]) for two in pairwise(way)]
    away = [span for team in teams for span in absences(spec, team)]
    pauses = [(clock(one), clock(other)) for one, other in session["breaks"]]
    start, end, visit = clock(session["start"]), clock(session["end"]), session["visit_minutes"]
    for depart in range(start, end + 1):
        at = depart
        for leg, firm in zip(legs, order, strict=False):
            at += leg
            barred = [*pauses, *absences(spec, firm)]
            while at < end and any(at < until and since < at + visit for since, until in barred):
                at += 1
            at += visit
        at += legs[-1] if legs else 0
        if at <= end and not any(depart < until and since < at for since, until in away):
            return sum(legs)
        if not order and not any(depart < until and since < depart for since, until in away):
            return 0
    return None


@pytest.mark.parametrize("seed", range(60))
def test_no_route_is_better(seed: int) -> None:
    spec, known = small(seed)
    every = routes(spec, known)
    plan = plan_visits(known, seed=seed, time_limit=60)
    if not every:
        assert plan.status is Status.INFEASIBLE
        assert not plan.visits
        assert plan.explanations
        return
    value = max(one for one, _ in every)
    assert plan.status is Status.OPTIMAL
    assert plan.objective == pytest.approx(value, abs=1e-4)
    assert plan.bound == pytest.approx(value, abs=1e-3)
    travel = next(one for one in plan.goals if one.goal == "travel")
    assert travel.value == min(minutes for one, minutes in every if one >= value - 1e-6)
    assert violations(spec, plan.as_json()) == []


@pytest.mark.parametrize("seed", range(60, 90))
def test_the_way_out_is_one(seed: int) -> None:
    spec, known = small(seed)
    spec["sessions"][0] |= {"end": "12:00", "breaks": []}
    spec["enterprises"] = {"must": [one.id for one in known.enterprises]}
    known = event(spec, known.pairs, len(known.enterprises), len(known.teams))
    plan = plan_visits(known, time_limit=60)
    if plan.status is not Status.INFEASIBLE:
        assert violations(spec, plan.as_json()) == []
        return
    assert plan.explanations
    for one in plan.explanations:
        assert one.edits
        changed = apply_edits(spec, one.edits)
        again = plan_visits(
            event(changed, known.pairs, len(known.enterprises), len(known.teams)), time_limit=60
        )
        assert again.status is not Status.INFEASIBLE, one
        assert violations(changed, again.as_json()) == []


def collision() -> tuple[dict[str, Any], list[Pair]]:
    spec = day(end="11:30", travel_minutes=30)
    spec["enterprises"] = {"must": ["e0", "e1", "e2"]}
    spec["availability"] = [{"who": "e2", "to": "10:00"}]
    return spec, [pair("e0", "t0", 0.9), pair("e1", "t0", 0.5), pair("e2", "t0", 0.7)]


def test_a_day_too_short_says_when_it_would_end_and_what_to_leave_out() -> None:
    spec, pairs = collision()
    plan = plan_visits(event(spec, pairs))
    (said,) = plan.explanations
    # 9:00 to 9:50, 10:20 to 11:10, 11:40 to 12:30, and half an hour back.
    assert "13:00" in said.zh
    assert "13:00" in said.en
    # Three visits are too many, two are not back in time either.
    assert said.edits == tuple({"path": ["enterprises", "must"], "remove": one} for one in ("e1", "e2"))
    assert "企业e1、企业e2" in said.zh
    relaxed = plan_visits(event(spec, pairs), relax=True)
    assert relaxed.status is Status.INFEASIBLE
    assert [one.enterprise_id for one in relaxed.visits] == ["e0"]
    assert {one.enterprise_id for one in relaxed.unplaced} == {"e1", "e2"}


def test_a_firm_that_is_not_there_is_not_asked_to_change_that() -> None:
    spec = day()
    spec["enterprises"] = {"must": ["e0", "e1"]}
    spec["availability"] = [{"who": "e0", "not": [["08:30", "17:00"]]}]
    plan = plan_visits(event(spec, [pair("e0", "t0", 0.9), pair("e1", "t0", 0.8)]))
    (said,) = plan.explanations
    assert said.edits == ({"path": ["enterprises", "must"], "remove": "e0"},)
    assert "企业e1" not in said.zh


def test_more_teams_demanded_than_travel() -> None:
    spec = day(max_teams=1)
    spec["force"] = [["e0", "t0"], ["e1", "t1"]]
    plan = plan_visits(event(spec, [pair("e0", "t0", 0.9), pair("e1", "t1", 0.8)]))
    assert plan.status is Status.INFEASIBLE
    # The less valuable of the two is given up; a longer day would not help.
    assert [one.edits for one in plan.explanations] == [({"path": ["force"], "remove": ["e1", "t1"]},)]


def test_who_must_come_is_unknown_to_the_event() -> None:
    spec = day(teams=["t9"])
    spec["force"] = [["e0", "t0"]]
    plan = plan_visits(event(spec, [pair("e0", "t0", 0.9)]))
    assert plan.status is Status.INFEASIBLE
    edits = [edit for one in plan.explanations for edit in one.edits]
    assert {"path": ["sessions", 0, "teams"], "remove": "t9"} in edits


def test_force_brings_firm_and_team_and_forbid_keeps_them_apart() -> None:
    spec = day(max_teams=1)
    spec["force"] = [["e1", "t1"]]
    spec["forbid"] = [["e0", "t1"]]
    pairs = [pair("e0", "t0", 0.9), pair("e0", "t1", 0.9), pair("e1", "t1", 0.1), pair("e2", "t1", 0.2)]
    plan = plan_visits(event(spec, pairs))
    assert plan.status is Status.OPTIMAL
    assert [one.id for one in plan.teams] == ["t1"]
    assert {one.enterprise_id for one in plan.visits} == {"e1", "e2"}


def test_each_need_counts_once_with_the_team_that_answers_it_best() -> None:
    pairs = [
        pair("e0", "t0", 0.9, "n1"), pair("e0", "t1", 0.6, "n1"), pair("e0", "t1", 0.5, "n2"),
    ]  # fmt: skip
    plan = plan_visits(event(day(), pairs))
    assert plan.objective == pytest.approx(1.4)
    assert [(one["need"], one["team"]) for one in plan.visits[0].topics] == [("n1", "t0"), ("n2", "t1")]
    assert [one.id for one in plan.teams] == ["t0", "t1"]


def test_nobody_to_visit_is_an_empty_day() -> None:
    plan = plan_visits(event(day(), []))
    assert (plan.status, plan.visits, plan.objective, plan.bound, plan.gap) == (
        Status.OPTIMAL,
        (),
        0.0,
        0.0,
        0.0,
    )
    assert Plan.from_json(plan.as_json()).visits == ()


def test_the_same_seed_gives_the_same_day_and_progress_is_told() -> None:
    _, known = small(7)
    told: list[Progress] = []
    plans = [plan_visits(known, seed=3, time_limit=60, progress=told.append) for _ in range(2)]
    assert plans[0].visits == plans[1].visits
    assert told[0].stage == "visits"
    assert all(one.bound >= one.objective - 1e-6 for one in told[1:])


def test_many_firms_get_a_good_day_and_an_honest_bound() -> None:
    draw = Random(1)
    spec = day(breaks=[["12:00", "13:00"]])
    places = {f"e{one}": (draw.random() * 50, draw.random() * 50) for one in range(90)} | {
        "base": (25.0, 25.0)
    }
    spec["sessions"][0]["travel"] = [
        [one, other, 5 + round(abs(complex(*places[one]) - complex(*places[other])))]
        for one, other in combinations(places, 2)
    ]
    pairs = [
        pair(f"e{one}", f"t{team}", round(draw.random(), 3))
        for one in range(90)
        for team in range(10)
        if draw.random() < 0.4
    ]
    plan = plan_visits(event(spec, pairs), time_limit=6)
    assert violations(spec, plan.as_json()) == []
    # Seven visits fit at best; each is worth less than 1.
    assert 4 < plan.objective <= plan.bound <= 7
    assert plan.seconds < 20


@given(st.dictionaries(st.sampled_from([*combinations("abc", 2)]), st.integers(0, 99)), st.randoms())
def test_travel_is_the_same_both_ways(known: dict[tuple[str, str], int], draw: Random) -> None:
    travel = [[*draw.sample(two, 2), minutes] for two, minutes in known.items()]
    (session,) = Spec.model_validate(day(travel=travel)).sessions
    assert session.kind == "visits"
    between = minutes_between(session)
    for one, other in combinations("abc", 2):
        assert between(one, other) == between(other, one) == known.get((one, other), 20)
    assert between("a", "a") == 0
