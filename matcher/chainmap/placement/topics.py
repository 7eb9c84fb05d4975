"""Emerging topics (新兴方向): what several unplaced records are about, named by their own terms."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.vocabulary import Kind
from matcher.chainmap.integration import Topic
from matcher.chainmap.placement.examples import shipped
from matcher.chainmap.placement.placing import Placer
from matcher.service import Service
from models.cache import Vectors
from models.placing import Texts
from models.topics import centred, grouped, terms

#: A topic has so many records at least; so many topics are told at most.
LEAST, MOST = 3, 12
#: Of more records than this, so many are grouped, and the others join those that they are like.
SAMPLE = 1500
#: A record joins a group that it is as like as this, of the mean that the group's own have with each other.
_JOINS = 0.9
#: Texts of each group that are read for terms.
_READ = 30
#: Records of a topic, the most typical, whose nodes are looked at.
_LOOKED_AT = 20
#: A topic is near a node that its records stand on as probably as this, in the mean.
_NEAR = 0.02


def topics(service: Service, unplaced: Sequence[tuple[Kind, str]], placer: Placer) -> list[Topic]:
    """Return the topics of the unplaced records, the largest first; the order of the records does not matter."""
    order = sorted(set(unplaced), key=lambda name: (_hash(name), name))
    names, texts = _texts(order[:SAMPLE], placer)
    if texts is None or len(names) < LEAST:
        return []
    groups = _large(grouped(texts.vectors, placer.choices.weights.weigh(texts.counts)))
    vectors = texts.vectors
    if len(order) > SAMPLE and groups.max() >= 0:
        more, their_vectors = _vectors(order[SAMPLE:], placer)
        names, vectors = [*names, *more], np.vstack([vectors, their_vectors])
        groups = np.concatenate([groups, np.full(len(more), -1)])
    apart = centred(vectors)
    if len(groups) > len(texts):
        _join(groups, len(texts), apart)
    told = [
        _topic(names, np.flatnonzero(groups == group), words, apart, placer)
        for group, words in terms(*_documents(service, names, groups)).items()
        if words
    ]
    return sorted(told, key=lambda one: (-len(one.records), one.id))


def _texts(names: Sequence[tuple[Kind, str]], placer: Placer) -> tuple[list[tuple[Kind, str]], Texts | None]:
    """Return the records that are known, with their texts."""
    known: list[tuple[Kind, str]] = []
    texts: Texts | None = None
    for kind in Kind:
        for ids, found in placer.texts(kind, [one for said, one in names if said is kind]):
            known += [(kind, one) for one in ids]
            texts = found if texts is None else texts.joined(found)
    return known, texts


def _vectors(names: Sequence[tuple[Kind, str]], placer: Placer) -> tuple[list[tuple[Kind, str]], Vectors]:
    """Return the records that are known, with their vectors."""
    found = {kind: placer.vectors(kind, [one for said, one in names if said is kind]) for kind in Kind}
    return (
        [(kind, one) for kind, (ids, _) in found.items() for one in ids],
        np.vstack([vectors for ids, vectors in found.values() if ids]),
    )


def _large(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the groups numbered anew, the MOST largest from 0, −1 of all others."""
    kinds, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    large = [one for one in np.lexsort((first, -sizes)) if sizes[one] >= LEAST][:MOST]
    number = {int(kinds[one]): place for place, one in enumerate(large)}
    return np.asarray([number.get(group, -1) for group in groups.tolist()], int)


def _join(groups: NDArray[np.int64], seen: int, vectors: NDArray[np.float64]) -> None:
    """Put the records from the place `seen` on into the groups that they are like, in place."""
    grouped_here = [vectors[:seen][groups[:seen] == group] for group in range(groups.max() + 1)]
    middles = np.stack([mine.mean(0) / np.linalg.norm(mine.mean(0)) for mine in grouped_here])
    own = np.asarray([(mine @ middle).mean() for mine, middle in zip(grouped_here, middles, strict=True)])
    sizes = np.asarray([len(mine) for mine in grouped_here])
    # A record of the group has a part in its middle. One as like the others, but outside, is less like the middle.
    usual = (sizes * own**2 - 1) / (sizes - 1) / own
    near = vectors[seen:] @ middles.T
    best = near.argmax(1)
    joins = near[np.arange(len(near)), best] >= _JOINS * usual[best]
    groups[seen:][joins] = best[joins]


def _documents(
    service: Service, names: Sequence[tuple[Kind, str]], groups: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return texts with their groups: some of each group, and the shipped examples, which tell what is usual.

    Those never change, so that a topic's terms depend on its own records alone.
    """
    told: dict[tuple[Kind, str], int] = {}
    for group in range(groups.max() + 1):
        told |= {names[row]: group for row in np.flatnonzero(groups == group)[:_READ].tolist()}
    found = [
        (record.document, told[kind, record.id])
        for kind in Kind
        for record in service.store.in_order(kind, [one for said, one in told if said is kind])
    ]
    found += [(one.text, -1) for one in shipped()]
    return [text for text, _ in found], np.asarray([group for _, group in found], int)


def _topic(
    names: Sequence[tuple[Kind, str]],
    rows: NDArray[np.int64],
    words: tuple[str, ...],
    vectors: NDArray[np.float64],
    placer: Placer,
) -> Topic:
    typical = (vectors[rows] @ vectors[rows].mean(0)).round(6)
    mine = [names[row] for row in rows.tolist()]
    ordered = [
        mine[place] for place in sorted(range(len(mine)), key=lambda place: (-typical[place], mine[place]))
    ]
    keys = tuple(f"{kind}:{one}" for kind, one in ordered)
    digest = hashlib.sha256(keys[0].encode()).hexdigest()[:8]
    near = _near(ordered[:_LOOKED_AT], placer)
    return Topic(id=f"t-{digest}", zh="、".join(words[:3]), terms=words, records=keys, near=near)


def _near(names: Sequence[tuple[Kind, str]], placer: Placer) -> str:
    """Return the node that the records come nearest to, "" where they come near none."""
    _, texts = _texts(names, placer)
    assert texts is not None
    chances = placer.probabilities(texts).mean(0)
    return placer.nodes[int(chances.argmax())] if len(chances) and chances.max() >= _NEAR else ""


def _hash(name: tuple[Kind, str]) -> bytes:
    return hashlib.blake2b(f"{name[0]}:{name[1]}".encode(), digest_size=8).digest()
