"""Events that could be: what they add shrinks as others are chosen, and who is invited adds most."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpora.chains import chains
from matcher.roadshow.event import Enterprise
from matcher.roadshow.year.prospects import LEAST, Prospect, Prospects
from matcher.service import Service

CHAIN = next(iter(chains().values()))
NEEDS = [f"n{place}" for place in range(6)]
FIRMS = [Enterprise(f"e{place}", need_ids=(need,)) for place, need in enumerate(NEEDS)]
#: Teams by need, with scores.
ANSWERS = st.dictionaries(
    st.sampled_from(NEEDS),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from([0.6, 0.8, 1.0]), min_size=1),
)


def prospect(answers: dict[str, dict[str, float]]) -> Prospect:
    return Prospect(CHAIN, "", FIRMS, answers)


def joined(
    one: dict[str, dict[str, float]], other: dict[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    return {need: {**other.get(need, {}), **one.get(need, {})} for need in {*one, *other}}


@given(ANSWERS, ANSWERS, ANSWERS)
def test_the_more_was_seen_the_less_is_added(
    offered: dict[str, dict[str, float]], seen: dict[str, dict[str, float]], more: dict[str, dict[str, float]]
) -> None:
    # A team is as good whenever it is met.
    seen = {need: dict.fromkeys(teams, 0.8) for need, teams in seen.items()}
    more = {need: dict.fromkeys(teams, 0.8) for need, teams in more.items()}
    offered = {need: dict.fromkeys(teams, 0.8) for need, teams in offered.items()}
    wider = joined(seen, more)
    for firm in FIRMS:
        one = Prospect(CHAIN, "", [firm] * LEAST, offered)
        assert one.gain(wider, 60) <= one.gain(seen, 60) + 1e-9
        assert one.gain(wider, 60) >= -1e-9


def test_those_who_gain_most_are_invited_and_too_few_make_no_event() -> None:
    answers = {need: {"a": score} for need, score in zip(NEEDS, (0.6, 1.0, 0.9, 0.8, 0.7, 0.65), strict=True)}
    event = prospect(answers)
    assert round(event.gain({}, 3), 9) == 2.7
    assert event.needs() == ["n1", "n2", "n3"]
    assert prospect({need: {"a": 1.0} for need in NEEDS[: LEAST - 1]}).gain({}, 60) == 0


def test_a_second_team_counts_less_and_the_same_team_nothing() -> None:
    answers = {need: {"a": 1.0} for need in NEEDS}
    event = prospect(answers)
    first = event.gain({}, 60)
    assert first == len(NEEDS)
    assert event.gain(answers, 60) == 0
    assert 0 < prospect({need: {"b": 1.0} for need in NEEDS}).gain(answers, 60) < first


def test_each_chain_could_be_an_event_everywhere_or_in_a_county(demo: Service) -> None:
    found = Prospects(demo, None)
    assert {one.chain.id for one in found.all if not one.county} == set(chains())
    for one in found.all:
        assert all(not one.county or firm.county == one.county for firm in one.enterprises)
        assert all(set(one.answers) & set(firm.need_ids) for firm in one.enterprises)
    # 大樱桃裂果 has no answer in the demo; 糖炒栗子油烟 has one of another chain.
    assert found.reason("n-nuts-12") == "no_match"
    assert found.reason("n-nuts-11") == "no_chain"
    assert found.reason("n-nuts-02") == ""
    assert found.reason("of nobody") == "nameless"
