"""Unmet needs sent to the institutions that are likeliest to answer, and what has to be sought outside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpora.errors import shorten
from corpora.vocabulary import OrganizationKind
from matcher.chainmap.advising.demands import NEAR, Demand, chance, quoted
from matcher.chainmap.advising.surroundings import Surroundings, counted
from matcher.chainmap.integration import Action, ActionKind, Placed

#: Institutions that a chain's needs are sent to, and needs of one letter.
_INSTITUTIONS, _NEEDS = 3, 20
#: Institutions that a letter is drafted for, to choose the best.
_LIKELY = 4
#: The chance that an institution has an answer which is not on record: with one achievement on the need's
#: node it is worth a letter, more of them make it likelier, up to a limit. A guess: nobody has measured it.
_AT_HOME, _EACH_MORE, _MOST_AT_HOME = NEAR, 0.05, 0.2
#: The chance that a search outside finds an answer: as much as a hint has at least.
_OUTSIDE = NEAR
_ASKED = (None, OrganizationKind.UNIVERSITY, OrganizationKind.INSTITUTE)
#: A firm that is not on record goes by its name.
_FIRM = "公司"


@dataclass(frozen=True)
class _Letter:
    """Needs for one institution, with the chance that it answers each."""

    institution: str
    needs: Sequence[Placed]
    chances: Mapping[str, float]

    @property
    def gain(self) -> float:
        return sum(self.chances[one.id] for one in self.needs)


def sendings(demand: Demand, around: Surroundings) -> tuple[list[Action], set[str]]:
    """Return which unmet needs to send to which institutions, and the ids of the needs that are sent.

    One institution after the other, the one that is likely to answer most of what is not sent yet: so
    every need is in one letter. An institution's chance with a need is that of its best answer, joined by
    a noisy-or with what its achievements on the need's node make likely.
    """
    desk = _Desk(demand, around)
    left = {one.id: one for one in demand.unmet}
    found, sent = [], set()
    for _ in range(_INSTITUTIONS):
        letter = desk.best(left)
        if letter is None:
            break
        sent |= {one.id for one in letter.needs}
        for one in letter.needs:
            del left[one.id]
        found.append(_sending(letter, desk, demand, around))
    return found, sent


class _Desk:
    """The institutions that may be asked, what each has on each node, and what comes near each need."""

    def __init__(self, demand: Demand, around: Surroundings) -> None:
        self._around = around
        self.on_node = {key: self._institutions(key) for key in sorted({one.node for one in demand.unmet})}
        #: By institution and need: the probability of its best answer.
        self.answers: dict[str, dict[str, float]] = defaultdict(dict)
        for need in demand.unmet:
            for answer, one in demand.hints[need.id]:
                key = around.named(one.owner)
                if self._may_be_asked(key):
                    best = self.answers[key].get(need.id, 0.0)
                    self.answers[key][need.id] = max(best, chance(answer))

    def _institutions(self, node: str) -> dict[str, list[Placed]]:
        return {key: many for key, many in self._around.makers(node).items() if self._may_be_asked(key)}

    def _may_be_asked(self, key: str) -> bool:
        known = self._around.by_name.get(key)
        kind = known.organization_kind if known else None
        return bool(key) and kind in _ASKED and (known is not None or _FIRM not in key)

    def best(self, left: Mapping[str, Placed]) -> _Letter | None:
        """Return the letter that is likely to be answered most, None where none has a hint for anybody."""
        waiting = Counter(one.node for one in left.values())
        gains: dict[str, float] = defaultdict(float)
        for node, number in sorted(waiting.items()):
            for key, many in self.on_node.get(node, {}).items():
                gains[key] += number * _at_home(many)
        for key, near in self.answers.items():
            for need, probability in near.items():
                if need in left:
                    home = _at_home(self.on_node[left[need].node].get(key, ()))
                    gains[key] += _joined(probability, home) - home
        # The gain is that of all needs; the few best of them are sent.
        likely = sorted(gains, key=lambda key: (-round(gains[key], 6), key))[:_LIKELY]
        letters = [one for one in (self._letter(key, left) for key in likely) if one.needs]
        return min(letters, key=lambda one: (-round(one.gain, 6), one.institution), default=None)

    def _letter(self, key: str, left: Mapping[str, Placed]) -> _Letter:
        near = self.answers.get(key, {})
        home = {node: _at_home(many.get(key, ())) for node, many in self.on_node.items()}
        chances: dict[str, float] = {}
        for need in left.values():
            likely = round(_joined(near.get(need.id, 0.0), home[need.node]), 4)
            if likely >= NEAR and self._around.named(need.owner) != key:
                chances[need.id] = likely
        # They come as they press: so do those that are as likely.
        order = sorted(chances, key=lambda one: -chances[one])
        return _Letter(key, [left[one] for one in order[:_NEEDS]], chances)


def _at_home(achievements: Sequence[Placed]) -> float:
    count = len(achievements)
    return min(_AT_HOME + _EACH_MORE * (count - 1), _MOST_AT_HOME) if count else 0.0


def _joined(one: float, other: float) -> float:
    """Return the noisy-or of two chances."""
    return 1 - (1 - one) * (1 - other)


def _sending(letter: _Letter, desk: _Desk, demand: Demand, around: Surroundings) -> Action:
    key, needs = letter.institution, letter.needs
    nodes = list(dict.fromkeys(one.node for one in needs))
    at_home = [one for node in nodes for one in desk.on_node[node].get(key, ())]
    near = [
        (answer, one)
        for need in needs
        for answer, one in demand.hints[need.id]
        if around.named(one.owner) == key
    ]
    near.sort(key=lambda pair: (-chance(pair[0]), pair[1].id))
    known = around.by_name.get(key)
    name = known.title if known else (near[0][1] if near else at_home[0]).owner
    zh, en = quoted(needs)
    why_zh, why_en = [], []
    if at_home:
        why_zh.append(f"它在这些环节有 {len(at_home)} 项成果")
        why_en.append(f"it has {counted(len(at_home), 'achievement')} on these nodes")
    if near:
        answer, one = near[0]
        why_zh.append(f"最接近的“{shorten(one.title, 24)}”把握 {chance(answer):.0%}")
        why_en.append(f"the nearest, '{shorten(one.title, 24)}', has a probability of {chance(answer):.0%}")
    return Action(
        chain=demand.chain.id,
        kind=ActionKind.SEND_NEEDS,
        weight=round(letter.gain, 2),
        zh=f"把 {len(needs)} 条没有够用成果的需求（{zh}）发给{shorten(name, 30)}：{'，'.join(why_zh)}",
        en=f"send {counted(len(needs), 'need')} without an adequate achievement ({en}) to {shorten(name, 30)}: "
        f"{', '.join(why_en)}",
        nodes=tuple(nodes),
        needs=tuple(one.id for one in needs),
        achievements=tuple(dict.fromkeys(one.id for _, one in near)),
        organizations=(known.key,) if known else (),
        institutions=(shorten(name, 200),),
    )


def seekings(demand: Demand, sent: Collection[str]) -> Iterator[Action]:
    """Yield what to seek outside: the needs for which there is no hint on record and that are not sent."""
    needs = [one for one in demand.unmet if one.id not in sent and not demand.hints[one.id]]
    if not needs:
        return
    zh, en = quoted(needs)
    yield Action(
        chain=demand.chain.id,
        kind=ActionKind.SEEK,
        weight=round(_OUTSIDE * len(needs), 2),
        zh=f"{len(needs)} 条需求（{zh}）在库里找不到接近的成果：向外地院校和企业征集",
        en=f"{counted(len(needs), 'need')} ({en}) with no achievement on record that comes near: ask universities and "
        "firms elsewhere",
        nodes=tuple(dict.fromkeys(one.node for one in needs)),
        needs=tuple(one.id for one in needs),
    )
