"""Importing: every row has one outcome, nothing good is lost, and a second time changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock

from corpora.errors import DataFolderTrouble, UnreadableFile
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.intake import FileReport, import_file, importing


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "data")


def lines(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def need(title: str, **more: object) -> dict[str, object]:
    return {
        "需求名称": title,
        "企业名称": "某企业（示例）",
        "需求描述": f"{title}的详细说明，设备老化，产量上不去。",
        **more,
    }


def counts(report: FileReport) -> tuple[int, int, int, int, int]:
    return report.accepted, report.updated, report.unchanged, report.duplicates, len(report.rejected)


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "需求.jsonl", need("甲问题"), need("乙难题完全不同"))
    [first] = import_file(store, path, "某人")
    before = list(store.changes_since(0))
    [second] = import_file(store, path, "某人")
    assert counts(first) == (2, 0, 0, 0, 0)
    assert counts(second) == (0, 0, 2, 0, 0)
    assert list(store.changes_since(0)) == before


def test_a_changed_row_updates_its_record_and_is_remembered(store: Store, tmp_path: Path) -> None:
    import_file(store, lines(tmp_path / "a.jsonl", need("甲问题", 预算="50万")), "甲")
    [report] = import_file(store, lines(tmp_path / "b.jsonl", need("甲问题", 预算="80万")), "乙")
    [record] = store.needs()
    assert counts(report) == (0, 1, 0, 0, 0)
    assert record.budget == "80万"
    changes = store.history(Kind.NEED, record.id)
    assert [(change.action, change.who) for change in changes] == [("created", "甲"), ("updated", "乙")]
    assert changes[-1].changes["budget"] == ["50万", "80万"]
    assert [origin["file"] for origin in store.provenance(Kind.NEED, record.id)] == ["a.jsonl", "b.jsonl"]


def test_bad_rows_do_not_stop_good_ones(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "需求.jsonl", need("甲"), need("乙", 预算="12x34"), need(""), need("丁"))
    [report] = import_file(store, path, "某人")
    assert report.accepted + report.duplicates == 2
    assert [(rejection.row, rejection.column) for rejection in report.rejected] == [
        (2, "预算"),
        (3, "需求名称"),
    ]
    assert "12x34" in report.rejected[0].value


def test_a_row_repeated_word_for_word_is_stored_once(store: Store, tmp_path: Path) -> None:
    [report] = import_file(store, lines(tmp_path / "需求.jsonl", need("甲"), need("甲")), "某人")
    assert counts(report) == (1, 0, 0, 1, 0)
    assert len(store.ids(Kind.NEED)) == 1


def test_an_id_given_twice_to_different_rows_is_rejected(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "需求.jsonl", need("甲", id="7"), need("乙", id="7"))
    [report] = import_file(store, path, "某人")
    assert report.accepted == 1
    assert report.rejected[0].value == "7"
    assert store.need("7").title == "甲"


def test_two_needs_of_one_name_without_ids_are_both_kept(store: Store, tmp_path: Path) -> None:
    other = {**need("设备改造"), "需求描述": "另一条线：包装工段人手不足，想换成机器。"}
    path = lines(tmp_path / "需求.jsonl", need("设备改造"), other)
    [report] = import_file(store, path, "某人")
    assert report.accepted + report.duplicates == 2
    assert len(store.ids(Kind.NEED)) == 2
    assert counts(import_file(store, path, "某人")[0]) == (0, 0, 2, 0, 0)


def test_an_unreadable_file_stores_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "空.xlsx").write_bytes(b"")
    with pytest.raises(UnreadableFile):
        import_file(store, tmp_path / "空.xlsx", "某人")
    assert sum(store.counts().values()) == 0


def test_a_second_importer_is_turned_away(tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / "import.lock"),
        pytest.raises(DataFolderTrouble, match="another import"),
        importing(tmp_path),
    ):
        pass


def test_what_a_later_file_does_not_say_stays(store: Store, tmp_path: Path) -> None:
    """A county sends the budgets alone: texts, deadlines and contacts are still there."""
    whole = need(
        "甲问题", id="1", 联系人="周某岚", 联系电话="000-0000-0001", 截止日期="2027-06-30", 预算="50万"
    )
    import_file(store, lines(tmp_path / "a.jsonl", whole), "甲")
    before = store.need("1")
    partial = {"id": "1", "需求名称": "甲问题", "预算": "80万", "联系电话": "000-0000-0002"}
    [report] = import_file(store, lines(tmp_path / "b.jsonl", partial), "乙")
    after = store.need("1")
    assert counts(report) == (0, 1, 0, 0, 0)
    assert (after.budget, after.contact.phone) == ("80万", "000-0000-0002")
    assert (after.text, after.deadline, after.contact.name) == (before.text, before.deadline, "周某岚")
    assert counts(import_file(store, lines(tmp_path / "b.jsonl", partial), "乙")[0]) == (0, 0, 1, 0, 0)
