"""Places on stage: when pitches can be, who is there, and in what order a choice of them is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.roadshow.clock import away, is_there, starts
from matcher.roadshow.event import Event, Offer
from matcher.roadshow.plan import AgendaItem
from matcher.roadshow.spec import Spec

#: What it costs to leave an earlier place empty, to move a pitch of an earlier plan, and to be on stage while
#: one is away: each more than all before it.
_LATER, _MOVED, _AWAY = 1e4, 1e8, 1e12


@dataclass(frozen=True)
class Place:
    """A time on stage, questions included."""

    start: int
    end: int
    room: str


def places_of(spec: Spec) -> list[Place]:
    """Return the places of all pitches sessions, in order of time."""
    found = [
        Place(start, start + one.pitch_minutes + one.qa_minutes, one.room)
        for one in spec.sessions
        if one.kind == "pitches"
        for start in starts(one.start, one.end, one.pitch_minutes + one.qa_minutes, 0, one.breaks)
    ]
    return sorted(found, key=lambda place: place.start)


def there(spec: Spec, who: str, stage: Sequence[Place]) -> list[int]:
    """Return the places, by their number, at which somebody is there."""
    absences = away(spec, who)
    return [number for number, place in enumerate(stage) if is_there(absences, place.start, place.end)]


def arrange(
    event: Event,
    offers: Sequence[Offer],
    stage: Sequence[Place],
    kept: Mapping[str, int],
) -> list[AgendaItem]:
    """Return the agenda of chosen offers, which fit; `kept` are the starts that some had in an earlier plan.

    No place is left empty before others, where that can be helped; everybody comes as near as possible to
    their place in the story; what was kept stays at its time.
    """
    order = story(offers)
    cost = np.full((len(order), len(stage)), 0.0)
    for rank, offer in enumerate(order):
        free = set(there(event.spec, offer.team_id, stage))
        for number, place in enumerate(stage):
            # Squared: two who each wait a little rather than one who waits long.
            cost[rank, number] = (number - rank) ** 2 + _LATER * number
            if number not in free:
                cost[rank, number] += _AWAY
            if offer.achievement_id in kept and place.start != kept[offer.achievement_id]:
                cost[rank, number] += _MOVED
    rows, columns = linear_sum_assignment(cost)
    return [
        _item(order[row], stage[column])
        for row, column in sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda pair: pair[1])
    ]


def story(offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers grouped by node, and within by team: a strong group opens, the second strongest closes.

    Within a group the strongest comes first, in the last group last.
    """
    groups: dict[str, list[Offer]] = defaultdict(list)
    node_of_team: dict[str, str] = {}
    for offer in sorted(offers, key=lambda one: (-sum(one.relevance.values()), one.achievement_id)):
        # A team that pitches twice does so in one go.
        node = node_of_team.setdefault(offer.team_id, offer.nodes[0] if offer.nodes else "")
        groups[node].append(offer)
    # Groups are in the order of their strongest members, each led by it.
    nodes = list(groups)
    if len(nodes) > 1:
        nodes = [nodes[0], *nodes[2:], nodes[1]]
    told = [_by_team(groups[node]) for node in nodes]
    if len(told) > 1:
        told[-1].reverse()
    return [offer for group in told for offer in group]


def _by_team(offers: Sequence[Offer]) -> list[Offer]:
    teams: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        teams[offer.team_id].append(offer)
    return [offer for team in teams.values() for offer in team]


def _item(offer: Offer, place: Place) -> AgendaItem:
    best = sorted(offer.relevance, key=lambda need: (-offer.relevance[need], need))
    return AgendaItem(
        place.start, place.end, place.room, offer.achievement_id, offer.title, offer.team_id, tuple(best)
    )
