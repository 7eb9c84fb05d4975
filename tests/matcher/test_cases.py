"""Cases: which moves there are, who is told when somebody was faster, and what stays private."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpora.accounts import Role
from corpora.cases import Case, Cases, Stage
from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.records import Achievement, Contact, Need
from corpora.store import FILE_NAME, Store
from corpora.vocabulary import Kind
from matcher import cases
from matcher.accounts import add_user, find_user, set_disabled
from matcher.caseboard import Filter, board, due
from matcher.dossiers import dossier
from matcher.introductions import letters
from matcher.stages import ORDER, moves, stage_before, today

WAY = list(ORDER)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one need, two achievements, three brokers of whom one is locked, and a bureau."""
    folder = tmp_path_factory.mktemp("cases")
    opened = Store.create(folder)
    for name, role in (
        ("li", Role.BROKER),
        ("wang", Role.BROKER),
        ("gone", Role.BROKER),
        ("ju", Role.BUREAU),
    ):
        add_user(opened, name, role, "correct horse battery", f"{name}先生")
    set_disabled(opened, find_user(opened, "gone"), True)
    opened.save(
        Need(
            id="n-1",
            title="板栗去壳",
            enterprise="商洛板栗厂",
            county="商州区",
            contact=Contact(name="赵六", phone="0914-2312345", email="zhao@example.com"),
        ),
        "test",
    )
    for number in (1, 2):
        opened.save(
            Achievement(
                id=f"a-{number}",
                title=f"气流去壳机{number}",
                institution="商洛学院",
                contact=Contact(name="钱七", phone="13900000001"),
            ),
            "test",
        )
    opened.close()
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, to be written in."""
    source = Store(made)
    source.copy_to(tmp_path / FILE_NAME)
    source.close()
    opened = Store.create(tmp_path)
    yield opened
    opened.close()


def begun(store: Store, achievement: str = "a-1") -> Case:
    return cases.open_case(store, "n-1", achievement, "li")


def moved(store: Store, case: Case, *stages: Stage) -> Case:
    for stage in stages:
        case = cases.move(store, case.id, stage, case.version, "li", "因为", agreed=True)
    return case


def in_stage(store: Store, stage: Stage) -> Case:
    case = begun(store)
    if stage is Stage.DECLINED:
        return moved(store, case, Stage.MET, stage)
    return moved(store, case, *WAY[1 : WAY.index(stage) + 1])


# Moves

_ALLOWED = {
    Stage.PROPOSED: {Stage.INTRODUCED, Stage.MET, Stage.NEGOTIATING, Stage.SIGNED, Stage.DECLINED},
    Stage.INTRODUCED: {Stage.PROPOSED, Stage.MET, Stage.NEGOTIATING, Stage.SIGNED, Stage.DECLINED},
    Stage.MET: {Stage.INTRODUCED, Stage.NEGOTIATING, Stage.SIGNED, Stage.DECLINED},
    Stage.NEGOTIATING: {Stage.MET, Stage.SIGNED, Stage.DECLINED},
    Stage.SIGNED: {Stage.NEGOTIATING},
    Stage.DECLINED: {Stage.MET},
}


@pytest.mark.parametrize("to", list(Stage))
@pytest.mark.parametrize("stage", list(Stage))
def test_only_the_moves_of_the_rules_are_made(store: Store, stage: Stage, to: Stage) -> None:
    case = in_stage(store, stage)
    if to in _ALLOWED[stage]:
        after = cases.move(store, case.id, to, case.version, "wang", "因为", agreed=True)
        assert (after.stage, after.version) == (to, case.version + 1)
        return
    with pytest.raises(BadRequest):
        cases.move(store, case.id, to, case.version, "wang", "因为", agreed=True)
    assert cases.find_case(store, case.id) == case


def test_the_likeliest_move_comes_first() -> None:
    assert [moves(stage, stage)[0] for stage in WAY] == [*WAY[1:], Stage.NEGOTIATING]


def test_declining_takes_a_reason_and_reopening_forgets_it(store: Store) -> None:
    case = in_stage(store, Stage.NEGOTIATING)
    for nothing in ("", "  \n", "\x00\x07"):
        with pytest.raises(BadRequest, match="原因"):
            cases.move(store, case.id, Stage.DECLINED, case.version, "li", nothing)
    declined = cases.move(store, case.id, Stage.DECLINED, case.version, "li", " 价格谈不拢 ")
    assert declined.reason == "价格谈不拢"
    reopened = cases.move(store, case.id, Stage.NEGOTIATING, declined.version, "wang")
    assert (reopened.stage, reopened.reason) == (Stage.NEGOTIATING, "")
    again = cases.move(store, case.id, Stage.MET, reopened.version, "li")
    last = cases.move(store, case.id, Stage.DECLINED, again.version, "li", "又没谈成")
    assert stage_before(Cases(store).events(case.id)) is Stage.MET
    assert moves(last.stage, Stage.MET) == [Stage.MET]


def test_a_contract_is_taken_back_only_with_a_note(store: Store) -> None:
    case = in_stage(store, Stage.SIGNED)
    with pytest.raises(BadRequest, match="为什么改回"):
        cases.move(store, case.id, Stage.NEGOTIATING, case.version, "li")
    assert (
        cases.move(store, case.id, Stage.NEGOTIATING, case.version, "li", "合同未盖章").stage == "negotiating"
    )


@pytest.mark.parametrize("to", WAY[1:])
def test_nobody_is_named_to_the_other_without_the_agreement_of_both(store: Store, to: Stage) -> None:
    case = begun(store)
    with pytest.raises(BadRequest, match="双方"):
        cases.move(store, case.id, to, case.version, "li")
    assert cases.contact_for(store, "n-1") == []
    assert Cases(store).events(case.id)[-1].detail["to"] == "proposed"


def test_going_back_takes_no_agreement_but_introducing_anew_does(store: Store) -> None:
    case = in_stage(store, Stage.INTRODUCED)
    back = cases.move(store, case.id, Stage.PROPOSED, case.version, "li")
    assert cases.contact_for(store, "n-1") == []
    with pytest.raises(BadRequest):
        cases.move(store, case.id, Stage.INTRODUCED, back.version, "li")


# One case a pair


def test_a_pair_has_one_case_and_a_second_note_is_kept(store: Store) -> None:
    case = cases.open_case(store, "n-1", "a-1", "li", "先看看")
    again = cases.open_case(store, "n-1", "a-1", "wang", "我也觉得合适")
    assert (again.id, again.owner, again.version) == (case.id, "li", 2)
    assert [event.note for event in Cases(store).events(case.id)] == ["先看看", "我也觉得合适"]
    assert cases.open_case(store, "n-1", "a-1", "wang").version == 2
    assert len(Cases(store).of_need("n-1")) == len(Cases(store).of_achievement("a-1")) == 1


def test_opened_by_many_at_once_it_is_still_one(store: Store) -> None:
    def once(number: int) -> int:
        own = Store(store.path.parent)
        try:
            return cases.open_case(own, "n-1", "a-1", f"w{number}", f"第{number}位").id
        finally:
            own.close()

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(once, range(8)))
    assert len(ids) == 1
    events = Cases(store).events(ids.pop())
    assert sorted(event.note for event in events) == [f"第{number}位" for number in range(8)]


def test_a_case_needs_both_records(store: Store) -> None:
    for pair in (("n-1", "a-9"), ("n-9", "a-1"), ("", "")):
        with pytest.raises(UnknownRecord):
            cases.open_case(store, *pair, "li")
    assert Cases(store).all() == []


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 10**30])
def test_there_is_no_such_case(store: Store, number: int) -> None:
    with pytest.raises(UnknownRecord):
        cases.find_case(store, number)


# Two brokers at once


def test_who_was_slower_is_told_what_changed_and_nothing_is_overwritten(store: Store) -> None:
    seen = in_stage(store, Stage.MET)
    cases.move(store, seen.id, Stage.NEGOTIATING, seen.version, "wang", "价格接近")
    writes = [
        lambda: cases.move(store, seen.id, Stage.DECLINED, seen.version, "li", "没意思"),
        lambda: cases.add_note(store, seen.id, "我的记录", seen.version, "li"),
        lambda: cases.set_dates(store, seen.id, today(), None, seen.version, "li"),
        lambda: cases.set_reminder(store, seen.id, today(), "打电话", seen.version, "li"),
        lambda: cases.hand_over(store, seen.id, "wang", seen.version, "li"),
    ]
    before = Cases(store).events(seen.id)
    for write in writes:
        with pytest.raises(Conflict) as told:
            write()
        assert "wang" in told.value.zh
        assert "洽谈中" in told.value.zh
        assert "wang" in told.value.en
        assert "negotiating" in told.value.en
    assert Cases(store).events(seen.id) == before
    assert Cases(store).reminders(seen.id) == []


@pytest.mark.parametrize("version", [-1, 0, 99])
def test_a_version_that_never_was_is_a_conflict_too(store: Store, version: int) -> None:
    case = begun(store)
    with pytest.raises(Conflict):
        cases.add_note(store, case.id, "x", version, "li")


# Notes, dates, reminders, handing over


def test_a_note_has_its_limit_and_says_so(store: Store) -> None:
    case = begun(store)
    long = cases.add_note(store, case.id, "好" * 20_000, case.version, "li")
    with pytest.raises(BadRequest, match=r"20001 .*20000"):
        cases.add_note(store, case.id, "好" * 20_001, long.version, "li")
    with pytest.raises(BadRequest):
        cases.add_note(store, case.id, " \r\n ", long.version, "li")
    odd = cases.add_note(store, case.id, "一\r\n二\x00\x1b[31m\ud800　三", long.version, "li")
    assert Cases(store).events(odd.id)[-1].note == "一\n二[31m　三"


def test_dates_are_kept_and_told(store: Store) -> None:
    case = begun(store)
    later = today() + timedelta(days=3)
    dated = cases.set_dates(store, case.id, today(), later, case.version, "li")
    shown = dossier(store, case.id, contacts=True)
    assert (shown.met_on, shown.next_meeting) == (today(), later)
    # Saved as it was, it is no change.
    assert cases.set_dates(store, case.id, today(), later, dated.version, "li") == dated
    with pytest.raises(BadRequest, match="还没有到"):
        cases.set_dates(store, case.id, later, None, dated.version, "li")
    with pytest.raises(BadRequest):
        cases.set_dates(store, case.id, None, today() - timedelta(days=1), dated.version, "li")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_reminder_is_for_a_day_to_come(store: Store, day: date) -> None:
    case = begun(store)
    with pytest.raises(BadRequest):
        cases.set_reminder(store, case.id, day, "打电话", case.version, "li")
    with pytest.raises(BadRequest):
        cases.set_reminder(store, case.id, today(), " ", case.version, "li")
    assert Cases(store).reminders(case.id) == []


def remind(store: Store, case: Case, *days: int) -> Case:
    """Set reminders that fall due in so many days; those gone by were set before."""
    for ahead in days:
        on = today() + timedelta(days=ahead)
        if ahead >= 0:
            case = cases.set_reminder(store, case.id, on, f"第{ahead}天", case.version, "li")
        else:
            Cases(store).add_reminder(case.id, on.isoformat(), f"第{ahead}天", "li")
    return case


def test_what_is_due_is_sorted_by_its_day_and_goes_with_the_case(store: Store) -> None:
    case = remind(store, begun(store), 8, 7, 6, 1, 0, -1, -40)
    found = due(store, "li")
    told = [
        [one.reminder.what for one in tasks]
        for tasks in (found.overdue, found.today, found.week, found.later)
    ]
    assert told == [["第-40天", "第-1天"], ["第0天"], ["第1天", "第6天"], ["第7天", "第8天"]]
    assert board(store)[0].overdue
    handed = cases.hand_over(store, case.id, "wang", case.version, "li", "请接着谈")
    assert due(store, "li").overdue == []
    assert len(due(store, "wang").overdue) == 2
    first = found.overdue[0].reminder
    done = cases.finish_reminder(store, case.id, first.id, handed.version, "wang")
    # Done twice, it is done once, whatever the version.
    assert cases.finish_reminder(store, case.id, first.id, handed.version, "li") == done
    assert [one.reminder.what for one in due(store, "wang").overdue] == ["第-1天"]
    cases.move(store, case.id, Stage.DECLINED, done.version, "wang", "不做了")
    assert due(store, "wang").overdue == []
    assert not board(store)[0].overdue


def test_a_reminder_is_finished_in_its_own_case(store: Store) -> None:
    case, other = remind(store, begun(store), 1), begun(store, "a-2")
    number = Cases(store).reminders(case.id)[0].id
    with pytest.raises(UnknownRecord):
        cases.finish_reminder(store, other.id, number, other.version, "li")
    with pytest.raises(Conflict):
        cases.finish_reminder(store, case.id, number, case.version - 1, "li")
    assert Cases(store).reminders(case.id)[0].done_at is None


@pytest.mark.parametrize("to", ["li", "gone", "ju", "nobody", "", "<b>"])
def test_a_case_goes_only_to_another_broker(store: Store, to: str) -> None:
    case = begun(store)
    with pytest.raises(BadRequest):
        cases.hand_over(store, case.id, to, case.version, "li")
    assert cases.find_case(store, case.id).owner == "li"


# The board


def test_the_board_filters(store: Store) -> None:
    case, other = begun(store), moved(store, begun(store, "a-2"), Stage.MET)
    remind(store, case, -1)
    cases.hand_over(store, other.id, "wang", other.version, "li")
    assert {card.case.id for card in board(store)} == {case.id, other.id}
    wanted = {
        Filter(owner="wang"): {other.id},
        Filter(county="商州区"): {case.id, other.id},
        Filter(county="别处"): set(),
        Filter(stage="met"): {other.id},
        Filter(overdue=True): {case.id},
        Filter(owner="wang", overdue=True): set(),
    }
    for asked, ids in wanted.items():
        assert {card.case.id for card in board(store, asked)} == ids, asked
    assert [card.owner for card in board(store, Filter(owner="wang"))] == ["wang先生"]


def test_a_record_that_is_deleted_keeps_its_name_in_the_case(store: Store) -> None:
    case = in_stage(store, Stage.PROPOSED)
    store.delete(Kind.NEED, "n-1", "test")
    (card,) = board(store)
    assert (card.names.need, card.names.enterprise, card.names.county) == ("板栗去壳", "商洛板栗厂", "商州区")
    assert card.names.need_is_gone
    assert not card.names.achievement_is_gone
    with pytest.raises(BadRequest, match="删除"):
        cases.move(store, case.id, Stage.INTRODUCED, case.version, "li", agreed=True)
    declined = cases.move(store, case.id, Stage.DECLINED, case.version, "li", "企业撤回")
    store.delete(Kind.ACHIEVEMENT, "a-1", "test")
    shown = dossier(store, declined.id, contacts=True)
    assert (shown.need, shown.achievement, shown.names.achievement) == (None, None, "气流去壳机1")


# Privacy

_CONTACTS = ("赵六", "2312345", "zhao@example.com", "钱七", "13900000001", "18612345678", "other@mail.cn")


def test_without_the_capability_no_contact_is_in_a_case(store: Store) -> None:
    case = in_stage(store, Stage.MET)
    said = (
        "找赵六 0914-2312345 或 zhao@example.com，团队是钱七 139 0000 0001；财务 +86 186-1234-5678，"
        "other@mail.cn，预算 1300000 元，2026-10-20 见"
    )
    case = cases.add_note(store, case.id, said, case.version, "li")
    case = cases.set_reminder(store, case.id, today(), said, case.version, "li")
    case = cases.move(store, case.id, Stage.DECLINED, case.version, "li", said)
    told = repr(dossier(store, case.id, contacts=False)) + repr(board(store, mask=True))
    assert [one for one in (*_CONTACTS, "1234-5678", "0000 0001") if one in told] == []
    assert "1300000" in told
    assert "2026-10-20" in told
    assert "赵六" in repr(dossier(store, case.id, contacts=True))


def test_the_owner_of_a_need_learns_stages_and_days_only(store: Store) -> None:
    first, second = begun(store), begun(store, "a-2")
    moved(store, first, Stage.DECLINED)
    assert [one.stage for one in cases.events_for(store, "n-1")] == ["proposed"]
    moved(store, second, Stage.INTRODUCED, Stage.MET, Stage.INTRODUCED)
    found = cases.events_for(store, "n-1")
    assert [one.stage for one in found] == ["proposed", "introduced"]
    assert all(set(vars(one)) == {"stage", "at"} for one in found)
    assert cases.events_for(store, "n-9") == []


def test_a_contact_is_given_once_both_are_introduced_and_not_after_declining(store: Store) -> None:
    case = begun(store)
    assert cases.contact_for(store, "n-1") == []
    case = moved(store, case, Stage.NEGOTIATING)
    ((achievement, contact),) = cases.contact_for(store, "n-1")
    assert (achievement.id, contact.phone) == ("a-1", "13900000001")
    moved(store, case, Stage.DECLINED)
    assert cases.contact_for(store, "n-1") == []


def test_a_letter_is_written_only_for_those_introduced(store: Store) -> None:
    case = begun(store)
    with pytest.raises(BadRequest, match="引荐"):
        letters(dossier(store, case.id, contacts=True), None)
    moved(store, case, Stage.INTRODUCED)
    chinese, english = letters(dossier(store, case.id, contacts=True), None)
    for letter in (chinese, english):
        told = repr(letter)
        assert all(one in told for one in ("板栗去壳", "气流去壳机1", "赵六", "13900000001"))
    store.delete(Kind.ACHIEVEMENT, "a-1", "test")
    with pytest.raises(BadRequest, match="删除"):
        letters(dossier(store, case.id, contacts=True), None)
