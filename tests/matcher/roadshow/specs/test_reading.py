"""SPECs from files and mappings, and the one line that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import BadSpec, ShuanglianError, UnreadableFile
from matcher.roadshow.plan import Plan, write_plan
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs import reading

SPEC = """\
title: 新材料专场
date: 2026-12-11
theme: {chain: new-materials}          # or {text: "…"}, or {needs: [...], achievements: [...]}
sessions:
  - {kind: pitches, room: 主会场, start: "09:00", end: "11:30", pitch_minutes: 12, qa_minutes: 3,
     breaks: [["10:10", "10:25"]]}
  - {kind: meetings, start: "14:00", end: "17:00", slot_minutes: 20, gap_minutes: 5, tables: 12, spare_tables: 2,
     breaks: [["15:20", "15:40"]]}
pitches: {count: 8, max_per_institution: 2, min_counties: 3, must: [], never: []}
enterprises: {max: 60, must: [], never: [], counties: []}
meetings: {min_level: 3, min_per_enterprise: 1, max_per_enterprise: 4, max_per_team: 7, repeat_pairs: false}
availability: [{who: ID, from: "14:00", to: "16:00"}, {who: ID, not: [["15:00", "15:30"]]}]
force: [[ENTERPRISE_ID, TEAM_ID]]
forbid: [[ENTERPRISE_ID, OTHER_TEAM]]
pinned: []                              # meetings copied from an earlier plan.json
"""


def wrong(text: str) -> str:
    """Return the line that says what is wrong with a SPEC."""
    with pytest.raises(ShuanglianError) as caught:
        reading.spec_from_text(text)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 700
    return said


def changed(old: str, new: str) -> str:
    assert old in SPEC
    return SPEC.replace(old, new, 1)


def test_the_spec_of_the_documentation_is_read(tmp_path: Path) -> None:
    path = tmp_path / "路演.yaml"
    path.write_text(SPEC + "affinity: pairs.tsv\n", "utf-8")
    made = reading.read_spec(path)
    assert made.affinity == "pairs.tsv"
    assert made.sessions[1].kind == "meetings"
    assert made.force == (("ENTERPRISE_ID", "TEAM_ID"),)


def test_json_is_yaml(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(reading.spec_from_text(SPEC).as_json()), "utf-8")
    assert reading.read_spec(path) == reading.spec_from_text(SPEC)


def test_what_is_written_is_taken_as_it_stands() -> None:
    made = reading.spec_from_text(
        changed('"14:00", end: "17:00"', "14:00, end: 17:00") + "cancelled: [007, 1e5, NO, 12]\n"
    )
    assert made.sessions[1].start == 840
    assert made.cancelled == ("007", "1e5", "NO", "12")


def test_the_schema_refuses_what_the_model_refuses() -> None:
    validator = jsonschema_rs.Draft202012Validator(reading.schema())
    good = reading.spec_from_text(SPEC).as_json()
    for path, value in (
        (("sessions", 1, "tables"), 0), (("sessions", 1, "start"), "25:00"), (("meetings", "min_level"), 5),
        (("sessions", 0, "kind"), "party"), (("titel",), "x"), (("goals",), ["money"]),
    ):  # fmt: skip
        bad = json.loads(json.dumps(good))
        holder = bad
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = value
        assert not validator.is_valid(bad), path
        with pytest.raises(BadSpec):
            reading.spec_from(bad)


def test_every_key_of_the_schema_is_described_in_both_languages() -> None:
    made = reading.schema()
    for part in [made, *made["$defs"].values()]:
        for name, one in part["properties"].items():
            if name != "kind":
                assert any("\u4e00" <= character <= "\u9fff" for character in one["description"]), name
                assert any(character.isascii() and character.isalpha() for character in one["description"]), (
                    name
                )


#: What is changed, and what the line has to name.
WRONG = [
    ("title:", "titel:", ("titel", "title?")),
    ("tables: 12", "tabels: 12", ("sessions[1].tabels", "tables?")),
    ("from:", "form:", ("availability[0].form", "from?")),
    ("tables: 12, ", "", ("sessions[1].tables", "required")),
    ("tables: 12", "tables: 0", ("sessions[1].tables", "'0'", "at least 1")),
    ("tables: 12", "tables: -3", ("sessions[1].tables", "'-3'")),
    ("tables: 12", "tables: a dozen", ("sessions[1].tables", "'a dozen'", "whole number")),
    ("spare_tables: 2", "spare_tables: 12", ("sessions[1].spare_tables", "leaves none")),
    ("spare_tables: 2", "closed_tables: [13]", ("sessions[1].closed_tables[0]", "13", "1–12")),
    ("spare_tables: 2", "spare_tables: 11, closed_tables: [1]", ("sessions[1].closed_tables", "leaves none")),
    ('end: "17:00"', 'end: "13:00"', ("sessions[1].end", "13:00", "14:00")),
    ('end: "17:00"', 'end: "14:00"', ("sessions[1].end", "14:00")),
    ('end: "17:00"', 'end: "5 pm"', ("sessions[1].end", "'5 pm'", '"14:00"')),
    ("slot_minutes: 20", "slot_minutes: 200", ("sessions[1].slot_minutes", "200", "180")),
    ("pitch_minutes: 12", "pitch_minutes: 150", ("sessions[0].pitch_minutes", "153", "150")),
    ("slot_minutes: 20", "slot_minutes: 85", ("sessions[1].slot_minutes", "85", "no room")),
    ('end: "11:30"', 'end: "14:30"', ("sessions[1]", "overlap", "09:00–14:30", "14:00–17:00")),
    ('["10:10", "10:25"]', '["10:25", "10:10"]', ("sessions[0].breaks[0]", "10:25–10:10")),
    ('["10:10", "10:25"]', '["12:10", "12:25"]', ("sessions[0].breaks[0]", "outside", "12:10–12:25")),
    ("2026-12-11", "2026-2-30", ("date", "2026-2-30")),
    ("2026-12-11", "next friday", ("date", "next friday")),
    ("title:", "timezone: UTC+8\ntitle:", ("timezone", "UTC+8", "Asia/Shanghai")),
    ("title:", "timezone: +08:00\ntitle:", ("timezone", "offset", "Asia/Shanghai")),
    ("title:", "timezone: asia/shangai\ntitle:", ("timezone", "Asia/Shanghai")),
    ("title:", "timezone: Europe/Berlni\ntitle:", ("timezone", "Europe/Berlin")),
    ("title:", "timezone: ../../etc/passwd\ntitle:", ("timezone", "no time zone")),
    ("title:", "timezone: localtime\ntitle:", ("timezone", "no time zone")),
    ("min_level: 3", "min_level: 5", ("meetings.min_level", "'5'", "4")),
    ("min_per_enterprise: 1", "min_per_enterprise: 5", ("meetings.min_per_enterprise", "5", "4")),
    ("max_per_team: 7", "max_per_team: 0", ("meetings.max_per_team", "'0'")),
    ("max: 60, must: []", "max: 1, must: [a, b]", ("enterprises.max", "2", "1")),
    ("count: 8", "count: -1", ("pitches.count", "'-1'")),
    ("repeat_pairs: false", "repeat_pairs: maybe", ("meetings.repeat_pairs", "'maybe'")),
    ('from: "14:00", to: "16:00"', 'from: "16:00", to: "14:00"', ("availability[0].to", "14:00", "16:00")),
    ('from: "14:00", to: "16:00"', "", ("availability[0]", "'ID'")),
    ('["15:00", "15:30"]', '["15:30", "15:00"]', ("availability[1].not[0]", "15:30–15:00")),
    ("OTHER_TEAM", "TEAM_ID", ("force[0]", "forbid", "ENTERPRISE_ID – TEAM_ID")),
    ("[[ENTERPRISE_ID, TEAM_ID]]", "[ENTERPRISE_ID, TEAM_ID]", ("force[0]", "list")),
    ("[[ENTERPRISE_ID, TEAM_ID]]", "[[ENTERPRISE_ID]]", ("force[0][1]", "missing")),
    ("[[ENTERPRISE_ID, TEAM_ID]]", "[[E, T], [E, T]]", ("force", "E – T", "twice")),
    ("title:", "cancelled: [TEAM_ID]\ntitle:", ("force[0]", "TEAM_ID", "cancelled")),
    ("min_counties: 3, must: [], never: []", "must: [a], never: [a]", ("pitches.must[0]", "never")),
    ("max: 60, must: [], never: []", "must: [a], never: [a]", ("enterprises.must[0]", "never")),
    ("max: 60, must: []", "must: [a, a]", ("enterprises.must", "'a'", "twice")),
    ("title:", "goals: [value, value]\ntitle:", ("goals", "'value'", "twice")),
    ("title:", "goals: [money]\ntitle:", ("goals[0]", "'money'", "fairness")),
    ("kind: meetings", "kind: party", ("sessions[1].kind", "'party'", "visits")),
    ("kind: meetings, ", "", ("sessions[1].kind", "visits")),
    ("title:", "affinity: /etc/passwd\ntitle:", ("affinity", "command line")),
    ("theme: {", "theme: [", ("line 3", "YAML")),
    ("title:", "date: 2026-12-12\ntitle:", ("line 3", "'date'", "line 1")),
    ("title: 新材料专场", "title: \x07", ("line 1", "character")),
    ("pinned: []", "pinned: [{start: 14:00, enterprise_id: e}]", ("pinned[0].team_id", "missing")),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "named"), WRONG, ids=[f"{new[:40]}" for _, new, _ in WRONG])
def test_what_is_wrong_is_one_line(old: str, new: str, named: tuple[str, ...]) -> None:
    said = wrong(changed(old, new))
    assert not [one for one in named if one not in said], said
    assert any("\u4e00" <= character <= "\u9fff" for character in said)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.yaml"
    with pytest.raises(UnreadableFile, match=r"nowhere\.yaml"):
        reading.read_spec(missing)
    with pytest.raises(UnreadableFile):
        reading.read_spec(tmp_path)
    odd = tmp_path / "gbk.yaml"
    odd.write_bytes("title: 新材料".encode("gb18030"))
    with pytest.raises(UnreadableFile, match="UTF-8"):
        reading.read_spec(odd)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (reading.MAX_SPEC_BYTES + 1))
    with pytest.raises(UnreadableFile, match="too large"):
        reading.read_spec(large)


def test_every_problem_is_named_for_a_form() -> None:
    text = changed("tables: 12", "tables: x").replace("count: 8", "count: y").replace("title:", "titel:")
    with pytest.raises(BadSpec) as caught:
        reading.spec_from_text(text)
    assert {path for path, _, _ in caught.value.problems} == {"titel", "sessions[1].tables", "pitches.count"}
    assert "and 2 more" in caught.value.en
    assert caught.value.problems[0][0] == "titel"


def test_visits_stand_alone() -> None:
    day = {"kind": "visits", "start": "09:00", "end": "17:00", "place": "山阳县"}
    assert reading.spec_from({"date": "2026-12-11", "sessions": [day]}).sessions[0].kind == "visits"
    with pytest.raises(BadSpec, match="stands alone"):
        reading.spec_from({"date": "2026-12-11", "sessions": [day, day]})


def test_force_without_meetings_is_said() -> None:
    stage = {"kind": "pitches", "start": "09:00", "end": "10:00"}
    with pytest.raises(BadSpec, match="no meetings session"):
        reading.spec_from({"date": "2026-12-11", "sessions": [stage], "force": [["e", "t"]]})


def test_yaml_of_a_spec_is_read_back() -> None:
    made = reading.spec_from_text(SPEC)
    text = reading.as_yaml(made)
    assert reading.spec_from_text(text) == made
    assert "goals" not in text
    assert "min_level" not in text


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=60).map(str.strip),
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=20)
        .map(str.strip).filter(bool),
        max_size=4, unique=True,
    ),
)  # fmt: skip
def test_any_text_survives_yaml(title: str, ids: list[str]) -> None:
    made = reading.spec_from({
        "title": title, "date": "2026-12-11", "cancelled": ids,
        "sessions": [{"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 1}],
    })  # fmt: skip
    assert reading.spec_from_text(reading.as_yaml(made)) == made


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_spec_or_one_line(text: str) -> None:
    try:
        made: object = reading.spec_from_text(text)
    except ShuanglianError as error:
        made = error
    assert isinstance(made, Spec) or "\n" not in str(made)


def test_somebody_who_called_off_is_asked_nothing_more() -> None:
    text = changed("must: [], never: [], counties", "must: [ENTERPRISE_ID, x], never: [], counties")
    text = text.replace("pinned: []", "pinned: [{start: 14:00, enterprise_id: y, team_id: TEAM_ID}]")
    made = reading.without(reading.spec_from_text(text), ["ENTERPRISE_ID", "TEAM_ID"])
    assert made.cancelled == ("ENTERPRISE_ID", "TEAM_ID")
    assert made.force == ()
    assert made.pinned == ()
    assert made.enterprises.must == ("x",)


def test_a_plan_is_read_back_and_anything_else_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plan = Plan(reading.spec_from_text(SPEC), objective=1.5)
    write_plan(path, plan)
    assert reading.read_plan(path) == plan
    for text in ("", "[]", "3", "null", "{}", '{"status": "good"}', "[" * 5_000, SPEC, '{"status": "optimal", "spec": {}}',
                 '{"status": "optimal", "meetings": [3], "spec": {}}'):  # fmt: skip
        path.write_text(text, "utf-8")
        with pytest.raises(UnreadableFile, match=r"plan\.json") as caught:
            reading.read_plan(path)
        assert "\n" not in str(caught.value)
