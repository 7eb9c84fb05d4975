"""Indexes follow the store, however it changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.records import Achievement
from corpora.store import Origin, Store
from corpora.vocabulary import Kind
from matcher.indexing import bring_up_to_date
from models.encoders import Encoder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path)


def put(store: Store, *titles: str) -> None:
    store.take_in([Origin(Achievement(id=title[:2], title=title)) for title in titles], "f", "0", "me")


def test_only_what_changed_is_indexed(store: Store, tmp_path: Path, tiny: Encoder) -> None:
    put(store, "甲一板栗", "乙一提钒")
    assert bring_up_to_date(store, tmp_path, tiny)[1] == (2, 0, None)
    assert bring_up_to_date(store, tmp_path, tiny)[1] == (0, 0, None)
    put(store, "甲一核桃", "丙一香菇")
    store.delete(Kind.ACHIEVEMENT, "乙一", "me")
    indexes, done = bring_up_to_date(store, tmp_path, tiny)
    assert done == (2, 1, None)
    assert sorted(indexes.achievements.keys) == ["丙一", "甲一"]
    assert indexes.achievements.lexical.search("核桃", 1, indexes.weights)[0][0] == "甲一"


def test_another_encoder_rebuilds_and_says_so(
    store: Store, tmp_path: Path, tiny: Encoder, bundled: Encoder
) -> None:
    put(store, "甲一板栗")
    bring_up_to_date(store, tmp_path, tiny)
    notices: list[str] = []
    indexes, done = bring_up_to_date(store, tmp_path, bundled, notice=notices.append)
    assert "another encoder" in notices[0]
    assert done.rebuilt == notices[0]
    assert indexes.achievements.views["text"].dimension == 384


def test_a_damaged_index_is_rebuilt_and_says_so(store: Store, tmp_path: Path, tiny: Encoder) -> None:
    put(store, "甲一板栗", "乙一提钒")
    bring_up_to_date(store, tmp_path, tiny)
    (tmp_path / "indexes" / "achievement" / "counts.npz").write_bytes(b"rubbish")
    notices: list[str] = []
    indexes, done = bring_up_to_date(store, tmp_path, tiny, notice=notices.append)
    assert len(notices) == 1
    assert done.updated == 2
    assert len(indexes.achievements) == 2


def test_an_update_that_was_not_stamped_is_done_again(store: Store, tmp_path: Path, tiny: Encoder) -> None:
    put(store, "甲一板栗")
    indexes, _ = bring_up_to_date(store, tmp_path, tiny)
    put(store, "甲一核桃", "乙一提钒")
    stamp = (tmp_path / "indexes" / "stamp.json").read_bytes()
    bring_up_to_date(store, tmp_path, tiny)
    (tmp_path / "indexes" / "stamp.json").write_bytes(stamp)
    indexes, done = bring_up_to_date(store, tmp_path, tiny)
    assert done.updated == 2
    assert len(indexes.achievements) == len(indexes.achievements.lexical) == 2


def test_indexing_can_be_broken_off_and_loses_nothing(store: Store, tmp_path: Path, tiny: Encoder) -> None:
    put(store, "甲一板栗", "乙一提钒", "丙一香菇")
    bring_up_to_date(store, tmp_path, tiny)
    put(store, "丁一去壳")
    said: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        said.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(store, tmp_path, tiny, beat=stop)
    assert said == [(1, 1)]
    indexes, done = bring_up_to_date(store, tmp_path, tiny)
    assert (len(indexes.achievements), done.updated, done.rebuilt) == (4, 1, None)
