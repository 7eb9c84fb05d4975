"""Where records stand: on which nodes (环节) of the industry chains, or on none.

What a person said goes first, and teaches: the record becomes an example of its nodes. Of the others the shipped
model says how probable each node is, and how probable that a record belongs to none. What is said of a record
depends on its own text, the chains, the examples and the encoder alone, never on the other records of the store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray

from corpora.chains import Chain
from corpora.placements import Placement
from corpora.vocabulary import Kind
from matcher.chainmap.integration import Spot
from matcher.chainmap.placement.examples import Example, digest, placed, shipped, texts_of
from matcher.service import Service
from models.cache import Vectors
from models.choice import ConditionalLogit
from models.encoders import Encoder
from models.ngrams import NgramWeights, count
from models.placing import FEATURES, Choices, Examples, Texts, Told
from models.sides import Side

#: A record is placed where it belongs to some node more probably than to none.
PLACED = 0.5
#: … and to one of them so probably at least.
SURE = 0.2
#: It stands on so many nodes at most, and on a further one only where that is so probable.
MOST_SPOTS, FURTHER = 3, 0.15
#: Records that are looked at in one piece.
_BLOCK = 1000
#: Confidences are kept to so many decimals.
_DECIMALS = 3

Words = Mapping[tuple[Kind, str], Placement]


class Placer:
    """Places records of one store on the nodes of the chains; made by `open_placer`."""

    def __init__(
        self,
        service: Service,
        chains: Mapping[str, Chain],
        words: Words,
        model: ConditionalLogit,
        known: Sequence[Example],
    ) -> None:
        """`known` are examples beside the records that people placed."""
        self._service = service
        self._encoder = service.recommender().indexes.encoder
        #: Keys "chain/node" in the order of the choices.
        self.nodes = node_keys(chains)
        self._place = {key: place for place, key in enumerate(self.nodes)}
        self._model = model
        self._said = {
            key: tuple(one for one in word.nodes if one in self._place)
            for key, word in words.items()
            # Where all its nodes are gone, nothing is left of a person's word.
            if word.nodes is not None and (not word.nodes or set(word.nodes) & set(self.nodes))
        }
        texts = texts_of(known, self._encoder)
        told = [*told_of(chains), *outside()]
        self.choices = choices(told, self._encoder, texts)
        self._examples = self._learnt(known, texts)
        parts = [
            self._encoder.fingerprint, model.as_json(), self.nodes, [one.views for one in told],
            digest(self._examples), sorted([*key, *nodes] for key, nodes in self._said.items()),
        ]  # fmt: skip
        #: Changes whenever what is said of an unchanged record may.
        self.mark = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]

    def place(self, kind: Kind, ids: Sequence[str]) -> dict[str, tuple[Spot, ...]]:
        """Return the nodes that each record stands on, best first; () of one that belongs to none.

        Achievements and needs are those of the index, others are left out; organizations those of the store.
        """
        found: dict[str, tuple[Spot, ...]] = {}
        for here, texts in self.texts(kind, ids):
            for one, row in zip(here, self.probabilities(texts), strict=True):
                found[one] = self._spots(row)
        for one in found:
            if (said := self._said.get((kind, one))) is not None:
                found[one] = tuple(Spot(node=node, confidence=1.0) for node in said)
        return found

    def table(self, kind: Kind, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float64]]:
        """Return the ids that are known, and how probably each stands on each of `nodes`: (n, len(nodes)).

        What is missing to 1 in a row is the probability that it belongs to none.
        """
        names: list[str] = []
        rows = [np.zeros((0, len(self.nodes)))]
        for here, texts in self.texts(kind, ids):
            names += here
            rows.append(self.probabilities(texts))
        table = np.vstack(rows)
        for row, one in enumerate(names):
            if (said := self._said.get((kind, one))) is not None:
                table[row] = 0
                table[row, [self._place[node] for node in said]] = 1 / max(len(said), 1)
        return names, table

    def probabilities(self, texts: Texts) -> NDArray[np.float64]:
        """Return how probably each text stands on each of `nodes`, shape (n, len(nodes))."""
        table = self.choices.features(texts, self._examples)
        return self._model.predict_proba(table)[:, : len(self.nodes)]

    def _spots(self, row: NDArray[np.float64]) -> tuple[Spot, ...]:
        first = best_node(row)
        if first is None:
            return ()
        order = [first, *(place for place in np.argsort(-row, kind="stable").tolist() if place != first)]
        return tuple(
            Spot(node=self.nodes[place], confidence=round(float(row[place]), _DECIMALS))
            for place in order[:MOST_SPOTS]
            if place == first or row[place] >= FURTHER
        )

    def vectors(self, kind: Kind, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Return the records that are known with their vectors, shape (n, d)."""
        if kind is Kind.ORGANIZATION:
            records = self._service.store.in_order(kind, ids)
            texts = [one.document for one in records]
            return [one.id for one in records], self._encoder.encode(texts, "document")
        side = self._side(kind)
        known = [one for one in ids if one in side]
        return known, side.vectors("text", known)

    def texts(self, kind: Kind, ids: Sequence[str]) -> Iterator[tuple[list[str], Texts]]:
        """Yield the records that are known with their texts, a block at a time."""
        for start in range(0, len(ids), _BLOCK):
            known, vectors = self.vectors(kind, ids[start : start + _BLOCK])
            if not known:
                continue
            if kind is Kind.ORGANIZATION:
                counts = count([one.document for one in self._service.store.in_order(kind, known)])
            else:
                counts = self._side(kind).counts(known)
            yield known, Texts(vectors, counts)

    def _side(self, kind: Kind) -> Side:
        indexes = self._service.recommender().indexes
        return indexes.needs if kind is Kind.NEED else indexes.achievements

    def _learnt(self, known: Sequence[Example], texts: Texts) -> Examples:
        """Return the known examples and the records that people placed, whose word goes before."""
        said = {f"{kind}:{one}" for kind, one in self._said}
        kept = [row for row, one in enumerate(known) if one.name not in said]
        found = placed([known[row] for row in kept], texts.take(kept), self._place, self.choices.nothing)
        for kind in Kind:
            for ids, own in self.texts(kind, sorted(one for which, one in self._said if which is kind)):
                theirs = [Example(kind, one, "", self._said[kind, one]) for one in ids]
                found = found.joined(placed(theirs, own, self._place, self.choices.nothing))
        return found


def best_node(row: NDArray[np.float64]) -> int | None:
    """Return the place of the node that a record stands on, by the probabilities of all; None: on none."""
    if not len(row) or row.sum() < PLACED or row.max() < SURE:
        return None
    return int(row.argmax())


def open_placer(service: Service, chains: Mapping[str, Chain], words: Words) -> Placer:
    """Return what places the records of the service's store on the nodes of `chains`, as people's `words` have it."""
    return Placer(service, chains, words, shipped_model(), shipped())


@cache
def shipped_model() -> ConditionalLogit:
    """Return the model that ships."""
    text = (resources.files("models") / "artifacts" / "placing.json").read_text("utf-8")
    return ConditionalLogit.from_json(text, FEATURES)


@cache
def outside() -> tuple[Told, ...]:
    """Return the fields outside every chain."""
    content = yaml.safe_load(
        (resources.files("matcher") / "chainmap" / "placement" / "outside.yaml").read_text("utf-8")
    )
    return tuple(Told(name=one["zh"], words=tuple(one["words"])) for one in content)


def choices(told: Sequence[Told], encoder: Encoder, usual: Texts) -> Choices:
    """Return the choices with their vectors; `usual` are texts of all sorts."""
    vectors = encoder.encode([view for one in told for view in one.views], "query")
    weights = NgramWeights()
    weights.learn(count([one.views[-1] for one in told]))
    weights.learn(usual.counts)
    return Choices(told, vectors.reshape(len(told), 3, -1), weights, usual.vectors)


def node_keys(chains: Mapping[str, Chain]) -> tuple[str, ...]:
    """Return the keys "chain/node" of all nodes, in their order."""
    return tuple(f"{chain.id}/{node.id}" for chain in chains.values() for node in chain.nodes)


def told_of(chains: Mapping[str, Chain]) -> list[Told]:
    """Return what the chains tell of their nodes, in the order of `node_keys`."""
    found: list[Told] = []
    for chain in chains.values():
        places = {node.id: len(found) + number for number, node in enumerate(chain.nodes)}
        found += [
            Told(
                name=node.zh,
                description=node.description,
                words=tuple(dict.fromkeys((*node.products, *node.keywords))),
                group=chain.id,
                parent=places.get(node.parent),
            )
            for node in chain.nodes
        ]
    return found
