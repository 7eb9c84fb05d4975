"""An event before it is planned: who could come, who could meet whom, what could be pitched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.roadshow.spec import Spec

if TYPE_CHECKING:
    from matcher.roadshow.plan import Explanation


@dataclass(frozen=True)
class Enterprise:
    """An invited enterprise, with the ids of its needs that the event is about."""

    id: str
    name: str = ""
    county: str = ""
    need_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """The inventors behind one or more achievements (团队)."""

    id: str
    name: str = ""
    institution: str = ""
    people: tuple[str, ...] = ()
    achievement_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """An enterprise and a team that could meet, for the need and the achievement that fit best.

    `score` (0–1) is (expected level − 1) / 3, or what the affinity file says; `level` is None then.
    """

    enterprise_id: str
    team_id: str
    score: float
    level: int | None = None
    need_id: str = ""
    achievement_id: str = ""


@dataclass(frozen=True)
class Offer:
    """An achievement that could be pitched."""

    achievement_id: str
    title: str
    team_id: str
    institution: str = ""
    #: Chain nodes (环节) or fields that it belongs to; pitches are spread over them.
    nodes: tuple[str, ...] = ()
    #: How well it answers each need (0–1), by need id; needs that it does not answer are left out.
    relevance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """All that a plan is made of. With an affinity file there are only ids, no names and no offers."""

    spec: Spec
    enterprises: tuple[Enterprise, ...] = ()
    teams: tuple[Team, ...] = ()
    #: Pairs that may meet, by min_level and forbid; one for an enterprise and a team, for visits one for each need.
    pairs: tuple[Pair, ...] = ()
    offers: tuple[Offer, ...] = ()
    #: Titles of needs and achievements, by id; and what those are called who called off.
    titles: Mapping[str, str] = field(default_factory=dict)
    #: The county of each invited need, by id.
    counties: Mapping[str, str] = field(default_factory=dict)
    #: What was noticed while it was gathered: who was left out, and why. None of it has edits.
    notes: tuple[Explanation, ...] = ()
