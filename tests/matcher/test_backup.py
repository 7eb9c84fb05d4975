"""Restoring: nothing is lost, and whoever works on goes on with the restored store."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from corpora.errors import UnreadableFile
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


def test_attachments_and_rankers_come_back_too(settings: Settings, tmp_path: Path) -> None:
    store = Store.create(settings.data)
    kept_file, ranker = settings.data / "attachments" / "a1", settings.data / "rankers" / "r" / "ranker.json"
    for file in (kept_file, ranker):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"kept")
    write_backup(store, tmp_path / "b.zip")
    kept_file.write_bytes(b"changed")
    (settings.data / "attachments" / "later").write_bytes(b"later")
    kept = restore_backup(tmp_path / "b.zip", settings.data, force=True)
    assert kept_file.read_bytes() == ranker.read_bytes() == b"kept"
    assert not (settings.data / "attachments" / "later").exists()
    assert Path(f"{kept}.attachments", "later").read_bytes() == b"later"


@pytest.mark.parametrize("name", ["../evil", "attachments/../../evil", "secret.key"])
def test_a_backup_writes_nowhere_else(settings: Settings, tmp_path: Path, name: str) -> None:
    store = Store.create(settings.data)
    write_backup(store, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        whole = archive.read(FILE_NAME)
    manifest["files"] = {name: hashlib.sha256(b"evil").hexdigest()}
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr(FILE_NAME, whole)
        archive.writestr(name, b"evil")
    with pytest.raises(UnreadableFile):
        restore_backup(tmp_path / "b.zip", settings.data, force=True)
    assert not list(tmp_path.rglob("evil"))
