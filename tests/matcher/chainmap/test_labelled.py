from __future__ import annotations

from collections import Counter

import pytest

from corpora.chains import chains
from tests.matcher.chainmap import labelled


@pytest.fixture(scope="module")
def nodes() -> set[str]:
    return {f"{chain.id}/{node.id}" for chain in chains().values() for node in chain.nodes}


def test_every_record_has_a_label_and_nothing_else_has() -> None:
    assert list(labelled.labels()) == sorted(labelled.records())


@pytest.mark.parametrize("which", [labelled.labels, labelled.second_labels])
def test_labels_are_nodes_of_the_shipped_chains(which, nodes: set[str]) -> None:
    for key, given in which().items():
        assert set(given) <= nodes, key
        assert len(set(given)) == len(given) <= 2, key


def test_every_chain_is_well_represented_in_both_halves() -> None:
    seen = Counter(
        (labelled.split(key), given[0].split("/")[0]) for key, given in labelled.labels().items() if given
    )
    assert {chain for _, chain in seen} == set(chains())
    assert min(seen.values()) >= 5


def test_the_second_labels_are_of_the_third_that_was_picked() -> None:
    picked = sorted(key for key in labelled.records() if labelled.is_twice_labelled(key))
    assert list(labelled.second_labels()) == picked
    assert len(picked) >= len(labelled.records()) / 3


def test_the_two_labellings_agree_on_most_records() -> None:
    agreed = labelled.agreement()
    assert agreed.kappa >= 0.7
    assert agreed.same_first <= agreed.either
    assert agreed.same_first <= agreed.same_chain


def test_no_node_is_without_records(nodes: set[str]) -> None:
    counted = Counter(given[0] for given in labelled.labels().values() if given)
    assert min(counted[node] for node in nodes) >= 3


def test_the_parts_are_as_the_readme_says() -> None:
    parts = Counter(labelled.part(key) for key in labelled.records())
    assert parts == {"before": 260, "after": 106, "demo": 256}
