"""Queries: what somebody searches for, as an address or a saved search writes it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from corpora.chains import chains
from corpora.errors import BadRequest, shorten
from corpora.records import MAX_SHORT
from corpora.vocabulary import Kind, Mode, OrganizationKind, Tier, vocabulary
from models.words import words_of

PAGE_SIZE = 20
#: Beyond that it is a description, which matching answers better.
MAX_WORDS, MAX_TEXT = 20, 500
MAX_CHOSEN = 30
MAX_PAGE = 1_000_000
#: What "lately" may mean.
DAYS = (30, 90, 365)

KINDS = {
    Kind.ACHIEVEMENT: ("成果", "achievements"),
    Kind.NEED: ("需求", "needs"),
    Kind.ORGANIZATION: ("机构", "organizations"),
}
#: The facets of each kind, in order of presentation; the names are those of addresses.
FACETS: dict[Kind, tuple[str, ...]] = {
    Kind.ACHIEVEMENT: ("chain", "fields", "county", "region", "modes", "institution"),
    Kind.NEED: ("chain", "fields", "county", "region", "modes", "enterprise"),
    Kind.ORGANIZATION: ("type", "tier", "chain", "fields", "county", "region"),
}
FACET_NAMES = {
    "chain": ("产业链", "industry chain"),
    "fields": ("领域", "field"),
    "county": ("县区", "county"),
    "region": ("地区", "region"),
    "modes": ("合作方式", "cooperation mode"),
    "institution": ("完成单位", "institution"),
    "enterprise": ("企业", "enterprise"),
    "type": ("机构类型", "kind of organization"),
    "tier": ("企业梯队", "enterprise tier"),
}
#: Facets whose values are keys of the vocabulary: the list, and the keys there are.
_KEYS: dict[str, tuple[str, type[StrEnum]]] = {
    "modes": ("modes", Mode),
    "type": ("organization_kinds", OrganizationKind),
    "tier": ("tiers", Tier),
}


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


Choice = TypeVar("Choice", bound=StrEnum)
Value = str | list[str]


@dataclass(frozen=True)
class Chosen:
    """One thing that narrows a query: which, the value as an address has it, and what it is called."""

    name: str
    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Query:
    """What is searched for: words, all of which must be there; of each facet one of the values chosen."""

    kind: Kind = Kind.ACHIEVEMENT
    text: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_stage: int | None = None
    max_stage: int | None = None
    #: Only what changed within so many days.
    days: int | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Query:
        """Return the query that an address's arguments (texts, or lists of them) or `as_mapping` describe.

        Empty values, unknown names, and facets that the kind has not, ask nothing.
        Raises BadRequest for a value that makes no sense.
        """
        said = {name: _texts(value) for name, value in values.items()}
        first = {name: texts[0] for name, texts in said.items() if texts}
        kind = _choice(Kind, first.get("kind", Kind.ACHIEVEMENT), "类别", "kind")
        text = " ".join(first.get("q", "").split())
        if len(text) > MAX_TEXT or len(words_of(text)) > MAX_WORDS:
            raise BadRequest(
                f"搜索词有 {len(text)} 个字符、{len(words_of(text))} 个词，最多 {MAX_TEXT} 个字符、{MAX_WORDS} 个词；"
                "请留下最要紧的几个词，整段的描述可以用“发布需求”匹配",
                f"{len(text)} characters in {len(words_of(text))} words are more than {MAX_TEXT} in {MAX_WORDS}; "
                "keep the words that matter most, or describe it as a need",
            )
        low, high = (_number(first, name, 1, 9) for name in ("min_stage", "max_stage"))
        if low and high and low > high:
            raise BadRequest(f"最低阶段 {low} 高于最高阶段 {high}；请对调",
                             f"the lowest stage {low} is above the highest, {high}; swap them")  # fmt: skip
        days = _number(first, "days", 1, 10_000)
        if days not in (None, *DAYS):
            raise BadRequest(f"天数可选 {'、'.join(map(str, DAYS))}，现为 {days}",
                             f"days may be {', '.join(map(str, DAYS))}, not {days}")  # fmt: skip
        return cls(
            kind,
            text,
            {name: _values(name, said[name]) for name in FACETS[kind] if said.get(name)},
            low,
            high,
            days,
            _choice(Sort, first.get("sort", Sort.RELEVANCE), "排序", "sort"),
            _number(first, "page", 1, MAX_PAGE) or 1,
        )

    def as_mapping(self) -> dict[str, Value]:
        """Return what `read` takes back, as the arguments of an address; what is as usual is left out."""
        said: dict[str, Value] = {"kind": self.kind.value}
        if self.text:
            said["q"] = self.text
        said |= {name: list(values) for name, values in self.facets.items() if values}
        said |= {
            name: str(getattr(self, name))
            for name in ("min_stage", "max_stage", "days")
            if getattr(self, name)
        }
        if self.sort is not Sort.RELEVANCE:
            said["sort"] = self.sort.value
        if self.page > 1:
            said["page"] = str(self.page)
        return said

    @property
    def words(self) -> list[str]:
        return words_of(self.text)

    @property
    def chosen(self) -> list[Chosen]:
        """All that narrows the query beside its words."""
        found = [
            Chosen(name, value, *value_label(name, value))
            for name, values in self.facets.items()
            for value in values
        ]
        if self.min_stage:
            found.append(
                Chosen(
                    "min_stage",
                    str(self.min_stage),
                    f"TRL {self.min_stage} 及以上",
                    f"TRL {self.min_stage} or more",
                )
            )
        if self.max_stage:
            found.append(
                Chosen(
                    "max_stage",
                    str(self.max_stage),
                    f"TRL {self.max_stage} 及以下",
                    f"TRL {self.max_stage} or less",
                )
            )
        if self.days:
            found.append(Chosen("days", str(self.days), f"近 {self.days} 天", f"last {self.days} days"))
        return found

    def toggled(self, name: str, value: str) -> Query:
        """Return the query with a facet's value chosen, or no longer chosen, from the first page."""
        values = self.facets.get(name, ())
        values = tuple(one for one in values if one != value) if value in values else (*values, value)
        return replace(self, facets={**self.facets, name: values}, page=1)

    def without(self, chosen: Chosen) -> Query:
        """Return the query with one thing less that narrows it, from the first page."""
        if chosen.name in self.facets:
            return self.toggled(chosen.name, chosen.value)
        return replace(self, **{chosen.name: None}, page=1)  # type: ignore[arg-type]

    def of_kind(self, kind: Kind) -> Query:
        """Return the same question asked of another kind, with the facets that both have."""
        if kind is self.kind:
            return replace(self, page=1)
        facets = {name: values for name, values in self.facets.items() if name in FACETS[kind]}
        stages = {} if kind is not Kind.ORGANIZATION else {"min_stage": None, "max_stage": None}
        return replace(self, kind=kind, facets=facets, page=1, **stages)  # type: ignore[arg-type]

    def stated(self) -> tuple[str, str]:
        """Return the query in words, Chinese and English."""
        said = [(f"“{self.text}”", f'"{self.text}"')] if self.text else []
        said += [(one.zh, one.en) for one in self.chosen]
        zh, en = KINDS[self.kind]
        return "，".join([zh, *(one for one, _ in said)]), ", ".join([en, *(one for _, one in said)])


def value_label(name: str, value: str) -> tuple[str, str]:
    """Return what a facet's value is called, Chinese and English; of a chain that is not shipped, its id."""
    if name == "chain" and (chain := chains().get(value)):
        return chain.zh, chain.en
    return vocabulary().label(_KEYS[name][0], value) if name in _KEYS else (value, value)


def _texts(value: object) -> list[str]:
    values: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    return [text for one in values if one is not None and (text := str(one).strip())]


def _values(name: str, values: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(values))
    if len(kept) > MAX_CHOSEN:
        raise BadRequest(f"一项最多选 {MAX_CHOSEN} 个，现有 {len(kept)} 个",
                         f"at most {MAX_CHOSEN} may be chosen of one facet, not {len(kept)}")  # fmt: skip
    for value in kept:
        if len(value) > MAX_SHORT:
            raise BadRequest(f"“{shorten(value)}”太长", f"'{shorten(value)}' is too long")
        if name in _KEYS:
            _choice(_KEYS[name][1], value, *FACET_NAMES[name])
    return kept


def _choice(choices: Callable[[str], Choice], value: str, zh: str, en: str) -> Choice:
    try:
        return choices(value)
    except ValueError as error:
        known = "、".join(choices)  # type: ignore[arg-type]
        raise BadRequest(f"{zh}“{shorten(value)}”不认识，可选：{known}",
                         f"unknown {en} '{shorten(value)}'; there are {known}") from error  # fmt: skip


def _number(values: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = values.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and least <= int(text) <= most):
        raise BadRequest(f"{name} 应是 {least}–{most} 的整数，现为“{shorten(text)}”",
                         f"{name} is a whole number from {least} to {most}, not '{shorten(text)}'")  # fmt: skip
    return int(text)
