"""What a timetable answers while somebody drags in it: the rules checked, every place marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matcher.roadshow.running.places import free_places
from matcher.roadshow.running.rules import conflicts
from tests.bench.figures import Figure, seconds
from tests.matcher.roadshow.halls import crowd

_TRIES = 5


def dragging(_: Path) -> Iterator[Figure]:
    """A hall of 500 meetings, 80 tables and 19 slots, beside what a person takes for at once."""
    hall = crowd()
    checked = min(seconds(lambda: conflicts(hall)) for _ in range(_TRIES))
    marked = min(seconds(lambda: free_places(hall, "e0", "t1", pair=None)) for _ in range(_TRIES))
    yield Figure("拖动时查规则 rules of 500 meetings checked", 1000 * checked, "ms", "wanted", 100)
    yield Figure("拖动时标位置 1,520 places marked", 1000 * marked, "ms", "wanted", 500)
