"""Duplicate review: what differs, what a person may decide, and that nothing hangs in the air after."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.accounts import Accounts
from corpora.attachments import Attachment, Attachments
from corpora.cases import Cases, Stage
from corpora.errors import Conflict
from corpora.records import Achievement, Contact, Judgement, Need
from corpora.reviews import Reviews
from corpora.store import DuplicateLink, Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher import reviews

NAMES = {"need": "核桃脱皮", "enterprise": "", "county": "", "achievement": "脱皮机", "institution": ""}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two needs that look like one, a third that looks like the second, and two achievements."""
    made = Store.create(tmp_path / "data")
    for record in (
        Need(id="n1", title="核桃脱皮损伤大", text="损伤率高", budget="50万", contact=Contact(name="周某")),
        Need(id="n2", title="核桃脱皮损伤高", county="商州区", indicators=["损伤率≤3%"], budget="80万",
             contact=Contact(name="吴某", phone="000-0002")),
        Need(id="n3", title="核桃脱皮伤得多"),
        Achievement(id="a1", title="脱皮机"),
        Achievement(id="a2", title="清洗机"),
    ):  # fmt: skip
        made.save(record, "甲")
    made.link_duplicates(
        [DuplicateLink(Kind.NEED, "n2", "n1", 90.0), DuplicateLink(Kind.NEED, "n3", "n2", 80.0)]
    )
    return made


def judged(need: str, achievement: str, level: int, author: str, day: int) -> Judgement:
    at = datetime(2026, 1, day, tzinfo=UTC)
    return Judgement(need_id=need, achievement_id=achievement, level=level, author=author, at=at)


def merge(store: Store, one: str, other: str, keep: str) -> None:
    pair = reviews.open_pair(store, Kind.NEED, one, other)
    reviews.merge(store, pair, keep, reviews.mark(reviews.plan(store, pair, keep)), "broker")


def test_two_that_were_told_apart_are_never_asked_about_again(store: Store) -> None:
    pair = reviews.open_pair(store, Kind.NEED, "n1", "n2")
    reviews.tell_apart(store, pair, "broker")
    assert [link.id for link in Reviews(store).pairs(10)] == ["n3"]
    # Found again, from either side.
    store.link_duplicates(
        [DuplicateLink(Kind.NEED, "n2", "n1", 95.0), DuplicateLink(Kind.NEED, "n1", "n2", 95.0)]
    )
    assert [link.id for link in Reviews(store).pairs(10)] == ["n3"]
    with pytest.raises(Conflict):
        reviews.tell_apart(store, pair, "another")
    with pytest.raises(Conflict):
        reviews.open_pair(store, Kind.NEED, "n2", "n1")
    assert next(Accounts(store).entries()).action == "told apart"


def test_a_pair_that_was_found_from_both_sides_is_one_question(store: Store) -> None:
    store.link_duplicates([DuplicateLink(Kind.NEED, "n1", "n2", 90.0)])
    assert Reviews(store).count() == len(Reviews(store).pairs(10)) == 2


def test_what_the_kept_one_lacks_is_filled_and_the_rest_of_it_stays(store: Store) -> None:
    merge(store, "n1", "n2", keep="n1")
    kept = store.need("n1")
    assert (kept.title, kept.text, kept.budget) == ("核桃脱皮损伤大", "损伤率高", "50万")
    assert (kept.county, kept.indicators) == ("商州区", ["损伤率≤3%"])
    assert kept.contact == Contact(name="周某", phone="000-0002")
    assert store.ids(Kind.NEED) == ["n1", "n3"]
    assert store.history(Kind.NEED, "n2")[-1].action == "deleted"


def test_judgements_move_and_of_two_by_one_author_the_later_stays(store: Store) -> None:
    store.judge(
        [judged("n1", "a1", 4, "甲", 1), judged("n2", "a1", 1, "甲", 2), judged("n2", "a1", 3, "乙", 1),
         judged("n1", "a2", 2, "丙", 5), judged("n2", "a2", 4, "丙", 3)],
        "甲",
    )  # fmt: skip
    plan = Reviews(store).merging(Kind.NEED, "n1", "n2")
    assert (plan.moved_judgements, plan.dropped_judgements) == (1, 2)
    merge(store, "n1", "n2", keep="n1")
    left = {(one.need_id, one.achievement_id, one.author): one.level for one in store.judgements()}
    assert left == {("n1", "a1", "甲"): 1, ("n1", "a1", "乙"): 3, ("n1", "a2", "丙"): 2}


def test_cases_move_and_two_of_one_pair_become_the_one_that_is_further_on(store: Store) -> None:
    cases = Cases(store)
    own, other, alone = (
        cases.add(need, achievement, "broker", "", NAMES)
        for need, achievement in (("n1", "a1"), ("n2", "a1"), ("n2", "a2"))
    )
    cases.add_reminder(own.id, "2026-12-01", "打电话", "broker")
    from corpora.cases import Action

    cases.change(other, "broker", Action.MOVED, "", {"from": "proposed", "to": "met"}, stage=Stage.MET)
    merge(store, "n1", "n2", keep="n1")
    left = {case.id: (case.need_id, case.achievement_id, case.stage) for case in cases.all()}
    assert left == {other.id: ("n1", "a1", Stage.MET), alone.id: ("n1", "a2", Stage.PROPOSED)}
    assert [one.what for one in cases.reminders(other.id)] == ["打电话"]
    assert len(cases.events(other.id)) == 4
    merged = cases.case(other.id)
    assert merged
    assert merged.version > 2
    assert cases.names(other.id)[other.id].need == "核桃脱皮损伤大"


def test_achievements_merge_as_needs_do(store: Store) -> None:
    store.link_duplicates([DuplicateLink(Kind.ACHIEVEMENT, "a2", "a1", 88.0)])
    store.judge([judged("n1", "a2", 4, "甲", 1)], "甲")
    Cases(store).add("n1", "a2", "broker", "", NAMES)
    pair = reviews.open_pair(store, Kind.ACHIEVEMENT, "a1", "a2")
    reviews.merge(store, pair, "a1", reviews.mark(reviews.plan(store, pair, "a1")), "broker")
    assert [one.achievement_id for one in store.judgements()] == ["a1"]
    assert [case.achievement_id for case in Cases(store).all()] == ["a1"]


def test_what_resembled_the_one_that_went_is_compared_with_the_one_that_stays(store: Store) -> None:
    merge(store, "n1", "n2", keep="n1")
    [link] = Reviews(store).pairs(10)
    assert {link.id, link.original_id} == {"n3", "n1"}
    merge(store, "n1", "n3", keep="n3")
    assert Reviews(store).count() == 0
    assert store.ids(Kind.NEED) == ["n3"]


def test_attachments_and_origins_move(store: Store, tmp_path: Path) -> None:
    Attachments(store).add(Attachment("x" * 32, None, "n2", "图.pdf", "application/pdf", 1, "", "2026-01-01"))
    merge(store, "n1", "n2", keep="n1")
    assert [one.name for one in Attachments(store).of_need("n1")] == ["图.pdf"]


def test_a_record_that_changed_meanwhile_is_looked_at_again(store: Store) -> None:
    pair = reviews.open_pair(store, Kind.NEED, "n1", "n2")
    seen = reviews.mark(reviews.plan(store, pair, "n1"))
    store.save(store.need("n2").model_copy(update={"budget": "90万"}), "乙")
    with pytest.raises(Conflict, match="changed just now"):
        reviews.merge(store, pair, "n1", seen, "broker")
    assert store.ids(Kind.NEED) == ["n1", "n2", "n3"]


def test_two_who_merge_at_once_do_it_once(store: Store) -> None:
    pair = reviews.open_pair(store, Kind.NEED, "n1", "n2")
    seen = reviews.mark(reviews.plan(store, pair, "n1"))
    reviews.merge(store, pair, "n1", seen, "broker")
    with pytest.raises(Conflict):
        reviews.merge(store, pair, "n1", seen, "another")


def test_what_an_enterprise_sent_in_stays_and_is_not_published_by_a_merge(store: Store) -> None:
    submissions = Submissions(store)
    submissions.add("C1", "n2", "核桃脱皮损伤高", "d1", None)
    pair = reviews.open_pair(store, Kind.NEED, "n1", "n2")
    with pytest.raises(Conflict, match="not approved"):
        reviews.plan(store, pair, "n2")
    submissions.decide("C1", Status.APPROVED, "", "broker")
    pair = reviews.open_pair(store, Kind.NEED, "n1", "n2")
    with pytest.raises(Conflict, match="must stay"):
        reviews.plan(store, pair, "n1")
    submissions.add("C2", "n1", "核桃脱皮损伤大", "d2", None)
    submissions.decide("C2", Status.APPROVED, "", "broker")
    pair = reviews.open_pair(store, Kind.NEED, "n1", "n2")
    with pytest.raises(Conflict, match="both were sent in"):
        reviews.plan(store, pair, "n2")
    assert store.ids(Kind.NEED) == ["n1", "n2", "n3"]


def test_differences_are_marked_where_they_are() -> None:
    one, other = reviews.compared("损伤率超过12%，想换设备", "损伤率超过15%，想换设备")
    assert [piece.text for piece in one if piece.differs] == ["12"]
    assert [piece.text for piece in other if piece.differs] == ["15"]
    assert reviews.compared("", "有") == ([], [reviews.Piece("有", True)])
    assert reviews.compared("核桃", "核桃") == ([reviews.Piece("核桃", False)],) * 2
    # Two texts that share a letter by chance are two texts.
    assert reviews.compared("核桃脱皮损伤", "茶叶揉捻不匀皮")[0] == [reviews.Piece("核桃脱皮损伤", True)]


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_joined_are_the_texts(one: str, other: str) -> None:
    ours, theirs = reviews.compared(one, other)
    assert "".join(piece.text for piece in ours) == one
    assert "".join(piece.text for piece in theirs) == other
    if not re.search(r"\d", one + other):
        same = ["".join(piece.text for piece in side if not piece.differs) for side in (ours, theirs)]
        assert same[0] == same[1]


def test_very_long_texts_are_compared_in_time() -> None:
    one, other = reviews.compared("核桃" * 10_000, "核桃" * 9_000 + "板栗" * 1_000)
    assert "".join(piece.text for piece in one) == "核桃" * 10_000
    assert any(piece.differs for piece in other)
