"""Invitations (邀请函): ready to print, or as a template and a list of addressees for Word's mail merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from corpora.records import Contact
from corpora.writers.printed import SMALL, Printed
from corpora.writers.runs import Field
from corpora.writers.workbook import Sheet, write_workbook
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.documents import timetable
from matcher.roadshow.printing.entries import SIDES, Entry, Who
from matcher.roadshow.printing.phrases import names, what
from matcher.roadshow.printing.timetables import Timetables

_STYLES = {"Normal": (11, 0, 5), "Heading 1": (20, 0, 10), "Heading 2": (12, 8, 4), SMALL: (9, 0, 3)}
#: Entries that a template has lines for at least, and for which the list always has columns.
_LINES, _COLUMNS = 12, 24
#: Word cuts what it takes from a workbook's cell at 255 characters where the first cells are short.
_LONGEST = 250
_NAMES = ("编号_ID", "类别_Kind", "名称_Name", "单位或县区_Place", "活动_Title", "日期_Date", "日期英文_Date_en",
          "地点_Venue", "主办_Organizer", "场数_Meetings", "桌号_Tables")  # fmt: skip
_CONTACT = ("联系人_Contact", "电话_Phone", "邮箱_Email")
_LINE = "日程{}_Item{}"


def write_invitations(path: Path, plan: Plan) -> None:
    """Write an invitation for everybody who takes part, a page each: the event, the agenda, their timetable.

    Raises DataFolderTrouble where the file cannot be written.
    """
    tables = Timetables(plan)
    book = Printed(f"{tables.title} 邀请函", _STYLES, (2, 2), numbered=False)
    for number, who in enumerate(tables.everyone):
        book.write("Heading 1", "邀请函 Invitation", centred=True, new_page=number > 0)
        book.write("Normal", f"{who.name}：")
        for text in _letter(tables, who):
            book.write("Normal", text)
        if not tables.is_visits:
            book.write("Heading 2", "议程 Agenda", with_next=True)
            rows = [
                (one.time, one.room, f"{one.zh} / {one.en}") for one in agenda(tables) if not one.is_pitch
            ]
            book.table(("时间 time", "会场 room", "内容 item"), rows, (3, 4, 9.6), together=True)
        book.write("Heading 2", "您的日程 Your timetable", with_next=True)
        timetable(book, tables, who)
        book.write("Normal", "")
        book.write("Normal", tables.spec.organizer)
    book.save(path)


def write_template(path: Path, plan: Plan) -> None:
    """Write the letter of an invitation with merge fields, for a bureau to reword and merge in Word.

    Raises DataFolderTrouble where the file cannot be written.
    """
    tables = Timetables(plan)
    most = max((len(tables.of(who)) for who in tables.everyone), default=0)
    book = Printed(f"{tables.title} 邀请函模板", _STYLES, (2, 2), numbered=False)
    book.write("Heading 1", "邀请函 Invitation", centred=True)
    book.write("Normal", Field("名称_Name"), "：")
    book.write("Normal", "诚邀贵方参加", Field("主办_Organizer"), "于", Field("日期_Date"), "在",
               Field("地点_Venue"), "举办的“", Field("活动_Title"), "”。贵方的日程如下，请提前十分钟到场。")  # fmt: skip
    book.write("Normal", "You are invited to “", Field("活动_Title"), "” on ", Field("日期英文_Date_en"), ", ",
               Field("地点_Venue"), ". Your timetable is below; please come ten minutes early.")  # fmt: skip
    book.write("Heading 2", "您的日程 Your timetable", with_next=True)
    # Word leaves out a line whose only field is empty.
    for number in range(1, min(max(most, _LINES), _COLUMNS) + 1):
        book.write("Normal", Field(_LINE.format(number, number)))
    book.write("Normal", "")
    book.write("Normal", Field("主办_Organizer"))
    book.save(path)


def write_addressees(path: Path, plan: Plan, contacts: Mapping[str, Contact] | None = None) -> None:
    """Write who is invited, a row each, as the workbook that Word's mail merge opens; headings come first.

    With `contacts`, by id of an enterprise or a team, how to reach them; else no contact is in it.
    Raises DataFolderTrouble where the file cannot be written.
    """
    tables = Timetables(plan)
    people = tables.everyone
    most = max([_COLUMNS, *(len(tables.of(who)) for who in people)])
    lines = [_LINE.format(number, number) for number in range(1, most + 1)]
    headings = [*_NAMES, *(_CONTACT if contacts is not None else ()), *lines]
    rows = [_row(tables, who, contacts) for who in people]
    widths = [14] * len(_NAMES) + [16] * (len(_CONTACT) if contacts is not None else 0) + [40] * len(lines)
    how = [
        ["1", "打开 invitation-template.docx，按需修改文字", "open invitation-template.docx and reword it"],
        ["2", "“邮件”→“选择收件人”→“使用现有列表”，选本文件的“名单 list”",
         "Mailings → Select Recipients → Use an Existing List: this file, sheet 'list'"],
        ["3", "“完成并合并”；空的日程行会自动略去", "Finish & Merge; empty lines are left out"],
    ]  # fmt: skip
    write_workbook(path, [
        Sheet("名单 list", "", (), headings, rows, widths, bare=True),
        Sheet("用法 how to", "邮件合并 Mail merge", (), ["步骤\nstep", "做法", "what to do"], how, (8, 60, 60)),
    ])  # fmt: skip


def _row(tables: Timetables, who: Who, contacts: Mapping[str, Contact] | None) -> Sequence[object]:
    spec, entries = tables.spec, tables.of(who)
    met_at = [one for one in entries if one.kind == "meeting"]
    contact = (contacts or {}).get(who.id) or Contact()
    return [
        who.id,
        SIDES[who.side][0],
        who.name,
        who.note,
        tables.title,
        *tables.day,
        spec.venue,
        spec.organizer,
        len(met_at),
        list(dict.fromkeys(one.place.table for one in met_at)),
        *((contact.name, contact.phone, contact.email) if contacts is not None else ()),
        *(_said(tables, one, who) for one in entries),
    ]


def _said(tables: Timetables, entry: Entry, who: Who) -> str:
    topics = [topic.label for topic in entry.topics_of(who)] or [entry.topic]
    parts = (
        entry.time,
        entry.place.zh,
        what(entry),
        names(tables.met(entry, who)),
        "；".join(filter(None, topics)),
    )
    text = "　".join(filter(None, parts))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _letter(tables: Timetables, who: Who) -> tuple[str, str]:
    spec, (zh, en) = tables.spec, tables.day
    at_zh = f"在{spec.venue}" if spec.venue else ""
    at_en = f" at {spec.venue}" if spec.venue else ""
    by = spec.organizer or "我们"
    if tables.is_visits:
        return (
            f"{by}定于{zh}组织“{tables.title}”，科研团队上门走访企业，日程如下，请予安排。",
            f"On {en} teams of scientists visit enterprises (“{tables.title}”). The timetable is below; "
            "please arrange for it.",
        )
    return (
        f"{by}定于{zh}{at_zh}举办“{tables.title}”，诚邀贵方参加。日程和洽谈桌号如下，请提前十分钟到场，按桌号就座。",
        f"You are invited to “{tables.title}” on {en}{at_en}. Your timetable and tables are below; please come "
        "ten minutes early and sit down at the table given.",
    )
