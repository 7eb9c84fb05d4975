"""The pages of cases: a broker's way from a match to a contract, and what others do not see of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import docx
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpora.accounts import Accounts
from corpora.cases import Cases, Stage
from corpora.records import Achievement, Need
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher import cases
from matcher.stages import today
from tests.api.browsing import browser, post

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def pair(store: Store, request: pytest.FixtureRequest) -> tuple[Need, Achievement]:
    """A need with a contact and an achievement with one that no other test follows up."""
    taken = {case.need_id for case in Cases(store).all()}
    need = next(one for one in store.needs() if one.contact.phone and one.id not in taken)
    achievement = next(one for one in store.achievements() if one.contact.phone)
    return need, achievement


def sent(client: FlaskClient, number: int, to: str, **more: object) -> TestResponse:
    """Move a case as its page does."""
    shown = re.search(r'name="version" value="(\d+)"', client.get(f"/cases/{number}").text)
    assert shown
    return post(client, f"/cases/{number}/move", {"to": to, "version": shown[1], **more})


def opened(store: Store, pair: tuple[Need, Achievement], *stages: Stage) -> int:
    case = cases.open_case(store, pair[0].id, pair[1].id, "broker")
    for stage in stages:
        case = cases.move(store, case.id, stage, case.version, "broker", "因为", agreed=True)
    return case.id


def contacts(pair: tuple[Need, Achievement]) -> list[str]:
    return [value for record in pair for _, value in record.contact if value]


def audited(store: Store, number: int) -> list[str]:
    return [entry.action for entry in Accounts(store).entries(f"case:{number}")]


def test_from_a_match_to_a_contract_without_a_script(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client = logged_in("broker")
    form = {"need_id": pair[0].id, "achievement_id": pair[1].id, "note": "企业急着要"}
    answer = post(client, "/cases", form)
    number = int(answer.location.rsplit("/", 1)[1])
    page = client.get(answer.location).text
    assert pair[0].title in page
    assert "企业急着要" in page
    # A second time, it is the same case.
    assert post(client, "/cases", form).location == answer.location
    # The board asks for less than the move takes: the case's page asks for the rest.
    asked = post(
        client, f"/cases/{number}/move", {"to": "introduced", "version": "2", "board": "owner=broker"}
    )
    assert asked.status_code == 422
    assert "双方都已同意" in asked.text
    version = "2"
    for to, more in (("introduced", {"agreed": "y"}), ("met", {}), ("negotiating", {}), ("signed", {})):
        moved = post(
            client, f"/cases/{number}/move", {"to": to, "version": version, "board": "owner=broker", **more}
        )
        assert moved.location == "/cases?owner=broker"
        version = str(int(version) + 1)
    assert Cases(store).case(number).stage is Stage.SIGNED  # type: ignore[union-attr]
    assert "已签约" in client.get(f"/cases/{number}").text


def test_dates_reminders_notes_and_handing_over(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    day = today().isoformat()
    steps = [
        ("dates", {"met_on": day, "next_meeting": ""}),
        ("reminders", {"due": day, "what": "寄样品"}),
        ("notes", {"note": "样品要五公斤"}),
    ]
    for version, (path, form) in enumerate(steps, 1):
        assert post(client, f"/cases/{number}/{path}", {**form, "version": version}).status_code == 302
    page = client.get(f"/cases/{number}").text
    assert all(said in page for said in (f'value="{day}"', "寄样品", "样品要五公斤"))
    mine = client.get("/reminders").text
    assert "寄样品" in mine
    assert "寄样品" in client.get("/reminders.ics").text
    (reminder,) = Cases(store).reminders(number)
    path = f"/cases/{number}/reminders/{reminder.id}/done"
    assert post(client, path, {"version": 4, "from": "reminders"}).location == "/reminders"
    assert "寄样品" not in client.get("/reminders").text
    handed = post(client, f"/cases/{number}/owner", {"to_user": "admin", "note": "我休假", "version": 5})
    assert handed.status_code == 302
    assert Cases(store).case(number).owner == "admin"  # type: ignore[union-attr]
    assert audited(store, number)[:2] == ["case handed over", "reminder done"]


@pytest.mark.parametrize(
    ("path", "form", "kept"),
    [
        ("move", {"to": "declined", "note": ""}, "未成的原因"),
        ("move", {"to": "signed", "note": "我写的说明"}, "我写的说明"),
        ("move", {"to": "<b>x</b>", "note": "我写的说明"}, "我写的说明"),
        ("notes", {"note": "字" * 20_001}, "字" * 20_001),
        ("dates", {"met_on": "2099-01-01", "next_meeting": ""}, "2099-01-01"),
        ("dates", {"met_on": "昨天", "next_meeting": ""}, "昨天"),
        ("reminders", {"due": "", "what": "打电话"}, "打电话"),
        ("reminders", {"due": "2020-01-01", "what": "打电话"}, "打电话"),
        ("reminders", {"due": "x", "what": "打电话"}, "打电话"),
        ("owner", {"to_user": "bureau", "note": "请接手"}, "请接手"),
    ],
)
def test_a_form_that_is_refused_comes_back_as_it_was_typed(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement], path: str, form: dict[str, str], kept: str
) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    answer = post(client, f"/cases/{number}/{path}", {**form, "version": 1})
    assert answer.status_code == 422
    assert kept in answer.text
    assert 'id="problem"' in answer.text
    assert Cases(store).case(number).version == 1  # type: ignore[union-attr]
    assert audited(store, number) == []


def test_of_two_brokers_the_slower_loses_nothing(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    one, other, number = logged_in("broker"), logged_in("admin"), opened(store, pair)
    assert sent(other, number, "introduced", agreed="y", note="我先改了").status_code == 302
    late = post(one, f"/cases/{number}/notes", {"note": "写了半小时的记录", "version": 1})
    assert late.status_code == 409
    assert re.search(r'id="problem">[^<]*admin[^<]*已引荐', late.text)
    assert "写了半小时的记录</textarea>" in late.text
    assert "我先改了" in late.text
    assert [event.note for event in Cases(store).events(number)] == ["", "我先改了"]
    # What came back can be sent again as it is.
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    again = post(one, f"/cases/{number}/notes", {"note": "写了半小时的记录", "version": version[1]})
    assert again.status_code == 302
    for odd in ("", "x", "-1", "9" * 5000):
        assert post(one, f"/cases/{number}/notes", {"note": "x", "version": odd}).status_code == 409


def test_a_form_that_came_back_can_be_reloaded(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    for path in ("move", "notes", "dates", "reminders", "owner"):
        assert client.get(f"/cases/{number}/{path}").location == f"/cases/{number}"
    assert client.get(f"/cases/{number}/else").status_code == 404


def test_a_note_too_long_for_a_new_case_comes_back(logged_in: LogIn, pair: tuple[Need, Achievement]) -> None:
    form = {"need_id": pair[0].id, "achievement_id": pair[1].id, "note": "长" * 20_001}
    answer = post(logged_in("broker"), "/cases", form)
    assert answer.status_code == 422
    assert "长" * 20_001 in answer.text
    assert "20001" in answer.text


def test_hostile_text_stays_text(logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
    post(client, f"/cases/{number}/notes", {"note": hostile, "version": 1})
    post(client, f"/cases/{number}/reminders", {"due": today().isoformat(), "what": hostile, "version": 2})
    post(client, f"/cases/{number}/move", {"to": "declined", "note": hostile, "version": 3})
    for path in (f"/cases/{number}", "/cases", "/cases?view=table", "/reminders"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"alert\(2\)&gt;\S+", page)
    assert "&lt;script&gt;alert(1)" in client.get(f"/cases/{number}").text


# Who may what


@pytest.mark.parametrize(
    "path", ["/cases", "/cases?view=table", "/reminders", "/reminders.ics", "/cases/1", "/cases/export.xlsx"]
)
def test_others_are_kept_out(logged_in: LogIn, app: Flask, path: str) -> None:
    assert browser(app).get(path).location.startswith("/login")
    for name in ("enterprise", "organizer"):
        assert logged_in(name).get(path).status_code == 403


def test_the_bureau_reads_and_changes_nothing(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    number = opened(store, pair, Stage.INTRODUCED)
    case = Cases(store).case(number)
    assert case
    said = f"电话 {pair[0].contact.phone}，邮箱 {pair[1].contact.email}，手机 13912345678"
    case = cases.add_note(store, number, said, case.version, "broker")
    cases.set_reminder(store, number, today(), said, case.version, "broker")
    client = logged_in("bureau")
    for path in (f"/cases/{number}", f"/cases/{number}?contacts=1", "/cases", "/cases?view=table"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert [one for one in (*contacts(pair), "13912345678") if one in answer.text] == []
        posts = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', answer.text)
        assert posts == ["/logout"]
    assert "contact seen" not in audited(store, number)
    for path in (f"{number}/move", f"{number}/notes", f"{number}/owner", f"{number}/reminders/1/done"):
        assert post(client, f"/cases/{path}", {"to": "met", "version": 2}).status_code == 403
    assert post(client, "/cases", {"need_id": pair[0].id, "achievement_id": pair[1].id}).status_code == 403
    assert client.get(f"/cases/{number}/introduction").status_code == 403
    assert client.get("/reminders").status_code == 403


def test_contacts_appear_with_the_introduction_and_each_look_is_written_down_once(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    path = f"/cases/{number}"
    before = client.get(path).text
    assert [one for one in contacts(pair) if one in before] == []
    assert audited(store, number) == []
    # Whoever needs them earlier asks for them.
    assert pair[0].contact.phone in client.get(f"{path}?contacts=1").text
    assert sent(client, number, "introduced", agreed="y").status_code == 302
    for _ in range(3):
        shown = client.get(path).text
        assert all(one in shown for one in contacts(pair))
    assert audited(store, number).count("contact seen") == 1
    assert logged_in("broker").get(path).status_code == 200
    assert audited(store, number).count("contact seen") == 2


def test_the_audit_log_names_no_contact_and_no_note(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    secret = f"{pair[0].contact.phone} 私下的话"
    post(client, f"/cases/{number}/notes", {"note": secret, "version": 1})
    reminder = {"due": today().isoformat(), "what": secret, "version": 2}
    post(client, f"/cases/{number}/reminders", reminder)
    post(client, f"/cases/{number}/move", {"to": "declined", "note": secret, "version": 3})
    entries = list(Accounts(store).entries(f"case:{number}"))
    assert [entry.action for entry in entries] == ["case moved", "reminder set", "case noted"]
    told = repr(entries)
    assert [one for one in (*contacts(pair), "私下的话") if one in told] == []


# The letter


def test_the_letter_of_introduction(logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]) -> None:
    client, number = logged_in("broker"), opened(store, pair)
    early = client.get(f"/cases/{number}/introduction")
    assert early.status_code == 409
    assert [one for one in contacts(pair) if one in early.text] == []
    assert client.get(f"/cases/{number}/introduction.docx").status_code == 409
    sent(client, number, "introduced", agreed="y")
    page = client.get(f"/cases/{number}/introduction").text
    assert page.index("引荐信</h1>") < page.index("Letter of introduction</h1>")
    assert all(one in page for one in (pair[0].title, pair[1].title, *contacts(pair)))
    answer = client.get(f"/cases/{number}/introduction.docx")
    written = "\n".join(one.text for one in docx.Document(BytesIO(answer.data)).paragraphs)
    assert all(one in written for one in (pair[0].title, pair[1].title, *contacts(pair)))
    assert {"contact seen", "introduction letter taken"} <= set(audited(store, number))


def test_a_deleted_record_is_named_and_its_contact_gone(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair, Stage.INTRODUCED)
    store.delete(Kind.NEED, pair[0].id, "test")
    page = client.get(f"/cases/{number}")
    assert page.status_code == 200
    assert pair[0].title in page.text
    assert "已经删除" in page.text
    assert pair[0].contact.phone not in page.text
    for path in ("/cases", "/cases?view=table"):
        assert pair[0].title in client.get(path).text
    assert client.get(f"/cases/{number}/introduction").status_code == 409
    assert sent(client, number, "declined", note="企业撤回").status_code == 302


# The board


def test_the_board_filters_sorts_and_pages(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair, Stage.MET)
    link = f'href="/cases/{number}"'
    assert link in client.get(f"/cases?owner=broker&county={pair[0].county}&stage=met").text
    for query in ("owner=admin-of-nowhere", "county=别处", "stage=signed", "stage=x"):
        found = client.get(f"/cases?{query}")
        assert found.status_code == 200
        assert link not in found.text
        assert "清除筛选" in found.text
    for sort in ("case", "stage", "need", "achievement", "county", "owner", "days", "reminder", "x", "<b>"):
        for query in (f"sort={sort}", f"sort={sort}&down=1", f"sort={sort}&page=99999", "page=²", "page=-1"):
            assert client.get("/cases", query_string=f"view=table&{query}").status_code == 200
    down = client.get("/cases?view=table&sort=case&down=1").text
    numbers = [int(one) for one in re.findall(r'<a href="/cases/(\d+)"', down)]
    assert numbers == sorted(numbers, reverse=True)
    assert 'aria-sort="descending"' in down


def test_exports_hold_the_filtered_cases_and_no_contact(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    number = opened(store, pair, Stage.INTRODUCED)
    case = Cases(store).case(number)
    assert case
    said = f"打 {pair[0].contact.phone} 找 {pair[0].contact.name}"
    cases.set_reminder(store, number, today(), said, case.version, "broker")
    for name in ("broker", "bureau"):
        client = logged_in(name)
        book = openpyxl.load_workbook(BytesIO(client.get("/cases/export.xlsx?stage=introduced").data))
        cells = [str(cell.value) for row in book.active.rows for cell in row]
        answer = client.get("/cases/export.docx?stage=introduced")
        (table, *_) = docx.Document(BytesIO(answer.data)).tables
        words = [cell.text for row in table.rows for cell in row.cells]
        for found in (cells, words):
            assert any(pair[0].title in one for one in found)
            assert [one for one in contacts(pair) if one in " ".join(found)] == []
        assert "已引荐 introduced" in cells
        assert "已推荐 proposed" not in cells
    assert client.get("/cases/export.pdf").status_code == 404


def test_after_a_move_nobody_is_sent_to_another_site(
    logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]
) -> None:
    client, number = logged_in("broker"), opened(store, pair, Stage.INTRODUCED)
    board = "https://evil.example/\r\nSet-Cookie: x=y&owner=broker"
    answer = sent(client, number, "met", board=board)
    assert answer.location == "/cases?owner=broker"
    assert "Set-Cookie: x" not in str(answer.headers)


def test_cases_that_are_not_there(logged_in: LogIn) -> None:
    client = logged_in("broker")
    for number in ("0", "999999", "9" * 30):
        assert client.get(f"/cases/{number}").status_code == 404
        assert post(client, f"/cases/{number}/notes", {"note": "x", "version": 1}).status_code == 404
    assert post(client, "/cases", {"need_id": "no", "achievement_id": "no"}).status_code == 404


def test_in_english_too(logged_in: LogIn, store: Store, pair: tuple[Need, Achievement]) -> None:
    client, number = logged_in("broker"), opened(store, pair, Stage.INTRODUCED)
    client.get("/language/en")
    page = client.get(f"/cases/{number}").text
    assert "moved it from &#39;proposed&#39; to &#39;introduced&#39;" in page
    late = post(client, f"/cases/{number}/notes", {"note": "x", "version": 1})
    assert "the case changed after you opened it" in late.text
    for path in ("/cases", "/cases?view=table", "/reminders", f"/cases/{number}/introduction"):
        assert client.get(path).status_code == 200
