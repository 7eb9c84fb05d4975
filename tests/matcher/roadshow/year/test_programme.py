"""A programme of the year, proposed from the demo."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpora.chains import chains
from corpora.errors import BadRequest
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.roadshow.gathering.gather import gather
from matcher.roadshow.specs.reading import spec_from_text
from matcher.roadshow.year.programme import Programme, fridays, propose
from matcher.roadshow.year.prospects import LEAST, Prospects
from matcher.service import Service
from matcher.settings import Settings

START = date(2027, 1, 1)


@pytest.fixture(scope="module")
def year(demo: Service) -> Programme:
    return propose(demo, 12, START)


@pytest.fixture(scope="module")
def small(demo: Service) -> Programme:
    """Twelve events of four enterprises: more is wanted than there is room for."""
    return propose(demo, 12, START, most=4)


def test_every_need_is_served_or_told_why_not(year: Programme, small: Programme, demo: Service) -> None:
    for programme in (year, small):
        served = {need for one in programme.proposals for need in one.need_ids}
        left = [need for one in programme.unserved for need in one.need_ids]
        assert len(left) == len(set(left))
        assert served | set(left) == set(demo.store.ids(Kind.NEED))
        assert not served & set(left)
        assert programme.served == len(served)
        assert programme.needs == 100
        new = [need for one in programme.proposals for need in one.new_need_ids]
        assert sorted(new) == sorted(served)
    # Four fifths of the demo's needs have a match.
    assert year.served >= 75
    assert "full" not in {one.kind for one in year.unserved}
    assert "full" in {one.kind for one in small.unserved}


def test_an_event_can_be_planned_as_it_is_and_serves_what_it_says(year: Programme, demo: Service) -> None:
    for one in (year.proposals[0], year.proposals[-1]):
        spec = spec_from_text(one.yaml)
        assert spec == one.spec
        event = gather(spec, demo)
        met = {pair.need_id for pair in event.pairs}
        invited = {need for each in event.enterprises for need in each.need_ids}
        assert set(one.need_ids) <= invited
        # A pair is listed with its best need; every enterprise has somebody to meet.
        asked = {need: each.id for each in event.enterprises for need in each.need_ids}
        assert {asked[need] for need in one.need_ids} == {asked[need] for need in met if need in one.need_ids}
        assert set(one.spec.enterprises.must) <= {each.id for each in event.enterprises}
        assert len(event.offers) >= LEAST


def test_events_are_themed_dated_and_told(year: Programme) -> None:
    # The demo was written for nine of the chains: nobody there asks for building materials, medicines or software.
    assert {one.chain for one in year.proposals} == set(chains()) - {"building", "biomedicine", "digital"}
    for one in year.proposals:
        assert one.chain in chains()
        assert one.spec.theme.chain == one.chain
        assert one.spec.date.weekday() == 4
        assert START <= one.spec.date < date(2028, 1, 1)
        assert one.enterprises >= LEAST
        assert chains()[one.chain].zh in one.zh
        assert str(len(one.need_ids)) in one.en
    dates = [one.spec.date for one in year.proposals]
    assert dates == sorted(set(dates))
    assert any("节假日" in zh for zh, _ in year.notes)
    # Twelve were asked for; the demo fills no twelve.
    assert any("12" in zh for zh, _ in year.notes)


def test_events_of_few_places_come_again_with_others(small: Programme) -> None:
    assert len(small.proposals) == 12
    assert all(one.enterprises <= 4 for one in small.proposals)
    assert all(one.new_need_ids for one in small.proposals)
    titles = [one.spec.title for one in small.proposals]
    assert len(set(titles)) == 12
    again = [one for one in small.proposals if one.spec.title.endswith("（2）")]
    assert again
    gains = [len(one.new_need_ids) for one in small.proposals]
    assert gains[0] == max(gains)


def test_greedy_is_near_the_best_of_all_choices(demo: Service) -> None:
    """On three events of the demo's chains, all choices can be tried."""
    from itertools import combinations

    found = propose(demo, 3, START)
    prospects = [one for one in Prospects(demo, None).all if len(one.enterprises) >= LEAST]
    served = [
        {need for each in one.enterprises for need in each.need_ids if need in one.answers}
        for one in prospects
    ]
    best = max(len(a | b | c) for a, b, c in combinations(served, 3))
    assert found.served >= (1 - 1 / 2.718281828) * best
    assert found.served >= best - 1


def test_json_says_it_all_and_no_contact(year: Programme, demo: Service) -> None:
    said = year.as_json()
    assert set(said) == {"proposals", "needs", "served", "unserved", "notes"}
    assert said["proposals"][0]["spec"]["theme"]["chain"] == year.proposals[0].chain
    contacts = [record.contact for kind in Kind for record in demo.store.records(kind)]
    private = {value for each in contacts for value in (each.phone, each.email) if value}
    assert not [value for value in private if value in str(said)]


@pytest.mark.parametrize("count", [1, 4, 8, 12, 24, 48])
def test_fridays_are_spread_over_a_year(count: int) -> None:
    days = fridays(START, count)
    assert len(set(days)) == count
    assert all(day.weekday() == 4 and START <= day < date(2028, 1, 1) for day in days)
    per_month = [sum(day.month == month for day in days) for month in range(1, 13)]
    # A month has four or five Fridays.
    assert max(per_month) - min(per_month) <= (1 if count <= 24 else 2), per_month
    assert days == sorted(days)


def test_a_late_start_proposes_nothing_in_the_past() -> None:
    assert min(fridays(date(2026, 12, 25), 12)) >= date(2026, 12, 25)
    assert len(set(fridays(date(2026, 12, 25), 48))) == 48


@pytest.mark.parametrize(
    ("wrong", "said"), [({"count": 0}, "场数"), ({"count": 49}, "场数"), ({"most": 2}, "企业数")]
)
def test_numbers_out_of_range_are_one_clear_line(demo: Service, wrong: dict[str, int], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        propose(demo, **wrong)


def test_an_empty_store_has_no_programme(tmp_path: Path, demo_settings: Settings) -> None:
    Store.create(tmp_path / "data").close()
    service = Service(demo_settings.model_copy(update={"data": tmp_path / "data"}))
    try:
        found = propose(service)
        assert (found.proposals, found.needs, found.unserved) == ((), 0, ())
        assert len(found.notes) == 1
    finally:
        service.close()
