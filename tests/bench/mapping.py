"""The integration map over 100,000 records: building it anew, after one change, and the size of its page.

Texts are sentences of the demo, recombined; vectors are the means of their sentences' vectors, put into the
vector cache, for encoding is not what is measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from corpora.ownchains import OwnChains
from corpora.records import Achievement, Judgement, Need, Organization, Record
from corpora.store import Store
from corpora.stored import Origin
from corpora.vocabulary import Kind, vocabulary
from matcher.chainmap.building import build
from matcher.chainmap.evidence import Evidence
from matcher.chainmap.placement.placing import open_placer
from matcher.chainmap.webpage import page_html
from matcher.service import Service
from matcher.settings import Settings
from models.cache import Vectors
from models.encoders import Encoder, Role
from models.features import background_keys
from models.frame import ACHIEVEMENTS
from models.text import sentences
from tests.bench.figures import Figure, seconds

#: Achievements, needs and organizations.
SIZES = (80_000, 12_000, 8_000)
#: Limits of the issue: seconds of a rebuild and of an update, megabytes of the page.
REBUILD, UPDATE, PAGE = 60.0, 2.0, 5.0
_JUDGED = 300
_BATCH = 5_000
_TIERS = ["seed", "tech_sme", "high_tech", "above_scale", "listed", "chain_leader"]
#: A synthetic vector is this far from the mean of its sentences'.
_NOISE = 0.01


def mapping(folder: Path) -> Iterator[Figure]:
    """Yield the figures of the map over SIZES records."""
    settings = Settings(data=folder / "mapping", cache=folder / "mapping-cache")
    fill(settings, SIZES)
    service = Service(settings)
    service.recommender()
    # The chains' own texts are encoded once and for all.
    open_placer(service, OwnChains(service.store).all(), {})
    known = Evidence()
    rebuilt = seconds(lambda: build(service, known=known))
    yield Figure("图谱 map of 100,000 records, built anew, indexes at hand", rebuilt, "s", "limit", REBUILD)
    changed = _changed(service)
    indexing = seconds(lambda: _save(service, changed))
    updated = seconds(lambda: build(service, known=known))
    yield Figure("图谱 the same after one achievement changed", updated, "s", "limit", UPDATE)
    yield Figure("索引 indexing that achievement before", indexing, "s")
    chart = build(service, known=known)
    yield Figure("图谱 its page, one file", len(page_html(chart).encode()) / 1e6, "MB", "limit", PAGE)
    service.close()


def fill(settings: Settings, sizes: Sequence[int], seed: int = 0) -> None:
    """Make an installation with so many synthetic achievements, needs and organizations, and their vectors."""
    source = _Source(Encoder("bundled", settings.cache), random.Random(seed))
    store = Store.create(settings.data)
    for kind, size in zip((Kind.ACHIEVEMENT, Kind.NEED, Kind.ORGANIZATION), sizes, strict=True):
        for start in range(0, size, _BATCH):
            records = [source.record(kind, number) for number in range(start, min(start + _BATCH, size))]
            store.take_in([Origin(record) for record in records], "synthetic", "", "bench")
            source.put()
    needs, achievements = store.ids(Kind.NEED), store.ids(Kind.ACHIEVEMENT)
    chance = random.Random(seed)
    store.judge(
        [
            Judgement(need_id=need, achievement_id=chance.choice(achievements), level=chance.randint(1, 4))
            for need in needs[: _JUDGED // 5]
            for _ in range(5)
        ],
        "bench",
    )
    store.close()


def _changed(service: Service) -> Achievement:
    """Return an achievement that says more than before, and is not in the sample that others are measured by."""
    sample = set(background_keys(service.store.ids(Kind.ACHIEVEMENT), ACHIEVEMENTS))
    one = next(one for one in service.store.ids(Kind.ACHIEVEMENT) if one not in sample)
    record = service.store.achievement(one)
    return record.model_copy(update={"text": record.text + "已在本地企业完成中试。"})


def _save(service: Service, record: Record) -> None:
    service.store.save(record, "bench")
    service.recommender()


class _Source:
    """Records recombined from the demo's, with vectors for all that is encoded of them."""

    def __init__(self, encoder: Encoder, chance: random.Random) -> None:
        self._encoder, self._chance = encoder, chance
        self._noise = np.random.default_rng(chance.randint(0, 2**31))
        self._fresh: dict[bytes, Vectors] = {}
        self._pools: dict[Kind, list[dict[str, Any]]] = {kind: [] for kind in Kind}
        for path in sorted(
            (resources.files("corpora") / "demo" / "source").iterdir(), key=lambda each: each.name
        ):
            content = yaml.safe_load(path.read_text("utf-8"))
            for kind in Kind:
                self._pools[kind] += content.get(f"{kind}s") or []
        texts = [
            text
            for pool in self._pools.values()
            for one in pool
            for text in (one.get("title") or one.get("name"), *sentences(one.get("text") or ""))
        ]
        self._vectors: dict[tuple[Role, str], Vectors] = {}
        for role in ("query", "document"):
            distinct = list(dict.fromkeys(texts))
            self._vectors |= {
                (role, text): vector
                for text, vector in zip(distinct, encoder.encode(distinct, role), strict=True)
            }

    def record(self, kind: Kind, number: int) -> Record:
        """Return a record about what one of the demo's is about, in sentences of that and of another one."""
        chance, pool = self._chance, self._pools[kind]
        model, other = chance.choice(pool), chance.choice(pool)
        name = str(model.get("title") or model.get("name"))
        said = sentences(model.get("text") or "")
        text = chance.sample(said, min(3, len(said))) + chance.sample(sentences(other.get("text") or ""), 1)
        fields = {"id": f"s-{kind[0]}-{number}", "text": "".join(text), "county": self._county(kind)}
        record: Record
        if kind is Kind.ACHIEVEMENT:
            record = Achievement(
                title=f"{name}（合成 {number}）",
                institution=model["institution"],
                stage=chance.choice([None, 3, 5, 7, 9]),
                **fields,
            )
        elif kind is Kind.NEED:
            record = Need(title=f"{name}（合成 {number}）", enterprise=f"合成企业{number % 3000}", **fields)
        else:
            tier = chance.choice(_TIERS) if model.get("kind") == "enterprise" else None
            record = Organization(
                name=f"{name}（合成 {number}）", kind=model.get("kind"), tier=tier, **fields
            )
        role: Role = "query" if kind is Kind.NEED else "document"
        self._know(role, record.document, [name, *text])
        if kind is Kind.NEED:
            self._know(role, record.label, [name])
        return record

    def put(self) -> None:
        """Put the vectors of the records since the last time into the cache."""
        self._encoder._vectors.put(self._fresh)
        self._fresh.clear()

    def _county(self, kind: Kind) -> str:
        counties: Mapping[str, Any] | list[str] = vocabulary().lists["counties"]
        return "" if kind is Kind.ACHIEVEMENT else self._chance.choice(list(counties))

    def _know(self, role: Role, text: str, parts: Sequence[str]) -> None:
        mean = np.mean([self._vectors[role, part] for part in parts], axis=0)
        vector = mean + self._noise.normal(0, _NOISE / np.sqrt(len(mean)), len(mean))
        self._fresh[self._encoder._vectors.key(role, text)] = (vector / np.linalg.norm(vector)).astype(
            np.float32
        )
