"""Drafts: what somebody has typed into the form and not sent yet, so that nothing of it is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpora.attachments import Attachments
from corpora.records import MAX_TEXT
from corpora.store import Store
from corpora.submissions import Submissions
from matcher.accounts import digest
from matcher.attachments import remove
from matcher.submissions import LISTS, TEXTS, Typed

DAYS = 30
#: Somewhat more than a text may have, so that it can be shortened another day.
_LONGEST = 2 * MAX_TEXT


def keep(store: Store, data: Path, secret: str, key: str, typed: Typed) -> bool:
    """Keep a draft under the digest of its owner's secret; `key` is of the link that it will get.

    False, and nothing is kept, where that need was sent in already. A text longer than any need may have is
    not kept. Drafts that nobody touched for DAYS days go when a new one comes.
    """
    submissions = Submissions(store)
    kept = {
        name: typed[name]
        for name in (*TEXTS, *LISTS, "consent")
        if name in typed and len(typed[name]) <= _LONGEST
    }
    with store.transaction():
        if submissions.keyed(digest(key)) is not None:
            return False
        is_new = submissions.draft(digest(secret)) is None
        submissions.keep_draft(digest(secret), {"key": key, "typed": kept})
    if is_new:
        purge(store, data)
    return True


def restore(store: Store, secret: str) -> tuple[str, dict[str, str | list[str]]] | None:
    """Return a draft's key and what was typed; None where there is no such draft."""
    content = Submissions(store).draft(digest(secret)) if secret else None
    return (str(content["key"]), dict(content["typed"])) if content else None


def clear(store: Store, data: Path, secret: str) -> None:
    """Forget a draft, with its attachments."""
    _drop(store, data, digest(secret))


def purge(store: Store, data: Path, now: datetime | None = None) -> int:
    """Forget the drafts that nobody touched for DAYS days; return how many."""
    before = (now or datetime.now(UTC)) - timedelta(days=DAYS)
    old = Submissions(store).drafts_before(before.isoformat(timespec="seconds"))
    for each in old:
        _drop(store, data, each)
    for attachment in Attachments(store).without_draft(before.isoformat(timespec="seconds")):
        remove(store, data, attachment)
    return len(old)


def _drop(store: Store, data: Path, draft: str) -> None:
    for attachment in Attachments(store).of_draft(draft):
        remove(store, data, attachment)
    Submissions(store).drop_draft(draft)
