"""Drafting: every edit can be undone and done again, and what a rule forbids is not done."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.errors import BadRequest, Conflict
from corpora.roadshows import Roadshow, Roadshows
from corpora.store import Store
from matcher.roadshow.plan import Plan
from matcher.roadshow.running import editing, keeping
from matcher.roadshow.running.drafting import edit, redo, steps, undo
from matcher.roadshow.running.editing import key_of
from matcher.roadshow.specs import happenings
from tests.matcher.roadshow.halls import PAIRS, SLOTS, at, plan, spec

FIRST = "14:00/1/e1/t1"
WORDS = ("改", "changed")


def do(store: Store, roadshow: Roadshow, verb: object, **how: object) -> Roadshow:
    after, _ = edit(store, roadshow.id, roadshow.version, "org", WORDS, partial(verb, **how))  # type: ignore[arg-type]
    return after


def the_plan(roadshow: Roadshow) -> Plan:
    found = keeping.draft_of(roadshow)
    assert found
    return found


def test_an_edit_is_undone_and_done_again(store: Store, drafted: Roadshow) -> None:
    moved = do(store, drafted, editing.move, key=FIRST, start=at("15:30"), table=3)
    assert the_plan(moved) == editing.move(plan(), FIRST, at("15:30"), 3)
    back = undo(store, moved.id, moved.version)
    assert the_plan(back) == plan()
    again = redo(store, back.id, back.version)
    assert the_plan(again) == the_plan(moved)
    with pytest.raises(BadRequest, match="nothing to do again"):
        redo(store, again.id, again.version)


def test_what_an_edit_changes_is_kept_not_the_whole_plan(store: Store, drafted: Roadshow) -> None:
    moved = do(store, drafted, editing.move, key=FIRST, start=at("15:30"), table=3)
    step = Roadshows(store).step(moved.step)
    assert step
    assert [one["start"] for one in step.before["meetings"]] == ["14:00"]
    assert [one["start"] for one in step.after["meetings"]] == ["15:30"]
    assert step.before.keys() <= {"meetings", "status", "objective", "gap", "unplaced", "goals", "changes"}
    pinned = do(store, moved, editing.pin, key="15:30/3/e1/t1")
    step = Roadshows(store).step(pinned.step)
    assert step
    assert "spec" not in step.after
    assert len(step.after["pinned"]) == 1


def test_a_forbidden_edit_changes_nothing_and_says_what_it_breaks(store: Store, drafted: Roadshow) -> None:
    with pytest.raises(BadRequest, match=r"not changed: table 2 has two meetings at 14:00"):
        do(store, drafted, editing.move, key=FIRST, start=at("14:00"), table=2)
    assert keeping.find_roadshow(store, drafted.id) == drafted
    after, broken = edit(
        store,
        drafted.id,
        drafted.version,
        "org",
        WORDS,
        partial(editing.move, key=FIRST, start=at("15:30"), table=4),
    )
    assert [one.rule for one in broken] == ["spare_table"]
    assert "15:30/4/e1/t1" in {key_of(one) for one in the_plan(after).meetings}


def test_a_mess_can_be_tidied_step_by_step(store: Store, drafted: Roadshow) -> None:
    """What was broken before does not stand in the way of an edit that breaks nothing new."""
    off = keeping.change(store, drafted.id, drafted.version, lambda one: happenings.call_off(one, "e1"))
    tidied = do(store, off, editing.remove, key=FIRST)
    assert len(the_plan(tidied).meetings) == 4


def test_who_saw_an_older_draft_is_told_what_was_done(store: Store, drafted: Roadshow) -> None:
    do(store, drafted, editing.pin, key=FIRST)
    with pytest.raises(Conflict, match="org changed"):
        do(store, drafted, editing.move, key=FIRST, start=at("15:30"), table=3)


def test_pins_are_the_specs_too_so_that_a_replan_keeps_them(store: Store, drafted: Roadshow) -> None:
    pinned = do(store, drafted, editing.pin, key=FIRST)
    assert [one.start for one in keeping.spec_of(pinned).pinned] == [at("14:00")]
    assert not pinned.is_stale
    back = undo(store, pinned.id, pinned.version)
    assert keeping.spec_of(back).pinned == ()
    assert the_plan(back) == plan()


def test_a_pin_that_contradicts_the_spec_is_refused(store: Store, drafted: Roadshow) -> None:
    barred = keeping.save_spec(store, drafted.id, spec(forbid=[["e1", "t1"]]), drafted.version)
    with pytest.raises(BadRequest, match="must not"):
        do(store, barred, editing.pin, key=FIRST)
    assert keeping.find_roadshow(store, drafted.id) == barred


def test_a_planning_is_undone_too(store: Store, drafted: Roadshow) -> None:
    moved = do(store, drafted, editing.move, key=FIRST, start=at("15:30"), table=3)
    other = plan(*plan().meetings[1:])
    planned = keeping.set_plan(store, moved.id, other, PAIRS.values(), moved.spec_number, "org")
    assert the_plan(planned) == other
    back = undo(store, planned.id, planned.version)
    assert the_plan(back) == the_plan(moved)
    bare = undo(store, back.id, undo(store, back.id, back.version).version)
    assert (bare.draft, bare.planned_number) == (None, 0)
    with pytest.raises(BadRequest, match="nothing to undo"):
        undo(store, bare.id, bare.version)


def test_undoing_does_not_forget_what_happened(store: Store, drafted: Roadshow) -> None:
    pinned = do(store, drafted, editing.pin, key="14:00/2/e2/t2")
    off = keeping.change(store, pinned.id, pinned.version, lambda one: happenings.call_off(one, "e1"))
    # The edit before it is undone, the cancellation stays.
    back = undo(store, off.id, off.version)
    assert the_plan(back).spec.cancelled == ("e1",)
    assert the_plan(back).spec.pinned == keeping.spec_of(back).pinned == ()
    # The planning before it would take the draft back to where nobody had called off.
    with pytest.raises(BadRequest, match="plan anew"):
        undo(store, back.id, back.version)


def test_steps_are_told_latest_first(store: Store, drafted: Roadshow) -> None:
    one = do(store, drafted, editing.pin, key=FIRST)
    two = do(store, one, editing.unpin, key=FIRST)
    back = undo(store, two.id, two.version)
    done, undone = steps(store, back)
    assert ([each.zh for each in done], [each.zh for each in undone]) == (["改", "排了时间表"], ["改"])
    assert done[0].who == "org"


def test_an_edit_that_changes_nothing_is_no_step(store: Store, drafted: Roadshow) -> None:
    one = do(store, drafted, editing.pin, key=FIRST)
    assert do(store, one, editing.pin, key=FIRST) == one


verbs = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from(SLOTS), st.integers(1, 4)),
        st.tuples(st.sampled_from(["remove", "pin", "unpin"]), st.integers(0, 9)),
        st.tuples(st.sampled_from(["undo", "redo"])),
    ),
    max_size=10,
)


@settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(verbs)
def test_any_edits_undone_leave_the_plan_as_it_was(
    store: Store, tmp_path: Path, wanted: list[tuple[object, ...]]
) -> None:
    made = keeping.create(store, spec(), "org")
    now = keeping.set_plan(store, made.id, plan(), PAIRS.values(), made.spec_number, "org")
    for verb, *how in wanted:
        try:
            now = one_step(store, now, str(verb), how)
        except BadRequest:
            now = keeping.find_roadshow(store, made.id)
    seen = the_plan(now)
    count = len(steps(store, now)[0])
    for _ in range(count - 1):
        now = undo(store, now.id, now.version)
    assert the_plan(now) == plan()
    assert keeping.spec_of(now).pinned == ()
    for _ in range(count - 1):
        now = redo(store, now.id, now.version)
    assert the_plan(now) == seen


def one_step(store: Store, now: Roadshow, verb: str, how: list[object]) -> Roadshow:
    if verb in ("undo", "redo"):
        if verb == "undo" and len(steps(store, now)[0]) == 1:
            return now
        return {"undo": undo, "redo": redo}[verb](store, now.id, now.version)
    meetings = the_plan(now).meetings
    if not meetings:
        return now
    key = key_of(meetings[int(str(how[0])) % len(meetings)])
    if verb == "move":
        return do(store, now, editing.move, key=key, start=at(str(how[1])), table=int(str(how[2])), swap=True)
    return do(store, now, getattr(editing, verb), key=key)
