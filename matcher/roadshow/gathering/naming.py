"""Names in a SPEC: whatever an organizer wrote for an enterprise or a team, turned into its id.

An enterprise may be named by its id or its exact name, a team by its id or that of any of its
achievements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rapidfuzz import process

from corpora.errors import UnknownRecord, shorten
from corpora.vocabulary import normalize
from matcher.roadshow.gathering.teams import team_id
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import spec_from

#: How alike an id must be to be offered, 0–100, and how many are.
_ALIKE, _OFFERED = 60, 3


class Names:
    """What enterprises, teams and achievements may be called."""

    def __init__(
        self,
        enterprises: Mapping[str, str],
        teams: Mapping[str, str],
        achievements: Iterable[str],
    ) -> None:
        """`enterprises` are names by id, `teams` the ids of teams by achievement."""
        self._enterprises = {one: one for one in enterprises}
        for one, name in enterprises.items():
            self._enterprises.setdefault(normalize(name), one)
        self._called = dict(enterprises)
        self._team_of = dict(teams)
        self._teams = set(teams.values())
        self._achievements = set(achievements)

    def enterprise(self, written: str, where: str) -> str:
        """Return the id of the enterprise. Raises UnknownRecord, `where` naming the key of the SPEC."""
        found = self._enterprise(written)
        if found is None:
            known = {one: f"{one} {name}" for one, name in self._called.items()}
            raise unknown(where, written, "企业", "enterprise", known)
        return found

    def team(self, written: str, where: str) -> str:
        """Likewise, of a team."""
        found = self._team(written)
        if found is None:
            known = {one: one for one in (*sorted(self._teams), *sorted(self._achievements))}
            raise unknown(where, written, "团队或成果", "team or achievement", known)
        return found

    def either(self, written: str, where: str) -> str:
        """Likewise, of one or the other."""
        found = self._team(written) or self._enterprise(written)
        if found is None:
            known = {one: f"{one} {name}" for one, name in self._called.items()}
            known |= {one: one for one in sorted(self._teams | self._achievements)}
            raise unknown(where, written, "企业、团队或成果", "enterprise, team or achievement", known)
        return found

    def achievement(self, written: str, where: str) -> str:
        """Likewise, of an achievement."""
        if written not in self._achievements:
            raise unknown(
                where, written, "成果", "achievement", {one: one for one in sorted(self._achievements)}
            )
        return written

    def _enterprise(self, written: str) -> str | None:
        return self._enterprises.get(written) or self._enterprises.get(normalize(written))

    def _team(self, written: str) -> str | None:
        if written in self._teams:
            return written
        for one in (written, written.removeprefix("t-")):
            if one in self._team_of:
                return self._team_of[one]
            if one in self._achievements:
                # Of the store, though not of this event: harmless where somebody is kept away.
                return team_id(one)
        return None


def canonical(spec: Spec, names: Names) -> Spec:
    """Return the SPEC with ids only. Raises UnknownRecord for what is none, naming the nearest, and
    BadSpec where two names of one make it contradict itself.
    """
    said: dict[str, Any] = spec.as_json()
    _each(said["enterprises"], ("must", "never"), "enterprises.", names.enterprise)
    _each(said["pitches"], ("must", "never"), "pitches.", names.achievement)
    _each(said, ("cancelled",), "", names.either)
    for number, one in enumerate(said["availability"]):
        one["who"] = names.either(one["who"], f"availability[{number}].who")
    for key in ("force", "forbid"):
        said[key] = _distinct(
            [names.enterprise(one, f"{key}[{number}]"), names.team(other, f"{key}[{number}]")]
            for number, (one, other) in enumerate(said[key])
        )
    for number, one in enumerate(said["pinned"]):
        one["enterprise_id"] = names.enterprise(one["enterprise_id"], f"pinned[{number}].enterprise_id")
        one["team_id"] = names.team(one["team_id"], f"pinned[{number}].team_id")
    for number, session in enumerate(said["sessions"]):
        if session["kind"] == "visits":
            where = f"sessions[{number}]"
            _each(session, ("teams",), f"{where}.", names.team)
            session["travel"] = [
                [
                    *(one if one == "base" else names.enterprise(one, f"{where}.travel") for one in ways),
                    minutes,
                ]
                for *ways, minutes in session["travel"]
            ]
    return spec_from(said, files=True)


def _each(part: dict[str, Any], keys: Iterable[str], path: str, named: Any) -> None:
    for key in keys:
        part[key] = _distinct(named(one, f"{path}{key}[{number}]") for number, one in enumerate(part[key]))


def _distinct(many: Iterable[Any]) -> list[Any]:
    """Two names of one are one."""
    found: list[Any] = []
    for one in many:
        if one not in found:
            found.append(one)
    return found


def unknown(where: str, written: str, zh: str, en: str, known: Mapping[str, str]) -> UnknownRecord:
    """Return the error that nobody is called what stands at the key `where`; `known` are names to show, by id."""
    near = [key for _, _, key in process.extract(written, known, limit=_OFFERED, score_cutoff=_ALIKE)]
    shown = [shorten(known[key]) for key in near]
    return UnknownRecord(
        f"{where}：没有{zh}“{shorten(written)}”；{'相近的有 ' + '、'.join(shown) if shown else '请核对编号'}",
        f"{where}: there is no {en} '{shorten(written)}'; "
        f"{'near it are ' + ', '.join(shown) if shown else 'check the id'}",
    )
