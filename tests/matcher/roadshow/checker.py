"""An independent checker of plans: it knows the words of the issue, plain mappings, and nothing of matcher.

A SPEC is what its YAML says, a plan what plan.json says; `affinity` are rows of enterprise, team, score.
Each violation is one line that begins with the name of its rule.
"""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.matcher.roadshow.reckoning import (
    CLOSE,
    Rows,
    Span,
    absences,
    clock,
    grid,
    sessions_of,
    time_of,
    times,
    touch,
    usable_tables,
)
from tests.matcher.roadshow.visitchecker import broken_visits


def violations(spec: Mapping[str, Any], plan: Mapping[str, Any], affinity: Rows | None = None) -> list[str]:
    """Return every rule of the SPEC that the plan breaks; of an infeasible plan, what it must not hold."""
    if plan["status"] == "infeasible":
        return list(_infeasible(plan))
    checks = (_sums, _agenda, _meetings, _people, _limits, _wishes, _scores, _unplaced, broken_visits)
    return [said for check in checks for said in check(spec, plan, affinity)]


def apply_edits(spec: Mapping[str, Any], edits: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a copy of the SPEC with what an explanation proposes; KeyError where it does not fit."""
    changed: dict[str, Any] = copy.deepcopy(dict(spec))
    for edit in edits:
        *way, last = edit["path"]
        holder: Any = changed
        for step in way:
            holder = holder.setdefault(step, {}) if isinstance(holder, dict) else holder[step]
        if "remove" not in edit:
            holder[last] = edit["value"]
            continue
        kept: list[Any] = []
        for one in holder[last]:
            found = _plain(one) == _plain(edit["remove"])
            kept += ([edit["add"]] if "add" in edit else []) if found else [one]
        if kept == holder[last]:
            raise KeyError(f"nothing to remove: {edit}")
        holder[last] = kept
    return changed


def _plain(value: Any) -> Any:
    """What is not said is as good as nothing."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if one not in (None, [], ())}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _infeasible(plan: Mapping[str, Any]) -> Iterator[str]:
    explained = plan["explanations"]
    if not explained:
        yield "explanations: infeasible, and nothing says why"
    for one in explained:
        if not one["zh"].strip() or not one["en"].strip() or "\n" in one["zh"] + one["en"]:
            yield f"explanations: {one['kind']} is not told in one line of each language"


def _sums(spec: Mapping[str, Any], plan: Mapping[str, Any], _: Rows | None) -> Iterator[str]:
    objective, bound, gap = plan["objective"], plan["bound"], plan["gap"]
    topics = [topic for visit in plan.get("visits", ()) for topic in visit["topics"]]
    total = sum(one["score"] for one in [*plan["meetings"], *topics])
    if abs(objective - total) > CLOSE * max(1.0, abs(total)):
        yield f"objective: {objective} is not the sum of the scores, {total}"
    if bound < objective - CLOSE:
        yield f"bound: {bound} is less than the objective {objective}"
    wanted = (bound - objective) / bound if bound > 0 else 0.0
    if abs(gap - wanted) > CLOSE:
        yield f"gap: {gap} is not (bound - objective) / bound = {wanted}"
    if plan["status"] not in ("optimal", "feasible"):
        yield f"status: {plan['status']}"
    if plan["seconds"] < 0:
        yield f"seconds: {plan['seconds']}"


def _agenda(spec: Mapping[str, Any], plan: Mapping[str, Any], _: Rows | None) -> Iterator[str]:
    sessions, wanted, agenda = sessions_of(spec, "pitches"), spec.get("pitches", {}), plan["agenda"]
    if agenda and not sessions:
        yield "agenda: there is no session of pitches"
    ids = [one["achievement_id"] for one in agenda]
    for key, count in Counter(ids).items():
        if count > 1:
            yield f"agenda: {key} is pitched {count} times"
        if key in wanted.get("never", ()):
            yield f"pitches.never: {key}"
    if sessions:
        if len(ids) > wanted.get("count", 8):
            yield f"pitches.count: {len(ids)}"
        for key in wanted.get("must", ()):
            if key not in ids:
                yield f"pitches.must: {key} is missing"
    for one in agenda:
        span = time_of(one)
        homes = [
            home
            for home in sessions
            if time_of(home)[0] <= span[0]
            and span[1] <= time_of(home)[1]
            and span[1] - span[0] == home.get("pitch_minutes", 12) + home.get("qa_minutes", 3)
            and one["room"] == home.get("room", "")
        ]
        if not homes:
            yield f"agenda: {one['achievement_id']} is in no session"
        elif all(any(touch(span, pause) for pause in times(home.get("breaks", ()))) for home in homes):
            yield f"agenda: {one['achievement_id']} runs into a break"
    for place, one in enumerate(agenda):
        for other in agenda[:place]:
            if one["room"] == other["room"] and touch(time_of(one), time_of(other)):
                yield f"agenda: {one['achievement_id']} and {other['achievement_id']} are on stage at once"
    yield from _spread(plan, wanted)


def _spread(plan: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    institution = {one["id"]: one["institution"] for one in plan["teams"]}
    county = {need: one["county"] for one in plan["enterprises"] for need in one["need_ids"]}
    most = wanted.get("max_per_institution")
    for name, count in Counter(institution.get(one["team"], "") for one in plan["agenda"]).items():
        if most is not None and name and count > most:
            yield f"pitches.max_per_institution: {name} has {count}"
    served = {county.get(need, "") for one in plan["agenda"] for need in one["need_ids"]} - {""}
    if plan["agenda"] and len(served) < wanted.get("min_counties", 0):
        yield f"pitches.min_counties: {len(served)}"


def _meetings(spec: Mapping[str, Any], plan: Mapping[str, Any], _: Rows | None) -> Iterator[str]:
    sessions = sessions_of(spec, "meetings")
    at: dict[tuple[int, Span], list[str]] = defaultdict(list)
    for one in plan["meetings"]:
        span, name = time_of(one), f"{one['enterprise_id']}–{one['team_id']} at {one['start']}"
        home = next(
            (each for each in sessions if time_of(each)[0] <= span[0] and span[1] <= time_of(each)[1]), None
        )
        if home is None:
            yield f"slots: {name} is in no session"
            continue
        if any(touch(span, pause) for pause in times(home.get("breaks", ()))):
            yield f"breaks: {name} runs into a break"
        elif span not in grid(home):
            yield f"slots: {name} is in no slot"
        if one["table"] not in range(1, home["tables"] + 1):
            yield f"tables: {name} at table {one['table']} of {home['tables']}"
        elif one["table"] in home.get("closed_tables", ()):
            yield f"closed_tables: {name} at table {one['table']}"
        elif one["table"] not in usable_tables(home):
            yield f"spare_tables: {name} at table {one['table']}"
        for other_span, name_there in (
            (each, said) for (table, each), many in at.items() for said in many if table == one["table"]
        ):
            if touch(span, other_span):
                yield f"tables: {name} and {name_there} share table {one['table']}"
        at[one["table"], span].append(name)


def _people(spec: Mapping[str, Any], plan: Mapping[str, Any], _: Rows | None) -> Iterator[str]:
    busy: dict[str, list[tuple[Span, str]]] = defaultdict(list)
    for one in plan["agenda"]:
        busy[one["team"]].append((time_of(one), "on stage"))
    for one in plan["meetings"]:
        for who in (one["enterprise_id"], one["team_id"]):
            busy[who].append((time_of(one), f"at table {one['table']}"))
    for who, entries in busy.items():
        for place, (span, where) in enumerate(entries):
            for other, elsewhere in entries[:place]:
                if touch(span, other):
                    yield f"one place at a time: {who} is {where} and {elsewhere}"
            if any(touch(span, gone) for gone in absences(spec, who)):
                yield f"availability: {who} is {where}, but not there"


def _limits(spec: Mapping[str, Any], plan: Mapping[str, Any], _: Rows | None) -> Iterator[str]:
    rules, meetings = spec.get("meetings", {}), plan["meetings"]
    for key, whose in (("max_per_enterprise", "enterprise_id"), ("max_per_team", "team_id")):
        most = rules.get(key)
        for who, count in Counter(one[whose] for one in meetings).items():
            if most is not None and count > most:
                yield f"meetings.{key}: {who} has {count}"
    pairs = Counter((one["enterprise_id"], one["team_id"]) for one in meetings)
    if not rules.get("repeat_pairs", False):
        for pair, count in pairs.items():
            if count > 1:
                yield f"meetings.repeat_pairs: {pair} meets {count} times"
    most = spec.get("enterprises", {}).get("max")
    if most is not None and len({one["enterprise_id"] for one in meetings}) > most:
        yield "enterprises.max: too many enterprises meet"


def _wishes(spec: Mapping[str, Any], plan: Mapping[str, Any], affinity: Rows | None) -> Iterator[str]:
    if not sessions_of(spec, "meetings"):
        return
    pairs = {(one["enterprise_id"], one["team_id"]) for one in plan["meetings"]}
    for pair in map(tuple, spec.get("force", ())):
        if pair not in pairs:
            yield f"force: {pair} is missing"
    for pair in map(tuple, spec.get("forbid", ())):
        if pair in pairs:
            yield f"forbid: {pair}"
    for who in spec.get("enterprises", {}).get("never", ()):
        if any(who == one for one, _ in pairs):
            yield f"enterprises.never: {who}"
    asked = set(map(tuple, spec.get("force", ())))
    for pin in spec.get("pinned", ()):
        asked.add((pin["enterprise_id"], pin["team_id"]))
        kept = [
            one
            for one in plan["meetings"]
            if (one["enterprise_id"], one["team_id"]) == (pin["enterprise_id"], pin["team_id"])
            and clock(one["start"]) == clock(pin["start"])
            and pin.get("table") in (None, one["table"])
        ]
        if not kept:
            yield f"pinned: {pin} was moved"
    known = None if affinity is None else {(one, other) for one, other, _ in affinity}
    for one in plan["meetings"]:
        pair = one["enterprise_id"], one["team_id"]
        if pair in asked:
            continue
        if known is not None and pair not in known:
            yield f"affinity: {pair} is not in the file"
        least = spec.get("meetings", {}).get("min_level", 3)
        if known is None and (one["level"] is None or one["level"] < least):
            yield f"meetings.min_level: {pair} has {one['level']}"


def _scores(spec: Mapping[str, Any], plan: Mapping[str, Any], affinity: Rows | None) -> Iterator[str]:
    scores = None if affinity is None else {(one, other): score for one, other, score in affinity}
    for one in plan["meetings"]:
        pair = one["enterprise_id"], one["team_id"]
        if scores is not None and abs(scores.get(pair, 0.0) - one["score"]) > CLOSE:
            yield f"score: {pair} has {one['score']}, the file says {scores.get(pair, 0.0)}"
        if not 0 <= one["score"] <= 1:
            yield f"score: {pair} has {one['score']}"


def _unplaced(spec: Mapping[str, Any], plan: Mapping[str, Any], affinity: Rows | None) -> Iterator[str]:
    least = spec.get("meetings", {}).get("min_per_enterprise", 0)
    if not sessions_of(spec, "meetings"):
        return
    rules = spec.get("enterprises", {})
    out = {*rules.get("never", ()), *spec.get("cancelled", ())}
    invited = {one["id"] for one in plan["enterprises"]} - out
    if affinity is not None and rules.get("max") is None:
        named = {one for one, _, _ in affinity} | {one for one, _ in spec.get("force", ())}
        if invited != named - out:
            yield f"enterprises: {sorted(invited ^ (named - out))} are missing or too many"
    if rules.get("max") is not None and len(invited) > rules["max"]:
        yield f"enterprises.max: {len(invited)} are invited"
    for who in rules.get("must", ()):
        if who not in invited:
            yield f"enterprises.must: {who} is not invited"
    count = Counter(one["enterprise_id"] for one in plan["meetings"])
    # Who meets nobody is not placed, even where nothing is the minimum.
    wanted = {who: count[who] for who in invited if count[who] < max(1, least)}
    told = {one["enterprise_id"]: one["meetings"] for one in plan["unplaced"]}
    if wanted != told:
        yield f"unplaced: {told} instead of {wanted}"
    for one in plan["unplaced"]:
        if one["minimum"] != least or not one["zh"] or not one["en"]:
            yield f"unplaced: {one['enterprise_id']} is not told right"
