"""The agenda of a day (议程): sessions, pitches, visits and breaks in order of time."""

from __future__ import annotations

from itertools import chain

from matcher.roadshow.clock import DAY
from matcher.roadshow.printing.entries import Line
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.spec import PitchesSession, Session, VisitsSession


def agenda(tables: Timetables) -> list[Line]:
    """Return the lines of the whole day."""
    return sorted(
        chain.from_iterable(_of(one, tables) for one in tables.spec.sessions),
        key=lambda one: (one.start, one.is_pitch, -one.end),
    )


def _of(session: Session, tables: Timetables) -> list[Line]:
    if isinstance(session, VisitsSession):
        lines = [
            Line(one.start, one.end, one.place.room, f"走访 {name}", f"visit to {name}", None)
            for one in tables.visits
            if (name := one.enterprise.name if one.enterprise else "")
        ]
    elif isinstance(session, PitchesSession):
        lines = [
            Line(one.start, one.end, one.room, title, title, tables.team(one.team), one.need_ids, True)
            for one in tables.plan.agenda
            if session.start <= one.start < session.end
            and (title := one.title or tables.named(one.achievement_id))
        ]
        head = Line(session.start, session.end, session.room, "项目路演", "pitches")
        lines = [head, *lines]
    else:
        held = [one for one in tables.meetings if session.start <= one.start < session.end]
        places = len({one.place for one in held})
        zh = f"一对一洽谈：{len(held)} 场，{places} 张桌"
        en = f"one-to-one meetings: {len(held)} at {places} tables"
        lines = [Line(session.start, session.end, session.room, zh, en)]
    breaks = [Line(*one, "", "休息", "break") for one in session.breaks if _within(one, session)]
    return [*lines, *breaks]


def _within(pause: tuple[int, int], session: Session) -> bool:
    return session.start <= pause[0] < pause[1] <= min(session.end, DAY)
