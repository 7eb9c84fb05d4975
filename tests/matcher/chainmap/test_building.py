"""Building: what the map counts is what the store holds; nothing, one record, and everything in one place work too."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from corpora.errors import UnknownRecord
from corpora.overrides import Overrides
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.records import Achievement, Contact, Need
from corpora.store import FILE_NAME, Store
from corpora.vocabulary import Kind
from matcher.chainmap.building import at_hand, build, chosen
from matcher.chainmap.integration import IntegrationMap, Numbers, VerdictKind
from matcher.chainmap.verdicts import decide, shipped_rules
from matcher.service import Service
from matcher.settings import Settings

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def chart(demo: Service) -> IntegrationMap:
    return build(demo, day=DAY)


def empty(tmp_path: Path, demo: Service) -> Service:
    Store.create(tmp_path / "data").close()
    return Service(demo.settings.model_copy(update={"data": tmp_path / "data"}))


def test_the_map_counts_what_the_store_holds(demo: Service, chart: IntegrationMap) -> None:
    database = sqlite3.connect(demo.settings.data / FILE_NAME)
    for field, query in {
        "needs": "select count(*) from needs",
        "achievements": "select count(*) from achievements",
        "firms": "select count(*) from organizations where organization_kind = 'enterprise'",
        "leaders": "select count(*) from organizations where organization_kind = 'enterprise' and tier = 'chain_leader'",
        "elements": "select count(*) from organizations where organization_kind in"
        " ('platform', 'pilot_base', 'transfer_agency', 'fund', 'park')",
    }.items():
        assert getattr(chart.numbers, field) == database.execute(query).fetchone()[0], field
    for county in chart.counties:
        held = database.execute("select count(*) from needs where county = ?", [county]).fetchone()[0]
        placed = sum(
            one.counties[county].numbers.needs
            for one in chart.nodes.values()
            if not one.node.parent and county in one.counties
        )
        unplaced = sum(
            one.kind is Kind.NEED and one.county == county and not one.spots for one in chart.records
        )
        assert placed + unplaced == held
    database.close()


def test_records_come_by_kind_and_id_and_contacts_do_not_come(chart: IntegrationMap) -> None:
    keys = [(one.kind, one.id) for one in chart.records]
    assert keys == sorted(keys)
    assert "contact" not in chart.model_dump_json()


def test_the_same_records_and_date_give_the_same_bytes_and_read_back(
    demo: Service, chart: IntegrationMap
) -> None:
    said = chart.model_dump_json()
    assert build(demo, day=DAY).model_dump_json() == said
    assert IntegrationMap.model_validate_json(said) == chart
    later = build(demo, day=date(2027, 1, 5))
    assert later.model_copy(update={"date": DAY}).records == chart.records
    assert [one.numbers for one in later.nodes.values()] == [one.numbers for one in chart.nodes.values()]


def test_every_verdict_is_what_the_rules_say_of_its_numbers(chart: IntegrationMap) -> None:
    for report in chart.nodes.values():
        rule = decide(shipped_rules(), report.numbers)
        assert (report.verdict.rule, report.verdict.verdict) == (rule.text.id, rule.text.verdict)
        assert set(report.verdict.records) <= chart.by_key.keys()
        for name, value in report.verdict.numbers.items():
            assert value == getattr(report.numbers, name)
        for scope in report.counties.values():
            assert scope.rule == decide(shipped_rules(), scope.numbers).text.id


def test_of_some_chains_alone_only_what_stands_on_them_counts(demo: Service, chart: IntegrationMap) -> None:
    found = build(demo, chain_ids=["NUTS", " 食用菌"], day=DAY)
    assert [one.id for one in found.chains] == ["fungi", "nuts"]
    assert {one.node.partition("/")[0] for one in found.records} == {"fungi", "nuts"}
    whole = {one.id: one for one in chart.chains}
    for one in found.chains:
        assert one.numbers.model_copy(update={"topics": 0}) == whole[one.id].numbers.model_copy(
            update={"topics": 0}
        )
    assert found.notes != chart.notes


@pytest.mark.parametrize("asked", ["nut", "核桃板栗", "NUTZ"])
def test_an_unknown_chain_is_told_with_the_nearest(demo: Service, asked: str) -> None:
    with pytest.raises(UnknownRecord) as error:
        chosen(OwnChains(demo.store).all(), [asked])
    assert "nuts" in str(error.value) or "核桃板栗与果品" in str(error.value)
    assert "\n" not in str(error.value)


def test_without_records_the_map_is_empty_and_whole(demo: Service, tmp_path: Path) -> None:
    service = empty(tmp_path, demo)
    chart = build(service, day=DAY)
    assert chart.numbers == Numbers()
    assert chart.records == chart.gaps == chart.actions == chart.topics == ()
    assert len(chart.chains) == len(OwnChains(service.store).all())
    assert {one.verdict.verdict for one in chart.nodes.values()} == {VerdictKind.THIN}
    assert IntegrationMap.model_validate_json(chart.model_dump_json()) == chart
    service.close()


@pytest.mark.parametrize("record", [
    Need(id="n", title="板栗采后贮藏保鲜", text="鲜板栗冷藏三个月后霉烂率高。"),
    Achievement(id="a", title="板栗气调保鲜", text="气调贮藏鲜板栗。"),
    Need(id="n", title="飞机发动机叶片"),
], ids=lambda one: one.title)  # fmt: skip
def test_one_record_is_a_map(demo: Service, tmp_path: Path, record: Need | Achievement) -> None:
    service = empty(tmp_path, demo)
    service.store.save(record, "t")
    chart = build(service, day=DAY)
    assert len(chart.records) == chart.numbers.records == 1
    assert chart.numbers.needs == chart.numbers.unmet
    service.close()


def test_all_records_on_one_node_are_a_map(demo: Service, demo_settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(demo_settings.data, tmp_path / "data")
    service = Service(demo_settings.model_copy(update={"data": tmp_path / "data"}))
    for kind in Kind:
        for one in service.store.ids(kind):
            Placements(service.store).add(kind, one, ("nuts/oil",), None, "", "甲")
    chart = build(service, day=DAY)
    report = chart.nodes["nuts/oil"]
    assert report.numbers.needs == chart.numbers.needs == len(service.store.ids(Kind.NEED))
    assert chart.unplaced.records == 0
    assert [one.node for one in chart.gaps if one.needs] in ([], ["nuts/oil"])
    service.close()


def test_an_override_goes_before_the_rules_and_keeps_what_they_said(
    demo_settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(demo_settings.data, tmp_path / "data")
    service = Service(demo_settings.model_copy(update={"data": tmp_path / "data"}))
    before = build(service, day=DAY).nodes["nuts/oil"].verdict
    Overrides(service.store).add("nuts/oil", "build", "新建产业园", "甲")
    after = build(service, day=DAY).nodes["nuts/oil"].verdict
    assert (after.verdict, after.by_rule, after.rule) == (VerdictKind.BUILD, before.verdict, before.rule)
    assert after.overridden is not None
    assert (after.overridden.reason, after.overridden.who) == ("新建产业园", "甲")
    Overrides(service.store).add("nuts/oil", None, "", "甲")
    assert build(service, day=DAY).nodes["nuts/oil"].verdict == before
    service.close()


def test_rules_of_an_installations_own_hold(demo_settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rules: [{id: all, verdict: fill, when: [], zh: 都补, en: fill all}]", "utf-8")
    service = Service(demo_settings.model_copy(update={"map_rules": path}))
    chart = build(service, day=DAY)
    assert {one.verdict.verdict for one in chart.nodes.values()} == {VerdictKind.FILL}
    assert [one.id for one in chart.rules] == ["all"]
    service.close()


def test_no_contact_comes_to_the_map(demo: Service, tmp_path: Path) -> None:
    service = empty(tmp_path, demo)
    contact = Contact(name="张保密", phone="13800000000", email="secret@example.com")
    service.store.save(Need(id="n", title="板栗去壳", text="去壳。", contact=contact), "t")
    said = build(service, day=DAY).model_dump_json()
    assert not any(one in said for one in ("张保密", "13800000000", "secret@example.com"))
    service.close()


def test_a_process_has_one_installation_at_hand(demo_settings: Settings, tmp_path: Path) -> None:
    service, known = at_hand(demo_settings)
    assert at_hand(demo_settings) == (service, known)
    Store.create(tmp_path / "other").close()
    other, _ = at_hand(demo_settings.model_copy(update={"data": tmp_path / "other"}))
    assert other is not service
    other.close()
