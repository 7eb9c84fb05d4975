"""Answers that nobody follows up: supply shown to the county that asks, and the roadshow that brings most together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pydantic import TypeAdapter, ValidationError

from corpora.errors import shorten
from matcher.chainmap.advising.demands import HALF, Demand, chance, quoted
from matcher.chainmap.advising.surroundings import Surroundings, counted
from matcher.chainmap.integration import Action, ActionKind, Answer, Placed
from matcher.roadshow.spec import Id
from matcher.roadshow.specs.reading import as_yaml
from matcher.roadshow.year.events import event_spec
from matcher.roadshow.year.programme import MOST, fridays
from matcher.roadshow.year.prospects import LEAST, LEVEL

#: Counties of a chain that are shown something, and needs of one.
_COUNTIES, _NEEDS = 3, 30
#: Level of an answer that, where it is half as probable as an adequate one, is worth a talk at a table.
_ALMOST = 2
_PITCHES = 8
#: So long it takes to invite.
_AHEAD = timedelta(weeks=4)
_WRITTEN = TypeAdapter(Id)
#: Nearly every id is like this: there is no need to ask pydantic.
_PLAIN = re.compile(r"[A-Za-z0-9-]{1,200}")


def showings(demand: Demand) -> Iterator[Action]:
    """Yield by county which achievements to show it: those that answer its needs and nobody follows up."""
    by_county: dict[str, list[Placed]] = defaultdict(list)
    for one in demand.waiting:
        if one.county:
            by_county[one.county].append(one)
    found = [_showing(demand, county, needs) for county, needs in by_county.items()]
    yield from sorted(found, key=lambda one: (-one.weight, one.counties))[:_COUNTIES]


def _showing(demand: Demand, county: str, waiting: Sequence[Placed]) -> Action:
    needs = sorted(waiting, key=lambda one: -chance(demand.found[one.id][0][0]))[:_NEEDS]
    supply = list({one.id: one for need in needs for _, one in demand.found[need.id]}.values())
    zh, en = quoted(supply)
    return Action(
        chain=demand.chain.id,
        kind=ActionKind.SHOW_SUPPLY,
        weight=round(sum(chance(demand.found[one.id][0][0]) for one in needs), 2),
        zh=f"向{county}推介 {len(supply)} 项成果（{zh}）：能答该县区 {len(needs)} 条还没人牵线的需求",
        en=f"show {counted(len(supply), 'achievement')} ({en}) to {county}: they answer "
        f"{counted(len(needs), 'need')} of it that nobody follows up",
        nodes=tuple(dict.fromkeys(one.node for one in needs)),
        needs=tuple(one.id for one in needs),
        achievements=tuple(one.id for one in supply),
        institutions=tuple(dict.fromkeys(shorten(one.owner, 200) for one in supply if one.owner)),
        counties=(county,),
    )


def roadshows(demand: Demand, around: Surroundings, adequate: float, day: date) -> Iterator[Action]:
    """Yield the roadshow that would bring most needs of the chain to a table, where it fills one.

    At its tables are needs with adequate answers that nobody follows up, and unmet ones with answers of
    level 2 that are at least half as probable as an adequate one. It names its needs and achievements, so
    that the SPEC means the same when other records have come in.
    """
    guests: dict[str, list[Placed]] = defaultdict(list)
    pairs: dict[str, list[tuple[Answer, Placed]]] = {}
    for need in (*demand.waiting, *demand.unmet):
        talks = [pair for pair in _talks(demand, need, adequate) if _can_be_written(pair[1].id)]
        if talks and _can_be_written(need.id) and (firm := around.named(need.owner)):
            guests[firm].append(need)
            pairs[need.id] = talks
    value = {firm: sum(chance(pairs[one.id][0][0]) for one in needs) for firm, needs in guests.items()}
    invited = sorted(guests, key=lambda firm: (-round(value[firm], 6), firm))[:MOST]
    if len(invited) >= LEAST:
        yield _roadshow(demand, [one for firm in invited for one in guests[firm]], pairs, len(invited), day)


def _talks(demand: Demand, need: Placed, adequate: float) -> list[tuple[Answer, Placed]]:
    if need.met:
        return demand.found[need.id]
    return [
        pair
        for pair in demand.hints[need.id]
        if not pair[0].judged and pair[0].level >= _ALMOST and pair[0].probability >= HALF * adequate
    ]


def _can_be_written(key: str) -> bool:
    """Return whether a SPEC can name a record: an id may be longer than it takes, or hold the end of a line."""
    if _PLAIN.fullmatch(key):
        return True
    try:
        return _WRITTEN.validate_python(key) == key.strip() == key
    except ValidationError:
        return False


def _roadshow(
    demand: Demand,
    needs: Sequence[Placed],
    pairs: dict[str, list[tuple[Answer, Placed]]],
    firms: int,
    day: date,
) -> Action:
    chain = demand.chain
    supply = {one.id: one for need in needs for _, one in pairs[need.id]}
    almost = sum(not one.met for one in needs)
    ready = len(needs) - almost
    levels = [answer.level for need in needs for answer, _ in pairs[need.id] if not answer.judged]
    spec = event_spec(
        shorten(f"{chain.zh}供需对接专场", 100),
        day,
        theme={"needs": [one.id for one in needs], "achievements": sorted(supply)},
        meetings=sum(len(pairs[one.id]) for one in needs),
        least=min([LEVEL, *levels]),
        pitches=min(_PITCHES, len(supply)),
    )
    both_zh = [f"{ready} 条已有够用成果、还没人牵线的需求"] * bool(ready) + [
        f"{almost} 条差一点的需求"
    ] * bool(almost)
    both_en = [f"{counted(ready, 'need')} with adequate answers that nobody follows up"] * bool(ready) + [
        f"{counted(almost, 'need')} close to having one"
    ] * bool(almost)
    return Action(
        chain=chain.id,
        kind=ActionKind.ROADSHOW,
        weight=round(sum(chance(pairs[one.id][0][0]) for one in needs), 2),
        zh=f"办一场{chain.zh}对接路演：请 {firms} 家企业和 {len(supply)} 项成果，让 {'、'.join(both_zh)}当面谈；"
        f"日期暂定 {day.isoformat()}，未避节假日",
        en=f"hold a roadshow of {chain.en}: {counted(firms, 'firm')} and {counted(len(supply), 'achievement')}, for "
        f"{' and '.join(both_en)}; the day, {day.isoformat()}, is a proposal and may be a holiday",
        nodes=tuple(dict.fromkeys(one.node for one in needs)),
        needs=tuple(one.id for one in needs),
        achievements=tuple(sorted(supply)),
        institutions=tuple(sorted({shorten(one.owner, 200) for one in supply.values() if one.owner})),
        counties=tuple(sorted({one.county for one in needs if one.county})),
        spec=as_yaml(spec),
    )


def roadshow_day(today: date, number: int) -> date:
    """Return the Friday of the event with that number (from 0): a month ahead, a week for each."""
    return fridays(today + _AHEAD, 52)[number % 52]
