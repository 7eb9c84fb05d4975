"""The records: achievement, need, organization, judgement.

Each is a pydantic model whose fields read what people write (``budget="50-100万元"``,
``stage="中试"``), so that a spreadsheet row, a JSON line and a web form go through one door.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from corpora.cells import clean
from corpora.errors import UnreadableValue, shorten
from corpora.values import (
    Money,
    find_price,
    read_date,
    read_indicators,
    read_list,
    read_modes,
    read_money,
    read_ownership,
    read_stage,
)
from corpora.vocabulary import Kind, Mode, OrganizationKind, Ownership, Tier, normalize, vocabulary

MAX_TITLE = 200
MAX_SHORT = 500
MAX_TEXT = 20_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def _text(limit: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, bool | dict | list | tuple | set):
            raise UnreadableValue(
                f"应是文字，不是 {type(value).__name__}", f"text is needed, not {type(value).__name__}"
            )
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value)
        if found := _CONTROL.search(text):
            code = f"U+{ord(found[0]):04X}"
            raise UnreadableValue(
                f"含有控制字符 {code}（“{shorten(text)}”），请删去",
                f"contains the control character {code} ('{shorten(text)}'); remove it",
            )
        if len(text) > limit:
            raise UnreadableValue(
                f"有 {len(text)} 个字符，上限 {limit}（“{shorten(text)}”），请缩短或移到附件",
                f"has {len(text)} characters, at most {limit} ('{shorten(text)}'); shorten it or attach it",
            )
        return text.strip()

    return read


def _choice(list_name: str, what_zh: str, what_en: str) -> Callable[[object], str | None]:
    def read(value: object) -> str | None:
        text = clean(value, MAX_SHORT)
        if not text or vocabulary().is_open(text):
            return None
        key = vocabulary().match(list_name, text)
        if key is None:
            known = "、".join(entry["zh"] for entry in vocabulary().lists[list_name].values())
            raise UnreadableValue(
                f"{what_zh}“{shorten(text)}”不认识，可写：{known}",
                f"unknown {what_en} '{shorten(text)}'; known: {known}",
            )
        return key

    return read


def _required(zh: str, en: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not value:
            raise UnreadableValue(f"缺少{zh}", f"the {en} is missing")
        return value

    return check


def _budget(value: object) -> str:
    """Keep a budget as written, once it is known that it can be read."""
    read_money(value)
    return f"{value:.12g}万元" if isinstance(value, int | float) else _text(MAX_SHORT)(value)


def _phone(value: object) -> str:
    """Keep a number as written; 1.39914E+10 has lost most of its digits."""
    text = _text(MAX_SHORT)(value)
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+\d+", text):
        raise UnreadableValue(
            f"电话“{text}”被 Excel 改成了科学计数法，请按文本格式重填",
            f"Excel turned the phone number into {text}; format the cell as text and write it again",
        )
    return text


Title = Annotated[str, BeforeValidator(_text(MAX_TITLE))]
Short = Annotated[str, BeforeValidator(_text(MAX_SHORT))]
Text = Annotated[str, BeforeValidator(_text(MAX_TEXT))]
Names = Annotated[list[Short], BeforeValidator(read_list)]
Stage = Annotated[int | None, BeforeValidator(read_stage)]
Modes = Annotated[list[Mode], BeforeValidator(read_modes)]


class Contact(BaseModel):
    """How to reach somebody: private, kept in its own table, never in an index or an export."""

    model_config = ConfigDict(extra="forbid")

    name: Short = ""
    phone: Annotated[Short, BeforeValidator(_phone)] = ""
    email: Short = ""


class Record(BaseModel):
    """What every kind of record has."""

    model_config = ConfigDict(extra="forbid")

    id: Short = ""
    region: Short = ""
    county: Short = ""
    fields: Names = []
    contact: Contact = Contact()

    #: The field that names a record to people.
    NAME: ClassVar[str] = "title"
    KIND: ClassVar[Kind]

    @property
    def label(self) -> str:
        """The record's name for people."""
        return str(getattr(self, self.NAME))

    @property
    def document(self) -> str:
        """The text that is indexed: never the contact."""
        raise NotImplementedError

    def content_hash(self) -> str:
        """Return 32 hexadecimal digits that change whenever anything but the id does."""
        content = json.dumps(self.model_dump(mode="json", exclude={"id"}), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    @model_validator(mode="after")
    def _has_an_id(self) -> Self:
        if not self.id:
            self.id = _derived_id(self.KIND, *self._natural_key())
        return self

    def _natural_key(self) -> tuple[str, ...]:
        """What makes two rows without an id the same record."""
        raise NotImplementedError


def _derived_id(kind: Kind, *parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(normalize(part) for part in parts).encode()).hexdigest()
    return f"{kind[0]}-{digest[:12]}"


def _joined(title: str, *parts: str) -> str:
    """Title and parts as one text; a title that merely begins the text is not said twice."""
    if parts[0].startswith(title.rstrip("…")):
        title = ""
    return "\n".join(part for part in (title, *parts) if part)


class Achievement(Record):
    """What a university or institute offers (科技成果)."""

    KIND: ClassVar[Kind] = Kind.ACHIEVEMENT

    title: Annotated[Title, AfterValidator(_required("成果名称", "title"))] = Field(
        default="", validate_default=True
    )
    text: Text = ""
    keywords: Names = []
    institution: Short = ""
    inventors: Names = []
    stage: Stage = None
    form: Short = ""
    ip: Text = ""
    modes: Modes = []
    terms: Text = ""
    registration_number: Short = ""

    @property
    def document(self) -> str:
        return _joined(self.title, self.text, "、".join(self.keywords))

    @property
    def price(self) -> Money | None:
        """The (low, high) price in 万元 that the terms name, if they name just one."""
        return find_price(self.terms)

    def _natural_key(self) -> tuple[str, ...]:
        if self.registration_number:
            return ("registration", self.registration_number)
        return (self.title, self.institution)


class Need(Record):
    """What an enterprise asks for (技术需求); money in 万元."""

    KIND: ClassVar[Kind] = Kind.NEED

    title: Annotated[Title, AfterValidator(_required("需求名称", "title"))] = Field(
        default="", validate_default=True
    )
    text: Text = ""
    indicators: Annotated[list[Text], BeforeValidator(read_indicators)] = []
    deadline: Annotated[date | None, BeforeValidator(read_date)] = None
    budget: Annotated[str, BeforeValidator(_budget)] = ""
    modes: Modes = []
    ip_wanted: Annotated[Ownership | None, BeforeValidator(read_ownership)] = None
    min_stage: Stage = None
    enterprise: Short = ""
    attachments: Names = []

    @property
    def document(self) -> str:
        return _joined(self.title, self.text, *self.indicators)

    @property
    def budget_range(self) -> Money | None:
        """The budget's (low, high) in 万元; None where it is left open."""
        return read_money(self.budget)

    def _natural_key(self) -> tuple[str, ...]:
        return (self.title, self.enterprise)


class Organization(Record):
    """A university, institute, enterprise, platform, pilot base, agency, fund or park (机构)."""

    KIND: ClassVar[Kind] = Kind.ORGANIZATION
    NAME: ClassVar[str] = "name"

    name: Annotated[Title, AfterValidator(_required("机构名称", "name"))] = Field(
        default="", validate_default=True
    )
    text: Text = ""
    kind: Annotated[
        OrganizationKind | None,
        BeforeValidator(_choice("organization_kinds", "机构类型", "kind of organization")),
    ] = None
    tier: Annotated[Tier | None, BeforeValidator(_choice("tiers", "企业梯队", "enterprise tier"))] = None

    @property
    def document(self) -> str:
        return _joined(self.name, self.text)

    def _natural_key(self) -> tuple[str, ...]:
        return (self.name,)


class Judgement(BaseModel):
    """Somebody's level for one (need, achievement) pair (标注)."""

    model_config = ConfigDict(extra="forbid")

    need_id: Short
    achievement_id: Short
    level: Annotated[int, Field(ge=1, le=4)]
    author: Short = ""
    at: datetime | None = None
    note: Text = ""


RECORDS: dict[Kind, type[Record]] = {
    Kind.ACHIEVEMENT: Achievement,
    Kind.NEED: Need,
    Kind.ORGANIZATION: Organization,
}
