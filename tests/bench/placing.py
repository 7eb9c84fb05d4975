"""How well records are placed on the chains' nodes: the hand-labelled set, and papers by discipline.

``python -m tests.bench.placing`` teaches the shipped model anew from the whole set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.preprocessing import normalize

from corpora.chains import chains
from corpora.records import Achievement, Record
from matcher.chainmap.integration import LANES
from matcher.chainmap.placement.examples import Example, as_lines, placed, taught, texts_of
from matcher.chainmap.placement.lanes import lane_of
from matcher.chainmap.placement.placing import (
    MOST_SPOTS,
    best_node,
    choices,
    node_keys,
    outside,
    shipped_model,
    told_of,
)
from models.choice import ConditionalLogit
from models.encoders import Encoder, default_cache
from models.ngrams import count
from models.placing import Examples, Texts, Told
from tests.bench.figures import Figure
from tests.matcher.chainmap import labelled

PAPERS = Path(__file__).parents[3] / "shared" / "benchmarks" / "csl" / "papers.jsonl"
_BINS = 10


def placing(_: Path) -> Iterator[Figure]:
    """Chosen and taught on one half of the labelled set, measured on the other."""
    encoder = Encoder("bundled", default_cache())
    tune, test = ([one for one in examples() if labelled.split(one.id) == half] for half in ("tune", "test"))
    lesson = Lesson(tune, encoder)
    ours, plain = lesson.probabilities(test), lesson.probabilities(test, with_examples=False)
    names = {
        "before": "texts older than the nodes",
        "after": "texts younger than the nodes",
        "demo": "the demo's",
    }
    for part in ("", *names):
        rows = [row for row, one in enumerate(test) if part in ("", labelled.part(one.id))]
        said = [test[row] for row in rows]
        what = f"{len(rows)} labelled records, {names.get(part, 'all')}"
        for name, measure in (
            ("macro-F1, first node or none", macro_f1),
            ("right first node or none", accuracy),
            ("right node among the first three", top_three),
        ):
            yield Figure(
                f"环节 {name}, {what}", measure(said, ours[rows], lesson.nodes), "",
                "without examples", measure(said, plain[rows], lesson.nodes),
            )  # fmt: skip
    strangers = [row for row, one in enumerate(test) if not one.nodes]
    kept = float(np.mean([best_node(ours[row]) is None for row in strangers]))
    yield Figure(f"环节 {len(strangers)} records of no chain left unplaced", kept, "", "", None)
    yield Figure(
        "环节 calibration error of the first node", calibration_error(test, ours, lesson.nodes), "", "", None
    )
    yield from _lanes()
    if PAPERS.is_file():
        yield from _papers(lesson, encoder)


@dataclass
class Lesson:
    """A model taught by some examples, which know nothing of the others."""

    known: Sequence[Example]
    encoder: Encoder

    def __post_init__(self) -> None:
        self.nodes = node_keys(chains())
        self.places = {node: place for place, node in enumerate(self.nodes)}
        self.texts = texts_of(self.known, self.encoder)
        self.choices = choices([*told_of(chains()), *outside()], self.encoder, self.texts)
        self.model: ConditionalLogit = taught(self.known, self.texts, self.choices, self.places)

    def probabilities(self, others: Sequence[Example], with_examples: bool = True) -> NDArray[np.float64]:
        return self.of_texts(texts_of(others, self.encoder), with_examples)

    def of_texts(self, texts: Texts, with_examples: bool = True) -> NDArray[np.float64]:
        seen: Examples | None = placed(self.known, self.texts, self.places, self.choices.nothing)
        table = self.choices.features(texts, seen if with_examples else None)
        return self.model.predict_proba(table)[:, : len(self.nodes)]


def examples() -> list[Example]:
    """Return the labelled set, in the order of the ids."""
    records = labelled.records()
    return [
        Example(records[key].KIND, key, records[key].document, nodes)
        for key, nodes in sorted(labelled.labels().items())
    ]


def _firsts(
    said: Sequence[Example], table: NDArray[np.float64], nodes: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return what is right of each record, as near to what was said as the labels let it, and what was said."""
    right, given = [], []
    for one, row in zip(said, table, strict=True):
        place = best_node(row)
        first = "" if place is None else nodes[place]
        given.append(first)
        accepted = one.nodes or ("",)
        right.append(first if first in accepted else accepted[0])
    return right, given


def macro_f1(said: Sequence[Example], table: NDArray[np.float64], nodes: Sequence[str]) -> float:
    right, given = _firsts(said, table, nodes)
    return float(f1_score(right, given, average="macro", labels=sorted(set(right)), zero_division=0.0))


def accuracy(said: Sequence[Example], table: NDArray[np.float64], nodes: Sequence[str]) -> float:
    right, given = _firsts(said, table, nodes)
    return float(np.mean([one == other for one, other in zip(right, given, strict=True)]))


def top_three(said: Sequence[Example], table: NDArray[np.float64], nodes: Sequence[str]) -> float:
    """Return of the records that have a node how many have it among their three most probable."""
    hits = [
        bool({nodes[place] for place in np.argsort(-row, kind="stable")[:MOST_SPOTS]} & set(one.nodes))
        for one, row in zip(said, table, strict=True)
        if one.nodes
    ]
    return float(np.mean(hits))


def calibration_error(said: Sequence[Example], table: NDArray[np.float64], nodes: Sequence[str]) -> float:
    """Return by how much the probability of the best node differs from how often it is right, over tenths."""
    sure = table.max(1)
    right = np.asarray([nodes[row.argmax()] in one.nodes for one, row in zip(said, table, strict=True)])
    tenth = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            abs(sure[tenth == one].mean() - right[tenth == one].mean()) * np.mean(tenth == one)
            for one in set(tenth)
        )
    )


def _lanes() -> Iterator[Figure]:
    """How far the words of a text tell its lane, where somebody could tell."""
    records: Mapping[str, Record] = labelled.texts()
    kept = {key: lane for key, lane in labelled.lanes().items() if labelled.split(key) == "test"}
    offered = {key: lane for key, lane in kept.items() if isinstance(records[key], Achievement)}
    for what, chosen in (
        ("achievements", offered),
        ("needs", {key: kept[key] for key in kept.keys() - offered}),
    ):
        found = {key: lane_of(records[key])[0] for key in chosen}
        told = [key for key, lane in found.items() if lane]
        right = sum(found[key] == chosen[key] for key in told)
        common = max(sum(lane == one for lane in chosen.values()) for one in LANES) / len(chosen)
        yield Figure(
            f"阶段 right lane by text, {len(chosen)} {what}",
            right / len(chosen),
            "",
            "the most common one",
            common,
        )
        yield Figure(
            f"阶段 right where a lane is told, {len(told)} {what}", right / max(len(told), 1), "", "", None
        )


def _papers(lesson: Lesson, encoder: Encoder) -> Iterator[Figure]:
    """Papers of 67 disciplines: told by a discipline's name alone, and how many the chains' nodes take."""
    papers = [json.loads(line) for line in PAPERS.read_text("utf-8").splitlines()]
    documents = [f"{paper['title']}\n{paper['text']}" for paper in papers]
    texts = Texts(encoder.encode(documents, "document"), count(documents))
    disciplines = [paper["discipline"] for paper in papers]
    is_seen = np.asarray(
        [int(hashlib.sha256(paper["id"].encode()).hexdigest()[1], 16) % 2 == 0 for paper in papers]
    )
    names = sorted(set(disciplines))
    offered = choices([Told(name=name, group=name) for name in names], encoder, lesson.texts)
    said = lesson.model.predict_proba(offered.features(texts))[:, : len(names)].argmax(1)
    held = np.flatnonzero(~is_seen)
    ours = np.mean([names[said[row]] == disciplines[row] for row in held])
    weights = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    seen = np.flatnonzero(is_seen)
    taught_by = weights.fit_transform([documents[row] for row in seen])
    known = sorted({disciplines[row] for row in seen})
    middles = normalize(
        np.vstack([
            np.asarray(taught_by[[disciplines[row] == name for row in seen]].mean(0)) for name in known
        ])
    )  # fmt: skip
    guessed = np.asarray(weights.transform([documents[row] for row in held]) @ middles.T).argmax(1)
    theirs = np.mean([known[one] == disciplines[row] for one, row in zip(guessed, held, strict=True)])
    yield Figure(
        f"学科 zero-shot, {len(held)} papers among {len(names)} disciplines (csl)", float(ours), "",
        "TF-IDF nearest centroid, taught by the other half", float(theirs),
    )  # fmt: skip
    table = lesson.of_texts(texts)
    taken = np.mean([best_node(row) is not None for row in table])
    yield Figure(
        "环节 share of 1,000 papers of all disciplines placed on a node (csl)", float(taken), "", "", None
    )


def refit() -> None:
    """Teach the shipped model by the whole set, and write it with its examples."""
    lesson = Lesson(examples(), Encoder("bundled", default_cache()))
    folder = Path(str(resources.files("models") / "artifacts"))
    (folder / "placing.json").write_text(lesson.model.as_json(), "utf-8")
    (folder / "placed.jsonl").write_text(as_lines(lesson.known), "utf-8")
    shipped_model.cache_clear()


if __name__ == "__main__":
    refit()
