"""Five hundred generated events: no rule is broken, what collides is explained, and the bounds are true."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from matcher.roadshow.gathering.affinity import event_of
from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.planner import OPTIMAL, plan
from matcher.roadshow.specs.reading import spec_from
from tests.matcher.roadshow.checker import apply_edits, violations
from tests.matcher.roadshow.generator import Instance, hall, instance
from tests.matcher.roadshow.making import Row
from tests.matcher.roadshow.textbook import Facts, Textbook, greedy

INSTANCES, BLOCK = 500, 20
#: Seconds for one plan: it is checked here, not measured.
LIMIT = 2.0


def planned(folder: Path, spec: dict[str, Any], rows: list[Row], **options: Any) -> Plan:
    path = folder / "pairs.tsv"
    path.write_text("".join(f"{one}\t{other}\t{score}\n" for one, other, score in rows), "utf-8")
    event = event_of(spec_from(spec, files=True), folder, options.get("base"))
    return plan(event, **({"time_limit": LIMIT} | options))


def test_a_fifth_is_meant_to_be_impossible_in_many_ways() -> None:
    made = [instance(seed) for seed in range(INSTANCES)]
    assert made[:20] == [instance(seed) for seed in range(20)]
    ways = [one.collision for one in made if one.collision]
    assert INSTANCES / 6 < len(ways) <= INSTANCES / 5
    assert min(ways.count(one) for one in set(ways)) >= 3
    assert len(set(ways)) == 11


@pytest.mark.parametrize("first", range(0, INSTANCES, BLOCK))
def test_no_rule_is_broken_and_what_collides_has_a_way_out(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + BLOCK):
        made = instance(seed)
        found = planned(tmp_path, made.spec, made.rows, seed=seed)
        said = f"instance {seed} ({made.collision or 'possible'})"
        assert violations(made.spec, found.as_json(), made.rows) == [], said
        assert (found.status is Status.INFEASIBLE) == bool(made.collision), said
        if found.status is Status.INFEASIBLE:
            changed = apply_edits(made.spec, [edit for one in found.explanations for edit in one.edits])
            again = planned(tmp_path, changed, made.rows, seed=seed)
            assert again.status is not Status.INFEASIBLE, said
            assert violations(changed, again.as_json(), made.rows) == [], said


@pytest.mark.parametrize("seed", [*range(4, 60, 5)])
def test_what_is_called_impossible_is_so_for_the_textbook_model_too(seed: int) -> None:
    made = instance(seed)
    assert made.collision
    assert Textbook(Facts(made.spec, made.rows)).most_value(30).status == "infeasible"


def _small(seed: int) -> Instance:
    """The next instance from this seed on in which some can meet, and which the textbook model solves in seconds."""
    while True:
        made = instance(seed)
        facts = Facts(made.spec, made.rows)
        chooses = "max" in made.spec.get("enterprises", {})
        if (
            not made.collision
            and not chooses
            and len(made.rows) * len(facts.slots) < 500
            and Textbook(facts).x
        ):
            return made
        seed += 1


@pytest.mark.parametrize("seed", range(1000, 1400, 16))
def test_value_and_bound_stand_beside_what_the_textbook_model_proves(seed: int, tmp_path: Path) -> None:
    made = _small(seed)
    made.spec.pop("goals", None)
    proven = Textbook(Facts(made.spec, made.rows)).most_value(60)
    assert proven.status == "optimal"
    found = planned(tmp_path, made.spec, made.rows, time_limit=5)
    assert found.bound >= proven.value - 1e-6
    assert found.objective <= proven.value + 1e-6
    assert found.status is Status.OPTIMAL
    assert found.objective >= proven.value * (1 - OPTIMAL) - 1e-6
    assert found.objective >= greedy(made.spec | {"force": [], "pinned": []}, made.rows).value * (
        0.0 if made.spec["force"] or made.spec["pinned"] else 1 - OPTIMAL
    )


def test_the_same_seed_gives_the_same_plan(tmp_path: Path) -> None:
    for seed in (0, 12, 33):
        made = instance(seed)
        one, other = (planned(tmp_path, made.spec, made.rows, seed=5, time_limit=30) for _ in range(2))
        assert (one.meetings, one.objective, one.bound) == (other.meetings, other.objective, other.bound)


def test_relaxed_the_plan_breaks_only_what_it_says(tmp_path: Path) -> None:
    for seed in range(4, 84, 5):
        made = instance(seed)
        found = planned(tmp_path, made.spec, made.rows, relax=True)
        assert found.status is Status.INFEASIBLE
        edits = [edit for one in found.explanations for edit in one.edits]
        as_feasible = found.as_json() | {"status": "feasible"}
        assert violations(apply_edits(made.spec, edits), as_feasible, made.rows) == [], seed
        assert violations(made.spec, as_feasible, made.rows), seed


def _changed(spec: dict[str, Any], rows: list[Row], before: Plan, draw: Random) -> dict[str, Any]:
    """Return the SPEC after a cancellation, a late arrival, a lost table or a new must-meet."""
    spec = spec | {"availability": [*spec.get("availability", ())], "force": [*spec["force"]]}
    kind = draw.choice(("cancelled", "late", "table", "force"))
    met = draw.choice(before.meetings)
    demanded = {who for pair in spec["force"] for who in pair}
    demanded |= {pin[key] for pin in spec["pinned"] for key in ("enterprise_id", "team_id")}
    free = [who for who in (met.enterprise_id, met.team_id) if who not in demanded]
    if kind == "cancelled" and free:
        spec["cancelled"] = [*spec.get("cancelled", ()), draw.choice(free)]
    elif kind in ("late", "cancelled"):
        who, at = draw.choice((met.enterprise_id, met.team_id)), met.start + 1
        spec["availability"].append({"who": who, "from": f"{at // 60:02d}:{at % 60:02d}"})
    elif kind == "table":
        number = next(
            place
            for place, one in enumerate(before.spec.sessions)
            if one.kind == "meetings" and one.start <= met.start < one.end
        )
        spec["sessions"] = [dict(one) for one in spec["sessions"]]
        session = spec["sessions"][number]
        if session["tables"] - session["spare_tables"] - len(session["closed_tables"]) > 1:
            session["closed_tables"] = [*session["closed_tables"], met.table]
    else:
        out = {*spec.get("cancelled", ()), *spec.get("enterprises", {}).get("never", ())}
        possible = [[one, other] for one, other, _ in rows if not {one, other} & out]
        spec["force"].append(
            draw.choice([one for one in possible if one not in [*spec["forbid"], *spec["force"]]])
        )
    return spec


@pytest.mark.parametrize("seed", range(2000, 2600, 25))
def test_a_replan_moves_as_few_as_can_be(seed: int, tmp_path: Path) -> None:
    made, draw = _small(seed), Random(seed)
    before = planned(tmp_path, made.spec, made.rows)
    assert before.meetings
    changed = _changed(made.spec, made.rows, before, draw)
    after = planned(tmp_path, changed, made.rows, base=before)
    assert violations(changed, after.as_json(), made.rows) == []
    if after.status is Status.INFEASIBLE:
        return
    stayed = {(one.start, one.table, one.enterprise_id, one.team_id) for one in before.meetings} & {
        (one.start, one.table, one.enterprise_id, one.team_id) for one in after.meetings
    }
    assert len(stayed) == Textbook(Facts(changed, made.rows)).most_kept(before.as_json()["meetings"])


@pytest.mark.parametrize("windows", [False, True])
def test_a_cancellation_of_the_large_event_moves_nobody(windows: bool, tmp_path: Path) -> None:
    spec, rows, _ = hall(60, 25, 8, 12, windows)
    before = planned(tmp_path, spec, rows, time_limit=10)
    assert violations(spec, before.as_json(), rows) == []
    gone = before.meetings[0].team_id
    after = planned(tmp_path, spec | {"cancelled": [gone]}, rows, base=before, time_limit=10)
    assert violations(spec | {"cancelled": [gone]}, after.as_json(), rows) == []
    others = [
        (one.start, one.table, one.enterprise_id, one.team_id)
        for one in before.meetings
        if one.team_id != gone
    ]
    assert {*others} <= {(one.start, one.table, one.enterprise_id, one.team_id) for one in after.meetings}
