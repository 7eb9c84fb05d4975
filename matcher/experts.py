"""Experts: the people whom a need should meet, ranked through all their achievements together.

A person is judged by the ranker's verdicts on what they made — the *document model* of expert
finding (Balog, Azzopardi & de Rijke, "Formal models for expert finding in enterprise corpora",
SIGIR 2006): first the documents, then, through them, the people. That model adds the documents'
likelihoods up; here they are probabilities of being adequate, so they are joined by a noisy-or,
damped. Were a person's achievements independent, at least one would be adequate with 1 − ∏(1 − p);
were they all one and the same, with max p. The truth lies between: the k-th best counts by half of
what the one before it did, so two fairly strong ones outdo one that is slightly better, and a
heap of weak ones, at most twice its best, outdoes neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.records import Achievement, Need
from corpora.store import DuplicateLink, Store
from corpora.vocabulary import Kind
from matcher.explain import Answer, explain
from matcher.indexing import document
from matcher.matches import Scored
from matcher.people import Mention, Person, inventors, who_is_who
from matcher.recommend import POOL, Filters, Recommender

#: What an achievement counts for, beside the person's next better one.
DAMPING = 0.5
#: What it counts for whom it names after the first, who leads by the convention of the forms. Small on
#: purpose: it decides between members of one team, hardly between teams.
FOLLOWING = 0.95
#: Achievements of one person that count, and are shown; a sixth would add next to nothing.
COUNTED = 5
#: Names looked up in the whole store for each expert wanted, and at least.
_NAMES_PER_EXPERT = 5
_NAMES = 50
#: Names in one question to the store.
_ASKED_AT_ONCE = 100


@dataclass(frozen=True)
class Evidence:
    """One achievement that counts for a person, with what of it answers the need best, if anything."""

    scored: Scored
    mention: Mention
    answer: Answer | None = None
    #: Near-duplicates of it that the person signed too; they count no second time.
    repeats: tuple[str, ...] = ()

    @property
    def achievement(self) -> Achievement:
        return self.mention.achievement

    @property
    def strength(self) -> float:
        """The probability that the achievement is adequate, a little less where somebody else leads."""
        return self.scored.adequate_probability * (1 if self.mention.position == 0 else FOLLOWING)

    def as_json(self) -> dict[str, Any]:
        return {
            "achievement_id": self.achievement.id,
            "title": self.achievement.title,
            "institution": self.achievement.institution,
            "stage": self.achievement.stage,
            "level": self.scored.level,
            "probabilities": [round(p, 4) for p in self.scored.probabilities],
            "adequate_probability": round(self.scored.adequate_probability, 4),
            "position": self.mention.position + 1,
            "coinventors": list(self.mention.colleagues),
            "quote": self.answer.as_json() if self.answer else None,
            "repeats": list(self.repeats),
        }


@dataclass(frozen=True)
class Expert:
    """A person with what makes them one for the need: evidence, the strongest first."""

    person: Person
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> float:
        return joined([each.strength for each in self.evidence])

    @property
    def adequate_probability(self) -> float:
        """How probable it is that the person's best achievement is adequate."""
        return max(each.scored.adequate_probability for each in self.evidence)

    @property
    def team(self) -> list[str]:
        """Those who made the achievements with the person, the most frequent first."""
        return [
            name for name, _ in Counter(n for e in self.evidence for n in e.mention.colleagues).most_common()
        ]

    @property
    def stages(self) -> tuple[int, int] | None:
        """The lowest and the highest stage, of those that are known."""
        known = [each.achievement.stage for each in self.evidence if each.achievement.stage is not None]
        return (min(known), max(known)) if known else None

    @property
    def fields(self) -> list[str]:
        return list(dict.fromkeys(name for each in self.evidence for name in each.achievement.fields))

    def as_json(self) -> dict[str, Any]:
        """Return the expert for programs. Contacts never appear."""
        return {
            "name": self.person.name,
            "institutions": self.person.institutions,
            "score": round(self.score, 4),
            "stages": list(self.stages) if self.stages else None,
            "fields": self.fields,
            "team": self.team,
            "evidence": [each.as_json() for each in self.evidence],
            "notes": [note.as_json() for note in self.person.notes],
        }


@dataclass(frozen=True)
class Shortlist:
    """The answer to one need: experts, best first, and whether any has an adequate achievement."""

    need: Need
    #: The probability of level 3 or 4 from which an achievement is adequate.
    threshold: float
    experts: list[Expert]

    @property
    def adequate(self) -> bool:
        return any(expert.adequate_probability >= self.threshold for expert in self.experts)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as the command line and the API give it to programs."""
        return {
            "query": {"kind": Kind.NEED.value, "id": self.need.id, "title": self.need.title},
            "adequate": self.adequate,
            "experts": [expert.as_json() for expert in self.experts],
        }


def shortlist(
    recommend: Recommender, store: Store, need: Need, top: int = 10, filters: Filters | None = None
) -> Shortlist:
    """Return the experts for a need, stored or not, with the verdict on them."""
    found = find_experts(recommend, store, need, top, filters)
    return Shortlist(need, recommend.adequate_probability, found)


def find_experts(
    recommend: Recommender, store: Store, need: Need, top: int = 10, filters: Filters | None = None
) -> list[Expert]:
    """Return up to `top` experts for a need, best first; filters say what their achievements must be.

    An achievement of level 1 makes nobody an expert, so the list may be shorter, or empty.
    """
    asked = document(need)
    allowed = (filters or Filters()).allowed(store, Kind.ACHIEVEMENT)
    side = recommend.indexes.need_side([asked])
    ranked = recommend.rank_achievements(side, need.id, asked.text, POOL, allowed)
    scored = {one.achievement_id: one for one in ranked if one.level > 1}
    found = {record.id: record for record in store.achievements(list(scored))}
    names = _names([found[key] for key in scored if key in found], max(_NAMES, _NAMES_PER_EXPERT * top))
    duplicates = store.duplicates(Kind.ACHIEVEMENT)
    people = who_is_who(_signed_by(names, store, found), duplicates, recommend.indexes.weights, names)
    experts = rank_people(people, scored, duplicates)[:top]
    return _explained(need, experts, recommend)


def rank_people(
    people: Iterable[Person], scored: Mapping[str, Scored], duplicates: Iterable[DuplicateLink]
) -> list[Expert]:
    """Return those of `people` who made any of the `scored` achievements, best first."""
    originals = _originals(duplicates)
    experts = [
        Expert(person, evidence) for person in people if (evidence := _counted(person, scored, originals))
    ]
    return sorted(experts, key=lambda one: (-one.score, one.evidence[0].mention.position))


def joined(strengths: Sequence[float]) -> float:
    """Return the damped noisy-or of probabilities, the greatest counting in full."""
    missed, share = 1.0, 1.0
    for strength in sorted(strengths, reverse=True):
        missed *= 1 - share * strength
        share *= DAMPING
    return 1 - missed


def _counted(
    person: Person, scored: Mapping[str, Scored], originals: Mapping[str, str]
) -> tuple[Evidence, ...]:
    """Return the person's best achievements, each once however often it was reported."""
    evidence = [
        Evidence(scored[each.achievement.id], each)
        for each in person.mentions
        if each.achievement.id in scored
    ]
    kept: dict[str, list[Evidence]] = {}
    for each in sorted(evidence, key=lambda one: -one.strength):
        kept.setdefault(originals.get(each.achievement.id, each.achievement.id), []).append(each)
    counted = [
        Evidence(best.scored, best.mention, repeats=tuple(other.achievement.id for other in others))
        for best, *others in kept.values()
    ]
    return tuple(counted[:COUNTED])


def _originals(duplicates: Iterable[DuplicateLink]) -> dict[str, str]:
    """Return, for each linked id, one id that all those linked with it share."""
    originals: dict[str, str] = {}
    for link in duplicates:
        one, other = (_original(key, originals) for key in (link.id, link.original_id))
        originals[one] = other
    return {key: _original(key, originals) for key in originals}


def _original(key: str, originals: Mapping[str, str]) -> str:
    while (above := originals.get(key, key)) != key:
        key = above
    return key


def _names(achievements: Sequence[Achievement], enough: int) -> list[str]:
    """Return the inventors of `achievements`, the best first, until there are enough."""
    names: dict[str, None] = {}
    for achievement in achievements:
        if len(names) >= enough:
            break
        names.update(dict.fromkeys(inventors(achievement)))
    return list(names)


def _signed_by(names: Sequence[str], store: Store, found: Mapping[str, Achievement]) -> list[Achievement]:
    """Return every achievement that bears one of the names, whether it passed the filters or not.

    Who somebody is shows in all their work, and in that of their namesakes.
    """
    keys = dict.fromkeys(found)
    for start in range(0, len(names), _ASKED_AT_ONCE):
        asked = names[start : start + _ASKED_AT_ONCE]
        keys.update(dict.fromkeys(store.ids(Kind.ACHIEVEMENT, inventors=asked)))
    others = {record.id: record for record in store.achievements([key for key in keys if key not in found])}
    everything = {**found, **others}
    return [everything[key] for key in keys if key in everything]


def _explained(need: Need, experts: Sequence[Expert], recommend: Recommender) -> list[Expert]:
    """Add to each achievement the sentence that answers the need best, if one does."""
    shown = {each.achievement.id: each.achievement for expert in experts for each in expert.evidence}
    answers = dict(zip(shown, explain(need, list(shown.values()), recommend.indexes), strict=True))
    return [
        Expert(expert.person, tuple(
            Evidence(each.scored, each.mention, _best(answers[each.achievement.id]), each.repeats)
            for each in expert.evidence))
        for expert in experts
    ]  # fmt: skip


def _best(answers: Sequence[Answer]) -> Answer | None:
    answered = [answer for answer in answers if answer.answered]
    return max(answered, key=lambda answer: answer.similarity, default=None)
