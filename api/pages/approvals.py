"""What brokers look through: needs that wait to become public."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, needs, store, who
from api.languages import message
from api.pages.tracking import download
from corpora.attachments import Attachment, Attachments
from corpora.errors import BadRequest, Conflict
from corpora.records import Need
from corpora.submissions import Status, Submission, Submissions
from matcher import coach, submissions

blueprint = Blueprint("approvals", __name__)

#: Shown on one page: those that wait longest, and those decided last.
_SHOWN = 20
_DECIDED = 30


@dataclass(frozen=True)
class _Waiting:
    """One submission with what a broker needs to decide."""

    submission: Submission
    need: Need
    seen: str
    files: list[Attachment]
    remarks: list[coach.Remark]
    similar: list[tuple[Need, float]]


@blueprint.get("/submissions")
@needs("approve")
def queue() -> ResponseReturnValue:
    return _queue()


def _queue(refused: str = "", reason: str = "", problem: str = "") -> ResponseReturnValue:
    """Draw the queue; `refused` is the code whose reason was not taken, and is shown again."""
    pending = Submissions(store()).with_status(Status.PENDING)
    known = {need.id: need for need in store().needs([one.need_id for one in pending[:_SHOWN]])}
    waiting = [_waiting(one, known[one.need_id]) for one in pending[:_SHOWN] if one.need_id in known]
    drawn = render_template(
        "approvals/queue.html",
        waiting=waiting,
        total=len(pending),
        decided=Submissions(store()).latest(_DECIDED),
        refused=refused,
        reason=reason,
        problem=problem,
    )
    return drawn, 422 if problem else 200


def _waiting(submission: Submission, need: Need) -> _Waiting:
    return _Waiting(
        submission,
        need,
        need.content_hash(),
        Attachments(store()).of_need(need.id),
        coach.remarks(need),
        coach.similar_needs(store(), need, public=False),
    )


@blueprint.post("/submissions/<code>/approve")
@needs("approve")
def approve(code: str) -> ResponseReturnValue:
    try:
        made = submissions.approve(store(), code, request.form.get("seen", ""), who())
    except Conflict as error:
        flash(message(error), "warning")
    else:
        log("need approved", f"need:{made.need_id}")
        flash(gettext("“%(title)s”已公开", title=made.title), "success")
    return redirect(url_for("approvals.queue"))


@blueprint.post("/submissions/<code>/return")
@needs("approve")
def send_back(code: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        made = submissions.send_back(store(), code, request.form.get("seen", ""), reason, who())
    except BadRequest as error:
        return _queue(code, reason, message(error))
    except Conflict as error:
        flash(message(error), "warning")
    else:
        # The reason may name persons; it is kept with the submission only.
        log("need sent back", f"need:{made.need_id}")
        flash(gettext("“%(title)s”已退回，企业在查询页上看得到理由", title=made.title), "success")
    return redirect(url_for("approvals.queue"))


@blueprint.get("/attachments/<attachment_id>")
@needs("see_contacts")
def attachment(attachment_id: str) -> ResponseReturnValue:
    """Send a need's attachment to a broker."""
    found = Attachments(store()).get(attachment_id)
    if found is None or found.need_id is None:
        abort(404)
    return download(found)
