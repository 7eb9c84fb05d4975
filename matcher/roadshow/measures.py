"""How far a plan reaches each of its goals, whoever made it: the solver or a hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise

from matcher.roadshow.board import Board
from matcher.roadshow.clock import Slot
from matcher.roadshow.plan import Meeting, Plan, Reached


def reached(plan: Plan) -> tuple[Reached, ...]:
    """Return how far the meetings of a plan reach its goals, in the order of the goals."""
    counts = Counter(one.enterprise_id for one in plan.meetings)
    least, total = plan.spec.meetings.min_per_enterprise, len(plan.enterprises)
    met = sum(counts[one.id] >= least for one in plan.enterprises)
    worst = min((counts[one.id] for one in plan.enterprises), default=0)
    at_worst = sum(counts[one.id] == worst for one in plan.enterprises)
    gaps, moves = waiting(plan), changes_of_table(plan.meetings)
    # What stays after a replan is given; the bound is that of what could be added to it.
    limit = (
        ("不动其余洽谈时的上限", "with what stays, no plan exceeds")
        if plan.replanned
        else ("可证明的上限", "no plan exceeds")
    )
    said = {
        "value": Reached(
            "value", plan.objective, plan.bound,
            f"匹配总值 {plan.objective:.3f}，{limit[0]} {plan.bound:.3f}",
            f"match value {plan.objective:.3f}, {limit[1]} {plan.bound:.3f}",
        ),
        "minimum": Reached(
            "minimum", float(met), float(total),
            f"{total} 家企业中 {met} 家达到最少场数", f"{met} of {total} enterprises reach the minimum",
        ),
        "gaps": Reached(
            "gaps", float(gaps), 0.0, f"全体空等 {gaps} 个时段", f"slots spent waiting between meetings: {gaps}"
        ),
        "fairness": Reached(
            "fairness", float(worst), None,
            f"场数最少的企业有 {worst} 场（{at_worst} 家）",
            f"fewest meetings of an enterprise: {worst} ({at_worst} of them)",
        ),
        "tables": Reached("tables", float(moves), 0.0, f"换桌 {moves} 次", f"changes of table: {moves}"),
    }  # fmt: skip
    return tuple(said[goal] for goal in plan.spec.goals)


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
