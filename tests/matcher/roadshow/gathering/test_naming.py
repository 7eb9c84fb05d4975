"""Names in a SPEC become ids, and what names nobody is told with the nearest."""

from __future__ import annotations

import pytest

from corpora.errors import BadSpec, UnknownRecord
from matcher.roadshow.gathering.naming import Names, canonical
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import spec_from

NAMES = Names(
    {"o-1": "某某板栗有限公司（示例）", "o-2": "某某核桃有限公司"},
    {"a-1": "t-a-1", "a-2": "t-a-1", "a-3": "t-a-3"},
    ["a-1", "a-2", "a-3", "a-9"],
)


def spec(**more: object) -> Spec:
    session = {"kind": "meetings", "start": "14:00", "end": "15:00", "tables": 2}
    return spec_from({"date": "2026-12-11", "sessions": [session], **more})


def test_enterprises_go_by_name_and_teams_by_any_achievement() -> None:
    found = canonical(
        spec(
            force=[["某某板栗有限公司(示例)", "a-2"]],
            forbid=[["o-1", "t-a-9"]],
            cancelled=["a-3"],
            availability=[{"who": "某某核桃有限公司", "to": "15:00"}, {"who": "t-a-2", "from": "14:20"}],
            pinned=[{"start": "14:00", "table": 1, "enterprise_id": "o-1", "team_id": "a-1", "level": 4}],
            enterprises={"must": ["o-1", "某某板栗有限公司（示例）"], "never": ["某某核桃有限公司"]},
            pitches={"must": ["a-1"]},
        ),
        NAMES,
    )
    assert found.force == (("o-1", "t-a-1"),)
    # a-9 is of the store, though nobody here made it.
    assert found.forbid == (("o-1", "t-a-9"),)
    assert found.cancelled == ("t-a-3",)
    assert [one.who for one in found.availability] == ["o-2", "t-a-1"]
    assert (found.pinned[0].enterprise_id, found.pinned[0].team_id) == ("o-1", "t-a-1")
    assert found.enterprises.must == ("o-1",)
    assert found.enterprises.never == ("o-2",)
    assert found.pitches.must == ("a-1",)


def test_what_has_its_ids_already_stays_as_it_is() -> None:
    once = canonical(spec(force=[["o-1", "a-2"]], meetings={"max_per_team": 3}), NAMES)
    assert canonical(once, NAMES) == once


def test_visits_name_teams_and_ways() -> None:
    session = {
        "kind": "visits", "start": "09:00", "end": "17:00", "place": "商州区", "teams": ["a-2", "a-1"],
        "travel": [["base", "某某核桃有限公司", 30], ["o-1", "o-2", 10]],
    }  # fmt: skip
    [found] = canonical(spec_from({"date": "2026-12-11", "sessions": [session]}), NAMES).sessions
    assert found.kind == "visits"
    assert found.teams == ("t-a-1",)
    assert found.travel == (("base", "o-2", 30), ("o-1", "o-2", 10))


@pytest.mark.parametrize(
    ("wrong", "where", "near"),
    [
        ({"force": [["o-l", "a-1"]]}, "force[0]", "o-1"),
        ({"force": [["o-1", "a-1"], ["o-1", "a-33"]]}, "force[1]", "a-3"),
        ({"forbid": [["某某板栗公司", "a-1"]]}, "forbid[0]", "某某板栗有限公司"),
        ({"availability": [{"who": "t-a-11", "to": "15:00"}]}, "availability[0].who", "t-a-1"),
        ({"cancelled": ["o-3"]}, "cancelled[0]", "o-"),
        ({"pinned": [{"start": "14:00", "enterprise_id": "o-1", "team_id": "x"}]}, "pinned[0].team_id", ""),
        ({"enterprises": {"must": ["o-1", "o-11"]}}, "enterprises.must[1]", "o-1"),
        ({"pitches": {"never": ["a-22"]}}, "pitches.never[0]", "a-2"),
        ({"pitches": {"must": ["t-a-1"]}}, "pitches.must[0]", "a-1"),
    ],
)
def test_what_names_nobody_is_told_with_the_nearest(wrong: dict[str, object], where: str, near: str) -> None:
    with pytest.raises(UnknownRecord) as caught:
        canonical(spec(**wrong), NAMES)
    assert caught.value.en.startswith(where + ": ")
    assert near in caught.value.en
    assert near in caught.value.zh


def test_two_names_of_one_that_contradict_each_other_are_noticed() -> None:
    with pytest.raises(BadSpec, match=r"o-1|force|forbid"):
        canonical(spec(force=[["o-1", "a-1"]], forbid=[["某某板栗有限公司（示例）", "a-2"]]), NAMES)
