"""The hand-labelled set in the folder ``labelled``: records, and the chain nodes that two labellers gave them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from sklearn.metrics import cohen_kappa_score

from corpora import demo
from corpora.records import RECORDS, Record
from corpora.vocabulary import Kind
from matcher.chainmap.integration import Lane

FOLDER = Path(__file__).with_name("labelled")
DEMO = Path(demo.__file__).with_name("source")

#: What a label file says of a record that belongs to no chain.
NONE = "none"


@dataclass(frozen=True)
class Agreement:
    """How far two labellings of the same records agree."""

    records: int
    #: Shares of the records: the same first node; either's first among the other's; the same first chain.
    same_first: float
    either: float
    same_chain: float
    #: Cohen's kappa over the first nodes, "none" being one of them.
    kappa: float


@cache
def texts() -> dict[str, Record]:
    """Return the texts written for this set, by id."""
    return {row["id"]: _record(row) for row in _rows()}


@cache
def demo_texts() -> dict[str, Record]:
    """Return the demo's achievements and needs, by id, without the deliberate repeats."""
    found: dict[str, Record] = {}
    for path in sorted(DEMO.glob("*.yaml")):
        source = _read(path)
        if path.stem != "repeats":
            for kind in (Kind.ACHIEVEMENT, Kind.NEED):
                rows = source.get(f"{kind.value}s", [])
                found |= {row["id"]: RECORDS[kind].model_validate(row) for row in rows}
    return found


def records() -> dict[str, Record]:
    """Return all that has a label, by id: the set's own texts and the demo's."""
    return texts() | demo_texts()


@cache
def labels() -> dict[str, tuple[str, ...]]:
    """Return each record's nodes as "chain/node": the first, and a second that is as good; () for none."""
    return _labels(FOLDER / "labels.yaml")


@cache
def second_labels() -> dict[str, tuple[str, ...]]:
    """Return what the second labeller, who saw no other label, gave to a third of the records."""
    return _labels(FOLDER / "second.yaml")


@cache
def lanes() -> dict[str, Lane]:
    """Return the lane of the innovation chain for the texts that tell it."""
    return {row["id"]: Lane(row["lane"]) for row in _rows() if "lane" in row}


def split(key: str) -> Literal["tune", "test"]:
    """Return the half that a record falls into: thresholds are set on "tune", figures come from "test"."""
    return "test" if int(_digest(key)[1], 16) % 2 else "tune"


def part(key: str) -> Literal["before", "after", "demo"]:
    """Return where a record is from: a text written before the nodes were final, or after, or the demo."""
    if not key.startswith("l-"):
        return "demo"
    kind, number = key.split("-")[1:]
    return "before" if int(number) <= {"a": 130, "n": 100, "o": 30}[kind] else "after"


def is_twice_labelled(key: str) -> bool:
    """Return whether the record is in the third that was labelled twice."""
    return int(_digest(key)[0], 16) <= 5


def agreement() -> Agreement:
    """Compare the two labellings."""
    second = second_labels()
    pairs = [(labels()[key], nodes) for key, nodes in sorted(second.items())]
    firsts = [(_first(one), _first(other)) for one, other in pairs]
    return Agreement(
        records=len(pairs),
        same_first=_share([one == other for one, other in firsts]),
        either=_share(
            [
                first in (others or (NONE,)) or other in (ones or (NONE,))
                for (first, other), (ones, others) in zip(firsts, pairs, strict=True)
            ]
        ),
        same_chain=_share([one.split("/")[0] == other.split("/")[0] for one, other in firsts]),
        kappa=float(cohen_kappa_score(*zip(*firsts, strict=True))),
    )


def _record(row: dict[str, Any]) -> Record:
    content = {name: value for name, value in row.items() if name not in ("kind", "lane")}
    return RECORDS[Kind(row["kind"])].model_validate(content)


def _labels(path: Path) -> dict[str, tuple[str, ...]]:
    return {key: () if nodes == [NONE] else tuple(nodes) for key, nodes in _read(path).items()}


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _read(FOLDER / "texts.yaml")
    return rows


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def _first(nodes: tuple[str, ...]) -> str:
    return nodes[0] if nodes else NONE


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
