"""Changing a SPEC by the edits that explanations offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from corpora.errors import BadSpec, shorten


def edited(spec: Mapping[str, Any], edits: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a copy of a SPEC's JSON with the edits made, one after the other.

    See plan.Explanation for what an edit is. Removing what is gone already changes nothing. Raises
    BadSpec where there is no such key.
    """
    made: dict[str, Any] = _copy(spec)
    for edit in edits:
        *way, last = edit["path"]
        holder = _follow(made, way, edit)
        if "remove" in edit:
            many = _follow(holder, [last], edit)
            if not isinstance(many, list):
                raise _no_such(edit)
            put = [_copy(edit["add"])] if "add" in edit else []
            many[:] = [new for one in many for new in (put if _is(one, edit["remove"]) else [one])]
        elif isinstance(holder, dict) or (isinstance(holder, list) and _within(holder, last)):
            holder[last] = edit["value"]
        else:
            raise _no_such(edit)
    return made


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(one) for one in value]
    return value


def _follow(value: Any, way: Iterable[Any], edit: Mapping[str, Any]) -> Any:
    for part in way:
        if (isinstance(value, dict) and part in value) or (isinstance(value, list) and _within(value, part)):
            value = value[part]
        else:
            raise _no_such(edit)
    return value


def _within(many: list[Any], place: Any) -> bool:
    return isinstance(place, int) and 0 <= place < len(many)


def _is(one: Any, what: Any) -> bool:
    """Whether an entry is the one to be removed; a mapping is, if it has all that is said of it."""
    if isinstance(one, dict) and isinstance(what, Mapping):
        return all(one.get(key) == _copy(value) for key, value in what.items())
    return bool(one == _copy(what))


def _no_such(edit: Mapping[str, Any]) -> BadSpec:
    path = shorten(".".join(map(str, edit["path"])))
    return BadSpec(f"SPEC 里没有 {path}，改不了", f"the SPEC has no {path} to change")
