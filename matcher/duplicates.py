"""Near-duplicates: the same need reported by two counties, the same achievement in two lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

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


class Lookalikes:
    """Finds the record that another resembles most: among the stored ones, and those met before it.

    It writes nothing. What was met counts as it was met, whatever the store says of it.
    Organizations are not compared: branches share a name's better part.
    """

    def __init__(self, store: Store, kind: Kind) -> None:
        self._store = store
        self._kind = kind
        self._met: dict[str, Record] = {}
        #: The sketches of what was met, by id, as they are to be stored.
        self.sketches: dict[str, list[int]] = {}
        self._holders: dict[int, list[str]] = defaultdict(list)

    def meet(
        self, records: Sequence[Record], progress: Callable[[], object] | None = None
    ) -> list[DuplicateLink]:
        """Return the links of those of `records` that resemble an earlier one; `progress` is called for each."""
        if self._kind is Kind.ORGANIZATION:
            return []
        # Of two records in one file, the later repeats the earlier: those to come do not count as stored.
        own = {record.id for record in records} | self._met.keys()
        near: dict[str, list[Record | str]] = {}
        for record in records:
            near[record.id] = self._near(record, own)
            if progress:
                progress()
        wanted = sorted({other for others in near.values() for other in others if isinstance(other, str)})
        stored = {record.id: _prepared(record) for record in self._store.records(self._kind, wanted)}
        links = []
        for record in records:
            prepared = _prepared(record)
            best = max(
                (
                    (prepared.similarity(stored[other]), other)
                    if isinstance(other, str)
                    else (prepared.similarity(_prepared(other)), other.id)
                    for other in near[record.id]
                ),
                default=(0.0, ""),
            )
            if best[0] >= (SAME if record.document != record.label else SAME_TITLES):
                links.append(DuplicateLink(self._kind, record.id, best[1], best[0]))
        return links

    def _near(self, record: Record, own: set[str]) -> list[Record | str]:
        """Return what shares most of the sketch: records that were met, and ids of others that are stored."""
        hashes = sketch(record.label, record.document)
        least = min(SHARED, len(hashes))
        counted = Counter(
            holder for value in hashes for holder in self._holders[value] if holder != record.id
        )
        found: list[Record | str] = [
            self._met[other] for other, shared in counted.most_common(_COMPARED) if shared >= least
        ]
        stored = self._store.sharing_sketches(self._kind, hashes, at_least=least, limit=2 * _COMPARED)
        found += [other for other in stored if other not in own][:_COMPARED]
        for value in self.sketches.get(record.id, ()):
            self._holders[value].remove(record.id)
        for value in hashes:
            self._holders[value].append(record.id)
        self._met[record.id], self.sketches[record.id] = record, hashes
        return found


def link_new(store: Store, kind: Kind, records: Sequence[Record]) -> list[DuplicateLink]:
    """Link each of the stored `records` to the record that it resembles most, if it does; return the links."""
    found = Lookalikes(store, kind)
    with store.transaction():
        links = found.meet(records)
        keep_links(store, kind, found.sketches, links)
    return links


def keep_links(
    store: Store, kind: Kind, sketches: dict[str, list[int]], links: Iterable[DuplicateLink]
) -> None:
    """Store what Lookalikes found."""
    store.put_sketches(kind, sketches)
    store.link_duplicates(links)


def _prepared(record: Record) -> Likeness:
    return Likeness(record.label, record.document)
