"""Duplicate review on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from corpora.reviews import Reviews
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.settings import Settings
from tests.api.browsing import post

LogIn = Callable[[str], FlaskClient]


def test_review_is_for_those_who_may(visitor: FlaskClient, logged_in: LogIn) -> None:
    assert visitor.get("/duplicates").location == "/login?next=/duplicates"
    for name in ("enterprise", "organizer", "bureau"):
        assert logged_in(name).get("/duplicates").status_code == 403
        assert post(logged_in(name), "/duplicates/different", {}).status_code == 403
        assert post(logged_in(name), "/duplicates/merge", {}).status_code == 403


def test_pairs_are_shown_with_what_differs(logged_in: LogIn) -> None:
    page = logged_in("broker").get("/duplicates").text
    assert page.count("<article") == 7
    assert "<mark>" in page


def test_a_pair_is_told_apart_once(logged_in: LogIn, installation: Settings) -> None:
    store = Store(installation.data)
    link = Reviews(store).pairs(1)[0]
    form = {"kind": link.kind.value, "one": link.id, "other": link.original_id}
    client = logged_in("broker")
    before = Reviews(store).count()
    assert post(client, "/duplicates/different", form).location == "/duplicates"
    assert Reviews(store).count() == before - 1
    assert f'value="{link.id}"' not in client.get("/duplicates").text
    # Both are still there, and a second answer is told that it came too late.
    assert store.get(link.kind, link.id)
    assert "已有人处理过" in post(client, "/duplicates/different", form, follow_redirects=True).text
    store.close()


def test_a_merge_shows_what_it_will_do_and_does_it_once(logged_in: LogIn, installation: Settings) -> None:
    store = Store(installation.data)
    link = next(one for one in Reviews(store).pairs(10) if one.kind is Kind.NEED)
    before = store.counts()["judgements"]
    query = f"kind={link.kind}&one={link.id}&other={link.original_id}&keep={link.original_id}"
    client = logged_in("broker")
    page = client.get(f"/duplicates/merge?{query}").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    form = {
        "kind": link.kind.value, "one": link.id, "other": link.original_id, "keep": link.original_id,
        "seen": seen[1].replace("&#39;", "'"),
    }  # fmt: skip
    stale = post(client, "/duplicates/merge", {**form, "seen": "x"})
    assert stale.location.startswith("/duplicates/merge?")
    assert store.ids(Kind.NEED).count(link.id) == 1
    assert post(client, "/duplicates/merge", form).location == "/duplicates"
    assert link.id not in store.ids(Kind.NEED)
    assert link.original_id in store.ids(Kind.NEED)
    assert store.counts()["judgements"] <= before
    assert not [one for one in store.judgements() if one.need_id == link.id]
    assert post(client, "/duplicates/merge", form).status_code == 409
    assert client.get(f"/needs/{link.original_id}").status_code == 200
    store.close()


def test_nonsense_is_not_found_or_refused(logged_in: LogIn) -> None:
    client = logged_in("broker")
    assert client.get("/duplicates/merge").status_code == 404
    assert client.get("/duplicates/merge?kind=need&one=x&other=y&keep=x").status_code == 409
    assert post(client, "/duplicates/different", {"kind": "nonsense"}).status_code == 404
    for page in ("x", "0", "99999", "-1"):
        assert client.get(f"/duplicates?page={page}").status_code in (200, 302)


def test_a_wrong_choice_of_what_stays_is_refused(logged_in: LogIn, installation: Settings) -> None:
    store = Store(installation.data)
    link = Reviews(store).pairs(1)[0]
    client = logged_in("broker")
    query = f"kind={link.kind}&one={link.id}&other={link.original_id}&keep=n-somebody-else"
    assert client.get(f"/duplicates/merge?{query}").status_code == 409
    store.close()
