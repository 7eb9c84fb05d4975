"""The forms of a case, and those by which cases are looked through."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField

from api.languages import label
from corpora.cases import Stage
from matcher.caseboard import Card, Filter, counties
from matcher.cases import brokers
from matcher.dossiers import Dossier
from matcher.stages import ORDER

#: The parameters in which the board's address may differ.
LOOKS = ("view", "owner", "county", "stage", "overdue", "sort", "down")


class Day(DateField):  # type: ignore[misc]
    """A day, which may be left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([one.strip() for one in valuelist if one.strip()])
        except ValueError as error:
            raise ValueError(gettext("请填日期，例如 2026-10-20")) from error


class Move(FlaskForm):  # type: ignore[misc]
    to = SelectField(lazy_gettext("改为"), id="move-to", validate_choice=False)
    note = TextAreaField(lazy_gettext("说明"), id="move-note")
    agreed = BooleanField(lazy_gettext("双方都已同意把联系方式告诉对方"), id="move-agreed")


class Note(FlaskForm):  # type: ignore[misc]
    note = TextAreaField(lazy_gettext("新记录"), id="note-note")


class Dates(FlaskForm):  # type: ignore[misc]
    met_on = Day(lazy_gettext("见面日期"), id="dates-met")
    next_meeting = Day(lazy_gettext("下次见面"), id="dates-next")


class Remind(FlaskForm):  # type: ignore[misc]
    due = Day(lazy_gettext("到期日"), id="remind-due")
    what = StringField(lazy_gettext("要做什么"), id="remind-what")


class HandOver(FlaskForm):  # type: ignore[misc]
    to_user = SelectField(lazy_gettext("移交给"), id="hand-to", validate_choice=False)
    note = TextAreaField(lazy_gettext("交代"), id="hand-note")


#: The forms of a case's page, by name.
FORMS: dict[str, type[FlaskForm]] = {
    "move": Move,
    "note": Note,
    "dates": Dates,
    "remind": Remind,
    "hand": HandOver,
}


def forms_of(shown: Dossier, users: list[tuple[str, str]], sent: FlaskForm | None) -> dict[str, FlaskForm]:
    """Return the forms of a case's page; `sent` is the one that was sent and not taken, as it was typed."""
    forms = {name: kind(formdata=None) for name, kind in FORMS.items()}
    forms["dates"] = Dates(formdata=None, data={"met_on": shown.met_on, "next_meeting": shown.next_meeting})
    forms |= {name: sent for name, kind in FORMS.items() if isinstance(sent, kind)}
    forms["move"].to.choices = [(stage, way(shown.case.stage, stage)) for stage in shown.moves]
    forms["hand"].to_user.choices = [("", gettext("请选择")), *users]
    return forms


def users_but(store: Any, owner: str) -> list[tuple[str, str]]:
    """Return (name, what they are called) of the brokers but one."""
    return [(user.name, user.display) for user in brokers(store) if user.name != owner]


def way(stage: Stage, to: Stage) -> str:
    """Return what a move is called."""
    name = label("case_stages", to)
    if stage is Stage.DECLINED:
        return str(gettext("重新打开：%(stage)s", stage=name))
    if to in ORDER and ORDER.index(to) < ORDER.index(stage):
        return str(gettext("退回：%(stage)s", stage=name))
    return name


class Look(FlaskForm):  # type: ignore[misc]
    """Which cases are looked at; it travels in the address."""

    class Meta:
        csrf = False

    owner = SelectField(lazy_gettext("负责人"), validate_choice=False)
    county = SelectField(lazy_gettext("县区"), validate_choice=False)
    stage = SelectField(lazy_gettext("阶段"), validate_choice=False)
    overdue = BooleanField(lazy_gettext("只看逾期的"))

    def offer(self, cards: list[Card]) -> None:
        """Offer what the cards have; what was asked for stays, though nothing has it."""
        owners = sorted({(card.case.owner, card.owner) for card in cards}, key=lambda one: one[1])
        self.owner.choices = [("", gettext("全部")), *owners]
        self.county.choices = [("", gettext("不限")), *((one, one) for one in counties(cards))]
        self.stage.choices = [("", gettext("不限")), *((one, label("case_stages", one)) for one in Stage)]
        for field in (self.owner, self.county, self.stage):
            if field.data and field.data not in dict(field.choices):
                field.choices.append((field.data, field.data))

    def filter(self) -> Filter:
        return Filter(
            self.owner.data or "", self.county.data or "", self.stage.data or "", bool(self.overdue.data)
        )


def version() -> int:
    """Return the version of the case that the sender of a form saw; -1, which is none, where it says nothing."""
    said = request.form.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1
