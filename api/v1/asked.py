"""What an address asks: ids in paths, and the parameters of queries. What is wrong in them is a bad request."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.v1.shapes import Given
from api.v1.values import LETTER, Id, Number, Short, Top
from corpora.records import MAX_SHORT, MAX_TEXT
from corpora.vocabulary import Mode, OrganizationKind, Tier


class TopQuery(Given):
    top: Top = 10


class TextQuery(Given):
    text: Annotated[
        str,
        Field(
            min_length=1, max_length=MAX_TEXT, pattern=LETTER, description="要匹配的文字 / the text to match"
        ),
    ]
    top: Top = 10


class NeedPath(BaseModel):
    need_id: Id = Field(examples=["n-nuts-01"], description="需求编号 / id of the need")


class AchievementPath(BaseModel):
    achievement_id: Id = Field(examples=["a-nuts-02"], description="成果编号 / id of the achievement")


class OrganizationPath(BaseModel):
    organization_id: Id = Field(examples=["o-energy-01"], description="机构编号 / id of the organization")


class Places(Given):
    """What records of any kind are looked for by; texts match by containment."""

    q: Annotated[
        str, Field(max_length=MAX_SHORT, description="关键词，空格隔开须都出现 / words, all of which occur")
    ] = ""
    region: list[Short] = Field(default=[], max_length=10)
    county: list[Short] = Field(default=[], max_length=10)
    field: list[Short] = Field(default=[], max_length=10)
    page: Annotated[int, Field(ge=1, le=100_000), Number] = 1
    per_page: Annotated[int, Field(ge=1, le=100), Number] = 20


class AchievementsQuery(Places):
    institution: list[Short] = Field(default=[], max_length=10)
    mode: list[Mode] = Field(default=[], max_length=10)
    min_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None
    max_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None


class NeedsQuery(Places):
    enterprise: list[Short] = Field(default=[], max_length=10)
    mode: list[Mode] = Field(default=[], max_length=10)
    min_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None
    max_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None


class OrganizationsQuery(Places):
    kind: OrganizationKind | None = None
    tier: Tier | None = None
