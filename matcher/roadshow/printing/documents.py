"""What bureaus print from Word: the handbook (会议手册) with everybody's timetable, door and table signs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpora.writers.printed import SMALL, Printed
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.entries import Entry, Place, Side, Who
from matcher.roadshow.printing.phrases import level_words, names, told, what
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.spec import PitchesSession

_STYLES = {
    "Normal": (10.5, 0, 3),
    "Heading 1": (16, 14, 6),
    "Heading 2": (11.5, 10, 3),
    SMALL: (9, 0, 3),
    "Cover": (30, 0, 12),
    "Cover line": (14, 0, 8),
    "Cover space": (30, 110, 0),
}
_SIGNS = {
    "Normal": (14, 0, 4),
    SMALL: (12, 0, 4),
    "Sign above": (20, 0, 4),
    "Sign": (80, 6, 0),
    "Sign below": (32, 0, 12),
}
#: How large the letters of a sign's table are, by how many rows they are at most; more have the last.
_SIZES = ((6, 20.0), (9, 15.0), (14, 11.0))
#: A person's block of more rows than this may be parted by the page's end.
_TALL = 30


def write_handbook(path: Path, plan: Plan) -> None:
    """Write the handbook: cover, agenda, meetings, timetables by person and by table, changes; or a route.

    Raises DataFolderTrouble where the file cannot be written.
    """
    tables = Timetables(plan)
    book = Printed(tables.title, _STYLES)
    _cover(book, tables)
    if tables.visits:
        _route(book, tables)
    else:
        _agenda(book, tables)
    if tables.meetings:
        _meetings(book, tables)
    _people(book, tables, Side.ENTERPRISE, "企业日程 Timetables of the enterprises")
    _people(book, tables, Side.TEAM, "团队日程 Timetables of the teams")
    if tables.meetings:
        _tables(book, tables)
    _unplaced(book, plan, tables)
    _changes(book, plan, tables)
    book.save(path)


def write_signs(path: Path, plan: Plan) -> None:
    """Write a sign for each door and each table with a meeting, a page each, on A4 across.

    Raises DataFolderTrouble where the file cannot be written.
    """
    tables = Timetables(plan)
    book = Printed(f"{tables.title} 门牌和桌牌", _SIGNS, (1.8, 1.5), landscape=True, numbered=False)
    first = True
    for session in tables.spec.sessions:
        if session.kind != "visits" and session.room and (session.kind == "meetings" or tables.pitches):
            _door(book, tables, session.room, isinstance(session, PitchesSession), first)
            first = False
    for place in tables.tables:
        if held := tables.at(place):
            _table_sign(book, tables, place, held, first)
            first = False
    book.save(path)


# The handbook


def _cover(book: Printed, tables: Timetables) -> None:
    spec = tables.spec
    book.write("Cover space", "", centred=True)
    book.write("Cover", tables.title, centred=True)
    book.write("Cover line", "走访路线" if tables.is_visits else "会议手册", centred=True)
    book.write(
        "Cover line", "Route of the visits" if tables.is_visits else "Handbook of the roadshow", centred=True
    )
    book.write("Cover space", "", centred=True)
    zh, en = tables.day
    book.write("Cover line", zh, centred=True)
    book.write("Cover line", en, centred=True)
    if spec.venue:
        book.write("Cover line", f"地点 venue：{spec.venue}", centred=True)
    if spec.organizer:
        book.write("Cover line", f"主办 organizer：{spec.organizer}", centred=True)
    book.write(SMALL, f"时间按 times in {spec.timezone}", centred=True)
    if tables.is_infeasible:
        book.write(SMALL, "注意：此安排违反了部分规则。 This plan breaks some rules.", centred=True)


def _agenda(book: Printed, tables: Timetables) -> None:
    book.write("Heading 1", "议程 Agenda", new_page=True)
    rows = []
    for line in agenda(tables):
        needs = "；".join(tables.named(one) for one in line.needs)
        item = line.zh if line.is_pitch else f"{line.zh} / {line.en}"
        answered = f"\n回应需求 answers：{needs}" if needs else ""
        rows.append((line.time, line.room, f"{item}{answered}", line.team.label if line.team else ""))
    book.table(("时间 time", "会场 room", "内容 item", "团队 team"), rows, (2.5, 2.6, 7.7, 4.2))


def _meetings(book: Printed, tables: Timetables) -> None:
    book.write("Heading 1", "对接表 One-to-one meetings", new_page=True)
    book.write(SMALL, f"共 {len(tables.meetings)} 场，按时间和桌号排列。 All meetings, by time and table.")
    rows = [
        (one.time, str(one.place.table), _label(one.enterprise), _label(one.team), _about(one))
        for one in tables.meetings
    ]
    headings = ("时间 time", "桌 table", "企业 enterprise", "团队 team", "需求 ↔ 成果 need, achievement")
    book.table(headings, rows, (2.4, 1.3, 4.2, 4.2, 4.9))


def _people(book: Printed, tables: Timetables, side: Side, heading: str) -> None:
    busy = [who for who in tables.everyone if who.side is side]
    if busy:
        book.write("Heading 1", heading, new_page=True)
    for who in busy:
        book.write("Heading 2", who.label, with_next=True)
        if who.people and "、".join(who.people) != who.name:
            book.write(SMALL, f"成员 members：{'、'.join(who.people)}", with_next=True)
        timetable(book, tables, who)


def timetable(book: Printed, tables: Timetables, who: Who) -> None:
    """Write somebody's timetable as a table that stays on one page."""
    rows = [
        (one.time, one.place.zh, what(one), names(tables.met(one, who)), _about(one, who))
        for one in tables.of(who)
    ]
    headings = ("时间 time", "地点 place", "内容 what", "与谁 with", "需求 ↔ 成果 need, achievement")
    book.table(headings, rows, (2.4, 3.6, 2, 4.3, 4.7), together=len(rows) <= _TALL)


def _tables(book: Printed, tables: Timetables) -> None:
    book.write("Heading 1", "各桌日程 Timetables of the tables", new_page=True)
    for place in tables.tables:
        held = tables.at(place)
        book.write("Heading 2", f"{place.zh} / {place.en}", with_next=bool(held))
        if held:
            rows = [(one.time, _label(one.enterprise), _label(one.team)) for one in held]
            book.table(("时间 time", "企业 enterprise", "团队 team"), rows, (2.4, 7.3, 7.3), together=True)
        else:
            book.write(SMALL, "备用。 Spare." if place in tables.spare else "没有安排。 Nothing planned.")


def _route(book: Printed, tables: Timetables) -> None:
    book.write("Heading 1", "走访路线 Route", new_page=True)
    rows = [
        (
            str(number),
            f"{one.time}\n路程 travel {one.travel} min",
            _label(one.enterprise),
            names(one.others),
            "\n".join(f"{topic.label} {level_words(topic.level)}".strip() for topic in one.topics),
        )
        for number, one in enumerate(tables.visits, 1)
    ]
    headings = ("序 no.", "时间 time", "企业 enterprise", "前往的团队 teams", "洽谈内容 topics")
    book.table(headings, rows, (1.1, 2.7, 4, 3.6, 5.6))


def _unplaced(book: Printed, plan: Plan, tables: Timetables) -> None:
    if not plan.unplaced:
        return
    book.write("Heading 1", "未达到最少场数的企业 Enterprises below the minimum")
    rows = [
        (
            tables.enterprise(one.enterprise_id).name,
            f"{one.meetings} / {one.minimum}",
            f"{one.zh}\n{one.en}",
        )
        for one in plan.unplaced
    ]
    book.table(("企业 enterprise", "已排/最少 of", "原因 why"), rows, (5, 2.2, 9.8))


def _changes(book: Printed, plan: Plan, tables: Timetables) -> None:
    if not plan.changes:
        return
    book.write("Heading 1", "变更：要通知谁 Changes: who must be told what")
    rows = [
        ("、".join(tables.to_tell(change)), told(change.before), told(change.after),
         f"{change.zh}\n{change.en}")
        for change in plan.changes
    ]  # fmt: skip
    book.table(("通知 to tell", "原来 before", "现在 now", "内容 what"), rows, (4.4, 3, 3, 6.6))


# The signs


def _door(book: Printed, tables: Timetables, room: str, is_stage: bool, first: bool) -> None:
    book.write("Sign above", tables.title, centred=True, new_page=not first)
    book.write("Sign", room, centred=True)
    zh, en = ("项目路演", "Pitches") if is_stage else ("一对一洽谈", "One-to-one meetings")
    book.write("Sign below", f"{zh} {en}", centred=True)
    lines = [one for one in agenda(tables) if one.room == room]
    rows = [(one.time, one.zh if one.is_pitch else f"{one.zh} / {one.en}") for one in lines]
    book.table(("时间 time", "内容 item"), rows, (6, 20), size=_size(rows))


def _table_sign(book: Printed, tables: Timetables, place: Place, held: Sequence[Entry], first: bool) -> None:
    room = f"　{place.room}" if place.room else ""
    book.write("Sign above", f"{tables.title}{room}", centred=True, new_page=not first)
    book.write("Sign", f"洽谈桌 {place.table} 号", centred=True)
    book.write("Sign below", f"Table {place.table}", centred=True)
    rows = [(one.time, _name(one.enterprise), _name(one.team)) for one in held]
    book.table(("时间 time", "企业 enterprise", "团队 team"), rows, (5, 10.5, 10.5), size=_size(rows))


def _size(rows: Sequence[object]) -> float:
    return next((size for most, size in _SIZES if len(rows) <= most), _SIZES[-1][1])


def _about(entry: Entry, who: Who | None = None) -> str:
    if entry.kind == "visit":
        return "\n".join(topic.label for topic in entry.topics_of(who))
    return "\n".join(filter(None, (entry.need, entry.achievement)))


def _label(who: Who | None) -> str:
    return who.label if who else ""


def _name(who: Who | None) -> str:
    return who.name if who else ""
