"""The board: every case at a glance, and what is due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from corpora.accounts import Accounts
from corpora.cases import Case, Cases, Names, Reminder, Stage
from corpora.records import Contact
from corpora.store import Store
from matcher.masking import masked
from matcher.stages import day_of, moves, today


@dataclass(frozen=True)
class Card:
    """A case as the board shows it."""

    case: Case
    names: Names
    #: Days in its stage.
    days: int
    #: What falls due next, None where nothing does, or the case is declined.
    reminder: Reminder | None
    #: Whether it should have been done by yesterday.
    overdue: bool
    #: How the owner is called.
    owner: str
    #: Where it may go; a declined one is reopened on its own page.
    moves: list[Stage]


@dataclass(frozen=True)
class Filter:
    """Which cases are asked for; empty: all."""

    owner: str = ""
    county: str = ""
    stage: str = ""
    overdue: bool = False

    def lets(self, card: Card) -> bool:
        return (
            self.owner in ("", card.case.owner)
            and self.county in ("", card.names.county)
            and self.stage in ("", card.case.stage)
            and (card.overdue or not self.overdue)
        )


def board(store: Store, wanted: Filter | None = None, mask: bool = False) -> list[Card]:
    """Return the cases that the filter lets through, the longest in its stage first.

    With `mask`, contacts that were written into reasons and reminders are hidden.
    """
    cases, day = Cases(store), today()
    names, since, owners = cases.names(), cases.staged_at(), displays(store)
    due: dict[int, Reminder] = {}
    for reminder in cases.open_reminders():
        due.setdefault(reminder.case_id, reminder)
    cards = [_card(one, names[one.id], due.get(one.id), since[one.id], owners, day) for one in cases.all()]
    kept = sorted(filter((wanted or Filter()).lets, cards), key=lambda card: (-card.days, card.case.id))
    return _masked(store, kept) if mask else kept


def _card(
    case: Case, names: Names, reminder: Reminder | None, since: str, owners: dict[str, str], day: date
) -> Card:
    declined = case.stage is Stage.DECLINED
    reminder = None if declined else reminder
    return Card(
        case,
        names,
        (day - day_of(since)).days,
        reminder,
        reminder is not None and reminder.due < day.isoformat(),
        owners.get(case.owner, case.owner),
        [] if declined else moves(case.stage, case.stage),
    )


def displays(store: Store) -> dict[str, str]:
    """Return what users are called, by their names."""
    return {user.name: user.display for user in Accounts(store).users()}


def _masked(store: Store, cards: list[Card]) -> list[Card]:
    contacts: dict[str, Contact] = {
        one.id: one.contact for one in store.needs([card.case.need_id for card in cards])
    } | {one.id: one.contact for one in store.achievements([card.case.achievement_id for card in cards])}
    return [_without(card, contacts) for card in cards]


def _without(card: Card, contacts: dict[str, Contact]) -> Card:
    known = [contacts[key] for key in (card.case.need_id, card.case.achievement_id) if key in contacts]
    reminder = card.reminder and replace(card.reminder, what=masked(card.reminder.what, known))
    return replace(card, case=replace(card.case, reason=masked(card.case.reason, known)), reminder=reminder)


# What is due


@dataclass(frozen=True)
class Task:
    """A reminder with the case that it belongs to."""

    reminder: Reminder
    case: Case
    names: Names


@dataclass(frozen=True)
class Due:
    """What somebody has to do in their cases, by when."""

    overdue: list[Task]
    today: list[Task]
    #: In the six days after today.
    week: list[Task]
    later: list[Task]


def due(store: Store, owner: str) -> Due:
    """Return what is due in somebody's cases but those declined, each list by its days."""
    known = {
        one.id: one for one in Cases(store).all() if one.owner == owner and one.stage is not Stage.DECLINED
    }
    names, day = Cases(store).names(), today()
    found = Due([], [], [], [])
    for reminder in Cases(store).open_reminders():
        if case := known.get(reminder.case_id):
            _list(found, date.fromisoformat(reminder.due), day).append(Task(reminder, case, names[case.id]))
    return found


def _list(found: Due, on: date, day: date) -> list[Task]:
    if on <= day:
        return found.overdue if on < day else found.today
    return found.week if on < day + timedelta(days=7) else found.later


def counties(cards: Collection[Card]) -> list[str]:
    return sorted({card.names.county for card in cards if card.names.county})
