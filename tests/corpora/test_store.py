"""The store: nothing lost, nothing told that is private, and one clear line when the disk says no."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from corpora.database import FILE_NAME
from corpora.errors import DataFolderTrouble, UnknownRecord
from corpora.migrations import migrations
from corpora.records import Achievement, Judgement, Need, Organization, Record
from corpora.store import DuplicateLink, Origin, Store
from corpora.vocabulary import Kind

ACHIEVEMENT = Achievement.model_validate(
    {
        "id": "a1", "title": "核桃脱青皮机", "text": "滚筒脱皮", "keywords": ["核桃", "农机"],
        "institution": "某大学",
        "inventors": ["李某"], "stage": 6, "form": "新装备", "ip": "ZL2020", "modes": ["license", "equity"],
        "terms": "80万元",
        "registration_number": "9612026Y0001", "fields": ["食品加工"], "region": "陕西省西安市",
        "county": "长安区",
        "contact": {"name": "李某", "phone": "13900000001", "email": "l@example.com"},
    }
)  # fmt: skip
NEED = Need.model_validate(
    {
        "id": "n1", "title": "核桃脱青皮用水太多", "text": "用水四吨", "indicators": ["用水≤1吨"],
        "deadline": "2027-06-30",
        "budget": "50-100万元", "modes": ["joint"], "ip_wanted": "shared", "min_stage": 6,
        "enterprise": "甲公司",
        "attachments": ["a.pdf"], "county": "商州区", "contact": {"name": "王工", "phone": "13900000002"},
    }
)  # fmt: skip
COMPANY = Organization.model_validate(
    {"id": "o1", "name": "甲公司", "kind": "enterprise", "tier": "high_tech", "county": "商州区"}
)
ALL = (ACHIEVEMENT, NEED, COMPANY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.create(tmp_path / "data")
    yield made
    made.close()


def put(store: Store, *records: Record, file: str = "x.xlsx", who: str = "张三") -> list[str]:
    origins = [Origin(record, "Sheet1", row) for row, record in enumerate(records, 2)]
    return list(store.take_in(origins, file, "0" * 64, who))


def changed(record: Any, **values: Any) -> Any:
    return type(record).model_validate(record.model_dump() | values)


def dump(store: Store) -> str:
    """All that the file says, outside the table of contacts."""
    lines = sqlite3.connect(store.path).iterdump()
    return "\n".join(line for line in lines if not line.startswith('INSERT INTO "contacts"'))


@pytest.mark.parametrize("record", ALL, ids=lambda record: record.KIND)
def test_a_record_comes_back_as_it_went_in(store: Store, record: Record) -> None:
    assert put(store, record) == ["created"]
    assert store.get(record.KIND, record.id) == record
    assert list(store.records(record.KIND)) == [record]
    assert store.ids(record.KIND) == [record.id]


@pytest.mark.parametrize("record", [Achievement(title="题"), Need(title="题"), Organization(name="名")])
def test_a_record_with_nothing_but_a_name_comes_back_too(store: Store, record: Record) -> None:
    put(store, record)
    assert store.get(record.KIND, record.id) == record


def test_the_same_again_changes_nothing(store: Store) -> None:
    assert put(store, *ALL) == ["created"] * 3
    before = dump(store)
    assert put(store, *ALL, file="y.xlsx") == ["unchanged"] * 3
    assert dump(store) == before


def test_a_change_is_kept_with_old_and_new(store: Store) -> None:
    put(store, NEED)
    assert put(store, changed(NEED, budget="80万元", indicators=["用水≤2吨"]), file="y.xlsx", who="李四") == [
        "updated"
    ]
    created, updated = store.history(Kind.NEED, "n1")
    assert (created.action, created.who, created.changes) == ("created", "张三", {})
    assert (updated.action, updated.who) == ("updated", "李四")
    assert updated.changes == {"budget": ["50-100万元", "80万元"], "indicators": [["用水≤1吨"], ["用水≤2吨"]]}
    assert [change.revision for change in store.changes_since(created.revision)] == [updated.revision]
    assert datetime.fromisoformat(updated.at).tzinfo is not None


def test_history_never_tells_a_contact(store: Store) -> None:
    put(store, NEED)
    assert put(store, changed(NEED, contact={"name": "赵工", "phone": "13811112222"})) == ["updated"]
    assert store.history(Kind.NEED, "n1")[-1].changes == {"contact": ["…", "…"]}
    assert store.need("n1").contact.phone == "13811112222"
    told = dump(store)
    for private in ("王工", "13900000002", "赵工", "13811112222"):
        assert private not in told


def test_provenance_says_which_file_sheet_and_row(store: Store) -> None:
    put(store, ACHIEVEMENT, NEED)
    put(store, changed(NEED, text="又改了"), file="y.docx", who="李四")
    assert [(each["file"], each["sheet"], each["row"], each["who"]) for each in store.provenance(Kind.NEED, "n1")] == [
        ("x.xlsx", "Sheet1", 3, "张三"), ("y.docx", "Sheet1", 2, "李四"),
    ]  # fmt: skip


def test_a_file_name_that_is_no_text_is_stored_as_well_as_can_be(store: Store) -> None:
    put(store, NEED, file="\udce5\udc90x.xlsx")
    assert store.provenance(Kind.NEED, "n1")[0]["file"] == "??x.xlsx"


def test_two_kinds_may_have_one_id(store: Store) -> None:
    put(store, changed(ACHIEVEMENT, id="1"), changed(NEED, id="1"), changed(COMPANY, id="1"))
    assert store.counts()["achievements"] == store.counts()["needs"] == store.counts()["organizations"] == 1
    store.delete(Kind.NEED, "1", "张三")
    assert store.achievement("1").title == ACHIEVEMENT.title


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE needs; --", '"', "%", "_", "\\", "😀𠮷", "a\nb\tc", "null", "１"]
)
def test_any_text_is_only_text(store: Store, text: str) -> None:
    put(store, changed(NEED, id=text, title=text, enterprise=text))
    assert store.need(text.strip()).enterprise == text.strip()
    assert store.ids(Kind.NEED, enterprise=text) == [text.strip()]


def everything(store: Store) -> None:
    put(store, *ALL, changed(NEED, id="n2"))
    store.judge([Judgement(need_id="n1", achievement_id="a1", level=4)], "张三")
    store.link_duplicates([DuplicateLink(Kind.NEED, "n2", "n1", 97.5)])
    store.put_sketches(Kind.NEED, {"n1": [1, 2, -(2**63)], "n2": [2, 3]})


@pytest.mark.parametrize(("kind", "record_id"), [(Kind.NEED, "n1"), (Kind.ACHIEVEMENT, "a1")])
def test_deleting_takes_all_that_hangs_on_a_record(store: Store, kind: Kind, record_id: str) -> None:
    everything(store)
    store.delete(kind, record_id, "李四")
    with pytest.raises(UnknownRecord, match=record_id):
        store.get(kind, record_id)
    assert list(store.judgements()) == []
    assert store.provenance(kind, record_id) == []
    assert store.duplicates(Kind.NEED) == (
        [] if kind is Kind.NEED else [DuplicateLink(Kind.NEED, "n2", "n1", 97.5)]
    )
    left = sqlite3.connect(store.path)
    for table in ("records", "contacts", "provenance"):
        assert left.execute(
            f"SELECT count(*) FROM {table} WHERE kind = ? AND id = ?", [kind, record_id]
        ).fetchone() == (0,)
    assert [(each.action, each.who) for each in store.history(kind, record_id)][-1] == ("deleted", "李四")
    assert left.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_is_not_there_cannot_be_deleted(store: Store) -> None:
    with pytest.raises(UnknownRecord, match="没有编号为“n9”的需求"):
        store.delete(Kind.NEED, "n9", "张三")


def test_a_judgement_per_pair_and_author_the_latest(store: Store) -> None:
    put(store, ACHIEVEMENT, NEED)
    assert store.judge([Judgement(need_id="n1", achievement_id="a1", level=2)], "张三") == 1
    store.judge([Judgement(need_id="n1", achievement_id="a1", level=4, note="看过样机")], "张三")
    store.judge(
        [
            Judgement(
                need_id="n1", achievement_id="a1", level=3, author="李四", at=datetime(2026, 1, 1, tzinfo=UTC)
            )
        ],
        "张三",
    )
    assert sorted((each.author, each.level, each.note) for each in store.judgements()) == [
        ("张三", 4, "看过样机"),
        ("李四", 3, ""),
    ]
    assert store.counts()["judgements"] == 2


@pytest.mark.parametrize(("need_id", "achievement_id"), [("n9", "a1"), ("n1", "a9")])
def test_a_judgement_of_an_unknown_record_stores_none_of_them(
    store: Store, need_id: str, achievement_id: str
) -> None:
    put(store, ACHIEVEMENT, NEED)
    judgements = [
        Judgement(need_id="n1", achievement_id="a1", level=4), Judgement(need_id=need_id, achievement_id=achievement_id, level=1),
    ]  # fmt: skip
    with pytest.raises(UnknownRecord, match=r"n9|a9"):
        store.judge(judgements, "张三")
    assert list(store.judgements()) == []


def test_a_judgement_is_taken_back_by_its_author_alone(store: Store) -> None:
    put(store, ACHIEVEMENT, NEED)
    given = Judgement(need_id="n1", achievement_id="a1", level=4)
    store.judge([given], "张三")
    assert not store.unjudge("n1", "a1", "李四")
    assert store.unjudge("n1", "a1", "张三")
    assert list(store.judgements()) == []


def test_the_mark_of_judgements_notices_every_change(store: Store) -> None:
    put(store, ACHIEVEMENT, changed(ACHIEVEMENT, id="a2"), NEED)
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)

    def judge(achievement_id: str, level: int, at: datetime) -> None:
        store.judge(
            [Judgement(need_id="n1", achievement_id=achievement_id, level=level, author="甲", at=at)], "甲"
        )

    marks = [store.judgements_mark()]
    for step in (
        lambda: judge("a1", 4, early),
        lambda: judge("a2", 1, late),
        lambda: judge("a1", 3, early),
        # Two older ones that change places count as a change too.
        lambda: [judge("a1", 1, early), judge("a2", 3, late)],
        lambda: store.unjudge("n1", "a1", "甲"),
    ):
        step()
        marks.append(store.judgements_mark())
    assert len(set(marks)) == len(marks)
    assert store.judgements_mark() == store.judgements_mark()


def test_judgements_of_one_record(store: Store) -> None:
    put(store, ACHIEVEMENT, changed(ACHIEVEMENT, id="a2"), NEED, changed(NEED, id="n2"))
    pairs = [("n1", "a1"), ("n1", "a2"), ("n2", "a1")]
    store.judge([Judgement(need_id=n, achievement_id=a, level=2) for n, a in pairs], "张三")
    assert [one.achievement_id for one in store.judgements(need_id="n1")] == ["a1", "a2"]
    assert [one.need_id for one in store.judgements(achievement_id="a1")] == ["n1", "n2"]
    assert len(list(store.judgements(need_id="n2", achievement_id="a2"))) == 0


def test_a_link_to_nothing_is_refused(store: Store) -> None:
    put(store, NEED)
    with pytest.raises(sqlite3.IntegrityError):
        store.link_duplicates([DuplicateLink(Kind.NEED, "n1", "n9", 90)])
    assert store.duplicates(Kind.NEED) == []


def test_sketches_find_what_shares_them(store: Store) -> None:
    everything(store)
    assert store.sharing_sketches(Kind.NEED, [2, 3], at_least=1, limit=10) == ["n2", "n1"]
    assert store.sharing_sketches(Kind.NEED, [2, 3], at_least=2, limit=10) == ["n2"]
    store.put_sketches(Kind.NEED, {"n2": [7]})
    assert store.sharing_sketches(Kind.NEED, [2, 3], at_least=1, limit=10) == ["n1"]


def test_filters(store: Store) -> None:
    put(store, ACHIEVEMENT, changed(ACHIEVEMENT, id="a2", stage=None, region="北京市", modes=[]))
    assert store.ids(Kind.ACHIEVEMENT, region="陕西", modes=["license", "joint"]) == ["a1"]
    assert store.ids(Kind.ACHIEVEMENT, region=["陕西", "北京"], keywords=None) == ["a1", "a2"]
    assert store.ids_by_stage(Kind.ACHIEVEMENT, 5, None) == {"a1"}
    assert store.ids_by_stage(Kind.ACHIEVEMENT, None, 5) == set()
    put(store, COMPANY)
    assert store.ids(Kind.ORGANIZATION, kind="enterprise") == ["o1"]


@pytest.mark.parametrize("name", ["contact", "x", "1=1) --"])
def test_only_fields_can_be_filtered_by(store: Store, name: str) -> None:
    with pytest.raises(KeyError):
        store.ids(Kind.NEED, **{name: "x"})


def test_a_transaction_is_all_or_nothing_and_nests(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            put(store, NEED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.counts()["needs"] == 0
    with store.transaction():
        put(store, ACHIEVEMENT)
        with pytest.raises(RuntimeError):
            fail()
    assert (store.counts()["achievements"], store.counts()["needs"]) == (1, 0)


def test_trouble_of_the_caller_is_not_blamed_on_the_store(store: Store) -> None:
    with pytest.raises(FileNotFoundError), store.transaction():
        Path("nowhere").read_bytes()


def write_many(folder: Path, first: int, gate: Any) -> None:
    store = Store(folder)
    gate.wait()
    for number in range(first, first + 25):
        put(store, Need(id=f"n{number}", title=f"题{number}"), Need(id="shared", title=f"题{number}"))
    store.close()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(2)
    writers = [spawn.Process(target=write_many, args=(tmp_path, first, gate)) for first in (100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert store.counts()["needs"] == 51
    assert len(store.history(Kind.NEED, "shared")) == 50
    store.check()


def open_and_close(folder: Path, gate: Any) -> None:
    gate.wait()
    Store(folder).close()


def test_two_processes_open_an_old_store_at_once(tmp_path: Path) -> None:
    older(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(3)
    openers = [spawn.Process(target=open_and_close, args=(tmp_path, gate)) for _ in range(3)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(60)
    assert [opener.exitcode for opener in openers] == [0, 0, 0]
    assert Store(tmp_path).need("n1").title == "旧题"


def test_a_reader_goes_on_while_another_writes(store: Store, tmp_path: Path) -> None:
    put(store, ACHIEVEMENT, NEED)
    writer = Store(tmp_path / "data")
    with writer.transaction():
        put(writer, changed(NEED, id="n2"))
        assert store.ids(Kind.NEED) == ["n1"]
        reading = store.records(Kind.NEED)
        assert next(reading).id == "n1"
    assert store.ids(Kind.NEED) == ["n1", "n2"]


def test_a_writer_that_waits_too_long_is_told(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "data")
    other.db.execute("PRAGMA busy_timeout = 50")
    with store.transaction(), pytest.raises(DataFolderTrouble, match=r"正被另一个程序写入.*请稍后重试"):
        put(other, NEED)


def test_another_thread_may_read(store: Store) -> None:
    put(store, NEED)
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.extend(store.ids(Kind.NEED)))
    thread.start()
    thread.join()
    assert found == ["n1"]


def older(folder: Path) -> None:
    """A store as the first two migrations left it, with one need."""
    database = Database(folder / FILE_NAME)
    migrations.apply(database, stop_before="m003_judgements")
    with database.atomic():
        database.execute("INSERT INTO records VALUES ('need', 'n1', 'x', '2026', '2026')")
        database.execute(
            "INSERT INTO needs (id, title, fields, indicators, modes, attachments, text, budget, enterprise, region, county)"
            " VALUES ('n1', '旧题', '[]', '[]', '[]', '[]', '', '', '', '', '')"
        )
    database.close()


def test_an_older_store_is_brought_up_to_date(tmp_path: Path) -> None:
    older(tmp_path)
    store = Store(tmp_path)
    assert store.need("n1").title == "旧题"
    put(store, ACHIEVEMENT)
    assert store.judge([Judgement(need_id="n1", achievement_id="a1", level=3)], "张三") == 1
    assert migrations.pending(store.db) == []


def test_a_store_of_a_later_version_is_left_alone(store: Store, tmp_path: Path) -> None:
    database = sqlite3.connect(store.path)
    database.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('shuanglian', 'm999_future', '2099')"
    )
    database.commit()
    with pytest.raises(DataFolderTrouble, match=r"更新版本.*m999_future.*请升级"):
        Store(tmp_path / "data")


def test_creating_twice_keeps_what_is_there(tmp_path: Path) -> None:
    put(Store.create(tmp_path), NEED)
    assert Store.create(tmp_path).ids(Kind.NEED) == ["n1"]


def test_a_folder_without_a_store_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DataFolderTrouble, match="matcher init"):
        Store(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "data", "data/deeper"])
def test_a_folder_below_a_file_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataFolderTrouble, match="不是文件夹"):
        Store.create(tmp_path / "file" / below)


def test_a_store_that_only_reads_says_so(store: Store) -> None:
    put(store, NEED)
    store.db.execute("PRAGMA query_only = ON")
    with pytest.raises(DataFolderTrouble, match=r"只读.*MATCHER_DATA"):
        put(store, ACHIEVEMENT)
    assert store.need("n1") == NEED


def test_a_full_disk_loses_nothing_that_is_stored(store: Store) -> None:
    put(store, NEED)
    pages = store.db.execute("PRAGMA page_count").fetchone()[0]
    store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
    many = [Need(id=f"m{number}", title="题", text="长" * 5000) for number in range(50)]
    with pytest.raises(DataFolderTrouble, match=r"磁盘已满.*没有丢"):
        put(store, *many)
    assert store.ids(Kind.NEED) == ["n1"]
    store.db.execute(f"PRAGMA max_page_count = {pages + 10_000}")
    assert put(store, *many) == ["created"] * 50
    store.check()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 500)
    with pytest.raises(DataFolderTrouble, match=r"已损坏.*matcher restore"):
        Store(tmp_path)
    with pytest.raises(DataFolderTrouble, match="已损坏"):
        Store.create(tmp_path)


def test_a_damaged_page_is_found(store: Store, tmp_path: Path) -> None:
    put(store, *(Need(id=f"n{number}", title="题", text="长" * 2000) for number in range(300)))
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    with store.path.open("r+b") as stream:
        stream.seek(4096 * 20)
        stream.write(b"\xff" * 4096 * 60)
    with pytest.raises(DataFolderTrouble, match=r"已损坏.*matcher restore"):
        Store(tmp_path / "data").check()


@pytest.mark.parametrize(
    "read",
    [
        lambda store: store.history(Kind.NEED, "n1"), lambda store: store.provenance(Kind.NEED, "n1"),
        lambda store: list(store.judgements()),
        lambda store: store.duplicates(Kind.NEED), lambda store: store.counts(), lambda store: list(store.changes_since(0)),
        lambda store: store.sharing_sketches(Kind.NEED, [1], 1, 1), lambda store: store.ids(Kind.NEED),
        lambda store: list(store.needs()),
    ],
)  # fmt: skip
def test_trouble_while_reading_is_told_in_one_line(store: Store, read: Any) -> None:
    with sqlite3.connect(store.path) as other:
        other.execute("PRAGMA foreign_keys = OFF")
        for table in ("history", "provenance", "judgements", "duplicates", "sketches", "needs"):
            other.execute(f"DROP TABLE {table}")
    with pytest.raises(DataFolderTrouble, match="matcher doctor") as told:
        read(store)
    assert "\n" not in str(told.value)


def test_a_copy_is_whole_while_others_write(store: Store, tmp_path: Path) -> None:
    everything(store)
    (tmp_path / "copy").mkdir()
    with Store(tmp_path / "data").transaction():
        store.copy_to(tmp_path / "copy" / FILE_NAME)
    copy = Store(tmp_path / "copy")
    copy.check()
    assert copy.counts() == store.counts()
