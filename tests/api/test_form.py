"""Sending in a need: the form, its coach, its draft, its files, and what becomes of them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from corpora.attachments import Attachments
from corpora.store import Store
from corpora.submissions import Status, Submission, Submissions
from corpora.vocabulary import Kind
from corpora.writers import write_records
from matcher.settings import Settings
from matcher.submissions import new_key
from tests.api.browsing import browser, post

LogIn = Callable[[str], FlaskClient]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDAT"
    b"x\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
SECRETS = ("王藏名", "13912345678", "hidden@example.com")
GOOD: dict[str, object] = {
    "title": "核桃青皮机械脱皮后果壳发黑",
    "text": "现在用滚筒脱皮机脱核桃青皮，脱皮后两小时果壳就发黑。试过加大水量。",
    "enterprise": "商洛核桃有限公司",
    "contact_name": SECRETS[0],
    "contact_phone": SECRETS[1],
    "contact_email": SECRETS[2],
    "consent": "yes",
    "do": "submit",
}


def key_of(page: TestResponse | str) -> str:
    found = re.search(r'name="key"[^>]*value="([\w-]{43})"', page if isinstance(page, str) else page.text)
    assert found
    return found[1]


def send(client: FlaskClient, path: str = "/needs/new", **changes: object) -> TestResponse:
    return post(client, path, {**GOOD, **({} if "key" in changes else {"key": key_of(client.get("/needs/new"))}), **changes},
                content_type="multipart/form-data")  # fmt: skip


def sent(client: FlaskClient, store: Store, **changes: object) -> tuple[str, Submission]:
    """Send a need in; return the path of its private link, and the submission."""
    answer = send(client, **changes)
    assert answer.status_code == 302, answer.text
    path = answer.location.partition("?")[0]
    code = re.search(r"SL-\w{4}-\w{4}", client.get(path).text)
    assert code
    found = Submissions(store).coded(code[0])
    assert found is not None
    return path, found


def test_a_visitor_sends_in_a_need_and_sees_matches_at_once(visitor: FlaskClient, store: Store) -> None:
    answer = send(visitor, indicators="黑斑果率≤2%", budget="50-100万元", modes=["joint", "service"])
    page = visitor.get(answer.location)
    assert page.status_code == 200
    assert "已收到您的需求" in page.text
    assert re.search(r"SL-[A-Z2-9]{4}-[A-Z2-9]{4}", page.text)
    assert f"http://localhost{answer.location.partition('?')[0]}" in page.text
    assert page.text.count('<article class="card') == 5
    pending = Submissions(store).with_status(Status.PENDING)
    need = store.need(pending[-1].need_id)
    assert need.budget_range == (50, 100)
    assert [mode.value for mode in need.modes] == ["joint", "service"]
    assert pending[-1].consent_at


def test_contacts_of_others_are_nowhere_on_the_page_of_matches(visitor: FlaskClient, store: Store) -> None:
    answer = send(visitor)
    text = visitor.get(answer.location).text
    for record in store.achievements():
        for private in (record.contact.phone, record.contact.email):
            assert not private or private not in text


def test_a_pending_need_is_hidden_from_visitors_and_shown_to_brokers(
    visitor: FlaskClient, app: Flask, logged_in: LogIn, store: Store
) -> None:
    _, made = sent(visitor, store)
    assert browser(app).get(f"/needs/{made.need_id}").status_code == 404
    assert visitor.get(f"/needs/{made.need_id}").status_code == 404
    assert logged_in("broker").get(f"/needs/{made.need_id}").status_code == 200


def test_pressed_twice_it_is_stored_once(visitor: FlaskClient, store: Store) -> None:
    key = key_of(visitor.get("/needs/new"))
    before = len(store.ids(Kind.NEED))
    first, second = send(visitor, key=key), send(visitor, key=key)
    assert first.location.partition("?")[0] == second.location == f"/track/{key}"
    assert len(store.ids(Kind.NEED)) == before + 1


def test_going_back_and_changing_is_offered_as_a_change(visitor: FlaskClient, store: Store) -> None:
    key = key_of(visitor.get("/needs/new"))
    send(visitor, key=key)
    before = len(store.ids(Kind.NEED))
    again = send(visitor, key=key, title="改过的名称，核桃果壳发黑")
    assert again.status_code == 409
    assert "没有重复登记" in again.text
    assert "改过的名称" in again.text
    assert GOOD["title"] in again.text
    assert f'action="/track/{key}/edit"' in again.text
    assert len(store.ids(Kind.NEED)) == before


def test_all_that_is_wrong_is_said_and_all_that_was_typed_is_kept(visitor: FlaskClient) -> None:
    answer = send(
        visitor,
        title="",
        enterprise=" ",
        consent="",
        budget="300美元",
        deadline="2027-02-30",
        text="<i>坏 & 好</i>",
    )
    assert answer.status_code == 422
    assert 'id="summary"' in answer.text
    for name in ("title", "enterprise", "consent", "budget", "deadline"):
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}-error"' in answer.text
        assert re.search(rf'id="{name}"[^>]*', answer.text)
    assert 'value="300美元"' in answer.text
    assert 'value="2027-02-30"' in answer.text
    assert "&lt;i&gt;坏 &amp; 好&lt;/i&gt;" in answer.text
    for private in SECRETS:
        assert private in answer.text


def test_five_megabytes_of_text_are_explained(visitor: FlaskClient) -> None:
    answer = send(visitor, text="长" * 1_700_000)
    assert answer.status_code == 422
    assert "上限 20000" in answer.text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "\u202egnirts"]
)
def test_hostile_text_is_shown_as_text(
    visitor: FlaskClient, logged_in: LogIn, store: Store, text: str
) -> None:
    path, _ = sent(
        visitor, store, title=f"核桃 {text}", text=f"{text} 核桃发黑", enterprise=text, contact_name=text
    )
    for page in (visitor.get(path), visitor.get(f"{path}/edit"), logged_in("broker").get("/submissions")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_hostile_hidden_fields_are_only_ignored(visitor: FlaskClient) -> None:
    answer = send(
        visitor,
        key="../../etc",
        looked="<x>\n" * 1000,
        seen="x",
        do="preview",
        min_stage="'",
        ip_wanted="<x>",
        modes=["<x>"],
    )
    assert answer.status_code == 200
    assert "<x>" not in answer.text
    assert key_of(answer)


# The coach


def test_the_coach_answers_with_advice_and_matches_and_tells_what_moved(visitor: FlaskClient) -> None:
    first = send(visitor, "/needs/new/coach", title="求合作", text="栗子")
    assert "标题再具体一点" in first.text
    assert "<html" not in first.text
    second = send(visitor, "/needs/new/coach")
    looked = re.search(r'name="looked" value="([^"]+)"', second.text)
    assert looked
    assert len(looked[1].split("\n")) == 3
    third = send(
        visitor, "/needs/new/coach", title="尾矿制砖强度低", text="尾矿掺到六成以上砖就碎", looked=looked[1]
    )
    assert "退出前三" in third.text
    assert ">新 <" in third.text


def test_the_coach_says_that_others_asked_the_same_unless_they_are_hidden(
    visitor: FlaskClient, store: Store
) -> None:
    public = next(iter(store.needs()))
    same = send(visitor, "/needs/new/coach", title=public.title, text=public.text)
    assert "别家提过的相近需求" in same.text
    _, made = sent(
        visitor,
        store,
        title="没人提过的独特需求名称",
        text="没人提过的独特需求，现在靠人工，试过别的办法都不行，浪费很大。",
    )
    hidden = send(
        visitor,
        "/needs/new/coach",
        title="没人提过的独特需求名称",
        text="没人提过的独特需求，现在靠人工，试过别的办法都不行，浪费很大。",
    )
    assert made.need_id not in hidden.text


def test_an_empty_form_is_coached_too(visitor: FlaskClient) -> None:
    answer = post(visitor, "/needs/new/coach", {})
    assert answer.status_code == 200
    assert "写下名称" in answer.text


def test_without_a_script_the_preview_shows_the_same(visitor: FlaskClient) -> None:
    answer = send(visitor, do="preview", title="求合作")
    assert answer.status_code == 200
    assert "标题再具体一点" in answer.text
    assert "目前最接近的成果" in answer.text
    assert 'value="求合作"' in answer.text


# Drafts


def test_what_was_typed_is_there_on_another_day(app: Flask, visitor: FlaskClient) -> None:
    send(visitor, "/needs/new/coach", modes=["joint"], text="写到一半\r\n第二行")
    page = visitor.get("/needs/new").text
    for typed in ("写到一半", GOOD["title"], *SECRETS):
        assert str(typed) in page
    assert re.search(r'<input checked[^>]*value="joint"', page)
    assert SECRETS[1] not in browser(app).get("/needs/new").text
    cookie = visitor.get_cookie("draft")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.max_age == 30 * 24 * 3600


def test_a_draft_can_be_cleared(visitor: FlaskClient) -> None:
    send(visitor, "/needs/new/coach")
    assert send(visitor, do="clear").location == "/needs/new"
    assert SECRETS[1] not in visitor.get("/needs/new").text


def test_a_draft_ends_when_it_is_sent(visitor: FlaskClient) -> None:
    key = key_of(visitor.get("/needs/new"))
    send(visitor, "/needs/new/coach", key=key)
    assert key_of(visitor.get("/needs/new")) == key
    send(visitor, key=key)
    page = visitor.get("/needs/new").text
    assert SECRETS[1] not in page
    assert key_of(page) != key
    # A look that was still on its way brings the draft not back.
    send(visitor, "/needs/new/coach", key=key)
    assert SECRETS[1] not in visitor.get("/needs/new").text


def test_a_session_that_is_over_loses_nothing(visitor: FlaskClient, store: Store) -> None:
    key = key_of(visitor.get("/needs/new"))
    before = len(store.ids(Kind.NEED))
    late = visitor.post(
        "/needs/new", data={**GOOD, "key": key, "csrf_token": "old"}, headers={"Origin": "http://localhost"}
    )
    assert late.status_code == 400
    assert "您填的都在" in late.text
    assert SECRETS[1] in late.text
    assert len(store.ids(Kind.NEED)) == before
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', late.text)
    assert token
    assert visitor.post("/needs/new", data={**GOOD, "key": key, "csrf_token": token[1]}).status_code == 302


@pytest.mark.parametrize(
    "path", ["/needs/new", "/needs/new/coach", "/needs/new/file", "/needs/new/attachments"]
)
@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_another_site_writes_nothing(visitor: FlaskClient, path: str, origin: dict[str, str]) -> None:
    answer = visitor.post(path, data={**GOOD, "key": new_key()}, headers=origin)
    assert answer.status_code == 400
    assert SECRETS[1] not in visitor.get("/needs/new").text


# Files


def test_a_form_of_another_day_fills_the_empty_fields(
    visitor: FlaskClient, store: Store, tmp_path: Path
) -> None:
    needs = [need for need in store.needs() if need.budget and need.indicators][:2]
    path = tmp_path / "征集表.docx"
    write_records(path, needs, with_contacts=True)
    empty = dict.fromkeys(GOOD, "") | {"title": "自己写的名称"}
    answer = send(
        visitor, "/needs/new/file", **empty, form_file=(io.BytesIO(path.read_bytes()), "征集表.docx")
    )
    assert answer.status_code == 200
    assert needs[0].enterprise in answer.text
    assert 'value="自己写的名称"' in answer.text
    assert "没有动：需求名称" in answer.text
    assert "还有 1 项需求" in answer.text
    over = send(
        visitor,
        "/needs/new/file",
        **empty,
        over="on",
        form_file=(io.BytesIO(path.read_bytes()), "征集表.docx"),
    )
    assert f'value="{needs[0].title}"' in over.text
    assert needs[0].enterprise in visitor.get("/needs/new").text


def test_a_file_that_cannot_be_read_is_explained_and_loses_nothing(visitor: FlaskClient) -> None:
    for content, name in ((b"MZ\x90", "<b>evil.docx"), (b"%PDF-1.4", "x.pdf"), (b"", "x.xlsx")):
        answer = send(visitor, "/needs/new/file", form_file=(io.BytesIO(content), name))
        assert answer.status_code == 400
        assert SECRETS[1] in answer.text
        assert "<b>evil" not in answer.text
    assert "还没有选文件" in send(visitor, "/needs/new/file").text
    assert visitor.get("/needs/new/file").location == "/needs/new"


def test_attachments_survive_a_rejected_form_and_go_to_the_need(
    visitor: FlaskClient, app: Flask, logged_in: LogIn, store: Store
) -> None:
    rejected = send(
        visitor, title="", files=[(io.BytesIO(PNG), "果壳\u202egnp.png"), (io.BytesIO(b"MZ"), "坏.png")]
    )
    assert rejected.status_code == 422
    assert "果壳_gnp.png" in rejected.text
    assert "坏.png" in rejected.text
    assert "果壳_gnp.png" in visitor.get("/needs/new").text
    path, made = sent(visitor, store)
    found = Attachments(store).of_need(made.need_id)
    assert [one.name for one in found] == ["果壳_gnp.png"]
    own = visitor.get(f"{path}/attachments/{found[0].id}")
    assert own.data == PNG
    assert own.headers["Content-Disposition"].startswith("attachment")
    assert own.headers["X-Content-Type-Options"] == "nosniff"
    assert own.headers["Cache-Control"].startswith("private, no-store")
    for_brokers = f"/attachments/{found[0].id}"
    assert logged_in("broker").get(for_brokers).data == PNG
    assert logged_in("organizer").get(for_brokers).status_code == 403
    assert browser(app).get(for_brokers).status_code == 302
    other, _ = sent(visitor, store, title="另一份")
    assert visitor.get(f"{other}/attachments/{found[0].id}").status_code == 404


def test_an_attachment_is_removed_by_its_owner_only(visitor: FlaskClient, app: Flask) -> None:
    listed = send(visitor, "/needs/new/attachments", files=[(io.BytesIO(PNG), "图.png")])
    found = re.search(r"remove:(\w+)", listed.text)
    assert found
    stranger = browser(app)
    send(stranger, do=found[0])
    assert "图.png" in visitor.get("/needs/new").text
    assert "图.png" not in send(visitor, do=found[0]).text


def test_an_upload_too_large_says_so(visitor: FlaskClient) -> None:
    huge = send(visitor, files=[(io.BytesIO(b"%PDF-" + b"0" * (11 * 2**20)), "大.pdf")])
    assert huge.status_code == 422
    assert "超过 10 MB" in huge.text
    beyond = visitor.post("/needs/new", data={"files": (io.BytesIO(b"0" * 13 * 2**20), "大.pdf")})
    assert beyond.status_code == 413


# Haste


def test_haste_is_slowed_down_but_looking_is_not(installation: Settings) -> None:
    client = browser(create_app(installation.model_copy(update={"limits": True})))
    key = key_of(client.get("/needs/new"))
    answers = [send(client, key=key, title="").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    assert send(client, key=key, do="preview").status_code == 200
    assert send(client, "/needs/new/coach", key=key).status_code == 200
