"""What is wrong in a SPEC, at which of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.errors import UnreadableValue

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which key."""

    path: Path
    zh: str
    en: str


class Inconsistent(UnreadableValue):
    """A SPEC whose parts contradict each other."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(found[0].zh, found[0].en)
        self.faults = tuple(found)
