"""The shapes of what the API takes and gives, but for matches, experts and cases."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from corpora.records import MAX_SHORT, MAX_TEXT, MAX_TITLE
from corpora.vocabulary import Mode, OrganizationKind, Ownership, Tier

#: Text without control characters; one that says something; an id, which has no space around it.
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*$"
_SAID = (
    r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*"
    r"[^\s\u0085\u0000-\u001f\u007f\ufffe\uffff][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*$"
)
_ID = (
    r"^[^\s\u0085\u0000-\u001f\u007f\ufffe\uffff]"
    r"([^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*[^\s\u0085\u0000-\u001f\u007f\ufffe\uffff])?$"
)
#: A letter, a digit or a Chinese character: without one, there is nothing to match.
_LETTER = r"[0-9A-Za-zÀ-ÖØ-öø-ÿα-ωА-яぁ-ゖァ-ヺ一-龥가-힣]"


def _number(value: object) -> object:
    """Read a number of a query, in plain digits; int() takes more than anybody means."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,6}(\.0)?", value, re.ASCII):
            raise PydanticCustomError("int_parsing", "a number is needed")
        return int(value.removesuffix(".0"))
    return value


def whole(value: object) -> object:
    """Read a whole number of a body: 3.0 is one, true is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise PydanticCustomError("int_type", "a whole number is needed")
    return value


def _day(value: object) -> object:
    """Read a date as ISO 8601 writes it; a number of seconds is none."""
    if value is not None and not (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)
    ):
        raise PydanticCustomError("date_type", "a date is needed")
    return value


#: The dates that there are, and the amounts that a program may write.
_DAYS = (
    r"^(199[0-9]|20[0-9]{2})-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    r"|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$"
)
MONEY = (
    r"^(|面议|(不超过|不低于)?[0-9]{1,6}(\.[0-9]{1,2})?万元|[0-9]{1,6}(\.[0-9]{1,2})?万元以[上下]"
    r"|[0-9]{1,6}(\.[0-9]{1,2})?-[0-9]{1,6}(\.[0-9]{1,2})?万元)$"
)
Number = BeforeValidator(_number)
Top = Annotated[int, Field(ge=1, le=100, description="最多几条 / how many at most"), Number]
Text = Annotated[str, Field(max_length=MAX_TEXT, pattern=_PLAIN)]
Short = Annotated[str, Field(max_length=MAX_SHORT, pattern=_PLAIN)]
Said = Annotated[str, Field(min_length=1, max_length=MAX_SHORT, pattern=_SAID)]
Id = Annotated[str, Field(min_length=1, max_length=MAX_SHORT, pattern=_ID)]
Title = Annotated[str, Field(min_length=1, max_length=MAX_TITLE, pattern=_SAID)]
Stage = Annotated[int, Field(ge=1, le=9), BeforeValidator(whole)]
Level = Annotated[int, Field(ge=1, le=4), BeforeValidator(whole)]
Deadline = Annotated[
    date | None,
    BeforeValidator(_day),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": _DAYS, "examples": ["2027-06-30"]}, {"type": "null"}]}
    ),
]
Budget = Annotated[
    str,
    Field(max_length=MAX_SHORT, pattern=_PLAIN),
    WithJsonSchema({"type": "string", "pattern": MONEY, "examples": ["50-100万元", "面议"]}),
]


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


# Queries and paths: what is wrong in them is a bad request.


class TopQuery(Given):
    top: Top = 10


class TextQuery(Given):
    text: Annotated[
        str,
        Field(
            min_length=1, max_length=MAX_TEXT, pattern=_LETTER, description="要匹配的文字 / the text to match"
        ),
    ]
    top: Top = 10


class NeedPath(BaseModel):
    need_id: Id = Field(examples=["n-nuts-01"], description="需求编号 / id of the need")


class AchievementPath(BaseModel):
    achievement_id: Id = Field(examples=["a-nuts-02"], description="成果编号 / id of the achievement")


class OrganizationPath(BaseModel):
    organization_id: Id = Field(examples=["o-energy-01"], description="机构编号 / id of the organization")


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


class Places(Given):
    """What records of any kind are looked for by; texts match by containment."""

    q: Annotated[
        str, Field(max_length=MAX_SHORT, description="关键词，空格隔开须都出现 / words, all of which occur")
    ] = ""
    region: Annotated[list[Short], Field(max_length=10)] = []
    county: Annotated[list[Short], Field(max_length=10)] = []
    field: Annotated[list[Short], Field(max_length=10)] = []
    page: Annotated[int, Field(ge=1, le=100_000), Number] = 1
    per_page: Annotated[int, Field(ge=1, le=100), Number] = 20


class AchievementsQuery(Places):
    institution: Annotated[list[Short], Field(max_length=10)] = []
    mode: Annotated[list[Mode], Field(max_length=10)] = []
    min_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None
    max_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None


class NeedsQuery(Places):
    enterprise: Annotated[list[Short], Field(max_length=10)] = []
    mode: Annotated[list[Mode], Field(max_length=10)] = []
    min_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None
    max_stage: Annotated[Annotated[int, Field(ge=1, le=9)] | None, Field(description="TRL"), Number] = None


class OrganizationsQuery(Places):
    kind: OrganizationKind | None = None
    tier: Tier | None = None


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

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=_SAID)]
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
    key: str = Field(description="私密链接的钥匙，只给这一次 / key of the private link, given this once")


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
