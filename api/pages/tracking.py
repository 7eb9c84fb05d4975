"""What the owner of a need comes back to: how far it is, its matches, and changing or withdrawing it."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from api.context import log, require, service, settings, store, user, who
from api.languages import message
from api.pages.needform import NeedForm, attach_sent, is_trusted, page, panel_of, remove_sent
from api.paths import public
from api.security import csrf, limiter
from corpora.attachments import Attachment, Attachments
from corpora.errors import Conflict, UnknownRecord
from corpora.records import MAX_SHORT, Need
from corpora.submissions import Status, Submission, Submissions
from matcher import attachments, submissions
from matcher.cases import contact_for
from matcher.checks import CHECKS
from matcher.progress import progress

blueprint = Blueprint("tracking", __name__)

_SHOWN = 5
#: Needs that a browser is remembered for by code, the latest.
_REMEMBERED = 10


class Find(FlaskForm):  # type: ignore[misc]
    code = StringField(lazy_gettext("查询码"), [InputRequired(lazy_gettext("请填写查询码")), Length(max=40)])
    contact = StringField(
        lazy_gettext("提交时留的电话或邮箱"),
        [InputRequired(lazy_gettext("请填写提交时留的电话或邮箱")), Length(max=MAX_SHORT)],
    )


@blueprint.route("/track", methods=["GET", "POST"])
@limiter.limit("20 per 10 minutes", methods=["POST"])
def find() -> ResponseReturnValue:
    """Ask for code and contact; by POST, so that no contact stands in an address."""
    form = Find()
    if form.validate_on_submit():
        found = submissions.by_code(store(), form.code.data, form.contact.data)
        if found is not None:
            others = [code for code in session.get("tracked", []) if code != found.code]
            session["tracked"] = [found.code, *others][:_REMEMBERED]
            return redirect(url_for("tracking.show", key=found.code))
        form.contact.errors = [
            gettext(
                "查询码和联系方式对不上。请核对提交成功页上的查询码，和当时填的电话或邮箱；已撤回的需求查不到"
            )
        ]
    return render_template("tracking/find.html", form=form), 422 if form.errors else 200


@blueprint.get("/mine")
def mine() -> ResponseReturnValue:
    asking = require()
    return render_template("tracking/mine.html", submissions=Submissions(store()).of_user(asking.id))


@blueprint.get("/track/<key>")
def show(key: str) -> ResponseReturnValue:
    submission = _owned(key)
    need = _need(submission)
    drawn = render_template(
        "tracking/show.html",
        submission=submission,
        need=need,
        key=key,
        link=_link(key),
        is_new="new" in request.args,
        steps=progress(store(), submission),
        partners=contact_for(store(), need.id) if need else [],
        found=service().match_need(need.id, _SHOWN) if need else None,
        files=Attachments(store()).of_need(submission.need_id),
        checks=CHECKS,
    )
    return drawn, 200 if need else 410


def _link(key: str) -> str:
    """Return the private link, where the owner came by it: what it is, nobody else can tell."""
    own = url_for("tracking.show", key=key)
    return public(own) if submissions.is_key(key) else ""


@blueprint.get("/track/<key>/edit")
def edit(key: str) -> ResponseReturnValue:
    submission = _owned(key)
    need = submissions.owned_need(store(), submission)
    form = NeedForm.of(submissions.typed_of(need), seen=need.content_hash())
    return _page(submission, key, form)


@blueprint.post("/track/<key>/edit")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("300 per hour")
def save(key: str) -> ResponseReturnValue:
    form = NeedForm()
    trusted = is_trusted(form)
    submission = _owned(key)
    do = request.form.get("do", "save")
    if not trusted:
        return _page(
            submission,
            key,
            form,
            400,
            [gettext("页面放得太久，会话已过期；您填的都在，请再点一次“保存修改”")],
        )
    problems = attach_sent(need_id=submission.need_id) if _need(submission) else []
    if do.startswith("remove:"):
        remove_sent(do.removeprefix("remove:"), need_id=submission.need_id)
    if do != "save":
        return _page(submission, key, form, 400 if problems else 200, problems)
    need, errors = submissions.check({**form.typed(), "consent": "yes"})
    if need is None or problems:
        form.say(errors)
        return _page(submission, key, form, 422, problems)
    try:
        status = submissions.edit(store(), submission, need, form.seen.data or "", who())
    except Conflict as error:
        return _page(submission, key, form, 409, [message(error)], compared=True)
    log("need edited by its owner", f"need:{submission.need_id}", status=status.value)
    if status is Status.PENDING and submission.status is not Status.PENDING:
        flash(gettext("已保存，并已再次送审；审核通过前暂不公开"), "success")
    else:
        flash(gettext("已保存"), "success")
    return redirect(url_for("tracking.show", key=key))


def again(submission: Submission, key: str, form: NeedForm) -> Response:
    """Offer what was sent once more under one key, with other words, as a change of the need."""
    said = gettext(
        "这份需求已经提交过，没有重复登记。您现在填的和已提交的不同：要改成现在这样，请点“保存修改”"
    )
    return _page(submission, key, form, 409, [said], compared=True)


def _page(
    submission: Submission,
    key: str,
    form: NeedForm,
    status: int = 200,
    problems: list[str] | None = None,
    compared: bool = False,
) -> Response:
    """Draw the form on which the need is changed.

    `compared` shows what the stored one says otherwise, and lets the next save replace it.
    """
    theirs = []
    if compared:
        stored = submissions.owned_need(store(), submission)
        form.seen.data = stored.content_hash()
        theirs = _differences(form, stored)
    return page(
        form,
        Attachments(store()).of_need(submission.need_id),
        status,
        submission=submission,
        key=key,
        problems=problems or [],
        theirs=theirs,
        panel=panel_of(form, submission.need_id),
    )


def _differences(form: NeedForm, stored: Need) -> list[tuple[str, str]]:
    """Return (label, what is stored) of the fields in which the form says something else."""
    now, typed = NeedForm.of(submissions.typed_of(stored)), form.typed()
    return [
        (form[name].label.text, _shown(now, name))
        for name, value in now.typed().items()
        if name != "consent" and value != submissions.plain(typed[name])
    ]


def _shown(form: NeedForm, name: str) -> str:
    data = form[name].data or ""
    choices = dict(getattr(form[name], "choices", None) or [])
    return "、".join(choices.get(one, one) for one in (data if isinstance(data, list) else [data]))


@blueprint.post("/track/<key>/coach")
@limiter.limit("60 per minute")
def coach(key: str) -> ResponseReturnValue:
    submission = _owned(key)
    return render_template("form/panel.html", panel=panel_of(NeedForm(), submission.need_id), checks=CHECKS)


@blueprint.post("/track/<key>/attachments")
@limiter.limit("60 per hour")
def attach(key: str) -> ResponseReturnValue:
    submission = _owned(key)
    submissions.owned_need(store(), submission)
    problems = attach_sent(need_id=submission.need_id)
    files = Attachments(store()).of_need(submission.need_id)
    return render_template("form/files.html", files=files, file_problems=problems)


@blueprint.get("/track/<key>/attachments/<attachment_id>")
def attachment(key: str, attachment_id: str) -> ResponseReturnValue:
    submission = _owned(key)
    found = Attachments(store()).get(attachment_id)
    if found is None or found.need_id != submission.need_id:
        abort(404)
    return download(found)


def download(found: Attachment) -> Response:
    """Send an attachment to be saved, never to be shown within our pages."""
    path = attachments.path_of(settings().data, found).resolve()
    if not path.exists():
        abort(404)
    return send_file(path, found.media_type, as_attachment=True, download_name=found.name)


@blueprint.get("/track/<key>/withdraw")
def ask_withdraw(key: str) -> ResponseReturnValue:
    submission = _owned(key)
    submissions.owned_need(store(), submission)
    return render_template("tracking/withdraw.html", submission=submission, key=key)


@blueprint.post("/track/<key>/withdraw")
def withdraw(key: str) -> ResponseReturnValue:
    submission = _owned(key)
    submissions.withdraw(store(), settings().data, submission, who())
    log("need withdrawn", f"need:{submission.need_id}")
    session.pop("sent", None)
    flash(gettext("已撤回：需求、联系方式和附件都已删除"), "success")
    return redirect(url_for("tracking.show", key=key))


def _owned(key: str) -> Submission:
    """Return the submission of a private link, or of a code that this browser or this user may use.

    Raises UnknownRecord, in the same words for a wrong link, a wrong code and a code of somebody else.
    """
    found = submissions.by_key(store(), key)
    code = submissions.read_code(key)
    if found is None and code:
        coded, asking = Submissions(store()).coded(code), user()
        is_theirs = coded is not None and asking is not None and coded.user_id == asking.id
        found = coded if is_theirs or code in session.get("tracked", []) else None
    if found is None:
        raise UnknownRecord(
            "这个链接不对或已失效；请核对链接是否完整，或到“查询进度”用查询码和联系方式查询",
            "this link is wrong or over; check that it is complete, or use your code and contact under Track",
        )
    return found


def _need(submission: Submission) -> Need | None:
    return next(store().needs([submission.need_id]), None)
