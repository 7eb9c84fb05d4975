"""Shortlists: matches as a person works through them, each with its evidence laid out, what people said
of the pair, and the case that follows it up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpora.cases import Case, Cases
from corpora.errors import BadRequest, shorten
from corpora.records import Achievement, Judgement, Need
from corpora.store import Store
from matcher.explain import Answer
from matcher.highlighting import Piece, highlight
from matcher.matches import LEVELS, Match

#: Achievements that are compared at once; more columns nobody reads.
MOST_COMPARED = 4
MAX_NOTE = 500


@dataclass(frozen=True)
class Line:
    """One thing asked beside what answers it, cut where they share words; no quote where nothing does."""

    answer: Answer
    asked: list[Piece]
    quote: list[Piece]

    @property
    def is_shown(self) -> bool:
        """True for what is laid out side by side: all that is answered, and every indicator."""
        return bool(self.quote) or self.answer.is_indicator


@dataclass(frozen=True)
class Verdicts:
    """What people said of one pair: the asker's own, and the others'."""

    need_id: str
    achievement_id: str
    mine: Judgement | None = None
    others: list[Judgement] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """A match with its evidence, its verdicts, and its case if there is one."""

    match: Match
    lines: list[Line]
    verdicts: Verdicts
    case: Case | None = None


def candidates(
    store: Store, of: Need | Achievement, matches: Sequence[Match], author: str
) -> list[Candidate]:
    """Return the matches of one record with all that hangs on them; `author` is who asks."""
    if isinstance(of, Need):
        judged, followed = store.judgements(need_id=of.id), Cases(store).of_need(of.id)
    else:
        judged, followed = store.judgements(achievement_id=of.id), Cases(store).of_achievement(of.id)
    said: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for judgement in judged:
        said[judgement.need_id, judgement.achievement_id].append(judgement)
    cases = {(case.need_id, case.achievement_id): case for case in followed}
    found = []
    for match in matches:
        pair = match.need.id, match.achievement.id
        lines = [_line(answer) for answer in match.evidence]
        found.append(Candidate(match, lines, _verdicts(*pair, said[pair], author), cases.get(pair)))
    return found


def verdicts_of(store: Store, need_id: str, achievement_id: str, author: str) -> Verdicts:
    """Return what people said of one pair; `author` is who asks."""
    said = list(store.judgements(need_id=need_id, achievement_id=achievement_id))
    return _verdicts(need_id, achievement_id, said, author)


def give_verdict(
    store: Store, need_id: str, achievement_id: str, level: int, author: str, note: str | None = None
) -> Judgement | None:
    """Write down somebody's level for a pair; return the one whose place it takes.

    Without a note, the earlier one stays. Raises UnknownRecord, BadRequest for what is no level, or a
    note that is too long.
    """
    store.need(need_id)
    store.achievement(achievement_id)
    before = verdicts_of(store, need_id, achievement_id, author).mine
    kept = before.note if note is None and before else _checked(note or "")
    if level not in LEVELS:
        raise BadRequest(
            f"关联度应为 1–4，现为“{level}”；请用 1–4 的按钮",
            f"a level is 1 to 4, not '{level}'; use the buttons 1–4",
        )
    given = Judgement(need_id=need_id, achievement_id=achievement_id, level=level, author=author, note=kept)
    store.judge([given], author)
    return before


def undo_verdict(
    store: Store, need_id: str, achievement_id: str, level: int, author: str, note: str | None = None
) -> None:
    """Give back the level that somebody's pair had before; 0: it had none."""
    if level:
        give_verdict(store, need_id, achievement_id, level, author, note)
    else:
        store.unjudge(need_id, achievement_id, author)


def _checked(note: str) -> str:
    said = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in note).strip()
    if len(said) > MAX_NOTE:
        raise BadRequest(
            f"备注有 {len(said)} 个字符，上限 {MAX_NOTE}（“{shorten(said)}”）；请缩短",
            f"the note has {len(said)} characters, at most {MAX_NOTE} ('{shorten(said)}'); shorten it",
        )
    return said


def _verdicts(need_id: str, achievement_id: str, said: Sequence[Judgement], author: str) -> Verdicts:
    mine = next((one for one in said if one.author == author), None)
    return Verdicts(need_id, achievement_id, mine, [one for one in said if one.author != author])


def _line(answer: Answer) -> Line:
    if not answer.answered:
        return Line(answer, [Piece(answer.asked, False)], [])
    return Line(answer, *highlight(answer.asked, answer.quote))
