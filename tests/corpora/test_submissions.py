"""Submissions, drafts and attachments as the store keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.attachments import Attachment, Attachments
from corpora.database import now
from corpora.store import Store
from corpora.submissions import Status, Submissions


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path)


def test_a_need_is_hidden_until_it_is_approved_and_never_after(store: Store) -> None:
    kept = Submissions(store)
    for letter in "ABCD":
        kept.add(f"SL-{letter}", f"n-{letter}", letter, f"digest {letter}", None)
    assert kept.hidden() == {"n-A", "n-B", "n-C", "n-D"}
    kept.decide("SL-B", Status.APPROVED, "", "broker")
    kept.decide("SL-C", Status.RETURNED, "太短", "broker")
    kept.update("SL-D", "D", Status.WITHDRAWN)
    assert kept.hidden() == {"n-A", "n-C"}


def test_a_decision_is_taken_once(store: Store) -> None:
    kept = Submissions(store)
    kept.add("SL-A", "n-A", "A", "digest", None)
    assert kept.decide("SL-A", Status.APPROVED, "", "one")
    assert not kept.decide("SL-A", Status.RETURNED, "no", "other")
    found = kept.coded("SL-A")
    assert found is not None
    assert (found.status, found.decided_by, found.reason) == (Status.APPROVED, "one", "")


def test_a_submission_is_found_by_code_by_key_and_by_need_and_by_nothing_else(store: Store) -> None:
    kept = Submissions(store)
    made = kept.add("SL-A", "n-A", "A", "digest", None)
    assert kept.coded("SL-A") == kept.keyed("digest") == kept.of_need("n-A") == made
    assert kept.coded("' OR 1=1 --") is kept.keyed("") is kept.of_need("n-%") is None


def test_the_longest_waiting_comes_first(store: Store) -> None:
    kept = Submissions(store)
    for letter in "ABC":
        kept.add(f"SL-{letter}", f"n-{letter}", letter, letter, None)
    assert [one.code for one in kept.with_status(Status.PENDING)] == ["SL-A", "SL-B", "SL-C"]
    assert kept.latest(9) == []


def test_a_draft_is_kept_replaced_and_dropped(store: Store) -> None:
    kept = Submissions(store)
    assert kept.draft("secret") is None
    kept.keep_draft("secret", {"title": "板栗\u202e<script>'; DROP TABLE drafts"})
    kept.keep_draft("secret", {"title": "核桃"})
    assert kept.draft("secret") == {"title": "核桃"}
    assert kept.drafts_before("2999") == ["secret"]
    kept.drop_draft("secret")
    assert kept.draft("secret") is None


def test_attachments_move_from_a_draft_to_its_need(store: Store) -> None:
    kept = Attachments(store)
    for name in ("a", "b"):
        kept.add(Attachment(name, "draft", None, f"{name}.pdf", "application/pdf", 1, name, now()))
    kept.add(Attachment("c", "other", None, "c.pdf", "application/pdf", 1, "c", now()))
    kept.move("draft", "n-1")
    assert [one.name for one in kept.of_need("n-1")] == ["a.pdf", "b.pdf"]
    assert kept.of_draft("draft") == []
    assert [one.id for one in kept.without_draft("2999")] == ["c"]
    kept.remove("a")
    assert kept.get("a") is None
