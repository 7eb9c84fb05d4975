"""The papers of a roadshow (会议材料): what is printed, sent and opened in a calendar, beside plan.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpora.errors import UnknownRecord, shorten
from corpora.files import trouble
from corpora.records import Contact
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.calendars import write_calendars, write_whole, write_zipped
from matcher.roadshow.printing.documents import write_handbook, write_signs
from matcher.roadshow.printing.invitations import write_addressees, write_invitations, write_template
from matcher.roadshow.printing.sheets import write_sheets
from matcher.roadshow.printing.webpage import write_page

Contacts = Mapping[str, Contact]
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Issue:
    """What papers say that no plan holds.

    `key` names the event in calendars where it has a number of its own, so that its title and day may
    change; `stamp`, with its zone, is when the plan was made (now); `contacts` are how to reach
    enterprises and teams, by id, for the list of addressees: no other paper ever has them.
    """

    key: str = ""
    stamp: datetime | None = None
    contacts: Contacts | None = None


@dataclass(frozen=True)
class Paper:
    """One paper that can be taken away by itself.

    `of` says of which plans it is made: any, those with something in them, or those with meetings or
    pitches. People write in one that is `kept`, and it is not written over.
    """

    file: str
    media_type: str
    zh: str
    en: str
    writer: Callable[[Path, Plan, Issue], None]
    of: Literal["any", "planned", "event"] = "planned"
    kept: bool = False

    def suits(self, plan: Plan) -> bool:
        """Return whether there is anything for it in the plan."""
        is_event = bool(plan.agenda or plan.meetings)
        return self.of == "any" or is_event or (self.of == "planned" and bool(plan.visits))

    def write(self, path: Path, plan: Plan, issue: Issue | None = None) -> None:
        """Write it as `path`. Raises DataFolderTrouble where that cannot be written."""
        self.writer(path, plan, issue or Issue())


def _plain(write: Callable[[Path, Plan], None]) -> Callable[[Path, Plan, Issue], None]:
    return lambda path, plan, issue: write(path, plan)


#: Every paper by its name, in the order in which pages offer them.
PAPERS: dict[str, Paper] = {
    "word": Paper("roadshow.docx", _WORD, "会议手册（议程、对接表、个人和各桌日程）",
                  "handbook: agenda, meetings, everybody's timetable", _plain(write_handbook)),
    "excel": Paper("roadshow.xlsx", _EXCEL, "议程和对接表（Excel）", "agenda and meetings (Excel)",
                   _plain(write_sheets)),
    "page": Paper("roadshow.html", "text/html; charset=utf-8", "网页版，可离线打开和打印",
                  "a page that opens offline and prints", _plain(write_page), of="any"),
    "signs": Paper("signs.docx", _WORD, "门牌和桌牌", "door and table signs", _plain(write_signs), of="event"),
    "invitations": Paper("invitations.docx", _WORD, "邀请函，一方一页", "invitations, a page each",
                         _plain(write_invitations)),
    "merge": Paper("invitation-template.docx", _WORD, "邀请函模板（邮件合并）",
                   "template of the invitation, for mail merge", _plain(write_template), kept=True),
    "addressees": Paper("invitations.xlsx", _EXCEL, "邀请函名单（邮件合并）", "addressees, for mail merge",
                        lambda path, plan, issue: write_addressees(path, plan, issue.contacts)),
    "calendar": Paper("roadshow.ics", "text/calendar; charset=utf-8", "整场日历", "calendar of the whole event",
                      lambda path, plan, issue: write_whole(path, plan, issue.stamp, issue.key)),
    "calendars": Paper("calendars.zip", "application/zip", "各方日历（压缩包）", "everybody's calendar (zip)",
                       lambda path, plan, issue: write_zipped(path, plan, issue.stamp, issue.key)),
}  # fmt: skip
#: In a folder everybody's calendars are of more use than in an archive.
CALENDARS = "calendars"


def write_papers(
    folder: Path,
    plan: Plan,
    contacts: Contacts | None = None,
    key: str = "",
    stamp: datetime | None = None,
) -> list[Path]:
    """Write every paper of the plan into `folder`, each whole or not at all; return their paths.

    A plan without agenda, meetings and visits has only its page, which says why. A template of the
    invitation that is there already stays: somebody may have written in it. `contacts`, `key` and `stamp`
    are those of an Issue.

    Raises DataFolderTrouble where something cannot be written.
    """
    issue = Issue(key, stamp or datetime.now(UTC), contacts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(folder, error) from error
    written = []
    for name, paper in PAPERS.items():
        path = folder / (CALENDARS if name == "calendars" else paper.file)
        if not paper.suits(plan) or (paper.kept and path.exists()):
            continue
        if name == "calendars":
            write_calendars(path, plan, issue.stamp, issue.key)
        else:
            paper.write(path, plan, issue)
        written.append(path)
    return written


def paper(name: str) -> Paper:
    """Raises UnknownRecord where there is no such paper."""
    if name not in PAPERS:
        raise UnknownRecord(
            f"没有“{shorten(name)}”这种材料；可选：{'、'.join(PAPERS)}",
            f"there is no paper '{shorten(name)}'; there are: {', '.join(PAPERS)}",
        )
    return PAPERS[name]
