"""The form by which an enterprise sends in a need: no account, nothing lost, and a coach beside it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from api.context import log, settings, store, user, who
from api.languages import message
from api.pages.needform import NeedForm, attach_sent, is_trusted, page, panel_of, remove_sent
from api.pages.tracking import again
from api.security import csrf, limiter
from corpora.attachments import Attachment, Attachments
from corpora.errors import UnreadableFile
from corpora.records import Need
from matcher import attachments, drafts, submissions
from matcher.accounts import digest
from matcher.checks import CHECKS
from matcher.filling import Filling, merge, read_form

blueprint = Blueprint("form", __name__)

_COOKIE = "draft"
#: Most enterprises are of here; it can be overwritten.
_REGION = "陕西省商洛市"


@blueprint.get("/needs/new")
def new() -> ResponseReturnValue:
    found = drafts.restore(store(), request.cookies.get(_COOKIE, ""))
    key, typed = found or (submissions.new_key(), {"region": _REGION})
    form = NeedForm.of(typed, key=key)
    draft = _Draft(_secret(), key, found is not None)
    sent = None if found else session.get("sent")
    drawn = page(form, draft.files(), panel=panel_of(form), restored=found is not None, sent=sent)
    # From the first look on there is one secret, so that what is typed and what is attached come together.
    return draft.remembered(drawn)


@blueprint.post("/needs/new")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("20 per hour", exempt_when=lambda: request.form.get("do") != "submit")
@limiter.limit("300 per hour")
def send() -> ResponseReturnValue:
    """Send the need in, or show the form again with all that was typed, and what is wrong with it."""
    form = NeedForm()
    trusted = is_trusted(form)
    do = request.form.get("do", "submit")
    if do == "clear" and trusted:
        drafts.clear(store(), settings().data, request.cookies.get(_COOKIE, ""))
        return _without_draft(redirect(url_for("form.new")))
    draft = _Draft.kept(form)
    if not trusted:
        return draft.page(form, 400, [gettext("页面放得太久，会话已过期；您填的都在，请再点一次“提交”")])
    problems = attach_sent(draft=digest(draft.secret)) if draft.is_kept else []
    if do.startswith("remove:"):
        remove_sent(do.removeprefix("remove:"), draft=digest(draft.secret))
    if do != "submit":
        return draft.page(form, 400 if problems else 200, problems)
    need, errors = submissions.check(form.typed())
    if need is not None and not problems:
        return _submit(form, need, draft)
    form.say(errors)
    return draft.page(form, 422, problems)


def _submit(form: NeedForm, need: Need, draft: _Draft) -> ResponseReturnValue:
    made, is_new = submissions.submit(store(), need, draft.key, digest(draft.secret), user(), who())
    if is_new:
        log("need submitted", f"need:{made.need_id}")
        # Whoever goes back finds an empty form, and is told why. The code alone opens nothing.
        session["sent"] = [made.title, made.code]
    else:
        stored = next(store().needs([made.need_id]), None)
        if stored is None:
            form.key.data = submissions.new_key()
            said = gettext("之前提交的那份已经撤回；再点一次“提交”，就作为新的需求登记")
            return draft.page(form, 409, [said])
        if stored.content_hash() != need.content_hash():
            # Sent, gone back to and changed: a change of that need, not another need.
            return again(made, draft.key, form)
    return _without_draft(redirect(url_for("tracking.show", key=draft.key, new=1 if is_new else None)))


@blueprint.post("/needs/new/coach")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("60 per minute")
def coach() -> ResponseReturnValue:
    """Keep the draft, and answer with what the coach says of it."""
    form = NeedForm()
    is_trusted(form)
    draft = _Draft.kept(form)
    drawn = render_template("form/panel.html", panel=panel_of(form), checks=CHECKS, saved=draft.is_kept)
    return draft.remembered(make_response(drawn))


@blueprint.post("/needs/new/attachments")
@limiter.limit("60 per hour")
def attach() -> ResponseReturnValue:
    """Keep files beside the draft, and answer with the list of all: for the script of the page."""
    draft = _Draft.kept(NeedForm())
    problems = attach_sent(draft=digest(draft.secret)) if draft.is_kept else []
    drawn = render_template("form/files.html", files=draft.files(), file_problems=problems)
    return draft.remembered(make_response(drawn))


@blueprint.route("/needs/new/file", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("60 per hour", methods=["POST"])
def fill() -> ResponseReturnValue:
    """Fill the form from a file; what is typed already stays, unless it is to be replaced."""
    if request.method == "GET":
        return redirect(url_for("form.new"))
    form = NeedForm()
    if not is_trusted(form):
        return _Draft.kept(form).page(
            form, 400, [gettext("页面放得太久，会话已过期；您填的都在，请再选一次文件")]
        )
    chosen = request.files.get("form_file")
    if chosen is None or not chosen.filename:
        return _Draft.kept(form).page(form, 400, [gettext("还没有选文件；请选一份 Word、Excel 或 PDF")])
    try:
        filling = read_form(chosen.filename, chosen.stream.read(attachments.MAX_BYTES + 1))
    except UnreadableFile as error:
        return _Draft.kept(form).page(form, 400, [message(error)])
    typed, filled, left = merge(form.typed(), filling, "over" in request.form, {"region": _REGION})
    names = {one.short_name: one.label.text for one in form}
    form = NeedForm.of(typed, key=form.key.data, looked=form.looked.data)
    report = _Report(filling, [names[one] for one in filled], [names[one] for one in left])
    return _Draft.kept(form).page(form, report=report)


@dataclass(frozen=True)
class _Report:
    """What became of a file that was to fill the form, by the fields' labels."""

    filling: Filling
    filled: list[str]
    left: list[str]


@dataclass(frozen=True)
class _Draft:
    """The draft of this request: its secret, which the cookie carries, and the key of its link to come."""

    secret: str
    key: str
    #: False where the need was sent in already.
    is_kept: bool

    @classmethod
    def kept(cls, form: NeedForm) -> _Draft:
        """Keep what was typed; a key or a secret that is none is replaced."""
        if not submissions.is_key(form.key.data or ""):
            form.key.data = submissions.new_key()
        secret = _secret()
        is_kept = drafts.keep(store(), settings().data, secret, form.key.data, form.typed())
        return cls(secret, form.key.data, is_kept)

    def files(self) -> list[Attachment]:
        return Attachments(store()).of_draft(digest(self.secret))

    def page(
        self,
        form: NeedForm,
        status: int = 200,
        problems: list[str] | None = None,
        report: _Report | None = None,
    ) -> Response:
        drawn = page(form, self.files(), status, problems=problems or [], report=report, panel=panel_of(form))
        return self.remembered(drawn)

    def remembered(self, answer: Response) -> Response:
        answer.set_cookie(
            _COOKIE,
            self.secret,
            drafts.DAYS * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
        return answer


def _secret() -> str:
    sent = request.cookies.get(_COOKIE, "")
    return sent if submissions.is_key(sent) else submissions.new_key()


def _without_draft(answer: BaseResponse) -> BaseResponse:
    answer.delete_cookie(_COOKIE)
    return answer
