"""Who is who: names cleaned, institutions recognised, namesakes kept apart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpora.records import Achievement
from corpora.store import DuplicateLink
from corpora.vocabulary import Kind
from matcher.people import Person, clean_name, institution_key, inventors, who_is_who
from models.ngrams import NgramWeights, count

CHESTNUT = "板栗去壳机用气流把板栗壳与栗仁分离，去壳率高，栗仁完整"
BATTERY = "锂离子电池热失控预警，监测电芯温度和气体，提前报警"


def achievement(
    key: str, institution: str, signed: Sequence[str], text: str = CHESTNUT, **more
) -> Achievement:
    return Achievement(
        id=key, title=text[:6] or key, text=text, institution=institution, inventors=list(signed), **more
    )


def people(*achievements: Achievement, links: Sequence[DuplicateLink] = ()) -> list[Person]:
    weights = NgramWeights()
    weights.learn(count([each.document for each in achievements]))
    return who_is_who(achievements, links, weights)


def called(name: str, found: Sequence[Person]) -> list[Person]:
    return [person for person in found if person.name == name]


def ids(person: Person) -> list[str]:
    return [mention.achievement.id for mention in person.mentions]


def kinds(person: Person) -> list[str]:
    return [note.kind for note in person.notes]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王某 教授", "王某"),
        ("张某（负责人）", "张某"),
        ("李明副教授、博导", "李明"),
        ("王明教授级高工", "王明"),
        ("项目负责人：王明", "王明"),
        ("王明等5人", "王明"),
        ("王 明", "王明"),
        ("王明*1", "王明"),
        ("Prof. Li Ming, Ph.D.", "Li Ming"),
        ("Stella Martel", "Stella Martel"),
        ("王教授", "王教授"),
        ("张后", "张后"),
        ("王明 13900000000", "王明"),
        ("王明（电话 000-0000-3303）", "王明"),
        ("王明 wang@example.com", "王明"),
        ("电话：13900000000", ""),
        ("高级工程师", ""),
        ("王**", ""),
        ("", ""),
    ],
)
def test_a_name_is_what_is_left_without_titles_and_numbers(written: str, name: str) -> None:
    assert clean_name(written) == name


def test_titles_that_a_cell_parted_from_the_name_are_nobody() -> None:
    record = Achievement(title="板栗", inventors="王某 教授")  # type: ignore[arg-type]
    assert inventors(record) == ["王某"]
    assert inventors(achievement("a", "某大学", ["王明教授", "王明", "李华"])) == ["王明", "李华"]


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("西安渭滨理工大学（示例）", "西安渭滨理工大学"),
        ("西安渭滨理工大学 材料学院", "西安渭滨理工大学"),
        ("西安渭滨理工大学材料学院结构陶瓷实验室", "西安渭滨理工大学"),
        ("商洛丹江学院生物系", "商洛丹江学院"),
        ("中国石油大学（华东）材料学院", "中国石油大学（华东）"),
        ("西安渭滨理工大学、商洛某公司", "西安渭滨理工大学"),
    ],
)
def test_an_institution_is_recognised_however_it_is_written(written: str, same_as: str) -> None:
    assert institution_key(written) == institution_key(same_as)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中国石油大学（北京）", "中国石油大学（华东）"),
        ("中国科学院地质研究所", "中国科学院西安光学研究所"),
        ("陕西省农业科学院茶叶研究所", "陕西省农业科学院"),
        ("西安交通大学第一附属医院", "西安交通大学"),
        ("西安大学城某研究所", "西安大学"),
    ],
)
def test_institutions_that_merely_look_alike_stay_two(one: str, other: str) -> None:
    assert institution_key(one) != institution_key(other)


def test_one_name_at_one_institution_is_one_person() -> None:
    [person] = people(
        achievement("a", "西安某理工大学（示例）", ["王明 教授"]),
        achievement("b", "西安某理工大学材料学院", ["王明"]),
    )
    assert (person.name, ids(person), person.notes) == ("王明", ["a", "b"], ())
    assert person.institutions == ["西安某理工大学（示例）"]


def test_namesakes_at_two_institutions_are_two_and_each_says_so() -> None:
    found = people(achievement("a", "甲大学", ["王明"]), achievement("b", "乙大学", ["王明"]))
    assert [ids(person) for person in found] == [["a"], ["b"]]
    assert [kinds(person) for person in found] == [["namesake"], ["namesake"]]
    # The same subject alone makes nobody one person; it is worth a look.
    assert "乙大学" in found[0].notes[0].zh
    assert "核实" in found[0].notes[0].zh
    assert found[0].notes[0].achievement_ids == ("b",)


def test_colleagues_in_common_make_namesakes_one_person() -> None:
    two = people(
        achievement("a", "甲大学", ["王明", "李华", "赵一"]),
        achievement("b", "乙大学", ["李华", "王明", "赵一"], BATTERY),
    )
    [person] = called("王明", two)
    assert ids(person) == ["a", "b"]
    assert kinds(person) == ["merged"]
    assert "李华" in person.notes[0].zh


@pytest.mark.parametrize(("text", "persons"), [(CHESTNUT, 1), (BATTERY, 2)])
def test_one_colleague_is_enough_only_where_the_subject_is_the_same(text: str, persons: int) -> None:
    found = people(
        achievement("a", "甲大学", ["王明", "李华"]), achievement("b", "乙大学", ["王明", "李华"], text)
    )
    assert len(called("王明", found)) == persons


def test_one_achievement_reported_by_two_institutions_has_one_inventor() -> None:
    link = DuplicateLink(Kind.ACHIEVEMENT, "b", "a", 90.0)
    [person] = people(
        achievement("a", "甲大学", ["王明"]), achievement("b", "乙公司", ["王明"]), links=[link]
    )
    assert kinds(person) == ["merged"]
    assert person.institutions == ["甲大学", "乙公司"]


def test_without_an_institution_a_name_proves_nothing() -> None:
    assert len(people(achievement("a", "", ["王明"]), achievement("b", "", ["王明"]))) == 2


def test_unrelated_work_under_one_name_is_flagged_not_split() -> None:
    [person] = people(
        achievement("a", "甲大学", ["王明"], fields=["食品"]),
        achievement("b", "甲大学", ["王明"], BATTERY, fields=["电池"]),
    )
    assert ids(person) == ["a", "b"]
    assert kinds(person) == ["possibly_several"]
    [tied] = called("王明", people(
        achievement("a", "甲大学", ["王明", "李华"], fields=["食品"]),
        achievement("b", "甲大学", ["王明", "李华"], BATTERY, fields=["电池"]),
    ))  # fmt: skip
    assert tied.notes == ()


def test_bare_titles_are_too_short_to_be_called_unrelated() -> None:
    [person] = people(
        achievement("a", "甲大学", ["王明"], ""),
        Achievement(id="b", title="电池", institution="甲大学", inventors=["王明"]),
    )
    assert person.notes == ()
