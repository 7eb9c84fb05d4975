"""The shapes of matches and experts, as ``matcher match --json`` and ``matcher experts --json`` print them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from matcher.checks import Status


class Query(BaseModel):
    """What was asked about; a free text has the id ``text``."""

    kind: str
    id: str
    title: str


class Outcome(BaseModel):
    """A check or a comparison of figures: met, unmet or unknown, with the reason."""

    status: Status
    zh: str
    en: str


class Checks(BaseModel):
    """Whether the terms of both sides agree."""

    stage: Outcome
    budget: Outcome
    deadline: Outcome
    region: Outcome
    mode: Outcome
    ip: Outcome


class Wording(BaseModel):
    zh: str
    en: str


class Reason(BaseModel):
    """What one thing adds to the log-odds of a higher level, told to both sides."""

    name: str
    effect: float
    enterprise: Wording
    professor: Wording


class Answer(BaseModel):
    """What the need asks, and the sentence of the achievement that answers it, if any."""

    asked: str
    indicator: bool
    answered: bool
    quote: str | None
    similarity: float
    comparison: Outcome | None


class Match(BaseModel):
    """One pair (匹配)."""

    need_id: str
    achievement_id: str
    title: str = Field(description="对方的名称 / the other side's title")
    institution: str
    enterprise: str
    level: int = Field(ge=1, le=4, description="关联度：4 强相关 … 1 无相关 / 4 strong … 1 none")
    probabilities: list[float] = Field(
        min_length=4, max_length=4, description="1–4 级的概率 / of levels 1 to 4"
    )
    score: float
    checks: Checks
    reasons: list[Reason]
    evidence: list[Answer]


class Matches(BaseModel):
    """Matches, best first; `adequate` is false where none is likely to be of level 3 or more."""

    query: Query
    adequate: bool
    matches: list[Match]


class Evidence(BaseModel):
    """One achievement that counts for an expert."""

    achievement_id: str
    title: str
    institution: str
    stage: int | None
    level: int = Field(ge=1, le=4)
    probabilities: list[float] = Field(min_length=4, max_length=4)
    adequate_probability: float
    position: int = Field(ge=1, description="第几完成人 / place among the inventors")
    coinventors: list[str]
    quote: Answer | None
    repeats: list[str]


class Note(BaseModel):
    """What to check before calling: why this is one person, or may not be."""

    kind: str
    zh: str
    en: str
    achievement_ids: list[str]


class Expert(BaseModel):
    """A person with the achievements that make them one for the need."""

    name: str
    institutions: list[str]
    score: float
    stages: list[int] | None
    fields: list[str]
    team: list[str]
    evidence: list[Evidence]
    notes: list[Note]


class Experts(BaseModel):
    """Experts, best first."""

    query: Query
    adequate: bool
    experts: list[Expert]
