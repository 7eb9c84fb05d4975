"""Cases: what a broker does in a match that is followed up, by the rules of `matcher.stages`.

Whoever writes says which version of the case they saw. Where somebody was faster, nothing is written
and they are told what changed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from corpora.accounts import Accounts, User
from corpora.cases import Action, Case, Cases, Reminder, Stage
from corpora.errors import BadRequest, Conflict, UnknownRecord, shorten
from corpora.records import MAX_SHORT, MAX_TEXT, Achievement, Contact
from corpora.store import Store
from matcher.accounts import may
from matcher.stages import (
    INTRODUCED,
    ORDER,
    dates,
    label,
    moves,
    needs_agreement,
    needs_note,
    stage_before,
    tell,
    today,
)

#: Further ahead a day is more likely a slip of the pen.
_FURTHEST = timedelta(days=3660)


# What a broker does


def find_case(store: Store, case_id: int) -> Case:
    """Raises UnknownRecord."""
    # SQLite knows no larger number.
    found = Cases(store).case(case_id) if case_id < 2**63 else None
    if found is None:
        raise UnknownRecord(
            f"没有编号为 {case_id} 的对接；请从对接看板进入",
            f"there is no case {case_id}; go there from the board of cases",
        )
    return found


def open_case(store: Store, need_id: str, achievement_id: str, who: str, note: str = "") -> Case:
    """Return the case of this pair, opened now where there was none; a note is kept either way.

    Raises UnknownRecord where a record does not exist, BadRequest for a note that is too long.
    """
    note = _said(note)
    with store.transaction():
        known = Cases(store).of_pair(need_id, achievement_id)
        if known is not None:
            if note:
                Cases(store).change(known, who, Action.NOTED, note, {})
            return find_case(store, known.id)
        need, achievement = store.need(need_id), store.achievement(achievement_id)
        names = {
            "need": need.title,
            "enterprise": need.enterprise,
            "county": need.county,
            "achievement": achievement.title,
            "institution": achievement.institution,
        }
        return Cases(store).add(need_id, achievement_id, who, note, names)


def move(
    store: Store, case_id: int, to: Stage, version: int, who: str, note: str = "", agreed: bool = False
) -> Case:
    """Move a case to another stage; `note` is the reason where it is declined.

    Raises Conflict where it has changed since `version`, BadRequest for a move that the rules refuse: a
    way that there is not, no reason, or no agreement of both sides where they come to know each other.
    """
    note = _said(note)
    with store.transaction():
        case = _seen(store, case_id, version)
        if to not in moves(case.stage, stage_before(Cases(store).events(case.id))):
            raise BadRequest(
                f"不能从“{label(case.stage)[0]}”改为“{label(to)[0]}”；请从列出的阶段里选",
                f"a case cannot go from '{label(case.stage)[1]}' to '{label(to)[1]}'; choose one of those listed",
            )
        if needs_note(case.stage, to) and not note:
            zh, en = (
                ("未成的原因", "why it came to nothing")
                if to is Stage.DECLINED
                else ("为什么改回", "why it is taken back")
            )
            raise BadRequest(f"请写明{zh}，阶段还没有改", f"say {en}; the stage has not been changed")
        detail: dict[str, object] = {"from": case.stage, "to": to}
        if needs_agreement(case.stage, to):
            _check_agreement(store, case, agreed)
            detail["agreed"] = True
        reason = note if to is Stage.DECLINED else ""
        Cases(store).change(case, who, Action.MOVED, note, detail, stage=to, reason=reason)
    return find_case(store, case_id)


def add_note(store: Store, case_id: int, note: str, version: int, who: str) -> Case:
    """Raises Conflict, BadRequest for a note that is empty or too long."""
    note = _said(note)
    if not note:
        raise BadRequest("请先写下记录的内容", "write the note first")
    with store.transaction():
        Cases(store).change(_seen(store, case_id, version), who, Action.NOTED, note, {})
    return find_case(store, case_id)


def set_dates(
    store: Store, case_id: int, met_on: date | None, next_meeting: date | None, version: int, who: str
) -> Case:
    """Write down when both sides met and when they meet next; None: not known.

    Raises Conflict, BadRequest for a meeting that was in the future, or will be in the past.
    """
    with store.transaction():
        case = _seen(store, case_id, version)
        known = dates(Cases(store).events(case.id))
        if met_on and met_on > today():
            raise BadRequest(
                f"见面日期 {met_on} 还没有到；以后的见面请填“下次见面”",
                f"{met_on} is yet to come; put it under the next meeting",
            )
        if next_meeting and next_meeting != known[1]:
            _check_ahead(next_meeting)
        if (met_on, next_meeting) != known:
            detail = {"met_on": _iso(met_on), "next_meeting": _iso(next_meeting)}
            Cases(store).change(case, who, Action.DATED, "", detail)
    return find_case(store, case_id)


def set_reminder(store: Store, case_id: int, due: date, what: str, version: int, who: str) -> Case:
    """Raises Conflict, BadRequest for a day gone by, or nothing that is to be done."""
    what = _said(what, MAX_SHORT)
    if not what:
        raise BadRequest("请写明到时候要做什么", "say what is to be done by then")
    _check_ahead(due)
    with store.transaction():
        case = _seen(store, case_id, version)
        number = Cases(store).add_reminder(case.id, due.isoformat(), what, who)
        detail = {"reminder": number, "due": due.isoformat(), "what": what}
        Cases(store).change(case, who, Action.REMINDER_SET, "", detail)
    return find_case(store, case_id)


def finish_reminder(store: Store, case_id: int, reminder_id: int, version: int, who: str) -> Case:
    """Mark what was to be done as done; once more changes nothing. Raises Conflict, UnknownRecord."""
    with store.transaction():
        case = find_case(store, case_id)
        found = next((one for one in Cases(store).reminders(case_id) if one.id == reminder_id), None)
        if found is None:
            raise UnknownRecord(
                f"这个对接没有编号为 {reminder_id} 的提醒", f"the case has no reminder {reminder_id}"
            )
        if found.done_at is None:
            case = _seen(store, case_id, version)
            Cases(store).finish_reminder(found.id)
            Cases(store).change(case, who, Action.REMINDER_DONE, "", _told_of(found))
    return find_case(store, case_id)


def hand_over(store: Store, case_id: int, to_user: str, version: int, who: str, note: str = "") -> Case:
    """Give a case, and with it its reminders, to another broker. Raises Conflict, BadRequest."""
    note = _said(note)
    with store.transaction():
        case = _seen(store, case_id, version)
        if to_user == case.owner or to_user not in {user.name for user in brokers(store)}:
            raise BadRequest(
                f"不能移交给“{shorten(to_user)}”；请选另一位在用的技术经纪人",
                f"the case cannot be given to '{shorten(to_user)}'; choose another broker whose account is in use",
            )
        detail = {"from": case.owner, "to": to_user}
        Cases(store).change(case, who, Action.HANDED_OVER, note, detail, owner=to_user)
    return find_case(store, case_id)


def brokers(store: Store) -> list[User]:
    """Return who may look after cases."""
    return [user for user in Accounts(store).users() if not user.disabled and may(user, "work_cases")]


# What the sides may know


@dataclass(frozen=True)
class Milestone:
    """A stage that a need has come to with some achievement, and when: no names, no notes."""

    stage: Stage
    at: str


def events_for(store: Store, need_id: str) -> list[Milestone]:
    """Return the public part of a need's progress: the stages reached in cases that are not declined."""
    reached: dict[Stage, str] = {}
    for case in Cases(store).of_need(need_id):
        if case.stage is Stage.DECLINED:
            continue
        way = ORDER[: ORDER.index(case.stage) + 1]
        latest = {
            Stage(event.detail["to"]): event.at
            for event in Cases(store).events(case.id)
            if event.action in (Action.OPENED, Action.MOVED)
        }
        for stage, at in latest.items():
            if stage in way:
                reached[stage] = min(at, reached.get(stage, at))
    return [Milestone(stage, reached[stage]) for stage in ORDER if stage in reached]


def contact_for(store: Store, need_id: str) -> list[tuple[Achievement, Contact]]:
    """Return the achievements to whose people a need's owner was introduced, and how to reach them."""
    known = [case.achievement_id for case in Cases(store).of_need(need_id) if case.stage in INTRODUCED]
    return [(one, one.contact) for one in store.achievements(known)]


def _seen(store: Store, case_id: int, version: int) -> Case:
    """Return the case as it is, once it is known that it is as the writer saw it."""
    case = find_case(store, case_id)
    if case.version == version:
        return case
    # Each event is one version, so those after the writer's are what they have not seen.
    news = Cases(store).events(case_id)[max(version, 0) :][-3:]
    told = [(event.who, *tell(event)) for event in news]
    zh = "；".join(f"{who} {said}" for who, said, _ in told) or "请看现在的内容"
    en = "; ".join(f"{who} {said}" for who, _, said in told) or "look at it as it is now"
    raise Conflict(
        f"您打开之后这个对接改过了（{zh}）。您这次填的还没有保存，都留在下面；核对后可再提交",
        f"the case changed after you opened it ({en}). What you entered is not saved but still below; "
        "check it and send it again",
    )


def _check_agreement(store: Store, case: Case, agreed: bool) -> None:
    names = Cases(store).names(case.id)[case.id]
    if names.need_is_gone or names.achievement_is_gone:
        raise BadRequest(
            "需求或成果已经删除，联系方式也没有了，不能再引荐；可以改为“未成”",
            "the need or the achievement was deleted with its contact, so nobody can be introduced; decline the case",
        )
    if not agreed:
        raise BadRequest(
            "引荐之后双方就能看到对方的联系方式；请先问过双方，再勾选“双方都已同意”",
            "once introduced, both sides see each other's contact; ask both, then tick that they agreed",
        )


def _check_ahead(day: date) -> None:
    if not today() <= day <= today() + _FURTHEST:
        raise BadRequest(
            f"日期 {day} 不行；请填今天到十年之内的一天",
            f"{day} will not do; give a day from today to ten years ahead",
        )


def _said(text: str, limit: int = MAX_TEXT) -> str:
    """Return what somebody typed without what is no text. Raises BadRequest where it is too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(
        one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs")
    ).strip()
    if len(text) > limit:
        raise BadRequest(
            f"文字有 {len(text)} 个字符，上限 {limit}（“{shorten(text)}”）；请缩短，或分成几条",
            f"the text has {len(text)} characters, at most {limit} ('{shorten(text)}'); shorten or split it",
        )
    return text


def _told_of(reminder: Reminder) -> dict[str, object]:
    return {"reminder": reminder.id, "due": reminder.due, "what": reminder.what}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
