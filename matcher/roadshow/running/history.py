"""The history of a draft: edits are remembered by what they changed, so that they can be undone and done again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from corpora.errors import BadRequest
from corpora.roadshows import Roadshow, Roadshows
from corpora.store import Store
from matcher.roadshow.specs.reading import spec_from

#: Kept beside what the plan says, so that undoing a planning takes it back too.
_NUMBER = "planned_number"
_PINNED = "pinned"
Words = tuple[str, str]


def remember(
    store: Store, roadshow: Roadshow, draft: Mapping[str, Any], planned_number: int, words: Words, who: str
) -> dict[str, Any]:
    """Write a step down; return the columns that make `draft` the draft, none where it says the same."""
    # As the store will give it back, so that like is compared with like.
    draft = json.loads(json.dumps(draft))
    old = {**(roadshow.draft or {}), _NUMBER: roadshow.planned_number}
    before, after = difference(old, {**draft, _NUMBER: planned_number})
    if not before and not after:
        return {}
    step = Roadshows(store).add_step(roadshow.id, who, words, before, after)
    return {"draft": draft, "planned_number": planned_number, "step": step}


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what to put back and what to put in, by key; of meetings only those that differ.

    What one of them has not is left out of its side. Of a SPEC in which only pins differ, the pins.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) == new.get(name):
            continue
        if name == "spec" and _without_pins(old.get(name)) == _without_pins(new.get(name)):
            before[_PINNED], after[_PINNED] = old[name][_PINNED], new[name][_PINNED]
            continue
        for side, one, other in ((before, old, new), (after, new, old)):
            if name in one:
                side[name] = _without(one[name], other.get(name, ())) if name == "meetings" else one[name]
    return before, after


def restore(
    store: Store, roadshow: Roadshow, out: Mapping[str, Any], into: Mapping[str, Any], step: int
) -> None:
    """Replace what a step put in by what it took out, or the other way round.

    Raises BadRequest where that is a planning and the SPEC has changed since: what happened in between
    must not be forgotten.
    """
    if "spec" in out or "spec" in into:
        newest = max(one.get(_NUMBER, roadshow.planned_number) for one in (out, into))
        if newest != roadshow.spec_number:
            raise BadRequest(
                "那次排过之后 SPEC 改过，不能再撤销或重做它；请重新排",
                "the SPEC has changed since that planning, which can no more be undone or done again; plan anew",
            )
    draft = {**(roadshow.draft or {}), _NUMBER: roadshow.planned_number}
    for name in out:
        if name not in into:
            draft.pop(name, None)
    for name, value in into.items():
        if name == "meetings":
            kept = [*_without(draft.get(name, ()), out.get(name, ())), *value]
            draft[name] = sorted(kept, key=lambda one: (one["start"], one["table"], one["enterprise_id"]))
        elif name == _PINNED:
            draft["spec"] = {**draft["spec"], _PINNED: value}
        else:
            draft[name] = value
    number = draft.pop(_NUMBER)
    columns: dict[str, Any] = {"draft": draft or None, "planned_number": number, "step": step}
    if _PINNED in into:
        columns["spec"] = with_pins(roadshow.spec, into[_PINNED])
    Roadshows(store).change(roadshow.id, **columns)


def with_pins(spec: Mapping[str, Any], pinned: Sequence[Any]) -> dict[str, Any]:
    """Return a SPEC's JSON with other pins. Raises BadRequest where they contradict the rest of it."""
    return spec_from({**spec, _PINNED: pinned}, files=True).as_json()


def _without_pins(spec: Mapping[str, Any] | None) -> object:
    return spec and {name: value for name, value in spec.items() if name != _PINNED}


def _without(rows: Sequence[Any], gone: Sequence[Any]) -> list[Any]:
    taken = {json.dumps(one, sort_keys=True) for one in gone}
    return [one for one in rows if json.dumps(one, sort_keys=True) not in taken]
