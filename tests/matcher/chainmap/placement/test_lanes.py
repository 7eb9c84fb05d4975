"""The lane of a record, by its stage, its text or its kind."""

from __future__ import annotations

import pytest

from corpora.records import Achievement, Need, Organization
from corpora.vocabulary import OrganizationKind
from matcher.chainmap.integration import LANES, Lane
from matcher.chainmap.placement.lanes import lane_of
from tests.matcher.chainmap import labelled


def achievement(text: str, stage: int | None = None) -> Achievement:
    return Achievement(title="一种方法", text=text, stage=stage)


@pytest.mark.parametrize(
    ("stage", "lane"),
    [(1, "research"), (2, "research"), (3, "development"), (4, "lab"), (5, "lab"), (6, "pilot"), (7, "pilot"),
     (8, "production"), (9, "production")],
)  # fmt: skip
def test_a_stage_goes_before_the_text(stage: int, lane: str) -> None:
    assert lane_of(achievement("已量产三代。", stage)) == (Lane(lane), "stage")
    assert lane_of(Need(title="甲", text="需成熟技术。", min_stage=stage)) == (Lane(lane), "stage")


@pytest.mark.parametrize(
    ("text", "lane"),
    [
        ("目前处于小试，拟开展中试。", "lab"),
        ("已完成小试和吨级中试，准备建生产线。", "pilot"),
        ("样机在两个县试用一季，尚未量产。", "pilot"),
        ("已量产，累计卖出260台。", "production"),
        ("由重点实验室与研究院共同提出，在中试基地旁边。", None),
        ("做过样机，没有做过中试。", "lab"),
        ("属机理探索。", "research"),
        ("该项目需要中试经费100万元。", None),
        ("效率提高三成。", None),
    ],
)
def test_the_text_tells_the_present_not_the_plan(text: str, lane: str | None) -> None:
    assert lane_of(achievement(text)) == ((Lane(lane), "text") if lane else (None, ""))


@pytest.mark.parametrize(
    ("text", "lane"),
    [
        ("求配方，实验室结果也可以，我们自己放大。", "lab"),
        ("要求至少做过中试。", "pilot"),
        ("须有成熟技术，来了就能用。", "production"),
        ("小试中试我们车间都能配合。", None),
        ("有中试以上技术的团队请联系，已有成熟技术更好。", "pilot"),
        ("破碎率高，望解决。", None),
    ],
)
def test_a_need_stands_where_the_least_that_it_accepts_stands(text: str, lane: str | None) -> None:
    assert lane_of(Need(title="难题", text=text)) == ((Lane(lane), "text") if lane else (None, ""))


@pytest.mark.parametrize(
    ("kind", "lane"),
    [
        (OrganizationKind.UNIVERSITY, Lane.RESEARCH),
        (OrganizationKind.INSTITUTE, Lane.DEVELOPMENT),
        (OrganizationKind.PLATFORM, Lane.LAB),
        (OrganizationKind.PILOT_BASE, Lane.PILOT),
        (OrganizationKind.ENTERPRISE, Lane.PRODUCTION),
        (OrganizationKind.PARK, Lane.PRODUCTION),
    ],
)
def test_an_organization_stands_by_its_kind(kind: OrganizationKind, lane: Lane) -> None:
    assert lane_of(Organization(name="某单位", kind=kind, text="小试、中试都做。")) == (lane, "kind")


def test_funds_and_agencies_span_the_lanes_unless_they_say_otherwise() -> None:
    for kind in (OrganizationKind.FUND, OrganizationKind.TRANSFER_AGENCY, None):
        assert lane_of(Organization(name="某某", kind=kind, text="服务全市企业。")) == (None, "")
    fund = Organization(
        name="某基金", kind=OrganizationKind.FUND, text="专投已做完中试、要在本市落地的成果。"
    )
    assert lane_of(fund) == (Lane.PILOT, "text")


def test_where_words_tell_a_lane_they_are_nearly_always_right() -> None:
    records = labelled.texts()
    told = [
        (lane, lane_of(records[key])[0])
        for key, lane in labelled.lanes().items()
        if labelled.split(key) == "test"
    ]
    right = [lane == found for lane, found in told if found]
    assert sum(right) >= 0.8 * len(right)
    assert len(right) >= 0.5 * len(told)


def test_every_lane_can_be_told() -> None:
    assert set(LANES) == {lane_of(achievement("", stage))[0] for stage in range(1, 10)}
