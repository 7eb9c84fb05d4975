"""The map that an installation keeps: building it anew, reading it, and whether it is out of date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from threading import Lock

from cachetools import LRUCache
from filelock import FileLock
from pydantic import ValidationError

from corpora.accounts import Accounts
from corpora.chains import Chain
from corpora.maps import KeptMap, Maps
from corpora.overrides import Overrides
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.store import Store
from corpora.submissions import Submissions
from matcher.chainmap.assembling import assemble, ground_of
from matcher.chainmap.building import build, followed_up
from matcher.chainmap.comparing import summary
from matcher.chainmap.evidence import Evidence
from matcher.chainmap.integration import VERSION, IntegrationMap
from matcher.chainmap.scoring import Beat
from matcher.chainmap.verdicts import rules_in_use
from matcher.overrides import effective
from matcher.rankers import in_use
from matcher.service import Service
from matcher.settings import Settings

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
    mark, said = _made_of(store, service.settings), _said(store)
    chart = build(service, day=day, known=known, progress=progress)
    with changing(store):
        if _said(store) != said:  # while it was built
            chart = assembled_anew(store, chart)
        kept = keep(store, chart, mark, who)
    Accounts(store).log(
        who, "map built", f"map:{kept.id}", date=kept.date, records=len(chart.records), gaps=len(chart.gaps)
    )
    return kept, chart


def latest(store: Store) -> tuple[KeptMap, IntegrationMap] | None:
    """Return the map that was built last, None before the first, and where another version kept it."""
    kept = Maps(store).latest()
    chart = kept and read(store, kept)
    return (kept, chart) if kept and chart else None


def read(store: Store, kept: KeptMap) -> IntegrationMap | None:
    """Return a kept map, None where it is not kept whole any more, or another version kept it."""
    if _version(kept) != VERSION:
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
            return None
        with _lock:
            _read[key] = chart
    return chart


def is_stale(store: Store, settings: Settings) -> bool:
    """Return whether anything changed that the map that was built last does not know of; True where there is none."""
    kept = Maps(store).latest()
    now = f"{_made_of(store, settings)}:{_said(store)}"
    return kept is None or (kept.revision, kept.mark) != (store.revision(), now)


def changing(store: Store) -> FileLock:
    """Return a lock to be held from reading the latest map to keeping it changed: others may be at it too."""
    return FileLock(store.path.with_name("map.lock"), timeout=600)


def assembled_anew(
    store: Store, chart: IntegrationMap, chains: Mapping[str, Chain] | None = None
) -> IntegrationMap:
    """Return the map with the verdicts, gaps and actions that follow from what people say now."""
    ground = ground_of(chart, Overrides(store).current(), followed_up(store), chains or {})
    return assemble(chart.records, ground, lambda unplaced: chart.topics)


def keep(store: Store, chart: IntegrationMap, mark: str, who: str) -> KeptMap:
    """Keep a map, in the place of one of the same day; `mark` is a kept map's, or what it was made of."""
    maps = Maps(store)
    made_of = mark.partition(":")[0]
    map_id = maps.add(
        chart.date.isoformat(), chart.revision, f"{made_of}:{_said(store)}", who, summary(chart),
        chart.model_dump_json().encode(),
    )  # fmt: skip
    with _lock:
        _read[str(store.path), store.identity, map_id] = chart
    kept = maps.get(map_id)
    assert kept is not None
    return kept


def _made_of(store: Store, settings: Settings) -> str:
    """Return what changes whenever something does that takes building the map anew, beside the records."""
    parts = [
        store.identity, *store.judgements_mark(), Placements(store).mark(), OwnChains(store).mark(),
        sorted(Submissions(store).hidden()), effective(settings, store).adequate_probability,
        [rule.text.model_dump(mode="json") for rule in rules_in_use(settings.map_rules)],
        str(in_use(settings.data)), settings.encoder,
    ]  # fmt: skip
    return f"{VERSION}.{sha256(json.dumps(parts).encode()).hexdigest()[:16]}"


def _said(store: Store) -> str:
    """Return what changes with people's verdicts and with the cases, which show without building anew."""
    cases = sha256(json.dumps(sorted(followed_up(store))).encode()).hexdigest()[:8]
    return f"{Overrides(store).mark()}.{cases}"


def _version(kept: KeptMap) -> int:
    version = kept.mark.partition(".")[0]
    return int(version) if version.isdecimal() else 0
