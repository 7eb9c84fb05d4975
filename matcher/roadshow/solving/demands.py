"""The meetings that an event demands: who must meet whom, what is pinned, and the time that is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from corpora.errors import shorten
from matcher.roadshow.clock import away, is_there, slots_of
from matcher.roadshow.event import Event
from matcher.roadshow.spec import Pinned

Edit = Mapping[str, Any]
Ids = tuple[str, str]


class Demands:
    """The slots, who is in them, and the meetings that must be."""

    def __init__(self, event: Event) -> None:
        self.spec = event.spec
        self.slots = slots_of(event.spec)
        self.by_start = {slot.start: slot for slot in self.slots}
        self.force: list[Ids] = list(event.spec.force)
        self.pinned: list[Pinned] = list(event.spec.pinned)
        enterprises = {one.id: one.name or one.id for one in event.enterprises}
        self.names = enterprises | {one.id: one.name or one.id for one in event.teams}
        self.scores = {(one.enterprise_id, one.team_id): one.score for one in event.pairs}
        #: Slots in which somebody has a pinned meeting, and slots all of whose tables are pinned.
        self.busy: dict[str, set[int]] = defaultdict(set)
        self.full: set[int] = set()
        self._there: dict[str, frozenset[int]] = {}

    def there(self, who: str) -> frozenset[int]:
        """The slots, by their index, in which somebody is there and there is a table."""
        if who not in self._there:
            spans = away(self.spec, who)
            self._there[who] = frozenset(
                slot.index for slot in self.slots if slot.tables and is_there(spans, slot.start, slot.end)
            )
        return self._there[who]

    def open_force(self) -> list[Ids]:
        """The pairs that must meet and are not pinned."""
        pinned = {(one.enterprise_id, one.team_id) for one in self.pinned}
        return [pair for pair in self.force if pair not in pinned]

    def common(self, pair: Ids) -> list[int]:
        """The slots in which both have time and a table is left."""
        both = self.there(pair[0]) & self.there(pair[1])
        return sorted(both - self.busy[pair[0]] - self.busy[pair[1]] - self.full)

    def drop(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            if edit["path"] == ["force"]:
                self.force = [pair for pair in self.force if list(pair) != edit["remove"]]
            elif edit["path"] == ["pinned"]:
                held = [Pinned.model_validate(edit["add"])] if "add" in edit else []
                self.pinned = [
                    new for one in self.pinned for new in (held if entry_of(one) == edit["remove"] else [one])
                ]

    def said(self, *who: str) -> str:
        return " – ".join(shorten(self.names.get(one, one)) for one in who)


def entry_of(one: Pinned) -> dict[str, Any]:
    """Return the pinned meeting as the SPEC's JSON has it."""
    return one.model_dump(mode="json", by_alias=True)
