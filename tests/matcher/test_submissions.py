"""The rules of sending in, changing, withdrawing and deciding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpora.attachments import Attachment, Attachments
from corpora.cases import Stage
from corpora.database import now
from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.records import MAX_SHORT, MAX_TEXT, MAX_TITLE, Achievement, Need
from corpora.store import Store
from corpora.submissions import Status, Submission, Submissions
from corpora.vocabulary import Kind, Mode
from matcher import cases, drafts, submissions
from matcher.accounts import digest
from matcher.progress import progress
from matcher.submissions import Typed, check

GOOD: dict[str, str | list[str]] = {
    "title": "核桃青皮机械脱皮后果壳发黑",
    "text": "现在用滚筒脱皮机，日处理 20 吨，脱皮后两小时果壳就发黑。",
    "indicators": "黑斑果率≤2%\r\n每小时≥2 吨",
    "deadline": "2027年6月",
    "budget": "50-100万元",
    "modes": ["joint", "service"],
    "ip_wanted": "shared",
    "min_stage": "6",
    "fields": "核桃加工、食品机械",
    "enterprise": "商洛核桃有限公司",
    "region": "陕西省商洛市",
    "county": "山阳县",
    "contact_name": "王工",
    "contact_phone": "0914-231 2345、+86 139 0000 0000",
    "contact_email": "Wang@Example.com",
    "consent": "yes",
}
LIMITS = {
    "title": MAX_TITLE, "text": MAX_TEXT, "enterprise": MAX_SHORT, "region": MAX_SHORT, "county": MAX_SHORT,
    "fields": MAX_SHORT, "contact_name": MAX_SHORT, "contact_phone": MAX_SHORT, "contact_email": MAX_SHORT,
    "indicators": MAX_TEXT,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path)


def need_of(typed: Typed) -> Need:
    need, errors = check(typed)
    assert need is not None, errors
    return need


def sent(store: Store, typed: Typed = GOOD) -> tuple[Submission, str]:
    key = submissions.new_key()
    made, is_new = submissions.submit(store, need_of(typed), key, None, None, "visitor")
    assert is_new
    return made, key


def seen(store: Store, made: Submission) -> str:
    return store.need(made.need_id).content_hash()


def status(store: Store, made: Submission) -> Status:
    found = Submissions(store).coded(made.code)
    assert found is not None
    return found.status


def test_the_form_goes_through_the_door_of_every_need() -> None:
    need = need_of(GOOD)
    assert need.indicators == ["黑斑果率≤2%", "每小时≥2 吨"]
    assert need.budget_range == (50, 100)
    assert str(need.deadline) == "2027-06-30"
    assert need.modes == [Mode.JOINT, Mode.SERVICE]
    assert need.min_stage == 6
    assert need_of(GOOD).id != need.id
    assert need_of(submissions.typed_of(need) | {"consent": "yes"}).content_hash() == need.content_hash()


def test_everything_that_is_wrong_is_said_at_once_in_both_languages() -> None:
    need, errors = check(
        {"deadline": "2027-02-30", "budget": "300美元", "min_stage": "99", "ip_wanted": "我的"}
    )
    assert need is None
    assert set(errors) == {
        "title", "text", "enterprise", "contact_name", "contact_phone", "consent", "deadline", "budget",
        "min_stage", "ip_wanted",
    }  # fmt: skip
    assert all(zh and en and zh != en for said in errors.values() for zh, en in said)


def test_only_what_is_required_is_enough() -> None:
    need = need_of({
        "title": "果壳发黑", "text": "脱皮后发黑", "enterprise": "某厂", "contact_name": "王", "contact_email": "w@x.cn",
        "consent": "yes",
    })  # fmt: skip
    assert need.budget == ""
    assert need.deadline is None


@pytest.mark.parametrize("name", LIMITS)
def test_a_field_takes_its_limit_and_no_more(name: str) -> None:
    limit = LIMITS[name]
    for length in (1, limit):
        assert check({**GOOD, name: "栗" * length})[1] == {}
    need, errors = check({**GOOD, name: "栗" * (limit + 1)})
    assert need is None
    assert str(limit) in errors[name][0][0]
    assert str(limit) in errors[name][0][1]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "'; DROP TABLE needs; --", "\u202eevil\u202c عربي", "🌰👩‍🔬𠮷", "a\u200bb", "=1+1", "%s%n{{7*7}}",
    ],
)  # fmt: skip
def test_text_is_only_text(store: Store, text: str) -> None:
    made, _ = sent(store, {**GOOD, "title": text, "text": text, "enterprise": text})
    need = store.need(made.need_id)
    assert (need.title, need.text, need.enterprise) == (text, text, text)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\ud800"])
def test_control_characters_are_refused_where_they_stand(text: str) -> None:
    need, errors = check({**GOOD, "text": text, "contact_name": text})
    assert need is None
    assert set(errors) == {"text", "contact_name"}


def test_five_megabytes_are_refused_quickly() -> None:
    _, errors = check({**GOOD, "text": "长" * 5_000_000, "fields": "长" * 5_000_000})
    assert {"text", "fields"} <= set(errors)
    assert all(len(zh) < 300 for said in errors.values() for zh, _ in said)


def test_as_far_as_it_is_readable_a_bare_form_is_no_need() -> None:
    assert submissions.as_far_as_readable({})[0] is None
    need, errors = submissions.as_far_as_readable({"text": "栗子发黑", "budget": "300美元"})
    assert need is not None
    assert (need.title, need.budget) == ("栗子发黑", "")
    assert set(errors) == {"title", "budget"}


def test_sent_twice_it_is_stored_once(store: Store) -> None:
    key = submissions.new_key()
    first = submissions.submit(store, need_of(GOOD), key, None, None, "visitor")
    second = submissions.submit(store, need_of(GOOD), key, None, None, "visitor")
    assert first == (second[0], True)
    assert not second[1]
    assert store.ids(Kind.NEED) == [first[0].need_id]
    assert store.need(first[0].need_id).contact.phone == GOOD["contact_phone"]


def test_only_the_digest_of_the_key_is_kept(store: Store) -> None:
    made, key = sent(store)
    assert key not in "\n".join(store.db.conn.iterdump())
    assert submissions.by_key(store, key) == made
    for wrong in ("", key[:-1], key + "A", made.code, submissions.new_key()):
        assert submissions.by_key(store, wrong) is None


def test_a_code_leads_on_with_a_contact_however_both_are_written(store: Store) -> None:
    made, _ = sent(store)
    for code in (
        made.code,
        made.code.lower(),
        made.code.replace("-", ""),
        f" {made.code.replace('-', '－')} ",
    ):
        assert submissions.by_code(store, code, "13900000000") == made, code
    for contact in (
        "139-0000-0000",
        "+8613900000000",
        "09142312345",
        "wang@example.com",
        " WANG@example.com ",
    ):
        assert submissions.by_code(store, made.code, contact) == made, contact
    for contact in ("", "0", "1390000000", "王工", "@", "139000000000", "x@example.com", "%"):
        assert submissions.by_code(store, made.code, contact) is None, contact
    assert submissions.by_code(store, "SL-AAAA-AAAA", "13900000000") is None


def test_a_code_has_no_letters_that_are_mixed_up() -> None:
    assert submissions.read_code("SL-AB01-CDEF") == ""
    assert submissions.read_code("sl abcd efgh") == "SL-ABCD-EFGH"
    assert submissions.read_code("A" * 10_000) == ""


def test_a_broker_approves_what_was_read(store: Store) -> None:
    made, _ = sent(store)
    assert made.need_id in Submissions(store).hidden()
    submissions.approve(store, made.code, seen(store, made), "broker")
    assert made.need_id not in Submissions(store).hidden()
    with pytest.raises(Conflict, match="broker"):
        submissions.send_back(store, made.code, seen(store, made), "慢了一步", "other")
    assert status(store, made) is Status.APPROVED


def test_what_was_changed_while_it_was_read_is_not_decided(store: Store) -> None:
    made, _ = sent(store)
    before = seen(store, made)
    submissions.edit(store, made, need_of({**GOOD, "text": "改过了"}), before, "visitor")
    with pytest.raises(Conflict):
        submissions.approve(store, made.code, before, "broker")
    assert status(store, made) is Status.PENDING


@pytest.mark.parametrize("reason", ["", "  ", "长" * (MAX_SHORT + 1)])
def test_sending_back_takes_a_reason(store: Store, reason: str) -> None:
    made, _ = sent(store)
    with pytest.raises(BadRequest):
        submissions.send_back(store, made.code, seen(store, made), reason, "broker")
    assert status(store, made) is Status.PENDING


def test_no_such_submission_is_said(store: Store) -> None:
    with pytest.raises(UnknownRecord):
        submissions.approve(store, "SL-AAAA-AAAA", "", "broker")


@pytest.mark.parametrize(
    ("name", "value", "after"),
    [
        ("title", "另一个名称", Status.PENDING), ("text", "另一段话", Status.PENDING), ("indicators", "≥3 吨", Status.PENDING),
        ("enterprise", "另一家", Status.PENDING), ("budget", "80万元", Status.PENDING), ("county", "镇安县", Status.PENDING),
        ("deadline", "2028-01-01", Status.APPROVED), ("modes", ["license"], Status.APPROVED),
        ("contact_phone", "13911111111", Status.APPROVED), ("min_stage", "", Status.APPROVED),
    ],
)  # fmt: skip
def test_what_the_public_reads_is_looked_at_again(
    store: Store, name: str, value: str | list[str], after: Status
) -> None:
    made, _ = sent(store)
    submissions.approve(store, made.code, seen(store, made), "broker")
    now_is = submissions.edit(store, made, need_of({**GOOD, name: value}), seen(store, made), "visitor")
    assert now_is is status(store, made) is after
    assert (made.need_id in Submissions(store).hidden()) is (after is Status.PENDING)


def test_what_was_sent_back_goes_to_the_brokers_again(store: Store) -> None:
    made, _ = sent(store)
    submissions.send_back(store, made.code, seen(store, made), "请写指标", "broker")
    assert made.need_id in Submissions(store).hidden()
    assert submissions.edit(store, made, need_of(GOOD), seen(store, made), "visitor") is Status.PENDING


def test_an_older_version_overwrites_nothing(store: Store) -> None:
    made, _ = sent(store)
    old = seen(store, made)
    submissions.edit(store, made, need_of({**GOOD, "budget": "60万元"}), old, "visitor")
    with pytest.raises(Conflict):
        submissions.edit(store, made, need_of({**GOOD, "budget": "70万元"}), old, "visitor")
    assert store.need(made.need_id).budget == "60万元"


def test_what_is_withdrawn_is_gone_with_its_contact_and_its_files(store: Store, tmp_path: Path) -> None:
    made, key = sent(store)
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "a").write_bytes(b"x")
    Attachments(store).add(Attachment("a", None, made.need_id, "a.pdf", "application/pdf", 1, "", now()))
    submissions.withdraw(store, tmp_path, made, "visitor")
    assert store.ids(Kind.NEED) == []
    assert "13900000000" not in "\n".join(store.db.conn.iterdump()).replace(" ", "")
    assert not (tmp_path / "attachments" / "a").exists()
    kept = submissions.by_key(store, key)
    assert kept is not None
    assert kept.status is Status.WITHDRAWN
    with pytest.raises(UnknownRecord):
        submissions.owned_need(store, kept)
    with pytest.raises(UnknownRecord):
        submissions.edit(store, kept, need_of(GOOD), "", "visitor")
    submissions.withdraw(store, tmp_path, made, "visitor")


# Drafts


def test_a_draft_comes_back_as_it_was_typed(store: Store, tmp_path: Path) -> None:
    secret, key = submissions.new_key(), submissions.new_key()
    typed: dict[str, str | list[str]] = {
        "title": "<b>栗子",
        "modes": ["joint"],
        "contact_phone": "139",
        "other": "x",
    }
    assert drafts.restore(store, secret) is None
    assert drafts.keep(store, tmp_path, secret, key, typed)
    del typed["other"]
    assert drafts.restore(store, secret) == (key, typed)
    assert drafts.restore(store, "") is None
    assert secret not in "\n".join(store.db.conn.iterdump())
    drafts.clear(store, tmp_path, secret)
    assert drafts.restore(store, secret) is None


def test_a_draft_ends_with_its_submission_and_does_not_come_again(store: Store, tmp_path: Path) -> None:
    secret, key = submissions.new_key(), submissions.new_key()
    drafts.keep(store, tmp_path, secret, key, GOOD)
    Attachments(store).add(Attachment("a", digest(secret), None, "a.pdf", "application/pdf", 1, "", now()))
    made, _ = submissions.submit(store, need_of(GOOD), key, digest(secret), None, "visitor")
    assert drafts.restore(store, secret) is None
    assert [one.id for one in Attachments(store).of_need(made.need_id)] == ["a"]
    assert not drafts.keep(store, tmp_path, secret, key, GOOD)
    assert drafts.restore(store, secret) is None


def test_old_drafts_go_with_their_files(store: Store, tmp_path: Path) -> None:
    old = submissions.new_key()
    drafts.keep(store, tmp_path, old, submissions.new_key(), GOOD)
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "a").write_bytes(b"x")
    Attachments(store).add(Attachment("a", digest(old), None, "a.pdf", "application/pdf", 1, "", now()))
    assert drafts.purge(store, tmp_path) == 0
    later = datetime.now(UTC) + timedelta(days=drafts.DAYS, minutes=1)
    assert drafts.purge(store, tmp_path, later) == 1
    assert drafts.restore(store, old) is None
    assert not (tmp_path / "attachments" / "a").exists()


def test_a_text_beyond_reason_is_not_kept_and_the_rest_is(store: Store, tmp_path: Path) -> None:
    secret = submissions.new_key()
    drafts.keep(store, tmp_path, secret, submissions.new_key(), {"title": "栗子", "text": "长" * 5_000_000})
    found = drafts.restore(store, secret)
    assert found is not None
    assert found[1] == {"title": "栗子"}


# Progress


def test_progress_goes_as_far_as_the_furthest_case(store: Store) -> None:
    made, _ = sent(store)
    assert [step.done for step in progress(store, made)] == [True] + [False] * 6
    submissions.approve(store, made.code, seen(store, made), "broker")
    approved = Submissions(store).coded(made.code)
    assert approved is not None
    for number in (1, 2):
        store.save(Achievement(id=f"a-{number}", title=f"成果{number}"), "broker")
    first = cases.open_case(store, made.need_id, "a-1", "broker")
    second = cases.open_case(store, made.need_id, "a-2", "broker")
    cases.move(store, first.id, Stage.INTRODUCED, first.version, "broker", agreed=True)
    steps = progress(store, approved)
    assert [step.done for step in steps] == [True] * 4 + [False] * 3
    assert all(step.at for step in steps[:4])
    cases.move(store, second.id, Stage.DECLINED, second.version, "broker", note="不合适")
    assert [step.done for step in progress(store, approved)] == [True] * 4 + [False] * 3
