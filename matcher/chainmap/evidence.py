"""What was worked out of each record for the map: where it stands, its lane, and which achievements answer it.

It is kept from one map to the next, so that a change of one record costs what that record costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from corpora.chains import Chain
from corpora.placements import Placement, Placements
from corpora.records import Achievement, Need, Organization, Record
from corpora.submissions import Submissions
from corpora.vocabulary import Kind, OrganizationKind, vocabulary
from matcher.chainmap.answers import Answers
from matcher.chainmap.integration import Answer, Lane, Placed, Spot, Topic
from matcher.chainmap.measures import Memory
from matcher.chainmap.placement.lanes import lane_of
from matcher.chainmap.placement.placing import Placer, open_placer
from matcher.chainmap.placement.topics import topics
from matcher.chainmap.scoring import Beat
from matcher.overrides import effective
from matcher.people import institution_key
from matcher.service import Service
from matcher.stages import day_of

#: What the city has of these is its own, wherever it is registered.
_ALWAYS_LOCAL = {OrganizationKind.ENTERPRISE, OrganizationKind.PARK}
#: Records that are placed at once.
_BLOCK = 2000

Key = tuple[Kind, str]


class Evidence:
    """What is known of the records of one store; `update` brings it up to date.

    Attributes
    ----------
    revision_ : the store's revision that it is of.
    counties_ : the city's own counties, in order.
    memory : what was counted on each node.

    """

    revision_: int
    counties_: tuple[str, ...]

    def __init__(self) -> None:
        self._origin: object = None
        self.memory = Memory()
        self._forget()

    def _forget(self) -> None:
        self._words: Mapping[Key, Placement] = {}
        self._chains: Mapping[str, Chain] = {}
        self._placer: Placer | None = None
        #: Records as they stand on the map, by kind and id.
        self._facts: dict[Kind, dict[str, Placed]] = {kind: {} for kind in Kind}
        #: Records that were worked out anew since the topics were.
        self._touched: set[Key] = set()
        #: The counties of institutions, by the keys of their names.
        self._homes: Mapping[str, str] = {}
        self._answers = Answers()
        self._topics: list[Topic] = []
        self._unplaced: list[Key] | None = None
        self.revision_, self.counties_ = 0, ()

    def update(self, service: Service, chains: Mapping[str, Chain], beat: Beat | None = None) -> list[Placed]:
        """Return every public record of the store as it stands on the map, sorted by kind and id.

        They are the same as if all were worked out anew. Whatever is raised, by `beat` too, everything is
        worked out anew next time.
        """
        try:
            return self._updated(service, chains, beat)
        except BaseException:
            self._forget()
            raise

    def _updated(self, service: Service, chains: Mapping[str, Chain], beat: Beat | None) -> list[Placed]:
        store = service.store
        origin = store.identity, service.recommender().indexes.encoder.fingerprint
        if origin != self._origin:
            self._origin = origin
            self._forget()
        # Read before anything else: what comes in meanwhile is looked at again next time.
        revision = store.revision()
        changed = {(one.kind, one.id) for one in store.changes_since(self.revision_)}
        self._open(service, chains, changed)
        hidden = Submissions(store).hidden()
        ids = {kind: sorted(store.ids(kind)) for kind in Kind}
        ids[Kind.NEED] = [one for one in ids[Kind.NEED] if one not in hidden]
        fresh = {kind: self._kept(kind, ids[kind], changed) for kind in Kind}
        for kind in Kind:
            self._place(service, kind, fresh[kind], beat)
            self._touched |= {(kind, one) for one in fresh[kind]}
        self._localize(fresh)
        answers = self._answers.update(
            service, ids[Kind.NEED], ids[Kind.ACHIEVEMENT], changed, self._is_own, beat
        )
        self._answer(ids[Kind.NEED], answers, effective(service.settings, store).adequate_probability)
        self.revision_ = revision
        return [
            self._facts[kind][one] for kind in sorted(Kind) for one in ids[kind] if one in self._facts[kind]
        ]

    def topics(self, service: Service, unplaced: Iterable[Placed]) -> list[Topic]:
        """Return what the unplaced records are about."""
        assert self._placer is not None
        keys = [(one.kind, one.id) for one in unplaced]
        if keys != self._unplaced or not self._touched.isdisjoint(keys):
            self._topics, self._unplaced = topics(service, keys, self._placer), keys
        self._touched.clear()
        return self._topics

    def _open(self, service: Service, chains: Mapping[str, Chain], changed: Collection[Key]) -> None:
        """Where chains or people's words are others, or an example reads otherwise, everything is placed anew."""
        words = Placements(service.store).current()
        if self._placer is None or (words, chains) != (self._words, self._chains) or words.keys() & changed:
            self._words, self._chains = words, dict(chains)
            self._placer = open_placer(service, chains, words)
            self._facts = {kind: {} for kind in Kind}

    def _kept(self, kind: Kind, ids: Sequence[str], changed: Collection[Key]) -> list[str]:
        """Forget the records of a kind that are gone or changed; return the ids of those that are to be placed."""
        facts = self._facts[kind]
        for one in facts.keys() - ids:
            del facts[one]
        for said, one in changed:
            if said is kind:
                facts.pop(one, None)
        return [one for one in ids if one not in facts]

    def _place(self, service: Service, kind: Kind, ids: Sequence[str], beat: Beat | None) -> None:
        assert self._placer is not None
        for start in range(0, len(ids), _BLOCK):
            part = ids[start : start + _BLOCK]
            spots = self._placer.place(kind, part)
            arrived = service.store.arrivals(kind, part)
            for record in service.store.records(kind, part):
                word = self._words.get((kind, record.id))
                self._facts[kind][record.id] = _fact(
                    record, spots.get(record.id, ()), day_of(arrived[record.id]), word
                )
            if beat:
                beat(start, len(ids))

    def _localize(self, fresh: Mapping[Kind, Sequence[str]]) -> None:
        """Say whether records are the city's own: of the fresh ones, or of all where its counties moved."""
        organizations = [one for _, one in sorted(self._facts[Kind.ORGANIZATION].items())]
        counties, homes = (
            _own_counties(organizations),
            {institution_key(one.title): one.county for one in organizations},
        )
        moved = (counties, homes) != (self.counties_, self._homes)
        self.counties_, self._homes = counties, homes
        own = set(counties)
        for kind, facts in self._facts.items():
            for one in list(facts) if moved else fresh[kind]:
                record = facts.get(one)
                if record is not None and record.is_local != (local := _is_local(record, own, homes)):
                    facts[one] = record.model_copy(update={"is_local": local})

    def _is_own(self, need_id: str, achievement_id: str) -> bool:
        """Return whether who asks made the achievement: what an enterprise has already is no answer."""
        need = self._facts[Kind.NEED].get(need_id)
        one = self._facts[Kind.ACHIEVEMENT].get(achievement_id)
        return bool(need and one and need.owner and institution_key(need.owner) == institution_key(one.owner))

    def _answer(self, ids: Sequence[str], answers: Mapping[str, tuple[Answer, ...]], adequate: float) -> None:
        facts = self._facts[Kind.NEED]
        for one in ids:
            record = facts.get(one)
            best = answers.get(one, ())
            met = any(each.probability >= adequate for each in best)
            if record is not None and (record.answers != best or record.met != met):
                facts[one] = record.model_copy(update={"answers": best, "met": met})


def _fact(record: Record, spots: tuple[Spot, ...], day: date, word: Placement | None) -> Placed:
    """Return a record as it stands by itself: whether it is local, and its answers, depend on others."""
    lane, lane_from = lane_of(record)
    owner, kind, tier = "", None, None
    if isinstance(record, Achievement):
        owner = record.institution
    elif isinstance(record, Need):
        owner = record.enterprise
    elif isinstance(record, Organization):
        kind, tier = record.kind, record.tier
    by_person = word is not None and word.nodes is not None
    is_said = word is not None and word.lane is not None
    return Placed(
        kind=record.KIND,
        id=record.id,
        title=record.label,
        owner=owner,
        county=record.county,
        region=record.region,
        since=day,
        spots=spots,
        placed_by="person" if by_person else "model",
        lane=Lane(word.lane) if word is not None and word.lane is not None else lane,
        lane_from="person" if is_said else lane_from,
        organization_kind=kind,
        tier=tier,
    )


def _own_counties(organizations: Iterable[Placed]) -> tuple[str, ...]:
    """Return the city's own counties: those of the vocabulary, then others in which there are enterprises."""
    listed = dict.fromkeys(vocabulary().lists["counties"])
    homes = {
        one.county
        for one in organizations
        if one.organization_kind is OrganizationKind.ENTERPRISE and one.county
    }
    return (*listed, *sorted(homes - set(listed)))


def _is_local(one: Placed, counties: Collection[str], homes: Mapping[str, str]) -> bool:
    if one.kind is Kind.NEED or one.organization_kind in _ALWAYS_LOCAL or one.county in counties:
        return True
    return one.kind is Kind.ACHIEVEMENT and homes.get(institution_key(one.owner), "") in counties
