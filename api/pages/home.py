"""The front door: one way in for each of the people who come; for those who look after things, today's work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from api import context
from api.context import store
from api.pages.search import searcher
from matcher.accounts import CAPABILITIES
from matcher.stages import today
from matcher.today import Waiting, newest_needs, waiting

blueprint = Blueprint("home", __name__)

#: Needs that are shown beside today's work.
_NEWEST = 6
#: What each thing that waits is called, and its picture.
WAITING = {
    "pending": (lazy_gettext("待审核的需求"), "check2-square"),
    "overdue": (lazy_gettext("已逾期的提醒"), "alarm"),
    "today": (lazy_gettext("今天到期的提醒"), "calendar-check"),
    "news": (lazy_gettext("订阅里的新记录"), "bell"),
    "failed": (lazy_gettext("没有做成的任务"), "exclamation-triangle"),
    "running": (lazy_gettext("正在进行的任务"), "hourglass-split"),
    "duplicates": (lazy_gettext("待查重的相似记录"), "files"),
    "cases": (lazy_gettext("您负责的、还在跟进的对接"), "kanban"),
}


@blueprint.get("/")
def index() -> ResponseReturnValue:
    asking, counts = context.user(), store().counts()
    if asking is None or not CAPABILITIES[asking.role]:
        return render_template("home.html", counts=counts)
    return render_template(
        "today.html",
        counts=counts,
        waiting=waiting(store(), searcher(), asking),
        newest=newest_needs(store(), searcher(), _NEWEST),
        day=today(),
        WAITING=WAITING,
        way_to=way_to,
    )


def way_to(one: Waiting) -> str:
    """Return the page where what waits is dealt with."""
    argument: dict[str, Any] = {}
    match one.what:
        case "pending":
            endpoint = "approvals.queue"
        case "overdue" | "today":
            endpoint = "cases.reminders"
        case "news" if one.only:
            endpoint, argument = "saved.show", {"search_id": one.only}
        case "news":
            endpoint = "saved.listing"
        case "failed" | "running" if one.only:
            endpoint, argument = "jobs.show", {"job_id": one.only}
        case "failed" | "running":
            endpoint = "jobs.listing"
        case "cases" if one.only:
            endpoint, argument = "cases.show", {"case_id": one.only}
        case "cases":
            endpoint, argument = "cases.board", {"owner": context.who()}
        case _:
            endpoint = "duplicates.review"
    return url_for(endpoint, **argument)


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("privacy.html")


@blueprint.get("/hello")
def hello() -> ResponseReturnValue:
    """Say that the server is up, with as little work as a route can have: the bench compares with it."""
    return "ok", {"Content-Type": "text/plain"}
