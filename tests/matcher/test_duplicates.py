"""The demo's deliberate repeats are linked, and nothing else."""

from __future__ import annotations

from corpora.vocabulary import Kind
from matcher.service import Service


def test_each_repeat_is_linked_to_its_original_and_both_are_kept(demo: Service) -> None:
    for kind, repeats in ((Kind.NEED, 4), (Kind.ACHIEVEMENT, 3)):
        links = demo.store.duplicates(kind)
        assert len(links) == repeats
        for link in links:
            assert {link.id, link.original_id} == {
                link.original_id.removesuffix("-b"),
                f"{link.original_id}-b".replace("-b-b", "-b"),
            }
            assert demo.store.get(kind, link.id).document != demo.store.get(kind, link.original_id).document
