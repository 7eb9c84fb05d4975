"""What may happen before the day, as changes of a SPEC: then a replan moves as few meetings as it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corpora.errors import BadRequest
from matcher.roadshow.clock import write_clock
from matcher.roadshow.spec import Availability, MeetingsSession, Spec

Happening = Callable[[Spec], Spec]


def call_off(spec: Spec, who: str) -> Spec:
    """An enterprise or a team does not come."""
    return _with(
        spec,
        cancelled=tuple(dict.fromkeys((*spec.cancelled, who))),
        force=tuple(one for one in spec.force if who not in one),
        pinned=tuple(one for one in spec.pinned if who not in (one.enterprise_id, one.team_id)),
        enterprises=spec.enterprises.model_copy(
            update={"must": tuple(one for one in spec.enterprises.must if one != who)}
        ),
    )


def come_after_all(spec: Spec, who: str) -> Spec:
    """Somebody who had called off comes."""
    return _with(spec, cancelled=tuple(one for one in spec.cancelled if one != who))


def be_there(spec: Spec, who: str, from_: int | None = None, to: int | None = None) -> Spec:
    """Somebody is there only from and to (minutes from midnight), in place of what was said of them.

    Raises BadRequest where that is no time at all. Spans in which they are away stay.
    """
    if from_ is not None and to is not None and from_ >= to:
        raise BadRequest(
            f"到达 {write_clock(from_)} 不早于离开 {write_clock(to)}；请检查时间",
            f"the arrival {write_clock(from_)} is not before the departure {write_clock(to)}; check the times",
        )
    away = tuple(span for one in spec.availability if one.who == who for span in one.not_)
    others = tuple(one for one in spec.availability if one.who != who)
    if from_ is None and to is None and not away:
        return _with(spec, availability=others)
    said = Availability.model_validate({"who": who, "from": from_, "to": to, "not": away})
    return _with(spec, availability=(*others, said))


def lose_table(spec: Spec, table: int) -> Spec:
    """A table is not there after all; pins to it are let go. Raises BadRequest where there is none such."""
    if not any(isinstance(one, MeetingsSession) and 1 <= table <= one.tables for one in spec.sessions):
        raise BadRequest(f"没有 {table} 号桌", f"there is no table {table}")
    sessions = tuple(
        one.model_copy(update={"closed_tables": tuple(sorted({*one.closed_tables, table}))})
        if isinstance(one, MeetingsSession) and 1 <= table <= one.tables
        else one
        for one in spec.sessions
    )
    pinned = tuple(one for one in spec.pinned if one.table != table)
    return _with(spec, sessions=sessions, pinned=pinned)


def must_meet(spec: Spec, enterprise_id: str, team_id: str) -> Spec:
    """Two must meet, whatever was forbidden before."""
    pair = (enterprise_id, team_id)
    return _with(
        spec,
        force=tuple(dict.fromkeys((*spec.force, pair))),
        forbid=tuple(one for one in spec.forbid if one != pair),
    )


def must_not_meet(spec: Spec, enterprise_id: str, team_id: str) -> Spec:
    pair = (enterprise_id, team_id)
    return _with(
        spec,
        forbid=tuple(dict.fromkeys((*spec.forbid, pair))),
        force=tuple(one for one in spec.force if one != pair),
        pinned=tuple(one for one in spec.pinned if (one.enterprise_id, one.team_id) != pair),
    )


def _with(spec: Spec, **parts: Any) -> Spec:
    return spec.model_copy(update=parts)
