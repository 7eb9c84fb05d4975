"""Places on stage, and the order in which a choice is told."""

from __future__ import annotations

from matcher.roadshow.clock import write_clock
from matcher.roadshow.event import Event, Offer
from matcher.roadshow.solving.stageplaces import arrange, places_of, story, there
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import spec_from


def spec(**more: object) -> Spec:
    session = {
        "kind": "pitches", "room": "主会场", "start": "09:00", "end": "10:15", "pitch_minutes": 10, "qa_minutes": 5,
        "breaks": [["09:30", "09:40"]],
    }  # fmt: skip
    return spec_from({"date": "2026-12-11", "sessions": [session], **more})


def offer(key: str, strength: float, node: str = "", team: str = "") -> Offer:
    return Offer(key, key, team or f"t-{key}", "", (node,) if node else (), {"n": strength})


def test_places_leave_out_the_breaks() -> None:
    assert [(write_clock(one.start), write_clock(one.end)) for one in places_of(spec())] == [
        ("09:00", "09:15"), ("09:15", "09:30"), ("09:40", "09:55"), ("09:55", "10:10")]  # fmt: skip


def test_who_comes_late_is_there_for_the_later_places() -> None:
    late = spec(availability=[{"who": "t-a", "from": "09:20"}])
    assert there(late, "t-a", places_of(late)) == [2, 3]
    assert there(late, "t-b", places_of(late)) == [0, 1, 2, 3]


def test_a_story_goes_node_by_node_from_strong_to_strong() -> None:
    offers = [offer("weak", 0.1, "中"), offer("best", 0.9, "上"), offer("next", 0.5, "上"),
              offer("second", 0.8, "下"), offer("last", 0.3, "下")]  # fmt: skip
    assert [one.achievement_id for one in story(offers)] == ["best", "next", "weak", "last", "second"]


def test_a_team_that_pitches_twice_does_so_in_one_go() -> None:
    offers = [offer("a", 0.9, "上", "t1"), offer("b", 0.8, "上", "t2"), offer("c", 0.7, "上", "t1"),
              offer("d", 0.6, "下", "t2")]  # fmt: skip
    order = [one.team_id for one in story(offers)]
    assert order in (["t1", "t1", "t2", "t2"], ["t2", "t2", "t1", "t1"])


def test_everybody_is_on_stage_while_there_and_the_others_keep_the_order() -> None:
    rules = spec(availability=[{"who": "t-a", "from": "09:40"}])
    offers = [offer("a", 0.9), offer("b", 0.8), offer("c", 0.7)]
    items = arrange(Event(rules), offers, places_of(rules), {})
    # a would open; it closes. The others come one after the other, from the beginning.
    assert [one.achievement_id for one in items][-1] == "a"
    assert [write_clock(one.start) for one in items] == ["09:00", "09:15", "09:40"]


def test_what_was_kept_stays_at_its_time() -> None:
    offers = [offer("a", 0.9), offer("b", 0.8), offer("c", 0.7)]
    items = arrange(Event(spec()), offers, places_of(spec()), {"a": 9 * 60 + 55, "c": 9 * 60})
    at = {one.achievement_id: write_clock(one.start) for one in items}
    assert (at["a"], at["c"]) == ("09:55", "09:00")
    assert items[0].need_ids == ("n",)
