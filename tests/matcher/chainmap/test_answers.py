"""Answers to all needs at once: as the pages give them one by one, and only what changed is worked out anew."""

from __future__ import annotations

import pytest

from corpora.records import Achievement, Judgement, Need
from corpora.vocabulary import Kind
from matcher.chainmap import scoring
from matcher.chainmap.answers import ANSWERS, Answers
from matcher.chainmap.integration import Answer
from matcher.fits import public_needs
from matcher.service import Service
from models.features import background_keys


def nobodys(need_id: str, achievement_id: str) -> bool:
    return False


@pytest.fixture(scope="module")
def answers(demo: Service) -> dict[str, tuple[Answer, ...]]:
    return Answers().update(demo, public_needs(demo), demo.store.ids(Kind.ACHIEVEMENT), (), nobodys)


def every(service: Service, answers: Answers, *changed: tuple[Kind, str]) -> dict[str, tuple[Answer, ...]]:
    return answers.update(
        service, public_needs(service), service.store.ids(Kind.ACHIEVEMENT), changed, nobodys
    )


def test_a_need_is_met_as_its_page_says(demo: Service, answers: dict[str, tuple[Answer, ...]]) -> None:
    adequate = demo.recommender().adequate_probability
    differing = [
        need_id
        for need_id, found in answers.items()
        if demo.match_need(need_id).adequate != any(one.probability >= adequate for one in found)
    ]
    # Vectors are rounded, so a need on the edge may fall to the other side.
    assert len(differing) <= len(answers) // 50


def test_the_best_come_first_and_few(answers: dict[str, tuple[Answer, ...]]) -> None:
    for found in answers.values():
        assert len(found) == ANSWERS
        assert list(found) == sorted(found, key=lambda one: -one.probability)
        assert len({one.achievement_id for one in found}) == len(found)


def test_what_people_judged_is_certain(demo: Service, answers: dict[str, tuple[Answer, ...]]) -> None:
    judged = demo.verdicts()
    told = {(need_id, one.achievement_id): one for need_id, found in answers.items() for one in found}
    assert judged.keys() & told.keys()
    for pair, one in told.items():
        assert one.judged == (pair in judged)
        if one.judged:
            assert (one.level, one.probability) == (judged[pair], float(judged[pair] >= 3))
    for (need_id, achievement_id), level in judged.items():
        if level >= 3:
            others = [one for one in answers[need_id] if one.probability == 1]
            assert (need_id, achievement_id) in told or len(others) == ANSWERS


def test_a_need_is_the_same_alone_and_among_others(
    demo: Service, answers: dict[str, tuple[Answer, ...]]
) -> None:
    cold = sorted(set(answers) - {need_id for need_id, _ in demo.verdicts()})
    assert cold
    for need_id in cold:
        alone = Answers().update(demo, [need_id], demo.store.ids(Kind.ACHIEVEMENT), (), nobodys)
        assert alone == {need_id: answers[need_id]}


def test_of_equal_texts_one_is_an_answer(service: Service) -> None:
    for number in (1, 2):
        service.store.save(
            Achievement(id=f"twin{number}", title="板栗壳制活性炭", text="以板栗壳制活性炭。"), "t"
        )
    service.store.save(Need(id="new", title="板栗壳制活性炭", text="想用板栗壳制活性炭。"), "t")
    found = [one.achievement_id for one in every(service, Answers())["new"]]
    assert len({"twin1", "twin2"} & set(found)) == 1


def test_a_judgement_goes_before_the_ranker_and_is_taken_back(service: Service) -> None:
    service.store.save(Need(id="new", title="核桃壳做活性炭", text="想把核桃壳做成活性炭。"), "t")
    answers = Answers()
    before = every(service, answers)["new"]
    best = before[0].achievement_id
    service.store.judge([Judgement(need_id="new", achievement_id=best, level=1)], "t")
    after = every(service, answers)["new"]
    assert best not in [one.achievement_id for one in after] or after[-1].probability == 0
    service.store.unjudge("new", best, "t")
    assert every(service, answers)["new"] == before


def test_only_what_a_change_concerns_is_scored_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the store were large: near is little of it, and the sample is smaller.
    monkeypatch.setattr(scoring, "NEAR", 10)
    monkeypatch.setattr("models.frame.ACHIEVEMENTS", 20)
    monkeypatch.setattr("models.frame.NEEDS", 5)
    scored: list[list[str]] = []
    score = scoring.Scorer.score

    def seen(self: scoring.Scorer, needs: list[str], *more: object) -> object:
        scored.append(needs)
        return score(self, needs, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(scoring.Scorer, "score", seen)
    answers = Answers()
    first = every(service, answers)
    assert every(service, answers) == first
    warm = {need_id for need_id, _ in service.verdicts()}
    keys = service.recommender().indexes.achievements.keys
    sample = background_keys(keys, 20)
    one = next(key for key in keys if key not in sample)
    record = service.store.achievement(one)
    service.store.save(record.model_copy(update={"text": record.text + "已用于尾矿制砖。"}), "t")
    after = every(service, answers, (Kind.ACHIEVEMENT, one))
    assert [len(needs) for needs in scored[:2]] == [len(first), 0]
    # What was learnt from judgements is learnt again whenever a record changes.
    assert warm <= set(scored[2]) < set(first)
    assert after == every(service, Answers())


def test_what_an_enterprise_made_itself_is_no_answer(demo: Service) -> None:
    need_ids, offered = public_needs(demo), demo.store.ids(Kind.ACHIEVEMENT)
    found = Answers().update(demo, need_ids, offered, (), nobodys)
    one = next(key for key, answers in found.items() if answers)
    own = found[one][0].achievement_id
    less = Answers().update(demo, need_ids, offered, (), lambda *pair: pair == (one, own))
    assert own not in [answer.achievement_id for answer in less[one]]
    assert [answer.achievement_id for answer in less[one]][:2] == [
        answer.achievement_id for answer in found[one][1:3]
    ]
    assert {key: less[key] for key in found if key != one} == {key: found[key] for key in found if key != one}
