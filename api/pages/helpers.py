"""What every template may call."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, url_for
from flask_babel import gettext, lazy_gettext

from api import context, languages
from matcher.matches import LEVELS

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Place:
    """A page that the menu leads to, for whoever has the capability (None: everybody)."""

    endpoint: str
    title: object
    icon: str
    capability: str | None = None


MENU = (
    Place("search.page", lazy_gettext("搜索"), "search"),
    Place("chainmap.page", lazy_gettext("图谱"), "diagram-3"),
    Place("form.new", lazy_gettext("发布需求"), "pencil-square"),
    Place("tracking.find", lazy_gettext("查询进度"), "geo-alt"),
    Place("approvals.queue", lazy_gettext("审核"), "check2-square", "approve"),
    Place("cases.board", lazy_gettext("对接"), "kanban", "see_cases"),
    Place("roadshows.listing", lazy_gettext("路演"), "easel", "see_pending"),
    Place("saved.listing", lazy_gettext("订阅"), "bell", "export"),
    Place("imports.new", lazy_gettext("导入"), "upload", "import"),
    Place("duplicates.review", lazy_gettext("查重"), "files", "review"),
    Place("jobs.listing", lazy_gettext("任务"), "hourglass-split", "import"),
    Place("admin.users", lazy_gettext("管理"), "gear", "administer"),
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=asset,
        endpoints=endpoints,
        level=level,
        may=context.may,
        menu=menu,
        percent=percent,
        user=context.user,
    )
    app.jinja_env.filters["when"] = when
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def menu() -> list[Place]:
    return [
        place
        for place in MENU
        if place.endpoint in current_app.view_functions
        and (place.capability is None or context.may(place.capability))
    ]


def endpoints() -> Collection[str]:
    """Return the names of every page there is."""
    return current_app.view_functions.keys()


def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep it."""
    return url_for("static", filename=name, v=_mark(str(current_app.static_folder), name))


@cache
def _mark(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:10]


def level(number: int) -> str:
    """Return what a level is called."""
    return languages.say(*LEVELS[number])


def percent(probability: float) -> str:
    return f"{probability:.0%}"


def when(stamp: str | None) -> str:
    """Return a time of the store as people read it, in Beijing time."""
    if not stamp:
        return str(gettext("未填"))
    return datetime.fromisoformat(stamp).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")
