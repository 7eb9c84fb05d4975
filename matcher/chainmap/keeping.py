"""The map that an installation keeps: building it anew, and reading it."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from threading import Lock

from cachetools import LRUCache
from pydantic import ValidationError

from corpora.accounts import Accounts
from corpora.choices import Choices
from corpora.maps import KeptMap, Maps
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.store import Store
from corpora.submissions import Submissions
from matcher.chainmap.building import build
from matcher.chainmap.comparing import summary
from matcher.chainmap.evidence import Evidence
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.scoring import Beat
from matcher.overrides import PROBABILITY
from matcher.service import Service

#: Maps that were read; one of 100,000 records takes some hundred megabytes.
_read: LRUCache[tuple[str, int, int], IntegrationMap] = LRUCache(2)
_lock = Lock()


def build_and_keep(
    service: Service,
    who: str,
    *,
    day: date | None = None,
    known: Evidence | None = None,
    progress: Beat | None = None,
) -> tuple[KeptMap, IntegrationMap]:
    """Build the map of all chains and keep it; of one day the latest. Raises as `build`, and what `progress` raises."""
    store = service.store
    mark = _mark(store)
    chart = build(service, day=day, known=known, progress=progress)
    kept = keep(store, chart, mark, who)
    Accounts(store).log(
        who, "map built", f"map:{kept.id}", date=kept.date, records=len(chart.records), gaps=len(chart.gaps)
    )
    return kept, chart


def latest(store: Store) -> tuple[KeptMap, IntegrationMap] | None:
    """Return the map that was built last, None before the first."""
    kept = Maps(store).latest()
    if kept is None:
        return None
    key = str(store.path), store.identity, kept.id
    with _lock:
        chart = _read.get(key)
    if chart is None:
        document = Maps(store).document(kept.id)
        if document is None:
            return None
        try:
            chart = IntegrationMap.model_validate_json(document)
        except ValidationError:
            return None  # another version's: it is built anew
        with _lock:
            _read[key] = chart
    return kept, chart


def is_stale(store: Store) -> bool:
    """Return whether anything changed that the map that was built last does not know of; True where there is none."""
    kept = Maps(store).latest()
    return kept is None or (kept.revision, kept.mark) != (store.revision(), _mark(store))


def _mark(store: Store) -> str:
    """Return what changes whenever something does that a map is made of, beside the records."""
    probability = Choices(store).get(PROBABILITY)
    parts = [
        store.identity, *store.judgements_mark(), Placements(store).mark(), OwnChains(store).mark(),
        sorted(Submissions(store).hidden()), probability and probability.value,
    ]  # fmt: skip
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]


def keep(store: Store, chart: IntegrationMap, mark: str, who: str) -> KeptMap:
    """Keep a map, in the place of one of the same day; `mark` says what it was made of, beside the records."""
    maps = Maps(store)
    map_id = maps.add(
        chart.date.isoformat(), chart.revision, mark, who, summary(chart), chart.model_dump_json().encode()
    )
    with _lock:
        _read[str(store.path), store.identity, map_id] = chart
    kept = maps.get(map_id)
    assert kept is not None
    return kept
