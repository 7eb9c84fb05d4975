"""The public judgements (CCF BDCI 2019), as the bench and the ablation read them."""

from __future__ import annotations

from pathlib import Path

from corpora.vocabulary import Kind
from matcher import files
from matcher.tuned import Source

FOLDER = Path(__file__).parents[3] / "shared" / "benchmarks" / "bdci"


def read_bdci() -> Source:
    """Return all records and the judged pairs."""
    needs = files.read_documents(FOLDER / "needs.jsonl", Kind.NEED)
    achievements = files.read_documents(FOLDER / "achievements.jsonl", Kind.ACHIEVEMENT)
    judged = files.read_judgements(
        FOLDER / "train.tsv", (one.key for one in needs), (one.key for one in achievements)
    )
    return Source(needs, achievements, judged)
