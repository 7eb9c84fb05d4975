"""Events that could be: the needs of a chain, everywhere or in a county, with the teams that answer them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpora.chains import Chain
from corpora.ownchains import OwnChains
from corpora.vocabulary import Kind
from matcher.fits import Beat, fits, public_needs
from matcher.roadshow.event import Enterprise
from matcher.roadshow.gathering.firms import Firms
from matcher.roadshow.gathering.teams import teams_of
from matcher.roadshow.gathering.themes import place
from matcher.service import Service

#: Matches that count.
LEVEL = 3
#: What the best, the second and the third team for a need count.
CHANCES = (1.0, 0.3, 0.1)
#: An event has at least so many enterprises.
LEAST = 3

#: The teams that a need could meet, with their best scores.
Teams = Mapping[str, float]


@dataclass
class Prospect:
    """An event that could be: a chain, in a county or everywhere; `chosen` are those whom it would invite."""

    chain: Chain
    county: str
    enterprises: Sequence[Enterprise]
    #: The teams that answer each need, with their best scores.
    answers: Mapping[str, Teams]
    chosen: Sequence[Enterprise] = ()

    def gain(self, seen: Mapping[str, Teams], most: int) -> float:
        """Return what the event adds to what the needs have `seen`, with the enterprises that add most."""
        value = {one.id: self._adds(one, seen) for one in self.enterprises}
        order = sorted((one for one in self.enterprises if value[one.id] > 0), key=lambda one: -value[one.id])
        self.chosen = order[:most]
        return sum(value[one.id] for one in self.chosen) if len(self.chosen) >= LEAST else 0.0

    def needs(self) -> list[str]:
        """Return the needs that the event serves."""
        return [need for one in self.chosen for need in one.need_ids if need in self.answers]

    def _adds(self, one: Enterprise, seen: Mapping[str, Teams]) -> float:
        return sum(
            _worth({**seen.get(need, {}), **self.answers[need]}) - _worth(seen.get(need, {}))
            for need in one.need_ids
            if need in self.answers
        )


def _worth(teams: Mapping[str, float]) -> float:
    """Return what a need has of the teams that it meets."""
    best = sorted(teams.values(), reverse=True)
    return sum(share * score for share, score in zip(CHANCES, best, strict=False))


class Prospects:
    """What of the store matters: public needs, what answers them, and which chain they belong to."""

    def __init__(self, service: Service, progress: Beat | None) -> None:
        self.need_ids = public_needs(service)
        offered = service.store.ids(Kind.ACHIEVEMENT)
        self._firms = Firms(service, self.need_ids)
        found = fits(service, self.need_ids, offered, LEVEL, progress)
        records = {
            one.id: one for one in service.store.achievements(sorted({one.achievement_id for one in found}))
        }
        self._fits = self._firms.of_others(found, records)
        self._team_of = {
            one: team.id for team in teams_of(list(records.values()), service) for one in team.achievement_ids
        }
        self._chains = OwnChains(service.store).all()
        placed = place(service, {Kind.NEED: self.need_ids, Kind.ACHIEVEMENT: list(records)})
        needs, achievements = placed[Kind.NEED], placed[Kind.ACHIEVEMENT]
        self._answered = {one.need_id for one in self._fits}
        self._named = {need for one in self._firms.all for need in one.need_ids}
        self._members = {
            key: (set(needs.of_chain(key)), set(achievements.of_chain(key))) for key in self._chains
        }
        #: Each chain, and each chain in each county.
        self.all = self._all()
        self._together = {need for one in self.all for need in one.answers}

    def _all(self) -> list[Prospect]:
        found: list[Prospect] = []
        for key, (needs, achievements) in self._members.items():
            answers: dict[str, dict[str, float]] = defaultdict(dict)
            for fit in self._fits:
                if fit.need_id in needs and fit.achievement_id in achievements:
                    teams, team = answers[fit.need_id], self._team_of[fit.achievement_id]
                    teams[team] = max(teams.get(team, 0.0), fit.score)
            asking = [one for one in self._firms.all if answers.keys() & set(one.need_ids)]
            counties = sorted({one.county for one in asking if one.county})
            for county in ("", *counties):
                there = [one for one in asking if not county or one.county == county]
                found.append(Prospect(self._chains[key], county, there, dict(answers)))
        return found

    def reason(self, need_id: str) -> str:
        """Return why an event may not serve a need: nameless, no_match, no_chain or, where one may, ""."""
        if need_id not in self._named:
            return "nameless"
        if need_id not in self._answered:
            return "no_match"
        return "" if need_id in self._together else "no_chain"
