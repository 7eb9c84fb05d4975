"""Keeping: from a SPEC to what was published, with nobody's change lost on the way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.jobs import State as JobState
from corpora.roadshows import Roadshow, Roadshows, State
from corpora.store import Store
from matcher.roadshow.plan import Explanation, Plan, Status
from matcher.roadshow.running import editing, keeping, looking
from matcher.roadshow.running.drafting import edit
from matcher.roadshow.specs import happenings
from matcher.settings import Settings
from tests.matcher.roadshow.halls import PAIRS, at, meeting, plan, spec

FIRST = "14:00/1/e1/t1"


def test_a_new_roadshow_has_its_spec_and_no_plan(store: Store) -> None:
    made = keeping.create(store, spec(), "org")
    assert (made.title, made.date, made.kind, made.owner) == ("新材料专场", "2026-12-11", "event", "org")
    assert keeping.spec_of(made) == spec()
    assert keeping.draft_of(made) is None
    visits = [{"kind": "visits", "start": "09:00", "end": "17:00", "place": "商州区"}]
    assert keeping.create(store, spec(sessions=visits), "org").kind == "visits"


def test_a_spec_is_saved_only_by_who_saw_the_latest(store: Store) -> None:
    made = keeping.create(store, spec(), "org")
    saved = keeping.save_spec(store, made.id, spec(title="新专场"), made.version)
    assert (saved.title, saved.version, saved.spec_number) == ("新专场", 2, 2)
    with pytest.raises(Conflict, match="not saved"):
        keeping.save_spec(store, made.id, spec(title="旧专场"), made.version)
    assert keeping.find_roadshow(store, made.id) == saved
    assert keeping.save_spec(store, made.id, spec(title="新专场"), saved.version) == saved


def test_an_affinity_file_goes_by_one_name_whatever_it_was_called(store: Store) -> None:
    text = "e1\tt1\t0.5\n"
    made = keeping.create(store, spec(), "org", text)
    assert keeping.spec_of(made).affinity == keeping.AFFINITY
    assert keeping.shown_spec(made).affinity == ""
    # A form knows nothing of the file, which stays; an empty text takes it away.
    saved = keeping.save_spec(store, made.id, keeping.shown_spec(made), made.version)
    assert Roadshows(store).affinity(made.id) == text
    gone = keeping.save_spec(store, made.id, keeping.shown_spec(saved), saved.version, "")
    assert keeping.spec_of(gone).affinity == ""
    # What the SPEC itself calls a file is never opened.
    assert keeping.spec_of(keeping.create(store, spec(affinity="/etc/passwd"), "org")).affinity == ""


def test_a_plan_becomes_the_draft_and_can_be_taken_back(store: Store, drafted: Roadshow) -> None:
    assert keeping.draft_of(drafted) == plan()
    assert not drafted.is_stale
    assert (drafted.attempt["status"], drafted.attempt["job"]) == ("optimal", 7)
    assert keeping.pairs_of(store, drafted.id) == PAIRS
    saved = keeping.save_spec(store, drafted.id, spec(title="又改"), drafted.version)
    assert saved.is_stale
    assert keeping.draft_of(saved) == plan()


def test_a_plan_that_failed_leaves_the_draft_and_says_why(store: Store, drafted: Roadshow) -> None:
    why = Explanation(
        "team_max", "金团队场数太多", "too many", ({"path": ["meetings", "max_per_team"], "value": 9},)
    )
    failed = Plan(spec(), status=Status.INFEASIBLE, explanations=(why,))
    after = keeping.set_plan(store, drafted.id, failed, [], drafted.spec_number, "org")
    assert keeping.draft_of(after) == plan()
    assert after.attempt["explanations"][0]["zh"] == "金团队场数太多"
    relaxed = keeping.relax(store, drafted.id, after.version, why.edits)
    assert keeping.spec_of(relaxed).meetings.max_per_team == 9
    with pytest.raises(BadRequest, match="as it was before"):
        keeping.relax(store, drafted.id, relaxed.version, why.edits)


def test_a_plan_that_breaks_least_is_a_draft_that_is_not_published(store: Store, drafted: Roadshow) -> None:
    torn = replace(
        plan(meeting("e1", "t1", "14:00", 1), meeting("e2", "t2", "14:00", 1)), status=Status.INFEASIBLE
    )
    after = keeping.set_plan(store, drafted.id, torn, [], drafted.spec_number, "org")
    assert keeping.draft_of(after) == torn
    with pytest.raises(BadRequest, match="not published: table 1 has two meetings"):
        keeping.publish(store, drafted.id, after.version)
    chosen = keeping.set_severity(store, drafted.id, after.version, "table_twice", "warn")
    assert keeping.publish(store, drafted.id, chosen.version).state is State.PUBLISHED


def test_what_is_published_stays_while_the_draft_goes_on(store: Store, published: Roadshow) -> None:
    assert (published.state, keeping.published_of(published)) == (State.PUBLISHED, plan())
    assert keeping.changes_since_published(published) == []
    after, _ = edit(
        store, published.id, published.version, "org", ("移动", "moved"),
        partial(editing.move, key=FIRST, start=at("15:30"), table=3),
    )  # fmt: skip
    assert keeping.published_of(after) == plan()
    assert [one.kind for one in keeping.changes_since_published(after)] == ["moved"]
    again = keeping.publish(store, after.id, after.version)
    assert keeping.changes_since_published(again) == []


def test_without_a_plan_there_is_nothing_to_publish(store: Store) -> None:
    made = keeping.create(store, spec(), "org")
    with pytest.raises(BadRequest, match="plan first"):
        keeping.publish(store, made.id, made.version)
    with pytest.raises(BadRequest, match="never published"):
        keeping.close(store, made.id, made.version)


def test_what_happens_is_named_at_once_and_planned_again_later(store: Store, published: Roadshow) -> None:
    after = keeping.change(store, published.id, published.version, lambda one: happenings.call_off(one, "e1"))
    assert keeping.spec_of(after).cancelled == ("e1",)
    assert after.is_stale
    with pytest.raises(BadRequest, match="甲公司 called off"):
        keeping.publish(store, after.id, after.version)
    with pytest.raises(BadRequest):
        keeping.change(store, after.id, after.version, lambda one: happenings.must_meet(one, "e1", "t1"))
    assert keeping.find_roadshow(store, after.id) == after


def test_a_cancelled_roadshow_comes_back_as_it_was(
    store: Store, drafted: Roadshow, published: Roadshow
) -> None:
    off = keeping.cancel(store, published.id, published.version)
    assert off.state is State.CANCELLED
    with pytest.raises(BadRequest, match="reopen"):
        keeping.publish(store, off.id, off.version)
    assert keeping.reopen(store, off.id, off.version).state is State.PUBLISHED
    draft = keeping.create(store, spec(), "org")
    off = keeping.cancel(store, draft.id, draft.version)
    assert keeping.reopen(store, draft.id, off.version).state is State.DRAFT


def test_only_what_was_never_published_is_deleted(store: Store, published: Roadshow) -> None:
    with pytest.raises(BadRequest, match="cancel it"):
        keeping.discard(store, published.id, published.version)
    draft = keeping.create(store, spec(), "org")
    keeping.discard(store, draft.id, draft.version)
    with pytest.raises(UnknownRecord):
        keeping.find_roadshow(store, draft.id)


def test_rules_and_severities_are_those_listed(store: Store, drafted: Roadshow) -> None:
    with pytest.raises(BadRequest, match="nothing"):
        keeping.set_severity(store, drafted.id, drafted.version, "nothing", "warn")
    with pytest.raises(BadRequest, match="shout"):
        keeping.set_severity(store, drafted.id, drafted.version, "absent", "shout")


def test_planning_is_asked_for_within_bounds(store: Store, drafted: Roadshow, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    for wrong in ({"time_limit": 0.0}, {"time_limit": 1e9}, {"time_limit": float("nan")}, {"seed": -1}):
        with pytest.raises(BadRequest):
            keeping.ask_for_plan(store, settings, drafted.id, "org", **wrong)
    job = keeping.ask_for_plan(store, settings, drafted.id, "org", base=True, seed=3, time_limit=10)
    assert (job.state, job.arguments["base"], job.arguments["seed"]) == (JobState.QUEUED, True, 3)
    assert keeping.ask_for_plan(store, settings, drafted.id, "org", base=True, seed=3, time_limit=10) == job
    assert looking.job_of(store, drafted.id) == job
