"""What to do next (下一步): for each chain a few things to do, those first that bring most needs nearer to an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from matcher.chainmap.advising.bridging import bridgings
from matcher.chainmap.advising.demands import demand
from matcher.chainmap.advising.sending import seekings, sendings
from matcher.chainmap.advising.showing import roadshow_day, roadshows, showings
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Action, IntegrationMap

#: Actions of one chain.
MOST = 8


def actions(
    chart: IntegrationMap,
    adequate: float,
    cases: Collection[tuple[str, str]] = (),
    around: Surroundings | None = None,
) -> tuple[Action, ...]:
    """Return what to do next, chain by chain in the order of the map, at most MOST each, the weightiest first.

    Of every kind of action the weightiest is among them. An action's weight is the number of needs that it
    can be expected to bring to an answer: the sum of the chances of its needs. Actions are told each by
    itself: several may be about the same need. `adequate` is the probability from which an answer is
    adequate, `cases` are the pairs (need, achievement) that are followed up: their needs wait for nothing.
    """
    around = around or Surroundings(chart)
    found: list[Action] = []
    events = 0
    for chain in chart.chains:
        waiting = demand(chain, around, adequate, cases)
        sent, ids = sendings(waiting, around)
        event = list(roadshows(waiting, around, adequate, roadshow_day(chart.date, events)))
        events += len(event)
        mine = [
            *event,
            *sent,
            *showings(waiting),
            *bridgings(waiting, around),
            *seekings(waiting, ids),
        ]
        found += _chosen(mine)
    return tuple(found)


def _chosen(mine: Iterable[Action]) -> list[Action]:
    """Return at most MOST actions, the weightiest first; of every kind there is the weightiest."""
    order = sorted(mine, key=lambda one: (-one.weight, one.kind, one.zh))
    first = {one.kind: one for one in reversed(order)}
    ahead = [one for one in order if one is first[one.kind]]
    kept = [*ahead, *(one for one in order if one is not first[one.kind])][:MOST]
    return [one for one in order if any(one is each for each in kept)]
