"""Saved searches, and digests: what is new in them, each record told once, on the page and by mail."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from filelock import FileLock, Timeout

from corpora.accounts import Accounts, User
from corpora.errors import BadRequest, Conflict, ShuanglianError, UnknownRecord, shorten
from corpora.records import Record
from corpora.searches import Digest, SavedSearch, Searches
from corpora.store import Store
from corpora.submissions import Submissions
from matcher.accounts import may
from matcher.mail import compose, deliver
from matcher.queries import Query
from matcher.search import Search
from matcher.settings import Settings

MAX_NAME, MAX_SEARCHES = 100, 100
#: Titles of a search that a mail names; the others it counts.
_NAMED = 20
_log = logging.getLogger(__name__)

#: Where `matcher serve` listens by default, for who has not said where people reach it.
_HERE = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class News:
    """A saved search with its query and the ids of what is new in it, latest first."""

    search: SavedSearch
    query: Query
    ids: list[str]


# Keeping searches


def keep(store: Store, user: User, name: str, query: Query, by_mail: bool) -> SavedSearch:
    """Keep a query for the user. Raises BadRequest for a bad name, Conflict for one that is taken."""
    kept = Searches(store)
    if len(kept.of_user(user.id)) >= MAX_SEARCHES:
        raise Conflict(
            f"最多保存 {MAX_SEARCHES} 个订阅；请先删去不用的",
            f"at most {MAX_SEARCHES} searches can be saved; delete some first",
        )
    first_page = {name: value for name, value in query.as_mapping().items() if name != "page"}
    return kept.add(user.id, _name(name), first_page, by_mail)


def rename(store: Store, search: SavedSearch, name: str) -> None:
    """Raises BadRequest for a bad name, Conflict for one that is taken."""
    Searches(store).rename(search.id, search.user_id, _name(name))


def owned(store: Store, user: User, search_id: int) -> SavedSearch:
    """Return a saved search of the user's. Raises UnknownRecord where it is not theirs."""
    found = Searches(store).get(search_id)
    if found is None or found.user_id != user.id:
        raise UnknownRecord(
            f"您没有编号为 {search_id} 的订阅", f"you have no saved search with the number {search_id}"
        )
    return found


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise BadRequest(
            f"订阅名称应为 1–{MAX_NAME} 个字符，现为“{shorten(name)}”（{len(name)} 个）",
            f"a saved search's name has 1–{MAX_NAME} characters, not {len(name)} ('{shorten(name)}')",
        )
    return name


# What is new


def news(store: Store, search: Search, user: User) -> list[News]:
    """Return the user's saved searches, each with what is new since they looked at it."""
    return [_news(store, search, saved) for saved in Searches(store).of_user(user.id)]


def open_news(store: Store, search: Search, saved: SavedSearch) -> tuple[list[Record], list[Record]]:
    """Return the records that are new and those of earlier digests, latest first; what is new counts as read."""
    found = _news(store, search, saved)
    _collect(store, search, saved)
    kept = Searches(store)
    digests = kept.digests(saved.id)
    kept.mark([one.id for one in digests if not one.read_at], "read_at")
    ids = list(dict.fromkeys(each for one in digests for each in one.ids))
    hidden = Submissions(store).hidden()
    earlier = [each for each in ids if each not in found.ids and each not in hidden][:100]
    kind = found.query.kind
    return store.in_order(kind, found.ids), store.in_order(kind, earlier)


def _news(store: Store, search: Search, saved: SavedSearch) -> News:
    query = Query.read(saved.query)
    digests = Searches(store).digests(saved.id)
    unread = {each for digest in digests if not digest.read_at for each in digest.ids}
    fresh, _ = _created(store, saved, query, digests)
    return News(saved, query, search.among(store, query, unread | fresh))


def _collect(store: Store, search: Search, saved: SavedSearch) -> bool:
    """Make a digest of what is new, if anything is."""
    query, kept = Query.read(saved.query), Searches(store)
    created, revision = _created(store, saved, query, kept.digests(saved.id))
    ids = search.among(store, query, created)
    if revision == saved.revision and not ids:
        return False
    return kept.add_digest(saved, ids, revision)


def _created(
    store: Store, saved: SavedSearch, query: Query, digests: Sequence[Digest]
) -> tuple[set[str], int]:
    """Return the ids of the records that came since the search was last looked at, and up to which revision.

    Not beyond the first that is hidden: it is told of once it is public.
    """
    created: dict[str, int] = {}
    revision = saved.revision
    for change in store.changes_since(saved.revision):
        revision = change.revision
        if change.kind is query.kind and change.action == "created":
            created[change.id] = change.revision
        elif change.kind is query.kind and change.action == "deleted":
            created.pop(change.id, None)
    reported = {each for digest in digests for each in digest.ids}
    hidden = Submissions(store).hidden()
    waiting = [at for each, at in created.items() if each in hidden and each not in reported]
    return created.keys() - reported - hidden, min([revision, *(at - 1 for at in waiting)])


# By the worker, or by hand


def run(store: Store, search: Search, settings: Settings) -> int:
    """Make the digests of every saved search and mail those that are asked for; return how many were made.

    A mail that cannot be sent is logged, and tried again the next time.
    """
    made = 0
    try:
        with FileLock(settings.data / "digests.lock", timeout=0):
            for saved in Searches(store).all():
                try:
                    made += _collect(store, search, saved)
                except BadRequest as error:
                    _log.warning("saved search %d cannot be read: %s", saved.id, error)
            for user in Accounts(store).users():
                if user.email and not user.disabled and may(user, "export"):
                    _mail(store, search, settings, user)
    except Timeout:
        # Another process is at it.
        _log.info("digests are being made already")
    return made


def _mail(store: Store, search: Search, settings: Settings, user: User) -> None:
    kept = Searches(store)
    parts, sent = [], []
    for saved in kept.of_user(user.id):
        if not saved.by_mail:
            continue
        unsent = [one for one in kept.digests(saved.id) if not one.mailed_at and not one.read_at]
        sent += [one.id for one in unsent]
        try:
            query = Query.read(saved.query)
        except BadRequest:
            continue
        ids = search.among(store, query, {each for one in unsent for each in one.ids})
        if ids:
            parts.append((saved, query, store.in_order(query.kind, ids)))
    if parts:
        try:
            deliver(settings, compose(settings, user.display, user.email, *_worded(settings, user, parts)))
        except ShuanglianError as error:
            _log.warning("the digests of user %s were not mailed: %s", user.name, error.en)
            return
    kept.mark(sent, "mailed_at")


def _worded(
    settings: Settings, user: User, parts: Sequence[tuple[SavedSearch, Query, list[Record]]]
) -> tuple[str, str]:
    """Return the subject and the text, Chinese first, English second."""
    total = sum(len(records) for *_, records in parts)
    url = (settings.url or _HERE).rstrip("/")
    zh = [f"{user.display}，您好：", "", f"您订阅的搜索有 {total} 条新记录。"]
    en = [f"Dear {user.display},", "", f"there is news in your saved searches: {total} in all."]
    for saved, query, records in parts:
        link = f"{url}/searches/{saved.id}"
        said_zh, said_en = query.stated()
        titles = [f"  {number}. {_titled(one)}" for number, one in enumerate(records[:_NAMED], 1)]
        more = len(records) - _NAMED
        zh += ["", f"【{saved.name}】{said_zh}：{len(records)} 条新记录", *titles]
        zh += ([f"  另有 {more} 条"] if more > 0 else []) + [f"  查看：{link}"]
        en += ["", f"[{saved.name}] {said_en}: {len(records)} new. {link}"]
    zh += ["", f"不想再收邮件，请在 {url}/searches 关闭邮件提醒。"]
    en += ["", f"To stop these mails, switch them off at {url}/searches."]
    subject = f"双链订阅：{total} 条新记录 / Shuanglian: {total} new"
    return subject, "\n".join([*zh, "", "—" * 20, "", *en, ""])


def _titled(record: Record) -> str:
    owner = getattr(record, "institution", "") or getattr(record, "enterprise", "") or record.county
    return f"{record.label}（{owner}）" if owner else record.label
