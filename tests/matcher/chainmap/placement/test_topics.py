"""Topics of records that no chain takes: those of chains that are taken away."""

from __future__ import annotations

from collections import Counter

import pytest

from corpora.chains import chains
from corpora.vocabulary import Kind
from matcher.chainmap.integration import Topic
from matcher.chainmap.placement import topics as module
from matcher.chainmap.placement.placing import Placer, open_placer
from matcher.chainmap.placement.topics import LEAST, MOST, topics
from matcher.service import Service

Key = tuple[Kind, str]
GONE = ("nuts", "energy")


@pytest.fixture(scope="module")
def placer(demo: Service) -> Placer:
    return open_placer(demo, {key: chain for key, chain in chains().items() if key not in GONE}, {})


@pytest.fixture(scope="module")
def unplaced(demo: Service) -> list[Key]:
    return [
        (kind, one)
        for kind in (Kind.ACHIEVEMENT, Kind.NEED)
        for one in demo.store.ids(kind)
        if one.split("-")[1] in GONE
    ]


@pytest.fixture(scope="module")
def found(demo: Service, placer: Placer, unplaced: list[Key]) -> list[Topic]:
    return topics(demo, unplaced, placer)


def trade(key: str) -> str:
    return key.split(":")[1].split("-")[1]


def purity(found: list[Topic]) -> float:
    """Return how many of the records are of their topic's main trade."""
    main = sum(Counter(map(trade, topic.records)).most_common(1)[0][1] for topic in found)
    return main / sum(len(topic.records) for topic in found)


def test_a_topic_is_of_one_trade(found: list[Topic]) -> None:
    assert 4 <= len(found) <= MOST
    assert min(len(topic.records) for topic in found) >= LEAST
    assert purity(found) >= 0.9
    assert [len(topic.records) for topic in found] == sorted(
        (len(topic.records) for topic in found), reverse=True
    )


def test_a_topic_is_named_by_words_of_its_records(found: list[Topic], demo: Service) -> None:
    documents = {f"{kind}:{one.id}": one.document for kind in Kind for one in demo.store.records(kind)}
    for topic in found:
        assert topic.terms
        assert topic.zh == "、".join(topic.terms[:3])
        for term in topic.terms:
            assert sum(term in documents[key] for key in topic.records) >= 2
    assert {"核桃", "光伏"} & {term for topic in found for term in topic.terms}


def test_no_record_is_in_two_topics_and_ids_differ(found: list[Topic], unplaced: list[Key]) -> None:
    keys = [key for topic in found for key in topic.records]
    assert len(keys) == len(set(keys))
    assert set(keys) <= {f"{kind}:{one}" for kind, one in unplaced}
    assert len({topic.id for topic in found}) == len(found)


def test_the_order_of_the_records_does_not_matter(
    demo: Service, placer: Placer, unplaced: list[Key], found: list[Topic]
) -> None:
    assert topics(demo, unplaced[::-1], placer) == found


def test_near_is_a_node_of_the_chains_that_are_there(found: list[Topic], placer: Placer) -> None:
    assert {topic.near for topic in found} <= {"", *placer.nodes}


@pytest.mark.parametrize("size", [0, 1, 2])
def test_too_few_records_are_no_topic(demo: Service, placer: Placer, unplaced: list[Key], size: int) -> None:
    assert topics(demo, unplaced[:size], placer) == []


def test_records_that_are_gone_are_no_trouble(demo: Service, placer: Placer) -> None:
    assert topics(demo, [(kind, f"gone-{number}") for kind in Kind for number in range(5)], placer) == []


def test_beyond_the_sample_records_join_what_they_are_like(
    demo: Service, placer: Placer, unplaced: list[Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAMPLE", 2 * len(unplaced) // 3)
    found = topics(demo, unplaced, placer)
    assert found
    sampled = sorted(unplaced, key=lambda name: (module._hash(name), name))[: module.SAMPLE]
    joined = {key for topic in found for key in topic.records} - {f"{kind}:{one}" for kind, one in sampled}
    assert joined
    assert purity(found) >= 0.9
