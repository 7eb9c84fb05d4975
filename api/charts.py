"""The integration map as pages and programs get it: what of it may be told, and what is made of it only once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from cachetools import LRUCache

from api.context import may, settings, store
from corpora.errors import UnknownRecord
from corpora.maps import KeptMap, Maps
from matcher.chainmap import keeping, looking
from matcher.chainmap.integration import IntegrationMap

#: Maps as they may be shown, and files that were made of them; a map of many records takes a hundred megabytes.
_shown: LRUCache[tuple[object, ...], IntegrationMap] = LRUCache(4)
_made: LRUCache[tuple[object, ...], bytes] = LRUCache(24)
_lock = Lock()


def latest(names: bool | None = None) -> tuple[KeptMap, IntegrationMap] | None:
    """Return the map that was built last, as the asker may see it; None where there is none.

    `names`: whether it says who overrode verdicts; None: as the asker's role has it.
    """
    found = keeping.latest(store())
    return (found[0], _as_seen(*found, names)) if found else None


def required(names: bool | None = None) -> tuple[KeptMap, IntegrationMap]:
    """Raises UnknownRecord where no map was built yet."""
    found = latest(names)
    if found is None:
        raise UnknownRecord(
            "还没有建图谱；请科技局或管理员在“图谱”页点“建图谱”",
            "no map was built yet; somebody of the bureau or an admin builds it on the map's page",
        )
    return found


def whole(map_id: int) -> tuple[KeptMap, IntegrationMap]:
    """Return an earlier map. Raises UnknownRecord where it is not kept whole."""
    kept = Maps(store()).get(map_id)
    chart = keeping.read(store(), kept) if kept else None
    if kept is None or chart is None:
        raise UnknownRecord(
            f"编号为 {map_id} 的图谱没有全文可看；可与它比较的数字仍在“比较”页",
            f"the map {map_id} is not kept whole; its numbers can still be compared",
        )
    return kept, _as_seen(kept, chart, None)


def made(
    kept: KeptMap, chart: IntegrationMap, name: str, make: Callable[[], bytes], names: bool | None = None
) -> bytes:
    """Return the file `name` of a map, made once for all who see the same of it."""
    key = (*_view(kept, chart, names), name)
    with _lock:
        found = _made.get(key)
    if found is None:
        found = make()
        with _lock:
            _made[key] = found
    return found


def _as_seen(kept: KeptMap, chart: IntegrationMap, names: bool | None) -> IntegrationMap:
    key = _view(kept, chart, names)
    with _lock:
        found = _shown.get(key)
    if found is None:
        found = looking.shown(chart, looking.gone(store(), chart), bool(key[-1]))
        with _lock:
            _shown[key] = found
    return found


def _view(kept: KeptMap, chart: IntegrationMap, names: bool | None) -> tuple[object, ...]:
    """Return what tells apart the ways in which a map is seen."""
    sees_names = may("see_pending") if names is None else names
    return (str(settings().data), store().identity, kept.id, looking.gone(store(), chart), sees_names)
