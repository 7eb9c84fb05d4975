"""Records: what people write goes in, what is missing or wrong is named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from corpora.records import MAX_TEXT, MAX_TITLE, RECORDS, Achievement, Judgement, Need, Organization
from corpora.vocabulary import Kind


def refused(model: type[Any], **values: Any) -> str:
    with pytest.raises(ValidationError) as error:
        model.model_validate(values)
    return str(error.value.errors()[0]["ctx"]["error"])


@pytest.mark.parametrize(
    ("kind", "name"), [(Kind.ACHIEVEMENT, "title"), (Kind.NEED, "title"), (Kind.ORGANIZATION, "name")]
)
@pytest.mark.parametrize("value", [{}, {"": ""}, None, "", "  ", "　"])
def test_a_record_needs_its_name(kind: Kind, name: str, value: Any) -> None:
    values = value if isinstance(value, dict) and not value else {name: None if value == {"": ""} else value}
    assert "缺少" in refused(RECORDS[kind], **values)


def test_everything_else_may_be_left_out() -> None:
    need = Need(title="题")
    assert (need.text, need.indicators, need.deadline, need.budget_range, need.contact.phone) == (
        "",
        [],
        None,
        None,
        "",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "核桃 脱皮", "institution": "某大学"}, {"title": "核桃脱皮", "institution": "某大学"}),
        ({"title": "ＡＢＣ技术", "institution": "某大学"}, {"title": "abc技术", "institution": "某大学"}),
        (
            {"title": "甲", "registration_number": "9612026Y1"},
            {"title": "乙", "registration_number": "9612026y1"},
        ),
    ],
)
def test_rows_without_an_id_that_name_the_same_are_the_same(one: Any, other: Any) -> None:
    assert Achievement(**one).id == Achievement(**other).id


def test_rows_without_an_id_that_name_others_are_others() -> None:
    ids = {
        Achievement(title="甲").id,
        Achievement(title="乙").id,
        Achievement(title="甲", institution="丙").id,
        Need(title="甲").id,
    }
    assert len(ids) == 4
    assert all(each[:2] in ("a-", "n-") for each in ids)


def test_the_hash_changes_with_anything_but_the_id() -> None:
    need = Need(id="1", title="题", budget="50万")
    assert need.content_hash() == Need(id="2", title="题", budget="50万").content_hash()
    others = [
        {"budget": "51万"},
        {"text": "文"},
        {"contact": {"phone": "1"}},
        {"fields": ["农"]},
        {"title": "题目"},
    ]
    assert (
        len(
            {
                need.content_hash(),
                *(Need.model_validate(need.model_dump() | each).content_hash() for each in others),
            }
        )
        == 6
    )


def test_the_contact_is_never_in_what_is_indexed() -> None:
    contact = {"name": "王工程师", "phone": "13900000001", "email": "w@example.com"}
    for record in (
        Achievement(title="题", text="文", keywords=["词"], contact=contact),
        Need(title="题", text="文", indicators=["指标"], contact=contact),
        Organization(name="名", text="文", contact=contact),
    ):
        assert not any(private in record.document for private in contact.values())
        assert record.document.startswith(record.label)


def test_a_title_that_begins_the_text_is_said_once() -> None:
    assert Need(title="核桃脱青皮…", text="核桃脱青皮用水太多").document == "核桃脱青皮用水太多"


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"budget": "50-100万元"}, "budget_range", (50, 100)), ({"budget": 50}, "budget", "50万元"),
        ({"budget": 1234.5678}, "budget", "1234.5678万元"),
        ({"deadline": "2027年6月"}, "deadline", "2027-06-30"), ({"min_stage": "中试"}, "min_stage", "6"),
        ({"ip_wanted": "双方共有"}, "ip_wanted", "shared"),
        ({"enterprise": 5.0}, "enterprise", "5"), ({"region": None}, "region", ""),
        ({"text": " 文\n本 "}, "text", "文\n本"),
    ],
)  # fmt: skip
def test_a_need_reads_what_people_write(values: Any, field: str, expected: Any) -> None:
    found = getattr(Need.model_validate({"title": "题", **values}), field)
    assert (found if isinstance(expected, tuple) else str(found)) == expected


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "题" * (MAX_TITLE + 1)}, f"{MAX_TITLE + 1} 个字符，上限 {MAX_TITLE}"),
        ({"title": "题", "text": "x" * (MAX_TEXT + 1)}, "上限"),
        ({"title": "\x07题"}, "U+0007"), ({"title": "题\x00"}, "U+0000"),
        ({"title": "题", "text": "\ud800"}, "U+D800"),
        ({"title": ["题"]}, "应是文字"),
        ({"title": {"a": 1}}, "应是文字"), ({"title": True}, "应是文字"),
        ({"title": "题", "budget": "看情况"}, "金额看不懂"),
        ({"title": "题", "contact": {"phone": "1.39914E+10"}}, "科学计数法"),
        ({"title": "题", "fields": [["x"]]}, "应是文字"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do(values: Any, said: str) -> None:
    message = refused(Need, **values)
    assert said in message
    assert " / " in message
    assert len(message) < 300


def test_every_wrong_cell_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as error:
        Need.model_validate({"title": "", "budget": "看情况", "deadline": "2027-13-01", "颜色": "红"})
    assert {each["loc"][0] for each in error.value.errors()} == {"title", "budget", "deadline", "颜色"}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("企业", "enterprise"),
        ("民营企业", "enterprise"),
        ("中试基地", "pilot_base"),
        ("高校", "university"),
        ("", None),
        ("无", None),
    ],
)
def test_kinds_of_organization(written: str, kind: str | None) -> None:
    assert Organization(name="名", kind=written).kind == kind  # type: ignore[arg-type]


def test_an_unknown_kind_lists_the_known_ones() -> None:
    assert "可写：高校、科研院所" in refused(Organization, name="名", kind="动物园")


@pytest.mark.parametrize("level", [0, 5, -1, "x", None, 2.5])
def test_levels_are_one_to_four(level: Any) -> None:
    with pytest.raises(ValidationError):
        Judgement(need_id="n", achievement_id="a", level=level)


@pytest.mark.parametrize(
    "record",
    [
        Achievement(title="题", stage="中试"),
        Need(title="题", budget="面议"),
        Organization(name="名", tier="高企"),
    ],
)  # type: ignore[arg-type]
def test_what_a_record_dumps_it_reads_again(record: Any) -> None:
    assert type(record).model_validate(record.model_dump(mode="json")) == record
    assert type(record).model_validate(record.model_dump()) == record
