"""Restoring: nothing is lost, and whoever works on goes on with the restored store."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.records import Achievement
from corpora.store import FILE_NAME, Origin, Store
from corpora.vocabulary import Kind
from matcher.backup import restore_backup, write_backup
from matcher.service import Service
from matcher.settings import Settings


def put(store: Store, *titles: str) -> None:
    store.take_in([Origin(Achievement(id=title, title=title)) for title in titles], "f", "0", "me")


@pytest.fixture
def settings(tmp_path: Path, tiny_folder: Path) -> Settings:
    return Settings(data=tmp_path / "data", cache=tmp_path / "cache", encoder=str(tiny_folder))


def test_a_running_service_goes_on_with_what_was_restored(settings: Settings, tmp_path: Path) -> None:
    store = Store.create(settings.data)
    put(store, "板栗去壳")
    write_backup(store, tmp_path / "b.zip")
    service = Service(settings)
    put(store, "石煤提钒", "香菇菌棒")
    assert len(service.match_text("板栗", 5).matches) == 3
    restore_backup(tmp_path / "b.zip", settings.data, force=True)
    assert [match.achievement.id for match in service.match_text("板栗", 5).matches] == ["板栗去壳"]
    put(Store(settings.data), "核桃脱皮", "地膜回收", "尾矿制砖")
    assert len(service.match_text("核桃", 5).matches) == 4
    assert service.match_text("核桃脱皮", 5).matches[0].achievement.id == "核桃脱皮"


def test_the_store_that_was_replaced_is_kept(settings: Settings, tmp_path: Path) -> None:
    store = Store.create(settings.data)
    write_backup(store, tmp_path / "b.zip")
    put(store, "板栗去壳")
    kept = restore_backup(tmp_path / "b.zip", settings.data, force=True)
    assert kept is not None
    kept.rename(tmp_path / FILE_NAME)
    assert Store(tmp_path).ids(Kind.ACHIEVEMENT) == ["板栗去壳"]
    assert Store(settings.data).ids(Kind.ACHIEVEMENT) == []


def test_a_damaged_store_can_be_replaced(settings: Settings, tmp_path: Path) -> None:
    store = Store.create(settings.data)
    put(store, "板栗去壳")
    write_backup(store, tmp_path / "b.zip")
    store.close()
    (settings.data / FILE_NAME).write_bytes(b"rubbish" * 1000)
    kept = restore_backup(tmp_path / "b.zip", settings.data, force=True)
    assert kept is not None
    assert kept.read_bytes().startswith(b"rubbish")
    assert Store(settings.data).ids(Kind.ACHIEVEMENT) == ["板栗去壳"]
