"""The reminders of somebody's cases as a calendar (.ics). Contacts are never in it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from corpora.store import Store
from corpora.writers.calendars import CalendarEntry, calendar_bytes
from matcher.caseboard import Task, due
from matcher.masking import masked

#: Minutes after midnight at which the day's reminders ring.
_RINGS = 9 * 60


def reminder_calendar(store: Store, owner: str, address: str = "", stamp: datetime | None = None) -> bytes:
    """Return what is still to be done in the cases of a user, by their name, a whole day each.

    `address` is where the website is reached, for a link to each case. What was written into a reminder
    about how to reach somebody is hidden: calendars are sent on to telephones and to other services.
    """
    found = due(store, owner)
    tasks = [*found.overdue, *found.today, *found.week, *found.later]
    entries = [_entry(store, task, address.rstrip("/")) for task in tasks]
    return calendar_bytes("双链对接提醒 case reminders", entries, stamp or datetime.now(UTC))


def _entry(store: Store, task: Task, address: str) -> CalendarEntry:
    case, names = task.case, task.names
    records = (*store.needs([case.need_id]), *store.achievements([case.achievement_id]))
    what = masked(task.reminder.what, [one.contact for one in records])
    lines = [f"需求 need：{names.need}", f"企业 enterprise：{names.enterprise}",
             f"成果 achievement：{names.achievement}", f"单位 institution：{names.institution}"]  # fmt: skip
    # With when the case was opened, for another installation counts its reminders from 1, too.
    key = hashlib.sha256(f"reminder\x1f{task.reminder.id}\x1f{case.created_at}".encode()).hexdigest()[:32]
    return CalendarEntry(
        f"{key}@shuanglian",
        date.fromisoformat(task.reminder.due),
        None,
        f"{what}（对接 case {case.id}）",
        description="\n".join([*lines, *([f"{address}/cases/{case.id}"] if address else [])]),
        alarm=-_RINGS,
    )
