"""Who sits at the tables: teams behind achievements (团队), and the enterprises behind needs.

Two achievements that one person signed are one team's, for nobody sits at two tables at once. Who is
one person is what matcher.people says.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from scipy.cluster.hierarchy import DisjointSet

from corpora.records import Achievement, Need, Organization
from corpora.vocabulary import Kind, OrganizationKind, normalize
from matcher.people import institution_key, inventors, who_is_who
from matcher.roadshow.event import Enterprise, Team
from matcher.service import Service

#: Members that a team's record names; a large institute's may have dozens.
_NAMED = 12


def team_id(achievement_id: str) -> str:
    return f"t-{achievement_id}"


def teams_of(achievements: Sequence[Achievement], service: Service) -> list[Team]:
    """Return the teams behind the achievements, in the order of their ids; each achievement is of one team.

    An achievement that names no inventor makes a team by itself.
    """
    records = {one.id: one for one in achievements}
    together: DisjointSet = DisjointSet(sorted(records))
    for ids in _signed_by_one(achievements, service):
        for other in ids[1:]:
            together.merge(ids[0], other)
    groups = sorted(sorted(group) for group in together.subsets())
    return [_team([records[one] for one in group]) for group in groups]


def _signed_by_one(achievements: Sequence[Achievement], service: Service) -> list[list[str]]:
    """Return the achievements of each person, ids only."""
    signed: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in achievements:
        for name in inventors(one):
            # Without an institution, a name alone says nothing about who else bears it.
            where = institution_key(one.institution) or f"\x1f{one.id}"
            signed[normalize(name)][where].append(one.id)
    found = [ids for places in signed.values() for ids in places.values() if len(ids) > 1]
    # One name at several institutions: only there is it a question who is who.
    names = {name for name, places in signed.items() if len(places) > 1}
    several = [one for one in achievements if names & {normalize(name) for name in inventors(one)}]
    duplicates = service.store.duplicates(Kind.ACHIEVEMENT)
    people = who_is_who(several, duplicates, service.recommender().indexes.weights, names)
    return found + [[each.achievement.id for each in person.mentions] for person in people]


def _team(achievements: Sequence[Achievement]) -> Team:
    first = achievements[0]
    leads = Counter(names[0] for one in achievements if (names := inventors(one)))
    people = list(dict.fromkeys(name for one in achievements for name in inventors(one)))
    # The most frequent first inventor leads; of equals, the one who comes first.
    people.sort(key=lambda name: -leads[name])
    places = [one.institution for one in achievements if one.institution]
    name = f"{people[0]}团队" if people else (first.institution or first.title)
    return Team(
        id=team_id(first.id),
        name=name,
        institution=Counter(places).most_common(1)[0][0] if places else "",
        people=tuple(people[:_NAMED]),
        achievement_ids=tuple(one.id for one in achievements),
    )


def enterprises_of(needs: Sequence[Need], organizations: Sequence[Organization]) -> list[Enterprise]:
    """Return the enterprises behind the needs, in the order in which they appear; needs that name none are left out."""
    known = enterprise_records(organizations)
    asking: dict[str, list[Need]] = defaultdict(list)
    for need in needs:
        if key := normalize(need.enterprise):
            asking[key].append(need)
    found = []
    for key, theirs in asking.items():
        record = known.get(key)
        counties = (
            [record.county] if record and record.county else [one.county for one in theirs if one.county]
        )
        found.append(
            Enterprise(
                id=record.id if record else enterprise_id(theirs[0].enterprise),
                name=record.name if record else theirs[0].enterprise,
                county=counties[0] if counties else "",
                need_ids=tuple(one.id for one in theirs),
            )
        )
    return found


def enterprise_id(name: str) -> str:
    """Return the id of an enterprise that is no organization of the store: made of its name, as records' are."""
    return f"e-{hashlib.sha256(normalize(name).encode()).hexdigest()[:12]}"


def enterprise_records(organizations: Sequence[Organization]) -> Mapping[str, Organization]:
    """Return the organizations that are enterprises, by their normalized names; of namesakes the first."""
    found: dict[str, Organization] = {}
    for one in organizations:
        if one.kind in (OrganizationKind.ENTERPRISE, None):
            found.setdefault(normalize(one.name), one)
    return found
