"""Dossiers: all that is known of one case, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from corpora.cases import Action, Case, Cases, Event, Names, Reminder, Stage
from corpora.records import Achievement, Contact, Need
from corpora.store import Store
from matcher.caseboard import displays
from matcher.cases import find_case
from matcher.masking import masked
from matcher.stages import dates, day_of, moves, stage_before, tell, today


@dataclass(frozen=True)
class Line:
    """One line of the timeline: what happened, Chinese and English, and the note beside it."""

    at: str
    who: str
    zh: str
    en: str
    note: str


@dataclass(frozen=True)
class Dossier:
    """A case with its records (None: deleted), its timeline, and what may come next."""

    case: Case
    names: Names
    need: Need | None
    achievement: Achievement | None
    owner: str
    days: int
    #: The stage in which it is, or was before it was declined.
    reached: Stage
    moves: list[Stage]
    #: Latest first.
    timeline: list[Line]
    reminders: list[Reminder]
    met_on: date | None
    next_meeting: date | None
    today: str


def dossier(store: Store, case_id: int, contacts: bool) -> Dossier:
    """Return what is known of a case; without `contacts`, none is in it, nor in what was written.

    Raises UnknownRecord.
    """
    # Read first: its version is then never newer than what is shown beside it.
    case = find_case(store, case_id)
    events, reminders = Cases(store).events(case_id), Cases(store).reminders(case_id)
    names = Cases(store).names(case_id)[case_id]
    need = next(store.needs([case.need_id]), None)
    achievement = next(store.achievements([case.achievement_id]), None)
    users = displays(store)
    shown: Callable[[str], str] = str
    if not contacts:
        known = [record.contact for record in (need, achievement) if record]

        def shown(text: str) -> str:
            return masked(text, known)

        nobody = {"contact": Contact()}
        need = need and need.model_copy(update=nobody)
        achievement = achievement and achievement.model_copy(update=nobody)
        reminders = [replace(one, what=shown(one.what)) for one in reminders]
        case = replace(case, reason=shown(case.reason))
    reached = stage_before(events) if case.stage is Stage.DECLINED else case.stage
    met_on, next_meeting = dates(events)
    since = max(event.at for event in events if event.action in (Action.OPENED, Action.MOVED))
    return Dossier(
        case,
        names,
        need,
        achievement,
        users.get(case.owner, case.owner),
        (today() - day_of(since)).days,
        reached,
        moves(case.stage, reached),
        [_line(event, users, shown) for event in reversed(events)],
        reminders,
        met_on,
        next_meeting,
        today().isoformat(),
    )


def _line(event: Event, users: dict[str, str], shown: Callable[[str], str]) -> Line:
    zh, en = tell(event)
    return Line(event.at, users.get(event.who, event.who), shown(zh), shown(en), shown(event.note))
