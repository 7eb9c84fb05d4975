"""Uploads and their previews: hostile files, many rows, columns that a person explains, two at once."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from corpora.errors import BadRequest, Conflict, UnknownRecord
from corpora.jobs import Jobs, State
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher import previews, uploads
from matcher.jobs import work
from matcher.plans import Fate
from matcher.settings import Settings
from matcher.tasks import TASKS
from matcher.uploads import Upload


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Store.create(tmp_path / "data").close()
    return Settings(data=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store(settings.data)


def send(store: Store, settings: Settings, *files: tuple[str, bytes], kind: Kind | None = None) -> Upload:
    upload = uploads.receive(settings, [(name, io.BytesIO(content)) for name, content in files], kind, "甲")
    previews.read(store, settings, upload)
    return uploads.load(settings, upload.token)


def lines(*rows: dict[str, object]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def commit(store: Store, settings: Settings, upload: Upload, who: str = "甲") -> dict[str, object]:
    """Import the upload, and do nothing else that waits; return the job's result."""
    job = previews.commit(store, settings, upload, who)
    work(settings, {"import": TASKS["import"]}, lambda: False)
    done = Jobs(store).get(job.id)
    assert done.state is State.DONE, done
    return done.result


GOOD = (
    "需求.jsonl",
    lines({"需求名称": "核桃脱皮", "企业名称": "甲厂"}, {"需求名称": "茶叶揉捻", "预算": "十二x"}),
)


def test_every_row_is_shown_and_nothing_is_stored(store: Store, settings: Settings) -> None:
    upload = send(store, settings, GOOD)
    rows = previews.rows(settings, upload)
    assert upload.is_read
    assert [(row.number, row.fate, row.label) for row in rows] == [
        (1, Fate.NEW, "核桃脱皮"),
        (2, Fate.REJECTED, ""),
    ]
    column, value, reason = rows[1].rejections[0]
    assert (column, value) == ("预算", "十二x")
    zh, en = previews.reason_parts(reason)
    assert zh.isascii() is False
    assert "12" not in en
    assert store.revision() == 0


def test_what_cannot_be_read_is_said_and_the_others_go_on(store: Store, settings: Settings) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * (80 * 2**20))
    bad = {
        "空.csv": b"",
        "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "炸弹.xlsx": bomb.getvalue(),
        "图片.xlsx": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        "散文.csv": "今天天气不错\n明天也是\n".encode(),
        "大.csv": b"a" * (uploads.MAX_BYTES + 1),
        "坏.docx": b"PK\x03\x04" + b"\1" * 50,
    }
    upload = send(store, settings, *bad.items(), GOOD)
    if not upload.is_read:
        work(settings, {"preview": TASKS["preview"]}, lambda: False)
        upload = uploads.load(settings, upload.token)
    for file in upload.files[:-1]:
        assert file.error, file.name
        assert all(file.error)
    assert upload.files[-1].error is None
    assert upload.counts[Fate.NEW] == 1
    result = commit(store, settings, upload)
    assert result["rows"] == {"accepted": 1, "updated": 0, "unchanged": 0, "duplicates": 0, "rejected": 1}
    assert len(result["refused"]) == len(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd.jsonl", "..\\..\\x.jsonl", "/etc/x.jsonl", "a\0b.jsonl", "..", ".", "x" * 5000 + ".jsonl",
     "矿" * 300 + ".jsonl", "\ud800.jsonl", "<script>alert(1)</script>.jsonl", "con:aux|?.jsonl", "upload.json", "lock"],
)  # fmt: skip
def test_a_name_is_no_path(store: Store, settings: Settings, name: str) -> None:
    before = {path for path in settings.data.parent.rglob("*") if "uploads" not in path.parts}
    upload = send(store, settings, (name, GOOD[1]))
    inside = upload.path(settings, upload.files[0]).resolve()
    assert inside.is_relative_to(upload.folder(settings).resolve() / "0")
    if "." in name.strip("."):
        assert commit(store, settings, upload)["rows"]["accepted"] == 1  # type: ignore[index]
    else:
        assert upload.files[0].error
    after = {path for path in settings.data.parent.rglob("*") if "uploads" not in path.parts}
    assert {path.name for path in after - before} <= {
        "queue.db",
        "queue.db-wal",
        "queue.db-shm",
        "import.lock",
    }


@limits(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), ending=st.sampled_from(["xlsx", "csv", "jsonl", "docx", "exe", ""]))
def test_no_content_is_a_fault(store: Store, settings: Settings, content: bytes, ending: str) -> None:
    upload = send(store, settings, (f"x.{ending}", content), GOOD)
    assert upload.is_read
    assert upload.files[1].error is None
    for file in upload.files:
        assert not file.error or "内部错误" not in file.error[0]


@pytest.mark.parametrize("token", ["", "..", "../x", "a" * 32, "A" * 32, "0" * 31, "0" * 33, "%2e%2e", "\0"])
def test_a_token_is_no_path(settings: Settings, token: str) -> None:
    with pytest.raises(UnknownRecord):
        uploads.load(settings, token)


def test_a_column_that_a_person_explains_is_read(store: Store, settings: Settings) -> None:
    upload = send(store, settings, ("表.csv", "需求名称,企业名称,掏多少钱\n核桃脱皮,甲厂,80万\n".encode()))
    assert upload.files[0].parts[0].unknown == ["掏多少钱"]
    previews.reread(store, settings, upload, 0, None, {"掏多少钱": "budget"})
    upload = uploads.load(settings, upload.token)
    assert upload.files[0].parts[0].unknown == []
    commit(store, settings, upload)
    assert next(store.needs()).budget == "80万"


def test_a_kind_that_a_person_names_is_taken(store: Store, settings: Settings) -> None:
    upload = send(store, settings, ("表.csv", "名称,说明\n核桃脱皮,损伤大\n".encode()))
    previews.reread(store, settings, upload, 0, Kind.ACHIEVEMENT, {})
    upload = uploads.load(settings, upload.token)
    assert [part.kind for part in upload.files[0].parts] == [Kind.ACHIEVEMENT]


def test_nonsense_about_columns_is_refused(store: Store, settings: Settings) -> None:
    upload = send(store, settings, GOOD)
    for number, said in ((0, {"预算": "password"}), (7, {}), (-1, {})):
        with pytest.raises(BadRequest):
            previews.reread(store, settings, upload, number, None, said)
    # A heading that the file has not is told with the file, which is not read then.
    previews.reread(store, settings, upload, 0, None, {"没有的列": "budget"})
    upload = uploads.load(settings, upload.token)
    assert upload.files[0].error
    with pytest.raises(BadRequest):
        previews.commit(store, settings, upload, "甲")


def test_two_people_who_commit_the_same_preview_get_one_job(store: Store, settings: Settings) -> None:
    upload = send(store, settings, GOOD)
    one, two = (previews.commit(store, settings, upload, who) for who in ("甲", "乙"))
    assert one.id == two.id
    commit(store, settings, upload)
    assert previews.commit(store, settings, upload, "乙").id == one.id
    assert store.revision() == 1
    for refused in (
        lambda: previews.discard(store, settings, upload),
        lambda: previews.reread(store, settings, upload, 0, None, {}),
    ):
        with pytest.raises(Conflict):
            refused()


def test_a_store_that_changed_since_the_preview_is_told_of_in_the_report(
    store: Store, settings: Settings
) -> None:
    one, two = send(store, settings, GOOD), send(store, settings, GOOD)
    assert one.counts[Fate.NEW] == two.counts[Fate.NEW] == 1
    assert commit(store, settings, one)["rows"]["accepted"] == 1  # type: ignore[index]
    assert commit(store, settings, two)["rows"] == {
        "accepted": 0, "updated": 0, "unchanged": 1, "duplicates": 0, "rejected": 1
    }  # fmt: skip


def test_a_discarded_upload_is_gone(store: Store, settings: Settings) -> None:
    upload = send(store, settings, GOOD)
    previews.discard(store, settings, upload)
    assert not upload.folder(settings).exists()
    with pytest.raises(UnknownRecord):
        uploads.load(settings, upload.token)


def test_many_rows_are_paged_and_filtered(store: Store, settings: Settings) -> None:
    rows = [
        {"机构名称": f"示例企业{number}", "企业梯队": "瞎写" if number % 5 == 0 else ""}
        for number in range(450)
    ]
    upload = send(store, settings, ("机构.jsonl", lines(*rows)))
    pages = [previews.rows(settings, upload, page=page) for page in (1, 2, 3, 4)]
    assert list(map(len, pages)) == [200, 200, 50, 0]
    assert [row.number for page in pages for row in page] == list(range(1, 451))
    rejected = previews.rows(settings, upload, Fate.REJECTED)
    assert len(rejected) == upload.counts[Fate.REJECTED] == 90


def test_large_files_are_read_in_the_background(store: Store, settings: Settings) -> None:
    rows = [{"机构名称": f"示例企业{number}", "机构简介": "某" * 100} for number in range(2000)]
    upload = send(store, settings, ("机构.jsonl", lines(*rows)))
    assert not upload.is_read
    with pytest.raises(BadRequest):
        previews.commit(store, settings, upload, "甲")
    work(settings, TASKS, lambda: False)
    upload = uploads.load(settings, upload.token)
    assert upload.counts[Fate.NEW] == 2000


def test_old_uploads_are_cleared_away_but_not_those_that_wait_to_be_imported(
    store: Store, settings: Settings
) -> None:
    old, asked, new = (send(store, settings, GOOD) for _ in range(3))
    long_ago = time.time() - (uploads.DAYS + 1) * 86400
    previews.commit(store, settings, asked, "甲")
    for one in (old, asked):
        os.utime(one.folder(settings), (long_ago, long_ago))
    assert uploads.purge(store, settings) == 1
    assert {one.token for one in uploads.all_uploads(settings)} == {asked.token, new.token}


def test_too_many_files_or_none_are_refused(settings: Settings) -> None:
    for count in (0, uploads.MOST_FILES + 1):
        with pytest.raises(BadRequest):
            uploads.receive(settings, [("a.csv", io.BytesIO(b""))] * count, None, "甲")


@pytest.mark.parametrize(
    ("reason", "parts"),
    [
        ("看不懂 / cannot be read", ("看不懂", "cannot be read")),
        ("“a / b”看不懂 / 'a / b' cannot be read", ("“a / b”看不懂", "'a / b' cannot be read")),
        ("没有分开", ("没有分开", "没有分开")),
        ("a / b / c", ("a / b / c", "a / b / c")),
    ],
)
def test_a_reason_is_parted_into_its_languages(reason: str, parts: tuple[str, str]) -> None:
    assert previews.reason_parts(reason) == parts
