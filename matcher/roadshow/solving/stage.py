"""What cannot be of the pitches on stage, by counting alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corpora.errors import shorten
from matcher.people import institution_key
from matcher.roadshow.event import Event
from matcher.roadshow.plan import Explanation
from matcher.roadshow.solving.stageplaces import places_of, there


def crowded(event: Event) -> Iterator[Explanation]:
    """Yield why the pitches that must be do not fit the stage and its rules."""
    spec, rules = event.spec, event.spec.pitches
    stage = places_of(spec)
    if not stage:
        return
    offers = {one.achievement_id: one for one in event.offers}
    must = [one for one in rules.must if one in offers]
    for one in list(must):
        if not there(spec, offers[one].team_id, stage):
            must.remove(one)
            title = shorten(offers[one].title or one)
            yield Explanation(
                "pitch_unavailable",
                f"“{title}”必须上台，但路演时它的团队都不在",
                f"'{title}' must be pitched, but its team is not there while there is a stage",
                ({"path": ["pitches", "must"], "remove": one},),
            )
    if (over := len(must) - len(stage)) > 0:
        least = sorted(must, key=lambda one: sum(offers[one].relevance.values()))[:over]
        yield Explanation(
            "pitches_must",
            f"必须上台的有 {len(must)} 项，台上只排得下 {len(stage)} 项",
            f"{len(must)} achievements must be pitched, but there is time for {len(stage)}",
            tuple({"path": ["pitches", "must"], "remove": one} for one in least),
        )
        must = [one for one in must if one not in least]
    if rules.count > len(stage):
        yield Explanation(
            "pitches_count",
            f"要 {rules.count} 项路演，台上只排得下 {len(stage)} 项",
            f"{rules.count} pitches are wanted, but there is time for {len(stage)}",
            ({"path": ["pitches", "count"], "value": len(stage)},),
        )
    elif rules.count < len(must):
        yield Explanation(
            "pitches_count",
            f"必须上台的有 {len(must)} 项，却只要 {rules.count} 项路演",
            f"{len(must)} achievements must be pitched, but only {rules.count} pitches are wanted",
            ({"path": ["pitches", "count"], "value": len(must)},),
        )
    keys = {one: institution_key(offers[one].institution) for one in must}
    many = Counter(key for key in keys.values() if key)
    most = rules.max_per_institution
    if most is not None and many and (top := max(many.values())) > most:
        key = max(many, key=lambda one: many[one])
        who = shorten(next(offers[one].institution for one in must if keys[one] == key))
        yield Explanation(
            "pitches_institution",
            f"{who} 必须上台的有 {top} 项，却规定同一单位最多 {most} 项",
            f"{top} achievements of {who} must be pitched, but {most} of one institution are allowed",
            ({"path": ["pitches", "max_per_institution"], "value": top},),
        )
    if rules.min_counties > (counties := len({one for one in event.counties.values() if one})):
        yield Explanation(
            "pitches_counties",
            f"要顾及 {rules.min_counties} 个县区的需求，请到的企业只来自 {counties} 个",
            f"needs of {rules.min_counties} counties are to be served, but those invited come from {counties}",
            ({"path": ["pitches", "min_counties"], "value": counties},),
        )
