"""The SPEC of a roadshow as a checked model."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from matcher.roadshow.spec import GOALS, Spec
from matcher.roadshow.specs import reading

HALL = {"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 3}
STAGE = {"kind": "pitches", "start": "09:00", "end": "10:00"}


def spec(**more: Any) -> Spec:
    return Spec.model_validate({"date": "2026-12-11", "sessions": [HALL], **more})


def test_a_spec_comes_back_from_its_json() -> None:
    made = spec(
        title="新材料专场", sessions=[STAGE, HALL], goals=["fairness", "value"], force=[["e1", "t1"]],
        availability=[{"who": "t1", "from": "14:00", "not": [["15:00", "15:30"]]}],
        pinned=[{"start": "14:20", "table": 2, "enterprise_id": "e2", "team_id": "t1"}],
    )  # fmt: skip
    said = made.as_json()
    assert Spec.model_validate(said) == made
    assert said["availability"][0]["from"] == "14:00"
    assert said["pinned"][0]["start"] == "14:20"


def test_goals_that_are_left_out_come_last() -> None:
    assert spec(goals=["fairness"]).goals == ("fairness", "value", "minimum", "gaps", "tables")
    assert spec().goals == GOALS


def test_the_number_of_pitches_follows_the_stage_unless_it_is_given() -> None:
    assert spec(sessions=[STAGE]).pitches.count == 4
    assert spec(sessions=[STAGE], pitches={"count": 6}).pitches.count == 6
    assert spec().pitches.count == 8


def test_a_key_with_nothing_behind_it_is_left_out() -> None:
    assert spec(pinned=None, meetings={"max_per_team": None, "min_level": None}) == spec()


def test_a_pinned_meeting_may_be_copied_whole_from_a_plan() -> None:
    [one] = spec(
        pinned=[{
            "start": "14:00", "end": "14:20", "table": 1, "enterprise_id": "e", "team_id": "t", "need_id": "n",
            "achievement_id": "a", "level": 4, "score": 0.9, "pinned": True,
        }]
    ).pinned  # fmt: skip
    assert (one.start, one.table, one.enterprise_id, one.team_id) == (840, 1, "e", "t")


def test_ids_that_look_like_numbers_are_texts() -> None:
    assert spec(force=[[17, "t1"]]).force == (("17", "t1"),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "甲\x07"}, {"title": "x" * 201}, {"theme": {"text": "x" * 5_001}}, {"enterprises": {"max": True}},
        {"cancelled": ["a\ud800"]}, {"venue": "一\u2028二"},
        {"organizer": "\x9f"}, {"forbid": [["e", ""]]}, {"sessions": []}, {"meetings": {"max_per_team": 0}},
        {"sessions": [{**HALL, "tables": 10**9}]}, {"cancelled": ["x"] * 5_001},
    ],
)  # fmt: skip
def test_what_would_harm_a_paper_or_the_machine_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spec(**wrong)


def test_the_readme_names_every_key_with_its_default() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    table = readme.split("| part | ")[1].split("\n\n")[0]
    documented: dict[str, set[str]] = {}
    part = ""
    for line in table.splitlines()[2:]:
        name, keys, _ = (cell.strip() for cell in line.strip("|").split("|"))
        part = name or part
        documented.setdefault(part, set()).update(re.findall(r"`([^`]*)`", keys))
    schema = reading.schema()
    parts = {"Spec": schema, **schema["$defs"]}
    assert documented == {
        name: {_documented(key, one) for key, one in part["properties"].items()}
        for name, part in parts.items()
    }


def _documented(key: str, schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"{key}: {schema['const']}"
    if "default" not in schema or isinstance(schema["default"], dict):
        return key
    return f"{key}: {json.dumps(schema['default'])}"


def test_a_long_text_keeps_its_lines_and_a_title_has_one() -> None:
    assert spec(theme={"text": "一\r\n二\t三"}).theme.text == "一\n二\t三"
    assert spec(title=" 一\n二 ").title == "一 二"
