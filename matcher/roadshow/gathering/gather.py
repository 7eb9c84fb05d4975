"""Gathering an event from the store: who is invited, who could meet whom, what could be pitched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from corpora.errors import BadRequest, shorten
from corpora.records import Achievement
from corpora.vocabulary import Kind
from matcher.fits import Beat, Fit, best_fit, fits, rank
from matcher.roadshow.event import Enterprise, Event, Offer, Pair, Team
from matcher.roadshow.gathering.affinity import Affinity, with_affinity
from matcher.roadshow.gathering.firms import Firms, counties_of
from matcher.roadshow.gathering.naming import Names, canonical
from matcher.roadshow.gathering.teams import teams_of
from matcher.roadshow.gathering.themes import Selection, select
from matcher.roadshow.plan import Explanation, Plan
from matcher.roadshow.spec import Spec
from matcher.service import Service

#: Achievements that each invited need brings forward for the stage.
_OFFERED = 20


def gather(
    spec: Spec,
    service: Service,
    progress: Beat | None = None,
    base: Plan | None = None,
    rated: Affinity | None = None,
) -> Event:
    """Return the event that the SPEC describes, its SPEC with ids only.

    `progress` is told how many needs of how many are matched. With `base`, an earlier plan, teams keep
    the ids that they have there, and who was invited stays so. With `rated`, an affinity file, its
    scores take the place of predicted levels: the pairs that it names may meet, whatever the ranker
    expects of them, and no others.

    Raises UnknownRecord for what the store has not, naming the nearest ids, and BadRequest where more
    enterprises must come than may, or the file rates nobody who could come.
    """
    store = service.store
    selection = select(spec.theme, service)
    firms = Firms(service, selection.needs)
    wanted = firms.wanted(spec)
    possible = firms.possible(spec, wanted)
    known = set(store.ids(Kind.ACHIEVEMENT))
    scored = _achievements(rated.teams if rated else (), known)
    named = list(dict.fromkeys((*_named(spec, known), *scored)))
    asked = [need for one in possible for need in one.need_ids]
    offered = [*dict.fromkeys((*selection.achievements, *named))]
    found = fits(service, asked, offered, spec.meetings.min_level, progress)
    # Of rated pairs only what they talk about is asked of the ranker.
    topics = fits(service, asked, scored) if scored else []
    records = _records(service, {*(one.achievement_id for one in found), *named})
    found, topics = firms.of_others(found, records), firms.of_others(topics, records)
    teams = _as_before(teams_of(list(records.values()), service), base)
    team_of = {one: team.id for team in teams for one in team.achievement_ids}
    spec = canonical(spec, Names(firms.names, team_of, known))
    invited = _invited(spec, possible, wanted, _values(possible, found, rated), base)
    needs = list(store.needs([need for one in invited for need in one.need_ids]))
    event = Event(
        spec=spec,
        enterprises=tuple(invited),
        teams=tuple(one for one in teams if one.id not in spec.cancelled),
        pairs=tuple(_pairs(spec, invited, teams, [*found, *topics], team_of, service)),
        offers=tuple(_offers(spec, invited, found, team_of, records, selection)),
        titles={one.id: one.title for one in needs}
        | {one.id: one.title for one in records.values()}
        | {one.id: one.name for one in possible if one.id in spec.cancelled}
        | {one.id: one.name for one in teams if one.id in spec.cancelled},
        counties=counties_of(invited, needs),
        notes=(*firms.notes(spec), *_rated_in_vain(rated, invited)),
    )
    return _coming(with_affinity(event, rated) if rated else event)


def _rated_in_vain(rated: Affinity | None, invited: Sequence[Enterprise]) -> Iterator[Explanation]:
    """Yield a remark on the enterprises that the file rates but nobody invites: theme and counties decide."""
    there = {one.id for one in invited} | {one.name for one in invited}
    absent = [one for one in (rated.enterprises if rated else ()) if one not in there]
    if absent:
        named, more = [shorten(one, 20) for one in absent[:3]], "…" if len(absent) > 3 else ""
        yield Explanation(
            "rated_not_invited",
            f"得分文件里有 {len(absent)} 家企业没有请：{'、'.join(named)}{more}；要请就写进 enterprises.must",
            f"enterprises that the file rates but that are not invited: {len(absent)} ({', '.join(named)}{more}); "
            "to invite them, write them into enterprises.must",
        )


def _coming(event: Event) -> Event:
    """Leave out the teams that nobody could meet or hear."""
    coming = (
        {one.team_id for one in event.pairs} | {one.team_id for one in event.offers} | _demanded(event.spec)
    )
    return replace(event, teams=tuple(one for one in event.teams if one.id in coming))


def _named(spec: Spec, known: Collection[str]) -> list[str]:
    """Return the achievements that the SPEC names or whose teams it demands, in theme or not."""
    teams = [other for _, other in spec.force] + [one.team_id for one in spec.pinned]
    teams += [one for session in spec.sessions if session.kind == "visits" for one in session.teams]
    return _achievements((*teams, *spec.pitches.must), known)


def _achievements(ids: Iterable[str], known: Collection[str]) -> list[str]:
    """Return the achievements that are meant by ids of theirs or of teams; what the store has not is left out."""
    named = (one if one in known else one.removeprefix("t-") for one in ids)
    return [one for one in dict.fromkeys(named) if one in known]


def _records(service: Service, ids: Iterable[str]) -> dict[str, Achievement]:
    return {one.id: one for one in service.store.achievements(sorted(ids))}


def _as_before(teams: Sequence[Team], base: Plan | None) -> list[Team]:
    """Give the teams that an earlier plan knows the ids that they have there."""
    before = {one: team.id for team in (base.teams if base else ()) for one in team.achievement_ids}
    own = {team.id for team in teams}
    taken: set[str] = set()
    renamed = []
    for team in teams:
        old = [before[one] for one in team.achievement_ids if one in before]
        key = next((one for one in old if one not in taken and (one == team.id or one not in own)), team.id)
        taken.add(key)
        renamed.append(replace(team, id=key))
    return renamed


def _invited(
    spec: Spec,
    possible: Sequence[Enterprise],
    wanted: Collection[str],
    value: Mapping[str, float],
    base: Plan | None,
) -> list[Enterprise]:
    """Return who is invited and has not called off: those who must come, then whose `value` is the largest."""
    most = spec.enterprises.max
    out = {*spec.cancelled}
    kept = [one for one in possible if one.id in wanted and one.id not in out]
    if most is not None and len(kept) > most:
        raise BadRequest(
            f"enterprises.max：must、force、pinned 共有 {len(kept)} 家企业，却至多请 {most} 家；请改其中一个",
            f"enterprises.max: must, force and pinned name {len(kept)} enterprises, but {most} are invited at most; "
            "change one of them",
        )
    before = {one.id for one in base.enterprises} if base else set()
    # Who called off keeps the place: nobody is called in at the last minute unasked.
    order = sorted(possible, key=lambda one: (one.id not in wanted, one.id not in before, -value[one.id]))
    chosen = {one.id for one in order[:most]} - out
    return [one for one in possible if one.id in chosen]


def _values(possible: Sequence[Enterprise], found: Sequence[Fit], rated: Affinity | None) -> dict[str, float]:
    """Return what it is worth to invite each: how well its needs fit, or its best score in the file."""
    best: dict[str, float] = defaultdict(float)
    for key, score in (
        (((enterprise, score) for (enterprise, _), score in rated.scores.items()))
        if rated
        else ((one.need_id, one.score) for one in found)
    ):
        best[key] = max(best[key], score)
    if rated:
        return {one.id: max(best[one.id], best[one.name]) for one in possible}
    return {one.id: sum(best[need] for need in one.need_ids) for one in possible}


def _pairs(
    spec: Spec,
    invited: Sequence[Enterprise],
    teams: Sequence[Team],
    found: Sequence[Fit],
    team_of: Mapping[str, str],
    service: Service,
) -> list[Pair]:
    """Return who could meet whom, each pair with its best fit; those who must meet, whatever their fit.

    On a visit all needs of a firm are talked about: there each need has its own.
    """
    visits = any(session.kind == "visits" for session in spec.sessions)
    enterprise_of = {need: one.id for one in invited for need in one.need_ids}
    best: dict[tuple[str, str, str], Fit] = {}
    for one in found:
        if one.need_id in enterprise_of:
            about = one.need_id if visits else ""
            key = enterprise_of[one.need_id], team_of[one.achievement_id], about
            best[key] = max(best.get(key, one), one, key=rank)
    firms, all_teams = {one.id: one for one in invited}, {one.id: one for one in teams}
    must = [*spec.force, *((one.enterprise_id, one.team_id) for one in spec.pinned)]
    kept_apart = set(spec.forbid) - set(must)
    pairs = [
        _pair(firm, team, fit) for (firm, team, _), fit in best.items() if (firm, team) not in kept_apart
    ]
    fitting = {(one.enterprise_id, one.team_id) for one in pairs}
    for firm, team in dict.fromkeys(must):
        if (firm, team) not in fitting and firm in firms and team in all_teams:
            fit = best_fit(service, firms[firm].need_ids, all_teams[team].achievement_ids)
            pairs.append(_pair(firm, team, fit))
    gone = {*spec.cancelled}
    return sorted(
        (one for one in pairs if one.team_id not in gone),
        key=lambda one: (one.enterprise_id, one.team_id, one.need_id),
    )


def _pair(enterprise_id: str, team_id: str, fit: Fit | None) -> Pair:
    if fit is None:
        return Pair(enterprise_id, team_id, 0.0)
    return Pair(enterprise_id, team_id, fit.score, fit.level, fit.need_id, fit.achievement_id)


def _offers(
    spec: Spec,
    invited: Sequence[Enterprise],
    found: Sequence[Fit],
    team_of: Mapping[str, str],
    records: Mapping[str, Achievement],
    selection: Selection,
) -> list[Offer]:
    """Return what could be pitched: of the theme the best answers to each invited need, and what must be."""
    if not any(session.kind == "pitches" for session in spec.sessions):
        return []
    needs = {need for one in invited for need in one.need_ids}
    theme = {*selection.achievements, *spec.pitches.must}
    answers: dict[str, list[Fit]] = defaultdict(list)
    relevance: dict[str, dict[str, float]] = defaultdict(dict)
    for fit in sorted(found, key=rank, reverse=True):
        if fit.need_id in needs and fit.achievement_id in theme:
            answers[fit.need_id].append(fit)
            relevance[fit.achievement_id][fit.need_id] = fit.score
    forward = {one.achievement_id for each in answers.values() for one in each[:_OFFERED]}
    forward |= {*spec.pitches.must} & records.keys()
    out, gone = {*spec.pitches.never}, {*spec.cancelled}
    return [
        Offer(
            achievement_id=one,
            title=records[one].title,
            team_id=team_of[one],
            institution=records[one].institution,
            nodes=selection.nodes.get(one) or tuple(records[one].fields[:1]),
            relevance=relevance.get(one, {}),
        )
        for one in sorted(forward - out)
        if team_of[one] not in gone
    ]


def _demanded(spec: Spec) -> set[str]:
    """Return the teams that come in any case."""
    travelling = {one for session in spec.sessions if session.kind == "visits" for one in session.teams}
    return travelling | {other for _, other in spec.force} | {one.team_id for one in spec.pinned}
