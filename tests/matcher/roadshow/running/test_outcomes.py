"""Outcomes: what follows from each, that a correction is no second entry, and that no case goes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.cases import Action, Cases, Stage
from corpora.errors import BadRequest, UnknownRecord
from corpora.records import Judgement
from corpora.roadshows import Result, Roadshow, Roadshows, State
from corpora.store import Store
from corpora.vocabulary import Kind, vocabulary
from matcher import cases
from matcher.roadshow.running import keeping, outcomes
from matcher.roadshow.running.outcomes import LEVELS, MOST_NOTE, STAGES, record, withdraw
from matcher.stages import ORDER
from tests.matcher.roadshow.halls import plan, spec

KEY = "14:00/1/e1/t1"
PAIR = ("n-e1", "a-t1")


def levels(store: Store) -> dict[str, int]:
    """Who gave the pair which level."""
    said = store.judgements(need_id=PAIR[0], achievement_id=PAIR[1])
    return {one.author: one.level for one in said}


def stage(store: Store) -> Stage | None:
    case = Cases(store).of_pair(*PAIR)
    return case.stage if case else None


def test_every_result_has_its_words_a_level_and_a_stage() -> None:
    assert LEVELS.keys() == set(Result)
    assert set(vocabulary().lists["meeting_outcomes"]) == set(Result)
    assert outcomes.label(Result.SAMPLE_OR_TEST) == ("寄样或试用", "sample or test")
    ways = [LEVELS[one] for one in Result]
    assert ways == sorted(ways)
    steps = [ORDER.index(STAGES[one]) for one in Result if one in STAGES]
    assert steps == sorted(steps)


@pytest.mark.parametrize("result", list(Result))
def test_a_result_judges_the_pair_and_takes_its_case_on(
    store: Store, published: Roadshow, result: Result
) -> None:
    done = record(store, published.id, KEY, result, "谈得好", "li", agreed=True)
    assert (done.level, levels(store)) == (LEVELS[result], {"li": LEVELS[result]})
    assert stage(store) == STAGES.get(result)
    assert (done.zh, done.en) == ("", "")
    if done.case:
        assert done.case.owner == "li"
        notes = [one.note for one in Cases(store).events(done.case.id) if one.action is Action.NOTED]
        assert ["谈得好" in one for one in notes] == [True]
        assert outcomes.label(result)[0] in notes[0]


def test_without_interest_an_open_case_stays_where_it_is_with_a_note(
    store: Store, published: Roadshow
) -> None:
    case = cases.open_case(store, *PAIR, "wang")
    case = cases.move(store, case.id, Stage.INTRODUCED, case.version, "wang", agreed=True)
    done = record(store, published.id, KEY, Result.NO_INTEREST, "", "li")
    assert done.case
    assert (done.case.stage, done.case.owner) == (Stage.INTRODUCED, "wang")
    assert "无意向" in Cases(store).events(case.id)[-1].note


def test_without_agreement_nobody_is_introduced(store: Store, published: Roadshow) -> None:
    done = record(store, published.id, KEY, Result.NEGOTIATING, "", "li")
    assert stage(store) is Stage.PROPOSED
    assert "agreed" in done.en
    # Said once more with the agreement, the case goes on, and nothing is doubled.
    again = record(store, published.id, KEY, Result.NEGOTIATING, "", "li", agreed=True)
    assert (stage(store), again.zh) == (Stage.NEGOTIATING, "")
    assert again.outcome == done.outcome
    assert again.case
    assert len([one for one in Cases(store).events(again.case.id) if one.action is Action.NOTED]) == 1


def test_a_correction_replaces_and_is_told_in_the_case(store: Store, published: Roadshow) -> None:
    record(store, published.id, KEY, Result.SIGNED, "", "li", agreed=True)
    done = record(store, published.id, KEY, Result.KEEP_IN_TOUCH, "点错了", "wang", agreed=True)
    assert levels(store) == {"wang": 3}
    assert [one.result for one in Roadshows(store).outcomes(published.id)] == [Result.KEEP_IN_TOUCH]
    # What was said to be signed is not taken back behind a broker's back.
    assert stage(store) is Stage.SIGNED
    assert done.case
    last = Cases(store).events(done.case.id)[-1].note
    assert "达成签约" in last
    assert "保持联系" in last
    assert "点错了" in last


def test_a_level_that_somebody_gave_since_is_not_taken_back(store: Store, published: Roadshow) -> None:
    record(store, published.id, KEY, Result.NEGOTIATING, "", "li", agreed=True)
    mine = Judgement(need_id=PAIR[0], achievement_id=PAIR[1], level=1, note="我看不行")
    store.judge([mine], "li")
    record(store, published.id, KEY, Result.KEEP_IN_TOUCH, "", "wang", agreed=True)
    assert levels(store) == {"li": 1, "wang": 3}
    # Nor does the same result, said again, speak over it.
    record(store, published.id, KEY, Result.KEEP_IN_TOUCH, "", "li", agreed=True)
    assert levels(store) == {"li": 1, "wang": 3}


def test_a_declined_case_is_not_reopened_by_a_tap(store: Store, published: Roadshow) -> None:
    case = cases.open_case(store, *PAIR, "li")
    cases.move(store, case.id, Stage.DECLINED, case.version, "li", "价格")
    done = record(store, published.id, KEY, Result.NEGOTIATING, "", "li", agreed=True)
    assert stage(store) is Stage.DECLINED
    assert "reopen" in done.en


def test_what_is_withdrawn_leaves_no_level(store: Store, published: Roadshow) -> None:
    record(store, published.id, KEY, Result.VISIT_PLANNED, "", "li", agreed=True)
    withdraw(store, published.id, KEY, "li")
    assert levels(store) == {}
    assert Roadshows(store).outcomes(published.id) == []
    assert stage(store) is Stage.MET
    with pytest.raises(BadRequest, match="nothing was entered"):
        withdraw(store, published.id, KEY, "li")


def test_a_pair_whose_records_are_gone_keeps_its_outcome_alone(store: Store, published: Roadshow) -> None:
    store.delete(Kind.NEED, "n-e1", "test")
    done = record(store, published.id, KEY, Result.SIGNED, "", "li", agreed=True)
    assert (done.level, done.case) == (None, None)
    assert "deleted" in done.en
    assert [one.result for one in Roadshows(store).outcomes(published.id)] == [Result.SIGNED]


def test_ids_that_the_store_never_saw_keep_their_outcome_alone(store: Store) -> None:
    made = keeping.create(store, spec(), "org", "e1\tt1\t0.5\n")
    bare = plan(*(replace(one, need_id="", achievement_id="", level=None) for one in plan().meetings))
    made = keeping.set_plan(store, made.id, bare, [], made.spec_number, "org")
    made = keeping.set_severity(store, made.id, made.version, "level_low", "ignore")
    keeping.publish(store, made.id, made.version)
    done = record(store, made.id, KEY, Result.SIGNED, "", "li", agreed=True)
    assert (done.level, done.case) == (None, None)
    assert done.zh


def test_outcomes_stand_beside_the_published_meetings(store: Store, published: Roadshow) -> None:
    record(store, published.id, KEY, Result.SIGNED, "", "li", agreed=True)
    found = outcomes.outcomes_of(store, keeping.find_roadshow(store, published.id))
    assert [one.enterprise_id for one, _ in found] == [one.enterprise_id for one in plan().meetings]
    assert [known.result if known else None for _, known in found] == [Result.SIGNED, None, None, None, None]


def test_the_first_outcome_ends_a_roadshow_whose_day_has_come(store: Store) -> None:
    for date, state in (("2026-01-09", State.HELD), ("2099-12-11", State.PUBLISHED)):
        made = keeping.create(store, spec(date=date), "org")
        made = keeping.set_plan(store, made.id, plan(date=date), [], made.spec_number, "org")
        keeping.publish(store, made.id, made.version)
        record(store, made.id, KEY, Result.SIGNED, "", "li", agreed=True)
        assert keeping.find_roadshow(store, made.id).state is state


def test_what_fails_leaves_nothing(store: Store, drafted: Roadshow) -> None:
    with pytest.raises(BadRequest, match="not published"):
        record(store, drafted.id, KEY, Result.SIGNED, "", "li")
    out = keeping.publish(store, drafted.id, drafted.version)
    with pytest.raises(UnknownRecord, match="09:00"):
        record(store, out.id, "09:00/1/e1/t1", Result.SIGNED, "", "li")
    with pytest.raises(BadRequest, match="1001 characters"):
        record(store, out.id, KEY, Result.SIGNED, "长" * (MOST_NOTE + 1), "li")
    assert (levels(store), stage(store)) == ({}, None)
    assert Roadshows(store).outcomes(out.id) == []


entries = st.lists(
    st.tuples(st.sampled_from(list(Result)), st.sampled_from(["li", "wang"]), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(entries)
def test_however_often_it_is_corrected_one_outcome_one_level_and_a_case_that_never_goes_back(
    store: Store, entered: list[tuple[Result, str, bool]]
) -> None:
    made = keeping.create(store, spec(), "org")
    made = keeping.set_plan(store, made.id, plan(), [], made.spec_number, "org")
    keeping.publish(store, made.id, made.version)
    reached = -1
    for one in store.judgements(need_id=PAIR[0], achievement_id=PAIR[1]):
        store.unjudge(*PAIR, one.author)
    for result, who, agreed in entered:
        before = stage(store)
        record(store, made.id, KEY, result, "", who, agreed)
        after = stage(store)
        assert len(levels(store)) == 1
        assert set(levels(store).values()) == {LEVELS[result]}
        if before is not None:
            assert after is not None
            reached = ORDER.index(before)
        assert after is None or ORDER.index(after) >= reached
    assert len(Roadshows(store).outcomes(made.id)) == 1
