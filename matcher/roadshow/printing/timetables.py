"""Timetables: a plan read the way people ask: what happens when, who is where, what is at this table (日程)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from typing import Any

from babel.dates import format_date

from matcher.roadshow.clock import away, is_there, slots_of
from matcher.roadshow.plan import AgendaItem, Change, Meeting, Plan, Status, Visit
from matcher.roadshow.printing.entries import Entry, Place, Side, Topic, Who, minutes
from matcher.roadshow.spec import MeetingsSession, PitchesSession, VisitsSession


class Timetables:
    """One plan, by time, by person and by table. Ids that nobody named stand for themselves."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.spec = plan, plan.spec
        known = {
            one.id: Who(one.id, Side.ENTERPRISE, one.name or one.id, one.county) for one in plan.enterprises
        }
        teams = {
            one.id: Who(
                one.id,
                Side.TEAM,
                one.name or "、".join(one.people[:3]) or one.institution or one.id,
                one.institution,
                one.people,
            )
            for one in plan.teams
        }
        for meeting in plan.meetings:
            known.setdefault(meeting.enterprise_id, self._unnamed(meeting.enterprise_id, Side.ENTERPRISE))
            teams.setdefault(meeting.team_id, self._unnamed(meeting.team_id, Side.TEAM))
        for visit in plan.visits:
            known.setdefault(visit.enterprise_id, self._unnamed(visit.enterprise_id, Side.ENTERPRISE))
        for item in plan.agenda:
            teams.setdefault(item.team, self._unnamed(item.team, Side.TEAM))
        self._enterprises, self._teams = known, teams
        self.meetings = [self._meeting(one) for one in sorted(plan.meetings, key=_by_time)]
        self.pitches = [
            self._pitch(one) for one in sorted(plan.agenda, key=lambda one: (one.start, one.room))
        ]
        self.visits = [self._visit(one) for one in sorted(plan.visits, key=lambda one: one.start)]
        self._entries: dict[tuple[Side, str], list[Entry]] = {}
        for entry in chain(self.pitches, self.meetings, self.visits):
            self._enter(entry)

    # Who

    @property
    def enterprises(self) -> list[Who]:
        return list(self._enterprises.values())

    @property
    def teams(self) -> list[Who]:
        return list(self._teams.values())

    @property
    def everyone(self) -> list[Who]:
        """Those with something to come for, enterprises first; not those who called off."""
        return [one for one in (*self.enterprises, *self.teams) if self.of(one)]

    def enterprise(self, enterprise_id: str) -> Who:
        return self._enterprises.get(enterprise_id) or self._unnamed(enterprise_id, Side.ENTERPRISE)

    def team(self, team_id: str) -> Who:
        return self._teams.get(team_id) or self._unnamed(team_id, Side.TEAM)

    def _unnamed(self, some_id: str, side: Side) -> Who:
        """Return somebody who is no longer in the plan, by the name that it remembers."""
        return Who(some_id, side, self.plan.titles.get(some_id, some_id))

    def named(self, some_id: str) -> str:
        """Return what an enterprise, a team, a need or an achievement is called."""
        for known in (self._enterprises, self._teams):
            if some_id in known:
                return known[some_id].name
        return self.plan.titles.get(some_id, some_id)

    def to_tell(self, change: Change) -> list[str]:
        """Return whom a change must be told, by name."""
        return [self.named(one) for one in change.who] or ["所有人 everybody"]

    # When and where

    @property
    def is_empty(self) -> bool:
        return not (self.plan.agenda or self.plan.meetings or self.plan.visits)

    @property
    def is_infeasible(self) -> bool:
        return self.plan.status is Status.INFEASIBLE

    @property
    def title(self) -> str:
        return self.spec.title or ("科技“双进”走访" if self.is_visits else "路演")

    @property
    def is_visits(self) -> bool:
        return any(isinstance(one, VisitsSession) for one in self.spec.sessions)

    @property
    def day(self) -> tuple[str, str]:
        """The date in words, Chinese and English."""
        chinese = format_date(self.spec.date, "y年M月d日（EEEE）", locale="zh_CN")
        return chinese, format_date(self.spec.date, "EEEE, d MMMM y", locale="en_GB")

    def of(self, who: Who) -> list[Entry]:
        """Return somebody's timetable by time; an enterprise that is there listens to the pitches."""
        own = self._entries.get((who.side, who.id), [])
        return sorted([*own, *self._heard_by(who)], key=lambda one: (one.start, one.end))

    def met(self, entry: Entry, who: Who) -> list[Who]:
        """Return whom somebody meets in an entry of their timetable."""
        if entry.kind == "visit" and who.side is Side.TEAM:
            return [entry.enterprise] if entry.enterprise else []
        return [one for one in (entry.enterprise, entry.team, *entry.others) if one and one != who]

    @cached_property
    def slots(self) -> list[tuple[int, int]]:
        """The slots of meetings, and whatever other times a plan was moved to by hand."""
        planned = {(one.start, one.end) for one in slots_of(self.spec)}
        return sorted(planned | {(one.start, one.end) for one in self.meetings})

    @cached_property
    def rooms(self) -> list[str]:
        """The rooms in which meetings are held, in the order of the SPEC; where none is named, ""."""
        return list(dict.fromkeys(one.room for one in self.spec.sessions if isinstance(one, MeetingsSession)))

    @cached_property
    def tables(self) -> list[Place]:
        """Every table with a meeting, or kept for one, by room and number."""
        places = {one.place for one in self.meetings} | self._planned_for() | self.spare
        rooms = {room: number for number, room in enumerate(self.rooms)}
        return sorted(places, key=lambda one: (rooms.get(one.room, len(rooms)), one.table))

    @cached_property
    def spare(self) -> set[Place]:
        """The tables that are kept free for walk-ins."""
        whole = {
            Place(session.room, number)
            for session in self.spec.sessions
            if isinstance(session, MeetingsSession)
            for number in range(1, session.tables + 1)
            if number not in session.closed_tables
        }
        return whole - self._planned_for() - {one.place for one in self.meetings}

    def _planned_for(self) -> set[Place]:
        return {Place(self.room_of(slot.start), one) for slot in slots_of(self.spec) for one in slot.tables}

    def at(self, place: Place) -> list[Entry]:
        """Return what happens at a table, by time."""
        return [one for one in self.meetings if one.place == place]

    def grid(self) -> list[tuple[Place, list[Entry | None]]]:
        """Return each table with its meetings, one place for each of `slots`; shape (tables, slots)."""
        found = {(one.place, one.start, one.end): one for one in self.meetings}
        return [(table, [found.get((table, *slot)) for slot in self.slots]) for table in self.tables]

    def room_of(self, start: int) -> str:
        """Return the room in which meetings are held at a time."""
        for session in self.spec.sessions:
            if isinstance(session, MeetingsSession) and session.start <= start < session.end:
                return session.room
        return ""

    # Changes

    def removed(self) -> list[Entry]:
        """Return the meetings, pitches and visits of the earlier plan that a replan took away."""
        return [
            entry
            for change in self.plan.changes
            if change.before and not change.after and (entry := self._told(change.before))
        ]

    def _told(self, row: Mapping[str, Any]) -> Entry | None:
        start, end = minutes(row.get("start")), minutes(row.get("end"))
        if start is None or end is None:
            return None
        firm, team = str(row.get("enterprise_id") or ""), str(row.get("team_id") or "")
        need, achievement = str(row.get("need_id") or ""), str(row.get("achievement_id") or "")
        if firm and team:
            return self._meeting(
                Meeting(start, end, int(row.get("table") or 0), firm, team, need, achievement)
            )
        if firm:
            return self._visit(Visit(start, end, firm, int(row.get("travel") or 0)))
        if achievement:
            room, title, team = (str(row.get(name) or "") for name in ("room", "title", "team"))
            return self._pitch(AgendaItem(start, end, room, achievement, title, team))
        return None

    # How entries are made

    def _meeting(self, one: Meeting) -> Entry:
        return Entry(
            "meeting",
            one.start,
            one.end,
            Place(self.room_of(one.start), one.table),
            self.enterprise(one.enterprise_id),
            self.team(one.team_id),
            need=self._title(one.need_id),
            achievement=self._title(one.achievement_id),
            level=one.level,
            pinned=one.pinned,
            ids=(one.enterprise_id, one.team_id),
        )

    def _pitch(self, one: AgendaItem) -> Entry:
        return Entry(
            "pitch",
            one.start,
            one.end,
            Place(one.room),
            team=self.team(one.team),
            achievement=one.title or self._title(one.achievement_id),
            ids=(one.achievement_id,),
        )

    def _visit(self, one: Visit) -> Entry:
        firm = self.enterprise(one.enterprise_id)
        teams = dict.fromkeys(_said(topic, "team") for topic in one.topics)
        return Entry(
            "visit",
            one.start,
            one.end,
            Place(firm.note),
            firm,
            others=tuple(self.team(team) for team in teams if team),
            travel=one.travel,
            ids=(one.enterprise_id,),
            topics=tuple(self._topic(topic) for topic in one.topics),
        )

    def _topic(self, topic: Mapping[str, Any]) -> Topic:
        team = _said(topic, "team")
        return Topic(
            self._title(_said(topic, "need")),
            self._title(_said(topic, "achievement")),
            self.team(team) if team else None,
            topic.get("level"),
        )

    def _title(self, some_id: str) -> str:
        return self.plan.titles.get(some_id, some_id)

    def _enter(self, entry: Entry) -> None:
        sides = [one for one in (entry.enterprise, entry.team, *entry.others) if one]
        for who in sides:
            self._entries.setdefault((who.side, who.id), []).append(entry)

    def audience(self) -> list[Entry]:
        """Return the sessions of pitches, as those who listen have them in their timetable."""
        return [
            Entry("audience", one.start, one.end, Place(one.room))
            for one in self.spec.sessions
            if isinstance(one, PitchesSession) and self.pitches
        ]

    def _heard_by(self, who: Who) -> list[Entry]:
        absences = away(self.spec, who.id)
        heard = self.audience() if who.side is Side.ENTERPRISE else []
        return [one for one in heard if is_there(absences, one.start, one.end)]


def _said(topic: Mapping[str, Any], what: str) -> str:
    return str(topic.get(f"{what}_id") or topic.get(what) or "")


def _by_time(one: Meeting) -> tuple[int, int, int]:
    return one.start, one.table, one.end
