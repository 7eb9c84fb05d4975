"""Evidence: a map after changes is the one that is built from nothing, byte by byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from corpora.chains import Node, Position
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.records import Achievement, Judgement, Need, Organization
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher.chainmap.building import build
from matcher.chainmap.evidence import Evidence
from matcher.chainmap.integration import IntegrationMap, Lane
from matcher.service import Service

DAY = date(2026, 12, 1)


@pytest.fixture
def checked(service: Service) -> Callable[[], IntegrationMap]:
    """Build with what is known, and from nothing; both must be the same."""
    known = Evidence()

    def built() -> IntegrationMap:
        after, anew = build(service, known=known, day=DAY), build(service, day=DAY)
        assert after.model_dump_json() == anew.model_dump_json()
        return after

    return built


@pytest.mark.parametrize("small", [False, True])
def test_any_change_gives_the_map_that_is_built_from_nothing(
    service: Service, checked: Callable[[], IntegrationMap], small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if small:  # so that most of what is known is kept from map to map, as in a large store
        monkeypatch.setattr("models.frame.ACHIEVEMENTS", 20)
        monkeypatch.setattr("models.frame.NEEDS", 10)
        monkeypatch.setattr("matcher.chainmap.scoring.NEAR", 25)
    store = service.store
    before = checked()
    assert checked() == before
    offered, asked = store.ids(Kind.ACHIEVEMENT), store.ids(Kind.NEED)
    record = store.achievement(offered[5])
    store.save(record.model_copy(update={"text": record.text + "也用于板栗去壳与冷藏保鲜。"}), "t")
    checked()
    store.delete(Kind.ACHIEVEMENT, offered[10], "t")
    after = checked()
    assert f"achievement:{offered[10]}" not in after.by_key
    need = store.need(asked[3])
    store.save(need.model_copy(update={"text": need.text + "要求连续去壳，破损率低于 3%。"}), "t")
    store.delete(Kind.NEED, asked[7], "t")
    checked()
    store.save(
        Achievement(
            id="new-a", title="板栗气调保鲜库监测", text="控制氧气与二氧化碳。", institution="某大学"
        ),
        "t",
    )
    store.save(Need(id="new-n", title="核桃壳活性炭", text="想把核桃壳做成活性炭。", enterprise="某厂"), "t")
    after = checked()
    assert {"achievement:new-a", "need:new-n"} <= after.by_key.keys()
    assert not after.by_key["achievement:new-a"].is_local


def test_a_university_that_is_the_citys_own_makes_its_achievements_local(
    service: Service, checked: Callable[[], IntegrationMap]
) -> None:
    service.store.save(
        Achievement(id="new-a", title="板栗气调保鲜", text="气调。", institution="某大学"), "t"
    )
    assert not checked().by_key["achievement:new-a"].is_local
    service.store.save(
        Organization(id="new-o", name="某大学（示例）", kind="university", county="商州区"), "t"
    )
    assert checked().by_key["achievement:new-a"].is_local
    service.store.save(
        Organization(id="new-o", name="某大学（示例）", kind="university", county="碑林区"), "t"
    )
    assert not checked().by_key["achievement:new-a"].is_local
    # A county with an enterprise is one of the city's, whatever the list says.
    service.store.save(Organization(id="new-f", name="远方厂", kind="enterprise", county="碑林区"), "t")
    after = checked()
    assert after.by_key["achievement:new-a"].is_local
    assert after.counties[-1] == "碑林区"
    service.store.delete(Kind.ORGANIZATION, "new-f", "t")
    assert not checked().by_key["achievement:new-a"].is_local


def test_a_persons_word_wins_and_is_taken_back(
    service: Service, checked: Callable[[], IntegrationMap]
) -> None:
    one = service.store.ids(Kind.NEED)[0]
    before = checked().by_key[f"need:{one}"]
    Placements(service.store).add(Kind.NEED, one, ("nuts/oil", "fungi/spawn"), Lane.PILOT, "看过", "甲")
    said = checked().by_key[f"need:{one}"]
    assert [(spot.node, spot.confidence) for spot in said.spots] == [("nuts/oil", 1), ("fungi/spawn", 1)]
    assert (said.placed_by, said.lane, said.lane_from) == ("person", Lane.PILOT, "person")
    Placements(service.store).add(Kind.NEED, one, (), None, "不属于", "甲")
    assert checked().by_key[f"need:{one}"].spots == ()
    Placements(service.store).add(Kind.NEED, one, None, None, "", "甲")
    assert checked().by_key[f"need:{one}"] == before


def test_judgements_chains_and_needs_that_are_not_public_count_at_once(
    service: Service, checked: Callable[[], IntegrationMap]
) -> None:
    store = service.store
    unmet = next(one for one in checked().records if one.kind is Kind.NEED and not one.met)
    store.judge([Judgement(need_id=unmet.id, achievement_id=store.ids(Kind.ACHIEVEMENT)[0], level=4)], "t")
    assert checked().by_key[unmet.key].met
    chain = OwnChains(store).all()["nuts"]
    added = Node(id="beer", zh="板栗啤酒", en="chestnut beer", position=Position.DOWNSTREAM)
    OwnChains(store).put(chain.model_copy(update={"nodes": (*chain.nodes, added)}), "甲")
    assert "nuts/beer" in checked().nodes
    OwnChains(store).remove("nuts")
    assert "nuts/beer" not in checked().nodes
    Submissions(store).add("c-1", unmet.id, unmet.title, "digest", None)
    assert unmet.key not in checked().by_key
    Submissions(store).decide("c-1", Status.APPROVED, "", "甲")
    assert checked().by_key[unmet.key].met


def test_what_is_broken_off_is_worked_out_anew(service: Service) -> None:
    class Stop(Exception):
        pass

    def after(beats: int) -> Callable[[int, int], None]:
        left = iter(range(beats - 1))

        def beat(done: int, total: int) -> None:
            if next(left, None) is None:
                raise Stop

        return beat

    expected = build(service, day=DAY).model_dump_json()
    for beats in (1, 3, 5):
        known = Evidence()
        with pytest.raises(Stop):
            build(service, known=known, day=DAY, progress=after(beats))
        assert build(service, known=known, day=DAY).model_dump_json() == expected
