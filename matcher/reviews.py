"""Duplicate review: two records side by side, and what a person decides of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Indel

from corpora.accounts import Accounts
from corpora.errors import Conflict
from corpora.records import Record
from corpora.reviews import Merging, Reviews
from corpora.store import DuplicateLink, Store
from corpora.submissions import Status, Submission, Submissions
from corpora.vocabulary import Kind

PAGE = 10
#: Longer texts are compared by their beginnings; beyond that a reader compares by eye.
_LONGEST = 4_000
#: Texts that share less than this are two texts: marking single letters that they share helps nobody.
_RELATED = 0.35
#: So short a text is read as one.
_SHORT = 10
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
#: A stretch that both have counts as such from so many characters on, between two that differ.
_ISLAND = 2


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether the other text lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Field:
    """One field of two records, as people read it, cut where they differ."""

    name: str
    one: list[Piece]
    other: list[Piece]

    @property
    def is_same(self) -> bool:
        return not any(piece.differs for piece in (*self.one, *self.other))


@dataclass(frozen=True)
class Pair:
    """Two records that look like one; `one` resembles `other`, which came first."""

    link: DuplicateLink
    one: Record
    other: Record
    #: The submission behind each, where an enterprise sent it in.
    sent_one: Submission | None
    sent_other: Submission | None


def open_pairs(store: Store, page: int = 1) -> tuple[list[Pair], int]:
    """Return a page of the pairs that nobody has judged, the most alike first, and how many there are."""
    reviews = Reviews(store)
    links = reviews.pairs(PAGE, (page - 1) * PAGE)
    return [_pair(store, link) for link in links], reviews.count()


def open_pair(store: Store, kind: Kind, one: str, other: str) -> Pair:
    """Raises Conflict where somebody has decided already, or one of them is gone."""
    link = Reviews(store).pair(kind, one, other)
    if link is None:
        raise _decided()
    return _pair(store, link)


def tell_apart(store: Store, pair: Pair, who: str, address: str = "") -> None:
    """Remember that these are two; nobody is asked again. Raises Conflict where somebody has decided already."""
    with store.transaction():
        if not Reviews(store).tell_apart(pair.link, who):
            raise _decided()
        Accounts(store).log(
            who, "told apart", f"{pair.link.kind}:{pair.link.id}", address, other=pair.link.original_id
        )


def plan(store: Store, pair: Pair, kept_id: str) -> Merging:
    """Return what keeping `kept_id` of the pair would do. Raises Conflict where it must not be done."""
    gone_id = pair.link.original_id if kept_id == pair.link.id else pair.link.id
    _check(pair, kept_id)
    return Reviews(store).merging(pair.link.kind, kept_id, gone_id)


def merge(store: Store, pair: Pair, kept_id: str, seen: str, who: str, address: str = "") -> Merging:
    """Make one of the two; `seen` is the mark of the plan that the person agreed to.

    Raises Conflict where one of the records changed since, or somebody has decided already.
    """
    with store.transaction():
        pair = open_pair(store, pair.link.kind, pair.link.id, pair.link.original_id)
        proposed = plan(store, pair, kept_id)
        if mark(proposed) != seen:
            raise Conflict(
                "其中一条刚被改过；请看清现在的内容再合并",
                "one of the two was changed just now; look at it again before merging",
            )
        done = Reviews(store).merge(pair.link.kind, kept_id, proposed.gone.id, who)
        Accounts(store).log(
            who, "merged", f"{pair.link.kind}:{kept_id}", address, gone=done.gone.id,
            filled=sorted(done.filled), judgements=done.moved_judgements,
            cases=[*done.moved_cases, *(stays for stays, _ in done.joined_cases)],
        )  # fmt: skip
    return done


def mark(proposed: Merging) -> str:
    """Return what changes whenever either record, or what hangs on it, does."""
    hanging = (
        proposed.moved_judgements, proposed.dropped_judgements, proposed.moved_cases, proposed.joined_cases,
        proposed.attachments,
    )  # fmt: skip
    return f"{proposed.kept.content_hash()}-{proposed.gone.content_hash()}-{hanging}"


def lost(proposed: Merging) -> list[str]:
    """Return the names of the fields in which the record that goes says something else: that is lost."""
    own = type(proposed.kept).model_fields.keys() - {"id", *proposed.filled}
    return [
        name
        for name in type(proposed.kept).model_fields
        if name in own
        and getattr(proposed.gone, name) not in ("", None, [])
        and getattr(proposed.gone, name) != getattr(proposed.kept, name)
    ]


def fields(one: Record, other: Record, word: Callable[[str, Any], str]) -> list[Field]:
    """Return the fields that either record fills, but the contact, side by side.

    `word` puts a field's value into words, given its name and the value.
    """
    names = [name for name in type(one).model_fields if name not in ("id", "contact")]
    told = [(name, word(name, getattr(one, name)), word(name, getattr(other, name))) for name in names]
    return [Field(name, *compared(ours, theirs)) for name, ours, theirs in told if ours or theirs]


def compared(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts cut into pieces; those of each, joined, are the text as it stands."""
    if one == other:
        return _whole(one, False), _whole(other, False)
    head, tail = one[:_LONGEST], other[:_LONGEST]
    if max(len(one), len(other)) <= _SHORT or Indel.normalized_similarity(head, tail) < _RELATED:
        return _whole(one, True), _whole(other, True)
    blocks = [
        (each.a, each.b, each.size) for each in Indel.opcodes(head, tail).as_matching_blocks() if each.size
    ]
    shared = [
        block
        for place, block in enumerate(blocks)
        # At either end of a text a single character is no island.
        if block[2] >= _ISLAND or place in (0, len(blocks) - 1)
    ]
    ours, theirs = [True] * len(one), [True] * len(other)
    for a, b, size in shared:
        ours[a : a + size] = [False] * size
        theirs[b : b + size] = [False] * size
    return _cut(one, _with_figures(one, ours)), _cut(other, _with_figures(other, theirs))


def _with_figures(text: str, differs: list[bool]) -> list[bool]:
    """A figure differs as a whole: of 12 and 15 nobody wants the 2 marked."""
    for found in _FIGURE.finditer(text):
        if any(differs[found.start() : found.end()]):
            differs[found.start() : found.end()] = [True] * len(found[0])
    return differs


def _whole(text: str, differs: bool) -> list[Piece]:
    return [Piece(text, differs)] if text else []


def _cut(text: str, differs: Sequence[bool]) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or differs[place] != differs[start]:
            pieces.append(Piece(text[start:place], differs[start]))
            start = place
    return pieces


def _pair(store: Store, link: DuplicateLink) -> Pair:
    sent: list[Submission | None] = [None, None]
    if link.kind is Kind.NEED:
        known = Submissions(store)
        sent = [known.of_need(link.id), known.of_need(link.original_id)]
    return Pair(link, store.get(link.kind, link.id), store.get(link.kind, link.original_id), *sent)


def _check(pair: Pair, kept_id: str) -> None:
    """Raises Conflict where merging would take from an enterprise what it sent in, or publish what is not approved."""
    sent = [one for one in (pair.sent_one, pair.sent_other) if one and one.status is not Status.WITHDRAWN]
    if kept_id not in (pair.link.id, pair.link.original_id):
        raise _decided()
    if any(one.status is not Status.APPROVED for one in sent):
        raise Conflict(
            "其中一条是企业提交、还没有通过审核的需求；请先审核，再来合并",
            "one of the two was sent in by an enterprise and is not approved; review it first, then merge",
        )
    if len(sent) == 2:
        raise Conflict(
            "两条都是企业提交的需求，各有查询码，不能合并；确是同一项时请其中一家撤回",
            "both were sent in by enterprises, each with its own code, and cannot be merged; ask one to withdraw",
        )
    if sent and sent[0].need_id != kept_id:
        raise Conflict(
            "企业提交的那一条要保留：企业会凭查询码和私人链接来看它；请选它",
            "the one that an enterprise sent in must stay, for its owner comes back to it; choose that one",
        )


def _decided() -> Conflict:
    return Conflict(
        "这一对已有人处理过，或其中一条已删除；请看下一对",
        "somebody has decided on this pair, or one of the two is gone; go on to the next",
    )
