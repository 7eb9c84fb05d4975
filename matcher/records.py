"""Single records, as programs look for them and write them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from corpora.records import Record
from corpora.store import Outcome, Store
from corpora.vocabulary import Kind
from matcher.duplicates import link_new

#: Where the words of a search are looked for.
_SAID = {
    Kind.ACHIEVEMENT: ("title", "text", "keywords", "institution", "inventors"),
    Kind.NEED: ("title", "text", "indicators", "enterprise"),
    Kind.ORGANIZATION: ("name", "text"),
}


def look_for(
    store: Store,
    kind: Kind,
    words: str,
    like: Mapping[str, Sequence[str]],
    stages: tuple[int | None, int | None] = (None, None),
    without: Collection[str] = (),
) -> list[str]:
    """Return the ids of the records that hold all of the words, in the order they came in.

    `like` names texts that fields contain, any of each; `stages` the lowest and the highest, inclusive.
    """
    kept = [each for each in store.ids(kind, **like) if each not in without]
    for word in words.split():
        having: set[str] = set()
        for name in _SAID[kind]:
            having.update(store.ids(kind, **{name: word}))
        kept = [each for each in kept if each in having]
    if stages != (None, None):
        fit = store.ids_by_stage(kind, *stages)
        kept = [each for each in kept if each in fit]
    return kept


def put(store: Store, record: Record, who: str, kept: Collection[str] = ()) -> Outcome:
    """Store a record whole, in place of the one of its id; of that, the fields `kept` stay as they were."""
    with store.transaction():
        before = next(store.records(record.KIND, [record.id]), None)
        if before is not None:
            stay = {name: getattr(before, name) for name in kept if name in type(record).model_fields}
            record = record.model_copy(update=stay)
        outcome = store.save(record, who)
        if outcome != "unchanged":
            link_new(store, record.KIND, [record])
    return outcome
