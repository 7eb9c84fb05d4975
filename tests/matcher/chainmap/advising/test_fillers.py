"""Who could fill a gap."""

from __future__ import annotations

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.advising.fillers import fillers, nearest_answers
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Filler, Placed
from tests.matcher.chainmap.making import achievement, answer, chart, firm, need, organization

SHELLS = "nuts/shells"


def _fillers(records: list[Placed]) -> tuple[Filler, ...]:
    made = chart(records)
    unmet = [one for one in made.records if one.node == SHELLS and one.kind == "need" and not one.met]
    around = Surroundings(made)
    return fillers(made.nodes[SHELLS], unmet, nearest_answers(unmet, 0.6, around), 0.6, around)


def test_achievements_come_by_how_probably_they_answer_and_say_that_it_is_not_enough() -> None:
    found = _fillers(
        [
            need("n-1", SHELLS, answers=[answer("a-1", 0.2), answer("a-2", 0.55)]),
            need("n-2", SHELLS, answers=[answer("a-1", 0.4)]),
            achievement("a-1", SHELLS, "甲大学"),
            achievement("a-2", "nuts/orchards", "乙大学"),
        ]
    )
    first, second = found[:2]
    assert (first.key, first.probability) == ("achievement:a-2", 0.55)
    assert first.zh == "乙大学的“a-2成果”最接近“n-1的难题”，把握 55%，还不够用（够用要 60%）"
    # It is told with the need that it comes nearest to.
    assert (second.key, second.probability) == ("achievement:a-1", 0.4)
    assert "n-2的难题" in second.zh
    assert "probability 40%, not enough yet (adequate is 60%)" in second.en


def test_what_is_no_hint_is_not_told() -> None:
    records = [
        need(
            "n-1", SHELLS, owner="秦岭栗业",
            answers=[
                answer("a-faint", 0.09), answer("a-weak", 0.5, 2, judged=True), answer("a-own", 0.5),
                answer("a-far", 0.29), answer("a-gone", 0.5), answer("a-other", 0.3), answer("a-near", 0.1),
            ],
        ),
        achievement("a-faint", SHELLS),
        achievement("a-weak", SHELLS),
        achievement("a-own", SHELLS, "秦岭栗业"),
        achievement("a-far", "energy/cells"),
        achievement("a-other", "energy/cells"),
        achievement("a-near", "nuts/orchards"),
    ]  # fmt: skip
    made = chart(records)
    found = nearest_answers([made.by_key["need:n-1"]], 0.6, Surroundings(made))
    # From another chain half of what is adequate is asked, from its own a tenth.
    assert [(one.id, probability) for _, probability, one in found] == [("a-other", 0.3), ("a-near", 0.1)]


def test_institutions_come_by_how_many_achievements_they_have_on_the_node() -> None:
    found = _fillers(
        [
            achievement("a-1", SHELLS, "甲大学"),
            achievement("a-2", SHELLS, "乙大学材料学院"),
            achievement("a-3", SHELLS, "乙大学"),
            achievement("a-4", "energy/cells", "甲大学"),
            organization("o-1", OrganizationKind.UNIVERSITY, title="乙大学（示例）"),
        ]
    )
    assert [one.key for one in found] == ["organization:o-1", "achievement:a-1"]
    assert found[0].zh == "乙大学（示例）在本环节有 2 项成果，如“a-2成果”"
    assert found[1].zh == "甲大学在本环节有 1 项成果，如“a-1成果”"
    # How many they have says nothing of how probably they answer.
    assert [one.probability for one in found] == [0, 0]


def test_firms_that_stand_there_besides_come_before_neighbours() -> None:
    records = [
        firm("o-besides", ["energy/cells", "nuts/storage"], county="山阳县"),
        firm("o-next", "nuts/orchards", Tier.HIGH_TECH, county="镇安县"),
        firm("o-far", "energy/stations"),
        firm("o-away", "nuts/orchards", is_local=False),
    ]
    made = chart(records)
    around = Surroundings(made)
    found = fillers(made.nodes["nuts/storage"], [], [], 0.6, around)
    assert [one.key for one in found] == ["organization:o-besides", "organization:o-next"]
    assert found[0].zh == "山阳县的o-besides公司与本环节也沾边，可问愿不愿意往这里做"
    assert found[1].zh == "镇安县的o-next公司在相邻的“良种与栽培”环节，可问愿不愿意往这里做"
    # With two firms of its own, firms aren't what it lacks.
    own = chart([*records, firm("o-1", "nuts/storage"), firm("o-2", "nuts/storage")])
    assert fillers(own.nodes["nuts/storage"], [], [], 0.6, Surroundings(own)) == ()
