"""The shapes of what the API takes and gives, but for matches, experts and cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator
from pydantic_core import PydanticCustomError

from api.v1.values import (
    MONEY,
    SAID,
    Budget,
    Deadline,
    Id,
    Level,
    Said,
    Short,
    Stage,
    Text,
    Title,
)
from corpora.records import MAX_TEXT
from corpora.vocabulary import Mode, OrganizationKind, Ownership, Tier


class Given(BaseModel):
    """What a program sends: a field that nobody knows is refused, a number is a number."""

    model_config = ConfigDict(extra="forbid")


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    value: str
    zh: str
    en: str


class Problem(BaseModel):
    """RFC 9457 problem details (问题说明)."""

    type: str
    status: int
    title: str
    detail: str = Field(description="中文 / English")
    errors: list[FieldProblem] = Field(default=[], description="逐项的问题 / one by one")

    model_config = ConfigDict(extra="allow")


# Records


class ContactGiven(Given):
    """How to reach somebody; taken, never given."""

    name: Short = ""
    phone: Short = ""
    email: Short = ""


class RecordGiven(Given):
    id: Said | None = Field(
        default=None, description="若给出，须与网址中的一致 / if given, that of the address"
    )
    region: Short = ""
    county: Short = ""
    fields: list[Short] = []
    contact: ContactGiven | None = Field(
        default=None, description="不给则保留原有的 / where it is left out, the one that is there stays"
    )


class AchievementGiven(RecordGiven):
    """A whole achievement (科技成果), without its id."""

    title: Title
    text: Text = ""
    keywords: list[Short] = []
    institution: Short = ""
    inventors: list[Short] = []
    stage: Stage | None = Field(default=None, description="TRL 1–9")
    form: Short = ""
    ip: Text = ""
    modes: list[Mode] = []
    terms: Text = ""
    registration_number: Short = ""


class NeedGiven(RecordGiven):
    """A whole technology need (技术需求), without its id; money in 万元."""

    title: Title
    text: Text = ""
    indicators: list[Text] = []
    deadline: Deadline = None
    budget: Budget = Field(
        default="",
        description="如 50-100万元、不超过200万元、面议；原样写回已有的也可 / or as it stands already",
    )
    modes: list[Mode] = []
    ip_wanted: Ownership | None = None
    min_stage: Stage | None = Field(default=None, description="TRL 1–9")
    enterprise: Short = ""
    attachments: list[Short] | None = Field(
        default=None,
        description="附件名；不给则保留原有的 / names; where they are left out, those that are there stay",
    )


class RecordShape(BaseModel):
    id: str
    region: str
    county: str
    fields: list[str]


class AchievementShape(RecordShape):
    """An achievement (科技成果); its contact is private."""

    title: str
    text: str
    keywords: list[str]
    institution: str
    inventors: list[str]
    stage: int | None
    form: str
    ip: str
    modes: list[Mode]
    terms: str
    registration_number: str


class NeedShape(RecordShape):
    """A technology need (技术需求); its contact is private."""

    title: str
    text: str
    indicators: list[str]
    deadline: date | None
    budget: str
    modes: list[Mode]
    ip_wanted: Ownership | None
    min_stage: int | None
    enterprise: str
    attachments: list[str]


class OrganizationShape(RecordShape):
    """An organization (机构); its contact is private."""

    name: str
    text: str
    kind: OrganizationKind | None
    tier: Tier | None


class Page(BaseModel):
    """One page of a list."""

    total: int = Field(description="符合条件的总数 / how many there are in all")
    page: int
    per_page: int


class AchievementPage(Page):
    items: list[AchievementShape]


class NeedPage(Page):
    items: list[NeedShape]


class OrganizationPage(Page):
    items: list[OrganizationShape]


class Saved(BaseModel):
    """What became of a record that was sent."""

    id: str
    outcome: str = Field(description="created、updated、unchanged")


# Submissions


class Reachable(ContactGiven):
    """Somebody to talk to, with a telephone number or an email address."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [way], "properties": {way: {"type": "string", "pattern": r"\S"}}}
                for way in ("phone", "email")
            ]
        }
    )

    name: Said

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not self.phone.strip() and not self.email.strip():
            raise PydanticCustomError("unreachable", "a telephone number or an email address is needed")
        return self


class NeedSubmitted(NeedGiven):
    """A need that an enterprise sends in; it is public once a broker has approved it."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=SAID)]
    budget: Annotated[str, Field(pattern=MONEY, examples=["50-100万元", "面议"])] = ""
    enterprise: Said
    contact: Reachable
    consent: Literal[True] = Field(
        description="企业同意按隐私说明使用信息 / the enterprise consents to the use of its data"
    )


class Submitted(BaseModel):
    code: str = Field(description="查询进度用的编号 / what to ask after it by")
    need_id: str
    status: str
    link: str = Field(
        description="企业自己的私密链接，只给这一次 / its owner's private link, given this once"
    )


# Judgements


class JudgementGiven(Given):
    """A level (关联度) for one pair: 4 strong, 3 fairly strong, 2 weak, 1 none."""

    need_id: Annotated[Id, Field(examples=["n-nuts-01"])]
    achievement_id: Annotated[Id, Field(examples=["a-nuts-02"])]
    level: Level
    note: Text = ""


class JudgementsGiven(RootModel[list[JudgementGiven]]):
    """Judgements (标注), all of which are stored or none."""

    root: Annotated[list[JudgementGiven], Field(min_length=1, max_length=1000)]


class Judged(BaseModel):
    stored: int


# The service


class Me(BaseModel):
    """For whom the token speaks, and how far."""

    name: str
    display: str
    role: str
    capabilities: list[str]
    scopes: list[str]
    expires_at: str


class Health(BaseModel):
    ok: bool
    revision: int = Field(description="数据的版本号 / the number of the store's latest change")
