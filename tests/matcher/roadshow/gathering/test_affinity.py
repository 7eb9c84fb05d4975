"""Events from an affinity file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpora.errors import BadRequest, UnknownRecord, UnreadableFile
from matcher.roadshow.event import Enterprise, Event, Pair, Team
from matcher.roadshow.gathering.affinity import event_of, is_storeless, read_affinity, with_affinity
from matcher.roadshow.plan import Plan
from matcher.roadshow.spec import Spec

ROWS = "e1\tt1\t0.9\ne1\tt2\t0.1\ne2\tt1\t0.3\ne3\tt2\t0.7\ne4\tt3\t0\n"


def spec(**more: Any) -> Spec:
    return Spec.model_validate({
        "date": "2026-12-11", "affinity": "pairs.tsv",
        "sessions": [{"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 3}], **more,
    })  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pairs.tsv").write_text(ROWS)
    return tmp_path


def met(event: Event) -> dict[tuple[str, str], float]:
    return {(one.enterprise_id, one.team_id): one.score for one in event.pairs}


def invited(event: Event) -> list[str]:
    return [one.id for one in event.enterprises]


def test_people_come_in_the_order_of_the_file(folder: Path) -> None:
    known = read_affinity(folder / "pairs.tsv")
    assert known.enterprises == ("e1", "e2", "e3", "e4")
    assert known.teams == ("t1", "t2", "t3")
    event = event_of(spec(), folder)
    assert invited(event) == ["e1", "e2", "e3", "e4"]
    assert [one.id for one in event.teams] == ["t1", "t2", "t3"]
    assert met(event) == dict(known.scores)
    assert all(one.level is None for one in event.pairs)


def test_who_is_not_to_come_or_meet_is_left_out(folder: Path) -> None:
    event = event_of(
        spec(enterprises={"never": ["e4"]}, cancelled=["e2", "t2"], forbid=[["e1", "t1"]]), folder
    )
    assert invited(event) == ["e1", "e3"]
    assert [one.id for one in event.teams] == ["t1", "t3"]
    assert met(event) == {}


def test_what_is_forced_or_pinned_can_meet_though_nobody_scored_it(folder: Path) -> None:
    pin = {"start": "14:00", "enterprise_id": "e2", "team_id": "t3"}
    event = event_of(spec(force=[["e4", "t1"], ["e1", "t1"]], pinned=[pin]), folder)
    assert met(event)["e4", "t1"] == 0
    assert met(event)["e2", "t3"] == 0
    assert met(event)["e1", "t1"] == 0.9
    assert ("e3", "t3") not in met(event)


def test_the_best_are_invited_and_those_who_must(folder: Path) -> None:
    assert invited(event_of(spec(enterprises={"max": 2}), folder)) == ["e1", "e3"]
    assert invited(event_of(spec(enterprises={"max": 2, "must": ["e4"]}), folder)) == ["e1", "e4"]
    assert invited(event_of(spec(enterprises={"max": 2}, force=[["e2", "t3"]]), folder)) == ["e1", "e2"]
    # What somebody may not have does not count.
    assert invited(event_of(spec(enterprises={"max": 2}, forbid=[["e1", "t1"]]), folder)) == ["e2", "e3"]
    with pytest.raises(BadRequest, match="name 2 enterprises, but 1"):
        event_of(spec(enterprises={"max": 1}, force=[["e1", "t1"], ["e2", "t1"]]), folder)


def test_who_was_invited_before_stays_and_nobody_is_called_in(folder: Path) -> None:
    base = Plan(spec(), enterprises=(Enterprise("e2"), Enterprise("e4")))
    assert invited(event_of(spec(enterprises={"max": 2}), folder, base)) == ["e2", "e4"]
    assert invited(event_of(spec(enterprises={"max": 2}, cancelled=["e4"]), folder, base)) == ["e2"]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"force": [["e9", "t1"]]}, ("force[0]", "'e9'", "e4")),
        ({"force": [["e1", "t1"], ["e1", "e2"]]}, ("force[1]", "'e2'")),
        ({"forbid": [["e1", "team1"]]}, ("forbid[0]", "'team1'")),
        ({"availability": [{"who": "prof", "from": "14:00"}]}, ("availability[0].who", "'prof'")),
        (
            {"pinned": [{"start": "14:00", "enterprise_id": "e1", "team_id": "x"}]},
            ("pinned[0].team_id", "'x'"),
        ),
        (
            {"pinned": [{"start": "14:00", "enterprise_id": "x", "team_id": "t1"}]},
            ("pinned[0].enterprise_id", "'x'"),
        ),
        ({"enterprises": {"must": ["e5"]}}, ("enterprises.must[0]", "'e5'")),
        ({"enterprises": {"never": ["t1"]}}, ("enterprises.never[0]", "'t1'")),
        ({"cancelled": ["t1", "t7"]}, ("cancelled[1]", "'t7'", "t1")),
    ],
)
def test_an_unknown_id_is_one_line_with_its_neighbours(
    more: dict[str, Any], named: tuple[str, ...], folder: Path
) -> None:
    with pytest.raises(UnknownRecord) as caught:
        event_of(spec(**more), folder)
    said = str(caught.value)
    assert "\n" not in said
    assert not [one for one in named if one not in said], said


def test_what_a_file_does_not_say_cannot_be_asked_for(folder: Path) -> None:
    with pytest.raises(BadRequest, match=r"enterprises\.counties"):
        event_of(spec(enterprises={"counties": ["商南县"]}), folder)
    with pytest.raises(UnreadableFile, match=r"nowhere\.tsv"):
        event_of(spec(affinity="nowhere.tsv"), folder)


def test_only_meetings_alone_need_no_store() -> None:
    stage = {"kind": "pitches", "start": "09:00", "end": "10:00"}
    assert is_storeless(spec())
    assert not is_storeless(spec(sessions=[stage]))
    assert not is_storeless(spec(affinity=""))


def test_the_file_speaks_in_place_of_predicted_levels(folder: Path) -> None:
    event = Event(
        spec(forbid=[["o-3", "t-a2"]]),
        enterprises=(Enterprise("o-1", "e1"), Enterprise("o-3", "e3")),
        teams=(Team("t-t1", achievement_ids=("t1", "a9")), Team("t-a2", achievement_ids=("t2",))),
        pairs=(Pair("o-1", "t-t1", 0.4, 3, "n", "a"), Pair("o-3", "t-t1", 1.0, 4, "n3", "a3")),
    )
    # Enterprises by name, teams by any of their achievements.
    assert with_affinity(event, read_affinity(folder / "pairs.tsv")).pairs == (
        Pair("o-1", "t-t1", 0.9, None, "n", "a"),
        Pair("o-1", "t-a2", 0.1),
    )
    nobody, known = (
        Event(spec(), enterprises=(Enterprise("x"),), teams=(Team("y"),)),
        read_affinity(folder / "pairs.tsv"),
    )
    with pytest.raises(BadRequest, match="e1 – t1"):
        with_affinity(nobody, known)


def test_no_model_is_loaded_for_a_file(folder: Path) -> None:
    (folder / "spec.yaml").write_text(
        "date: 2026-12-11\naffinity: pairs.tsv\nsessions: [{kind: meetings, start: 14:00, end: 15:00, tables: 2}]\n"
    )
    script = (
        "import sys, pathlib\nfrom matcher.roadshow.gathering import affinity\n"
        "from matcher.roadshow.solving import sanity\nfrom matcher.roadshow.specs import reading\n"
        "spec = reading.read_spec(pathlib.Path(sys.argv[1]) / 'spec.yaml')\n"
        "assert not sanity.impossible(affinity.event_of(spec, pathlib.Path(sys.argv[1])))\n"
        "assert not {'torch', 'transformers', 'faiss'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=True, timeout=60)
