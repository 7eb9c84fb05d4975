"""Measures of a plan that was edited by hand: how far it reaches each goal, counted as planning counts it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise

from matcher.roadshow.board import Board
from matcher.roadshow.clock import Slot
from matcher.roadshow.plan import Meeting, Plan, Reached


def reached(before: Plan, after: Plan) -> tuple[Reached, ...]:
    """Return how far an edited plan reaches its goals; `before` is the plan that was edited.

    How fair it is takes to know who could have met anybody at all, which a plan does not tell: it is
    left out once somebody has more or fewer meetings than before.
    """
    counts = Counter(one.enterprise_id for one in after.meetings)
    least, total = after.spec.meetings.min_per_enterprise, len(after.enterprises)
    met = sum(counts[one.id] >= least for one in after.enterprises)
    gaps, moves = waiting(after), changes_of_table(after.meetings)
    said = {
        "value": Reached(
            "value", after.objective, after.bound,
            f"匹配总值 {after.objective:.3f}，可证明的上限 {after.bound:.3f}",
            f"match value {after.objective:.3f}, no plan exceeds {after.bound:.3f}",
        ),
        "minimum": Reached(
            "minimum", float(met), float(total),
            f"{total} 家企业中 {met} 家达到最少场数", f"{met} of {total} enterprises reach the minimum",
        ),
        "gaps": Reached(
            "gaps", float(gaps), 0.0, f"全体空等 {gaps} 个时段", f"{gaps} slots are spent waiting between meetings"
        ),
        "tables": Reached("tables", float(moves), 0.0, f"换桌 {moves} 次", f"{moves} changes of table"),
    }  # fmt: skip
    if counts == Counter(one.enterprise_id for one in before.meetings):
        said |= {one.goal: one for one in before.goals if one.goal == "fairness"}
    return tuple(said[goal] for goal in after.spec.goals if goal in said)


def waiting(plan: Plan) -> int:
    """Return in how many slots somebody waits between two meetings of a session.

    A slot in which they are not there, or on stage, is no waiting.
    """
    board = Board(plan)
    total = 0
    slots = sorted(board.slots.values(), key=lambda one: (one.session, one.start))
    for _, group in groupby(slots, key=lambda one: one.session):
        session = list(group)
        for people in (board.of_enterprise, board.of_team):
            for who, met in people.items():
                total += _waits(board, who, {one.start for one in met}, session)
    return total


def _waits(board: Board, who: str, starts: set[int], session: Sequence[Slot]) -> int:
    busy = [place for place, slot in enumerate(session) if slot.start in starts]
    return sum(
        not board.is_away(who, session[place])
        for one, other in pairwise(busy)
        for place in range(one + 1, other)
    )


def changes_of_table(meetings: Sequence[Meeting]) -> int:
    """Return how often somebody sits at another table than in the meeting before."""
    tables: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in sorted(meetings, key=lambda each: each.start):
        tables["enterprise", one.enterprise_id].append(one.table)
        tables["team", one.team_id].append(one.table)
    return sum(one != other for sat in tables.values() for one, other in pairwise(sat))
