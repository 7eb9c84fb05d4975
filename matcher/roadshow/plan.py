"""A plan of a roadshow: agenda, meetings, visits, how good they are, and what could not be done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from corpora.files import replacing
from matcher.roadshow.clock import read_clock, write_clock
from matcher.roadshow.event import Enterprise, Team
from matcher.roadshow.spec import Spec


class Status(StrEnum):
    """Optimal: proven within a hundredth of a per cent of the bound; infeasible: no plan keeps every rule."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


#: The kind of the explanation that a replan brings.
REPLANNED = "replanned"


@dataclass(frozen=True)
class AgendaItem:
    """One pitch on stage; times in minutes from midnight."""

    start: int
    end: int
    room: str
    achievement_id: str
    title: str
    #: The id of the team.
    team: str
    need_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """One enterprise and one team at one table in one slot (洽谈)."""

    start: int
    end: int
    table: int
    enterprise_id: str
    team_id: str
    need_id: str = ""
    achievement_id: str = ""
    level: int | None = None
    score: float = 0.0
    pinned: bool = False


@dataclass(frozen=True)
class Visit:
    """One stop of a day in a county or park; `travel` is the way there, in minutes."""

    start: int
    end: int
    enterprise_id: str
    travel: int
    #: (need, achievement, team, level, score) of what is talked about there.
    topics: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Unplaced:
    """An enterprise with fewer meetings than the minimum, and why."""

    enterprise_id: str
    meetings: int
    minimum: int
    zh: str
    en: str


@dataclass(frozen=True)
class Reached:
    """How far one goal was reached: the value, and the best that was proven possible where known."""

    goal: str
    value: float
    bound: float | None
    zh: str
    en: str


@dataclass(frozen=True)
class Explanation:
    """What collides, or was noticed; `edits` are changes of the SPEC that would solve it together.

    An edit is {"path": ["meetings", "max_per_team"], "value": 8}, or {"path": ["force"], "remove":
    ["e1", "t1"]} for an entry of a list; with "add" beside it, that entry takes its place.
    """

    kind: str
    zh: str
    en: str
    edits: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Change:
    """What somebody must be told after a replan; before or after is None where there was or is no meeting."""

    kind: str
    who: tuple[str, ...]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    zh: str
    en: str


@dataclass(frozen=True)
class Plan:
    """A whole plan. `objective` is the sum of the meetings' scores, `bound` what no plan can exceed.

    `gap` is (bound − objective) / bound.
    """

    spec: Spec
    agenda: tuple[AgendaItem, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    visits: tuple[Visit, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    teams: tuple[Team, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    unplaced: tuple[Unplaced, ...] = ()
    objective: float = 0.0
    bound: float = 0.0
    gap: float = 0.0
    status: Status = Status.FEASIBLE
    seconds: float = 0.0
    seed: int = 0
    goals: tuple[Reached, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def replanned(self) -> bool:
        """Whether it keeps meetings of an earlier plan; the bound then is that of what could be added to them."""
        return any(one.kind == REPLANNED for one in self.explanations)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plan.json has it: times as "HH:MM"."""
        said = {name: _said(getattr(self, name)) for name in _PLAIN}
        return {
            "title": self.spec.title,
            "date": self.spec.date.isoformat(),
            **said,
            "spec": self.spec.as_json(),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """Read a plan back. Raises KeyError, TypeError or ValueError where it is none."""
        parts: dict[str, Any] = {
            name: tuple(_read(made, one) for one in content.get(name, ())) for name, made in _LISTS.items()
        }
        plain = {
            name: content[name]
            for name in ("objective", "bound", "gap", "seconds", "seed")
            if name in content
        }
        return cls(
            spec=Spec.model_validate(content["spec"]),
            titles=dict(content.get("titles", {})),
            status=Status(content["status"]),
            **plain,
            **parts,
        )


_LISTS: dict[str, type] = {
    "agenda": AgendaItem,
    "meetings": Meeting,
    "visits": Visit,
    "enterprises": Enterprise,
    "teams": Team,
    "unplaced": Unplaced,
    "goals": Reached,
    "explanations": Explanation,
    "changes": Change,
}
_PLAIN = [one.name for one in fields(Plan) if one.name != "spec"]
_CLOCKS = ("start", "end")


def _said(value: Any) -> Any:
    if isinstance(value, tuple):
        return [
            {name: write_clock(one) if name in _CLOCKS else one for name, one in asdict(each).items()}
            for each in value
        ]
    return value.value if isinstance(value, Status) else value


def _read(made: type, row: Mapping[str, Any]) -> Any:
    known = {one.name for one in fields(made)}
    return made(**{
        name: read_clock(value) if name in _CLOCKS else tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name in known
    })  # fmt: skip


def write_plan(path: Path, plan: Plan) -> None:
    """Write plan.json. Raises DataFolderTrouble where the file cannot be written."""
    text = json.dumps(plan.as_json(), ensure_ascii=False, indent=1, allow_nan=False)
    with replacing(path) as stream:
        stream.write(text.encode())
