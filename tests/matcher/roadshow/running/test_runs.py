"""Planning in the background: a job that plans, one that cannot, one that is cancelled, and who is told what."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpora.accounts import Accounts
from corpora.jobs import Job, Jobs, State
from corpora.roadshows import Roadshow
from corpora.store import FILE_NAME, Store
from matcher.jobs import Cancelled, Run, work
from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.running import keeping
from matcher.roadshow.running.rules import conflicts
from matcher.roadshow.running.runs import plan_roadshow
from matcher.roadshow.specs import happenings
from matcher.service import Service
from matcher.settings import Settings
from matcher.tasks import TASKS
from tests.matcher.roadshow.halls import spec

#: Six enterprises and three teams: everybody fits somebody.
AFFINITY = "".join(
    f"e{firm}\tt{team}\t{(firm * 3 + team * 5) % 10 / 10}\n" for firm in range(1, 7) for team in range(1, 4)
)
SESSIONS = [{"kind": "meetings", "start": "14:00", "end": "16:00", "slot_minutes": 20, "tables": 3}]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def made(store: Store) -> Roadshow:
    asked = spec(
        sessions=SESSIONS, meetings={"min_per_enterprise": 1, "max_per_enterprise": 2, "max_per_team": 5}
    )
    return keeping.create(store, asked, "org", AFFINITY)


def planned(store: Store, settings: Settings, roadshow: Roadshow, **how: object) -> Job:
    """Ask for a planning and let the worker do it; return the job as it is then."""
    job = keeping.ask_for_plan(store, settings, roadshow.id, "org", time_limit=10, **how)  # type: ignore[arg-type]
    work(settings, TASKS, lambda: False)
    return Jobs(store).get(job.id)


def draft(store: Store, roadshow: Roadshow) -> Plan:
    found = keeping.draft_of(keeping.find_roadshow(store, roadshow.id))
    assert found
    return found


def test_a_plan_is_made_and_becomes_the_draft(store: Store, settings: Settings, made: Roadshow) -> None:
    job = planned(store, settings, made)
    assert (job.state, job.zh[:2]) == (State.DONE, "排好"), job
    plan = draft(store, made)
    # Every enterprise meets once at least, no team more than five times.
    assert len(plan.meetings) == 12
    assert conflicts(plan) == []
    after = keeping.find_roadshow(store, made.id)
    assert (after.attempt["job"], after.is_stale, after.planned_number) == (job.id, False, 1)
    assert len(keeping.pairs_of(store, made.id)) == 18
    assert job.result["status"] == plan.status
    (line,) = [one for one in Accounts(store).entries() if one.action == "roadshow planned"]
    assert (line.who, line.subject) == ("org", f"roadshow:{made.id}")


def test_a_replan_after_a_cancellation_moves_as_little_as_it_can(
    store: Store, settings: Settings, made: Roadshow
) -> None:
    planned(store, settings, made)
    out = keeping.find_roadshow(store, made.id)
    out = keeping.publish(store, out.id, out.version)
    keeping.change(store, out.id, out.version, lambda one: happenings.call_off(one, "e1"))
    job = planned(store, settings, made, base=True)
    assert job.state is State.DONE, job
    after = keeping.find_roadshow(store, made.id)
    told = keeping.changes_since_published(after)
    assert {one.kind for one in told if "e1" in one.who} == {"cancelled"}
    assert not any(one.kind == "moved" for one in told)
    assert all(one.enterprise_id != "e1" for one in draft(store, made).meetings)
    assert not after.is_stale


def test_what_cannot_be_planned_leaves_the_draft_and_says_why(
    store: Store, settings: Settings, made: Roadshow
) -> None:
    planned(store, settings, made)
    before = draft(store, made)
    now = keeping.find_roadshow(store, made.id)
    # One enterprise that must meet three teams, but is there for one slot.
    asked = keeping.shown_spec(now).model_copy(update={"force": (("e1", "t1"), ("e1", "t2"), ("e1", "t3"))})
    keeping.save_spec(store, now.id, happenings.be_there(asked, "e1", to=14 * 60 + 20), now.version)
    job = planned(store, settings, made)
    assert (job.state, job.result["status"]) == (State.DONE, "infeasible"), job
    now = keeping.find_roadshow(store, made.id)
    assert draft(store, made) == before
    assert now.is_stale
    edits = [edit for one in now.attempt["explanations"] for edit in one["edits"]]
    keeping.relax(store, now.id, now.version, edits)
    assert planned(store, settings, made).result["status"] != "infeasible"
    assert draft(store, made).status is not Status.INFEASIBLE


def test_an_affinity_file_that_is_wrong_fails_the_job_in_one_line(store: Store, settings: Settings) -> None:
    made = keeping.create(store, spec(sessions=SESSIONS), "org", "e1\tt1\tviel\n")
    job = planned(store, settings, made)
    assert job.state is State.FAILED
    assert "viel" in job.zh
    assert "viel" in job.en
    assert keeping.find_roadshow(store, made.id).draft is None


def test_a_job_that_is_cancelled_leaves_no_plan(store: Store, settings: Settings, made: Roadshow) -> None:
    keeping.ask_for_plan(store, settings, made.id, "org", time_limit=10)
    job = Jobs(store).take()
    assert job
    Jobs(store).ask_to_cancel(job.id)
    with pytest.raises(Cancelled):
        plan_roadshow(Run(job, settings, store, lambda: False))
    assert keeping.find_roadshow(store, made.id) == made


def test_a_roadshow_that_was_deleted_meanwhile_fails_its_job(
    store: Store, settings: Settings, made: Roadshow
) -> None:
    keeping.ask_for_plan(store, settings, made.id, "org")
    keeping.discard(store, made.id, made.version)
    work(settings, TASKS, lambda: False)
    (job,) = Jobs(store).latest(1)
    assert job.state is State.FAILED
    assert f"没有编号为 {made.id} 的路演" in job.zh


def test_an_event_of_the_store_is_gathered_and_planned(demo: Service, tmp_path: Path) -> None:
    demo.store.copy_to(tmp_path / FILE_NAME)
    shutil.copytree(demo.settings.data / "indexes", tmp_path / "indexes")
    settings = demo.settings.model_copy(update={"data": tmp_path})
    store = Store(tmp_path)
    made = keeping.create(store, spec(meetings={"max_per_enterprise": 2}, pitches={"count": 3}), "org")
    job = planned(store, settings, made)
    assert (job.state, job.total) == (State.DONE, job.done), job
    plan = draft(store, made)
    assert len(plan.agenda) == 3
    assert plan.meetings
    assert [one.rule for one in conflicts(plan) if one.severity == "block"] == []
    assert keeping.pairs_of(store, made.id).keys() >= {
        (one.enterprise_id, one.team_id) for one in plan.meetings
    }
    store.close()


def test_a_replan_calls_nobody_in_who_was_not_invited_before(store: Store, settings: Settings) -> None:
    asked = spec(sessions=SESSIONS, enterprises={"max": 3}, meetings={"max_per_enterprise": 2})
    made = keeping.create(store, asked, "org", AFFINITY)
    planned(store, settings, made)
    before = [one.id for one in draft(store, made).enterprises]
    assert len(before) == 3
    now = keeping.find_roadshow(store, made.id)
    keeping.change(store, now.id, now.version, lambda one: happenings.call_off(one, before[0]))
    assert planned(store, settings, made, base=True).state is State.DONE
    assert [one.id for one in draft(store, made).enterprises] == before[1:]
