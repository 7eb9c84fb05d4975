"""The shapes of cases."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from api.v1.shapes import Given, Problem
from api.v1.values import Id, Number, Said, Short, Text, whole
from corpora.cases import Action, Stage


class CasePath(BaseModel):
    case_id: int = Field(ge=1, examples=[1], description="对接编号 / number of the case")


class CasesQuery(Given):
    stage: Stage | None = None
    owner: Short = ""
    need_id: Short = ""
    achievement_id: Short = ""
    page: Annotated[int, Field(ge=1, le=100_000), Number] = 1
    per_page: Annotated[int, Field(ge=1, le=100), Number] = 20


class CaseOpened(Given):
    """A pair to follow up. Where it is followed up already, its case stays, and takes the note."""

    need_id: Annotated[Id, Field(examples=["n-nuts-01"])]
    achievement_id: Annotated[Id, Field(examples=["a-nuts-02"])]
    note: Text = ""


class CaseChanged(Given):
    """What is to become of a case; what is left out stays as it is."""

    version: Annotated[int, Field(ge=1, le=2**31), BeforeValidator(whole)] = Field(
        description="您看到的版本；别人改过则回答 409 / the version that you saw; 409 where it is no more"
    )
    stage: Stage | None = None
    note: Text = Field(default="", description="记录；未成时是原因 / a note; the reason where it is declined")
    agreed: Annotated[bool, Strict()] = Field(
        default=False, description="双方已同意互见联系方式 / both sides agreed to see each other's contact"
    )
    owner: Said | None = Field(default=None, description="移交给谁 / the user to hand it over to")


class EventShape(BaseModel):
    at: str
    who: str
    action: Action
    note: str
    detail: dict[str, Any]


class CaseShape(BaseModel):
    """A pair that is followed up (对接)."""

    id: int
    need_id: str
    need: str
    enterprise: str
    achievement_id: str
    achievement: str
    institution: str
    stage: Stage
    reason: str
    owner: str
    version: int
    created_at: str
    updated_at: str


class CaseInFull(CaseShape):
    events: list[EventShape] = Field(description="经过，从早到晚 / what happened, oldest first")


class CasePage(BaseModel):
    total: int
    page: int
    per_page: int
    items: list[CaseShape]


class CaseConflict(Problem):
    """What stands against a change, with the case as it is now."""

    current: CaseInFull

    model_config = ConfigDict(extra="allow")
