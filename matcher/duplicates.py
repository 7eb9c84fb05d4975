"""Near-duplicates: the same need reported by two counties, the same achievement in two lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpora.records import Record
from corpora.store import DuplicateLink, Store
from corpora.vocabulary import Kind
from models.sketch import SHARED, Likeness, sketch

#: From here on two records say much the same, 0–100. On the demo the seven repeats score 69–93 with
#: their originals, other pairs at most 31. Titles without texts are more alike by nature.
SAME = 60.0
SAME_TITLES = 85.0
#: Records that each new one is compared with: those whose sketches share most.
_COMPARED = 8


def link_new(
    store: Store, kind: Kind, records: Sequence[Record], progress: Iterable[Record] | None = None
) -> list[DuplicateLink]:
    """Link each of the stored `records` to the record that it resembles most, if it does; return the links.

    `progress` is `records` once more, in a bar that moves as they are compared.

    Organizations are not compared: branches share a name's better part.
    """
    if kind is Kind.ORGANIZATION:
        return []
    sketches = {record.id: sketch(record.label, record.document) for record in records}
    store.put_sketches(kind, sketches)
    order = {record.id: place for place, record in enumerate(records)}
    candidates: dict[str, list[str]] = {}
    for record in records if progress is None else progress:
        hashes = sketches[record.id]
        near = store.sharing_sketches(kind, hashes, at_least=min(SHARED, len(hashes)), limit=_COMPARED)
        # Of two records in one file, the later repeats the earlier.
        candidates[record.id] = [other for other in near if order.get(other, -1) < order[record.id]]
    wanted = sorted({other for near in candidates.values() for other in near})
    known = {record.id: Likeness(record.label, record.document) for record in store.records(kind, wanted)}
    links = []
    for record in records:
        own = Likeness(record.label, record.document)
        best = max(
            ((own.similarity(known[other]), other) for other in candidates[record.id]), default=(0.0, "")
        )
        if best[0] >= (SAME if record.document != record.label else SAME_TITLES):
            links.append(DuplicateLink(kind, record.id, best[1], best[0]))
    store.link_duplicates(links)
    return links
