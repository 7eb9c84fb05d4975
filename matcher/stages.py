"""Stages: where a case may go, what a move takes, and what its timeline tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from corpora.cases import Action, Event, Stage
from corpora.vocabulary import vocabulary

#: The way of a case that goes well.
ORDER = (Stage.PROPOSED, Stage.INTRODUCED, Stage.MET, Stage.NEGOTIATING, Stage.SIGNED)
OPEN = ORDER[:-1]
#: Stages in which both sides know each other.
INTRODUCED = ORDER[1:]

_ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Return the day in Beijing, by which days are counted and reminders fall due."""
    return datetime.now(_ZONE).date()


def day_of(stamp: str) -> date:
    """Return the day in Beijing of a time of the store."""
    return datetime.fromisoformat(stamp).astimezone(_ZONE).date()


def moves(stage: Stage, before: Stage) -> list[Stage]:
    """Return where a case may go, the likeliest first; `before` is where a declined one came from."""
    if stage is Stage.DECLINED:
        return [before]
    place = ORDER.index(stage)
    back = [ORDER[place - 1]] if place else []
    declined = [Stage.DECLINED] if stage in OPEN else []
    return [*ORDER[place + 1 :], *back, *declined]


def needs_agreement(stage: Stage, to: Stage) -> bool:
    """Whether both sides must have agreed to be named to each other before the move."""
    return stage is Stage.PROPOSED and to in INTRODUCED


def needs_note(stage: Stage, to: Stage) -> bool:
    """Whether the move must be explained: a case that is declined, or a contract taken back."""
    return to is Stage.DECLINED or stage is Stage.SIGNED


def stage_before(events: Sequence[Event]) -> Stage:
    """Return the stage in which a case was before it was declined, by its timeline."""
    for event in reversed(events):
        if event.action is Action.MOVED and event.detail.get("to") == Stage.DECLINED:
            return Stage(event.detail["from"])
    return Stage.PROPOSED


def dates(events: Sequence[Event]) -> tuple[date | None, date | None]:
    """Return when both sides met and when they meet next, as the timeline has it."""
    for event in reversed(events):
        if event.action is Action.DATED:
            met_on, next_meeting = (event.detail.get(name) for name in ("met_on", "next_meeting"))
            return _date(met_on), _date(next_meeting)
    return None, None


def tell(event: Event) -> tuple[str, str]:
    """Return what happened, Chinese and English, but for its note."""
    detail = event.detail
    match event.action:
        case Action.OPENED:
            return "开始对接", "opened the case"
        case Action.MOVED:
            (old_zh, old_en), (zh, en) = label(Stage(detail["from"])), label(Stage(detail["to"]))
            agreed = (
                ("，双方已同意互换联系方式", ", both sides agreed to it")
                if detail.get("agreed")
                else ("", "")
            )
            return f"阶段由“{old_zh}”改为“{zh}”{agreed[0]}", f"moved it from '{old_en}' to '{en}'{agreed[1]}"
        case Action.NOTED:
            return "写了一条记录", "wrote a note"
        case Action.DATED:
            met_on, later = detail.get("met_on"), detail.get("next_meeting")
            return (
                f"见面日期 {met_on or '未定'}，下次见面 {later or '未定'}",
                f"set the dates: met on {met_on or 'no day yet'}, next meeting {later or 'no day yet'}",
            )
        case Action.REMINDER_SET:
            return (
                f"设了提醒 {detail['due']}：{detail['what']}",
                f"set a reminder for {detail['due']}: {detail['what']}",
            )
        case Action.REMINDER_DONE:
            return (
                f"完成了 {detail['due']} 的提醒：{detail['what']}",
                f"did what was due {detail['due']}: {detail['what']}",
            )
        case Action.HANDED_OVER:
            return (
                f"由 {detail['from']} 移交给 {detail['to']}",
                f"gave it from {detail['from']} to {detail['to']}",
            )


def label(stage: Stage) -> tuple[str, str]:
    """Return what a stage is called, Chinese and English."""
    return vocabulary().label("case_stages", stage)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
