"""A generated event in the making: sessions, people, limits, and demands that some plan can keep."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

Row = tuple[str, str, float]
Spec = dict[str, Any]


def said(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Making:
    """An instance in the making that some plan can keep; its demands are taken from a random plan."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.slots: list[tuple[int, int, int]] = []
        self.tables: dict[int, list[int]] = {}
        self.spec: Spec = {"date": "2026-12-11", "affinity": "pairs.tsv", "sessions": self._sessions()}
        self.rows = self._rows()
        self.firms = sorted({one for one, _, _ in self.rows})
        self.teams = sorted({one for _, one, _ in self.rows})
        self.gone: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._availability()
        self._limits()
        self._demands()

    def _sessions(self) -> list[dict[str, Any]]:
        draw = self.draw
        left, at, sessions = draw.randint(1, 10), draw.choice((480, 510, 840)), []
        counts = [left] if left < 2 or draw.random() < 0.7 else [left - left // 2, left // 2]
        for number, count in enumerate(counts):
            minutes, gap = draw.choice((15, 20, 25, 30)), draw.choice((0, 0, 5, 10))
            tables = draw.randint(1, 12)
            spare = draw.choice((0, 0, 0, 1, 2)) if tables > 3 else 0
            closed = [draw.randint(1, tables)] if tables > spare + 1 and draw.random() < 0.2 else []
            pause = draw.randint(1, count - 1) if count > 1 and draw.random() < 0.5 else 0
            start = at
            usable = [one for one in range(1, tables + 1) if one not in closed]
            self.tables[number] = usable[: len(usable) - spare]
            breaks = []
            for place in range(count):
                if pause and place == pause:
                    # Some breaks begin while the gap still lasts, some leave a few minutes idle.
                    since = at - draw.choice((0, gap))
                    at = since + gap + draw.choice((10, 15, 20))
                    breaks.append([said(since), said(at)])
                self.slots.append((number, at, at + minutes))
                at += minutes + gap
            end = self.slots[-1][2] + draw.choice((0, 0, 5, minutes - 1))
            sessions.append({
                "kind": "meetings", "start": said(start), "end": said(end), "slot_minutes": minutes,
                "gap_minutes": gap, "tables": tables, "spare_tables": spare, "closed_tables": closed,
                "breaks": breaks,
            })  # fmt: skip
            at = end + draw.choice((0, 30, 90))
        return sessions

    def _rows(self) -> list[Row]:
        draw = self.draw
        small = draw.random() < 0.6
        firms = draw.randint(2, 15 if small else 60)
        teams = draw.randint(1, 8 if small else 25)
        density = draw.choice((0.15, 0.4, 0.8, 1.0))
        score: Callable[[], float] = draw.choice((
            lambda: round(draw.random(), 3),
            lambda: round(draw.random() ** 3, 4),
            lambda: round(draw.random(), 1),
            lambda: 1.0,
        ))  # fmt: skip
        rows = {
            (f"e{one}", f"t{other}"): score()
            for one in range(firms)
            for other in range(teams)
            if draw.random() < density
        }
        for one in range(max(firms, teams)):
            rows.setdefault((f"e{one % firms}", f"t{one % teams}"), score())
        return [(*pair, value) for pair, value in rows.items()]

    def _availability(self) -> None:
        draw = self.draw
        share = draw.choice((0.0, 0.2, 0.5))
        first, last = self.slots[0][1], self.slots[-1][2]
        for who in [*self.firms, *self.teams]:
            if draw.random() < share:
                one, other = sorted(draw.sample(range(first - 5, last + 6), 2))
                kind = draw.choice(("from", "to", "both", "not"))
                self.away(who, kind, one, other)

    def away(self, who: str, kind: str, one: int, other: int) -> None:
        entry: dict[str, Any] = {"who": who}
        if kind in ("from", "both"):
            entry["from"] = said(one)
            self.gone[who].append((0, one))
        if kind in ("to", "both"):
            entry["to"] = said(other)
            self.gone[who].append((other, 1440))
        if kind == "not":
            entry["not"] = [[said(one), said(other)]]
            self.gone[who].append((one, other))
        self.spec.setdefault("availability", []).append(entry)

    def there(self, who: str) -> list[int]:
        return [
            number
            for number, (_, start, end) in enumerate(self.slots)
            if not any(start < until and since < end for since, until in self.gone[who])
        ]

    def _limits(self) -> None:
        draw = self.draw
        meetings: dict[str, Any] = {"min_per_enterprise": draw.choice((0, 1, 1, 2))}
        if draw.random() < 0.7:
            meetings["max_per_enterprise"] = draw.randint(max(1, meetings["min_per_enterprise"]), 4)
        if draw.random() < 0.5:
            meetings["max_per_team"] = draw.randint(1, max(1, len(self.slots)))
        if draw.random() < 0.15:
            meetings["repeat_pairs"] = True
        self.spec["meetings"] = meetings
        if draw.random() < 0.3:
            self.spec["goals"] = draw.sample(["value", "minimum", "gaps", "fairness", "tables"], 5)

    def _demands(self) -> None:
        """Force and pin some meetings of a random plan; forbid, cancel and leave out others."""
        draw, spec = self.draw, self.spec
        most_firm = spec["meetings"].get("max_per_enterprise", 99)
        most_team = spec["meetings"].get("max_per_team", 99)
        count: Counter[str] = Counter()
        busy: set[tuple[str, int]] = set()
        free = {number: [*self.tables[slot[0]]] for number, slot in enumerate(self.slots)}
        planned: list[tuple[str, str, int, int]] = []
        for firm, team, _ in draw.sample(self.rows, len(self.rows)):
            common = [
                number
                for number in self.there(firm)
                if number in self.there(team)
                and free[number]
                and (firm, number) not in busy
                and (team, number) not in busy
            ]
            if common and count[firm] < most_firm and count[team] < most_team:
                slot = draw.choice(common)
                planned.append((firm, team, slot, free[slot].pop(draw.randrange(len(free[slot])))))
                busy |= {(firm, slot), (team, slot)}
                count.update((firm, team))
        some = draw.sample(planned, min(len(planned), draw.choice((0, 0, 1, 3, 8))))
        pins = some[: draw.choice((0, 0, 1, len(some)))]
        spec["pinned"] = [self.pin(firm, team, slot, table) for firm, team, slot, table in pins]
        spec["force"] = [[firm, team] for firm, team, *_ in some[len(pins) :]]
        demanded = {(firm, team) for firm, team, *_ in some}
        people = {who for pair in demanded for who in pair}
        others = [(one, other) for one, other, _ in self.rows if (one, other) not in demanded]
        spec["forbid"] = [
            list(pair) for pair in draw.sample(others, min(len(others), draw.choice((0, 2, 5))))
        ]
        idle = [who for who in [*self.firms, *self.teams] if who not in people]
        if idle and draw.random() < 0.2:
            spec["cancelled"] = [draw.choice(idle)]
        idle = [who for who in self.firms if who not in people and who not in spec.get("cancelled", ())]
        if idle and draw.random() < 0.2:
            spec["enterprises"] = {"never": [draw.choice(idle)]}
        elif draw.random() < 0.1:
            spec["enterprises"] = {
                "max": max(len(people & {*self.firms}), draw.randint(1, len(self.firms)), 1)
            }

    def pin(self, firm: str, team: str, slot: int, table: int) -> dict[str, Any]:
        entry = {"start": said(self.slots[slot][1]), "enterprise_id": firm, "team_id": team}
        return entry if self.draw.random() < 0.2 else entry | {"table": table}

    def clear(self, least_firms: int = 1, least_teams: int = 1, least_slots: int = 1) -> bool:
        """Take all demands back, so that one collision stands alone; whether there is enough to make it of."""
        if len(self.firms) < least_firms or len(self.teams) < least_teams or len(self.slots) < least_slots:
            return False
        for key in ("force", "forbid", "pinned", "availability"):
            self.spec[key] = []
        for key in ("cancelled", "enterprises"):
            self.spec.pop(key, None)
        for key in ("max_per_enterprise", "max_per_team"):
            self.spec["meetings"].pop(key, None)
        self.gone.clear()
        return True

    def only(self, who: str, *slots: int) -> None:
        """Let somebody be there in these slots only."""
        for number, (_, start, end) in enumerate(self.slots):
            if number not in slots:
                self.away(who, "not", start, end)
