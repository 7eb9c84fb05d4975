"""Gathering an event from the demo: who is invited, who could meet whom, what could be pitched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpora.errors import BadRequest, UnknownRecord
from corpora.records import Judgement, Need
from corpora.store import Store
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.fits import fits
from matcher.people import institution_key
from matcher.roadshow.event import Event
from matcher.roadshow.gathering.affinity import Affinity
from matcher.roadshow.gathering.gather import gather
from matcher.roadshow.plan import Plan
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import spec_from
from matcher.service import Service
from matcher.settings import Settings

PITCHES = {"kind": "pitches", "start": "09:00", "end": "11:30"}
MEETINGS = {"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 12}


def spec(**more: object) -> Spec:
    return spec_from({"date": "2026-12-11", "sessions": [PITCHES, MEETINGS], **more})


@pytest.fixture(scope="module")
def gathered(demo: Service) -> Callable[..., Event]:
    return lambda **more: gather(spec(**more), demo)


@pytest.fixture
def own(demo: Service, demo_settings: Settings, tmp_path: Path) -> Iterator[Service]:
    """A copy of the demo that may be written to."""
    shutil.copytree(demo_settings.data, tmp_path / "data")
    service = Service(demo_settings.model_copy(update={"data": tmp_path / "data"}))
    yield service
    service.close()


def ids(event: Event) -> set[str]:
    return {one.id for one in event.enterprises}


def test_a_chain_brings_its_enterprises_teams_pairs_and_offers(
    gathered: Callable[..., Event], demo: Service
) -> None:
    event = gathered(theme={"chain": "nuts"})
    assert {"o-nuts-01", "o-nuts-02", "o-nuts-10"} <= ids(event)
    firm = next(one for one in event.enterprises if one.id == "o-nuts-01")
    assert (firm.name, firm.county, firm.need_ids) == (
        "镇安栗坪坊食品股份有限公司（示例）", "镇安县", ("n-nuts-01", "n-nuts-02"))  # fmt: skip
    teams = {one.id: one for one in event.teams}
    needs = {need: one.id for one in event.enterprises for need in one.need_ids}
    seen = set()
    for pair in event.pairs:
        assert pair.level is not None
        assert pair.level >= 3
        assert needs[pair.need_id] == pair.enterprise_id
        assert pair.achievement_id in teams[pair.team_id].achievement_ids
        assert (pair.enterprise_id, pair.team_id) not in seen
        seen.add((pair.enterprise_id, pair.team_id))
    assert ("o-nuts-01", "t-a-nuts-01") in seen
    for offer in event.offers:
        assert offer.relevance
        assert set(offer.relevance) <= set(needs)
        assert offer.achievement_id in teams[offer.team_id].achievement_ids
        assert offer.nodes
        assert event.titles[offer.achievement_id] == offer.title
    assert event.counties == {one.id: one.county for one in demo.store.needs(list(needs))}
    assert set(event.titles) >= set(needs)


def test_a_pair_has_the_best_fit_of_all_its_needs_and_achievements(
    gathered: Callable[..., Event], demo: Service
) -> None:
    event = gathered(theme={"chain": "plastics"}, meetings={"min_level": 1})
    firms, teams = {one.id: one for one in event.enterprises}, {one.id: one for one in event.teams}
    assert len(event.pairs) > 50
    for pair in event.pairs[::7]:
        found = fits(demo, firms[pair.enterprise_id].need_ids, teams[pair.team_id].achievement_ids)
        assert pair.score == pytest.approx(max(one.score for one in found), abs=2e-4)


def test_nobody_meets_themselves(gathered: Callable[..., Event]) -> None:
    event = gathered(theme={"chain": "nuts"}, meetings={"min_level": 1})
    firms = {one.id: institution_key(one.name) for one in event.enterprises}
    teams = {one.id: institution_key(one.institution) for one in event.teams}
    # 洛南衡目 asks for a sorter and offers a sheller.
    assert set(firms.values()) & set(teams.values())
    assert all(firms[one.enterprise_id] != teams[one.team_id] for one in event.pairs)


def test_a_judgement_counts_as_the_level_that_it_gives(own: Service) -> None:
    theme = {"needs": ["n-nuts-01"]}
    before = {one.achievement_id for one in gather(spec(theme=theme), own).pairs}
    strange = "a-energy-09"
    assert strange not in before
    own.store.judge([Judgement(need_id="n-nuts-01", achievement_id=strange, level=4)], "tester")
    [pair] = [one for one in gather(spec(theme=theme), own).pairs if one.achievement_id == strange]
    assert (pair.level, pair.score) == (4, 1.0)
    own.store.judge([Judgement(need_id="n-nuts-01", achievement_id=strange, level=1)], "tester")
    assert strange not in {one.achievement_id for one in gather(spec(theme=theme), own).pairs}


def test_needs_that_are_not_public_and_needs_of_nobody_stay_out(own: Service) -> None:
    offered = own.store.achievement("a-nuts-01")
    own.store.save(Need(id="n-nameless", title=offered.title, text=offered.text), "tester")
    own.store.save(Need(id="n-secret", title=offered.title, text=offered.text, enterprise="密厂"), "tester")
    Submissions(own.store).add("SL-AAAA-BBBB", "n-secret", "…", "digest", None)
    event = gather(spec(theme={"chain": "nuts"}), own)
    assert "n-nameless" not in event.titles
    assert "n-secret" not in str(event)
    assert "密厂" not in str(event)
    [note] = event.notes
    assert note.kind == "nameless_needs"
    assert not note.edits
    assert "1" in note.en
    with pytest.raises(UnknownRecord, match="n-secret"):
        gather(spec(theme={"needs": ["n-secret"]}), own)


def test_no_contact_is_gathered(gathered: Callable[..., Event], demo: Service) -> None:
    said = str(gathered(meetings={"min_level": 1}))
    contacts = [record.contact for kind in Kind for record in demo.store.records(kind)]
    private = {value for each in contacts for value in (each.phone, each.email) if value}
    assert not [value for value in private if value in said]


def test_counties_never_and_most_choose_who_is_invited(gathered: Callable[..., Event]) -> None:
    everyone = gathered(theme={"chain": "nuts"})
    zhenan = gathered(theme={"chain": "nuts"}, enterprises={"counties": ["镇安"]})
    assert ids(zhenan) == {one.id for one in everyone.enterprises if one.county == "镇安县"}
    without = gathered(theme={"chain": "nuts"}, enterprises={"never": ["o-nuts-02"]})
    assert ids(without) == ids(everyone) - {"o-nuts-02"}
    few = gathered(theme={"chain": "nuts"}, enterprises={"max": 4, "must": ["o-nuts-11"]})
    assert len(few.enterprises) == 4
    # Nothing answers what 樱陌 asks for, yet it must come; the others are those whose needs fit best.
    assert "o-nuts-11" in ids(few)
    value: dict[str, float] = {}
    best: dict[str, float] = {}
    for pair in everyone.pairs:
        best[pair.need_id] = max(best.get(pair.need_id, 0), pair.score)
    for one in everyone.enterprises:
        value[one.id] = sum(best.get(need, 0) for need in one.need_ids)
    chosen = ids(few) - {"o-nuts-11"}
    assert min(value[one] for one in chosen) >= max(value[one] for one in ids(everyone) - ids(few))


def test_who_must_come_from_elsewhere_comes_with_all_its_needs(gathered: Callable[..., Event]) -> None:
    event = gathered(theme={"chain": "nuts"}, enterprises={"must": ["商洛云栈光伏科技有限公司（示例）"]})
    [firm] = [one for one in event.enterprises if one.id == "o-energy-01"]
    assert firm.need_ids == ("n-energy-01", "n-energy-02")
    assert event.spec.enterprises.must == ("o-energy-01",)


def test_more_who_must_come_than_may_is_one_clear_line(gathered: Callable[..., Event]) -> None:
    with pytest.raises(BadRequest, match=r"enterprises\.max"):
        gathered(
            theme={"chain": "nuts"},
            enterprises={"max": 1},
            force=[["o-nuts-01", "a-nuts-01"], ["o-nuts-02", "a-nuts-05"]],
        )


def test_who_is_forced_meets_whatever_the_fit_and_who_is_forbidden_does_not(
    gathered: Callable[..., Event],
) -> None:
    plain = gathered(theme={"chain": "nuts"})
    pair = next(one for one in plain.pairs)
    event = gathered(
        theme={"chain": "nuts"},
        force=[["o-nuts-01", "a-energy-04"]],
        forbid=[[pair.enterprise_id, pair.team_id]],
    )
    [forced] = [
        one for one in event.pairs if (one.enterprise_id, one.team_id) == ("o-nuts-01", "t-a-energy-04")
    ]
    assert forced.level is not None
    assert forced.level < 3
    assert 0 <= forced.score < 0.5
    assert (pair.enterprise_id, pair.team_id) not in {(one.enterprise_id, one.team_id) for one in event.pairs}
    # Its team comes to meet, not to pitch.
    assert "a-energy-04" not in {one.achievement_id for one in event.offers}


def test_what_must_be_pitched_is_offered_and_what_must_not_is_not(gathered: Callable[..., Event]) -> None:
    event = gathered(theme={"chain": "nuts"}, pitches={"must": ["a-herbs-01"], "never": ["a-nuts-01"]})
    offers = {one.achievement_id for one in event.offers}
    assert "a-herbs-01" in offers
    assert "a-nuts-01" not in offers
    assert gathered(theme={"chain": "nuts"}, sessions=[MEETINGS]).offers == ()


def test_who_called_off_is_gone_and_nobody_moves_up(gathered: Callable[..., Event]) -> None:
    before = gathered(theme={"chain": "nuts"}, enterprises={"max": 6})
    gone = before.enterprises[2].id
    team = before.pairs[0].team_id
    after = gathered(theme={"chain": "nuts"}, enterprises={"max": 6}, cancelled=[gone, team])
    assert ids(after) == ids(before) - {gone}
    assert team not in {one.id for one in after.teams}
    assert team not in {one.team_id for one in (*after.pairs, *after.offers)}


def test_teams_and_guests_stay_as_an_earlier_plan_has_them(own: Service) -> None:
    first = gather(spec(theme={"chain": "nuts"}, enterprises={"max": 5}), own)
    base = Plan(first.spec, enterprises=first.enterprises, teams=first.teams)
    # The same inventors report once more, with an id that sorts before: the team's id would change.
    known = own.store.achievement("a-nuts-01")
    own.store.save(known.model_copy(update={"id": "a-0"}), "tester")
    # And an enterprise appears whose need fits better than any.
    own.store.save(
        Need(id="n-new", title=known.title, text=known.text, enterprise="新厂", county="镇安县"), "tester"
    )
    own.store.judge(
        [Judgement(need_id="n-new", achievement_id=one, level=4) for one in ("a-nuts-01", "a-0")], "tester"
    )
    plain = gather(first.spec, own)
    assert "t-a-0" in {one.id for one in plain.teams}
    again = gather(first.spec, own, base=base)
    assert "t-a-nuts-01" in {one.id for one in again.teams}
    assert "t-a-0" not in {one.id for one in again.teams}
    assert ids(again) == ids(first)
    assert ids(plain) != ids(first)


def test_visits_go_to_the_firms_of_a_county_or_of_a_park_s_county(gathered: Callable[..., Event]) -> None:
    day = {"kind": "visits", "start": "09:00", "end": "17:00"}
    county = gathered(sessions=[{**day, "place": "柞水", "teams": ["a-fungi-02"]}])
    assert {one.county for one in county.enterprises} == {"柞水县"}
    assert len(county.enterprises) > 5
    [session] = county.spec.sessions
    assert session.kind == "visits"
    assert session.teams == ("t-a-fungi-02",)
    assert "t-a-fungi-02" in {one.id for one in county.teams}
    assert not county.notes
    park = gathered(sessions=[{**day, "place": "o-nuts-15"}])
    assert {one.county for one in park.enterprises} == {"洛南县"}
    assert [one.kind for one in park.notes] == ["park"]


def test_a_park_that_firms_name_has_those_firms(own: Service) -> None:
    from corpora.records import Organization

    firm = own.store.get(Kind.ORGANIZATION, "o-nuts-02")
    assert isinstance(firm, Organization)
    own.store.save(firm.model_copy(update={"text": firm.text + "位于洛南核桃加工产业园内。"}), "tester")
    day = {"kind": "visits", "start": "09:00", "end": "17:00", "place": "洛南核桃加工产业园（示例）"}
    event = gather(spec(sessions=[day]), own)
    assert ids(event) == {"o-nuts-02"}
    assert not event.notes


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"enterprises": {"counties": ["镇安县", "商州市区"]}}, "商州市区"),
        ({"enterprises": {"never": ["o-nuts-1"]}}, "o-nuts-10"),
        ({"enterprises": {"must": ["镇安栗坪坊食品公司"]}}, "o-nuts-01"),
        ({"sessions": [{"kind": "visits", "start": "09:00", "end": "17:00", "place": "巴黎"}]}, "柞水县"),
        ({"force": [["o-nuts-01", "a-nuts-77"]]}, "a-nuts-07"),
        ({"theme": {"chain": "walnuts"}}, "nuts"),
    ],
)
def test_what_the_store_has_not_is_one_line_with_the_nearest(
    gathered: Callable[..., Event], wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(UnknownRecord) as caught:
        gathered(**{"theme": {"chain": "nuts"}, **wrong})
    assert said in caught.value.zh
    assert said in caught.value.en
    assert "\n" not in str(caught.value)


def test_an_empty_store_makes_an_empty_event(tmp_path: Path, demo_settings: Settings) -> None:
    Store.create(tmp_path / "data").close()
    service = Service(demo_settings.model_copy(update={"data": tmp_path / "data"}))
    try:
        for theme in ({}, {"chain": "nuts"}, {"text": "板栗去壳"}):
            event = gather(spec(theme=theme), service)
            assert (event.enterprises, event.teams, event.pairs, event.offers) == ((), (), (), ())
    finally:
        service.close()


def test_the_same_store_gives_the_same_event(gathered: Callable[..., Event]) -> None:
    assert gathered(theme={"chain": "herbs"}) == gathered(theme={"chain": "herbs"})
    one = gathered(theme={"chain": "herbs"})
    assert one.spec == spec_from(one.spec.as_json())


def test_a_file_of_scores_brings_teams_that_the_ranker_would_not(demo: Service) -> None:
    asked = spec(theme={"chain": "nuts"}, meetings={"min_level": 4})
    without = gather(asked, demo)
    far = next(
        one
        for one in demo.store.ids(Kind.ACHIEVEMENT)
        if one not in {each for team in without.teams for each in team.achievement_ids}
    )
    known = Affinity(("o-nuts-01",), (far,), {("o-nuts-01", far): 0.7})
    event = gather(asked, demo, rated=known)
    (pair,) = event.pairs
    assert (pair.enterprise_id, pair.score, pair.level) == ("o-nuts-01", 0.7, None)
    team = next(one for one in event.teams if one.id == pair.team_id)
    assert far in team.achievement_ids
    # What they talk about is still known.
    assert pair.need_id in ("n-nuts-01", "n-nuts-02")
    assert pair.achievement_id in team.achievement_ids
    # Nobody is there whom nobody meets or hears.
    assert {one.id for one in event.teams} == {pair.team_id} | {one.team_id for one in event.offers}
    with pytest.raises(BadRequest, match="x – y"):
        gather(asked, demo, rated=Affinity(("x",), ("y",), {("x", "y"): 1.0}))


def test_a_file_of_scores_says_who_is_invited(demo: Service) -> None:
    asked = spec(theme={"chain": "nuts"}, enterprises={"max": 1})
    scores = {("o-nuts-01", "a-nuts-01"): 0.2, ("o-nuts-10", "a-nuts-01"): 0.9}
    known = Affinity(("o-nuts-01", "o-nuts-10"), ("a-nuts-01",), scores)
    event = gather(asked, demo, rated=known)
    assert ids(event) == {"o-nuts-10"}
    (remark,) = [one for one in event.notes if one.kind == "rated_not_invited"]
    assert "1 家" in remark.zh
    assert "o-nuts-01" in remark.zh
    assert remark.edits == ()


def test_who_called_off_is_still_called_by_name(demo: Service) -> None:
    event = gather(spec(theme={"chain": "nuts"}), demo)
    team, firm = event.teams[0], event.enterprises[0]
    after = gather(spec(theme={"chain": "nuts"}, cancelled=[team.id, firm.id]), demo)
    assert team.id not in {one.id for one in after.teams}
    assert (after.titles[team.id], after.titles[firm.id]) == (team.name, firm.name)
