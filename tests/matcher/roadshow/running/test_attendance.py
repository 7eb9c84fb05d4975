"""The day: who is expected when, who came, and where somebody who was not invited can sit."""

from __future__ import annotations

import pytest

from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.roadshows import Roadshow
from corpora.store import Store
from matcher.roadshow.plan import Plan
from matcher.roadshow.running import keeping
from matcher.roadshow.running.attendance import (
    check_in,
    expected,
    guests,
    undo_check_in,
    walk_in,
    walk_in_places,
)
from matcher.roadshow.running.drafting import undo
from matcher.roadshow.running.editing import key_of
from tests.matcher.roadshow.halls import at, pitch, plan


def seats(found: Plan | None) -> set[str]:
    assert found
    return {key_of(one) for one in found.meetings}


def test_guests_are_listed_by_when_they_are_expected() -> None:
    listed = expected(plan(agenda=(pitch("t3", "13:00"),)), {})
    assert [(one.who, one.kind, one.expected_at) for one in listed] == [
        ("t3", "team", at("13:00")),
        # Enterprises listen to the pitches, as their timetables say.
        ("e2", "enterprise", at("13:00")),
        ("e1", "enterprise", at("13:00")),
        ("e3", "enterprise", at("13:00")),
        ("t2", "team", at("14:00")),
        ("t1", "team", at("14:00")),
    ]
    first = listed[0]
    assert (first.name, first.on_stage_at, first.first_meeting and first.first_meeting.table) == (
        "水团队",
        at("13:00"),
        2,
    )


def test_who_has_no_place_is_not_waited_for() -> None:
    assert "e3" not in {one.who for one in expected(plan(*plan().meetings[:-1]), {})}


def test_who_came_is_written_down_and_can_be_taken_back(store: Store, published: Roadshow) -> None:
    check_in(store, published.id, "e1", "org")
    check_in(store, published.id, "e1", "li")
    here = [one for one in guests(store, published) if one.arrival]
    assert [(one.who, one.arrival and one.arrival.by) for one in here] == [("e1", "org")]
    undo_check_in(store, published.id, "e1")
    assert not any(one.arrival for one in guests(store, published))
    with pytest.raises(UnknownRecord, match="stranger"):
        check_in(store, published.id, "stranger", "org")


def test_before_publication_and_after_cancellation_nobody_is_let_in(store: Store, drafted: Roadshow) -> None:
    assert guests(store, drafted) == []
    with pytest.raises(BadRequest, match="publish"):
        check_in(store, drafted.id, "e1", "org")
    out = keeping.publish(store, drafted.id, drafted.version)
    keeping.cancel(store, out.id, out.version)
    with pytest.raises(BadRequest, match="cancelled"):
        check_in(store, drafted.id, "e1", "org")


def test_a_walk_in_is_offered_spare_tables_first_and_no_seat_that_is_taken(published: Roadshow) -> None:
    places = walk_in_places(published, "t1")
    assert [one.table for one in places[:3]] == [4, 4, 4]
    offered = {(one.start, one.table) for one in places}
    # The team meets others at 14:00 and 14:50.
    assert {one.start for one in places} == {at("14:25"), at("15:30"), at("15:55")}
    assert (at("14:25"), 1) not in offered
    assert (at("14:25"), 3) in offered


def test_a_walk_in_is_seated_in_what_was_published_and_in_the_draft(
    store: Store, published: Roadshow
) -> None:
    after = walk_in(store, published.id, published.version, " 丁公司 ", "t1", at("15:30"), 4, "org")
    who = next(one for one in guests(store, after) if one.name == "丁公司")
    assert (who.first_meeting and who.first_meeting.table, who.arrival and who.arrival.by) == (4, "org")
    assert seats(keeping.draft_of(after)) == seats(keeping.published_of(after))
    assert keeping.changes_since_published(after) == []
    # Somebody of the same name is the same, and cannot be at two tables at once.
    with pytest.raises(BadRequest, match="not free"):
        walk_in(store, after.id, after.version, "丁公司", "t2", at("15:30"), 3, "org")
    more = walk_in(store, after.id, after.version, "丁公司", "t2", at("15:55"), 4, "org")
    assert len([one for one in guests(store, more) if one.name == "丁公司"]) == 1
    assert len(keeping.published_of(more).enterprises) == 4  # type: ignore[union-attr]
    back = undo(store, more.id, more.version)
    assert len(seats(keeping.published_of(back)) - seats(keeping.draft_of(back))) == 1


def test_somebody_who_was_invited_walks_in_under_their_own_name(store: Store, published: Roadshow) -> None:
    after = walk_in(store, published.id, published.version, "丙公司", "t2", at("15:30"), 4, "org")
    assert "15:30/4/e3/t2" in seats(keeping.published_of(after))


def test_a_seat_that_was_taken_meanwhile_is_refused(store: Store, published: Roadshow) -> None:
    walk_in(store, published.id, published.version, "丁公司", "t1", at("15:30"), 4, "org")
    with pytest.raises(Conflict):
        walk_in(store, published.id, published.version, "戊公司", "t1", at("15:30"), 3, "org")
    now = keeping.find_roadshow(store, published.id)
    with pytest.raises(BadRequest, match="not free"):
        walk_in(store, now.id, now.version, "戊公司", "t1", at("15:30"), 3, "org")
    with pytest.raises(BadRequest, match="not free"):
        walk_in(store, now.id, now.version, "戊公司", "t3", at("15:30"), 4, "org")
    with pytest.raises(UnknownRecord, match="t9"):
        walk_in(store, now.id, now.version, "戊公司", "t9", at("15:30"), 3, "org")


@pytest.mark.parametrize("name", ["", "   ", "长" * 201, "a\x00b"])
def test_a_walk_in_has_a_name(store: Store, published: Roadshow, name: str) -> None:
    with pytest.raises(BadRequest, match="name"):
        walk_in(store, published.id, published.version, name, "t1", at("15:30"), 4, "org")
