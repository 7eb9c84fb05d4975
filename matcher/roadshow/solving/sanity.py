"""What no plan can keep, noticed by counting, before anything is solved.

Every explanation brings the changes of the SPEC that take that collision away: a limit is raised to what
is needed, of what is asked the part that does not fit is given up. Who is there when is a fact and is
never changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from matcher.roadshow.clock import Slot, write_clock
from matcher.roadshow.event import Event
from matcher.roadshow.plan import Explanation
from matcher.roadshow.solving.demands import Demands, Edit, Ids, entry_of
from matcher.roadshow.solving.stage import crowded
from matcher.roadshow.spec import Pinned


def impossible(event: Event) -> list[Explanation]:
    """Return what counting alone shows that no plan can keep; nothing says that there is a plan."""
    if any(session.kind == "visits" for session in event.spec.sessions):
        return []
    demands = Demands(event)
    found = list(crowded(event))
    # What one step gives up does not count in the next.
    steps = (
        _contradictions,
        _pins,
        _forced,
        partial(_people, side=0),
        partial(_people, side=1),
        _maxima,
        _tables,
    )
    for step in steps:
        new = list(step(demands))
        demands.drop(edit for one in new for edit in one.edits)
        found += new
    return found


def _unforce(pair: Ids) -> Edit:
    return {"path": ["force"], "remove": list(pair)}


def _unpin(one: Pinned) -> Edit:
    return {"path": ["pinned"], "remove": entry_of(one)}


def _contradictions(demands: Demands) -> Iterator[Explanation]:
    """Pairs that must meet and may not, or of somebody who does not come: ids were resolved since the SPEC was checked."""
    spec = demands.spec
    forbidden, out = set(spec.forbid), {*spec.cancelled, *spec.enterprises.never}
    wanted: list[tuple[Ids, Edit]] = [(pair, _unforce(pair)) for pair in demands.force]
    wanted += [((one.enterprise_id, one.team_id), _unpin(one)) for one in demands.pinned]
    for pair, edit in wanted:
        if pair in forbidden:
            yield Explanation(
                "forced_forbidden",
                f"“{demands.said(*pair)}”既必须见面，又不许见面",
                f"'{demands.said(*pair)}' must meet and must not",
                (edit,),
            )
        elif gone := [one for one in pair if one in out]:
            yield Explanation(
                "forced_away",
                f"“{demands.said(*pair)}”必须见面，但 {demands.said(*gone)} 不来",
                f"'{demands.said(*pair)}' must meet, but {demands.said(*gone)} does not come",
                (edit,),
            )


def _pins(demands: Demands) -> Iterator[Explanation]:
    """Pins onto what does not exist or is taken by an earlier pin."""
    taken: set[tuple[int, int]] = set()
    met: set[Ids] = set()
    count: Counter[int] = Counter()
    still = set(demands.pinned)
    for one in demands.spec.pinned:
        if one not in still:
            continue
        pair = one.enterprise_id, one.team_id
        slot = demands.by_start.get(one.start)
        table = one.table
        if slot and table is not None and (why := _unusable(demands, slot, table, taken)):
            table = None
            anywhere = one.model_copy(update={"table": None})
            edit = {"path": ["pinned"], "remove": entry_of(one), "add": entry_of(anywhere)}
            yield _pin(demands, one, *why, edit)
            one = anywhere
        if slot is None:
            yield _pin(demands, one, "那时没有洽谈开始", "no slot starts then", _unpin(one))
        elif gone := [who for who in pair if slot.index not in demands.there(who)]:
            yield _pin(
                demands,
                one,
                f"{demands.said(*gone)} 那时不在",
                f"{demands.said(*gone)} is not there then",
                _unpin(one),
            )
        elif double := [who for who in pair if slot.index in demands.busy[who]]:
            yield _pin(
                demands,
                one,
                f"{demands.said(*double)} 那时另有一场",
                f"{demands.said(*double)} has another meeting pinned then",
                _unpin(one),
            )
        elif count[slot.index] >= len(slot.tables):
            yield _pin(demands, one, "那时的桌都定出去了", "all tables are pinned then", _unpin(one))
        elif pair in met and not demands.spec.meetings.repeat_pairs:
            yield _pin(
                demands,
                one,
                "这一对已定了一场，而 repeat_pairs 是 false",
                "the pair is pinned once already, and repeat_pairs is false",
                _unpin(one),
            )
        else:
            for who in pair:
                demands.busy[who].add(slot.index)
            met.add(pair)
            count[slot.index] += 1
            if table is not None:
                taken.add((slot.index, table))
    demands.full = {slot.index for slot in demands.slots if count[slot.index] >= len(slot.tables)}


def _unusable(
    demands: Demands, slot: Slot, table: int, taken: set[tuple[int, int]]
) -> tuple[str, str] | None:
    if (slot.index, table) in taken:
        return f"{table} 号桌那时已定给别人", f"table {table} is pinned for others then"
    if table in slot.tables:
        return None
    session = demands.spec.sessions[slot.session]
    assert session.kind == "meetings"
    if table > session.tables:
        return f"没有 {table} 号桌", f"there is no table {table}"
    if table in session.closed_tables:
        return f"{table} 号桌不能用", f"table {table} is closed"
    return f"{table} 号桌是备用的", f"table {table} is kept spare"


def _pin(demands: Demands, one: Pinned, zh: str, en: str, edit: Edit) -> Explanation:
    said = f"{write_clock(one.start)} {demands.said(one.enterprise_id, one.team_id)}"
    return Explanation(
        "pinned", f"定下的“{said}”排不了：{zh}", f"the pinned '{said}' cannot be: {en}", (edit,)
    )


def _forced(demands: Demands) -> Iterator[Explanation]:
    """Pairs that must meet and have no slot in common."""
    for pair in demands.open_force():
        if not demands.common(pair):
            yield Explanation(
                "forced_no_slot",
                f"“{demands.said(*pair)}”必须见面，却没有两边都有空的场次",
                f"'{demands.said(*pair)}' must meet, but no slot is free for both",
                (_unforce(pair),),
            )


def _people(demands: Demands, side: int) -> Iterator[Explanation]:
    """People of one side (0: enterprises, 1: teams) who must meet more than their time allows."""
    partners: dict[str, list[Ids]] = defaultdict(list)
    for pair in demands.open_force():
        partners[pair[side]].append(pair)
    for who, pairs in partners.items():
        placed = _placed(sorted(pairs, key=lambda pair: -demands.scores.get(pair, 0.0)), demands.common)
        if len(placed) < len(pairs):
            yield Explanation(
                "forced_too_many",
                f"{demands.said(who)} 必须见 {len(pairs)} 个，两边都有空的场次只够见 {len(placed)} 个",
                f"{demands.said(who)} must meet {len(pairs)}, but the slots free for both sides are enough for {len(placed)}",
                tuple(_unforce(pair) for pair in pairs if pair not in placed),
            )


def _placed(pairs: Sequence[Ids], slots: Callable[[Ids], Collection[int]]) -> set[Ids]:
    """Return the pairs that get a slot each, earlier ones first (Kuhn's augmenting paths)."""
    holder: dict[int, Ids] = {}

    def place(pair: Ids, seen: set[int]) -> bool:
        for slot in slots(pair):
            if slot not in seen:
                seen.add(slot)
                if slot not in holder or place(holder[slot], seen):
                    holder[slot] = pair
                    return True
        return False

    for pair in pairs:
        place(pair, set())
    return set(holder.values())


def _maxima(demands: Demands) -> Iterator[Explanation]:
    rules = demands.spec.meetings
    for side, key, most in (
        (0, "max_per_enterprise", rules.max_per_enterprise),
        (1, "max_per_team", rules.max_per_team),
    ):
        many = Counter(pair[side] for pair in demands.open_force())
        many.update((one.enterprise_id, one.team_id)[side] for one in demands.pinned)
        if most is None or not many:
            continue
        who, top = many.most_common(1)[0]
        if top > most:
            yield Explanation(
                key,
                f"{demands.said(who)} 必须有 {top} 场（force、pinned），却规定最多 {most} 场（{key}）",
                f"{demands.said(who)} must have {top} meetings (force, pinned), but {most} are allowed ({key})",
                ({"path": ["meetings", key], "value": top},),
            )


def _tables(demands: Demands) -> Iterator[Explanation]:
    """More meetings that must be than there are tables in all slots together."""
    forced = demands.open_force()
    needed = len(forced) + len(demands.pinned)
    over = needed - sum(len(slot.tables) for slot in demands.slots)
    if over <= 0:
        return
    zh = f"必须有 {needed} 场洽谈，各场的桌加起来只够 {needed - over} 场"
    en = f"{needed} meetings must be, but all tables in all slots make {needed - over}"
    edits: list[Edit] = []
    for number, session in enumerate(demands.spec.sessions):
        slots = sum(slot.session == number for slot in demands.slots)
        if session.kind == "meetings" and session.spare_tables and slots and over > 0:
            used = min(session.spare_tables, -(-over // slots))
            over -= used * slots
            edits.append({"path": ["sessions", number, "spare_tables"], "value": session.spare_tables - used})
    if over > 0:
        edits += [
            _unforce(pair) for pair in sorted(forced, key=lambda pair: demands.scores.get(pair, 0.0))[:over]
        ]
    yield Explanation("tables", zh, en, tuple(edits))
