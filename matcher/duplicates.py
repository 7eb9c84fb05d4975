"""Near-duplicates: the same need reported by two counties, the same achievement in two lists."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.records import Record
from corpora.store import DuplicateLink, Store
from corpora.vocabulary import Kind
from models.sketch import similarity, sketch

#: From here on two records say much the same, 0–100. On the demo the seven repeats score 69–93 with
#: their originals, other pairs at most 31. Titles without texts are more alike by nature.
SAME = 60.0
SAME_TITLES = 85.0


def link_new(store: Store, kind: Kind, records: Sequence[Record]) -> list[DuplicateLink]:
    """Link each of the stored `records` to the record that it resembles most, if it does; return the links.

    Organizations are not compared: branches share a name's better part.
    """
    if kind is Kind.ORGANIZATION:
        return []
    links = []
    for record in records:
        hashes = sketch(record.label, record.document)
        candidates = [other for other in store.sharing_sketches(kind, hashes) if other != record.id]
        store.put_sketches(kind, {record.id: hashes})
        alike = [
            (similarity(record.label, record.document, other.label, other.document), other.id)
            for other in store.records(kind, candidates)
        ]
        best = max(alike, default=(0.0, ""))
        if best[0] >= (SAME if record.document != record.label else SAME_TITLES):
            links.append(DuplicateLink(kind, record.id, best[1], best[0]))
    store.link_duplicates(links)
    return links
