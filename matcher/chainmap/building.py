"""Building the map of a store: from its records to an IntegrationMap."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from rapidfuzz import process

from corpora.cases import Cases, Stage
from corpora.chains import Chain
from corpora.errors import UnknownRecord, shorten
from corpora.overrides import Overrides
from corpora.ownchains import OwnChains
from corpora.store import Store
from corpora.vocabulary import OrganizationKind
from matcher.chainmap.assembling import Ground, assemble
from matcher.chainmap.evidence import Evidence
from matcher.chainmap.integration import IntegrationMap, Placed
from matcher.chainmap.scoring import Beat
from matcher.chainmap.verdicts import rules_in_use
from matcher.overrides import effective
from matcher.service import Service
from matcher.settings import Settings
from matcher.stages import today

#: The service and the evidence that a process has at hand from one map to the next, by its settings.
_at_hand: dict[str, tuple[Service, Evidence]] = {}


def at_hand(settings: Settings) -> tuple[Service, Evidence]:
    """Return a service and evidence that stay open, so that a later map costs what changed since.

    A process has those of one installation at hand, and they are for one thread at a time.
    """
    key = settings.model_dump_json()
    if key not in _at_hand:
        for service, _ in _at_hand.values():
            service.close()
        _at_hand.clear()
        _at_hand[key] = Service(settings), Evidence()
    return _at_hand[key]


def build(
    service: Service,
    *,
    chain_ids: Sequence[str] = (),
    day: date | None = None,
    known: Evidence | None = None,
    progress: Beat | None = None,
) -> IntegrationMap:
    """Return the map of the store on a day, today by default; with `chain_ids`, of those chains alone.

    `known` is brought up to date, and spares the work on what did not change since; the map is the same.
    `progress` is told how much of long work is done. Raises UnknownRecord for an unknown chain, naming the
    nearest, BadRequest where the rules' file is wrong.
    """
    chains = OwnChains(service.store).all()
    wanted = chosen(chains, chain_ids)
    evidence = known or Evidence()
    with _uncollected():
        records = evidence.update(service, chains, progress)
        if chain_ids:
            records = [kept for one in records if (kept := _within(one, wanted))]
        ground = _ground(service, wanted, evidence, day)
        # Of some chains alone, what stands on none is left out: nothing emerges from it.
        return assemble(
            records,
            ground,
            lambda unplaced: evidence.topics(service, [one for one in unplaced if _is_topical(one)]),
            evidence.memory,
        )


def _is_topical(one: Placed) -> bool:
    """Return whether a record may be of an emerging topic: agencies, funds and universities serve many trades."""
    return one.organization_kind in (None, OrganizationKind.ENTERPRISE)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare the garbage collector a walk through a million objects, none of which is garbage: it takes a second."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def followed_up(store: Store) -> frozenset[tuple[str, str]]:
    """Return the pairs (need, achievement) of cases that were not declined."""
    return frozenset(
        (one.need_id, one.achievement_id) for one in Cases(store).all() if one.stage is not Stage.DECLINED
    )


def _ground(service: Service, chains: Mapping[str, Chain], evidence: Evidence, day: date | None) -> Ground:
    """Return what a map of the store stands on beside its records."""
    store = service.store
    every = OwnChains(store).all()
    return Ground(
        chains=chains,
        rules=rules_in_use(service.settings.map_rules),
        day=day or today(),
        revision=evidence.revision_,
        adequate=effective(service.settings, store).adequate_probability,
        counties=evidence.counties_,
        overrides=Overrides(store).current(),
        cases=followed_up(store),
        notes=_notes(store, chains, every),
    )


def chosen(chains: Mapping[str, Chain], ids: Sequence[str]) -> dict[str, Chain]:
    """Return the chains that were asked for by id or Chinese name, all where none was. Raises UnknownRecord."""
    named = {chain.zh: key for key, chain in chains.items()}
    found = {}
    for one in ids:
        asked = one.strip()
        key = asked.lower() if asked.lower() in chains else named.get(asked)
        if key is None:
            nearest = [name for name, *_ in process.extract(asked.lower(), [*chains, *named], limit=3)]
            raise UnknownRecord(
                f"没有产业链“{shorten(one)}”；最接近的是：{'、'.join(nearest)}；全部见 matcher map chains list",
                f"there is no chain '{shorten(one)}'; the nearest are {', '.join(nearest)}; `matcher map chains list` "
                "shows all",
            )
        found[key] = chains[key]
    return {key: chain for key, chain in chains.items() if not ids or key in found}


def _within(one: Placed, chains: Mapping[str, Chain]) -> Placed | None:
    """Return a record of one of the chains, without its places on others; None for a record of none."""
    if one.node.partition("/")[0] not in chains:
        return None
    spots = tuple(spot for spot in one.spots if spot.node.partition("/")[0] in chains)
    return one if len(spots) == len(one.spots) else one.model_copy(update={"spots": spots})


def _notes(store: Store, chains: Mapping[str, Chain], every: Mapping[str, Chain]) -> list[tuple[str, str]]:
    notes = []
    if len(chains) < len(every):
        names = "、".join(chain.zh for chain in chains.values())
        english = ", ".join(chain.en for chain in chains.values())
        notes.append(
            (
                f"本图谱只含 {len(chains)} 条产业链：{names}；不在其上的记录没有计入。",
                f"This map holds {len(chains)} chains alone: {english}; records that stand elsewhere are not counted.",
            )
        )
    return notes
