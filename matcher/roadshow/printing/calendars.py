"""Calendars of a roadshow: one of the whole event, and one for each enterprise and team."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from corpora.files import replacing, replacing_folder
from corpora.writers.calendars import CalendarEntry, calendar_bytes
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.entries import SIDES, Entry, Side, Who
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.spec import Spec

#: Minutes before which somebody is reminded of their own meeting.
ALARM = 15
_LONGEST_NAME = 40
_UNSAFE = re.compile(r"[^\w\-（）()·]+")


def event_key(spec: Spec) -> str:
    """Return what names an event in its calendars: the same for every plan of the same title and day."""
    return hashlib.sha256(f"{spec.title}\x1f{spec.date}".encode()).hexdigest()[:16]


def whole_calendar(plan: Plan, stamp: datetime | None = None, key: str = "") -> bytes:
    """Return the calendar of the whole event; after a replan what was taken away is in it as cancelled.

    `stamp` is when the plan was made (now), with its zone; `key` names the event where it has a number
    of its own, so that its calendars stay the same when its title or day changes.
    """
    tables = Timetables(plan)
    return _calendar(
        tables, tables.title, [*tables.pitches, *tables.meetings, *tables.visits], None, stamp, key
    )


def personal_calendar(
    plan: Plan, some_id: str, stamp: datetime | None = None, key: str = "", side: Side | None = None
) -> bytes:
    """Return the calendar of one enterprise or team, with an alarm before each entry.

    `side` says which is meant where, in an affinity file, an enterprise and a team have the same id.
    """
    tables = Timetables(plan)
    known = [
        one for one in (*tables.enterprises, *tables.teams) if one.id == some_id and side in (None, one.side)
    ]
    who = known[0] if known else tables.enterprise(some_id)
    return _calendar(tables, f"{tables.title}：{who.name}", tables.of(who), who, stamp, key)


def personal_calendars(
    plan: Plan, stamp: datetime | None = None, key: str = ""
) -> Iterable[tuple[str, bytes]]:
    """Yield the calendar of everybody who takes part, or did before a replan, with a safe file name."""
    tables = Timetables(plan)
    gone = [
        side for entry in tables.removed() for side in (entry.enterprise, entry.team, *entry.others) if side
    ]
    if plan.changes:
        gone += [one for one in (*tables.enterprises, *tables.teams) if one.id in plan.spec.cancelled]
    everybody = list(dict.fromkeys([*tables.everyone, *gone]))
    for who, name in zip(everybody, file_names(everybody), strict=True):
        yield (
            f"{name}.ics",
            _calendar(tables, f"{tables.title}：{who.name}", tables.of(who), who, stamp, key),
        )


def write_calendars(folder: Path, plan: Plan, stamp: datetime | None = None, key: str = "") -> None:
    """Write everybody's calendar into `folder`, which is replaced. Raises DataFolderTrouble."""
    with replacing_folder(folder) as fresh:
        for name, content in personal_calendars(plan, stamp, key):
            (fresh / name).write_bytes(content)


def write_zipped(path: Path, plan: Plan, stamp: datetime | None = None, key: str = "") -> None:
    """Write everybody's calendar as one .zip. Raises DataFolderTrouble."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in personal_calendars(plan, stamp, key):
            archive.writestr(name, content)
    with replacing(path) as stream:
        stream.write(buffer.getbuffer())


def write_whole(path: Path, plan: Plan, stamp: datetime | None = None, key: str = "") -> None:
    """Write the calendar of the whole event as `path`. Raises DataFolderTrouble."""
    with replacing(path) as stream:
        stream.write(whole_calendar(plan, stamp, key))


def file_names(people: Iterable[Who]) -> list[str]:
    """Return a file name for each, safe on any system and unlike the others, capital letters or not."""
    names: list[str] = []
    taken: set[str] = set()
    for who in people:
        plain = _UNSAFE.sub("_", who.name).strip("_")[:_LONGEST_NAME] or "-"
        name, number = f"{SIDES[who.side][0]}-{plain}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{SIDES[who.side][0]}-{plain}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


# How entries are worded


def _calendar(
    tables: Timetables,
    name: str,
    entries: Iterable[Entry],
    who: Who | None,
    stamp: datetime | None,
    key: str,
) -> bytes:
    stamp = stamp or datetime.now(UTC)
    key = key or event_key(tables.spec)
    entries = list(entries)
    removed = [
        one for one in tables.removed() if who is None or who in (one.enterprise, one.team, *one.others)
    ]
    if who and who.side is Side.ENTERPRISE and tables.plan.changes:
        # Who comes later, or no more, does not hear the pitches either.
        removed += [one for one in tables.audience() if one not in entries]
    met: Counter[tuple[str, ...]] = Counter()
    made = [_entry(tables, one, who, _uid(key, one, met), cancelled=False) for one in entries]
    # A pair that meets less often than it did keeps the first of its meetings, and the others are taken away.
    made += [_entry(tables, one, who, _uid(key, one, met), cancelled=True) for one in removed]
    return calendar_bytes(name, made, stamp)


def _entry(tables: Timetables, entry: Entry, who: Who | None, uid: str, cancelled: bool) -> CalendarEntry:
    day, zone = tables.spec.date, ZoneInfo(tables.spec.timezone)
    midnight = datetime(day.year, day.month, day.day)
    summary = _summary(tables, entry, who)
    return CalendarEntry(
        uid,
        # The wall clock, not so many hours after midnight: on some nights the two differ.
        (midnight + timedelta(minutes=entry.start)).replace(tzinfo=zone),
        (midnight + timedelta(minutes=entry.end)).replace(tzinfo=zone),
        f"已取消 cancelled：{summary}" if cancelled else summary,
        _location(tables, entry),
        _description(tables, entry),
        cancelled,
        None if who is None else ALARM,
    )


def _uid(key: str, entry: Entry, met: Counter[tuple[str, ...]]) -> str:
    """Return what names the entry in every plan of the event: who meets whom, and which of their meetings it is."""
    what = (entry.kind, *(entry.ids or (str(entry.start),)))
    met[what] += 1
    parts = chr(31).join((key, *what, str(met[what])))
    return f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}@shuanglian"


def _summary(tables: Timetables, entry: Entry, who: Who | None) -> str:
    firm = entry.enterprise.name if entry.enterprise else ""
    team = entry.team.name if entry.team else ""
    if entry.kind == "audience":
        return f"{tables.title}：项目路演 / pitches"
    if entry.kind == "pitch":
        return f"路演：{entry.achievement} / Pitch" if who else f"路演：{entry.achievement}（{team}）/ Pitch"
    if entry.kind == "visit":
        return f"走访 {firm} / Visit"
    if who is None:
        return f"{entry.place.table} 号桌：{firm} × {team} / Meeting"
    return f"洽谈：{team if who == entry.enterprise else firm}，{entry.place.table} 号桌 / Meeting, table {entry.place.table}"


def _location(tables: Timetables, entry: Entry) -> str:
    place = entry.place
    if entry.kind == "visit":
        return " ".join(filter(None, (place.room, entry.enterprise.name if entry.enterprise else "")))
    zh = " ".join(filter(None, (tables.spec.venue, place.zh)))
    return f"{zh} / {place.en}" if place.table else zh


def _description(tables: Timetables, entry: Entry) -> str:
    lines = []
    if entry.enterprise:
        lines.append(f"企业 enterprise：{entry.enterprise.label}")
    lines += [f"团队 team：{one.label}" for one in (entry.team, *entry.others) if one]
    lines += [f"需求 need：{entry.need}"] if entry.need else []
    lines += [f"成果 achievement：{entry.achievement}"] if entry.achievement else []
    if entry.kind == "audience":
        lines += [f"{one.time} {one.zh}" for one in agenda(tables) if one.is_pitch]
    lines += [f"主办 organizer：{tables.spec.organizer}"] if tables.spec.organizer else []
    return "\n".join(lines)
