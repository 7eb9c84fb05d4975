"""The form of a roadshow, and the same as text: both say one SPEC, and what one cannot say the other keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from api.context import store
from api.languages import say
from api.pages.roadshowspecs import (
    BREAKS,
    LISTS,
    NUMBERS,
    PAIRS,
    ROW,
    TEXTS,
    available,
    default_of,
    firsts,
    flat,
    pairs_of,
    put,
    read,
    rows_of,
    spans_of,
    split,
    write,
)
from corpora.ownchains import OwnChains
from matcher.matches import LEVELS
from matcher.roadshow.spec import GOALS

GOAL_NAMES = {
    "value": lazy_gettext("匹配总价值"),
    "minimum": lazy_gettext("每家企业达到最少场数"),
    "gaps": lazy_gettext("少有空等"),
    "fairness": lazy_gettext("各家机会均衡"),
    "tables": lazy_gettext("少换桌"),
    # Only of a day of visits; its organizer does not order it.
    "travel": lazy_gettext("少在路上"),
}
#: Rows for availability that are offered beyond those that are filled in.
_EMPTY_ROWS = 2


def _number(text: object, **more: Any) -> StringField:
    return StringField(text, render_kw={"inputmode": "numeric", "size": 6, **more})


def _clock(text: object, **more: Any) -> StringField:
    return StringField(text, render_kw={"type": "time", **more})


class SpecForm(FlaskForm):  # type: ignore[misc]
    """What an organizer fills in. Nothing is checked here but that a number is one: the SPEC's own rules are."""

    kind = HiddenField()
    #: The SPEC as text, with all that the form has no field for.
    kept = HiddenField()
    title = StringField(lazy_gettext("名称"))
    date = StringField(lazy_gettext("日期"), render_kw={"type": "date"})
    venue = StringField(lazy_gettext("地点"))
    organizer = StringField(lazy_gettext("主办单位"))
    timezone = StringField(lazy_gettext("时区"))
    theme = SelectField(lazy_gettext("主题"), validate_choice=False)
    chain = SelectField(lazy_gettext("产业链"), validate_choice=False)
    text = StringField(lazy_gettext("主题词"))
    needs = TextAreaField(lazy_gettext("需求编号"))
    achievements = TextAreaField(lazy_gettext("成果编号"))
    pitching = BooleanField(lazy_gettext("有路演"))
    pitch_room = StringField(lazy_gettext("会场"))
    pitch_start, pitch_end = _clock(lazy_gettext("开始")), _clock(lazy_gettext("结束"))
    pitch_count = _number(lazy_gettext("路演项目数"))
    pitch_minutes, qa_minutes = _number(lazy_gettext("每项讲几分钟")), _number(lazy_gettext("问答几分钟"))
    pitch_break_from, pitch_break_to = _clock(lazy_gettext("茶歇从")), _clock(lazy_gettext("茶歇到"))
    meeting = BooleanField(lazy_gettext("有一对一洽谈"))
    meet_room = StringField(lazy_gettext("洽谈室"))
    meet_start, meet_end = _clock(lazy_gettext("开始")), _clock(lazy_gettext("结束"))
    tables, spare_tables = _number(lazy_gettext("桌数")), _number(lazy_gettext("其中留空几桌"))
    slot_minutes, gap_minutes = _number(lazy_gettext("每场几分钟")), _number(lazy_gettext("间隔几分钟"))
    meet_break_from, meet_break_to = _clock(lazy_gettext("休息从")), _clock(lazy_gettext("休息到"))
    place = StringField(lazy_gettext("县区或园区"))
    visit_start, visit_end = _clock(lazy_gettext("出发")), _clock(lazy_gettext("返回"))
    visit_teams = TextAreaField(lazy_gettext("同行的团队"))
    max_teams = _number(lazy_gettext("最多几个团队"))
    visit_minutes, travel_minutes = _number(lazy_gettext("每家几分钟")), _number(lazy_gettext("路上几分钟"))
    visit_break_from, visit_break_to = _clock(lazy_gettext("午休从")), _clock(lazy_gettext("午休到"))
    enterprises_max = _number(lazy_gettext("最多邀请几家企业"))
    counties = StringField(lazy_gettext("只邀请这些县区的"))
    enterprises_must = TextAreaField(lazy_gettext("必请企业"))
    enterprises_never = TextAreaField(lazy_gettext("不请企业"))
    min_level = SelectField(lazy_gettext("关联度至少"), validate_choice=False)
    min_per_enterprise = _number(lazy_gettext("每家企业最少几场"))
    max_per_enterprise = _number(lazy_gettext("每家企业最多几场"))
    max_per_team = _number(lazy_gettext("每个团队最多几场"))
    repeat_pairs = BooleanField(lazy_gettext("同一对可以谈几次"))
    max_per_institution = _number(lazy_gettext("同一单位最多几项"))
    min_counties = _number(lazy_gettext("至少覆盖几个县区"))
    pitches_must = TextAreaField(lazy_gettext("必上成果"))
    pitches_never = TextAreaField(lazy_gettext("不上成果"))
    force, forbid = TextAreaField(lazy_gettext("必须见面")), TextAreaField(lazy_gettext("不可见面"))
    cancelled = TextAreaField(lazy_gettext("临时取消的"))
    goals = HiddenField()

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> SpecForm:
        """Return the form that says what a SPEC says."""
        return cls(formdata=None, data=flat(mapping) | {"kept": write(mapping)})

    def mapping(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the SPEC that was filled in, and what is wrong with a field by its name."""
        problems: dict[str, str] = {}
        spec = read(self.kept.data or "")
        sessions = self._sessions(spec)
        for name, path in TEXTS.items():
            put(spec, sessions, path, (self[name].data or "").strip() or None)
        for name, path in NUMBERS.items():
            typed = (self[name].data or "").strip()
            if typed and not re.fullmatch(r"-?\d{1,6}", typed):
                problems[name] = gettext("请填整数，例如 12")
            put(spec, sessions, path, int(typed) if typed and name not in problems else None)
        for name, path in LISTS.items():
            put(spec, sessions, path, split(self[name].data or "") or None)
        for name, path in PAIRS.items():
            pairs, wrong = pairs_of(self[name].data or "")
            if wrong:
                problems[name] = gettext("“%(line)s”不是一对：一行一对，中间用逗号隔开", line=wrong[:40])
            put(spec, sessions, path, pairs or None)
        for name, kind in BREAKS.items():
            self._put_break(sessions.get(kind), name)
        put(spec, sessions, ("meetings", "repeat_pairs"), True if self.repeat_pairs.data else None)
        self._put_theme(spec)
        goals = self.order()
        put(spec, sessions, ("goals",), list(goals) if goals != GOALS else None)
        rows = [row for row in map(available, self.rows()) if row]
        # A person may stand in several rows, and a row of the text may say more than a row here.
        put(spec, sessions, ("availability",), rows or None)
        return spec, problems

    def _sessions(self, spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the sessions that the form speaks of, as they stand in the SPEC; others stay."""
        wanted = {"visits"} if self.kind.data == "visits" else set()
        wanted |= {"pitches"} if self.pitching.data and not wanted else set()
        wanted |= {"meetings"} if self.meeting.data and "visits" not in wanted else set()
        found = firsts(spec)
        every = [one for one in spec.get("sessions") or () if isinstance(one, dict)]
        every = [
            one
            for one in every
            if one.get("kind") in wanted or all(one is not each for each in found.values())
        ]
        for kind in sorted(wanted - found.keys(), key=("pitches", "meetings", "visits").index):
            found[kind] = {"kind": kind}
            every.append(found[kind])
        spec["sessions"] = every
        return {kind: one for kind, one in found.items() if kind in wanted}

    def _put_break(self, session: dict[str, Any] | None, name: str) -> None:
        if session is None:
            return
        since, until = ((self[f"{name}_{end}"].data or "").strip() for end in ("from", "to"))
        others = spans_of(session.get("breaks"))[1:]
        session["breaks"] = ([[since, until]] if since or until else []) + others
        if not session["breaks"]:
            del session["breaks"]

    def _put_theme(self, spec: dict[str, Any]) -> None:
        """Keep of the theme only what was chosen; what was typed for another choice stays on the page."""
        theme, chosen = spec.get("theme"), self.theme.data
        kept = {"chain": ("chain",), "text": ("text",), "records": ("needs", "achievements")}.get(
            chosen or "", ()
        )
        if isinstance(theme, dict):
            spec["theme"] = {name: value for name, value in theme.items() if name in kept}
            if not spec["theme"]:
                del spec["theme"]

    def order(self) -> tuple[str, ...]:
        """Return the goals, the weightiest first."""
        said = dict.fromkeys(one for one in (self.goals.data or "").split(",") if one in GOALS)
        return (*said, *(one for one in GOALS if one not in said))

    def raise_goal(self, goal: str, step: int) -> None:
        """Move a goal up or down by one."""
        order = list(self.order())
        if goal in order:
            place = order.index(goal)
            other = min(max(place + step, 0), len(order) - 1)
            order[place], order[other] = order[other], order[place]
        self.goals.data = ",".join(order)

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of availability as they were typed, or as the SPEC has them."""
        if self.is_sent:
            columns = [request.form.getlist(f"away_{name}")[:5000] for name in ROW]
            return [dict(zip(ROW, cells, strict=True)) for cells in zip(*columns, strict=False)]
        return [row for one in read(self.kept.data or "").get("availability") or () for row in rows_of(one)]

    def shown_rows(self) -> list[dict[str, str]]:
        """Return the rows to draw: those that say something, and some empty ones."""
        filled = [row for row in self.rows() if any(row.values())]
        return filled + [dict.fromkeys(ROW, "") for _ in range(_EMPTY_ROWS)]

    def offer(self) -> None:
        """Offer what can be chosen; what was chosen stays, though nothing has it."""
        self.theme.choices = [
            ("", gettext("全部需求和成果")),
            ("chain", gettext("一条产业链")),
            ("text", gettext("主题词")),
            ("records", gettext("指定的需求和成果")),
        ]
        self.chain.choices = [
            ("", gettext("请选择")),
            *((key, say(one.zh, one.en)) for key, one in OwnChains(store()).all().items()),
        ]
        self.min_level.choices = [
            ("", gettext("默认（%(level)s 级）", level=default_of("min_level"))),
            *((str(one), f"{one} {say(*LEVELS[one])}") for one in (4, 3, 2, 1)),
        ]
        for name in NUMBERS:
            # A SPEC says nothing of what is as it would be anyway; an empty field must not look forgotten.
            if name != "min_level" and (default := default_of(name)) is not None:
                self[name].render_kw = {**(self[name].render_kw or {}), "placeholder": default}
        for field in (self.chain, self.min_level):
            if field.data and field.data not in dict(field.choices):
                field.choices.append((field.data, field.data))

    @property
    def is_sent(self) -> bool:
        return bool(request.form) and "away_who" in request.form

    def more_sessions(self) -> int:
        """Return how many sessions there are that only the text shows."""
        spec = read(self.kept.data or "")
        return len(spec.get("sessions") or ()) - len(firsts(spec))

    def complain(self, problems: Mapping[str, str]) -> list[str]:
        """Say what is wrong under its field; return what belongs to none."""
        rest = []
        for name, said in problems.items():
            if name in self._fields:
                self[name].errors = [*self[name].errors, said]
            else:
                rest.append(said)
        return rest
