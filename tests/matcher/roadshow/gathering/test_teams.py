"""Teams behind achievements, and the enterprises behind needs."""

from __future__ import annotations

from corpora.records import Achievement, Need, Organization
from corpora.vocabulary import OrganizationKind
from matcher.roadshow.gathering.teams import enterprise_id, enterprises_of, teams_of
from matcher.service import Service


def made(key: str, *signed: str, at: str = "甲大学", **more) -> Achievement:
    return Achievement(id=key, title=f"成果{key}", institution=at, inventors=list(signed), **more)


def grouped(service: Service, *achievements: Achievement) -> dict[str, tuple[str, ...]]:
    return {team.id: team.achievement_ids for team in teams_of(list(achievements), service)}


def test_a_shared_inventor_makes_one_team_however_far_the_chain(demo: Service) -> None:
    assert grouped(
        demo, made("a3", "王明", "李华"), made("a1", "李华", "赵一"), made("a2", "赵一"), made("b", "钱二")
    ) == {"t-a1": ("a1", "a2", "a3"), "t-b": ("b",)}


def test_titles_and_ways_to_write_an_institution_do_not_part_a_team(demo: Service) -> None:
    found = grouped(demo, made("a", "王明 教授"), made("b", "王明", at="甲大学（示例）"))
    assert found == {"t-a": ("a", "b")}


def test_namesakes_elsewhere_are_another_team(demo: Service) -> None:
    one = made("a", "王明", text="板栗去壳机用气流把板栗壳与栗仁分离，去壳率98%，已在山区使用")
    other = made("b", "王明", at="乙大学", text="锂电池热失控的早期预警与消防联动，传感器阵列")
    assert grouped(demo, one, other) == {"t-a": ("a",), "t-b": ("b",)}


def test_one_person_at_two_institutions_is_at_one_table(demo: Service) -> None:
    one, other = made("a", "王明", "李华", "赵一"), made("b", "王明", "李华", "赵一", at="乙大学")
    assert grouped(demo, one, other) == {"t-a": ("a", "b")}


def test_who_names_nobody_is_a_team_by_itself(demo: Service) -> None:
    found = teams_of([made("a"), made("b"), made("c", at="")], demo)
    assert [(team.id, team.name, team.people) for team in found] == [
        ("t-a", "甲大学", ()), ("t-b", "甲大学", ()), ("t-c", "成果c", ())]  # fmt: skip
    # Without an institution one name says nothing.
    assert len(grouped(demo, made("a", "王明", at=""), made("b", "王明", at=""))) == 2


def test_the_most_frequent_first_inventor_leads(demo: Service) -> None:
    [team] = teams_of([made("a", "王明", "李华"), made("b", "李华"), made("c", "李华", "王明")], demo)
    assert (team.name, team.people) == ("李华团队", ("李华", "王明"))
    assert team.institution == "甲大学"


def test_every_achievement_of_the_demo_is_of_one_team_and_nobody_is_in_two(demo: Service) -> None:
    achievements = list(demo.store.achievements())
    teams = teams_of(achievements, demo)
    ids = [one for team in teams for one in team.achievement_ids]
    assert sorted(ids) == sorted(one.id for one in achievements)
    members = [(team.institution, name) for team in teams for name in team.people]
    assert len(members) == len(set(members))
    assert all(team.id == f"t-{min(team.achievement_ids)}" for team in teams)
    contacts = {value for one in achievements for value in (one.contact.phone, one.contact.email) if value}
    assert not [value for value in contacts if value in str(teams)]


def test_needs_are_joined_to_organizations_by_name() -> None:
    needs = [
        Need(id="n1", title="甲", enterprise="某厂（示例）", county="商州区"),
        Need(id="n2", title="乙", enterprise="某厂 (示例)"),
        Need(id="n3", title="丙", enterprise="无名厂", county="山阳县"),
        Need(id="n4", title="丁"),
    ]
    firm = Organization(id="o1", name="某厂（示例）", kind=OrganizationKind.ENTERPRISE, county="洛南县")
    university = Organization(id="o2", name="无名厂", kind=OrganizationKind.UNIVERSITY)
    found = enterprises_of(needs, [firm, university])
    assert [(one.id, one.county, one.need_ids) for one in found] == [
        ("o1", "洛南县", ("n1", "n2")),
        (enterprise_id("无名厂"), "山阳县", ("n3",)),
    ]
    assert enterprise_id("无名厂") == enterprise_id(" 无名厂 ")
    assert enterprise_id("无名厂").startswith("e-")
