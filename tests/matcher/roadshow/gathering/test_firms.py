"""Enterprises of the store, by county and by need."""

from __future__ import annotations

import pytest

from corpora.records import Need
from corpora.vocabulary import Kind
from matcher.fits import Fit
from matcher.people import institution_key
from matcher.roadshow.event import Enterprise
from matcher.roadshow.gathering.firms import Firms, counties_of, is_county
from matcher.service import Service


@pytest.mark.parametrize(
    ("written", "wanted", "same"),
    [
        ("商州区", "商州区", True), ("商州区", "商州", True), ("商州", "商州区", True), (" 商州区 ", "商州区", True),
        ("商州区", "商南县", False), ("", "商州区", False), ("商州区", "", False), ("商州区", "商", False),
    ],
)  # fmt: skip
def test_a_county_goes_without_its_last_letter(written: str, wanted: str, same: bool) -> None:
    assert is_county(written, wanted) is same


def test_a_need_has_its_own_county_or_its_enterprise_s() -> None:
    firms = [Enterprise("e", "某厂", "商州区", ("n1", "n2")), Enterprise("f", "别厂", "", ("n3",))]
    needs = [Need(id="n1", title="甲", county="洛南县"), Need(id="n2", title="乙"), Need(id="n3", title="丙")]
    assert counties_of(firms, needs) == {"n1": "洛南县", "n2": "商州区"}


def test_every_enterprise_of_the_demo_is_there_once(demo: Service) -> None:
    firms = Firms(demo, [])
    keys = [one.id for one in firms.all]
    assert len(keys) == len(set(keys))
    enterprises = {
        one.id for one in demo.store.records(Kind.ORGANIZATION) if getattr(one, "kind", None) == "enterprise"
    }
    assert enterprises <= set(keys)
    asked = [need for one in firms.all for need in one.need_ids]
    assert sorted(asked) == sorted(one.id for one in demo.store.needs() if one.enterprise)


def test_what_an_enterprise_made_itself_is_no_answer_to_it(demo: Service) -> None:
    firms = Firms(demo, [])
    made = demo.store.achievement("a-nuts-09")
    [own] = [one for one in firms.all if institution_key(one.name) == institution_key(made.institution)]
    found = [Fit(own.need_ids[0], made.id, 4, 1.0), Fit("n-nuts-01", made.id, 3, 0.7)]
    assert firms.of_others(found, {made.id: made}) == found[1:]
    assert firms.of_others([Fit("of nobody", made.id, 4, 1.0)], {made.id: made}) == []
