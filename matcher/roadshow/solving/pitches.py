"""Who is on stage: a choice of achievements (pitchmodel.py), put in order (stageplaces.py), or why there is none."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from corpora.errors import shorten
from matcher.roadshow.event import Event
from matcher.roadshow.plan import AgendaItem, Explanation, Plan
from matcher.roadshow.solving.pitchmodel import Broken, Choice
from matcher.roadshow.solving.stageplaces import arrange, places_of


class Chosen(NamedTuple):
    """The pitches in order of time; `value` counts answered needs and spread, `bound` what no choice exceeds.

    Explanations with edits say that the rules collide, and the edits together solve that; the agenda is
    empty then, unless the choice that breaks least was asked for. Those without edits are remarks.
    """

    agenda: list[AgendaItem]
    value: float
    bound: float
    explanations: list[Explanation]

    @property
    def collides(self) -> bool:
        return any(one.edits for one in self.explanations)


def choose_pitches(
    event: Event,
    seed: int = 0,
    time_limit: float = 10.0,
    base: Plan | None = None,
    relax: bool = False,
) -> Chosen:
    """Return who is on stage, when. The same seed gives the same choice.

    With `base`, an earlier plan, as many of its pitches as possible stay, at their times where they can;
    the best others fill the places of those that cannot. With `relax` the choice that breaks least is
    returned where the rules collide.
    """
    stage = places_of(event.spec)
    if not stage:
        return Chosen([], 0.0, 0.0, [])
    never, gone = {*event.spec.pitches.never}, {*event.spec.cancelled}
    offers = [one for one in event.offers if one.achievement_id not in never and one.team_id not in gone]
    off = _called_off(event, {one.achievement_id for one in offers})
    if not offers:
        return Chosen([], 0.0, 0.0, [*off, _nothing(event)])
    kept = {one.achievement_id: one.start for one in base.agenda} if base else {}
    choice = Choice(event, offers, stage, kept)
    found = choice.solve(seed, time_limit)
    explanations = [*off, *_few(event, len(offers))]
    if found is None:
        choice = Choice(event, offers, stage, kept, elastic=True)
        found = choice.solve(seed, time_limit)
        if found is None:
            return Chosen([], 0.0, 0.0, [_NO_TIME])
        explanations += [_told(one, event, choice.count) for one in found.broken]
        if found.broken and not relax:
            return Chosen([], 0.0, round(found.bound, 6), explanations)
    items = arrange(event, found.offers, stage, kept)
    return Chosen(items, round(found.value, 6), round(max(found.value, found.bound), 6), explanations)


_NO_TIME = Explanation(
    "pitches_time",
    "时限太短，路演还没选出来；请加长时限再排",
    "the time limit is too short to choose the pitches; plan again with a longer one",
)


def _called_off(event: Event, offered: Collection[str]) -> list[Explanation]:
    """Say which pitches had to be and cannot, for their teams do not come; that breaks no rule."""
    never = {*event.spec.pitches.never}
    titles = {
        one: shorten(event.titles.get(one) or one)
        for one in event.spec.pitches.must
        if one not in offered and one not in never
    }
    return [
        Explanation(
            "pitches_called_off",
            f"“{title}”本来必须上台，但它的团队不来了，没有排；确定不讲就从 pitches.must 里去掉",
            f"'{title}' had to be pitched, but its team does not come and it is left out; take it from pitches.must",
        )
        for title in titles.values()
    ]


def _nothing(event: Event) -> Explanation:
    if not event.counties and not any(one.need_ids for one in event.enterprises):
        zh, en = "主题里没有请到的企业需求", "the theme holds no need of an invited enterprise"
    else:
        level = event.spec.meetings.min_level
        zh = f"没有成果能以 {level} 级以上回应请到的需求"
        en = f"no achievement answers an invited need at level {level} or more"
    return Explanation(
        "pitches_none",
        f"{zh}，路演排不出来；可换主题、多请企业或降低 meetings.min_level",
        f"{en}, so nothing can be pitched; choose another theme, invite more, or lower meetings.min_level",
    )


def _told(broken: Broken, event: Event, count: int) -> Explanation:
    """Return why a rule cannot be kept, and what of it can."""
    rules = event.spec.pitches
    if broken.rule == "must" and broken.offer:
        title = shorten(broken.offer.title or broken.offer.achievement_id)
        return Explanation(
            "pitches_must",
            f"“{title}”必须上台，但它的团队在场时台上已没有空，或别的规则不许",
            f"'{title}' must be pitched, but no place on stage is left while its team is there, or other rules forbid it",
            ({"path": ["pitches", "must"], "remove": broken.offer.achievement_id},),
        )
    if broken.rule == "institution":
        most = (rules.max_per_institution or 0) + broken.by
        return Explanation(
            "pitches_institution",
            f"同一单位最多 {rules.max_per_institution} 项，凑不齐 {count} 项路演；放宽到 {most} 项就行",
            f"with {rules.max_per_institution} of one institution there are no {count} pitches; {most} would do",
            ({"path": ["pitches", "max_per_institution"], "value": most},),
        )
    if broken.rule == "counties":
        least = rules.min_counties - broken.by
        return Explanation(
            "pitches_counties",
            f"{count} 项路演顾及不了 {rules.min_counties} 个县区的需求，只能 {least} 个",
            f"{count} pitches cannot serve needs of {rules.min_counties} counties, only of {least}",
            ({"path": ["pitches", "min_counties"], "value": least},),
        )
    fewer = count - broken.by
    return Explanation(
        "pitches_count",
        f"按团队到场的时间和各条规则，排不下 {count} 项路演，只排得下 {fewer} 项",
        f"{count} pitches do not fit when the teams are there and by the other rules; {fewer} do",
        ({"path": ["pitches", "count"], "value": fewer},),
    )


def _few(event: Event, there: int) -> list[Explanation]:
    """Return what is to be said where fewer could be pitched than are wanted: no rule is broken by that."""
    rules, level = event.spec.pitches, event.spec.meetings.min_level
    if there >= rules.count:
        return []
    return [
        Explanation(
            "pitches_few",
            f"要 {rules.count} 项路演，能以 {level} 级以上回应请到的需求的成果只有 {there} 项",
            f"{rules.count} pitches are wanted, but only {there} achievements answer an invited need at level {level} "
            "or more",
        )
    ]
