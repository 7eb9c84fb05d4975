"""What waits for whom."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from corpora.accounts import Role, User
from corpora.cases import Cases, Stage
from corpora.jobs import Jobs, State
from corpora.store import Store
from matcher.accounts import add_user
from matcher.cases import move, open_case
from matcher.digests import keep
from matcher.queries import Query
from matcher.search import Search
from matcher.service import Service
from matcher.settings import Settings
from matcher.stages import today
from matcher.submissions import new_key, submit
from matcher.today import newest_needs, waiting


@pytest.fixture
def store(demo: Service, demo_settings: Settings, tmp_path: Path) -> Store:
    data = tmp_path / "data"
    data.mkdir()
    demo.store.copy_to(data / "shuanglian.db")
    shutil.copytree(demo_settings.data / "indexes", data / "indexes")
    return Store.create(data)


@pytest.fixture
def search(store: Store, tmp_path: Path) -> Search:
    return Search(tmp_path / "data")


def user(store: Store, role: Role) -> User:
    return add_user(store, role.value, role, "correct horse battery")


def counted(store: Store, search: Search, who: User) -> dict[str, int]:
    return {one.what: one.count for one in waiting(store, search, who)}


def test_each_sees_what_is_theirs_to_do(store: Store, search: Search) -> None:
    broker, bureau, enterprise = (user(store, role) for role in (Role.BROKER, Role.BUREAU, Role.ENTERPRISE))
    assert counted(store, search, broker) == {"duplicates": 7}
    need = store.need("n-nuts-01")
    submit(store, need.model_copy(update={"id": "sent"}), new_key(), None, None, "visitor")
    case = open_case(store, "n-nuts-02", "a-nuts-01", "broker")
    for days in (-3, 0, 1):
        Cases(store).add_reminder(case.id, (today() + timedelta(days=days)).isoformat(), "回电", "broker")
    found = {one.what: one for one in waiting(store, search, broker)}
    assert {name: one.count for name, one in found.items() if name != "duplicates"} == {
        "pending": 1, "overdue": 1, "today": 1, "cases": 1,
    }  # fmt: skip
    assert found["cases"].only == case.id
    assert counted(store, search, bureau) == {}
    assert counted(store, search, enterprise) == {}
    # A case that is over waits for nothing, and neither do its reminders.
    move(store, case.id, Stage.DECLINED, case.version, "broker", "企业不做了")
    assert counted(store, search, broker).keys() == {"pending", "duplicates"}


def test_news_lead_to_their_search(store: Store, search: Search) -> None:
    broker = user(store, Role.BROKER)
    kept = keep(store, broker, "核桃", Query.read({"kind": "need", "q": "核桃脱皮"}), False)
    assert "news" not in counted(store, search, broker)
    store.save(
        store.need("n-nuts-01").model_copy(update={"id": "fresh", "title": "核桃脱皮太慢"}), "somebody"
    )
    news = next(one for one in waiting(store, search, broker) if one.what == "news")
    assert (news.count, news.only) == (1, kept.id)
    assert newest_needs(store, search, 2)[0].id == "fresh"


def test_a_job_that_was_repeated_has_failed_no_longer(store: Store, search: Search) -> None:
    broker = user(store, Role.BROKER)
    for state in (State.FAILED, State.FAILED, State.DONE):
        job, _ = Jobs(store).add("index", {}, "broker")
        assert counted(store, search, broker)["running"] == 1
        taken = Jobs(store).take()
        assert taken
        Jobs(store).finish(job.id, state, "", "", {})
        assert counted(store, search, broker).get("failed", 0) == (state is State.FAILED)
    assert "running" not in counted(store, search, broker)
