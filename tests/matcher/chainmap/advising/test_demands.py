"""What a chain's needs wait for."""

from __future__ import annotations

from matcher.chainmap.advising.demands import Demand, answers, demand, quoted
from matcher.chainmap.advising.surroundings import Surroundings
from matcher.chainmap.integration import Placed
from tests.matcher.chainmap.making import achievement, answer, chart, need


def _demand(records: list[Placed], cases: list[tuple[str, str]] | None = None) -> Demand:
    made = chart(records)
    return demand(made.chains[0], Surroundings(made), 0.6, cases or [])


def _ids(records: list[Placed]) -> list[str]:
    return [one.id for one in records]


def test_needs_of_the_chain_are_unmet_or_waiting_unless_somebody_follows_them_up() -> None:
    records = [
        need("n-unmet", "nuts/shells"),
        need(
            "n-waiting",
            "nuts/freezing",
            answers=[answer("a-1", 0.7), answer("a-2", 0.61), answer("a-3", 0.4)],
        ),
        need("n-followed", "nuts/shells", answers=[answer("a-1", 0.9)]),
        need("n-sent", "nuts/shells"),
        need("n-other", "energy/cells"),
        need("n-nowhere"),
        *(achievement(f"a-{number}", "nuts/shells") for number in (1, 2, 3)),
    ]
    found = _demand(records, [("n-followed", "a-1"), ("n-sent", "a-3")])
    assert _ids(list(found.unmet)) == ["n-unmet"]
    assert _ids(list(found.waiting)) == ["n-waiting"]
    assert [one.id for _, one in found.found["n-waiting"]] == ["a-1", "a-2"]
    assert [one.id for _, one in found.hints["n-waiting"]] == ["a-1", "a-2", "a-3"]
    assert not {"n-followed", "n-sent"} & found.hints.keys()


def test_what_the_enterprise_made_itself_answers_nothing() -> None:
    found = _demand(
        [
            need("n-1", "nuts/shells", owner="秦岭栗业有限公司", answers=[answer("a-1", 0.9)]),
            achievement("a-1", "nuts/shells", "秦岭栗业有限公司（示例）"),
        ]
    )
    # The ranker counts it as met; there is nothing to show to the firm.
    assert (list(found.unmet), list(found.waiting)) == ([], [])


def test_a_judgement_is_certain_either_way() -> None:
    asking = need("n-1", "nuts/shells", answers=[
        answer("a-1", 0.5), answer("a-2", 0.0, 3, judged=True), answer("a-3", 0.9, 1, judged=True),
    ])  # fmt: skip
    made = chart([asking, *(achievement(f"a-{number}", "nuts/shells") for number in (1, 2, 3))])
    assert [one.id for _, one in answers(asking, Surroundings(made), 0.6)[1]] == ["a-2", "a-1"]


def test_titles_are_quoted_two_at_most() -> None:
    three = [achievement(f"a-{number}") for number in range(3)]
    assert quoted(three) == ("“a-0成果”、“a-1成果”等", "'a-0成果', 'a-1成果' and others")
    assert quoted(three[:2]) == ("“a-0成果”、“a-1成果”", "'a-0成果', 'a-1成果'")
    long = achievement("a-4", title="长" * 100)
    assert len(quoted([long])[0]) == 26
