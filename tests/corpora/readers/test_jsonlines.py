"""JSON lines, as programs write them and as people paste them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpora.errors import UnreadableFile
from corpora.readers import Rejection, read_rows, to_record
from corpora.records import Achievement, Need, Organization, Record
from corpora.vocabulary import Kind


def written(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def results(path: Path, kind: Kind | None = None) -> list[Record | list[Rejection]]:
    return [to_record(row) for row in read_rows(path, kind)]


def only(tmp_path: Path, row: Any, kind: Kind | None = None) -> Any:
    (record,) = results(written(tmp_path / "x.jsonl", row), kind)
    return record


def refusal(tmp_path: Path, row: Any) -> Rejection:
    found = only(tmp_path, row)
    assert isinstance(found, list), found
    assert "\n" not in found[0].reason
    return found[0]


NEED = {"id": "n1", "title": "核桃脱青皮", "text": "用水太多", "enterprise": "甲公司", "budget": "50-100万元"}


def test_a_bad_line_among_good_ones_is_rejected_alone(tmp_path: Path) -> None:
    path = written(
        tmp_path / "x.jsonl", NEED, '{"id": "n2", "title": ', "", NEED | {"id": "n3"}, "[1]", "核桃"
    )
    found = results(path)
    assert [each.id for each in found if isinstance(each, Record)] == ["n1", "n3"]
    assert [(each[0].row, "不是 JSON" in each[0].reason) for each in found if isinstance(each, list)] == [
        (2, True), (5, True), (6, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"kind": "need", "title": "题", "text": "文"}, Need),
        ({"kind": "achievement", "title": "题", "text": "文"}, Achievement),
        ({"kind": "organization", "name": "甲"}, Organization),
        ({"kind": "需求", "title": "题", "text": "文"}, Need),
        ({"kind": "科技成果", "title": "题", "text": "文"}, Achievement),
        ({"name": "某大学", "kind": "university"}, Organization),
        ({"需求名称": "题", "企业名称": "甲", "考核指标": "用水≤1吨；噪声≤70dB"}, Need),
        ({"成果名称": "题", "完成单位": "某大学", "成熟度": "中试"}, Achievement),
    ],
)
def test_each_row_says_its_kind_or_its_keys_do(tmp_path: Path, row: Any, kind: type[Record]) -> None:
    assert type(only(tmp_path, row)) is kind


def test_rows_of_several_kinds_in_one_file(tmp_path: Path) -> None:
    path = written(
        tmp_path / "x.jsonl",
        {"kind": "need", "title": "甲", "text": "x"},
        {"kind": "achievement", "title": "乙", "text": "x"},
    )
    assert [type(each) for each in results(path)] == [Need, Achievement]


@pytest.mark.parametrize(
    "contact",
    [
        {"name": "王工", "phone": "139", "email": "w@example.com"},
        {"姓名": "王工", "电话": 139, "邮箱": "w@example.com"},
        {"联系人": "王工", "联系电话": "139", "电子邮箱": "w@example.com"},
    ],
)
def test_a_nested_contact(tmp_path: Path, contact: Any) -> None:
    need = only(tmp_path, NEED | {"contact": contact})
    assert need.contact.model_dump() == {"name": "王工", "phone": "139", "email": "w@example.com"}


def test_lists_and_dates_and_numbers_keep_their_form(tmp_path: Path) -> None:
    need = only(
        tmp_path,
        NEED
        | {
            "indicators": ["用水≤1吨", "噪声≤70dB；夜间"],
            "deadline": "2027-06-30",
            "budget": 50,
            "modes": ["joint"],
        },
    )
    assert need.indicators == ["用水≤1吨", "噪声≤70dB；夜间"]
    assert str(need.deadline) == "2027-06-30"
    assert (need.budget, need.modes) == ("50万元", ["joint"])


def test_two_keys_of_one_field_are_read_one_after_the_other(tmp_path: Path) -> None:
    record = only(tmp_path, {"成果名称": "题", "成果简介": "甲。", "主要技术指标": ["乙", "丙"]})
    assert record.text == "甲。\n乙\n丙"


def test_keys_that_nobody_knows_are_left_out(tmp_path: Path) -> None:
    assert only(tmp_path, NEED | {"颜色": "红", "x": {"y": [1]}, "": 1}).title == "核桃脱青皮"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"title": {"zh": "题"}}, "title"), ({"title": ["题"]}, "title"), ({"title": True}, "title"),
        ({"title": None}, "title"), ({"title": ""}, "title"),
        ({"budget": [50]}, "budget"), ({"budget": "看情况"}, "budget"),
        ({"deadline": "2027-13-01"}, "deadline"), ({"deadline": {}}, "deadline"),
        ({"min_stage": 12}, "min_stage"), ({"indicators": [["x"]]}, "indicators"),
        ({"fields": [{"a": 1}]}, "fields"), ({"contact": ["王工"]}, "contact"),
        ({"contact": {"name": {"a": 1}}}, "contact.name"), ({"contact": {"wechat": "x"}}, "contact.wechat"),
        ({"text": "x" * 2**20}, "text"),
        ({"id": [1]}, "id"), ({"region": {"a": 1}}, "region"), ({"text": "\u0007"}, "text"),
        ({"text": "\ud800"}, "text"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_form_is_rejected_with_its_key(tmp_path: Path, change: Any, column: str) -> None:
    row = json.dumps(NEED | change)
    found = refusal(tmp_path, row)
    assert (found.row, found.column) == (1, column)
    assert len(found.value) <= 40


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(tmp_path: Path, number: str) -> None:
    assert number in refusal(tmp_path, f'{{"title": "题", "text": "文", "budget": {number}}}').reason


@pytest.mark.parametrize(
    "line",
    [
        '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"title": "题", "text": ' + '{"a":' * 900 + "1" + "}" * 900 + "}",
        '{"title": "题", "text": "文", "budget": ' + "9" * 5000 + "}",
        "{" * 10_000,
        "[" * 10_000,
    ],
)
def test_what_is_nested_or_counted_without_end_is_refused(tmp_path: Path, line: str) -> None:
    assert refusal(tmp_path, line)


def test_a_title_is_needed(tmp_path: Path) -> None:
    assert "title" in refusal(tmp_path, {"id": "n1", "颜色": "红"}).reason
    assert "缺少需求名称" in refusal(tmp_path, {"kind": "need", "id": "n1", "text": "核桃"}).reason


@pytest.mark.parametrize("indent", [None, 2])
def test_a_file_that_is_one_array_is_read_too(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([NEED, NEED | {"id": "n2"}, 5], ensure_ascii=False, indent=indent), "utf-8")
    found = results(path)
    assert [each.id for each in found if isinstance(each, Record)] == ["n1", "n2"]
    assert isinstance(found[2], list)


def test_one_object_over_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(NEED, ensure_ascii=False, indent=2), "utf-8")
    (record,) = results(path)
    assert isinstance(record, Need)


def test_line_separators_inside_a_string_end_no_line(tmp_path: Path) -> None:
    text = "甲\u2028乙\u2029丙\u0085丁"
    assert only(tmp_path, NEED | {"text": text}).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes((json.dumps(NEED, ensure_ascii=False) + "\r\n").encode(encoding))
    (record,) = results(path)
    assert isinstance(record, Need)
    assert record.title == "核桃脱青皮"


def test_blank_lines_alone_are_no_rows(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="没有找到数据"):
        read_rows(written(tmp_path / "x.jsonl", "", "  "))


def test_what_a_record_dumps_it_reads_again(tmp_path: Path) -> None:
    before = Need.model_validate(
        NEED | {"modes": ["joint"], "ip_wanted": "shared", "deadline": "2027-06-30", "min_stage": 6}
    )
    assert only(tmp_path, before.model_dump(mode="json"), Kind.NEED) == before


def test_a_kind_that_nobody_knows_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "1", "title": "锅炉结垢", "kind": "zzz"}\n', "utf-8")
    [row] = read_rows(path)
    [rejection] = to_record(row)  # type: ignore[misc]
    assert (rejection.column, rejection.value) == ("kind", "zzz")


@pytest.mark.parametrize("title", ["无", "/", "待定", "#REF!", "#N/A"])
def test_a_name_that_says_nothing_is_rejected(tmp_path: Path, title: str) -> None:
    path = tmp_path / "需求.jsonl"
    path.write_text(json.dumps({"需求名称": title, "企业名称": "某厂（示例）"}), "utf-8")
    [row] = read_rows(path)
    [rejection] = to_record(row)  # type: ignore[misc]
    assert (rejection.column, rejection.value) == ("需求名称", title)
