"""Roadshows as they are kept: versions, steps that can be undone, arrivals, and one outcome a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpora import roadshows
from corpora.jobs import Jobs
from corpora.roadshows import Outcome, Result, Roadshow, Roadshows, State
from corpora.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.create(tmp_path)
    yield opened
    opened.close()


def add(store: Store, title: str = "专场", date: str = "2026-12-11") -> Roadshow:
    return Roadshows(store).add(title, date, "event", {"title": title}, "", "org")


def test_what_is_new_is_a_draft_without_a_plan(store: Store) -> None:
    made = add(store)
    assert (made.state, made.public, made.version, made.draft, made.published) == (
        State.DRAFT,
        False,
        1,
        None,
        None,
    )
    assert (made.spec, made.severities, made.attempt, made.step) == ({"title": "专场"}, {}, {}, 0)
    assert not made.is_stale


def test_a_change_counts_up_and_keeps_json_as_it_is(store: Store) -> None:
    made, kept = add(store), Roadshows(store)
    kept.change(
        made.id, draft={"meetings": [{"start": "14:00"}]}, state=State.PUBLISHED, public=1, planned_number=1
    )
    found = kept.roadshow(made.id)
    assert found
    assert (found.version, found.public, found.draft) == (2, True, {"meetings": [{"start": "14:00"}]})
    kept.change(made.id, draft=None, spec_number=2)
    found = kept.roadshow(made.id)
    assert found
    assert (found.version, found.draft, found.is_stale) == (3, None, True)


def test_the_latest_day_comes_first_in_the_list(store: Store) -> None:
    early, late = add(store, "早", "2026-01-09"), add(store, "晚", "2026-12-11")
    assert [one.id for one in Roadshows(store).all()] == [late.id, early.id]
    assert not hasattr(Roadshows(store).all()[0], "draft")


def test_steps_that_were_undone_are_gone_once_something_else_is_done(store: Store) -> None:
    made, kept = add(store), Roadshows(store)
    first = kept.add_step(made.id, "org", ("一", "one"), {}, {"a": 1})
    kept.change(made.id, step=first)
    second = kept.add_step(made.id, "org", ("二", "two"), {"a": 1}, {"a": 2})
    # The second is undone: the pointer stays at the first.
    third = kept.add_step(made.id, "org", ("三", "three"), {"a": 1}, {"a": 3})
    assert [one.id for one in kept.steps(made.id)] == [first, third]
    assert kept.step(second) is None
    assert kept.step_before(made.id, third) == first
    assert kept.step_before(made.id, first) == 0
    after = kept.step_after(made.id, first)
    assert after
    assert (after.id, after.zh, after.before, after.after) == (third, "三", {"a": 1}, {"a": 3})


def test_only_so_many_steps_are_remembered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roadshows, "STEPS", 3)
    made, kept = add(store), Roadshows(store)
    other = add(store)
    kept.add_step(other.id, "org", ("别的", "other"), {}, {})
    for number in range(5):
        kept.change(made.id, step=kept.add_step(made.id, "org", (str(number), ""), {}, {}))
    assert [one.zh for one in kept.steps(made.id)] == ["2", "3", "4"]
    assert len(kept.steps(other.id)) == 1


def test_an_arrival_is_written_down_once(store: Store) -> None:
    made, kept = add(store), Roadshows(store)
    kept.put_arrival(made.id, "e1", "org")
    kept.put_arrival(made.id, "e1", "another")
    assert kept.arrivals(made.id)["e1"].by == "org"
    kept.remove_arrival(made.id, "e1")
    assert kept.arrivals(made.id) == {}


def test_a_meeting_has_one_outcome_the_latest(store: Store) -> None:
    made, kept = add(store), Roadshows(store)
    one = Outcome(
        made.id, "e1", "t1", 840, "n", "a", Result.KEEP_IN_TOUCH, "", "li", "2026-12-11T08:00:00+00:00"
    )
    kept.put_outcome(one)
    kept.put_outcome(replace(one, result=Result.SIGNED, note="当场"))
    kept.put_outcome(replace(one, start=870))
    assert [(one.start, one.result) for one in kept.outcomes(made.id)] == [
        (840, "signed"),
        (870, "keep_in_touch"),
    ]
    kept.remove_outcome(made.id, "e1", "t1", 840)
    assert [one.start for one in kept.outcomes(made.id)] == [870]


def test_what_is_removed_takes_all_that_hangs_on_it(store: Store) -> None:
    made, kept = add(store), Roadshows(store)
    kept.add_step(made.id, "org", ("一", "one"), {}, {})
    kept.put_arrival(made.id, "e1", "org")
    kept.remove(made.id)
    assert kept.roadshow(made.id) is None
    assert kept.steps(made.id) == []
    assert kept.arrivals(made.id) == {}


def test_pairs_and_affinity_are_kept_apart(store: Store) -> None:
    made = Roadshows(store).add("专场", "2026-12-11", "event", {}, "e1\tt1\t0.5\n", "org")
    Roadshows(store).put_pairs(made.id, [["e1", "t1", 0.5, None, "", ""]])
    assert Roadshows(store).affinity(made.id) == "e1\tt1\t0.5\n"
    assert Roadshows(store).pairs(made.id) == [["e1", "t1", 0.5, None, "", ""]]
    assert Roadshows(store).pairs(404) == []


def test_the_latest_job_about_something_is_found(store: Store) -> None:
    jobs = Jobs(store)
    jobs.add("roadshow", {"roadshow": 1, "seed": 0}, "org")
    second, _ = jobs.add("roadshow", {"roadshow": 1, "seed": 1}, "org")
    jobs.add("roadshow", {"roadshow": 2, "seed": 0}, "org")
    found = jobs.latest_with("roadshow", "roadshow", 1)
    assert found
    assert found.id == second.id
    assert jobs.latest_with("roadshow", "roadshow", 3) is None
