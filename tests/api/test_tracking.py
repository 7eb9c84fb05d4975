"""What the owner of a need comes back to: by link, by code, by account."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from corpora.accounts import Accounts
from corpora.cases import Stage
from corpora.store import Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher import cases, submissions
from matcher.settings import Settings
from matcher.submissions import typed_of
from tests.api.browsing import browser, post
from tests.api.test_form import GOOD, PNG, SECRETS, send, sent

LogIn = Callable[[str], FlaskClient]


def seen(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="seen"[^>]*value="(\w+)"', client.get(f"{path}/edit").text)
    assert found
    return found[1]


def save(client: FlaskClient, path: str, store_hash: str, **changes: object):  # type: ignore[no-untyped-def]
    return post(client, f"{path}/edit", {**GOOD, "do": "save", "seen": store_hash, **changes},
                content_type="multipart/form-data")  # fmt: skip


def status(store: Store, code: str) -> Status:
    found = Submissions(store).coded(code)
    assert found is not None
    return found.status


def approve(store: Store, code: str, need_id: str) -> None:
    submissions.approve(store, code, store.need(need_id).content_hash(), "broker")


def test_the_link_works_for_whoever_holds_it_and_no_other_does(
    visitor: FlaskClient, app: Flask, store: Store
) -> None:
    path, _ = sent(visitor, store)
    elsewhere = browser(app)
    assert SECRETS[1] in elsewhere.get(path).text
    for wrong in (
        path[:-1],
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        "/track/x",
        "/track/SL-AAAA-AAAA",
        "/track/%00",
    ):
        answer = elsewhere.get(wrong)
        assert answer.status_code == 404
        assert SECRETS[1] not in answer.text


def test_the_code_alone_opens_nothing_and_with_a_contact_all(
    visitor: FlaskClient, app: Flask, store: Store
) -> None:
    _, made = sent(visitor, store)
    elsewhere = browser(app)
    assert elsewhere.get(f"/track/{made.code}").status_code == 404
    unknown = post(elsewhere, "/track", {"code": "SL-AAAA-AAAA", "contact": SECRETS[1]})
    wrong = post(elsewhere, "/track", {"code": made.code, "contact": "13900000001"})
    assert unknown.status_code == wrong.status_code == 422
    said = re.compile(r'id="contact-error">.*?</div>', re.S)
    assert said.search(unknown.text)[0] == said.search(wrong.text)[0]  # type: ignore[index]
    right = post(elsewhere, "/track", {"code": made.code.lower(), "contact": f" {SECRETS[2].upper()}"})
    assert right.location == f"/track/{made.code}"
    page = elsewhere.get(right.location)
    assert page.status_code == 200
    assert "私人链接" not in page.text
    assert elsewhere.get(f"{right.location}/edit").status_code == 200
    assert browser(app).get(right.location).status_code == 404


def test_guessing_is_slowed_down(installation: Settings) -> None:
    client = browser(create_app(installation.model_copy(update={"limits": True})))
    answers = [
        post(client, "/track", {"code": "SL-AAAA-AAAA", "contact": "1"}).status_code for _ in range(21)
    ]
    assert answers[-2:] == [422, 429]


def test_an_account_keeps_what_it_sent(logged_in: LogIn, app: Flask, store: Store) -> None:
    client = logged_in("enterprise")
    _, made = sent(client, store, title="账号提交的核桃需求")
    assert made.user_id is not None
    assert "账号提交的核桃需求" in client.get("/mine").text
    again = logged_in("enterprise")
    assert again.get(f"/track/{made.code}").status_code == 200
    assert logged_in("organizer").get(f"/track/{made.code}").status_code == 404
    assert browser(app).get("/mine").location == "/login?next=/mine"


def test_progress_follows_the_cases(visitor: FlaskClient, store: Store) -> None:
    path, made = sent(visitor, store)
    assert visitor.get(path).text.count("：已完成") == 1
    approve(store, made.code, made.need_id)
    assert visitor.get(path).text.count("：已完成") == 2
    achievement = store.ids(Kind.ACHIEVEMENT)[0]
    opened = cases.open_case(store, made.need_id, achievement, "broker")
    assert visitor.get(path).text.count("：已完成") == 3
    cases.move(store, opened.id, Stage.INTRODUCED, opened.version, "broker", agreed=True)
    assert visitor.get(path).text.count("：已完成") == 4


def test_an_edit_is_checked_like_the_form_and_kept(visitor: FlaskClient, store: Store) -> None:
    path, made = sent(visitor, store)
    wrong = save(visitor, path, seen(visitor, path), title="", budget="300美元")
    assert wrong.status_code == 422
    assert 'value="300美元"' in wrong.text
    assert store.need(made.need_id).title == GOOD["title"]
    good = save(visitor, path, seen(visitor, path), budget="80万元")
    assert good.location == path
    assert store.need(made.need_id).budget == "80万元"
    assert status(store, made.code) is Status.PENDING


def test_a_public_need_whose_words_change_is_hidden_until_it_is_approved_again(
    visitor: FlaskClient, app: Flask, store: Store
) -> None:
    path, made = sent(visitor, store)
    approve(store, made.code, made.need_id)
    assert browser(app).get(f"/needs/{made.need_id}").status_code == 200
    save(visitor, path, seen(visitor, path), contact_phone="13900000002")
    assert status(store, made.code) is Status.APPROVED
    save(visitor, path, seen(visitor, path), contact_phone="13900000002", text="完全换了一段话，买药请联系")
    assert "再次送审" in visitor.get(path).text
    assert browser(app).get(f"/needs/{made.need_id}").status_code == 404


def test_a_second_window_is_told_and_overwrites_nothing(visitor: FlaskClient, store: Store) -> None:
    path, made = sent(visitor, store)
    old = seen(visitor, path)
    save(visitor, path, old, budget="60万元")
    late = save(visitor, path, old, budget="70万元", title="第二个窗口的名称")
    assert late.status_code == 409
    assert "又改过了" in late.text
    assert 'value="70万元"' in late.text
    assert "60万元" in late.text
    assert store.need(made.need_id).budget == "60万元"
    newer = re.search(r'name="seen"[^>]*value="(\w+)"', late.text)
    assert newer
    save(visitor, path, newer[1], budget="70万元")
    assert store.need(made.need_id).budget == "70万元"


def test_a_session_that_is_over_keeps_the_edit(visitor: FlaskClient, store: Store) -> None:
    path, made = sent(visitor, store)
    late = visitor.post(f"{path}/edit", data={**GOOD, "budget": "66万元", "do": "save", "seen": seen(visitor, path)},
                        headers={"Origin": "http://localhost"})  # fmt: skip
    assert late.status_code == 400
    assert 'value="66万元"' in late.text
    assert store.need(made.need_id).budget == ""
    assert visitor.post(f"{path}/edit", data={**GOOD, "do": "save"}).status_code == 400


def test_files_are_added_and_removed_while_editing(visitor: FlaskClient, store: Store) -> None:
    path, _ = sent(visitor, store)
    listed = post(
        visitor,
        f"{path}/attachments",
        {"files": (io.BytesIO(PNG), "一.png")},
        content_type="multipart/form-data",
    )
    found = re.search(r"remove:\w+", listed.text)
    assert found
    assert "一.png" in visitor.get(path).text
    save(visitor, path, seen(visitor, path), do=found[0])
    assert "一.png" not in visitor.get(path).text


def test_the_coach_looks_at_an_edit_and_keeps_no_draft_of_it(
    visitor: FlaskClient, app: Flask, store: Store
) -> None:
    path, made = sent(visitor, store)
    answer = post(visitor, f"{path}/coach", {**typed_of(store.need(made.need_id)), "title": "求合作"})
    assert "标题再具体一点" in answer.text
    assert "求合作" not in visitor.get("/needs/new").text
    assert post(browser(app), "/track/x/coach", {}).status_code == 404


def test_withdrawing_asks_first_and_then_deletes(visitor: FlaskClient, app: Flask, store: Store) -> None:
    path, made = sent(visitor, store)
    approve(store, made.code, made.need_id)
    assert "确认撤回" in visitor.get(f"{path}/withdraw").text
    assert made.need_id in store.ids(Kind.NEED)
    assert post(visitor, f"{path}/withdraw", {}).location == path
    page = visitor.get(path)
    assert page.status_code == 410
    assert "已经撤回或删除" in page.text
    assert made.need_id not in store.ids(Kind.NEED)
    assert status(store, made.code) is Status.WITHDRAWN
    assert browser(app).get(f"/needs/{made.need_id}").status_code == 404
    for gone in ("edit", "withdraw"):
        assert visitor.get(f"{path}/{gone}").status_code == 404
    assert save(visitor, path, "x").status_code == 404
    # The form that is still open in the browser sends it anew, as another need.
    key = path.rpartition("/")[2]
    refused = send(visitor, key=key)
    assert refused.status_code == 409
    assert "作为新的需求" in refused.text
    assert key not in refused.text


def test_a_need_that_an_admin_deleted_is_told(visitor: FlaskClient, store: Store) -> None:
    path, made = sent(visitor, store)
    store.delete(Kind.NEED, made.need_id, "admin")
    assert visitor.get(path).status_code == 410


def test_what_is_written_down_names_no_contact(visitor: FlaskClient, store: Store) -> None:
    path, made = sent(visitor, store)
    save(visitor, path, seen(visitor, path), contact_phone="13987654321")
    written = "\n".join(map(repr, Accounts(store).entries(f"need:{made.need_id}")))
    history = "\n".join(map(repr, store.history(Kind.NEED, made.need_id)))
    assert "need submitted" in written
    assert "need edited by its owner" in written
    for private in (*SECRETS, "13987654321"):
        assert private not in written
        assert private not in history
