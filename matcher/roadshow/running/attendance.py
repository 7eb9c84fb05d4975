"""The day itself: who is expected when, who has come, and where a walk-in can sit."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from corpora.errors import BadRequest, UnknownRecord, shorten
from corpora.roadshows import Arrival, Roadshow, Roadshows, State
from corpora.store import Store
from corpora.vocabulary import normalize
from matcher.roadshow.clock import DAY, write_clock
from matcher.roadshow.event import Enterprise
from matcher.roadshow.plan import Meeting, Plan
from matcher.roadshow.printing.entries import Side
from matcher.roadshow.printing.timetables import Timetables
from matcher.roadshow.running.editing import add, invite
from matcher.roadshow.running.history import remember
from matcher.roadshow.running.looking import draft_of, find_roadshow, pairs_of, published_of, seen
from matcher.roadshow.running.places import Place, free_places

#: Rules that no walk-in may break; a spare table is there for it.
_STRICT = ("table_twice", "person_twice", "on_stage", "absent", "called_off", "forbidden", "closed_table")
_MOST_NAME = 200


@dataclass(frozen=True)
class Guest:
    """Somebody who is expected; times in minutes from midnight, `table` that of the first meeting."""

    who: str
    kind: Literal["enterprise", "team"]
    name: str
    #: When the first thing begins that they are part of.
    expected_at: int
    on_stage_at: int | None
    meetings: tuple[Meeting, ...]
    arrival: Arrival | None

    @property
    def first_meeting(self) -> Meeting | None:
        return self.meetings[0] if self.meetings else None


def guests(store: Store, roadshow: Roadshow) -> list[Guest]:
    """Return who is expected by what was published, in the order in which they are; nobody without a place."""
    plan = published_of(roadshow)
    arrivals = Roadshows(store).arrivals(roadshow.id)
    return expected(plan, arrivals) if plan else []


def expected(plan: Plan, arrivals: dict[str, Arrival]) -> list[Guest]:
    """Return who is expected by a plan, in the order in which they are."""
    met: dict[str, list[Meeting]] = defaultdict(list)
    for one in sorted(plan.meetings, key=lambda each: each.start):
        met[one.enterprise_id].append(one)
        met[one.team_id].append(one)
    on_stage: dict[str, int] = {}
    for item in plan.agenda:
        on_stage[item.team] = min(item.start, on_stage.get(item.team, item.start))
    times, found = Timetables(plan), []
    for person in times.everyone:
        # Enterprises that are there listen to the pitches, as their own timetables say.
        first = times.of(person)[0].start
        kind: Literal["enterprise", "team"] = "enterprise" if person.side is Side.ENTERPRISE else "team"
        who = person.id
        found.append(
            Guest(
                who, kind, person.name, first, on_stage.get(who), tuple(met.get(who, ())), arrivals.get(who)
            )
        )
    return sorted(found, key=_order)


def _order(one: Guest) -> tuple[int, bool, int, str, str]:
    """Sort key: who comes first; of several at once those on stage, then by the first meeting."""
    first = one.meetings[0].start if one.meetings else DAY
    return one.expected_at, one.on_stage_at is None, first, one.kind, one.name


def check_in(store: Store, roadshow_id: int, who: str, by: str) -> None:
    """Write down that somebody came; once more changes nothing.

    Raises UnknownRecord for somebody whom the published plan does not know, BadRequest where there is none.
    """
    with store.transaction():
        plan = _held(find_roadshow(store, roadshow_id))
        if who not in {*(one.id for one in plan.enterprises), *(one.id for one in plan.teams)}:
            raise UnknownRecord(
                f"名单里没有“{shorten(who)}”；临时来的请用“现场加入”",
                f"'{shorten(who)}' is not on the list; add who comes unannounced as a walk-in",
            )
        Roadshows(store).put_arrival(roadshow_id, who, by)


def undo_check_in(store: Store, roadshow_id: int, who: str) -> None:
    """Take it back that somebody came; where nobody said so, nothing changes."""
    Roadshows(store).remove_arrival(roadshow_id, who)


def walk_in_places(roadshow: Roadshow, team_id: str, name: str = "") -> list[Place]:
    """Return where a walk-in can meet a team, spare tables first, then by time. Raises as walk_in."""
    plan = _held(roadshow)
    enterprise = _enterprise(plan, name or "?")
    places = free_places(invite(plan, enterprise), enterprise.id, team_id)
    free = [one for one in places if not any(rule in _STRICT for rule in one.rules)]
    return sorted(free, key=lambda one: ("spare_table" not in one.rules, one.start, one.table))


def walk_in(
    store: Store, roadshow_id: int, version: int, name: str, team_id: str, start: int, table: int, by: str
) -> Roadshow:
    """Seat somebody who came unannounced, in the published plan and in the draft, and check them in.

    `name` is that of the enterprise; one that is on the list keeps its id. Raises Conflict, UnknownRecord
    for a team that the plan does not know, BadRequest where the place is taken or the name is none.
    """
    with store.transaction():
        roadshow = seen(store, roadshow_id, version)
        plan = _held(roadshow)
        enterprise = _enterprise(plan, name)
        if not any(
            (one.start, one.table) == (start, table) for one in walk_in_places(roadshow, team_id, name)
        ):
            raise BadRequest(
                f"{write_clock(start)} 的 {table} 号桌或这个团队那时不空；请从列出的空位里选",
                f"table {table} or the team is not free at {write_clock(start)}; choose one of the places listed",
            )
        pair = pairs_of(store, roadshow_id).get((enterprise.id, team_id))
        after = add(invite(plan, enterprise), enterprise.id, team_id, start, table, pair)
        columns: dict[str, object] = {"published": after.as_json()}
        draft = draft_of(roadshow)
        # A draft that has gone other ways, or has seated them already, is no reason to leave somebody standing.
        with suppress(BadRequest, UnknownRecord):
            if draft is not None:
                seated = add(invite(draft, enterprise), enterprise.id, team_id, start, table, pair)
                words = (f"现场加入 {enterprise.name}", f"seated the walk-in {enterprise.name}")
                columns |= remember(store, roadshow, seated.as_json(), roadshow.planned_number, words, by)
        Roadshows(store).change(roadshow_id, **columns)
        Roadshows(store).put_arrival(roadshow_id, enterprise.id, by)
    return find_roadshow(store, roadshow_id)


def _held(roadshow: Roadshow) -> Plan:
    """Return the plan that the day goes by. Raises BadRequest where there is none."""
    plan = published_of(roadshow)
    if plan is None or roadshow.state is State.CANCELLED:
        raise BadRequest(
            "路演还没有发布，或已取消；发布之后才能签到",
            "it was not published, or was cancelled; publish it first",
        )
    return plan


def _enterprise(plan: Plan, name: str) -> Enterprise:
    """Return the enterprise of that name, a new one where the plan has none. Raises BadRequest."""
    name = " ".join(name.split())
    if not name or len(name) > _MOST_NAME or not name.isprintable():
        raise BadRequest(
            f"请填企业名称，最多 {_MOST_NAME} 个字",
            f"give the enterprise's name, at most {_MOST_NAME} characters",
        )
    known = _named(plan.enterprises, name)
    digest = hashlib.sha256(normalize(name).encode()).hexdigest()[:12]
    return known or Enterprise(f"w-{digest}", name)


def _named(enterprises: Iterable[Enterprise], name: str) -> Enterprise | None:
    wanted = normalize(name)
    return next((one for one in enterprises if one.id == name or normalize(one.name) == wanted), None)
