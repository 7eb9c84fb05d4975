"""The page of a case: how far it is, both sides, what was said, and what is to be done next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from api.context import log, may, needs, service, store, who
from api.languages import label, message
from api.pages.caseforms import LOOKS, Dates, HandOver, Move, Note, Remind, forms_of, users_but, version, way
from corpora.cases import Case, Cases, Stage
from corpora.errors import BadRequest, Conflict, ShuanglianError, shorten
from corpora.writers.introduction import Letter, write_letters
from matcher import cases
from matcher.checks import CHECKS
from matcher.dossiers import Dossier, dossier
from matcher.introductions import letters
from matcher.matches import Match
from matcher.stages import INTRODUCED, ORDER, day_of, needs_agreement, needs_note, today

blueprint = Blueprint("cases", __name__)

#: Looks at contacts that a session remembers, so that each is written down once a day.
_REMEMBERED = 100


@blueprint.post("/cases")
@needs("work_cases")
def open_case() -> ResponseReturnValue:
    need_id, achievement_id = request.form.get("need_id", ""), request.form.get("achievement_id", "")
    note, known = request.form.get("note", ""), Cases(store()).of_pair(need_id, achievement_id)
    try:
        made = cases.open_case(store(), need_id, achievement_id, who(), note)
    except BadRequest as error:
        names = {"need_id": need_id, "achievement_id": achievement_id, "note": note}
        return render_template("cases/open.html", problem=message(error), **names), 422
    if known is None:
        log("case opened", f"case:{made.id}", need=need_id, achievement=achievement_id)
        flash(gettext("已开始对接"), "success")
    else:
        flash(gettext("这一对已经在对接，下面就是"), "info")
    return redirect(url_for("cases.show", case_id=made.id))


@blueprint.get("/cases/<int:case_id>")
@needs("see_cases")
def show(case_id: int) -> ResponseReturnValue:
    return _page(case_id)


@blueprint.get("/cases/<int:case_id>/<any(move, notes, dates, reminders, owner):_form>")
@needs("see_cases")
def back_to(case_id: int, _form: str) -> ResponseReturnValue:
    """A form that came back stands under its own address: reloaded, it leads to the case."""
    return redirect(url_for("cases.show", case_id=case_id))


def _page(
    case_id: int, sent: FlaskForm | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """Draw a case; `sent` is a form that was not taken, and is shown again as it was typed."""
    shown = dossier(store(), case_id, contacts=may("see_contacts"))
    case = shown.case
    reveal = may("see_contacts") and (case.stage in INTRODUCED or "contacts" in request.args)
    if reveal:
        _log_look(case_id)
    match, trouble = _match(shown)
    drawn = render_template(
        "cases/show.html",
        shown=shown,
        case=case,
        reveal=reveal,
        match=match,
        trouble=trouble,
        CHECKS=CHECKS,
        forms=forms_of(shown, users_but(store(), case.owner), sent),
        problem=problem,
        ORDER=ORDER,
        introduced=case.stage in INTRODUCED,
        asks={to: _asks(case.stage, to) for to in shown.moves},
    )
    return drawn, status


def _asks(stage: Stage, to: Stage) -> str:
    """Return what a move takes, for the script of the page."""
    return "agreed" if needs_agreement(stage, to) else "note" if needs_note(stage, to) else ""


def _match(shown: Dossier) -> tuple[Match | None, str]:
    """Return what the matcher says of the pair, or why it says nothing."""
    if shown.need is None or shown.achievement is None:
        return None, gettext("需求或成果已经删除，不能再比较")
    try:
        return service().compare(shown.case.need_id, [shown.case.achievement_id])[0], ""
    except ShuanglianError as error:
        return None, message(error)


def _log_look(case_id: int) -> None:
    """Write down that somebody saw the contacts of a case, once a day and session."""
    day, seen = today().isoformat(), session.get("contacts_seen", {})
    known = seen.get("cases", []) if seen.get("day") == day else []
    if case_id not in known:
        log("contact seen", f"case:{case_id}")
        session["contacts_seen"] = {"day": day, "cases": [*known, case_id][-_REMEMBERED:]}


# What a broker does


@blueprint.post("/cases/<int:case_id>/move")
@needs("work_cases")
def move(case_id: int) -> ResponseReturnValue:
    form = Move()
    wanted = form.to.data or ""

    def act() -> Case:
        if wanted not in list(Stage):
            raise BadRequest(
                f"没有阶段“{shorten(wanted)}”；请从列出的阶段里选",
                f"there is no stage '{shorten(wanted)}'; choose one of those listed",
            )
        to, note = Stage(wanted), form.note.data or ""
        return cases.move(store(), case_id, to, version(), who(), note, bool(form.agreed.data))

    return _do(case_id, form, act, "case moved", to=wanted)


@blueprint.post("/cases/<int:case_id>/notes")
@needs("work_cases")
def add_note(case_id: int) -> ResponseReturnValue:
    form = Note()
    return _do(
        case_id,
        form,
        lambda: cases.add_note(store(), case_id, form.note.data or "", version(), who()),
        "case noted",
    )


@blueprint.post("/cases/<int:case_id>/dates")
@needs("work_cases")
def set_dates(case_id: int) -> ResponseReturnValue:
    form = Dates()
    if not form.validate():
        return _page(case_id, form, gettext("日期没有保存，请看下面"), 422)
    met_on, later = form.met_on.data, form.next_meeting.data
    return _do(
        case_id,
        form,
        lambda: cases.set_dates(store(), case_id, met_on, later, version(), who()),
        "case dated",
    )


@blueprint.post("/cases/<int:case_id>/reminders")
@needs("work_cases")
def set_reminder(case_id: int) -> ResponseReturnValue:
    form = Remind()
    if form.validate() and form.due.data is None:
        form.due.errors = [gettext("请填到期日")]
    if form.due.errors:
        return _page(case_id, form, gettext("提醒没有保存，请看下面"), 422)
    due: date = form.due.data
    return _do(
        case_id,
        form,
        lambda: cases.set_reminder(store(), case_id, due, form.what.data or "", version(), who()),
        "reminder set",
        due=due.isoformat(),
    )


@blueprint.post("/cases/<int:case_id>/reminders/<int:reminder_id>/done")
@needs("work_cases")
def finish_reminder(case_id: int, reminder_id: int) -> ResponseReturnValue:
    return _do(
        case_id,
        None,
        lambda: cases.finish_reminder(store(), case_id, reminder_id, version(), who()),
        "reminder done",
        reminder=reminder_id,
    )


@blueprint.post("/cases/<int:case_id>/owner")
@needs("work_cases")
def hand_over(case_id: int) -> ResponseReturnValue:
    form = HandOver()
    to_user = form.to_user.data or ""
    return _do(
        case_id,
        form,
        lambda: cases.hand_over(store(), case_id, to_user, version(), who(), form.note.data or ""),
        "case handed over",
        to=to_user,
    )


def _do(
    case_id: int, form: FlaskForm | None, act: Callable[[], Case], action: str, **detail: object
) -> ResponseReturnValue:
    """Do it and go back to where it was asked for; or show the case as it is now, and what was typed."""
    try:
        act()
    except (BadRequest, Conflict) as error:
        return _page(case_id, form, message(error), 409 if isinstance(error, Conflict) else 422)
    log(action, f"case:{case_id}", **detail)
    flash(gettext("已保存"), "success")
    return redirect(_back(case_id))


def _back(case_id: int) -> str:
    if request.form.get("from") == "reminders":
        return url_for("cases.reminders")
    if (query := request.form.get("board")) is not None:
        look: dict[str, Any] = {name: value for name, value in parse_qsl(query) if name in LOOKS}
        return url_for("cases.board", **look)
    return url_for("cases.show", case_id=case_id)


# The letter of introduction


@blueprint.get("/cases/<int:case_id>/introduction")
@needs("see_contacts")
def introduction(case_id: int) -> ResponseReturnValue:
    try:
        drawn = _letters(case_id)
    except BadRequest as error:
        return _page(case_id, None, message(error), 409)
    return render_template("cases/introduction.html", letters=drawn, case_id=case_id)


@blueprint.get("/cases/<int:case_id>/introduction.docx")
@needs("see_contacts")
def introduction_file(case_id: int) -> ResponseReturnValue:
    try:
        written = _letters(case_id)
    except BadRequest as error:
        return _page(case_id, None, message(error), 409)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "introduction.docx"
        write_letters(path, written)
        content = BytesIO(path.read_bytes())
    log("introduction letter taken", f"case:{case_id}")
    name = gettext("引荐信")
    return send_file(content, as_attachment=True, download_name=f"{name}-{case_id}.docx")


def _letters(case_id: int) -> list[Letter]:
    shown = dossier(store(), case_id, contacts=True)
    written = letters(shown, _match(shown)[0])
    _log_look(case_id)
    return written


@blueprint.app_template_global("way")
def _way(stage: Stage, to: Stage) -> str:
    return way(stage, to)


@blueprint.app_template_filter("day")
def _day(stamp: str) -> str:
    """Return the day in Beijing of a time of the store."""
    return day_of(stamp).isoformat()


@blueprint.app_template_global("stage_label")
def _stage_label(stage: Stage) -> str:
    return label("case_stages", stage)
