"""The kept map: a person's word is checked, logged, and shows at once; the map knows when it is stale."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpora.accounts import Accounts
from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.jobs import Jobs, State
from corpora.maps import Maps
from corpora.overrides import Overrides
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.records import Judgement
from corpora.vocabulary import Kind
from matcher.audit import ACTIONS
from matcher.chainmap import correcting, keeping
from matcher.chainmap.building import build
from matcher.chainmap.integration import IntegrationMap, Lane, Topic, VerdictKind
from matcher.jobs import ask, work
from matcher.service import Service
from matcher.settings import Settings
from matcher.stages import today
from matcher.tasks import TASKS

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def once(demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo with a map."""
    data = tmp_path_factory.mktemp("kept") / "data"
    shutil.copytree(demo_settings.data, data)
    settings = demo_settings.model_copy(update={"data": data})
    service = Service(settings)
    keeping.build_and_keep(service, "甲", day=DAY)
    service.close()
    return settings


@pytest.fixture
def service(once: Settings, tmp_path: Path) -> Iterator[Service]:
    shutil.copytree(once.data, tmp_path / "data")
    opened = Service(once.model_copy(update={"data": tmp_path / "data"}))
    yield opened
    opened.close()


def chart(service: Service) -> IntegrationMap:
    found = keeping.latest(service.store)
    assert found is not None
    return found[1]


def logged(service: Service) -> list[str]:
    return [one.action for one in Accounts(service.store).entries()]


def test_a_map_is_kept_and_read_back(service: Service) -> None:
    kept = Maps(service.store).latest()
    assert kept is not None
    assert (kept.date, kept.who) == ("2026-12-01", "甲")
    # What another process reads is what was built.
    keeping._read.clear()
    assert chart(service) == build(service, day=DAY)
    assert "map built" in logged(service)


def test_without_a_map_there_is_none(demo: Service) -> None:
    assert keeping.latest(demo.store) is None
    assert keeping.is_stale(demo.store, demo.settings)


def test_a_map_is_stale_once_anything_that_it_is_made_of_changes(service: Service) -> None:
    store = service.store
    assert not keeping.is_stale(store, service.settings)
    need, one = store.ids(Kind.NEED)[0], store.ids(Kind.ACHIEVEMENT)[0]
    store.judge([Judgement(need_id=need, achievement_id=one, level=2)], "t")
    assert keeping.is_stale(store, service.settings)
    keeping.build_and_keep(service, "甲", day=DAY)
    assert not keeping.is_stale(store, service.settings)
    store.delete(Kind.ACHIEVEMENT, one, "t")
    assert keeping.is_stale(store, service.settings)


def test_an_override_shows_at_once_and_stays_when_the_map_is_built_anew(service: Service) -> None:
    before = chart(service).nodes["nuts/oil"].verdict
    correcting.override(service.store, "nuts/oil", VerdictKind.BUILD, "新建\n产业园", "乙")
    shown = chart(service)
    said = shown.nodes["nuts/oil"].verdict
    assert (said.verdict, said.by_rule) == (VerdictKind.BUILD, before.verdict)
    assert said.overridden is not None
    assert (said.overridden.who, said.overridden.reason) == ("乙", "新建 产业园")
    assert "verdict overridden" in logged(service)
    # Nothing has to be matched anew for it.
    assert not keeping.is_stale(service.store, service.settings)
    assert build(service, day=DAY).model_dump_json() == shown.model_dump_json()
    correcting.override(service.store, "nuts/oil", None, "", "乙")
    assert chart(service).nodes["nuts/oil"].verdict == before
    assert len(Overrides(service.store).log("nuts/oil")) == 2


def test_a_correction_shows_at_once_in_every_number(service: Service) -> None:
    one = next(
        one for one in chart(service).records if one.kind is Kind.NEED and one.node.startswith("fungi/")
    )
    before = chart(service)
    correcting.correct(service.store, Kind.NEED, one.id, ["nuts/oil"], Lane.RESEARCH, "", "乙")
    after = chart(service)
    placed = after.by_key[one.key]
    assert [(spot.node, spot.confidence) for spot in placed.spots] == [("nuts/oil", 1.0)]
    assert (placed.placed_by, placed.lane, placed.lane_from) == ("person", Lane.RESEARCH, "person")
    assert after.nodes["nuts/oil"].numbers.needs == before.nodes["nuts/oil"].numbers.needs + 1
    assert after.nodes[one.node].numbers.needs == before.nodes[one.node].numbers.needs - 1
    assert after.on_node["nuts/oil"].count(placed) == 1
    # Others may be placed otherwise for it: the map says that it can be renewed.
    assert keeping.is_stale(service.store, service.settings)
    assert "placement corrected" in logged(service)
    correcting.correct(service.store, Kind.NEED, one.id, (), None, "", "乙")
    assert chart(service).by_key[one.key].spots == ()
    assert chart(service).unplaced.needs == before.unplaced.needs + 1
    assert len(Placements(service.store).log(Kind.NEED, one.id)) == 2


@pytest.mark.parametrize(("node", "reason", "says"), [
    ("nuts/nothing", "因为", "nuts/"), ("nothing", "因为", "nuts/"), ("nuts/oil", "  ", "理由"),
    ("nuts/oil", "长" * 501, "501"), ("nuts/oil", "坏\x07", "控制字符"),
])  # fmt: skip
def test_an_override_that_cannot_be_is_told(service: Service, node: str, reason: str, says: str) -> None:
    with pytest.raises((BadRequest, UnknownRecord), match=says):
        correcting.override(service.store, node, VerdictKind.FILL, reason, "乙")
    assert Overrides(service.store).current() == {}


def test_a_correction_that_cannot_be_is_told(service: Service) -> None:
    store, one = service.store, service.store.ids(Kind.NEED)[0]
    with pytest.raises(UnknownRecord, match="nothing"):
        correcting.correct(store, Kind.NEED, one, ["nuts/nothing"], None, "", "乙")
    with pytest.raises(UnknownRecord, match="no-such"):
        correcting.correct(store, Kind.NEED, "no-such", ["nuts/oil"], None, "", "乙")
    nodes = ["nuts/oil", "nuts/drying", "nuts/shells", "nuts/kernels"]
    with pytest.raises(BadRequest, match="3"):
        correcting.correct(store, Kind.NEED, one, nodes, None, "", "乙")
    assert Placements(store).current() == {}


def topical(service: Service) -> Topic:
    """Give the kept map a topic of three needs that stand nowhere; return it."""
    known = keeping.latest(service.store)
    assert known is not None
    kept, before = known
    keys = [one.key for one in before.records if one.kind is Kind.NEED][:3]
    topic = Topic(
        id="t-1", zh="机器人", terms=("采摘机器人", "视觉"), records=tuple(keys), near="nuts/growing"
    )
    keeping.keep(service.store, before.model_copy(update={"topics": (topic,)}), kept.mark, "甲")
    return topic


def typed_of(topic: Topic) -> dict[str, str]:
    return {
        "topic": topic.id,
        "chain": "equipment",
        "node": "robots",
        "zh": "采摘机器人",
        "en": "robots",
        "position": "downstream",
    }


def test_a_topic_becomes_a_node_with_its_records(service: Service) -> None:
    topic = topical(service)
    typed = typed_of(topic)
    assert correcting.node_from_topic(service.store, **typed, who="乙") == "equipment/robots"
    shown = chart(service)
    assert shown.nodes["equipment/robots"].numbers.needs == 3
    assert shown.nodes["equipment/robots"].node.keywords == topic.terms
    assert shown.topics == ()
    assert OwnChains(service.store).own()["equipment"].node("robots").zh == "采摘机器人"
    assert "topic made a node" in logged(service)
    anew = build(service, day=DAY)
    assert [anew.by_key[key].node for key in topic.records] == ["equipment/robots"] * 3
    with pytest.raises(UnknownRecord):
        correcting.node_from_topic(service.store, **typed, who="乙")


@pytest.mark.parametrize(("wrong", "error"), [
    ({"topic": "t-9"}, UnknownRecord), ({"chain": "nothing"}, UnknownRecord), ({"node": "surfaces"}, Conflict),
    ({"node": "Not An Id"}, BadRequest), ({"zh": ""}, BadRequest), ({"en": "x" * 61}, BadRequest),
    ({"position": "sideways"}, BadRequest),
])  # fmt: skip
def test_a_topic_that_cannot_be_a_node_changes_nothing(
    service: Service, wrong: dict[str, str], error: type[Exception]
) -> None:
    topic = topical(service)
    typed = typed_of(topic)
    with pytest.raises(error) as said:
        correcting.node_from_topic(service.store, **{**typed, **wrong}, who="乙")
    assert "\n" not in str(said.value)
    assert OwnChains(service.store).own() == {}
    assert Placements(service.store).current() == {}


def test_the_worker_builds_the_map_and_by_night_only_a_stale_one(once: Settings, tmp_path: Path) -> None:
    shutil.copytree(once.data, tmp_path / "data")
    settings = once.model_copy(update={"data": tmp_path / "data"})
    service = Service(settings)
    store = service.store
    night, _ = Jobs(store).add("map", {"if_stale": True}, "worker")
    work(settings, TASKS, lambda: False)
    assert Jobs(store).get(night.id).zh == "图谱已是最新"
    asked = ask(store, settings, "map", {}, "乙")
    work(settings, TASKS, lambda: False)
    done = Jobs(store).get(asked.id)
    assert done.state is State.DONE, done.en
    kept = Maps(store).latest()
    assert kept is not None
    assert (kept.id, kept.who) == (done.result["map"], "乙")
    assert kept.date == today().isoformat()
    service.close()


def test_all_that_is_logged_has_words() -> None:
    assert {"verdict overridden", "verdict left to the rules"} <= ACTIONS.keys()
