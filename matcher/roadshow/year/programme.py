"""A programme of the year (常态化路演): the next themed events, chosen so that most needs are served.

An event serves a need where an achievement of its chain answers it at level 3 or more. A need counts
the best team that it gets to meet in full, the second and the third less: so what an event adds can
only shrink as others are chosen, and to choose what adds most, one after the other, reaches at least
1 − 1/e of what any choice of as many events could (Nemhauser, Wolsey and Fisher 1978).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from corpora.errors import BadRequest
from matcher.fits import Beat
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import as_yaml
from matcher.roadshow.year.events import event_spec
from matcher.roadshow.year.prospects import LEAST, LEVEL, Prospect, Prospects, Teams
from matcher.service import Service

#: Enterprises of one event and events of one programme, at most.
MOST, MOST_EVENTS = 60, 48
#: An event that adds less than a need fully answered is not worth a day.
_WORTH_A_DAY = 1.0
#: Within so much of the greatest gain, an event in fewer counties is preferred: the ways are shorter.
_AS_GOOD = 0.98
_FRIDAY = 4
_WEEKS = 52


@dataclass(frozen=True)
class Proposal:
    """One event of a programme, with a SPEC that can be planned as it is."""

    spec: Spec
    chain: str
    counties: tuple[str, ...]
    #: Needs that it can serve; of these, the ones that no earlier event of the programme serves.
    need_ids: tuple[str, ...]
    new_need_ids: tuple[str, ...]
    enterprises: int
    teams: int
    zh: str
    en: str

    @property
    def yaml(self) -> str:
        return as_yaml(self.spec)

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.spec.title,
            "date": self.spec.date.isoformat(),
            "chain": self.chain,
            "counties": list(self.counties),
            "need_ids": list(self.need_ids),
            "new_need_ids": list(self.new_need_ids),
            "enterprises": self.enterprises,
            "teams": self.teams,
            "zh": self.zh,
            "en": self.en,
            "spec": self.spec.as_json(),
        }


@dataclass(frozen=True)
class Unserved:
    """Needs that no event of the programme serves, and why."""

    kind: str
    need_ids: tuple[str, ...]
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "need_ids": list(self.need_ids), "zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Programme:
    """Events in order of date, how many public needs there are, and which of them stay unserved."""

    proposals: tuple[Proposal, ...]
    needs: int
    unserved: tuple[Unserved, ...]
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def served(self) -> int:
        return len({need for one in self.proposals for need in one.need_ids})

    def as_json(self) -> dict[str, Any]:
        return {
            "proposals": [one.as_json() for one in self.proposals],
            "needs": self.needs,
            "served": self.served,
            "unserved": [one.as_json() for one in self.unserved],
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
        }


def propose(
    service: Service,
    count: int = 12,
    start: date | None = None,
    *,
    most: int = MOST,
    progress: Beat | None = None,
) -> Programme:
    """Return up to `count` events in the twelve months from `start` (default: the next month's first day).

    An event invites at most `most` enterprises. Where the store cannot fill so many events, there are
    fewer. Raises BadRequest for numbers out of range.
    """
    check_numbers(count, most)
    prospects = Prospects(service, progress)
    seen: dict[str, dict[str, float]] = defaultdict(dict)
    picked: list[tuple[Prospect, list[str]]] = []
    while len(picked) < count and (one := _best(prospects.all, seen, most)):
        new = [need for need in one.needs() if need not in seen]
        picked.append((replace(one), new))
        for need in one.needs():
            seen[need].update(one.answers[need])
    days = fridays(start or _next_month(date.today()), len(picked))
    proposals = [
        _proposal(one, new, day, most, 1 + sum(other.chain is one.chain for other, _ in picked[:number]))
        for number, ((one, new), day) in enumerate(zip(picked, days, strict=True))
    ]
    unserved = _unserved(prospects, seen, _best(prospects.all, seen, most) is not None)
    return Programme(
        tuple(proposals), len(prospects.need_ids), tuple(unserved), tuple(_notes(count, len(picked)))
    )


def check_numbers(count: int, most: int) -> None:
    """Raises BadRequest for numbers of events, or of enterprises of one, that are out of range."""
    for zh, en, value, least, greatest in (
        ("场数", "the number of events", count, 1, MOST_EVENTS),
        ("每场的企业数", "the number of enterprises of an event", most, LEAST, 1000),
    ):
        if not least <= value <= greatest:
            raise BadRequest(
                f"{zh}应是 {least}–{greatest}，现为 {value}",
                f"{en} must be {least} to {greatest}, not {value}",
            )


def _best(prospects: Sequence[Prospect], seen: Mapping[str, Teams], most: int) -> Prospect | None:
    """Return what adds most, of what adds nearly as much the one in a county alone; None where nothing adds enough."""
    gains = [one.gain(seen, most) for one in prospects]
    top = max(gains, default=0.0)
    if top < _WORTH_A_DAY:
        return None
    good = [(one, gain) for one, gain in zip(prospects, gains, strict=True) if gain >= _AS_GOOD * top]
    return max(good, key=lambda pair: (bool(pair[0].county), pair[1]))[0]


def _unserved(prospects: Prospects, seen: Collection[str], more: bool) -> Iterator[Unserved]:
    """Yield the needs that were not served, by reason; `more` says that further events would serve more."""
    groups: dict[str, list[str]] = defaultdict(list)
    for need in prospects.need_ids:
        if need not in seen:
            groups[prospects.reason(need) or ("full" if more else "few")].append(need)
    for reason, ids in groups.items():
        yield Unserved(reason, tuple(ids), *_REASONS[reason])


_REASONS = {
    "nameless": ("没写企业名称，请不到人", "names no enterprise, so nobody can be invited"),
    "no_match": (
        f"还没有 {LEVEL} 级以上的成果；请向高校征集",
        f"no achievement answers it at level {LEVEL} or more; ask universities for some",
    ),
    "no_chain": (
        "能回应的成果不在同一条产业链上；可单独牵线",
        "what answers it is of another chain; introduce the two by themselves",
    ),
    "few": (
        f"同链有成果回应的企业不足 {LEAST} 家，办不成专场；可单独牵线",
        f"fewer than {LEAST} enterprises of its chain have a match, too few for an event; introduce them by themselves",
    ),
    "full": (
        "场次或每场家数已用完；多办几场就能顾到",
        "events or places are used up; more events would serve it",
    ),
}


def _proposal(one: Prospect, new: Sequence[str], day: date, most: int, number: int) -> Proposal:
    """Return the event with its SPEC; `number` counts the events of its chain."""
    needs = one.needs()
    # Who asks for nothing that is new comes, if they like, but need not.
    must = [each.id for each in one.chosen if set(each.need_ids) & set(new)]
    teams = {team for need in needs for team in one.answers[need]}
    meetings = len(
        {
            (each.id, team)
            for each in one.chosen
            for need in each.need_ids
            for team in one.answers.get(need, ())
        }
    )
    place_, where = f"{one.county} " if one.county else "", f"in {one.county}, " if one.county else ""
    title = f"{place_}{one.chain.zh}专场{f'（{number}）' if number > 1 else ''}"
    counties = sorted({each.county for each in one.chosen if each.county})
    spec = _spec(title, day, one, must, most, meetings)
    again = len(needs) - len(new)
    again_zh = f"；其中 {again} 条前面的场次已顾到" if again else ""
    again_en = f"; {again} of the needs are in an earlier event too" if again else ""
    return Proposal(
        spec=spec,
        chain=one.chain.id,
        counties=tuple(counties),
        need_ids=tuple(needs),
        new_need_ids=tuple(new),
        enterprises=len(one.chosen),
        teams=len(teams),
        zh=f"{one.chain.zh}：{len(one.chosen)} 家企业的 {len(needs)} 条需求有 {LEVEL} 级以上的成果，来自 {len(teams)} 个团队、"
        f"{len(counties)} 个县区{again_zh}",
        en=f"{one.chain.en}, {where}{len(needs)} needs of {len(one.chosen)} enterprises in {len(counties)} counties have "
        f"achievements of level {LEVEL} or more, of {len(teams)} teams{again_en}",
    )


def _spec(title: str, day: date, one: Prospect, must: Sequence[str], most: int, meetings: int) -> Spec:
    enterprises: dict[str, Any] = {"must": list(must), "counties": [one.county] if one.county else []}
    if len(one.enterprises) > most:
        enterprises["max"] = most
    return event_spec(
        title, day, theme={"chain": one.chain.id}, meetings=meetings, least=LEVEL, enterprises=enterprises
    )


def fridays(start: date, count: int) -> list[date]:
    """Return up to 52 Fridays, spread over the year from `start` on; holidays are not known here."""
    first = start + timedelta(days=(_FRIDAY - start.weekday()) % 7)
    # In the middle of each part of the year, so that of twelve each falls in a month of its own.
    return [first + timedelta(weeks=(2 * number + 1) * _WEEKS // (2 * count)) for number in range(count)]


def _next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _notes(wanted: int, there: int) -> Iterator[tuple[str, str]]:
    if there < wanted:
        yield (
            f"要 {wanted} 场，现有需求和成果只撑得起 {there} 场",
            f"{wanted} events are wanted; the needs and achievements that there are fill {there}",
        )
    if there:
        yield (
            "日期都是星期五，没有避开节假日和调休；定之前请对照当年的放假安排",
            "all days are Fridays; public holidays are not known here: check them before a day is fixed",
        )
