"""Generated events of meetings: a SPEC as its YAML would say it, and the rows of its affinity file.

`instance(seed)` varies everything at once; about a fifth of the instances are meant to be impossible, each
in one of several ways. `hall` makes events of a given size, for measuring.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.matcher.roadshow.making import Making, Row, Spec, said


class Instance(NamedTuple):
    """A SPEC with its affinity; `collision` names what makes it impossible, or is empty."""

    spec: Spec
    rows: list[Row]
    collision: str = ""


def instance(seed: int) -> Instance:
    """Return the instance of a seed, always the same."""
    draw = Random(seed)
    made = Making(draw)
    collision = ""
    if seed % 5 == 4:
        # Each in its turn; where one does not fit the event the next one is taken.
        turn = seed // 5 % len(_COLLISIONS)
        for spoil in (*_COLLISIONS[turn:], *_COLLISIONS[:turn]):
            if spoil(made):
                collision = spoil.__name__.strip("_")
                break
    return Instance(made.spec, made.rows, collision)


def hall(enterprises: int, teams: int, slots: int, tables: int, windows: bool, seed: int = 0) -> Instance:
    """Return an event of this size in which everybody could meet everybody; some teams are sought by all.

    An enterprise has at most four meetings and should have one, a team at most one slot less than there
    are. With `windows` a third of the teams are there for a part of the day only, and a fifth of the
    enterprises come late or leave early.
    """
    draw = Random(seed)
    firms = [f"e{number:04d}" for number in range(1, enterprises + 1)]
    groups = [f"t{number:03d}" for number in range(1, teams + 1)]
    sought = {who: draw.random() for who in [*groups, *firms]}
    rows = [
        (one, other, round(0.5 * sought[other] + 0.2 * sought[one] + 0.3 * draw.random(), 4))
        for one in firms
        for other in groups
    ]
    start, minutes = 9 * 60, 20
    end = start + slots * minutes
    spec: Spec = {
        "title": f"{enterprises}×{teams}×{slots}×{tables}",
        "date": "2026-12-11",
        "sessions": [
            {
                "kind": "meetings",
                "start": said(start),
                "end": said(end),
                "slot_minutes": minutes,
                "tables": tables,
            }
        ],
        "meetings": {"min_per_enterprise": 1, "max_per_enterprise": 4, "max_per_team": max(1, slots - 1)},
        "affinity": "pairs.tsv",
    }
    if windows:
        spec["availability"] = []
        for who in draw.sample(groups, teams // 3):
            length = draw.randint(slots // 3, slots // 2)
            first = draw.randint(0, slots - length)
            since = start + first * minutes
            spec["availability"].append(
                {"who": who, "from": said(since), "to": said(since + length * minutes)}
            )
        for who in draw.sample(firms, enterprises // 5):
            at = start + draw.randint(slots // 4, slots // 2) * minutes
            late = draw.random() < 0.5
            span = {"from": said(at)} if late else {"to": said(end - (at - start))}
            spec["availability"].append({"who": who, **span})
    return Instance(spec, rows)


def _more_forced_than_free_slots(made: Making) -> bool:
    if not made.clear(len(made.slots) + 1):
        return False
    team = made.draw.choice(made.teams)
    made.spec["force"] = [[one, team] for one in made.firms[: len(made.slots) + 1]]
    return True


def _more_forced_than_the_maximum(made: Making) -> bool:
    if not made.clear(least_teams=2, least_slots=2):
        return False
    firm = made.draw.choice(made.firms)
    made.spec["force"] = [[firm, one] for one in made.teams[:2]]
    made.spec["meetings"] |= {"min_per_enterprise": 0, "max_per_enterprise": 1}
    return True


def _never_there_together(made: Making) -> bool:
    if not made.clear(least_slots=2):
        return False
    firm, team = made.draw.choice(made.firms), made.draw.choice(made.teams)
    middle = made.slots[len(made.slots) // 2][1]
    made.away(firm, "to", 0, middle)
    made.away(team, "from", middle, 0)
    made.spec["force"] = [[firm, team]]
    return True


def _pinned_while_away(made: Making) -> bool:
    made.clear()
    firm, team, slot = made.firms[0], made.teams[-1], made.draw.randrange(len(made.slots))
    made.spec["pinned"] = [made.pin(firm, team, slot, made.tables[made.slots[slot][0]][0])]
    made.away(made.draw.choice((firm, team)), "not", made.slots[slot][1] + 1, made.slots[slot][2])
    return True


def _two_pins_at_one_table(made: Making) -> bool:
    if not made.clear(2, 2):
        return False
    slot = made.draw.randrange(len(made.slots))
    table = made.tables[made.slots[slot][0]][-1]
    made.spec["pinned"] = [
        made.pin(firm, team, slot, table) | {"table": table}
        for firm, team in zip(made.firms[:2], made.teams[:2], strict=True)
    ]
    return True


def _two_pins_of_one_person(made: Making) -> bool:
    slot = made.draw.randrange(len(made.slots))
    tables = made.tables[made.slots[slot][0]]
    if len(tables) < 2 or not made.clear(2):
        return False
    made.spec["pinned"] = [
        made.pin(firm, made.teams[0], slot, table)
        for firm, table in zip(made.firms[:2], tables[:2], strict=True)
    ]
    return True


def _pinned_to_a_lost_table(made: Making) -> bool:
    made.clear()
    slot = made.draw.randrange(len(made.slots))
    session = made.spec["sessions"][made.slots[slot][0]]
    session["tables"] += 1
    lost = session["tables"] - session["spare_tables"]
    session["closed_tables"] = sorted({*session["closed_tables"], lost})
    made.spec["pinned"] = [made.pin(made.firms[0], made.teams[0], slot, lost) | {"table": lost}]
    return True


def _pinned_beside_the_slots(made: Making) -> bool:
    made.clear()
    slot = made.draw.randrange(len(made.slots))
    entry = made.pin(made.firms[0], made.teams[0], slot, made.tables[made.slots[slot][0]][0])
    made.spec["pinned"] = [entry | {"start": said(made.slots[slot][1] + 1)}]
    return True


def _three_share_two_slots(made: Making) -> bool:
    """Everybody has time enough; only together three enterprises have two slots for one team."""
    if not made.clear(3, 1, 3):
        return False
    slots = made.draw.sample(range(len(made.slots)), 2)
    for firm in made.firms[:3]:
        made.only(firm, *slots)
    made.spec["force"] = [[firm, made.teams[0]] for firm in made.firms[:3]]
    return True


def _one_slot_lacks_tables(made: Making) -> bool:
    """All must meet in one slot, which has a table less than they need."""
    slot = made.draw.randrange(len(made.slots))
    tables = len(made.tables[made.slots[slot][0]])
    if not made.clear(tables + 1, tables + 1):
        return False
    made.spec["force"] = [[one, other] for one, other in zip(made.firms, made.teams, strict=False)][
        : tables + 1
    ]
    for firm, _ in made.spec["force"]:
        made.only(firm, slot)
    return True


def _no_order_fits(made: Making) -> bool:
    """Two enterprises and two teams, two slots each, and every pair has a common slot; yet no order fits."""
    if not made.clear(2, 2, 3):
        return False
    one, two, three = made.draw.sample(range(len(made.slots)), 3)
    made.only(made.firms[0], one, two)
    made.only(made.firms[1], two, three)
    made.only(made.teams[0], one, two)
    made.only(made.teams[1], one, three)
    made.spec["force"] = [[firm, team] for firm in made.firms[:2] for team in made.teams[:2]]
    return True


_COLLISIONS: tuple[Callable[[Making], bool], ...] = (
    _more_forced_than_free_slots,
    _more_forced_than_the_maximum,
    _never_there_together,
    _pinned_while_away,
    _two_pins_at_one_table,
    _two_pins_of_one_person,
    _pinned_to_a_lost_table,
    _pinned_beside_the_slots,
    _three_share_two_slots,
    _one_slot_lacks_tables,
    _no_order_fits,
)
