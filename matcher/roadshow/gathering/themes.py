"""What a theme selects from the store, and the chain node (环节) that each record belongs to.

Nodes are those on which the map places records too (matcher.chainmap.placement.placing). How like a text a record is, is
counted in two parts: the encoder's cosine, above what the record has with nodes at large, and the cosine of
their n-gram weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpora.chains import Chain, Node, chains, find_chain
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.vocabulary import Kind
from matcher.chainmap.placement.placing import best_node, open_placer
from matcher.fits import fits, public_needs
from matcher.recommend import need_from_text
from matcher.roadshow.gathering.naming import unknown
from matcher.roadshow.spec import Theme
from matcher.service import Service
from models.indexes import Indexes
from models.ngrams import count

#: Deviations of the two cosines between unrelated texts (models.features has the same, as priors).
_DENSE, _LEXICAL = 0.0114, 0.0163
#: A record belongs to each chain that it stands on so probably: many belong to two.
MEMBER = 0.3
#: Of a text, which is short, less is asked; of a record that is much less like it than the best, nothing.
_TEXT_FLOOR, _TEXT_SHARE = 2.0, 0.25


@dataclass(frozen=True)
class Standing:
    """How probably each record stands on each node; `table` has the shape (len(ids), len(nodes))."""

    ids: tuple[str, ...]
    nodes: tuple[tuple[Chain, Node], ...]
    table: NDArray[np.float64]

    def of_chain(self, chain_id: str) -> dict[str, tuple[Node, float]]:
        """Return the records that belong to the chain, each with its node there and how probable that is."""
        mine = np.flatnonzero([chain.id == chain_id for chain, _ in self.nodes])
        if not len(mine):
            return {}
        here = self.table[:, mine]
        return {
            self.ids[row]: (self.nodes[mine[int(here[row].argmax())]][1], float(here[row].max()))
            for row in np.flatnonzero(here.sum(1) >= MEMBER)
        }

    def best(self) -> dict[str, Node]:
        """Return each record's node of all chains; records that belong to none are left out."""
        places = {one: best_node(row) for one, row in zip(self.ids, self.table, strict=True)}
        return {one: self.nodes[place][1] for one, place in places.items() if place is not None}


@dataclass(frozen=True)
class Selection:
    """What an event is about: ids of public needs and of achievements, and the nodes of each record."""

    needs: tuple[str, ...]
    achievements: tuple[str, ...]
    nodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def place(service: Service, asked: Mapping[Kind, Sequence[str]]) -> dict[Kind, Standing]:
    """Return how probably indexed records stand on the nodes of the installation's chains, as people's words have it."""
    known = OwnChains(service.store).all()
    placer = open_placer(service, known, Placements(service.store).current())
    nodes = tuple((chain, node) for chain in known.values() for node in chain.nodes)
    tables = {kind: placer.table(kind, ids) for kind, ids in asked.items()}
    return {kind: Standing(tuple(names), nodes, table) for kind, (names, table) in tables.items()}


def select(theme: Theme, service: Service) -> Selection:
    """Return what the theme selects; without one, the whole store. Needs that are not public are left out.

    A chain, a text and ids add up. Where only one side is named by ids, the other is the whole store.
    Raises UnknownRecord for an unknown chain or id, naming the nearest.
    """
    indexes = service.recommender().indexes
    every_need = [one for one in public_needs(service) if one in indexes.needs]
    every_achievement = indexes.achievements.keys
    needs, achievements = _named(theme.needs, Kind.NEED, every_need), _named(
        theme.achievements, Kind.ACHIEVEMENT, every_achievement
    )  # fmt: skip
    standing = place(service, {Kind.NEED: every_need, Kind.ACHIEVEMENT: every_achievement})
    placed = standing[Kind.NEED], standing[Kind.ACHIEVEMENT]
    nodes = {one: (node.zh,) for each in placed for one, node in each.best().items()}
    if theme.chain:
        chain = find_chain(theme.chain, OwnChains(service.store).all())
        for side, each in zip((needs, achievements), placed, strict=True):
            mine = each.of_chain(chain.id)
            side.update(dict.fromkeys(mine))
            nodes.update({one: (node.zh,) for one, (node, _) in mine.items()})
    if theme.text.strip():
        text = need_from_text(theme.text).document
        near = (
            _like_text(indexes, Kind.NEED, every_need, text),
            _like_text(indexes, Kind.ACHIEVEMENT, every_achievement, text),
        )
        # A text is a few words: what answers what it found is of the theme too.
        found = [*fits(service, near[0], every_achievement, 3), *fits(service, every_need, near[1], 3)]
        needs.update(
            dict.fromkeys([*near[0], *(one.need_id for one in found if one.achievement_id in near[1])])
        )
        achievements.update(
            dict.fromkeys([*near[1], *(one.achievement_id for one in found if one.need_id in near[0])])
        )
    if not theme.chain and not theme.text.strip():
        needs = needs or dict.fromkeys(every_need)
        achievements = achievements or dict.fromkeys(every_achievement)
    return Selection(
        tuple(one for one in every_need if one in needs),
        tuple(one for one in every_achievement if one in achievements),
        nodes,
    )


def _named(ids: Sequence[str], kind: Kind, known: Sequence[str]) -> dict[str, None]:
    here = set(known)
    zh = "需求" if kind is Kind.NEED else "成果"
    for number, one in enumerate(ids):
        if one not in here:
            raise unknown(f"theme.{kind}s[{number}]", one, zh, kind.value, {each: each for each in known})
    return dict.fromkeys(ids)


def _like_text(indexes: Indexes, kind: Kind, ids: Sequence[str], text: str) -> list[str]:
    """Return the records that are like a text, the most first."""
    if not ids:
        return []
    nodes = [node.document for chain in chains().values() for node in chain.nodes]
    said = _likeness(indexes, kind, ids, [*nodes, text])[:, -1]
    floor = max(_TEXT_FLOOR, _TEXT_SHARE * float(said.max()))
    order = np.argsort(-said, kind="stable")
    return [ids[row] for row in order if said[row] >= floor]


def _likeness(indexes: Indexes, kind: Kind, ids: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """Return how like the texts the records are, shape (len(ids), len(texts))."""
    if not ids:
        return np.zeros((0, len(texts)))
    if kind is Kind.NEED:
        needs = indexes.indexed_needs(ids)
        vectors, weights = needs.texts, needs.weights
    else:
        achievements = indexes.indexed_achievements(ids)
        vectors, weights = achievements.vectors, achievements.weights
    asked = indexes.encoder.encode(texts, "query")
    dense = np.asarray(vectors @ asked.T, float)
    lexical = (weights @ indexes.weights.weigh(count(texts)).T).toarray()
    return np.asarray((dense - dense.mean(1, keepdims=True)) / _DENSE + lexical / _LEXICAL)
