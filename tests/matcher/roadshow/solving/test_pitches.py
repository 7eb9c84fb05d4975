"""Who is on stage: compared with trying every choice, on small events; and on the demo."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, permutations

import pytest

from matcher.people import institution_key
from matcher.roadshow.clock import away, is_there, write_clock
from matcher.roadshow.event import Enterprise, Event, Offer
from matcher.roadshow.gathering.gather import gather
from matcher.roadshow.plan import AgendaItem, Plan
from matcher.roadshow.solving.pitches import Chosen, choose_pitches
from matcher.roadshow.solving.pitchmodel import worth
from matcher.roadshow.solving.stageplaces import places_of
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import apply_edits, spec_from
from matcher.service import Service

PITCHES = {"kind": "pitches", "room": "主会场", "start": "09:00", "end": "10:00"}
MEETINGS = {"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 4}
COUNTIES = ("商州区", "洛南县", "山阳县")


def spec(pitches: dict[str, object] | None = None, **more: object) -> Spec:
    return spec_from(
        {"date": "2026-12-11", "sessions": [PITCHES, MEETINGS], "pitches": pitches or {"count": 3}, **more}
    )


def offer(key: str, relevance: dict[str, float], *, team: str = "", at: str = "", node: str = "") -> Offer:
    nodes = (node,) if node else ()
    return Offer(key, f"成果{key}", team or f"t-{key}", at or f"{key}大学", nodes, relevance)


def event(spec: Spec, *offers: Offer, needs: int = 6) -> Event:
    firms = tuple(Enterprise(f"e{n}", need_ids=(f"n{n}",)) for n in range(needs))
    counties = {f"n{n}": COUNTIES[n % len(COUNTIES)] for n in range(needs)}
    return Event(spec, enterprises=firms, offers=offers, counties=counties)


def made(seed: int) -> Event:
    """A small event with something of everything."""
    chance = random.Random(seed)
    offers = [
        offer(
            f"a{n}",
            {f"n{need}": chance.choice((0.6, 0.7, 0.85, 1.0)) for need in range(6) if chance.random() < 0.3},
            team=f"t{chance.randrange(5)}",
            at=f"{chance.choice('甲乙丙')}大学",
            node=chance.choice(("上", "中", "下", "")),
        )
        for n in range(chance.randrange(3, 8))
    ]
    keys = [one.achievement_id for one in offers]
    rules: dict[str, object] = {
        "count": chance.randrange(1, 5),
        "min_counties": chance.choice((0, 0, 1, 2, 3)),
    }
    if chance.random() < 0.6:
        rules["max_per_institution"] = chance.randrange(1, 3)
    rules["must"] = chance.sample(keys, min(len(keys), chance.choice((0, 0, 1, 2)), int(str(rules["count"]))))
    windows = [
        {
            "who": f"t{team}",
            **chance.choice(
                ({"from": "09:30"}, {"to": "09:30"}, {"not": [["09:10", "09:20"]]}, {"to": "09:10"})
            ),
        }
        for team in range(5)
        if chance.random() < 0.4
    ]
    return event(spec(rules, availability=windows), *offers)


def fits_stage(event: Event, offers: tuple[Offer, ...]) -> bool:
    """Whether everybody can be on stage while they are there, by trying every order."""
    stage = places_of(event.spec)
    return any(
        all(
            is_there(away(event.spec, one.team_id), stage[place].start, stage[place].end)
            for one, place in zip(offers, places, strict=True)
        )
        for places in permutations(range(len(stage)), len(offers))
    )


def keeps(event: Event, offers: tuple[Offer, ...]) -> bool:
    rules = event.spec.pitches
    chosen = {one.achievement_id for one in offers}
    there = {one.achievement_id for one in event.offers}
    places = [institution_key(one.institution) for one in offers]
    served = {event.counties[need] for one in offers for need in one.relevance}
    return (
        len(offers) == min(rules.count, len(event.offers))
        and set(rules.must) & there <= chosen
        and not set(rules.never) & chosen
        and (
            rules.max_per_institution is None
            or all(places.count(one) <= rules.max_per_institution for one in places)
        )
        and len(served) >= rules.min_counties
        and fits_stage(event, offers)
    )


def best_by_trying(event: Event) -> float | None:
    count = min(event.spec.pitches.count, len(event.offers))
    return max(
        (worth(list(one)) for one in combinations(event.offers, count) if keeps(event, one)), default=None
    )


def chosen_offers(event: Event, items: list[AgendaItem]) -> tuple[Offer, ...]:
    offers = {one.achievement_id: one for one in event.offers}
    return tuple(offers[one.achievement_id] for one in items)


def check_times(event: Event, found: Chosen) -> None:
    stage = {(one.start, one.end, one.room) for one in places_of(event.spec)}
    times = [(one.start, one.end, one.room) for one in found.agenda]
    assert set(times) <= stage
    assert len(set(times)) == len(times)
    assert times == sorted(times)
    for one in found.agenda:
        assert is_there(away(event.spec, one.team), one.start, one.end)


@pytest.mark.parametrize("block", range(4))
def test_no_choice_that_keeps_the_rules_is_better(block: int) -> None:
    possible = 0
    for seed in range(block * 30, block * 30 + 30):
        small = made(seed)
        best, found = best_by_trying(small), choose_pitches(small)
        if best is None:
            assert found.collides, seed
            assert found.agenda == []
            # What is proposed, all of it together, is enough.
            edits = [edit for one in found.explanations for edit in one.edits]
            mended = Event(
                apply_edits(small.spec, edits),
                small.enterprises,
                offers=small.offers,
                counties=small.counties,
            )
            again = choose_pitches(mended)
            assert not again.collides, seed
            assert keeps(mended, chosen_offers(mended, again.agenda)), seed
            check_times(mended, again)
            relaxed = choose_pitches(small, relax=True)
            check_times(small, relaxed)
            assert relaxed.explanations == found.explanations
        else:
            possible += 1
            assert not found.collides, seed
            assert found.value == pytest.approx(best), seed
            assert found.bound == pytest.approx(best), seed
            offers = chosen_offers(small, found.agenda)
            assert keeps(small, offers), seed
            assert worth(list(offers)) == pytest.approx(found.value)
            check_times(small, found)
    assert 5 < possible < 30


def test_two_answers_to_one_need_count_less_than_answers_to_two() -> None:
    offers = offer("a", {"n0": 1.0}), offer("b", {"n0": 0.95}), offer("c", {"n1": 0.6})
    found = choose_pitches(event(spec({"count": 2}), *offers))
    assert {one.achievement_id for one in found.agenda} == {"a", "c"}


def test_pitches_are_spread_over_nodes() -> None:
    offers = (
        offer("a", {"n0": 0.7}, node="上"), offer("b", {"n1": 0.7}, node="上"), offer("c", {"n2": 0.7}, node="上"),
        offer("d", {"n3": 0.65}, node="下"),
    )  # fmt: skip
    found = choose_pitches(event(spec({"count": 3}), *offers))
    assert "d" in {one.achievement_id for one in found.agenda}


def test_fewer_answers_than_are_wanted_are_pitched_and_told() -> None:
    found = choose_pitches(event(spec({"count": 4}), offer("a", {"n0": 1.0}), offer("b", {"n1": 1.0})))
    assert len(found.agenda) == 2
    [said] = found.explanations
    assert (said.kind, said.edits) == ("pitches_few", ())
    assert "4" in said.zh
    assert "2" in said.zh


def test_nothing_to_pitch_is_said() -> None:
    empty = choose_pitches(Event(spec()))
    assert empty.agenda == []
    assert [one.kind for one in empty.explanations] == ["pitches_none"]
    assert not empty.collides
    unanswered = choose_pitches(event(spec()))
    assert unanswered.explanations[0].zh != empty.explanations[0].zh


def test_without_a_stage_there_are_no_pitches() -> None:
    bare = spec(sessions=[MEETINGS])
    assert choose_pitches(event(bare, offer("a", {"n0": 1.0}))) == Chosen([], 0.0, 0.0, [])


def test_a_name_written_two_ways_is_one_institution() -> None:
    offers = [
        offer("a", {"n0": 1.0}, at="甲大学"),
        offer("b", {"n1": 0.9}, at="甲大学（示例）"),
        offer("c", {"n2": 0.5}),
    ]
    found = choose_pitches(event(spec({"count": 2, "max_per_institution": 1}), *offers))
    assert {one.achievement_id for one in found.agenda} == {"a", "c"}


def test_a_replan_leaves_every_pitch_that_can_stay_where_it_is() -> None:
    offers = [offer(f"a{n}", {f"n{n % 6}": 0.6 + n / 50}, node="上中下"[n % 3]) for n in range(9)]
    first = choose_pitches(event(spec({"count": 4}), *offers))
    base = Plan(spec(), agenda=tuple(first.agenda))
    gone = first.agenda[1]
    again = choose_pitches(event(spec({"count": 4}, cancelled=[gone.team]), *offers), base=base)
    times = {one.achievement_id: one.start for one in first.agenda}
    stayed = {one.achievement_id: one.start for one in again.agenda if one.achievement_id in times}
    assert stayed == {key: start for key, start in times.items() if key != gone.achievement_id}
    [new] = [one for one in again.agenda if one.achievement_id not in times]
    assert new.start == gone.start
    # It is the best of those that were left out.
    others = [one for one in offers if one.achievement_id not in times]
    kept = [one for one in offers if one.achievement_id in stayed]
    best = max(worth([*kept, one]) for one in others)
    assert worth(list(chosen_offers(event(spec(), *offers), again.agenda))) == pytest.approx(best)


def test_a_replan_moves_only_who_is_late() -> None:
    offers = [offer(f"a{n}", {f"n{n}": 0.9 - n / 20}) for n in range(4)]
    first = choose_pitches(event(spec({"count": 4}), *offers))
    late, second = first.agenda[0], first.agenda[1]
    windows = [{"who": late.team, "from": write_clock(second.start)}]
    again = choose_pitches(
        event(spec({"count": 4}, availability=windows), *offers),
        base=Plan(spec(), agenda=tuple(first.agenda)),
    )
    before = {one.achievement_id: one.start for one in first.agenda}
    moved = [one for one in again.agenda if before[one.achievement_id] != one.start]
    assert len(moved) == 2
    assert late.achievement_id in {one.achievement_id for one in moved}


def test_the_same_seed_gives_the_same_agenda(demo: Service) -> None:
    whole = gather(
        spec_from({"date": "2026-12-11", "sessions": [{**PITCHES, "end": "11:30"}, MEETINGS],
                   "pitches": {"count": 8, "max_per_institution": 2, "min_counties": 5}}), demo,
    )  # fmt: skip
    found = choose_pitches(whole, seed=3)
    assert found == choose_pitches(whole, seed=3)
    assert found.value == pytest.approx(found.bound)
    assert not found.explanations
    offers = chosen_offers(whole, found.agenda)
    assert len(offers) == 8
    places = [institution_key(one.institution) for one in offers]
    assert max(places.count(one) for one in places) <= 2
    assert len({whole.counties[need] for one in offers for need in one.relevance}) >= 5
    for item, chosen in zip(found.agenda, offers, strict=True):
        assert item.need_ids[0] == max(chosen.relevance, key=lambda need: (chosen.relevance[need], need)) or (
            chosen.relevance[item.need_ids[0]] == max(chosen.relevance.values())
        )


def test_many_offers_are_chosen_from_in_seconds() -> None:
    chance = random.Random(0)
    offers = [
        offer(
            f"a{n}", {f"n{chance.randrange(100)}": 0.6 + 0.4 * chance.random() for _ in range(4)},
            at=f"{chance.randrange(60)}大学", node=str(chance.randrange(12)), team=f"t{chance.randrange(400)}",
        )
        for n in range(1200)
    ]  # fmt: skip
    windows = [{"who": f"t{n}", "to": "10:00"} for n in range(0, 400, 3)]
    big = event(
        spec({"count": 8, "max_per_institution": 2, "min_counties": 3}, availability=windows,
             sessions=[{**PITCHES, "end": "11:30"}, MEETINGS]),
        *offers, needs=100,
    )  # fmt: skip
    found = choose_pitches(big, time_limit=20)
    assert keeps_fast(big, found)
    assert found.value >= 0.99 * found.bound


def keeps_fast(event: Event, found: Chosen) -> bool:
    check_times(event, found)
    places = [institution_key(one.institution) for one in chosen_offers(event, found.agenda)]
    return len(found.agenda) == event.spec.pitches.count and max(map(places.count, places)) <= 2


def test_a_pitch_that_had_to_be_and_whose_team_called_off_is_told() -> None:
    asked = spec({"count": 1, "must": ["a1"]}, cancelled=["t-a1"])
    offers = offer("a1", {"n1": 0.9}), offer("a2", {"n2": 0.8})
    # The event may still have its offer, or, gathered after the cancellation, its title alone.
    for given in (
        event(asked, *offers),
        replace(event(asked, offers[1]), titles={"a1": "成果a1"}),
    ):
        chosen = choose_pitches(given)
        assert [one.achievement_id for one in chosen.agenda] == ["a2"]
        (told,) = [one for one in chosen.explanations if one.kind == "pitches_called_off"]
        assert not told.edits
        assert not chosen.collides
        if given.titles:
            assert "成果a1" in told.zh
