"""Digests: each new record once, hidden and deleted ones never, on the page and by mail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpora.accounts import Role, User
from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.records import Contact, Need
from corpora.searches import SavedSearch, Searches
from corpora.store import Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher.accounts import add_user, set_disabled
from matcher.cli import cli
from matcher.digests import keep, news, open_news, owned, rename, run
from matcher.queries import Query
from matcher.search import Search
from matcher.settings import Settings

ASKED = Query.read({"kind": "need", "q": "菌棒", "page": "3"})


@dataclass
class Place:
    store: Store
    search: Search
    settings: Settings
    user: User

    def put(self, name: str, title: str = "菌棒污染") -> None:
        contact = Contact(name="赵保密", phone="13912345678", email="secret@example.org")
        self.store.save(Need(id=name, title=title, enterprise="甲厂", contact=contact), "x")

    def run(self) -> int:
        return run(self.store, self.search, self.settings)

    def new(self) -> list[list[str]]:
        return [one.ids for one in news(self.store, self.search, self.user)]

    def mails(self) -> list[str]:
        files = sorted((self.settings.data / "outbox").glob("*.eml"))
        return [str(message_from_bytes(path.read_bytes(), policy=default).get_content()) for path in files]

    def keep(self, name: str = "菌棒", by_mail: bool = True) -> SavedSearch:
        return keep(self.store, self.user, name, ASKED, by_mail)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    store = Store.create(tmp_path)
    user = add_user(store, "broker", Role.BROKER, "correct horse battery", "王经纪", "wang@example.org")
    yield Place(store, Search(tmp_path), Settings(data=tmp_path, url="https://sl.example.org/"), user)
    store.close()


def test_each_new_record_is_told_once(place: Place) -> None:
    place.put("old")
    saved = place.keep()
    assert (place.run(), place.new()) == (0, [[]])
    place.put("n-1")
    place.put("other", "核桃油")
    assert place.new() == [["n-1"]]
    assert (place.run(), place.run()) == (1, 0)
    place.put("n-1", "菌棒污染，改过")
    place.put("old", "菌棒污染，也改过")
    assert (place.run(), place.new()) == (0, [["n-1"]])
    shown, earlier = open_news(place.store, place.search, saved)
    assert ([one.id for one in shown], earlier) == (["n-1"], [])
    assert place.new() == [[]]
    # What was not in a digest yet is told when it is looked at, and by no later digest.
    place.put("n-2")
    again = owned(place.store, place.user, saved.id)
    shown, earlier = open_news(place.store, place.search, again)
    assert ([one.id for one in shown], [one.id for one in earlier]) == (["n-2"], ["n-1"])
    assert (place.run(), place.new()) == (0, [[]])


def test_a_deleted_record_is_not_told_nor_told_again_when_it_comes_back(place: Place) -> None:
    place.keep()
    place.put("n-1")
    place.store.delete(Kind.NEED, "n-1", "x")
    assert (place.run(), place.new()) == (0, [[]])
    place.put("n-2")
    assert place.run() == 1
    place.store.delete(Kind.NEED, "n-2", "x")
    assert place.new() == [[]]
    place.put("n-2")
    assert place.run() == 0


def test_a_hidden_need_is_told_once_it_is_public(place: Place) -> None:
    place.keep()
    place.put("n-1")
    Submissions(place.store).add("SL-1", "n-1", "菌棒污染", "digest", None)
    place.put("n-2")
    assert (place.run(), place.new()) == (1, [["n-2"]])
    assert place.run() == 0
    Submissions(place.store).decide("SL-1", Status.APPROVED, "", "broker")
    assert place.new() == [["n-1", "n-2"]] or place.new() == [["n-2", "n-1"]]
    assert (place.run(), place.run()) == (1, 0)
    assert not [mail for mail in place.mails()[:1] if "n-1" in mail]


def test_a_mail_says_what_is_new_and_no_contact(place: Place) -> None:
    saved = place.keep()
    place.keep("不要邮件", by_mail=False)
    for number in range(25):
        place.put(f"n-{number}", f"菌棒污染{number}")
    assert place.run() == 2
    (mail,) = place.mails()
    assert "王经纪，您好" in mail
    assert "【菌棒】需求，“菌棒”：25 条新记录" in mail
    assert "菌棒污染24（甲厂）" in mail
    assert "另有 5 条" in mail
    assert 'needs, "菌棒": 25 new' in mail
    assert f"https://sl.example.org/searches/{saved.id}" in mail
    assert "不要邮件" not in mail
    for secret in ("赵保密", "13912345678", "secret@example.org"):
        assert secret not in mail
    place.run()
    assert len(place.mails()) == 1


def test_a_mail_that_was_not_sent_is_sent_later(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.keep()
    place.put("n-1")
    works = place.settings
    place.settings = works.model_copy(update={"smtp": "smtp://me:sEcret@127.0.0.1:9"})
    with caplog.at_level(logging.WARNING):
        assert place.run() == 1
    assert "broker" in caplog.text
    assert "sEcret" not in caplog.text
    place.settings = works
    assert place.run() == 0
    assert len(place.mails()) == 1


def test_nobody_gets_mail_that_should_not(place: Place) -> None:
    place.keep()
    set_disabled(place.store, place.user, True)
    place.put("n-1")
    assert place.run() == 1
    assert place.mails() == []
    # Read on the page already: no mail is needed.
    set_disabled(place.store, place.user, False)
    open_news(place.store, place.search, Searches(place.store).of_user(place.user.id)[0])
    place.run()
    assert place.mails() == []


def test_names_are_checked_and_searches_are_ones_own(place: Place) -> None:
    saved, other = place.keep("甲"), place.keep(" 乙 ")
    assert other.name == "乙"
    assert "page" not in saved.query
    for name in ("", "  ", "名" * 101, "a\x07b"):
        with pytest.raises(BadRequest):
            place.keep(name)
    with pytest.raises(Conflict):
        place.keep("乙")
    with pytest.raises(Conflict):
        rename(place.store, saved, "乙")
    rename(place.store, saved, "甲")
    rename(place.store, saved, "丙")
    stranger = add_user(place.store, "other", Role.BUREAU, "correct horse battery")
    assert owned(place.store, place.user, saved.id).name == "丙"
    with pytest.raises(UnknownRecord):
        owned(place.store, stranger, saved.id)
    keep(place.store, stranger, "丙", ASKED, False)
    Searches(place.store).delete(saved.id)
    with pytest.raises(UnknownRecord):
        owned(place.store, place.user, saved.id)


def test_a_query_that_no_longer_makes_sense_stops_no_other(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    Searches(place.store).add(place.user.id, "坏", {"kind": "patent"}, True)
    place.keep()
    place.put("n-1")
    assert place.run() == 1
    assert "patent" in caplog.text
    assert len(place.mails()) == 1


def test_the_command_makes_them_by_hand(place: Place) -> None:
    place.keep()
    place.put("n-1")
    said = CliRunner(env={"MATCHER_DATA": str(place.settings.data)}).invoke(cli, ["digest", "--json"])
    assert said.exit_code == 0, said.output
    assert '"digests": 1' in said.output
    assert len(place.mails()) == 1
