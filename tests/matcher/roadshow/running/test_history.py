"""History: what a step remembers, and what is put back."""

from __future__ import annotations

import pytest

from corpora.errors import BadRequest
from matcher.roadshow.running.editing import move, pin
from matcher.roadshow.running.history import difference, with_pins
from tests.matcher.roadshow.halls import at, plan, spec

FIRST = "14:00/1/e1/t1"


def test_a_difference_names_what_each_side_has_alone() -> None:
    before, after = difference({"a": 1, "gone": 2, "same": 3}, {"a": 4, "come": 5, "same": 3})
    assert (before, after) == ({"a": 1, "gone": 2}, {"a": 4, "come": 5})


def test_of_meetings_those_that_differ_are_remembered() -> None:
    before, after = difference(plan().as_json(), move(plan(), FIRST, at("15:30"), 3).as_json())
    assert [(one["start"], one["table"]) for one in before["meetings"]] == [("14:00", 1)]
    assert [(one["start"], one["table"]) for one in after["meetings"]] == [("15:30", 3)]


def test_of_a_spec_in_which_pins_differ_the_pins_are_remembered() -> None:
    before, after = difference(plan().as_json(), pin(plan(), FIRST).as_json())
    assert before["pinned"] == []
    assert [one["start"] for one in after["pinned"]] == ["14:00"]
    assert "spec" not in before.keys() | after.keys()
    _, other = difference(plan().as_json(), plan(title="别的").as_json())
    assert other["spec"]["title"] == "别的"


def test_pins_that_contradict_a_spec_make_none() -> None:
    pinned = pin(plan(), FIRST).as_json()["spec"]["pinned"]
    assert with_pins(spec().as_json(), pinned)["pinned"] == pinned
    with pytest.raises(BadRequest, match="must not"):
        with_pins(spec(forbid=[["e1", "t1"]]).as_json(), pinned)
