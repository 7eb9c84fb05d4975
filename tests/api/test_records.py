"""The pages of records: what each reader sees, what nobody sees, and what hostile records come to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from corpora.accounts import Accounts
from corpora.records import Achievement, Contact, Need, Organization
from corpora.reviews import Reviews
from corpora.store import DuplicateLink, Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind, Mode, OrganizationKind, Ownership, Tier
from matcher.settings import Settings
from tests.api.browsing import browser, post

LogIn = Callable[[str], FlaskClient]
PAGES = ("/needs/n-nuts-01", "/achievements/a-nuts-02", "/organizations/o-nuts-01")
ROLES = (None, "enterprise", "organizer", "bureau", "broker", "admin")


@pytest.fixture(scope="module")
def opened(installation: Settings) -> Iterator[Store]:
    store = Store(installation.data)
    yield store
    store.close()


@pytest.fixture(scope="module")
def hidden(opened: Store) -> str:
    """The id of a need that waits for approval."""
    need = opened.need("n-nuts-01").model_copy(update={"id": "n-waiting", "title": "还没有审核的栗仁褐变"})
    opened.save(need, "visitor")
    Submissions(opened).add("SL-TEST", need.id, need.title, "0" * 64, None)
    return need.id


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read(app: Flask, logged_in: LogIn, role: str | None, path: str) -> None:
    client = logged_in(role) if role else browser(app)
    for language, words in (("zh", "领域"), ("en", None)):
        client.get(f"/language/{language}")
        page = client.get(path)
        assert page.status_code == 200
        assert words is None or words in page.text
        assert "example.com" not in page.text
        assert "000-0000-" not in page.text


def test_a_need_is_shown_in_full_with_explained_matches(visitor: FlaskClient) -> None:
    page = visitor.get("/needs/n-nuts-01").text
    for said in ("50-100万元", "TRL 5 样品样机", "归研发方所有", "化冻2小时总色差≤5", "2027年9月30日"):
        assert said in page
    assert page.count("data-match ") == 10
    assert "<mark>" in page
    assert "没有找到回应" in page
    assert 'class="evidence mt-2" open' in page
    assert page.count('class="evidence mt-2"') == 10
    # What needs a right is not offered without it.
    for offered in ("/verdicts", "/contact?", "/matches/need.xlsx", "来源与修改记录"):
        assert offered not in page


def test_an_achievement_is_told_to_the_professor(visitor: FlaskClient) -> None:
    page = visitor.get("/achievements/a-nuts-02").text
    assert "TRL 6 中试" in page
    assert "30–50 万元" in page
    assert "企业的问题与您的成果" in page


def test_more_is_shown_up_to_fifty(visitor: FlaskClient) -> None:
    assert "show=30" in visitor.get("/needs/n-nuts-01").text
    most = visitor.get("/needs/n-nuts-01?show=50").text
    assert most.count("data-match ") == 50
    assert 'id="more"' not in most
    for odd in ("999", "-1", "x", "0", "９", "1" * 5000):
        page = visitor.get("/needs/n-nuts-01", query_string={"show": odd})
        assert page.status_code == 200
        assert 10 <= page.text.count("data-match ") <= 50


def test_filters_narrow_and_wrong_ones_are_said(visitor: FlaskClient, opened: Store) -> None:
    page = visitor.get("/needs/n-nuts-01?region=商洛&mode=joint&stage=6").text
    shown = re.findall(r'/achievements/(a-[\w-]+)"', page)
    assert shown
    for found in opened.achievements(shown):
        assert "商洛" in found.region
        assert Mode.JOINT in found.modes
        assert (found.stage or 0) >= 6
    # A need of stage 4 wants no less than that: an achievement of stage 3 is not for it.
    page = visitor.get("/achievements/a-nuts-02?stage=5").text
    stages = [need.min_stage for need in opened.needs(re.findall(r'/needs/(n-[\w-]+)"', page))]
    assert stages
    assert max(stages) <= 5  # type: ignore[type-var]
    wrong = visitor.get(
        "/needs/n-nuts-01", query_string={"mode": "x'\x00", "stage": "99", "county": "县" * 60}
    )
    assert wrong.status_code == 200
    assert wrong.text.count("没有这个选项") == 2
    assert "最多 50 个字" in wrong.text
    assert "县" * 60 in wrong.text
    assert wrong.text.count("data-match ") == 10


def test_no_adequate_match_is_said_with_what_to_do(visitor: FlaskClient) -> None:
    page = visitor.get("/needs/n-nuts-01?field=航天").text
    assert "没有足够接近的成果" in page
    assert "去掉筛选再看" in page
    assert page.count("data-match ") == 0
    assert "没有足够接近" not in visitor.get("/needs/n-nuts-01").text


def test_contacts_are_in_no_page_of_those_without_the_right(
    app: Flask, logged_in: LogIn, opened: Store
) -> None:
    private = {
        part for kind in Kind for record in opened.records(kind)
        for part in (record.contact.phone, record.contact.email) if part
    }  # fmt: skip
    assert len(private) > 300
    paths = [f"/needs/{one}" for one in opened.ids(Kind.NEED)[:12]]
    paths += [f"/achievements/{one}?show=50" for one in opened.ids(Kind.ACHIEVEMENT)[:6]]
    paths += [f"/organizations/{one}" for one in opened.ids(Kind.ORGANIZATION)[:12]]
    paths += ["/compare?need=n-nuts-01&with=a-nuts-02&with=a-nuts-01"]
    for client in (browser(app), logged_in("bureau"), logged_in("organizer"), logged_in("enterprise")):
        for path in paths:
            text = client.get(path).text
            assert not [part for part in private if part in text], path
        for kind, one in (("need", "n-nuts-01"), ("organization", "o-nuts-01")):
            assert client.get(f"/contact?kind={kind}&id={one}").status_code in (302, 403)
    # Not even those with the right find one before they ask for it.
    text = logged_in("broker").get("/needs/n-nuts-01").text
    assert not [part for part in private if part in text]


def test_looking_at_a_contact_is_written_down(logged_in: LogIn, opened: Store) -> None:
    broker = logged_in("broker")
    contact = opened.need("n-nuts-01").contact
    for headers in ({}, {"HX-Request": "true"}):
        page = broker.get("/contact?kind=need&id=n-nuts-01", headers=headers)
        assert contact.phone in page.text
        assert ("<html" in page.text) is not bool(headers)
    seen = [one for one in Accounts(opened).entries("need:n-nuts-01") if one.action == "contact seen"]
    assert [one.who for one in seen] == ["broker", "broker"]
    assert not [one for one in seen if contact.phone in str(one)]
    assert broker.get("/contact?kind=user&id=1").status_code == 404
    assert broker.get("/contact?kind=need&id=nobody").status_code == 404


def test_a_hidden_need_is_as_unknown_as_any_other(
    app: Flask, logged_in: LogIn, hidden: str, opened: Store
) -> None:
    for client in (browser(app), logged_in("enterprise")):
        for path in ("/needs/{}", "/compare?need={}&with=a-nuts-02"):
            answers = [client.get(path.format(one)) for one in (hidden, "n-nothing")]
            assert [one.status_code for one in answers] == [404, 404]
            told = [re.sub(r'content="[^"]+"|value="[^"]+"', "", one.text) for one in answers]
            assert told[0].replace(hidden, "…") == told[1].replace("n-nothing", "…")
        for path in ("/achievements/a-nuts-02?show=50", "/organizations/o-nuts-01"):
            assert hidden not in client.get(path).text
    for role in ("broker", "organizer", "bureau", "admin"):
        assert "待审核" in logged_in(role).get(f"/needs/{hidden}").text
    assert hidden in logged_in("broker").get("/achievements/a-nuts-02").text
    Submissions(opened).decide("SL-TEST", Status.APPROVED, "", "broker")
    page = browser(app).get(f"/needs/{hidden}")
    assert page.status_code == 200
    assert "已公开" not in page.text


@pytest.mark.parametrize("path", ["/needs/", "/achievements/", "/organizations/"])
@pytest.mark.parametrize(
    "record_id",
    [
        "没有",
        "a/b/c",
        "a//b",
        "..",
        "x" * 5000,
        "%00",
        "%E0%A4%A",
        "<script>",
        "' OR 1=1 --",
        "%0d%0aX: 1",
        "😀",
    ],
)
def test_hostile_ids_are_not_found(visitor: FlaskClient, path: str, record_id: str) -> None:
    answer = visitor.get(path + record_id)
    assert answer.status_code in (308, 404)
    assert "<script>" not in answer.text.replace("<script src", "")


@pytest.mark.parametrize("record_id", ["甲/乙", "a b?c#d&e=f", "100%25", "x'\"<i>", "a//b", "词" * 500])
def test_odd_ids_have_pages_and_links_that_lead_to_them(
    logged_in: LogIn, opened: Store, app: Flask, record_id: str
) -> None:
    title = "无硫栗仁变色抑制的另一种工艺"
    opened.save(opened.achievement("a-nuts-02").model_copy(update={"id": record_id, "title": title}), "t")
    with app.test_request_context():
        path = app.url_for("records.achievement", achievement_id=record_id)
    client = logged_in("broker")
    assert title in client.get(path).text
    assert path.replace("&", "&amp;").replace("'", "&#39;") in client.get("/needs/n-nuts-01?show=30").text
    for suffix in ("xlsx", "docx"):
        sent = client.get(f"/matches/achievement.{suffix}", query_string={"id": record_id})
        assert sent.status_code == 200
        assert sent.headers["Content-Disposition"].startswith("attachment")
    opened.delete(Kind.ACHIEVEMENT, record_id, "t")


def test_what_a_record_says_is_text_and_never_markup(logged_in: LogIn, opened: Store, app: Flask) -> None:
    evil = '<script>alert("栗仁褐变")</script><img src=x onerror=alert(1)>'
    opened.save(
        Need(
            id="n-evil", title=evil, text=f"栗仁化冻发灰发黑。{evil}", indicators=[f"色差≤5{evil}"], enterprise=evil,
            deadline=date(2030, 1, 1), budget="10万元", modes=[Mode.JOINT], ip_wanted=Ownership.SHARED, min_stage=4,
            region=evil, county=evil, fields=[evil], attachments=[evil], contact=Contact(name=evil, phone=evil, email=evil),
        ),
        "t",
    )  # fmt: skip
    opened.save(
        Achievement(
            id="a-evil", title=evil, text=f"栗仁化冻不发灰不发黑，色差3。{evil}", keywords=[evil], institution=evil,
            inventors=[evil], stage=6, form=evil, ip=evil, modes=[Mode.JOINT], terms=evil, registration_number=evil,
            region=evil, county=evil, fields=[evil], contact=Contact(name=evil, phone=evil, email=evil),
        ),
        "t",
    )  # fmt: skip
    opened.save(
        Organization(id="o-evil", name=evil, text=evil, kind=OrganizationKind.ENTERPRISE, tier=Tier.SEED, region=evil,
                     county=evil, fields=[evil], contact=Contact(name=evil, phone=evil, email=evil)),
        "t",
    )  # fmt: skip
    opened.save(opened.need("n-evil").model_copy(update={"text": f"改了{evil}", "county": ""}), evil)
    opened.link_duplicates([DuplicateLink(Kind.NEED, "n-evil", "n-nuts-01", 88)])
    pages = (
        "/needs/n-evil", "/achievements/a-evil", "/organizations/o-evil", "/needs/n-nuts-01?show=50", "/contact?kind=need&id=n-evil",
        "/compare?need=n-evil&with=a-evil&with=a-nuts-02",
    )  # fmt: skip
    broker = logged_in("broker")
    for path in pages:
        page = broker.get(path)
        assert page.status_code == 200
        assert "&lt;script&gt;alert" in page.text
        assert "<script>" not in page.text
        assert "<img src=x" not in page.text
    assert "与“" in broker.get("/needs/n-evil").text
    for kind, one in (
        (Kind.NEED, "n-evil"),
        (Kind.ACHIEVEMENT, "a-evil"),
        (Kind.ORGANIZATION, "o-evil"),
    ):
        opened.delete(kind, one, "t")


def test_history_and_near_twins_are_for_those_who_look_after_records(app: Flask, logged_in: LogIn) -> None:
    for role in ("broker", "admin"):
        page = logged_in(role).get("/needs/n-herbs-03").text
        assert "n-herbs-03-b" in page.split('id="matches"')[0]
        assert "从文件导入" in page
    for client in (browser(app), logged_in("bureau"), logged_in("organizer")):
        page = client.get("/needs/n-herbs-03").text
        assert "近似的记录" not in page
        assert "从文件导入" not in page


def test_twins_that_were_told_apart_are_twins_no_more(logged_in: LogIn, opened: Store) -> None:
    broker = logged_in("broker")
    assert "近似的记录" in broker.get("/needs/n-fungi-04-b").text
    link = Reviews(opened).pair(Kind.NEED, "n-fungi-04", "n-fungi-04-b")
    assert link
    Reviews(opened).tell_apart(link, "admin")
    for one in ("n-fungi-04", "n-fungi-04-b"):
        assert "近似的记录" not in broker.get(f"/needs/{one}").text


def test_an_organization_lists_what_is_its_own(visitor: FlaskClient, opened: Store) -> None:
    need = opened.need("n-nuts-01")
    (owner,) = (one for one in opened.records(Kind.ORGANIZATION) if one.label == need.enterprise)
    page = visitor.get(f"/organizations/{owner.id}").text
    own = {one.id for one in opened.needs() if one.enterprise == need.enterprise}
    assert set(re.findall(r'/needs/(n-[\w-]+)"', page)) == own - Submissions(opened).hidden()
    assert f"/organizations/{owner.id}" in visitor.get("/needs/n-nuts-01").text


def test_what_a_page_shows_can_be_taken_away(app: Flask, logged_in: LogIn, opened: Store) -> None:
    for path in ("/matches/need.xlsx?id=n-nuts-01", "/matches/achievement.docx?id=a-nuts-02"):
        assert browser(app).get(path).status_code == 302
        assert logged_in("enterprise").get(path).status_code == 403
    client = logged_in("bureau")
    page = client.get("/needs/n-nuts-01?region=西安").text
    link = re.search(r'href="(/matches/need\.docx[^"]+)"', page)
    assert link
    sent = client.get(link[1].replace("&amp;", "&"))
    assert sent.status_code == 200
    assert sent.mimetype.endswith("wordprocessingml.document")
    told = "\n".join(part.text or "" for part in Document(BytesIO(sent.data)).element.body.iter())
    assert "西安" in told
    assert opened.need("n-nuts-01").contact.phone not in told
    assert next(Accounts(opened).entries("need:n-nuts-01")).action == "exported"
    assert client.get("/matches/need.pdf?id=n-nuts-01").status_code == 404
    assert client.get("/matches/organization.xlsx?id=o-nuts-01").status_code == 404
    assert client.get("/matches/need.xlsx").status_code == 404


def test_a_case_is_opened_from_a_match_and_then_linked(app: Flask, logged_in: LogIn) -> None:
    broker = logged_in("broker")
    pages = ("/needs/n-nuts-01", "/achievements/a-nuts-04", "/compare?need=n-nuts-01&with=a-nuts-04")
    before = [broker.get(path).text.count('action="/cases"') for path in pages]
    assert before == [10, 10, 1]
    made = post(broker, "/cases", {"need_id": "n-nuts-01", "achievement_id": "a-nuts-04"})
    assert made.status_code == 302
    for path, count in zip(pages, before, strict=True):
        page = broker.get(path).text
        assert made.location in page
        assert page.count('action="/cases"') == count - 1
        seen = logged_in("bureau").get(path).text
        assert made.location in seen
        for client in (logged_in("organizer"), browser(app)):
            assert made.location not in client.get(path).text
        assert 'action="/cases"' not in seen


def test_a_page_asks_the_service_and_the_store_a_fixed_number_of_times(
    logged_in: LogIn, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    plain = Store.query

    def counted(self: Store, query: str, values: Sequence[object] = ()) -> Iterator[dict[str, object]]:
        asked.append(query)
        return plain(self, query, values)

    broker = logged_in("broker")
    broker.get("/needs/n-nuts-01?show=50")
    monkeypatch.setattr(Store, "query", counted)
    counts = []
    for show in (10, 50):
        asked.clear()
        broker.get(f"/needs/n-nuts-01?show={show}")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 25
