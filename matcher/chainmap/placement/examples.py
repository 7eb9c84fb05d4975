"""Texts whose nodes are known: those that ship, and what teaches the model that places the others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from corpora.vocabulary import Kind
from models.choice import ConditionalLogit
from models.encoders import Encoder
from models.ngrams import count
from models.placing import FEATURES, RISING, Choices, Examples, Texts

#: How right a second node is, where one will do as well as the first.
_SECOND = 0.5
#: What a text counts once its own chain is taken away, so that it belongs to none: a record of a trade that no
#: chain covers looks like that. More of them, and records of the chains' own are left out too.
_HOMELESS = 0.1


@dataclass(frozen=True)
class Example:
    """A record's text and its nodes, keys "chain/node", the first one first; () where it belongs to none."""

    kind: Kind
    id: str
    text: str
    nodes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.id}"


@cache
def shipped() -> tuple[Example, ...]:
    """Return the examples that ship: the demo's records, and others written and labelled for this project."""
    lines = (resources.files("models") / "artifacts" / "placed.jsonl").read_text("utf-8").splitlines()
    return tuple(
        Example(Kind(one["kind"]), one["id"], one["text"], tuple(one["nodes"]))
        for one in map(json.loads, lines)
    )


def as_lines(examples: Sequence[Example]) -> str:
    """Return what `shipped` reads."""
    return "".join(
        json.dumps({"kind": one.kind, "id": one.id, "nodes": one.nodes, "text": one.text}, ensure_ascii=False)
        + "\n"
        for one in examples
    )


def texts_of(examples: Sequence[Example], encoder: Encoder) -> Texts:
    """Return the texts, encoded as the index encodes records of their kind."""
    found: Texts | None = None
    order: list[int] = []
    for role in ("query", "document"):
        rows = [row for row, one in enumerate(examples) if (one.kind is Kind.NEED) == (role == "query")]
        said = [examples[row].text for row in rows]
        texts = Texts(encoder.encode(said, role), count(said))
        found, order = texts if found is None else found.joined(texts), order + rows
    assert found is not None
    return found.take(np.argsort(order))


def placed(examples: Sequence[Example], texts: Texts, places: Mapping[str, int], nothing: int) -> Examples:
    """Return the examples as the features see them; those whose nodes are all unknown are left out."""
    rows, choices = [], []
    for row, one in enumerate(examples):
        for node in one.nodes or (None,):
            if node is None or node in places:
                rows.append(row)
                choices.append(nothing if node is None else places[node])
    names = np.asarray([examples[row].name for row in rows], dtype=np.str_)
    return Examples(texts.take(rows), np.asarray(choices, int), names)


def taught(
    examples: Sequence[Example], texts: Texts, choices: Choices, places: Mapping[str, int]
) -> ConditionalLogit:
    """Return the model that the examples teach, each placed by the others."""
    table = choices.features(
        texts,
        placed(examples, texts, places, choices.nothing),
        np.asarray([one.name for one in examples], np.str_),
    )
    nodes = len(places)
    right = np.zeros((len(examples), len(choices)))
    for row, one in enumerate(examples):
        known = [places[node] for node in one.nodes if node in places]
        for rank, place in enumerate(known):
            right[row, place] = _SECOND if rank else 1
        if not one.nodes:
            right[row, nodes:] = 1
    used = np.flatnonzero(right.sum(1))
    groups = np.asarray([one.group for one in choices.told[:nodes]])
    homeless = np.asarray([row for row in used.tolist() if examples[row].nodes], np.int64)
    here = np.ones((len(homeless), len(choices)), bool)
    for case, row in enumerate(homeless.tolist()):
        here[case, :nodes] = ~np.isin(groups, [node.split("/")[0] for node in examples[row].nodes])
    nowhere = np.zeros((len(homeless), len(choices)))
    nowhere[:, nodes:] = 1
    return ConditionalLogit(FEATURES, RISING).fit(
        np.concatenate([table[used], table[homeless]]),
        np.concatenate([right[used], nowhere]),
        np.concatenate([np.ones((len(used), len(choices)), bool), here]),
        np.concatenate([np.ones(len(used)), np.full(len(homeless), _HOMELESS)]),
    )


def digest(examples: Examples) -> str:
    """Return what changes whenever the examples do."""
    parts = [
        examples.texts.vectors.tobytes(),
        examples.choices.tobytes(),
        "\n".join(examples.names.tolist()).encode(),
    ]
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()[:16]
