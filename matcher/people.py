"""Who is who: the people behind the inventors' names, namesakes kept apart.

A person is a name at an institution. The same name elsewhere is somebody else unless the records
say otherwise, for a province holds many a 王伟: only people who worked with the same colleagues,
or signed the same achievement, are taken for one. What was decided can be checked by a person, so
every decision that could be wrong leaves a note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from corpora.records import Achievement
from corpora.store import DuplicateLink
from corpora.values import SEPARATORS
from corpora.vocabulary import normalize
from models.ngrams import NgramWeights, count

#: Cosines of n-gram weights, measured on the demo's achievements: of two from different chains, one
#: pair in a hundred reaches RELATED, and half stay below UNRELATED. Between the two nothing is said.
RELATED = 0.09
UNRELATED = 0.042
#: Colleagues in common that alone make two namesakes one person; with a common subject, one will do.
COLLEAGUES = 2
#: Ids that a note spells out.
_LISTED = 3

_BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]?")
#: A phone number or an address that somebody put beside the name is nobody's business.
_REACHED_AT = re.compile(
    r"\S+@\S+|(?:联系)?(?:电话|手机|邮箱|联系方式|\btel\b|\be-?mail).*|[\d+*#†].*", re.IGNORECASE
)
_ROLE = r"(?:项目|课题|成果|技术|团队)?(?:负责人|带头人|主持人|联系人|完成人|发明人|组长|成员|姓名)"
_GRADE = r"(?:特聘|讲席|助理|副|正|首席|主任|教授级|正?高级)*"
_TITLE = (
    rf"(?:{_GRADE}(?:教授|研究员|工程师|实验师|农艺师|畜牧师|经济师|医师|药师|讲师|高工|正高|专家)"
    rf"|(?:博士|硕士)?(?:生?导师|研究生)|博士后|博士|硕士|院士|博导|硕导|助教|老师|先生|女士|同志"
    rf"|(?:副?(?:主任|院长|所长|校长|处长))|{_ROLE}|课题组|团队|等(?:\d*人)?)"
)
_TITLES = rf"(?:[\s,、:]*{_TITLE})+"
_TITLED = re.compile(rf"(.{{2,}}?){_TITLES}")
_TITLES_ALONE = re.compile(_TITLES)
_ROLE_BEFORE = re.compile(rf"^{_ROLE}[:\s]*")
_LATIN_TITLE = re.compile(r"^(?:prof|dr|mr|mrs|ms)\b\.?\s*|[,\s]+ph\.?\s?d\.?$", re.IGNORECASE)
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")

_EXAMPLE = re.compile(r"\(示例(?:数据)?\)")
#: A school of a university, a laboratory of an institute. 科学院 is no 学院, and its institutes stand alone.
_SUBUNIT = re.compile(
    r"(.+?(?:大学(?!城)|(?<!科)学院)(?:\([^)]*\))?)(?:.*(?:学院|学部|系|研究所|研究中心|实验室|研究室|教研室|课题组|团队))"
    r"|(.+?(?:研究院|研究所))(?:.*(?:实验室|研究室|课题组|项目组|团队))"
)


def clean_name(written: str) -> str:
    """Return the name in what stands for an inventor, without titles, roles, brackets and numbers.

    "" where no name is left; 王教授 stays as it is, for 王 alone names nobody.
    """
    text = _BRACKETED.sub(" ", unicodedata.normalize("NFKC", written))
    text = _ROLE_BEFORE.sub("", _REACHED_AT.sub(" ", text).strip())
    text = _LATIN_TITLE.sub("", text).strip(" ,.、。:")
    text = _HAN_GAP.sub("", text)
    if len(normalize(text)) < 2 or _TITLES_ALONE.fullmatch(text):
        return ""
    titled = _TITLED.fullmatch(text)
    return titled[1].strip() if titled else text


def inventors(achievement: Achievement) -> list[str]:
    """Return the names of an achievement's inventors, in order, each once."""
    names = {normalize(name): name for name in map(clean_name, reversed(achievement.inventors)) if name}
    return list(reversed(names.values()))


#: The same few thousand names are asked for again and again.
@lru_cache(maxsize=200_000)
def institution_key(written: str) -> str:
    """Return what the ways to write one institution share: 某大学（示例） and 某大学材料学院 are 某大学.

    Of several institutions the first, which leads. Places in brackets stay: 中国石油大学（北京） is
    not the one in 华东.
    """
    text = _EXAMPLE.sub("", unicodedata.normalize("NFKC", written))
    first = next((part for part in SEPARATORS.split(text) if part.strip()), "")
    key = normalize(first)
    found = _SUBUNIT.fullmatch(key)
    return (found[1] or found[2]) if found else key


@dataclass(frozen=True)
class Mention:
    """A name on an achievement; position 0 leads."""

    name: str
    achievement: Achievement
    position: int
    colleagues: tuple[str, ...]

    @cached_property
    def institution(self) -> str:
        return institution_key(self.achievement.institution)

    @cached_property
    def subjects(self) -> set[str]:
        return {normalize(word) for word in (*self.achievement.fields, *self.achievement.keywords)}


@dataclass(frozen=True)
class Note:
    """What a broker should check before calling: why this is one person, or may not be."""

    kind: str
    zh: str
    en: str
    achievement_ids: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "zh": self.zh,
            "en": self.en,
            "achievement_ids": list(self.achievement_ids),
        }


@dataclass(frozen=True)
class Person:
    """A name with the achievements that are taken to be one person's."""

    name: str
    mentions: tuple[Mention, ...]
    notes: tuple[Note, ...]

    @property
    def institutions(self) -> list[str]:
        """The institutions as written, one spelling each."""
        return list({each.institution: each.achievement.institution for each in reversed(self.mentions)
                     if each.institution}.values())[::-1]  # fmt: skip


def who_is_who(
    achievements: Sequence[Achievement], duplicates: Iterable[DuplicateLink], weights: NgramWeights,
    names: Iterable[str] | None = None,
) -> list[Person]:  # fmt: skip
    """Return the people on `achievements`, or those of `names`, in the order in which they appear."""
    wanted = None if names is None else {normalize(name) for name in names}
    linked = {frozenset((link.id, link.original_id)) for link in duplicates}
    mentions: dict[str, list[Mention]] = {}
    for achievement in achievements:
        signed = inventors(achievement)
        for position, name in enumerate(signed):
            if wanted is None or normalize(name) in wanted:
                others = tuple(signed[:position] + signed[position + 1 :])
                mentions.setdefault(normalize(name), []).append(Mention(name, achievement, position, others))
    return [person for each in mentions.values() for person in _told_apart(each, linked, weights)]


@dataclass(frozen=True)
class _Ties:
    """What ties n mentions of one name together; each array has the shape (n, n)."""

    colleagues: NDArray[np.int64]
    related: NDArray[np.bool_]
    unrelated: NDArray[np.bool_]
    repeated: NDArray[np.bool_]
    one_institution: NDArray[np.bool_]

    @property
    def one_person(self) -> NDArray[np.bool_]:
        met = self.colleagues >= np.where(self.related, 1, COLLEAGUES)
        return np.asarray(self.one_institution | self.repeated | met)


def _ties(mentions: Sequence[Mention], linked: set[frozenset[str]], weights: NgramWeights) -> _Ties:
    size = (len(mentions), len(mentions))
    table = weights.weigh(count([each.achievement.document for each in mentions]))
    likeness = (table @ table.T).toarray()
    colleagues, shared = np.zeros(size, int), np.zeros(size, bool)
    repeated, one_institution, described = (
        np.zeros(size, bool),
        np.eye(*size, dtype=bool),
        np.eye(*size, dtype=bool),
    )
    known = [{normalize(name) for name in each.colleagues} for each in mentions]
    for i, j in combinations(range(len(mentions)), 2):
        one, other = mentions[i], mentions[j]
        colleagues[i, j] = colleagues[j, i] = len(known[i] & known[j])
        shared[i, j] = shared[j, i] = bool(one.subjects & other.subjects)
        repeated[i, j] = repeated[j, i] = frozenset((one.achievement.id, other.achievement.id)) in linked
        same = bool(one.institution) and one.institution == other.institution
        one_institution[i, j] = one_institution[j, i] = same
        # Bare titles are too short to call two of them unrelated.
        described[i, j] = described[j, i] = bool(one.achievement.text and other.achievement.text)
    related = shared | (likeness >= RELATED)
    unrelated = described & ~shared & (likeness < UNRELATED) & (colleagues == 0) & ~repeated
    return _Ties(colleagues, related, unrelated, repeated, one_institution)


def _told_apart(
    mentions: Sequence[Mention], linked: set[frozenset[str]], weights: NgramWeights
) -> Iterator[Person]:
    """Yield the people who share one name."""
    if len(mentions) == 1:
        yield Person(mentions[0].name, tuple(mentions), ())
        return
    ties = _ties(mentions, linked, weights)
    groups = _connected(ties.one_person)
    for group in groups:
        others = [other for other in groups if other is not group]
        notes = (
            *_merged(group, mentions, ties),
            *_doubtful(group, mentions, ties),
            *_kept_apart(group, others, mentions, ties),
        )
        yield Person(mentions[group[0]].name, tuple(mentions[i] for i in group), notes)


def _merged(group: Sequence[int], mentions: Sequence[Mention], ties: _Ties) -> Iterator[Note]:
    if len({mentions[i].institution for i in group}) == 1 and mentions[group[0]].institution:
        return
    across = [
        (i, j) for i, j in combinations(group, 2) if ties.one_person[i, j] and not ties.one_institution[i, j]
    ]
    ids = tuple(dict.fromkeys(mentions[i].achievement.id for pair in across for i in pair))
    met = {name for i, j in across for name in set(mentions[i].colleagues) & set(mentions[j].colleagues)}
    if not ids:
        return
    names = "、".join(sorted(met))
    why_zh, why_en = (f"共同完成人{names}", f"they share the co-inventors {names}") if met else (
        "署名同一成果", "they signed the same achievement")  # fmt: skip
    yield Note(
        "merged",
        f"不同单位的同名者按一人处理（{_listed(ids)}）：{why_zh}",
        f"one name at several institutions, taken for one person ({_listed(ids)}): {why_en}",
        ids,
    )


def _doubtful(group: Sequence[int], mentions: Sequence[Mention], ties: _Ties) -> Iterator[Note]:
    places = list(group)
    parts = _connected(~ties.unrelated[np.ix_(places, places)])
    if len(parts) == 1:
        return
    ids = [tuple(mentions[places[i]].achievement.id for i in part) for part in parts]
    shown = "；".join(map(_listed, ids))
    yield Note(
        "possibly_several",
        f"同单位同名，可能是两人：{shown}，其间没有共同完成人、共同领域或相近文字",
        f"possibly two people: no co-inventor, field or wording ties {shown}",
        tuple(each for part in ids for each in part),
    )


def _kept_apart(
    group: Sequence[int], others: Sequence[Sequence[int]], mentions: Sequence[Mention], ties: _Ties
) -> list[Note]:
    """Return a note on each namesake, those first whose subjects are alike."""
    notes: list[tuple[bool, Note]] = []
    for other in others:
        near = bool(ties.related[np.ix_(list(group), list(other))].any())
        ids = tuple(mentions[i].achievement.id for i in other)
        there = mentions[other[0]].achievement.institution
        where_zh, where_en = (
            (there, f"at {there}") if there else ("未写单位处", "where no institution is given")
        )
        zh = f"{where_zh}另有同名者（{_listed(ids)}），按两人处理"
        en = f"a namesake {where_en} ({_listed(ids)}) is kept apart"
        if near:
            zh, en = (
                f"{zh}；研究内容相近，请核实是否同一人",
                f"{en}; the subjects are alike: check whether they are one",
            )
        notes.append((near, Note("namesake", zh, en, ids)))
    return [note for _, note in sorted(notes, key=lambda each: not each[0])]


def _listed(ids: Sequence[str]) -> str:
    return "、".join(ids[:_LISTED]) + (f"…（{len(ids)}）" if len(ids) > _LISTED else "")


def _connected(ties: NDArray[np.bool_]) -> list[list[int]]:
    """Return the groups that `ties`, shape (n, n), connect, each in order, by their first members."""
    _, labels = connected_components(csr_matrix(ties), directed=False)
    return [np.flatnonzero(labels == label).tolist() for label in dict.fromkeys(labels.tolist())]
