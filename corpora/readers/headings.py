"""Which column or form label is which field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache

from corpora.errors import BadRequest
from corpora.records import RECORDS
from corpora.vocabulary import Kind, Vocabulary, normalize, vocabulary

#: Fields whose several columns (成果简介, 主要技术指标, …) are read one after the other.
JOINED = ("text", "indicators", "terms", "ip")
#: What parts the two levels of a heading: 联系方式|联系电话.
LEVELS = "|"
_CONTACTS = ("contact", "contact_name", "contact_phone", "contact_email")
_LONGEST = 30

_BRACKETS = re.compile(r"[（(\[【][^（(\[【]*?[)）\]】]")
_OPEN_BRACKET = re.compile(r"(?<=.)[（(\[【].*$", re.DOTALL)
_NUMBERING = re.compile(
    r"^\s*(?:\d{1,2}(?:[.、．)）]|\s+(?=\D))|[一二三四五六七八九十]{1,3}、|[（(][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳])"
)
_ORNAMENTS = re.compile(r"[“”\"'‘’`#?？!！※▲△●○◆◇■□·。．.…]+")
_UNIT_AT_END = re.compile(r"(?<=.)[/:：]?(?:单位[:：]?)?(?:人民币)?(?:万元|亿元|元)$")
_UNIT = re.compile(
    r"(万元|亿元|元)\s*(?:人民币)?\s*[)）\]】]?\s*$|[（(/]\s*(?:单位[:：]?)?\s*(?:人民币)?\s*(万元|亿元|元)"
)
_UNIT_ABOVE = re.compile(r"(?:金额)?单位\s*[:：]\s*(?:人民币)?(万元|亿元|元)")
_AMOUNTS = ("budget", "terms")
_ENGLISH_UNITS = (
    (
        re.compile(
            r"(?:10k|10,?000|ten thousand)\s*(?:cny|rmb|yuan)|(?:cny|rmb|yuan)\s*(?:10k|10,?000)", re.I
        ),
        "万元",
    ),
    (re.compile(r"million\s*(?:cny|rmb|yuan)|(?:cny|rmb|yuan)\s*million", re.I), "百万元"),
    (re.compile(r"\b(?:cny|rmb|yuan)\b", re.I), "元"),
)
_ABOUT = re.compile(r"(?:基本)?(?:信息|情况|资料)$")
_HINTS = {
    Kind.NEED: ("需求", "难题", "揭榜", "榜单", "need"),
    Kind.ACHIEVEMENT: ("成果", "专利", "achievement"),
    Kind.ORGANIZATION: ("名录", "机构", "企业库", "载体", "organization"),
}


@dataclass(frozen=True)
class Headings:
    """What the columns of one table, or the labels of one form, mean.

    `fields` maps a column's position to a field; `units` keeps 元 or 万元 where the heading names it.
    """

    kind: Kind
    labels: Sequence[str]
    fields: Mapping[int, str]
    units: Mapping[int, str] = field(default_factory=dict)
    score: float = 0.0

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The headings that mean no field, but for those that never do (序号, 备注, 填报日期 …)."""
        ignored = _ignored(vocabulary())
        return tuple(
            label
            for position, label in enumerate(self.labels)
            if position not in self.fields
            and (bare := _bare(label))
            and not any(word in bare for word in ignored)
        )


def understand(
    labels: Sequence[str],
    kind: Kind | None = None,
    hint: str = "",
    overrides: Mapping[str, str] | None = None,
    least: int = 2,
) -> Headings | None:
    """Return what `labels` mean under the kind that fits best, or None where they head no table.

    A table needs its naming column (title or name; a need or an achievement may do with its text)
    and one more, `least` in all. `kind` fixes the kind; else `hint` (file name, sheet name, title
    rows) decides between kinds that fit alike. `overrides` maps a label to a field, or to "" to
    leave it out.
    """
    overrides = {_bare(label): name for label, name in (overrides or {}).items()}
    candidates = [_read(labels, each, overrides) for each in ([kind] if kind else list(Kind))]
    fitting = [each for each in candidates if len(each.fields) >= least and _names_records(each)]
    scores = [each.score + _hinted(each.kind, hint) for each in fitting]
    # Where two kinds fit alike nobody can tell: the reader of the error says --kind.
    if not fitting or scores.count(max(scores)) > 1:
        return None
    return fitting[scores.index(max(scores))]


def with_unit_of(headings: Headings, prose: str) -> Headings:
    """Return the headings, with the unit that a line above the table names (单位：元) where they name none."""
    found = _UNIT_ABOVE.search(prose)
    if not found:
        return headings
    amounts = {c: found[1] for c, name in headings.fields.items() if name in _AMOUNTS}
    return replace(headings, units=amounts | dict(headings.units))


def means_a_field(label: str, reading_kind: Kind | None, *, exactly: bool = False) -> bool:
    """True where `label` names a field of the kind, or of any kind; `exactly`, where it is a known word."""
    kinds = [reading_kind] if reading_kind else list(Kind)
    if exactly:
        return any(_bare(label) in _words(vocabulary(), each) for each in kinds)
    return any(_meaning(label, vocabulary(), each) for each in kinds)


def names_exactly(label: str, name: str, kind: Kind) -> bool:
    """True where `label` is, word for word, a heading of the field `name`."""
    return _words(vocabulary(), kind).get(_bare(label)) == name


def without_column(overrides: Mapping[str, str], labels: Iterable[str]) -> list[str]:
    """Return the overrides' headings that none of `labels` is."""
    there = {_bare(each) for label in labels for each in (label, label.rsplit(LEVELS)[-1])}
    return [label for label in overrides if _bare(label) not in there]


def known_fields(kind: Kind) -> list[str]:
    """Return the fields that a column can mean."""
    return [*(name for name in RECORDS[kind].model_fields if name != "contact"), *_CONTACTS]


def check_overrides(overrides: Mapping[str, str]) -> None:
    """Raise BadRequest for a --map whose field no kind has."""
    known = {name for kind in Kind for name in known_fields(kind)} | {""}
    for label, name in overrides.items():
        if name not in known:
            raise BadRequest(
                f"--map {label}={name}：没有字段“{name}”，可用：{'、'.join(sorted(known - {''}))}",
                f"--map {label}={name}: no field '{name}'; fields: {', '.join(sorted(known - {''}))}",
            )


def _read(labels: Sequence[str], kind: Kind, overrides: Mapping[str, str]) -> Headings:
    found: dict[int, tuple[str, float]] = {}
    for position, label in enumerate(labels):
        own = next(
            (_bare(each) for each in (label, label.rsplit(LEVELS)[-1]) if _bare(each) in overrides), None
        )
        if own is not None:
            if overrides[own] in known_fields(kind):
                found[position] = (overrides[own], 3.0)
        elif match := _meaning(label, vocabulary(), kind):
            found[position] = match
    best: dict[str, float] = {}
    for name, weight in found.values():
        best[name] = max(weight, best.get(name, 0.0))
    fields: dict[int, str] = {}
    for position, (name, weight) in found.items():
        if name in JOINED or (name not in fields.values() and weight == best[name]):
            fields[position] = name
    units = {
        position: unit
        for position, name in fields.items()
        if name in _AMOUNTS and (unit := _unit(labels[position]))
    }
    # A heading that only this kind knows word for word speaks for the kind, most of all its naming one.
    score = sum(found[position][1] for position in fields)
    if RECORDS[kind].NAME in best:
        score += best[RECORDS[kind].NAME] >= 2.0
    else:
        score += _hinted(kind, " ".join(labels[position] for position in fields)) - 2.0
    return Headings(kind, labels, fields, units, score)


def _names_records(found: Headings) -> bool:
    """True where a column names the records, or says of a need or an achievement what it is."""
    names = set(found.fields.values())
    return RECORDS[found.kind].NAME in names or (
        found.kind is not Kind.ORGANIZATION and "text" in names and len(names) >= 2
    )


@lru_cache(maxsize=20_000)
def _meaning(label: str, vocabulary_in_force: Vocabulary, kind: Kind) -> tuple[str, float] | None:
    """Return (field, weight): the word itself, else the longest at the end, else a long one inside."""
    upper, _, lower = label.rpartition(LEVELS)
    bare = _bare(_ABOUT.sub("", upper) + lower)
    if not bare or len(bare) > _LONGEST:
        return None
    words = _words(vocabulary_in_force, kind)
    if bare in words:
        return words[bare], 2.0
    if any(word in bare for word in _ignored(vocabulary_in_force)):
        return None
    if upper:
        about = upper if _bare(lower) in ("名称", "全称") else lower
        if match := _meaning(about, vocabulary_in_force, kind):
            return match
    if bare.isascii():
        return _english_meaning(label, words)
    if len(_contact_parts(bare)) > 1:
        return "contact", 1.0
    length = len(bare)
    for weight, parts in (
        (1.0, (bare[start:] for start in range(length - 1))),
        (0.5, (bare[start : start + n] for n in range(length - 1, 3, -1) for start in range(length - n + 1))),
        (0.5, (bare[:n] for n in range(length - 1, 2, -1))),
    ):
        for part in parts:
            # Only a word of its own says which number is the record's: 单位编号 and 证书编号 do not.
            if words.get(part, "id") != "id" and not part.isascii():
                return words[part], weight
    return None


def _english_meaning(label: str, words: Mapping[str, str]) -> tuple[str, float] | None:
    """Whole words only: "Contact phone number" holds contact phone, "Relationship" does not hold ip."""
    tokens = re.findall(r"[a-z0-9]+", _BRACKETS.sub("", label).casefold())
    runs = ("".join(tokens[i:j]) for i in range(len(tokens)) for j in range(i + 1, len(tokens) + 1))
    inside = [run for run in runs if len(run) >= 4 and run in words]
    return (words[max(inside, key=len)], 1.0) if inside else None


def _contact_parts(bare: str) -> list[str]:
    """Return the parts of a contact that a heading names side by side: 联系人/电话, but not 联系人电话."""
    parts = re.split(r"[/、,，及和与]", bare)
    return [part for part in parts if re.search(r"联系人|负责人|姓名|电话|手机|方式|邮箱", part)]


def _unit(label: str) -> str | None:
    if found := _UNIT.search(label):
        return found[1] or found[2]
    return next((unit for pattern, unit in _ENGLISH_UNITS if pattern.search(label)), None)


def _hinted(kind: Kind, hint: str) -> float:
    lowered = hint.casefold()
    return 2.5 if any(word in lowered for word in _HINTS[kind]) else 0.0


@lru_cache(maxsize=10_000)
def _bare(label: str) -> str:
    """Return a heading in simplified characters without numbering, brackets, stars, units and spaces."""
    if len(label) > 200:
        return ""
    text = _NUMBERING.sub("", label.strip())
    text = _OPEN_BRACKET.sub("", _BRACKETS.sub("", text)) if _BRACKETS.sub("", text).strip() else text
    text = normalize(_ORNAMENTS.sub("", text).translate(_simplified(vocabulary())))
    return _UNIT_AT_END.sub("", text)


@cache
def _words(words: Vocabulary, kind: Kind) -> dict[str, str]:
    headers = words.lists["headers"]
    fields = set(known_fields(kind))
    table = {normalize(name): name for name in fields}
    for section in ("common", kind.value):
        for name, synonyms in headers[section].items():
            table |= {_bare(str(word)): name for word in synonyms}
    return table


@cache
def _ignored(words: Vocabulary) -> tuple[str, ...]:
    return tuple(_bare(word) for word in words.lists["headers"]["ignored"])


@cache
def _simplified(words: Vocabulary) -> dict[int, str]:
    pairs = words.lists["traditional"].split()
    return str.maketrans({pair[0]: pair[1] for pair in pairs})
