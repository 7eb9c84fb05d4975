"""What brokers look through before a need is public."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from corpora.accounts import Accounts
from corpora.store import Store
from corpora.submissions import Submissions
from tests.api.browsing import browser, post
from tests.api.test_form import SECRETS, sent

LogIn = Callable[[str], FlaskClient]


def seen(client: FlaskClient, code: str) -> str:
    found = re.search(
        rf'/submissions/{code}/approve">.*?name="seen" value="(\w+)"', client.get("/submissions").text, re.S
    )
    assert found
    return found[1]


def test_only_who_may_approve_sees_the_queue(app: Flask, logged_in: LogIn) -> None:
    assert browser(app).get("/submissions").status_code == 302
    for role in ("enterprise", "organizer", "bureau"):
        assert logged_in(role).get("/submissions").status_code == 403
        assert post(logged_in(role), "/submissions/SL-AAAA-AAAA/approve", {}).status_code == 403
    for role in ("broker", "admin"):
        assert logged_in(role).get("/submissions").status_code == 200


def test_the_queue_shows_the_whole_need_and_what_the_coach_misses(
    visitor: FlaskClient, logged_in: LogIn, store: Store
) -> None:
    twin = next(iter(store.needs()))
    sent(visitor, store, title=twin.title, text=twin.text, enterprise="队列里的企业")
    page = logged_in("broker").get("/submissions").text
    assert "队列里的企业" in page
    for private in SECRETS:
        assert private in page
    assert "还可以写清楚的" in page
    assert f'href="/needs/{twin.id}"' in page


def test_an_approved_need_is_public_and_the_owner_sees_it(
    visitor: FlaskClient, app: Flask, logged_in: LogIn, store: Store
) -> None:
    path, made = sent(visitor, store)
    broker = logged_in("broker")
    post(broker, f"/submissions/{made.code}/approve", {"seen": seen(broker, made.code)})
    public = browser(app).get(f"/needs/{made.need_id}")
    assert public.status_code == 200
    for private in SECRETS:
        assert private not in public.text
    assert "已公开" in visitor.get(path).text
    assert made.need_id not in Submissions(store).hidden()
    assert "need approved" in [entry.action for entry in Accounts(store).entries(f"need:{made.need_id}")]


def test_what_is_sent_back_is_told_changed_and_queued_again(
    visitor: FlaskClient, app: Flask, logged_in: LogIn, store: Store
) -> None:
    path, made = sent(visitor, store)
    broker = logged_in("broker")
    mark = seen(broker, made.code)
    bare = post(broker, f"/submissions/{made.code}/return", {"seen": mark, "reason": " "})
    assert bare.status_code == 422
    assert "请写明退回的理由" in bare.text
    long = post(broker, f"/submissions/{made.code}/return", {"seen": mark, "reason": "长" * 501})
    assert long.status_code == 422
    assert "长" * 501 in long.text
    post(broker, f"/submissions/{made.code}/return", {"seen": mark, "reason": "请写明<b>指标</b>"})
    page = visitor.get(path).text
    assert "请写明&lt;b&gt;指标&lt;/b&gt;" in page
    assert browser(app).get(f"/needs/{made.need_id}").status_code == 404
    assert made.need_id in Submissions(store).hidden()
    mine = re.search(r'name="seen"[^>]*value="(\w+)"', visitor.get(f"{path}/edit").text)
    assert mine
    from tests.api.test_form import GOOD

    post(visitor, f"{path}/edit", {**GOOD, "do": "save", "seen": mine[1], "indicators": "黑斑果率≤2%"})
    assert seen(broker, made.code) != mark


def test_two_brokers_at_once_are_one_decision(visitor: FlaskClient, logged_in: LogIn, store: Store) -> None:
    path, made = sent(visitor, store)
    one, other = logged_in("broker"), logged_in("admin")
    mark = seen(one, made.code)
    post(one, f"/submissions/{made.code}/approve", {"seen": mark})
    late = post(
        other, f"/submissions/{made.code}/return", {"seen": mark, "reason": "不行"}, follow_redirects=True
    )
    assert "已经处理过" in late.text
    assert "已公开" in visitor.get(path).text


def test_what_its_owner_changed_meanwhile_is_not_approved_unread(
    visitor: FlaskClient, logged_in: LogIn, store: Store
) -> None:
    from tests.api.test_form import GOOD

    path, made = sent(visitor, store)
    broker = logged_in("broker")
    mark = seen(broker, made.code)
    own = re.search(r'name="seen"[^>]*value="(\w+)"', visitor.get(f"{path}/edit").text)
    assert own
    post(visitor, f"{path}/edit", {**GOOD, "do": "save", "seen": own[1], "text": "换成别的话"})
    late = post(broker, f"/submissions/{made.code}/approve", {"seen": mark}, follow_redirects=True)
    assert "被企业改过" in late.text
    assert made.need_id in Submissions(store).hidden()


def test_no_such_submission_is_a_page_of_its_own(logged_in: LogIn) -> None:
    assert post(logged_in("broker"), "/submissions/SL-AAAA-AAAA/approve", {"seen": ""}).status_code == 404
    assert logged_in("broker").get("/attachments/nothing").status_code == 404
