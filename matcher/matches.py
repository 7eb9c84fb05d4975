"""Matches: a scored pair with its checks, reasons and evidence, and the answer that they make up (匹配)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.records import Achievement, Need
from matcher.checks import Check
from matcher.explain import Answer
from matcher.reasons import Reason

#: The levels (关联度), strongest first, with their labels.
LEVELS = {
    4: ("强相关", "strong"),
    3: ("较强相关", "fairly strong"),
    2: ("弱相关", "weak"),
    1: ("无相关", "none"),
}


@dataclass(frozen=True)
class Scored:
    """A pair with its prediction; `probabilities` are of levels 1–4."""

    need_id: str
    achievement_id: str
    level: int
    probabilities: tuple[float, float, float, float]
    score: float
    #: The ranker's columns, shape (len(COLUMNS),), by which reasons are given.
    row: NDArray[np.float64] = field(default_factory=lambda: np.empty(0), repr=False, compare=False)

    @property
    def adequate_probability(self) -> float:
        """How probable level 3 or 4 is."""
        return self.probabilities[2] + self.probabilities[3]


@dataclass(frozen=True)
class Match:
    """A scored pair with its records, checks and evidence (匹配)."""

    scored: Scored
    need: Need
    achievement: Achievement
    checks: dict[str, Check]
    evidence: list[Answer] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def as_json(self, title: str) -> dict[str, Any]:
        """Return the match for programs; `title` is the other side's. Contacts never appear."""
        return {
            "need_id": self.need.id,
            "achievement_id": self.achievement.id,
            "title": title,
            "institution": self.achievement.institution,
            "enterprise": self.need.enterprise,
            "level": self.scored.level,
            "probabilities": [round(p, 4) for p in self.scored.probabilities],
            "score": round(self.scored.score, 4),
            "checks": {name: check.as_json() for name, check in self.checks.items()},
            "reasons": [reason.as_json() for reason in self.reasons],
            "evidence": [answer.as_json() for answer in self.evidence],
        }


@dataclass(frozen=True)
class Recommendation:
    """The answer to one query: matches, best first, and whether any is adequate."""

    query: Need | Achievement
    adequate: bool
    #: The probability of level 3 or 4 from which a match is adequate.
    threshold: float
    matches: list[Match]

    def without(self, need_ids: Collection[str], top: int) -> Recommendation:
        """Return the `top` best that are not of these needs."""
        kept = [match for match in self.matches if match.need.id not in need_ids][:top]
        adequate = any(match.scored.adequate_probability >= self.threshold for match in kept)
        return replace(self, matches=kept, adequate=adequate)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as the command line and the API give it to programs."""
        other = "achievement" if isinstance(self.query, Need) else "need"
        return {
            "query": {"kind": self.query.KIND.value, "id": self.query.id, "title": self.query.title},
            "adequate": self.adequate,
            "matches": [match.as_json(getattr(match, other).title) for match in self.matches],
        }
