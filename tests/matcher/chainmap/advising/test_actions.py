"""What to do next: of maps counted by hand, of any map, and of the demo, where its roadshows are planned."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings

from matcher.chainmap.advising.actions import MOST, actions
from matcher.chainmap.building import build
from matcher.chainmap.integration import Action, ActionKind, IntegrationMap, Lane
from matcher.roadshow.gathering.gather import gather
from matcher.roadshow.plan import Status
from matcher.roadshow.planner import plan
from matcher.roadshow.specs.reading import spec_from_text
from matcher.service import Service
from tests.matcher.chainmap.drawing import cases, charts
from tests.matcher.chainmap.making import achievement, answer, chart, need, rich


def test_actions_come_chain_by_chain_the_weightiest_first() -> None:
    found = actions(rich(), 0.6)
    assert [(one.chain, one.kind, one.weight) for one in found] == [
        # One waiting need is shown; two go to the university that comes near one (0.31 joined with the 0.1 of its
        # one achievement there) and is at home with the other (0.1), one to the pilot base; a fund may look at a
        # waiting need's pilot (half of 0.82), and at what is ready without a firm.
        ("nuts", ActionKind.SHOW_SUPPLY, 0.82),
        ("nuts", ActionKind.SEND_NEEDS, 0.48),
        ("nuts", ActionKind.FUND, 0.41),
        ("nuts", ActionKind.PILOT, 0.31),
        ("nuts", ActionKind.FUND, 0.1),
        # Nobody has a hint, and what stands there besides is at home elsewhere.
        ("energy", ActionKind.SEEK, 0.1),
    ]
    assert actions(chart(), 0.6) == ()


def test_of_many_actions_there_are_eight_and_the_best_of_every_kind() -> None:
    shells = "nuts/shells"
    records = [
        *(
            need(f"n-{county}-{number}", shells, county=f"{county}县", owner=f"{number}公司", lane=Lane.PRODUCTION,
                 answers=[answer(f"a-{number % 2}", 0.9)])
            for county in range(4)
            for number in range(4)
        ),
        *(need(f"u-{number}", shells, answers=[answer(f"a-u{number % 3}", 0.11)]) for number in range(9)),
        need("n-none", "nuts/orchards"),
        achievement("a-0", shells, "零公司", lane=Lane.LAB),
        achievement("a-1", shells, "一公司", lane=Lane.PILOT),
        *(achievement(f"a-u{number}", "nuts/storage", f"{number}大学") for number in range(3)),
    ]  # fmt: skip
    found = actions(chart(records), 0.6)
    assert len(found) == MOST
    assert Counter(one.kind for one in found) == {
        ActionKind.ROADSHOW: 1, ActionKind.SHOW_SUPPLY: 3, ActionKind.PILOT: 1, ActionKind.FUND: 1,
        ActionKind.SEND_NEEDS: 1, ActionKind.SEEK: 1,
    }  # fmt: skip
    assert found[-1].kind is ActionKind.SEEK


@settings(max_examples=150, deadline=None)
@given(charts(), cases())
def test_actions_of_any_map(made: IntegrationMap, followed: list[tuple[str, str]]) -> None:
    found = actions(made, 0.6, followed)
    assert found == actions(IntegrationMap.model_validate_json(made.model_dump_json()), 0.6, followed)
    chains = [chain.id for chain in made.chains]
    assert [one.chain for one in found] == sorted((one.chain for one in found), key=chains.index)
    of_case = {key for key, _ in followed}
    for chain in chains:
        mine = [one for one in found if one.chain == chain]
        assert len(mine) <= MOST
        assert [one.weight for one in mine] == sorted((one.weight for one in mine), reverse=True)
        sent = [key for one in mine if one.kind is ActionKind.SEND_NEEDS for key in one.needs]
        assert len(sent) == len(set(sent))
    for one in found:
        needs = [made.by_key[f"need:{key}"] for key in one.needs]
        assert not of_case & set(one.needs)
        assert len(one.needs) == len(set(one.needs))
        assert 0 <= one.weight <= max(len(needs), len(one.achievements))
        assert {each.node for each in needs} <= set(one.nodes)
        assert all(node.startswith(f"{one.chain}/") for node in one.nodes)
        assert all(f"achievement:{key}" in made.by_key for key in one.achievements)
        assert all(key in made.by_key for key in one.organizations)
        if one.kind in (ActionKind.SEND_NEEDS, ActionKind.SEEK):
            assert not any(each.met for each in needs)
        if one.kind is ActionKind.SHOW_SUPPLY:
            assert all(each.met for each in needs)
            assert {each.county for each in needs} == set(one.counties)
        assert bool(one.spec) == (one.kind is ActionKind.ROADSHOW)
        if one.spec:
            assert spec_from_text(one.spec).theme.needs == one.needs
        assert "\n" not in one.zh + one.en


@pytest.fixture(scope="module")
def demo_actions(demo: Service) -> tuple[Action, ...]:
    return build(demo, day=date(2026, 12, 1)).actions


def test_a_roadshow_of_the_demo_can_be_planned_as_it_is(
    demo: Service, demo_actions: tuple[Action, ...]
) -> None:
    events = [one for one in demo_actions if one.spec]
    assert len(events) >= 6
    for one in (events[0], min(events, key=lambda each: len(each.needs))):
        spec = spec_from_text(one.spec)
        event = gather(spec, demo)
        invited = {key for each in event.enterprises for key in each.need_ids}
        assert invited == set(one.needs)
        # Everybody who is invited has somebody to meet, and what is pitched is what was named.
        assert {each.enterprise_id for each in event.pairs} == {each.id for each in event.enterprises}
        assert {each.achievement_id for each in event.offers} <= set(one.achievements)
        made = plan(event, time_limit=20)
        assert made.status in (Status.OPTIMAL, Status.FEASIBLE)
        assert {each.enterprise_id for each in made.meetings} == {each.id for each in event.enterprises}


def test_no_action_of_the_demo_has_a_contact(demo: Service, demo_actions: tuple[Action, ...]) -> None:
    from corpora.vocabulary import Kind

    contacts = [record.contact for kind in Kind for record in demo.store.records(kind)]
    private = {value for each in contacts for value in (each.phone, each.email, each.name) if value}
    assert private
    said = "\n".join(one.model_dump_json() for one in demo_actions)
    assert not [value for value in private if value in said]
