"""Drafting: changing the draft by hand, undoing and doing again. Each change is one transaction."""

from __future__ import annotations

from collections.abc import Callable

from corpora.errors import BadRequest
from corpora.roadshows import Roadshow, Roadshows, State, Step
from corpora.store import Store
from matcher.roadshow.plan import Plan
from matcher.roadshow.running.history import Words, remember, restore, with_pins
from matcher.roadshow.running.looking import draft_of, find_roadshow, refuse, seen
from matcher.roadshow.running.rules import Conflict, news


def edit(
    store: Store,
    roadshow_id: int,
    version: int,
    who: str,
    words: Words,
    change: Callable[[Plan], Plan],
) -> tuple[Roadshow, list[Conflict]]:
    """Change the draft as `editing` does; return the roadshow and what the change newly breaks.

    `words` tell what was done. Raises Conflict, UnknownRecord, and BadRequest where there is no draft or
    the change breaks a rule that forbids: nothing is changed then.
    """
    with store.transaction():
        before = seen(store, roadshow_id, version)
        plan = draft_of(before)
        if plan is None or before.state is State.CANCELLED:
            raise BadRequest(
                "现在没有可以改的时间表；请先排，或恢复已取消的路演",
                "there is no timetable to change; plan first, or reopen the roadshow that was cancelled",
            )
        after = change(plan)
        broken = news(plan, after, before.severities)
        refuse(("改动", "changed"), broken)
        columns = remember(store, before, after.as_json(), before.planned_number, words, who)
        if after.spec.pinned != plan.spec.pinned:
            pinned = after.spec.as_json()["pinned"]
            # Both must stay SPECs: a pair that is forbidden cannot be pinned.
            with_pins(plan.spec.as_json(), pinned)
            columns["spec"] = with_pins(before.spec, pinned)
        if columns:
            Roadshows(store).change(roadshow_id, **columns)
    return find_roadshow(store, roadshow_id), broken


def undo(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Take the latest change of the draft back. Raises Conflict, BadRequest where there is none."""
    with store.transaction():
        roadshow = seen(store, roadshow_id, version)
        step = Roadshows(store).step(roadshow.step) if roadshow.step else None
        if step is None:
            raise BadRequest("没有可以撤销的改动", "there is nothing to undo")
        before = Roadshows(store).step_before(roadshow_id, step.id)
        restore(store, roadshow, step.after, step.before, before)
    return find_roadshow(store, roadshow_id)


def redo(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Do what was undone again. Raises Conflict, BadRequest where there is none."""
    with store.transaction():
        roadshow = seen(store, roadshow_id, version)
        step = Roadshows(store).step_after(roadshow_id, roadshow.step)
        if step is None:
            raise BadRequest("没有可以重做的改动", "there is nothing to do again")
        restore(store, roadshow, step.before, step.after, step.id)
    return find_roadshow(store, roadshow_id)


def steps(store: Store, roadshow: Roadshow) -> tuple[list[Step], list[Step]]:
    """Return what can be undone, the latest first, and what can be done again, the next first."""
    known = Roadshows(store).steps(roadshow.id)
    done = [one for one in known if one.id <= roadshow.step]
    return done[::-1], [one for one in known if one.id > roadshow.step]
