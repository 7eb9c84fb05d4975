"""Supply shown to counties, and the roadshow of a chain."""

from __future__ import annotations

from datetime import date

from matcher.chainmap.advising.demands import demand
from matcher.chainmap.advising.showing import roadshow_day, roadshows, showings
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Action, Placed
from matcher.roadshow.specs.reading import spec_from_text
from tests.matcher.chainmap.making import achievement, answer, chart, need

SHELLS = "nuts/shells"
DAY = date(2026, 12, 25)


def _showings(records: list[Placed], cases: list[tuple[str, str]] | None = None) -> list[Action]:
    made = chart(records)
    return list(showings(demand(made.chains[0], Surroundings(made), 0.6, cases or [])))


def _roadshows(records: list[Placed]) -> list[Action]:
    made = chart(records)
    around = Surroundings(made)
    return list(roadshows(demand(made.chains[0], around, 0.6, []), around, 0.6, DAY))


def test_a_county_is_shown_what_answers_its_needs_and_nobody_follows_up() -> None:
    records = [
        need(
            "n-1",
            SHELLS,
            county="镇安县",
            answers=[answer("a-1", 0.7), answer("a-2", 0.65), answer("a-3", 0.5)],
        ),
        need("n-2", "nuts/storage", county="镇安县", answers=[answer("a-1", 0.2, 4, judged=True)]),
        need("n-3", SHELLS, county="山阳县", answers=[answer("a-3", 0.8)]),
        need("n-4", SHELLS, county="", answers=[answer("a-3", 0.9)]),
        need("n-5", SHELLS, county="镇安县"),
        *(achievement(f"a-{number}", SHELLS, f"{number}大学") for number in (1, 2, 3)),
    ]
    found, other = _showings(records)
    assert (found.counties, other.counties) == (("镇安县",), ("山阳县",))
    # Somebody's word is certain: 1 + 0.7.
    assert found.weight == 1.7
    assert found.needs == ("n-2", "n-1")
    assert found.achievements == ("a-1", "a-2")
    assert found.institutions == ("1大学", "2大学")
    assert found.zh == "向镇安县推介 2 项成果（“a-1成果”、“a-2成果”）：能答该县区 2 条还没人牵线的需求"
    assert found.en.startswith("show 2 achievements ('a-1成果', 'a-2成果') to 镇安县: they answer 2 needs")
    (left,) = _showings(records, [("n-1", "a-2"), ("n-3", "a-3")])
    assert left.needs == ("n-2",)


def test_a_chain_shows_to_three_counties_where_most_is_to_be_gained() -> None:
    records = [
        need(f"n-{county}-{number}", SHELLS, county=f"{county}县", answers=[answer("a-1", 0.6)])
        for county in range(1, 6)
        for number in range(county)
    ]
    found = _showings([*records, achievement("a-1", SHELLS)])
    assert [(one.counties, len(one.needs)) for one in found] == [(("5县",), 5), (("4县",), 4), (("3县",), 3)]


def _firms(count: int, probability: float = 0.8) -> list[Placed]:
    return [
        need(
            f"n-{number}",
            SHELLS,
            owner=f"{number}公司",
            county="镇安县",
            answers=[answer("a-1", probability)],
        )
        for number in range(count)
    ]


def test_a_roadshow_brings_waiting_needs_and_those_that_almost_have_an_answer_to_a_table() -> None:
    (found,) = _roadshows(
        [
            *_firms(2),
            need(
                "n-almost",
                "nuts/storage",
                owner="差点公司",
                answers=[answer("a-2", 0.35), answer("a-1", 0.2)],
            ),
            need("n-far", SHELLS, owner="0公司", answers=[answer("a-2", 0.29)]),
            need("n-nameless", SHELLS, answers=[answer("a-1", 0.9)]),
            achievement("a-1", SHELLS, "甲大学"),
            achievement("a-2", SHELLS, "乙大学"),
        ]
    )
    assert found.needs == ("n-0", "n-1", "n-almost")
    assert found.achievements == ("a-1", "a-2")
    assert found.weight == 1.95
    assert found.zh == (
        "办一场板栗核桃对接路演：请 3 家企业和 2 项成果，让 2 条已有够用成果、还没人牵线的需求、"
        "1 条差一点的需求当面谈；日期暂定 2026-12-25，未避节假日"
    )
    spec = spec_from_text(found.spec)
    assert (spec.date, spec.title) == (DAY, "板栗核桃供需对接专场")
    assert (spec.theme.needs, spec.theme.achievements) == (found.needs, found.achievements)
    # Those that almost have an answer have one of level 2.
    assert spec.meetings.min_level == 2
    assert spec.pitches.count == 2


def test_fewer_than_three_firms_make_no_roadshow() -> None:
    supply = achievement("a-1", SHELLS)
    assert _roadshows([*_firms(2), supply]) == []
    (found,) = _roadshows([*_firms(3), supply])
    assert spec_from_text(found.spec).meetings.min_level == 3
    # Two needs of one firm are one guest, however its name is written.
    twice = need("n-9", SHELLS, owner="1公司（示例）", answers=[answer("a-1", 0.8)])
    assert _roadshows([*_firms(2), twice, supply]) == []


def test_at_most_sixty_firms_are_invited_those_with_most_to_gain() -> None:
    needs = [
        need(f"n-{number:03}", SHELLS, owner=f"{number}公司", answers=[answer("a-1", 0.6 + number / 1000)])
        for number in range(100)
    ]
    (found,) = _roadshows([*needs, achievement("a-1", SHELLS)])
    assert sorted(found.needs) == [f"n-{number:03}" for number in range(40, 100)]


def test_records_that_a_spec_cannot_name_are_left_out() -> None:
    odd = [
        need(key, SHELLS, owner=f"怪{number}公司", answers=[answer("a-1", 0.8)])
        for number, key in enumerate(("行\n尾", "长" * 201, " 空", "控\x85制"))
    ]
    (found,) = _roadshows([*_firms(3), *odd, achievement("a-1", SHELLS)])
    assert spec_from_text(found.spec).theme.needs == ("n-0", "n-1", "n-2")
    # An id that reads as something else in YAML stays as it is.
    (found,) = _roadshows([
        *(need(key, SHELLS, owner=f"{key}公司", answers=[answer("007", 0.8)]) for key in ("no", "1e3", "2026-01-01")),
        achievement("007", SHELLS),
    ])  # fmt: skip
    theme = spec_from_text(found.spec).theme
    assert (set(theme.needs), theme.achievements) == ({"no", "1e3", "2026-01-01"}, ("007",))


def test_roadshows_are_on_fridays_a_month_ahead_one_a_week() -> None:
    days = [roadshow_day(date(2026, 12, 1), number) for number in range(3)]
    assert days == [date(2027, 1, 1), date(2027, 1, 8), date(2027, 1, 15)]
    assert roadshow_day(date(2026, 12, 1), 52) == days[0]
