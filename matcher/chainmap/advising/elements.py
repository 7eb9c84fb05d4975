"""What is missing between the lanes of the innovation chain (政产学研金介): platform, pilot base, fund, agency.

A step from one lane to the next has somebody who carries it: a platform makes a sample of research, a
pilot base a process of a sample, a fund a product of a pilot, a transfer agency a contract of a match.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpora.errors import shorten
from corpora.vocabulary import Kind, OrganizationKind
from matcher.chainmap.advising.surroundings import (
    ANY_FIELD,
    ON_CHAIN,
    ON_NODE,
    Surroundings,
    counted,
    of_counties,
)
from matcher.chainmap.integration import LANES, Lane, LaneNumbers, Missing, NodeReport, Placed

#: Organizations that are named for a step.
_NEAREST = 3
_ORDER = list(Lane)


@dataclass(frozen=True)
class Step:
    """A step between two lanes, who carries it, and what the text calls that."""

    kind: OrganizationKind
    after: Lane
    before: Lane
    zh: str
    en: str


PLATFORM = Step(OrganizationKind.PLATFORM, Lane.DEVELOPMENT, Lane.LAB, "创新平台", "an innovation platform")
PILOT_BASE = Step(OrganizationKind.PILOT_BASE, Lane.LAB, Lane.PILOT, "中试基地", "a pilot base")
FUND = Step(OrganizationKind.FUND, Lane.PILOT, Lane.PRODUCTION, "引导基金", "a fund")
AGENCY = Step(
    OrganizationKind.TRANSFER_AGENCY, Lane.PILOT, Lane.PRODUCTION, "技术转移机构", "a transfer agency"
)
#: In the order of the innovation chain.
STEPS = (PLATFORM, PILOT_BASE, FUND)


def missing(
    report: NodeReport, around: Surroundings, cases: Collection[tuple[str, str]] = ()
) -> tuple[Missing, ...]:
    """Return who is missing between the lanes of a node, and the nearest who could step in.

    A step is asked for where achievements stand before it, and either none is beyond it or needs ask for
    what lies beyond. Who stands on the node itself is not missing. A transfer agency is missing where
    needs have an adequate answer that nobody follows up; `cases` are the pairs (need, achievement) that
    somebody does.
    """
    needs = around.counted(report.key, Kind.NEED)
    return (*_steps(report, around, needs), *_agency(report, around, needs, cases))


def between(need: Placed, achievement: Placed, around: Surroundings) -> tuple[Missing, ...]:
    """Return the steps from where an achievement stands to production, with who could carry each.

    () where its lane is not known, it is in production, or neither stands on a node of the map. Unlike a
    node's, a step is told whether or not somebody stands there: the two have to go it in any case.
    """
    node = next((one.node for one in (need, achievement) if one.node in around.nodes), "")
    if achievement.lane is None or not node:
        return ()
    at = LANES[achievement.lane]
    asked = LANES[need.lane] if need.lane else None
    why_zh = f"成果在{at[0]}阶段，" + (f"需求最低要{asked[0]}" if asked else "需求没说要到哪一步")
    why_en = f"the achievement stands at {at[1]}, the need " + (
        f"asks for {asked[1]} at least" if asked else "does not say how far it has to be"
    )
    start = _ORDER.index(achievement.lane)
    return tuple(
        _missing(step, node, around, [need], why_zh, why_en)
        for step in STEPS
        if start <= _ORDER.index(step.after)
    )


def _steps(report: NodeReport, around: Surroundings, needs: Sequence[Placed]) -> Iterator[Missing]:
    nothing = LaneNumbers()
    there = [report.lanes.get(lane, nothing) for lane in _ORDER]
    for step in STEPS:
        place = _ORDER.index(step.after)
        # To a platform goes what is of basic research too.
        start = 0 if step is PLATFORM else place
        here = sum(one.achievements for one in there[start : place + 1])
        beyond = sum(one.achievements for one in there[place + 1 :])
        wanting = sum(one.needs for one in there[place + 1 :])
        if not here or (beyond and not wanting) or around.standing(step.kind, report.key):
            continue
        after, before = LANES[step.after], LANES[step.before]
        why_zh = f"{here} 项成果停在{after[0]}" + ("阶段" if step is not PLATFORM else "或更早的阶段")
        why_en = f"{counted(here, 'achievement')} still at {after[1]}" + (
            "" if step is not PLATFORM else " or before"
        )
        if wanting:
            why_zh += f"，{wanting} 条需求要到{before[0]}以后"
            why_en += f", {counted(wanting, 'need')} for {before[1]} or more"
        else:
            why_zh += f"，没有一项到了{before[0]}"
            why_en += f", none has reached {before[1]}"
        yield _missing(step, report.key, around, needs, why_zh, why_en)


def _agency(
    report: NodeReport, around: Surroundings, needs: Sequence[Placed], cases: Collection[tuple[str, str]]
) -> Iterator[Missing]:
    followed = {need for need, _ in cases}
    waiting = [one for one in needs if one.met and one.id not in followed]
    if waiting and not around.standing(AGENCY.kind, report.key):
        yield _missing(
            AGENCY,
            report.key,
            around,
            waiting,
            f"{len(waiting)} 条需求已有够用的成果，还没人牵线",
            f"{counted(len(waiting), 'need')} with an adequate achievement that nobody follows up",
        )


def _missing(
    step: Step, node: str, around: Surroundings, needs: Iterable[Placed], why_zh: str, why_en: str
) -> Missing:
    nearest = around.nearest(step.kind, node, of_counties(needs), _NEAREST)
    zh, en = _where(step, node, around, nearest)
    return Missing(
        kind=step.kind,
        after=step.after,
        before=step.before,
        zh=f"{why_zh}；{zh}",
        en=f"{why_en}; {en}",
        nearest=tuple(one.key for one in nearest),
    )


def _where(step: Step, node: str, around: Surroundings, nearest: Sequence[Placed]) -> tuple[str, str]:
    """Return how far the first of the nearest is."""
    if not nearest:
        return f"全市没有登记的{step.zh}，要到外面找", f"{step.en} is nowhere on record: seek one outside"
    first = nearest[0]
    place = f"（{first.county}）" if first.county else ""
    name_zh = f"{shorten(first.title, 30)}{place}"
    name_en = f"{shorten(first.title, 30)}{f' ({first.county})' if first.county else ''}"
    far = around.distance(first, node)
    if far == ON_NODE:
        return f"本环节有{step.zh}：{name_zh}", f"there is {step.en} on this node: {name_en}"
    if far == ON_CHAIN:
        return (
            f"本环节没有{step.zh}，同一条链上有{name_zh}",
            f"{step.en} is missing on this node; on the same chain is {name_en}",
        )
    if far == ANY_FIELD:
        return (
            f"本链没有{step.zh}，不分行业的有{name_zh}",
            f"{step.en} is missing on this chain; open to any field is {name_en}",
        )
    chain = around.nodes[first.node].chain if first.node in around.nodes else ""
    other = next((one for one in around.chart.chains if one.id == chain), None)
    at_zh, at_en = (f"“{other.zh}”链上的", f", of {other.en}") if other else ("", "")
    return (
        f"本链没有{step.zh}，最接近的是{at_zh}{name_zh}",
        f"{step.en} is missing on this chain; the nearest is {name_en}{at_en}",
    )
