"""What timetables are made of: who takes part, places, entries, lines of the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpora.errors import UnreadableValue
from matcher.roadshow.clock import read_clock, write_clock


class Side(StrEnum):
    """The two kinds of those who take part."""

    ENTERPRISE = "enterprise"
    TEAM = "team"


SIDES = {Side.ENTERPRISE: ("企业", "enterprise"), Side.TEAM: ("团队", "team")}


@dataclass(frozen=True)
class Who:
    """Somebody who takes part; `note` is the county of an enterprise, the institution of a team."""

    id: str
    side: Side
    name: str
    note: str = ""
    people: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """By what somebody is found."""
        return " ".join(dict.fromkeys((self.name, self.note, *self.people, self.id)))

    @property
    def label(self) -> str:
        return f"{self.name}（{self.note}）" if self.note and self.note != self.name else self.name


@dataclass(frozen=True)
class Place:
    """A table in a room; a room where `table` is 0."""

    room: str
    table: int = 0

    @property
    def zh(self) -> str:
        return " ".join(filter(None, (self.room, f"洽谈桌 {self.table} 号" if self.table else "")))

    @property
    def en(self) -> str:
        return ", ".join(filter(None, (f"table {self.table}" if self.table else "", self.room)))


@dataclass(frozen=True)
class Topic:
    """What is talked about on a visit: titles of a need and an achievement, and whose it is."""

    need: str
    achievement: str
    team: Who | None
    level: int | None = None

    @property
    def label(self) -> str:
        said = " ↔ ".join(filter(None, (self.need, self.achievement)))
        return f"{said}（{self.team.name}）" if self.team else said


@dataclass(frozen=True)
class Entry:
    """One line of somebody's timetable, or of the table of all meetings.

    `kind` is audience (the pitches are listened to), pitch, meeting or visit; `others` are whom one
    meets there; `need` and `achievement` are titles.
    """

    kind: str
    start: int
    end: int
    place: Place
    enterprise: Who | None = None
    team: Who | None = None
    others: tuple[Who, ...] = ()
    need: str = ""
    achievement: str = ""
    level: int | None = None
    travel: int = 0
    pinned: bool = False
    #: What names it in a calendar.
    ids: tuple[str, ...] = ()
    #: What is talked about on a visit.
    topics: tuple[Topic, ...] = ()

    @property
    def time(self) -> str:
        return span(self.start, self.end)

    def topics_of(self, who: Who | None = None) -> list[Topic]:
        """Return what is talked about on a visit; for a team, its own part of it."""
        return [
            one
            for one in self.topics
            if who is None or who.side is Side.ENTERPRISE or one.team in (None, who)
        ]

    @property
    def words(self) -> str:
        """By what it is found."""
        return " ".join(one.words for one in (self.enterprise, self.team, *self.others) if one)

    @property
    def topic(self) -> str:
        return " ↔ ".join(filter(None, (self.need, self.achievement)))


@dataclass(frozen=True)
class Line:
    """One line of the agenda (议程): a pitch, a break, or a session as a whole."""

    start: int
    end: int
    room: str
    zh: str
    en: str
    team: Who | None = None
    needs: tuple[str, ...] = ()
    is_pitch: bool = False

    @property
    def time(self) -> str:
        return span(self.start, self.end)


def span(start: int, end: int) -> str:
    return f"{write_clock(start)}–{write_clock(end)}"


def minutes(value: object) -> int | None:
    """Return the minutes of a time that a change tells of; None where it tells of none."""
    try:
        return read_clock(value)
    except UnreadableValue:
        return None
