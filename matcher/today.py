"""Today: what waits for somebody who looks after the service, and the needs that came last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpora.accounts import User
from corpora.cases import Cases
from corpora.errors import BadRequest
from corpora.jobs import Job, Jobs, State
from corpora.records import Record
from corpora.reviews import Reviews
from corpora.store import Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher.accounts import may
from matcher.caseboard import due
from matcher.digests import news
from matcher.queries import Query, Sort
from matcher.search import Search
from matcher.stages import OPEN

#: Jobs that are looked through, the latest.
_JOBS = 50


@dataclass(frozen=True)
class Waiting:
    """Something that waits: what, how many, and where there is only one, its number."""

    what: str
    count: int
    only: int | None = None


def waiting(store: Store, search: Search, user: User) -> list[Waiting]:
    """Return what waits for the user, by what they may do; what counts nothing is left out."""
    return [one for one in _waiting(store, search, user) if one.count]


def _waiting(store: Store, search: Search, user: User) -> Iterator[Waiting]:
    if may(user, "approve"):
        yield Waiting("pending", len(Submissions(store).with_status(Status.PENDING)))
    if may(user, "work_cases"):
        reminders = due(store, user.name)
        yield Waiting("overdue", len(reminders.overdue))
        yield Waiting("today", len(reminders.today))
    if may(user, "export"):
        yield _news(store, search, user)
    if may(user, "import"):
        jobs = Jobs(store).latest(_JOBS)
        yield _jobs("failed", [job for job in _last_of_each(jobs) if job.state is State.FAILED])
        yield _jobs("running", [job for job in jobs if job.is_open])
    if may(user, "review"):
        yield Waiting("duplicates", Reviews(store).count())
    if may(user, "work_cases"):
        mine = [one for one in Cases(store).all() if one.owner == user.name and one.stage in OPEN]
        yield Waiting("cases", len(mine), mine[0].id if len(mine) == 1 else None)


def _news(store: Store, search: Search, user: User) -> Waiting:
    try:
        found = [one for one in news(store, search, user) if one.ids]
    except BadRequest:
        # A search that was kept before the vocabulary changed: the page of saved searches says so.
        found = []
    return Waiting(
        "news", sum(len(one.ids) for one in found), found[0].search.id if len(found) == 1 else None
    )


def _jobs(what: str, jobs: list[Job]) -> Waiting:
    return Waiting(what, len(jobs), jobs[0].id if len(jobs) == 1 else None)


def _last_of_each(jobs: list[Job]) -> list[Job]:
    """Return of each task with the same arguments the latest job: one that was repeated is no trouble any more."""
    latest: dict[tuple[str, str], Job] = {}
    for job in jobs:
        latest.setdefault((job.task, repr(sorted(job.arguments.items()))), job)
    return list(latest.values())


def newest_needs(store: Store, search: Search, most: int) -> list[Record]:
    """Return the public needs that came or changed last."""
    return search.every(store, Query(kind=Kind.NEED, sort=Sort.NEWEST), most)[0]
