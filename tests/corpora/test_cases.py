"""Cases as they are kept: versions, timelines, names that outlive their records, reminders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.cases import Action, Case, Cases, Stage
from corpora.records import Achievement, Need
from corpora.store import Store
from corpora.vocabulary import Kind

NAMES = {"need": "旧名", "enterprise": "厂", "county": "商州区", "achievement": "去壳机", "institution": "院"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.create(tmp_path)
    opened.save(Need(id="n-1", title="板栗去壳"), "test")
    opened.save(Achievement(id="a-1", title="气流去壳机"), "test")
    yield opened
    opened.close()


def add(store: Store) -> Case:
    return Cases(store).add("n-1", "a-1", "li", "先看看", NAMES)


def test_the_version_counts_the_events(store: Store) -> None:
    case, cases = add(store), Cases(store)
    cases.change(case, "wang", Action.MOVED, "同意", {"from": "proposed", "to": "met"}, stage=Stage.MET)
    cases.change(case, "li", Action.NOTED, "记一笔", {})
    found = cases.case(case.id)
    assert found
    assert (found.stage, found.version, found.owner) == (Stage.MET, 3, "li")
    events = cases.events(case.id)
    assert [(one.who, one.action, one.note) for one in events] == [
        ("li", Action.OPENED, "先看看"),
        ("wang", Action.MOVED, "同意"),
        ("li", Action.NOTED, "记一笔"),
    ]
    assert cases.staged_at() == {case.id: events[1].at}


def test_names_are_those_of_today_until_a_record_is_gone(store: Store) -> None:
    case, cases = add(store), Cases(store)
    assert cases.names()[case.id].need == "板栗去壳"
    store.delete(Kind.NEED, "n-1", "test")
    names = cases.names(case.id)[case.id]
    assert (names.need, names.county, names.achievement) == ("旧名", "商州区", "气流去壳机")
    assert (names.need_is_gone, names.achievement_is_gone) == (True, False)
    assert cases.of_need("n-1") == [case]


def test_reminders_stand_by_their_days_until_they_are_done(store: Store) -> None:
    case, cases = add(store), Cases(store)
    later = cases.add_reminder(case.id, "2026-11-02", "寄样品", "li")
    sooner = cases.add_reminder(case.id, "2026-11-01", "打电话", "li")
    assert [one.id for one in cases.open_reminders()] == [sooner, later]
    cases.finish_reminder(sooner)
    assert [one.id for one in cases.open_reminders()] == [later]
    assert [one.done_at is None for one in cases.reminders(case.id)] == [False, True]


def test_a_change_that_fails_leaves_no_event(store: Store) -> None:
    case, cases = add(store), Cases(store)
    with pytest.raises(Exception, match="CHECK"):
        cases.change(case, "li", Action.MOVED, "", {}, stage="lost")
    assert cases.case(case.id) == case
    assert len(cases.events(case.id)) == 1
