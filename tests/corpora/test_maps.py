"""Maps that were built: whole for a while, and of each day the latest."""

from __future__ import annotations

from pathlib import Path

from corpora.maps import KEPT_WHOLE, Maps
from corpora.store import Store


def test_a_map_comes_back_as_it_was_given(tmp_path: Path) -> None:
    maps = Maps(Store.create(tmp_path))
    assert maps.latest() is None
    number = maps.add("2026-11-24", 7, "m", "甲", {"nodes": {"nuts/oil": "补链"}}, "{图谱}".encode())
    kept = maps.latest()
    assert kept is not None
    assert kept == maps.get(number)
    assert (kept.date, kept.revision, kept.mark, kept.who) == ("2026-11-24", 7, "m", "甲")
    assert maps.summary(number) == {"nodes": {"nuts/oil": "补链"}}
    assert kept.is_whole
    assert maps.document(number) == "{图谱}".encode()
    assert maps.get(99) is None
    assert maps.document(99) is None


def test_of_a_day_the_latest_is_kept(tmp_path: Path) -> None:
    maps = Maps(Store.create(tmp_path))
    maps.add("2026-11-23", 1, "", "甲", {}, b"a")
    maps.add("2026-11-24", 2, "", "甲", {}, b"b")
    maps.add("2026-11-24", 3, "", "乙", {}, b"c")
    assert [(one.date, one.revision) for one in maps.all()] == [("2026-11-24", 3), ("2026-11-23", 1)]


def test_old_maps_keep_what_it_takes_to_compare(tmp_path: Path) -> None:
    maps = Maps(Store.create(tmp_path))
    numbers = [
        maps.add(f"2026-01-{day:02d}", day, "", "甲", {"day": day}, b"whole")
        for day in range(1, KEPT_WHOLE + 3)
    ]
    assert maps.document(numbers[0]) is None
    first = maps.get(numbers[0])
    assert first is not None
    assert not first.is_whole
    assert maps.summary(numbers[0]) == {"day": 1}
    assert maps.document(numbers[2]) == b"whole"
    assert len(maps.all()) == KEPT_WHOLE + 2
