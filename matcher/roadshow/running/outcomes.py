"""Outcomes: what came of each meeting, and what follows from it: a judgement of the pair, and a case.

A result says what the two sides made of each other face to face, so it counts as a level for the ranker
to learn from. Who met without interest was still near enough to be put at one table: that is weak (2), not
none (1), for what kept them apart is often price or time, not the matter. To keep in touch is fairly strong
(3); to visit, to try a sample, to negotiate and to sign are strong (4).

A case is opened from "keep in touch" on and goes as far as the result says, by the rules of its stages; it
is never stepped back, and never declined here: that is its broker's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpora.cases import Case, Cases, Stage
from corpora.database import now
from corpora.errors import BadRequest, shorten
from corpora.records import Judgement
from corpora.roadshows import Outcome, Result, Roadshow, Roadshows, State
from corpora.store import Store
from corpora.vocabulary import vocabulary
from matcher import cases
from matcher.roadshow.plan import Meeting
from matcher.roadshow.running.editing import find_meeting
from matcher.roadshow.running.looking import find_roadshow, published_of
from matcher.stages import ORDER, needs_agreement, today

#: The level of a pair, by what came of its meeting.
LEVELS = {
    Result.NO_INTEREST: 2,
    Result.KEEP_IN_TOUCH: 3,
    Result.VISIT_PLANNED: 4,
    Result.SAMPLE_OR_TEST: 4,
    Result.NEGOTIATING: 4,
    Result.SIGNED: 4,
}
#: How far a result takes a case; without interest there is none to take on.
STAGES = {
    Result.KEEP_IN_TOUCH: Stage.MET,
    Result.VISIT_PLANNED: Stage.MET,
    Result.SAMPLE_OR_TEST: Stage.NEGOTIATING,
    Result.NEGOTIATING: Stage.NEGOTIATING,
    Result.SIGNED: Stage.SIGNED,
}
MOST_NOTE = 1000
#: By what a judgement is known as one that came of an outcome.
_OURS = "路演洽谈结果"


@dataclass(frozen=True)
class Recorded:
    """An outcome as it is kept, and what followed: None where there is no judgement or no case.

    The words tell what did not follow, and why; empty where all did.
    """

    outcome: Outcome
    level: int | None
    case: Case | None
    zh: str
    en: str


def label(result: Result) -> tuple[str, str]:
    """Return what a result is called, Chinese and English."""
    return vocabulary().label("meeting_outcomes", result)


def outcomes_of(store: Store, roadshow: Roadshow) -> list[tuple[Meeting, Outcome | None]]:
    """Return the published meetings in their order, with what came of each as far as it was entered."""
    plan = published_of(roadshow)
    known = {_who(one): one for one in Roadshows(store).outcomes(roadshow.id)}
    return [(one, known.get(_who(one))) for one in plan.meetings] if plan else []


def record(
    store: Store, roadshow_id: int, key: str, result: Result, note: str, who: str, agreed: bool = False
) -> Recorded:
    """Enter what came of a published meeting (by its key); once more corrects what was entered before.

    `agreed`: both sides agreed to see each other's contact, without which a case stays proposed. Outcome,
    judgement and case are kept in one transaction. Raises UnknownRecord, BadRequest.
    """
    note = _said(note)
    with store.transaction():
        roadshow = find_roadshow(store, roadshow_id)
        meeting = _meeting(roadshow, key)
        before = _known(store, roadshow_id, meeting)
        outcome = Outcome(
            roadshow_id, meeting.enterprise_id, meeting.team_id, meeting.start, meeting.need_id,
            meeting.achievement_id, result, note, who, now(),
        )  # fmt: skip
        is_news = before is None or (before.result, before.note) != (result, note)
        if before is not None and not is_news:
            outcome = before
        Roadshows(store).put_outcome(outcome)
        if roadshow.state is State.PUBLISHED and date.fromisoformat(roadshow.date) <= today():
            Roadshows(store).change(roadshow_id, state=State.HELD)
        return _follow(store, roadshow, outcome, before, is_news, who, agreed)


def withdraw(store: Store, roadshow_id: int, key: str, who: str) -> None:
    """Take an outcome back, with the judgement that came of it; its case stays, with a note.

    Raises UnknownRecord where there is no such meeting, BadRequest where nothing was entered.
    """
    with store.transaction():
        roadshow = find_roadshow(store, roadshow_id)
        before = _known(store, roadshow_id, _meeting(roadshow, key))
        if before is None:
            raise BadRequest("这场洽谈还没有填结果", "nothing was entered for this meeting yet")
        Roadshows(store).remove_outcome(roadshow_id, before.enterprise_id, before.team_id, before.start)
        _unjudge(store, before)
        case = Cases(store).of_pair(before.need_id, before.achievement_id)
        if case is not None:
            zh, en = label(before.result)
            said = f"撤回了路演洽谈结果“{zh}” / took the roadshow's outcome '{en}' back"
            cases.add_note(store, case.id, said, case.version, who)


# What follows


def _follow(
    store: Store,
    roadshow: Roadshow,
    outcome: Outcome,
    before: Outcome | None,
    is_news: bool,
    who: str,
    agreed: bool,
) -> Recorded:
    """Judge the pair, and open its case or take it on."""
    if not outcome.need_id or not outcome.achievement_id:
        zh, en = "这场洽谈没有对应的需求和成果", "the meeting names no need and achievement"
        return Recorded(outcome, None, None, f"{zh}，只记了结果", f"{en}; only its outcome was kept")
    known = [*store.needs([outcome.need_id]), *store.achievements([outcome.achievement_id])]
    if len(known) < 2:
        zh, en = "需求或成果已经删除", "the need or the achievement was deleted"
        return Recorded(outcome, None, None, f"{zh}，只记了结果", f"{en}; only the outcome was kept")
    level = LEVELS[outcome.result]
    if is_news:
        if before is not None:
            _unjudge(store, before)
        given = Judgement(
            need_id=outcome.need_id,
            achievement_id=outcome.achievement_id,
            level=level,
            note=_reason(roadshow, outcome),
        )
        store.judge([given], outcome.by)
    case, told = _take_on(store, roadshow, outcome, before, is_news, who, agreed)
    return Recorded(outcome, level, case, *told)


def _take_on(
    store: Store,
    roadshow: Roadshow,
    outcome: Outcome,
    before: Outcome | None,
    is_news: bool,
    who: str,
    agreed: bool,
) -> tuple[Case | None, tuple[str, str]]:
    """Return the case of the pair after the outcome, and in words where it did not go as far as it says."""
    kept = Cases(store)
    case = kept.of_pair(outcome.need_id, outcome.achievement_id)
    goal = STAGES.get(outcome.result)
    if case is None and goal is None:
        return None, ("", "")
    note = _reason(roadshow, outcome)
    if outcome.note:
        note = f"{note}\n{outcome.note}"
    if before is not None and is_news and before.result is not outcome.result:
        (old_zh, old_en), (zh, en) = label(before.result), label(outcome.result)
        note = f"{note}（更正：原填“{old_zh}”，改为“{zh}” / corrected from '{old_en}' to '{en}'）"
    if case is None:
        case = cases.open_case(store, outcome.need_id, outcome.achievement_id, who)
    if is_news:
        case = cases.add_note(store, case.id, note, case.version, who)
    if goal is None or case.stage is Stage.SIGNED:
        return case, ("", "")
    if case.stage is Stage.DECLINED:
        return case, (
            "这对以前的对接是“未成”；如要重新跟进，请在对接里重开",
            "the case of this pair was declined before; reopen it there to follow it up again",
        )
    if ORDER.index(case.stage) >= ORDER.index(goal):
        return case, ("", "")
    if needs_agreement(case.stage, goal) and not agreed:
        return case, (
            "对接停在“已推荐”：双方同意互换联系方式后，在对接里继续",
            "the case stays proposed: go on there once both sides agreed to exchange their contacts",
        )
    return cases.move(store, case.id, goal, case.version, who, agreed=agreed), ("", "")


def _unjudge(store: Store, outcome: Outcome) -> None:
    """Take back the judgement that came of an outcome, unless its author has said something else since."""
    said = store.judgements(need_id=outcome.need_id, achievement_id=outcome.achievement_id)
    for one in said if outcome.need_id and outcome.achievement_id else ():
        is_ours = one.note.startswith(_OURS) and one.level == LEVELS[outcome.result]
        if one.author == outcome.by and is_ours:
            store.unjudge(outcome.need_id, outcome.achievement_id, outcome.by)


def _reason(roadshow: Roadshow, outcome: Outcome) -> str:
    """Return what a judgement or a case says of where it comes from."""
    zh, en = label(outcome.result)
    return f"{_OURS}：{zh}（{roadshow.title or roadshow.date}） / outcome of a roadshow meeting: {en}"


# Looking up


def _meeting(roadshow: Roadshow, key: str) -> Meeting:
    plan = published_of(roadshow)
    if plan is None or roadshow.state is State.CANCELLED:
        raise BadRequest(
            "路演没有发布，或已取消，没有洽谈结果可填",
            "the roadshow was not published, or was cancelled: no meeting can have had an outcome",
        )
    return find_meeting(plan, key)


def _known(store: Store, roadshow_id: int, meeting: Meeting) -> Outcome | None:
    return next((one for one in Roadshows(store).outcomes(roadshow_id) if _who(one) == _who(meeting)), None)


def _who(one: Meeting | Outcome) -> tuple[str, str, int]:
    return one.enterprise_id, one.team_id, one.start


def _said(note: str) -> str:
    """Return what somebody typed without what is no text. Raises BadRequest where it is too long."""
    note = "".join(one if one.isprintable() or one == "\n" else " " for one in note).strip()
    if len(note) > MOST_NOTE:
        raise BadRequest(
            f"备注有 {len(note)} 个字符，上限 {MOST_NOTE}（“{shorten(note)}”）；请缩短",
            f"the note has {len(note)} characters, at most {MOST_NOTE} ('{shorten(note)}'); shorten it",
        )
    return note
