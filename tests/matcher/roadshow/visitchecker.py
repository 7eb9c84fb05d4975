"""The part of the independent checker that looks at a day of visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.matcher.roadshow.reckoning import CLOSE, Rows, absences, clock, sessions_of, time_of, times, touch


def broken_visits(spec: Mapping[str, Any], plan: Mapping[str, Any], affinity: Rows | None) -> Iterator[str]:
    sessions, visits = sessions_of(spec, "visits"), plan.get("visits", [])
    if not sessions:
        if visits:
            yield "visits: there is no such session"
        return
    day = sessions[0]
    firms = [one["enterprise_id"] for one in visits]
    yield from _route(day, visits)
    rules = spec.get("enterprises", {})
    for who, count in Counter(firms).items():
        if count > 1:
            yield f"visits: {who} is visited {count} times"
        if who in rules.get("never", ()) or who in spec.get("cancelled", ()):
            yield f"enterprises.never: {who} is visited"
    for who in rules.get("must", ()):
        if who not in firms:
            yield f"enterprises.must: {who} is not visited"
    for visit in visits:
        if any(touch(time_of(visit), gone) for gone in absences(spec, visit["enterprise_id"])):
            yield f"availability: {visit['enterprise_id']} is not there"
    teams = {one["id"] for one in plan["teams"]}
    named = {topic["team"] for visit in visits for topic in visit["topics"]}
    if not named <= teams:
        yield f"visits: {sorted(named - teams)} do not travel"
    given = {*day.get("teams", ())} - {*spec.get("cancelled", ())}
    if given and teams != given:
        yield f"visits.teams: {sorted(teams)} travel instead of {sorted(given)}"
    if not day.get("teams") and len(teams) > day.get("max_teams", 3):
        yield f"visits.max_teams: {len(teams)}"
    if visits:
        out = clock(visits[0]["start"]) - visits[0]["travel"]
        back = clock(visits[-1]["end"]) + minutes_between(day, firms[-1], "base")
        for team in teams:
            if any(touch((out, back), gone) for gone in absences(spec, team)):
                yield f"availability: {team} is not there all the way"
    for firm, team in spec.get("force", ()):
        if firm not in firms or team not in teams:
            yield f"force: {firm}–{team}"
    topics = [(topic["need"] or visit["enterprise_id"]) for visit in visits for topic in visit["topics"]]
    for need, count in Counter(topics).items():
        if count > 1:
            yield f"visits: {need} is counted {count} times"
    scores = None if affinity is None else {(one, other): score for one, other, score in affinity}
    for visit in visits:
        for topic in visit["topics"]:
            pair = visit["enterprise_id"], topic["team"]
            if list(pair) in [list(one) for one in spec.get("forbid", ())]:
                yield f"forbid: {pair}"
            if scores is not None and abs(scores.get(pair, 0.0) - topic["score"]) > CLOSE:
                yield f"score: {pair} has {topic['score']}"


def _route(day: Mapping[str, Any], visits: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    start, end = time_of(day)
    at, here = start, "base"
    for visit in visits:
        span, firm = time_of(visit), visit["enterprise_id"]
        minutes = minutes_between(day, here, firm)
        if visit["travel"] != minutes:
            yield f"travel: {here} to {firm} takes {minutes} minutes, not {visit['travel']}"
        if span[0] < at + minutes:
            yield f"travel: {firm} is reached at {at + minutes}, not {span[0]}"
        if span[1] - span[0] != day.get("visit_minutes", 50):
            yield f"visit_minutes: {firm}"
        if any(touch(span, pause) for pause in times(day.get("breaks", ()))):
            yield f"breaks: {firm} is visited in a break"
        at, here = span[1], firm
    if visits and at + minutes_between(day, here, "base") > end:
        yield f"end: back at {at + minutes_between(day, here, 'base')}, not by {end}"


def minutes_between(day: Mapping[str, Any], one: str, other: str) -> int:
    for since, until, minutes in day.get("travel", ()):
        if {since, until} == {one, other}:
            return int(minutes)
    return int(day.get("travel_minutes", 20))
