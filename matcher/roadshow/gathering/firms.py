"""The enterprises of the store that an event could invite, each with the needs that it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from corpora.errors import UnknownRecord, shorten
from corpora.records import Achievement, Need, Organization
from corpora.vocabulary import Kind, OrganizationKind, normalize
from matcher.fits import Fit, public_needs
from matcher.people import institution_key
from matcher.roadshow.event import Enterprise
from matcher.roadshow.gathering.naming import Names
from matcher.roadshow.gathering.teams import enterprise_records, enterprises_of
from matcher.roadshow.plan import Explanation
from matcher.roadshow.spec import Spec
from matcher.service import Service

#: Ids or names that a message spells out.
_LISTED = 12


class Firms:
    """Every enterprise of the store with its public needs; `themed` are those needs that a theme selects."""

    def __init__(self, service: Service, themed: Collection[str]) -> None:
        needs = list(service.store.needs(public_needs(service)))
        self._organizations = cast(list[Organization], list(service.store.records(Kind.ORGANIZATION)))
        asking = enterprises_of(needs, self._organizations)
        known = {one.id for one in asking}
        silent = [
            Enterprise(one.id, one.name, one.county)
            for one in enterprise_records(self._organizations).values()
            if one.id not in known
        ]
        self.all = [*asking, *silent]
        self._themed = set(themed)
        self._nameless = [one for one in needs if one.id in self._themed and not normalize(one.enterprise)]
        self.names: Mapping[str, str] = {one.id: one.name for one in self.all}

    def wanted(self, spec: Spec) -> set[str]:
        """Return the ids of the enterprises that the SPEC demands. Raises UnknownRecord."""
        names = Names(self.names, {}, ())
        said = [(one, f"enterprises.must[{number}]") for number, one in enumerate(spec.enterprises.must)]
        said += [(one, f"force[{number}]") for number, (one, _) in enumerate(spec.force)]
        said += [
            (one.enterprise_id, f"pinned[{number}].enterprise_id") for number, one in enumerate(spec.pinned)
        ]
        return {names.enterprise(one, where) for one, where in said}

    def possible(self, spec: Spec, wanted: Collection[str]) -> list[Enterprise]:
        """Return the enterprises that may be invited, with the needs that the event is about.

        One that must come and asks for nothing of the theme comes with all its needs. Raises UnknownRecord
        for who or where nobody is.
        """
        names = Names(self.names, {}, ())
        never = {
            names.enterprise(one, f"enterprises.never[{number}]")
            for number, one in enumerate(spec.enterprises.never)
        }
        within = self._within(spec)
        found = []
        for one in self.all:
            needs = tuple(need for need in one.need_ids if need in self._themed)
            if one.id in wanted:
                found.append(replace(one, need_ids=needs or one.need_ids))
            elif needs and one.id not in never and (within is None or one.id in within):
                found.append(replace(one, need_ids=needs))
        return found

    def notes(self, spec: Spec) -> Iterator[Explanation]:
        """Yield what was left out, and what was taken for granted."""
        if self._nameless:
            titles = [shorten(one.title, 20) for one in self._nameless[:3]]
            zh, en = "、".join(titles), ", ".join(titles)
            count = len(self._nameless)
            yield Explanation(
                "nameless_needs",
                f"有 {count} 条需求没写企业名称，没有请：{zh}{'…' if count > 3 else ''}",
                f"{count} needs name no enterprise and are left out: {en}{'…' if count > 3 else ''}",
            )
        for park in self._parks(spec):
            if not self._at(park):
                yield Explanation(
                    "park",
                    f"记录里没写哪些企业在“{shorten(park.name)}”，按 {park.county or '全部县区'} 的企业选",
                    f"no record says which firms are in '{shorten(park.name)}'; they are chosen from "
                    f"{park.county or 'all counties'}",
                )

    def of_others(self, found: Iterable[Fit], achievements: Mapping[str, Achievement]) -> list[Fit]:
        """Return the fits without those of an enterprise with its own achievement: it need not meet itself.

        Fits of needs that name no enterprise are left out too.
        """
        askers = {need: institution_key(one.name) for one in self.all for need in one.need_ids}
        makers = {one.id: institution_key(one.institution) for one in achievements.values()}
        return [
            one
            for one in found
            if (asker := askers.get(one.need_id)) and asker != makers.get(one.achievement_id)
        ]

    def _within(self, spec: Spec) -> set[str] | None:
        """Return who is where the event invites from, None where that is everywhere."""
        found = None
        if spec.enterprises.counties:
            found = self._in(spec.enterprises.counties, "enterprises.counties")
        parks = {place: park for park in self._parks(spec) for place in (park.id, normalize(park.name))}
        for number, one in enumerate(spec.sessions):
            if one.kind == "visits":
                park = parks.get(one.place) or parks.get(normalize(one.place))
                if park is None:
                    there = self._in([one.place], f"sessions[{number}].place")
                else:
                    there = self._at(park) or (
                        self._in([park.county], "") if park.county else set(self.names)
                    )
                found = there if found is None else found & there
        return found

    def _in(self, counties: Sequence[str], where: str) -> set[str]:
        """Return who is in one of the counties, which may be written without 县 or 区."""
        found: set[str] = set()
        for county in counties:
            there = {one.id for one in self.all if is_county(one.county, county)}
            if not there and where:
                known = sorted({one.county for one in self.all if one.county})[:_LISTED]
                raise UnknownRecord(
                    f"{where}：没有企业在“{shorten(county)}”；企业所在的县区有 {'、'.join(known) or '（都没写）'}",
                    f"{where}: no enterprise is in '{shorten(county)}'; there are some in "
                    f"{', '.join(known) or '(none says where)'}",
                )
            found |= there
        return found

    def _parks(self, spec: Spec) -> list[Organization]:
        places = {one.place for one in spec.sessions if one.kind == "visits"}
        names = {normalize(one) for one in places}
        return [
            one
            for one in self._organizations
            if one.kind is OrganizationKind.PARK and (one.id in places or normalize(one.name) in names)
        ]

    def _at(self, park: Organization) -> set[str]:
        """Return the enterprises whose record names the park."""
        name = institution_key(park.name)
        records = enterprise_records(self._organizations).values()
        return {one.id for one in records if name and name in normalize(one.document)}


def is_county(written: str, wanted: str) -> bool:
    """Return whether both name one county: 商州 is 商州区."""
    here, there = normalize(written), normalize(wanted)
    return bool(here and there) and (here == there or here[:-1] == there or here == there[:-1])


def counties_of(enterprises: Iterable[Enterprise], needs: Iterable[Need]) -> dict[str, str]:
    """Return the county of each need: its own, else its enterprise's; needs of no county are left out."""
    own = {one.id: one.county for one in needs}
    found = {need: own.get(need) or each.county for each in enterprises for need in each.need_ids}
    return {need: county for need, county in found.items() if county}
