"""A store with the records that the small hall is about, and a roadshow in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.accounts import Role
from corpora.records import Achievement, Contact, Need
from corpora.roadshows import Roadshow
from corpora.store import FILE_NAME, Store
from matcher.accounts import add_user
from matcher.roadshow.running import keeping
from tests.matcher.roadshow.halls import ENTERPRISES, PAIRS, TEAMS, plan, spec


@pytest.fixture(scope="session")
def hall_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the hall's needs and achievements, two brokers, an organizer and an enterprise."""
    folder = tmp_path_factory.mktemp("hall")
    opened = Store.create(folder)
    contact = Contact(name="赵六", phone="13900000001")
    for one in ENTERPRISES:
        need = Need(id=f"n-{one.id}", title=f"{one.name}的难题", enterprise=one.name, contact=contact)
        opened.save(need, "test")
    for team in TEAMS:
        opened.save(Achievement(id=f"a-{team.id}", title=f"{team.name}的成果", contact=contact), "test")
    for name, role in (
        ("li", Role.BROKER),
        ("wang", Role.BROKER),
        ("org", Role.ORGANIZER),
        ("qi", Role.ENTERPRISE),
    ):
        add_user(opened, name, role, "correct horse battery")
    opened.close()
    return folder


@pytest.fixture
def store(hall_folder: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, to be written in."""
    source = Store(hall_folder)
    source.copy_to(tmp_path / FILE_NAME)
    source.close()
    opened = Store.create(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def drafted(store: Store) -> Roadshow:
    """A roadshow with a draft that keeps its rules."""
    made = keeping.create(store, spec(), "org")
    return keeping.set_plan(store, made.id, plan(), PAIRS.values(), made.spec_number, "org", 7)


@pytest.fixture
def published(store: Store, drafted: Roadshow) -> Roadshow:
    return keeping.publish(store, drafted.id, drafted.version)
