"""The admin's pages: accounts, the log, own words, settings; and that nobody else gets there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from corpora.accounts import Accounts, Role
from corpora.choices import Choices
from corpora.records import Achievement
from corpora.store import Store
from corpora.vocabulary import use_words, vocabulary
from matcher import taxonomies
from matcher.accounts import find_user, issue_token
from matcher.overrides import effective, shown
from matcher.settings import Settings
from tests.api.browsing import PASSWORD, browser, post

LogIn = Callable[[str], FlaskClient]
PAGES = ["/admin/users", "/admin/users/1", "/admin/audit", "/admin/taxonomies", "/admin/settings"]
POSTS = [
    "/admin/users",
    "/admin/users/1/role",
    "/admin/users/1/disabled",
    "/admin/users/1/password",
    "/admin/users/1/tokens/1/revoke",
    "/admin/taxonomies/modes/words",
    "/admin/taxonomies/modes/words/remove",
    "/admin/settings",
]


@pytest.fixture
def store(installation: Settings) -> Iterator[Store]:
    opened = Store(installation.data)
    yield opened
    opened.close()
    use_words("")


@pytest.fixture
def admin(logged_in: LogIn) -> FlaskClient:
    return logged_in("admin")


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.ADMIN])
def test_others_are_kept_out(logged_in: LogIn, role: str) -> None:
    client = logged_in(role)
    assert [client.get(path).status_code for path in PAGES] == [403] * len(PAGES)
    assert [post(client, path, {}).status_code for path in POSTS] == [403] * len(POSTS)


def test_a_visitor_is_asked_to_log_in(visitor: FlaskClient) -> None:
    assert [visitor.get(path).status_code for path in PAGES] == [302] * len(PAGES)


def test_nothing_is_done_without_the_token_of_a_form(admin: FlaskClient, store: Store) -> None:
    assert [admin.post(path).status_code for path in POSTS] == [400] * len(POSTS)


# Accounts


def test_a_user_is_added_with_a_password_shown_once(admin: FlaskClient, app: Flask, store: Store) -> None:
    made = post(admin, "/admin/users", {"name": "小王", "role": "broker", "display": "王经纪"})
    assert made.status_code == 200
    password = re.search(r'<code class="user-select-all[^>]*>([\w-]{20})</code>', made.text)
    assert password
    assert password[1] not in admin.get("/admin/users").text
    client = browser(app)
    assert post(client, "/login", {"name": "小王", "password": password[1]}).status_code == 302
    entry = next(Accounts(store).entries(subject="user:小王"))
    assert (entry.who, entry.action) == ("admin", "user added")
    assert password[1] not in str(entry)


def test_a_chosen_password_is_not_shown(admin: FlaskClient, app: Flask) -> None:
    form = {"name": "own-word", "role": "bureau", "password": "a word of my own"}
    made = post(admin, "/admin/users", form)
    assert "a word of my own" not in made.text
    client = browser(app)
    assert post(client, "/login", {"name": "own-word", "password": "a word of my own"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "请填写用户名"),
        ({"name": "a b"}, "a b"),
        ({"name": "<script>alert(1)</script>"}, "&lt;script&gt;"),
        ({"name": "BROKER"}, "已有人用"),
        ({"password": "short"}, "10–200"),
        ({"email": "nowhere"}, "nowhere"),
        ({"display": "x" * 65}, "显示名"),
        ({"role": "king"}, "角色"),
        ({"role": ""}, "角色"),
    ],
)
def test_a_wrong_form_is_shown_again_with_what_was_typed(
    admin: FlaskClient, store: Store, change: dict[str, object], said: str
) -> None:
    before = len(Accounts(store).users())
    form: dict[str, object] = {"name": "typed-name", "display": "所填的名字", "role": "broker"}
    answer = post(admin, "/admin/users", form | change)
    assert answer.status_code == 400
    assert said in answer.text
    assert "所填的名字" in answer.text or "display" in change
    assert "<script>alert" not in answer.text
    assert len(Accounts(store).users()) == before


def test_a_user_is_shut_out_and_let_in_again(admin: FlaskClient, logged_in: LogIn, store: Store) -> None:
    client, number = logged_in("organizer"), find_user(store, "organizer").id
    post(admin, f"/admin/users/{number}/disabled", {"disabled": "1"})
    assert client.get("/account").status_code == 302
    assert "停用" in admin.get(f"/admin/users/{number}").text
    post(admin, f"/admin/users/{number}/disabled", {"disabled": "0"})
    assert not find_user(store, "organizer").disabled


def test_the_last_admin_stays(admin: FlaskClient, store: Store) -> None:
    number = find_user(store, "admin").id
    for path, form in (("role", {"role": "broker"}), ("disabled", {"disabled": "1"})):
        answer = post(admin, f"/admin/users/{number}/{path}", form)
        assert answer.status_code == 302
        assert "唯一的管理员" in admin.get(answer.location).text
    assert find_user(store, "admin").role is Role.ADMIN
    assert admin.get("/admin/users").status_code == 200


def test_a_role_changes_at_once(admin: FlaskClient, logged_in: LogIn, store: Store) -> None:
    client, number = logged_in("bureau"), find_user(store, "bureau").id
    assert client.get("/admin/users").status_code == 403
    post(admin, f"/admin/users/{number}/role", {"role": "admin"})
    assert client.get("/admin/users").status_code == 200
    post(admin, f"/admin/users/{number}/role", {"role": "bureau"})
    assert client.get("/admin/users").status_code == 403


def test_a_password_is_reset_and_shown_once(
    admin: FlaskClient, app: Flask, logged_in: LogIn, store: Store
) -> None:
    client, number = logged_in("enterprise"), find_user(store, "enterprise").id
    reset = post(admin, f"/admin/users/{number}/password", {})
    password = re.search(r'<code class="user-select-all[^>]*>([\w-]{20})</code>', reset.text)
    assert password
    assert client.get("/account").status_code == 302
    fresh = browser(app)
    assert post(fresh, "/login", {"name": "enterprise", "password": PASSWORD}).status_code == 401
    assert post(fresh, "/login", {"name": "enterprise", "password": password[1]}).status_code == 302
    assert not [one for one in Accounts(store).entries(limit=1000) if password[1] in str(one)]


def test_a_token_of_another_is_revoked(admin: FlaskClient, app: Flask, store: Store) -> None:
    user = find_user(store, "broker")
    secret = issue_token(store, user, "脚本", {"read"}, 1)
    headers = {"Authorization": f"Bearer {secret}"}
    number = Accounts(store).tokens(user.id)[-1].id
    assert "脚本" in admin.get(f"/admin/users/{user.id}").text
    stranger = find_user(store, "organizer").id
    assert post(admin, f"/admin/users/{stranger}/tokens/{number}/revoke", {}).status_code == 404
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 200
    post(admin, f"/admin/users/{user.id}/tokens/{number}/revoke", {})
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 401


# The log


def test_the_log_is_narrowed_and_paged(admin: FlaskClient, store: Store) -> None:
    for number in range(130):
        Accounts(store).log("robot", "tested" if number % 2 else "tried", f"thing:{number}", note="<b>粗</b>")
    page = admin.get("/admin/audit?who=robot")
    assert page.text.count("<tr>") == 101
    assert "<b>粗" not in page.text
    earlier = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert earlier
    rest = admin.get(earlier[1].replace("&amp;", "&"))
    assert rest.text.count("<tr>") == 31
    assert 'rel="next"' not in rest.text
    assert admin.get("/admin/audit?who=robot&action=tried").text.count("<tr>") == 66
    assert admin.get("/admin/audit?subject=thing:7").text.count("<tr>") == 2
    assert "没有符合条件" in admin.get("/admin/audit?who=nobody").text


# Own words


def test_a_word_is_in_force_in_every_process_at_once(
    admin: FlaskClient, store: Store, installation: Settings
) -> None:
    other = browser(create_app(installation))
    assert (
        post(admin, "/admin/taxonomies/modes/words", {"key": "license", "word": " 年费使用 "}).status_code
        == 302
    )
    # As another process is: it knows of nothing until its next request.
    use_words("")
    assert other.get("/").status_code == 200
    assert vocabulary().match("modes", "年费使用") == "license"
    assert Achievement(title="x", modes="年费使用").modes == ["license"]  # type: ignore[arg-type]
    assert "年费使用" in admin.get("/admin/taxonomies?list=modes").text
    removed = post(admin, "/admin/taxonomies/modes/words/remove", {"key": "license", "word": "年费使用"})
    assert removed.status_code == 302
    assert vocabulary().match("modes", "年费使用") is None
    actions = [
        (one.action, one.detail["word"]) for one in Accounts(store).entries(subject="vocabulary:modes")
    ]
    assert actions == [("word removed", "年费使用"), ("word added", "年费使用")]


def test_a_county_and_a_stage_are_learnt(admin: FlaskClient, store: Store) -> None:
    from corpora.values import read_place, read_stage

    post(admin, "/admin/taxonomies/counties/words", {"key": "", "word": "镇坪县"})
    post(admin, "/admin/taxonomies/stages/words", {"key": "6", "word": "半工业化"})
    assert read_place("陕西安康镇坪") == ("陕西安康", "镇坪县")
    assert read_stage("半工业化") == 6
    for name, key, word in (("counties", "", "镇坪县"), ("stages", "6", "半工业化")):
        post(admin, f"/admin/taxonomies/{name}/words/remove", {"key": key, "word": word})
    assert not re.findall("镇坪县|半工业化", str(taxonomies.own_words(store)))


@pytest.mark.parametrize(
    ("name", "key", "word", "status"),
    [
        ("modes", "license", "", 400),
        ("modes", "license", "x" * 41, 400),
        ("modes", "license", "两\n行", 400),
        ("modes", "license", "：—", 400),
        ("modes", "license", "转让", 400),
        ("modes", "license", "许可", 400),
        ("modes", "license", "ＬＩＣＥＮＳＥ", 400),
        ("counties", "", "商", 400),
        ("modes", "rent", "租用", 404),
        ("modes", "", "租用", 404),
        ("headers", "need", "租用", 404),
        ("roles", "admin", "老大", 404),
        ("__class__", "", "租用", 404),
    ],
)
def test_what_is_no_word_is_refused_and_shown_again(
    admin: FlaskClient, store: Store, name: str, key: str, word: str, status: int
) -> None:
    answer = post(admin, f"/admin/taxonomies/{name}/words", {"key": key, "word": word})
    assert answer.status_code == status
    kept = Choices(store).get("vocabulary")
    assert kept is None or not word or word not in kept.value
    if status == 400 and word.isprintable() and word:
        assert f'value="{word}"' in answer.text


def test_a_shipped_word_cannot_be_taken_away(admin: FlaskClient) -> None:
    answer = post(admin, "/admin/taxonomies/modes/words/remove", {"key": "license", "word": "许可"})
    assert answer.status_code == 404
    assert vocabulary().match("modes", "许可") == "license"


# Settings


def test_the_probability_is_changed_and_taken_back(
    admin: FlaskClient, store: Store, installation: Settings
) -> None:
    assert effective(installation, store).adequate_probability == installation.adequate_probability
    assert post(admin, "/admin/settings", {"adequate_probability": "0.75"}).status_code == 302
    assert effective(installation, store).adequate_probability == 0.75
    assert "在此页设定" in admin.get("/admin/settings").text
    for wrong in ("1", "0", "-1", "nan", "inf", "x", "0,5", "9" * 400):
        answer = post(admin, "/admin/settings", {"adequate_probability": wrong})
        assert answer.status_code == 400
        assert f'value="{wrong}"' in answer.text
    assert effective(installation, store).adequate_probability == 0.75
    post(admin, "/admin/settings", {"adequate_probability": ""})
    assert effective(installation, store) == installation
    values = [one.detail["value"] for one in Accounts(store).entries(subject="setting:adequate_probability")]
    assert values == [None, 0.75]


def test_settings_tell_where_they_come_from_and_no_secret(
    store: Store, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_ENCODER", "bundled")
    mailing = installation.model_copy(update={"smtp": "smtp://robot:s3cr%40t@mail.example:587"})
    told = {one.name: one for one in shown(mailing, store)}
    assert told.keys() == Settings.model_fields.keys()
    assert "s3cr" not in str(told)
    assert "robot" not in str(told)
    assert told["smtp"].value == "smtp://…@mail.example:587"
    assert told["encoder"].source == "environment"
    assert told["mail_from"].source == "default"
    assert told["data"].source == "start"
    for odd in ("s3cret", "smtp://u:s3cret", "smtp://u:s3cret@h:port", "smtp://[s3cret"):
        assert "s3cret" not in str(shown(installation.model_copy(update={"smtp": odd}), store))
