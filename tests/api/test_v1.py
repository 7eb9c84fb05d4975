"""The JSON API: who may do what, what is told, and what is never told."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpora.accounts import Accounts
from corpora.records import Achievement, Contact, Need
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher import submissions
from matcher.accounts import digest, find_user, set_disabled
from tests.api.browsing import Token, browser

PRIVATE = Contact(name="暗号联系人", phone="13900001234", email="private@example.com")


@pytest.fixture
def pending(store: Store) -> Iterator[Need]:
    """A need that was sent in and waits for approval."""
    need = Need(
        id=f"n-{secrets.token_hex(6)}",
        title="板栗褐变的隐秘需求",
        text="鲜板栗去壳后褐变。",
        enterprise="某厂",
        contact=PRIVATE,
    )
    submissions.submit(store, need, submissions.new_key(), None, None, "visitor")
    yield need
    store.delete(Kind.NEED, need.id, "test")


def is_problem(answer: TestResponse, status: int) -> bool:
    """Whether the answer is problem details of that status, complete."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = answer.json
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"]
    assert "Traceback" not in answer.text
    return True


# Reading


def test_records_are_found_page_by_page(client: FlaskClient, store: Store) -> None:
    first = client.get("/api/v1/achievements?per_page=7").json
    assert first["total"] == store.counts()["achievements"]
    assert [one["id"] for one in first["items"]] == store.ids(Kind.ACHIEVEMENT)[:7]
    second = client.get("/api/v1/achievements?per_page=7&page=2").json
    assert [one["id"] for one in second["items"]] == store.ids(Kind.ACHIEVEMENT)[7:14]
    assert client.get("/api/v1/achievements?page=99999").json["items"] == []


def test_filters_and_words_narrow_a_list(client: FlaskClient) -> None:
    everything = client.get("/api/v1/needs").json["total"]
    some = client.get("/api/v1/needs?q=核桃").json
    fewer = client.get("/api/v1/needs?q=核桃 设备").json
    assert 0 < fewer["total"] <= some["total"] < everything
    assert all("核桃" in json.dumps(one, ensure_ascii=False) for one in some["items"])
    staged = client.get("/api/v1/achievements?min_stage=6&max_stage=7&per_page=100").json["items"]
    assert staged
    assert {one["stage"] for one in staged} <= {6, 7}
    by_mode = client.get("/api/v1/achievements?mode=license&mode=joint&per_page=100").json["items"]
    assert by_mode
    assert all({"license", "joint"} & set(one["modes"]) for one in by_mode)
    kinds = client.get("/api/v1/organizations?kind=university").json["items"]
    assert kinds
    assert {one["kind"] for one in kinds} == {"university"}


def test_one_record_is_told_without_its_contact(client: FlaskClient, store: Store) -> None:
    store.save(Achievement(id="a-private", title="保密联系方式的成果", contact=PRIVATE), "test")
    answer = client.get("/api/v1/achievements/a-private")
    assert answer.json["title"] == "保密联系方式的成果"
    assert "contact" not in answer.json
    for path in (
        "/achievements?q=保密联系方式",
        "/achievements/a-private",
        "/achievements/a-private/matches",
    ):
        said = client.get(f"/api/v1{path}").text
        assert not [part for _, part in PRIVATE if part in said]
    store.delete(Kind.ACHIEVEMENT, "a-private", "test")


@pytest.mark.parametrize(
    "record_id", ["a/b", "a//b", "/a", "a/", "a b", "中文%#?&", "..", "a\nb", "'; --", "a" * 500]
)
def test_an_id_may_hold_any_character(
    client: FlaskClient, token: Token, store: Store, record_id: str
) -> None:
    path = f"/api/v1/achievements/{quote(record_id, safe='')}"
    saved = client.put(path, json={"title": "编号古怪的成果"}, headers=token("broker", "import"))
    assert saved.status_code == 200, saved.text
    assert client.get(path).json["id"] == record_id
    assert client.get(f"{path}/matches?top=1").json["query"]["id"] == record_id
    assert client.delete(path, headers=token("broker", "import")).status_code == 204
    assert is_problem(client.get(path), 404)


def test_an_answer_is_sent_once(client: FlaskClient, store: Store) -> None:
    first = client.get("/api/v1/achievements/a-nuts-02")
    again = client.get("/api/v1/achievements/a-nuts-02", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    changed = store.achievement("a-nuts-02").model_copy(update={"form": "新工艺二"})
    store.save(changed, "test")
    later = client.get("/api/v1/achievements/a-nuts-02", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200


def test_a_pending_need_is_there_for_those_alone_who_may_see_it(
    client: FlaskClient, token: Token, pending: Need
) -> None:
    paths = [f"/api/v1/needs/{pending.id}{more}" for more in ("", "/matches", "/experts")]
    strangers = [{}, token("enterprise", "read"), token("broker", "judge")]
    for headers in strangers:
        assert all(is_problem(client.get(path, headers=headers), 404) for path in paths)
        assert client.get("/api/v1/needs?q=隐秘需求", headers=headers).json["total"] == 0
        found = client.get("/api/v1/achievements/a-nuts-02/matches?top=50", headers=headers).text
        assert pending.id not in found
    broker = token("broker", "read")
    assert [client.get(path, headers=broker).status_code for path in paths] == [200] * 3
    assert client.get("/api/v1/needs?q=隐秘需求", headers=broker).json["total"] == 1
    assert pending.id in client.get("/api/v1/achievements/a-nuts-02/matches?top=50", headers=broker).text


def test_a_session_counts_for_nothing(
    client: FlaskClient, logged_in: Callable[[str], FlaskClient], pending: Need
) -> None:
    broker = logged_in("broker")
    assert is_problem(broker.get(f"/api/v1/needs/{pending.id}"), 404)
    assert is_problem(broker.get("/api/v1/me"), 401)
    assert is_problem(broker.post("/api/v1/judgements", json=[]), 401)


# Tokens


def test_me_says_for_whom_the_token_speaks(client: FlaskClient, token: Token) -> None:
    said = client.get("/api/v1/me", headers=token("broker", "read", "judge")).json
    assert (said["name"], said["role"], said["scopes"]) == ("broker", "broker", ["judge", "read"])
    assert "see_contacts" in said["capabilities"]
    assert datetime.fromisoformat(said["expires_at"]) > datetime.now(UTC)


def test_health_needs_nobody(client: FlaskClient, store: Store) -> None:
    assert client.get("/api/v1/health").json == {"ok": True, "revision": store.revision()}


@pytest.mark.parametrize(
    "said",
    [
        "Bearer",
        "Bearer ",
        "Bearer sl_",
        "Bearer sl_wrong",
        "sl_wrong",
        "Basic YTpi",
        "Bearer \xff\xfe",
        "",
        "Bearer xx",
    ],
)
def test_a_token_that_is_none_lets_nobody_in(client: FlaskClient, said: str) -> None:
    for path in ("/api/v1/me", "/api/v1/needs", "/api/v1/achievements/a-nuts-02"):
        answer = client.get(path, headers={"Authorization": said})
        assert is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_with_its_time_its_user_and_its_revocation(
    client: FlaskClient, token: Token, store: Store
) -> None:
    organizer = find_user(store, "organizer")
    over = "sl_" + "x" * 43
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="seconds")
    Accounts(store).add_token(organizer.id, "over", digest(over), ["read"], past)
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {over}"})
    assert is_problem(answer, 401)
    assert "过期" in answer.json["detail"]

    headers = token("organizer", "read")
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    set_disabled(store, organizer, True)
    assert is_problem(client.get("/api/v1/me", headers=headers), 401)
    set_disabled(store, organizer, False)
    Accounts(store).mark_token(Accounts(store).tokens(organizer.id)[-1].id, "revoked_at")
    assert is_problem(client.get("/api/v1/me", headers=headers), 401)


WRITES = [
    ("POST", "/judgements", "judge"),
    ("POST", "/needs", "submit"),
    ("PUT", "/achievements/x", "import"),
    ("PUT", "/needs/x", "import"),
    ("DELETE", "/achievements/x", "import"),
    ("DELETE", "/needs/x", "import"),
    ("POST", "/cases", "cases"),
    ("PATCH", "/cases/1", "cases"),
]


@pytest.mark.parametrize(("method", "path", "scope"), WRITES)
def test_writing_takes_a_token_with_the_scope(
    client: FlaskClient, token: Token, method: str, path: str, scope: str
) -> None:
    nobody = client.open(f"/api/v1{path}", method=method, json="nonsense")
    assert is_problem(nobody, 401)
    assert "WWW-Authenticate" in nobody.headers
    others = {"read", "submit", "judge", "cases", "import"} - {scope}
    lacking = client.open(f"/api/v1{path}", method=method, json="nonsense", headers=token("broker", *others))
    assert is_problem(lacking, 403)
    assert scope in lacking.json["detail"]


# Bodies


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BODIES: list[tuple[bytes, str, int]] = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b"[1,]", "application/json", 400),
    (b"null", "application/json", 422),
    (b"3", "application/json", 422),
    (b'"[]"', "application/json", 422),
    (b"[NaN]", "application/json", 400),
    (b"[Infinity]", "application/json", 400),
    (b"[" + b"9" * 5000 + b"]", "application/json", 400),
    (b"[1e999]", "application/json", 422),
    (nested(100_000), "application/json", 400),
    (b"\xff\xfe\x00", "application/json", 400),
    ('[{"need_id": "板栗"}]'.encode("utf-16"), "application/json", 400),
    (b"[" + b" " * 5_000_000 + b"]", "application/json", 413),
    (b"[]", "text/plain", 415),
    (b"[]", "", 415),
    (b"need_id=1", "application/x-www-form-urlencoded", 415),
    (b"--x--", "multipart/form-data; boundary=x", 415),
    (b"{}", "application/json", 422),
    (b"[]", "application/json", 422),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/judgements"), ("POST", "/needs"), ("PUT", "/achievements/x"), ("POST", "/cases")],
)
def test_a_bad_body_is_told_as_a_problem(
    client: FlaskClient, token: Token, method: str, path: str, body: bytes, kind: str, status: int
) -> None:
    answer = client.open(
        f"/api/v1{path}", method=method, data=body, content_type=kind,
        headers=token("admin", "judge", "submit", "import", "cases"),
    )  # fmt: skip
    assert is_problem(answer, status)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"text": "x" * 20_001}, "text"),
        ({"stage": 10}, "stage"),
        ({"stage": "6"}, "stage"),
        ({"stage": True}, "stage"),
        ({"stage": 10**30}, "stage"),
        ({"modes": "license"}, "modes"),
        ({"modes": ["rent"]}, "modes.0"),
        ({"keywords": [["a"]]}, "keywords.0"),
        ({"contact": {"name": "x", "address": "y"}}, "contact.address"),
        ({"no_such_field": 1}, "no_such_field"),
    ],
)
def test_each_wrong_field_is_told(
    client: FlaskClient, token: Token, change: dict[str, object], field: str
) -> None:
    body = {"title": "好的名称"} | change
    answer = client.put(
        "/api/v1/achievements/a-never", data=json.dumps(body), content_type="application/json",
        headers=token("broker", "import"),
    )  # fmt: skip
    assert is_problem(answer, 422)
    told = answer.json["errors"]
    assert [one["field"] for one in told] == [field]
    assert all(one["zh"] and one["en"] for one in told)
    assert is_problem(client.get("/api/v1/achievements/a-never"), 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("/matches?text=x&top=0", "top"),
        ("/matches?text=x&top=101", "top"),
        ("/matches?text=x&top=1e1", "top"),
        ("/matches?text=x&top=1_0", "top"),
        ("/matches?text=x&top=" + "9" * 5000, "top"),
        ("/matches?text=x&top=１", "top"),
        ("/matches?text=%20%0a", "text"),
        ("/matches?text=x&tpo=3", "tpo"),
        ("/needs?page=0", "page"),
        ("/needs?per_page=101", "per_page"),
        ("/needs?mode=rent", "mode.0"),
        ("/needs?min_stage=0", "min_stage"),
        ("/organizations?tier=golden", "tier"),
        ("/organizations?kind=", "kind"),
    ],
)
def test_a_wrong_parameter_is_a_bad_request(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/api/v1{query}")
    assert is_problem(answer, 400)
    assert [one["field"] for one in answer.json["errors"]] == [field]


@pytest.mark.parametrize(
    "text", ["%00", "%ff%fe", "%ed%a0%80", "' OR 1=1 --", "%25", "*", "\"'(){}[]^~", "x" * 400]
)
def test_odd_words_are_looked_for_like_any(client: FlaskClient, text: str) -> None:
    for kind in ("achievements", "needs", "organizations"):
        assert client.get(f"/api/v1/{kind}", query_string=f"q={text}").status_code == 200


# Writing


def test_judgements_are_stored_all_or_none(client: FlaskClient, token: Token, store: Store) -> None:
    headers = token("broker", "judge")
    good = {"need_id": "n-nuts-01", "achievement_id": "a-nuts-02", "level": 3, "note": "看过"}
    before = store.counts()["judgements"]
    refused = client.post("/api/v1/judgements", json=[good, good | {"need_id": "nobody"}], headers=headers)
    assert is_problem(refused, 404)
    poor = client.post("/api/v1/judgements", json=[good, good | {"level": 5}], headers=headers)
    assert is_problem(poor, 422)
    assert poor.json["errors"][0]["field"] == "1.level"
    assert store.counts()["judgements"] == before
    assert client.post("/api/v1/judgements", json=[good], headers=headers).json == {"stored": 1}
    assert [one.level for one in store.judgements() if one.author == "broker"] == [3]
    again = client.post("/api/v1/judgements", json=[good | {"level": 4}], headers=headers)
    assert again.json == {"stored": 1}
    assert [one.level for one in store.judgements() if one.author == "broker"] == [4]


def test_what_is_written_is_matched_at_once(client: FlaskClient, token: Token) -> None:
    headers = token("broker", "import")
    body = {
        "title": "锂渣制备超细沸石的低温水热工艺",
        "text": "以锂辉石冶炼的锂渣为原料，在九十摄氏度下水热合成超细沸石。",
        "institution": "某大学",
        "stage": 6,
        "modes": ["license"],
    }
    made = client.put("/api/v1/achievements/a-new", json=body, headers=headers)
    assert made.json == {"id": "a-new", "outcome": "created"}
    found = client.get("/api/v1/matches?text=锂渣做沸石的水热工艺&top=3").json["matches"]
    assert found[0]["achievement_id"] == "a-new"
    assert client.put("/api/v1/achievements/a-new", json=body, headers=headers).json["outcome"] == "unchanged"
    assert client.delete("/api/v1/achievements/a-new", headers=headers).status_code == 204
    found = client.get("/api/v1/matches?text=锂渣做沸石的水热工艺&top=100").text
    assert "a-new" not in found
    assert is_problem(client.delete("/api/v1/achievements/a-new", headers=headers), 404)


@pytest.mark.parametrize("kind", ["achievements", "needs"])
def test_what_was_read_can_be_written_back(
    client: FlaskClient, token: Token, store: Store, kind: str
) -> None:
    headers = token("admin", "import", "read")
    for one in client.get(f"/api/v1/{kind}?per_page=100", headers=headers).json["items"]:
        saved = client.put(f"/api/v1/{kind}/{one['id']}", json=one, headers=headers)
        assert saved.json == {"id": one["id"], "outcome": "unchanged"}, saved.text


def test_a_whole_record_replaces_another_but_keeps_what_is_never_told(
    client: FlaskClient, token: Token, store: Store
) -> None:
    headers = token("broker", "import")
    need = Need(id="n-kept", title="旧题", text="旧文", attachments=["图纸.pdf"], contact=PRIVATE)
    store.save(need, "test")
    assert client.put("/api/v1/needs/n-kept", json={"title": "新题"}, headers=headers).status_code == 200
    now = store.need("n-kept")
    assert (now.title, now.text, now.attachments, now.contact) == ("新题", "", ["图纸.pdf"], PRIVATE)
    body = {"title": "新题", "contact": {"name": "新人"}, "attachments": []}
    client.put("/api/v1/needs/n-kept", json=body, headers=headers)
    assert (store.need("n-kept").contact, store.need("n-kept").attachments) == (Contact(name="新人"), [])
    mismatch = client.put("/api/v1/needs/n-kept", json={"title": "x", "id": "other"}, headers=headers)
    assert is_problem(mismatch, 409)
    assert is_problem(client.put("/api/v1/needs/%20x", json={"title": "x"}, headers=headers), 400)
    store.delete(Kind.NEED, "n-kept", "test")


def test_a_need_sent_in_waits_for_approval(client: FlaskClient, token: Token, store: Store) -> None:
    body = {
        "title": "核桃青皮除臭",
        "text": "青皮堆放发臭，想要就地处理的办法。",
        "enterprise": "山里核桃公司",
        "contact": {"name": "李工", "phone": "13912345678"},
        "budget": "20-50万元",
        "deadline": "2027-06-30",
        "consent": True,
    }
    headers = token("enterprise", "submit", "read")
    made = client.post("/api/v1/needs", json=body, headers=headers)
    assert made.status_code == 201, made.text
    said = made.json
    assert said["status"] == "pending"
    assert is_problem(client.get(f"/api/v1/needs/{said['need_id']}", headers=headers), 404)
    stored = store.need(said["need_id"])
    assert (stored.contact.phone, stored.budget) == ("13912345678", "20-50万元")
    submission = submissions.by_key(store, said["link"].rpartition("/")[2])
    assert submission is not None
    assert submission.user_id == find_user(store, "enterprise").id
    submissions.approve(store, said["code"], stored.content_hash(), "broker")
    shown = client.get(f"/api/v1/needs/{said['need_id']}")
    assert shown.status_code == 200
    assert "13912345678" not in shown.text
    assert "核桃青皮除臭" in client.get(f"/track/{said['link'].rpartition('/')[2]}").text
    # The same words of another sender are another need.
    assert client.post("/api/v1/needs", json=body, headers=headers).json["need_id"] != said["need_id"]
    for wrong in ({"consent": False}, {"contact": {"name": "李工"}}, {"contact": None}, {"enterprise": ""},
                  {"deadline": "2027-02-30"}, {"deadline": 0}, {"budget": "很多"}):  # fmt: skip
        assert is_problem(client.post("/api/v1/needs", json=body | wrong, headers=headers), 422)
    assert not [one for one in Accounts(store).entries(limit=1000) if "13912345678" in str(one.detail)]


def test_cases_are_followed_up_and_nothing_is_overwritten(
    client: FlaskClient, token: Token, store: Store
) -> None:
    headers = token("broker", "cases")
    pair = {"need_id": "n-nuts-01", "achievement_id": "a-nuts-03", "note": "先打电话"}
    opened = client.post("/api/v1/cases", json=pair, headers=headers)
    assert opened.status_code == 201, opened.text
    case = opened.json
    assert (case["stage"], case["version"], case["owner"]) == ("proposed", 1, "broker")
    assert client.post("/api/v1/cases", json=pair | {"note": ""}, headers=headers).status_code == 200
    path = f"/api/v1/cases/{case['id']}"
    noted = client.patch(path, json={"version": 1, "note": "对方有兴趣"}, headers=headers)
    assert noted.json["version"] == 2
    late = client.patch(path, json={"version": 1, "note": "我也打了"}, headers=headers)
    assert is_problem(late, 409)
    assert late.json["current"]["version"] == 2
    assert late.json["current"]["events"][-1]["note"] == "对方有兴趣"
    unasked = client.patch(path, json={"version": 2, "stage": "introduced"}, headers=headers)
    assert is_problem(unasked, 409)
    assert "同意" in unasked.json["detail"]
    both = {"version": 2, "stage": "introduced", "agreed": True, "owner": "admin", "note": "双方同意"}
    changed = client.patch(path, json=both, headers=headers)
    assert (changed.json["stage"], changed.json["owner"]) == ("introduced", "admin")
    # One of two changes is refused: neither is made.
    version = changed.json["version"]
    refused = client.patch(
        path, json={"version": version, "owner": "broker", "stage": "declined"}, headers=headers
    )
    assert is_problem(refused, 409)
    assert refused.json["current"]["owner"] == "admin"
    assert client.patch(path, json={"version": version}, headers=headers).json["version"] == version
    assert is_problem(client.patch(path, json={"note": "x"}, headers=headers), 422)
    contacts = [store.need("n-nuts-01").contact, store.achievement("a-nuts-03").contact]
    said = client.get(path, headers=headers).text
    assert not [part for one in contacts for part in (one.phone, one.email) if part and part in said]


def test_who_sees_cases_over_the_api(client: FlaskClient, token: Token) -> None:
    client.post(
        "/api/v1/cases",
        json={"need_id": "n-nuts-01", "achievement_id": "a-nuts-04"},
        headers=token("broker", "cases"),
    )
    for headers, status in (
        (token("broker", "cases"), 200),
        (token("bureau", "read"), 200),
        (token("broker", "judge"), 403),
        (token("organizer", "read"), 403),
        ({}, 401),
    ):
        for path in ("/api/v1/cases", "/api/v1/cases/1"):
            assert client.get(path, headers=headers).status_code == status
    found = client.get(
        "/api/v1/cases?achievement_id=a-nuts-04&stage=proposed", headers=token("bureau", "read")
    )
    assert found.json["total"] == 1
    for path in ("/api/v1/cases/999999999", "/api/v1/cases/" + "9" * 5000, "/api/v1/cases/x"):
        assert is_problem(client.get(path, headers=token("bureau", "read")), 404)


# The document


def test_the_document_describes_every_operation_in_both_languages(client: FlaskClient, app: Flask) -> None:
    document = client.get("/api/docs/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert "sl_" in document["info"]["description"]
    described = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }
    served = {
        (method, _path(rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == served
    for path, operations in document["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in operations.values():
            assert " / " in operation["summary"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
                elif path.endswith(".ics"):
                    assert list(answer["content"]) == ["text/calendar"]
                elif status != "204":
                    assert "$ref" in answer["content"]["application/json"]["schema"]


def _path(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def test_every_reference_of_the_document_leads_somewhere(client: FlaskClient) -> None:
    text = client.get("/api/docs/openapi.json").text
    document = json.loads(text)
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= document["components"]["schemas"].keys()


def test_the_docs_page_needs_no_other_site(app: Flask) -> None:
    client = browser(app)
    for path in ("/api/docs", "/api/docs/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "://" not in page.text
        assert "<script>" not in page.text
        assert "style=" not in page.text
    for part in page.text.split('src="')[1:]:
        assert client.get(part.split('"')[0]).status_code == 200


def test_contacts_in_the_notes_of_a_case_are_masked(client: FlaskClient, token: Token, store: Store) -> None:
    contact = store.need("n-nuts-03").contact
    note = f"{contact.name} 手机 13912345678，邮箱 someone@example.com，另 {contact.phone}"
    pair = {"need_id": "n-nuts-03", "achievement_id": "a-nuts-03", "note": note}
    opened = client.post("/api/v1/cases", json=pair, headers=token("broker", "cases"))
    said = client.get(f"/api/v1/cases/{opened.json['id']}", headers=token("bureau", "read")).text
    for private in ("13912345678", "someone@example.com", contact.name, contact.phone):
        assert private not in said + opened.text
    assert "手机" in said
