"""Searching both sides: words and facets over every record, kept in step with the store."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpora.errors import DataFolderTrouble
from corpora.files import trouble
from corpora.maps import Maps
from corpora.records import Achievement, Need, Organization, Record
from corpora.store import Change, Store
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.queries import DAYS, FACETS, PAGE_SIZE, Query, Sort
from models.finding import Counts, Reader, Wanted
from models.search import Entry, SearchIndex

FOLDER = "search"
_DAY = 24 * 3600
#: What the index calls a facet, where its name in addresses is another.
_FIELDS = {"institution": "owner", "enterprise": "owner"}


@dataclass(frozen=True)
class Option:
    """One value of a facet: how many records have it, and whether it is chosen."""

    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Found:
    """One page of what a query finds, and what it could be narrowed to."""

    query: Query
    records: list[Record]
    total: int
    #: How many the same words find of each kind.
    totals: dict[Kind, int]
    facets: dict[str, list[Option]]
    #: Records by stage, and records changed within the days.
    stages: dict[int, int]
    days: dict[int, int]
    #: The ids among the records that are not public.
    hidden: frozenset[str]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


class Search:
    """Answers searches over the data folder `data`; safe to share between threads.

    Every question first looks whether the store has moved on, and indexes what has changed; what is
    asked is read from the store that the question brings. The chain of a record (产业链) is the one on
    which the map that was built last counts it.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._index = SearchIndex(data / FOLDER)
        self._lock = threading.Lock()
        #: The map whose chains are known, and the chain of each record's key.
        self._chains: tuple[int, dict[str, str]] = (0, {})

    def ask(self, store: Store, query: Query, public: bool = True) -> Found:
        """Return the query's page, or the last one where it has fewer; with `public`, without hidden needs."""
        reader, hidden = self._reader(store), Submissions(store).hidden()
        left_out = hidden if public else frozenset()
        totals = {kind: reader.total(_wanted(query.of_kind(kind), left_out)) for kind in Kind}
        total = totals[query.kind]
        query = replace(query, page=min(query.page, max(1, -(-total // PAGE_SIZE))))
        wanted = _wanted(query, left_out)
        start = (query.page - 1) * PAGE_SIZE
        ids = reader.ids(wanted, PAGE_SIZE, start, query.sort is Sort.NEWEST)
        now = int(time.time())
        counts = reader.counts(
            wanted,
            [_FIELDS.get(name, name) for name in FACETS[query.kind]],
            [now - days * _DAY for days in reversed(DAYS)],
        )
        return Found(
            query,
            store.in_order(query.kind, ids),
            total,
            totals,
            {name: _options(name, query, counts) for name in FACETS[query.kind]},
            counts.stages,
            dict(zip(reversed(DAYS), counts.since, strict=True)),
            hidden & set(ids) if query.kind is Kind.NEED else frozenset(),
        )

    def every(self, store: Store, query: Query, most: int) -> tuple[list[Record], int]:
        """Return the first `most` public records that the query finds, whatever its page, and how many there are."""
        reader, wanted = self._reader(store), _wanted(query, Submissions(store).hidden())
        ids = reader.ids(wanted, most, newest=query.sort is Sort.NEWEST)
        return store.in_order(query.kind, ids), reader.total(wanted)

    def among(self, store: Store, query: Query, ids: Collection[str]) -> list[str]:
        """Return those of the ids whose records are public and are found by the query, latest first."""
        if not ids:
            return []
        wanted = replace(_wanted(query, Submissions(store).hidden()), within=ids)
        return self._reader(store).ids(wanted, len(ids), newest=True)

    def catch_up(self, store: Store) -> None:
        """Index what has changed now, so that the next question need not: after a large import, say."""
        self._reader(store)

    def _reader(self, store: Store) -> Reader:
        """Return an index that agrees with the store."""
        with self._lock:
            if not self._agrees(store):
                try:
                    with FileLock(self._data / "search.lock", timeout=600):
                        self._index.refresh()
                        if not self._agrees(store):
                            self._catch_up(store)
                except Timeout as error:
                    raise DataFolderTrouble(
                        "另一个程序正在建搜索索引；请稍后重试",
                        "another program is building the search index; try again later",
                    ) from error
                except OSError as error:
                    raise trouble(self._data / FOLDER, error) from error
            return self._index.reader()

    def _agrees(self, store: Store) -> bool:
        index = self._index
        return (
            index.identity == store.identity
            and index.mark == Maps(store).newest()
            and next(store.changes_since(index.revision), None) is None
        )

    def _catch_up(self, store: Store) -> None:
        index = self._index
        if index.identity != store.identity:
            index.rebuild()
        chains = self._placed(store)
        latest = {(change.kind, change.id): change for change in store.changes_since(index.revision)}
        revision = max((change.revision for change in latest.values()), default=index.revision)
        gone = [f"{kind}:{id_}" for kind, id_ in latest]
        if index.mark != self._chains[0]:
            moved = _moved(index.reader(), chains) if index.revision else set()
            known = {(change.kind, change.id): change for change in store.changes_since(0)} if moved else {}
            latest |= {key: change for key, change in known.items() if f"{change.kind}:{change.id}" in moved}
        index.update(
            _entries(store, latest.values(), chains), gone, revision, store.identity, self._chains[0]
        )

    def _placed(self, store: Store) -> dict[str, str]:
        """Return the chain of each record's key on the map that was built last."""
        newest = Maps(store).newest()
        if newest != self._chains[0]:
            self._chains = newest, _chains_of(store, newest)
        return self._chains[1]


def _chains_of(store: Store, map_id: int) -> dict[str, str]:
    """Return the chain on which a map counts each record, by key; of a map that is not kept whole, nothing."""
    document = Maps(store).document(map_id)
    # The records alone are wanted; making a whole map of it takes many times as long.
    records = json.loads(document)["records"] if document else ()
    return {
        f"{one['kind']}:{one['id']}": one["spots"][0]["node"].partition("/")[0]
        for one in records
        if one["spots"]
    }


def _moved(reader: Reader, chains: Mapping[str, str]) -> set[str]:
    """Return the keys of the records that the index has on another chain than the map."""
    before = {
        f"{kind}:{one}": chain
        for kind in Kind
        for chain in reader.values(kind, "chain")
        for wanted in [Wanted(kind, facets={"chain": (chain,)})]
        for one in reader.ids(wanted, reader.total(wanted))
    }
    return {key for key in before.keys() | chains.keys() if before.get(key) != chains.get(key)}


def _entries(store: Store, changes: Collection[Change], chains: Mapping[str, str]) -> Iterator[Entry]:
    for kind in Kind:
        alive = {one.id: one for one in changes if one.kind is kind and one.action != "deleted"}
        for record in store.records(kind, list(alive)):
            yield entry(record, alive[record.id], chains.get(f"{kind}:{record.id}", ""))


def entry(record: Record, change: Change, chain: str = "") -> Entry:
    """Return what is searched of a record: all that may be public, never the contact."""
    facets = {"chain": [chain], "region": [record.region], "county": [record.county], "fields": record.fields}
    more: Sequence[str] = ()
    stage: int | None = None
    if isinstance(record, Achievement):
        facets |= {"owner": [record.institution], "modes": [mode.value for mode in record.modes]}
        more = (
            record.institution,
            *record.inventors,
            record.form,
            record.ip,
            record.terms,
            record.registration_number,
        )
        stage = record.stage
    elif isinstance(record, Need):
        facets |= {"owner": [record.enterprise], "modes": [mode.value for mode in record.modes]}
        more = (record.enterprise,)
        stage = record.min_stage
    elif isinstance(record, Organization):
        facets |= {
            "type": [record.kind.value] if record.kind else [],
            "tier": [record.tier.value] if record.tier else [],
        }
    texts = (record.document, record.label, *record.fields, record.region + record.county, record.id, *more)
    changed_at = int(datetime.fromisoformat(change.at).timestamp())
    return Entry(record.KIND, record.id, record.label, texts, facets, stage, change.revision, changed_at)


def _wanted(query: Query, left_out: Collection[str]) -> Wanted:
    return Wanted(
        query.kind,
        # What has no letter in it is nowhere; to ask for nothing finds everything.
        query.words or ([query.text] if query.text else []),
        {_FIELDS.get(name, name): values for name, values in query.facets.items() if values},
        query.min_stage,
        query.max_stage,
        int(time.time()) - query.days * _DAY if query.days else None,
        left_out if query.kind is Kind.NEED else (),
    )


def _options(name: str, query: Query, counts: Counts) -> list[Option]:
    """Return the values that occur, most frequent first, with all that are chosen."""
    counted = counts.facets[_FIELDS.get(name, name)]
    chosen = query.facets.get(name, ())
    values = sorted({*counted, *chosen}, key=lambda value: (-counted.get(value, 0), value))
    return [Option(value, counted.get(value, 0), value in chosen) for value in values]
