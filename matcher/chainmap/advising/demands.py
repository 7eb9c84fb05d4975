"""What a chain's firms still wait for: needs that nothing answers, and answers that nobody follows up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpora.errors import shorten
from corpora.vocabulary import Kind
from matcher.chainmap.advising.surroundings import ADEQUATE_LEVEL, Answers, Surroundings, is_adequate
from matcher.chainmap.integration import Answer, ChainReport, Placed

#: An answer less probable than this is no hint. One that is at home on another chain has to be half as
#: probable as an adequate one: below that, the demo's are about something else.
NEAR, HALF = 0.1, 0.5
#: What somebody judged adequate counts so.
_SURE = 1.0
#: Titles that a text quotes.
_QUOTED = 2


@dataclass(frozen=True)
class Demand:
    """The needs of a chain that wait: `unmet` have no adequate answer, `waiting` have some that nobody follows up.

    Both the most pressing first; `hints` are by need the answers that come near, `found` those that are
    adequate, each with its achievement, the best first, without an enterprise's own.
    """

    chain: ChainReport
    unmet: Sequence[Placed]
    waiting: Sequence[Placed]
    hints: dict[str, list[tuple[Answer, Placed]]]
    found: dict[str, list[tuple[Answer, Placed]]]


def demand(
    chain: ChainReport, around: Surroundings, adequate: float, cases: Collection[tuple[str, str]]
) -> Demand:
    """Return what the needs that are counted on a chain wait for.

    A need of which any pair (need, achievement) is among `cases` is followed up: it waits for nothing.
    """
    followed = {need for need, _ in cases}
    top = [one.key for one in chain.nodes if not one.node.parent]
    needs = [one for key in top for one in around.counted(key, Kind.NEED) if one.id not in followed]
    needs.sort(key=around.pressing)
    found = {one.id: answers(one, around, adequate) for one in needs}
    return Demand(
        chain=chain,
        unmet=[one for one in needs if not one.met],
        waiting=[one for one in needs if one.met and found[one.id][0]],
        found={key: enough for key, (enough, _) in found.items()},
        hints={key: near for key, (_, near) in found.items()},
    )


def answers(need: Placed, around: Surroundings, adequate: float) -> Answers:
    """Return the answers to a need that are adequate, and all that are worth a look, the best first.

    What the enterprise has made itself is no answer, nor what somebody found inadequate.
    """
    key = need.id, adequate
    if key not in around.answers:
        near = [
            (answer, one)
            for answer in need.answers
            if chance(answer) >= min(NEAR, adequate)
            and (one := around.achievement(answer.achievement_id))
            and _may_answer(need, one, around)
            and (chance(answer) >= HALF * adequate or around.chains_of(need) & around.chains_of(one))
        ]
        near.sort(key=lambda pair: (-chance(pair[0]), pair[1].id))
        around.answers[key] = [pair for pair in near if is_adequate(pair[0], adequate)], near
    return around.answers[key]


def _may_answer(need: Placed, one: Placed, around: Surroundings) -> bool:
    own = around.named(need.owner)
    return not own or around.named(one.owner) != own


def chance(one: Answer) -> float:
    """Return how probable it is that an answer is adequate; somebody's word is certain."""
    if one.judged:
        return _SURE if one.level >= ADEQUATE_LEVEL else 0.0
    return one.probability


def quoted(records: Sequence[Placed]) -> tuple[str, str]:
    """Return the first titles for a text in Chinese and English: “甲”、“乙”等; 'a', 'b' and others."""
    titles = [shorten(one.title, 24) for one in records[:_QUOTED]]
    more = len(records) > len(titles)
    zh = "、".join(f"“{one}”" for one in titles) + ("等" if more else "")
    en = ", ".join(f"'{one}'" for one in titles) + (" and others" if more else "")
    return zh, en
