"""Which column or form label is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from corpora.errors import BadRequest
from corpora.records import RECORDS
from corpora.vocabulary import Kind, Vocabulary, normalize, vocabulary

#: Fields whose several columns (成果简介, 主要技术指标, …) are read one after the other.
JOINED = ("text", "indicators", "terms", "ip")
_CONTACTS = ("contact", "contact_name", "contact_phone", "contact_email")

_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、．]|[一二三四五六七八九十]{1,3}、|[（(]\d{1,2}[)）])")
_UNIT = re.compile(r"[（(/]\s*(?:单位[:：]?)?\s*(?:人民币)?\s*(万元|元|亿元)\s*[)）]?")
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


def understand(
    labels: Sequence[str], kind: Kind | None = None, hint: str = "", overrides: Mapping[str, str] | None = None
) -> Headings | None:
    """Return what `labels` mean under the kind that fits best, or None where they head no table.

    A table needs its naming column (title or name) and one more. `kind` fixes the kind; else `hint`
    (file name, sheet name, title rows) decides between kinds that fit alike. `overrides` maps a
    label to a field, or to "" to leave it out.
    """
    overrides = {_bare(label): name for label, name in (overrides or {}).items()}
    candidates = [_read(labels, each, overrides) for each in ([kind] if kind else list(Kind))]
    fitting = [
        each for each in candidates
        if len(each.fields) >= 2 and RECORDS[each.kind].NAME in each.fields.values()
    ]
    if not fitting:
        return None
    return max(fitting, key=lambda each: (each.score + _hinted(each.kind, hint), -list(Kind).index(each.kind)))


def means_a_field(label: str, reading_kind: Kind | None) -> bool:
    """True where `label` names a field of the kind, or of any kind."""
    return any(_meaning(_bare(label), _words(vocabulary(), each)) for each in ([reading_kind] if reading_kind else Kind))


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
    words = _words(vocabulary(), kind)
    found: dict[int, tuple[str, float]] = {}
    for position, label in enumerate(labels):
        bare = _bare(label)
        if bare in overrides:
            if overrides[bare]:
                found[position] = (overrides[bare], 3.0)
        elif match := _meaning(bare, words):
            found[position] = match
    best = {name: max(weight for other, weight in found.values() if other == name) for name, _ in found.values()}
    fields: dict[int, str] = {}
    for position, (name, weight) in found.items():
        if name in JOINED or (name not in fields.values() and weight == best[name]):
            fields[position] = name
    units = {
        position: unit[1] for position, name in fields.items() if name == "budget" and (unit := _UNIT.search(labels[position]))
    }
    # A heading that only this kind knows exactly speaks for the kind.
    score = sum(found[position][1] for position in fields)
    return Headings(kind, labels, fields, units, score)


def _meaning(bare: str, words: Mapping[str, str]) -> tuple[str, float] | None:
    """Return (field, weight): the word itself, else the longest at the end, else a long one inside."""
    if not bare or len(bare) > 24:
        return None
    if bare in words:
        return words[bare], 2.0
    ending = [word for word in words if len(word) >= 2 and bare.endswith(word)]
    inside = ending or [word for word in words if len(word) >= 4 and word in bare]
    return (words[max(inside, key=len)], 1.0) if inside else None


def _hinted(kind: Kind, hint: str) -> float:
    lowered = hint.casefold()
    return 2.5 if any(word in lowered for word in _HINTS[kind]) else 0.0


def _bare(label: str) -> str:
    text = _NUMBERING.sub("", label.strip())
    return normalize(_BRACKETS.sub("", text)) or normalize(text)


@cache
def _words(words: Vocabulary, kind: Kind) -> dict[str, str]:
    headers = words.lists["headers"]
    fields = set(known_fields(kind))
    table = {normalize(name): name for name in fields}
    for section in ("common", kind.value):
        for name, synonyms in headers[section].items():
            table |= {normalize(str(word)): name for word in synonyms}
    return table
