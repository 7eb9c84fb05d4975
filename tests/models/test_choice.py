"""The conditional logit, beside what it must come to."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models.choice import ConditionalLogit

NAMES = ("like", "unlike", "bias")


def cases(size: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Choices made by known weights: 1.5 of what is like, −1 of what is unlike, and 0.5 for the last choice."""
    chance = np.random.default_rng(0)
    table = chance.normal(size=(size, 4, 3))
    table[..., 2] = 0
    table[:, 3, 2] = 1
    utility = table @ [1.5, -1.0, 0.5] + chance.gumbel(size=(size, 4))
    return table, np.eye(4)[utility.argmax(1)]


def test_known_weights_are_found_again() -> None:
    model = ConditionalLogit(NAMES, penalty=1e-6).fit(*cases())
    assert model.weights_ == pytest.approx([1.5, -1.0, 0.5], abs=0.12)


def test_with_two_choices_it_is_a_logistic_regression_over_the_difference() -> None:
    chance = np.random.default_rng(1)
    table = chance.normal(size=(300, 2, 3))
    first = table[:, 0, 0] - table[:, 1, 0] + chance.logistic(size=300) > 0
    ours = ConditionalLogit(NAMES, penalty=1e-9).fit(table, np.column_stack([first, ~first]))
    theirs = LogisticRegression(C=1e6, fit_intercept=False, tol=1e-8).fit(table[:, 0] - table[:, 1], first)
    assert ours.weights_ == pytest.approx(theirs.coef_[0], abs=0.01)


def test_probabilities_sum_to_one_and_are_calibrated() -> None:
    table, chosen = cases()
    said = ConditionalLogit(NAMES).fit(table[:2000], chosen[:2000]).predict_proba(table[2000:])
    assert said.sum(1) == pytest.approx(np.ones(2000))
    sure = said >= 0.7
    assert chosen[2000:][sure].mean() == pytest.approx(said[sure].mean(), abs=0.04)


def test_what_may_only_rise_never_falls() -> None:
    model = ConditionalLogit(NAMES, rising=("like", "unlike"), penalty=1e-6).fit(*cases())
    assert model.weights_[1] == 0
    assert model.weights_[0] > 1


def test_any_of_several_right_choices_will_do() -> None:
    table = np.zeros((50, 3, 1))
    table[:, 0, 0] = 1
    both = np.tile([1.0, 1.0, 0.0], (50, 1))
    # The first is enough for everybody: nothing speaks for the second.
    said = ConditionalLogit(("first",)).fit(table, both).predict_proba(table)
    assert said[0, 0] > said[0, 1] == pytest.approx(said[0, 2])


def test_a_choice_that_a_case_does_not_have_takes_nothing_of_it() -> None:
    table, chosen = cases(500)
    closed = np.ones_like(chosen, bool)
    closed[:, 0] = False
    kept = chosen[:, 0] == 0
    apart = ConditionalLogit(NAMES).fit(table[kept], chosen[kept], closed[kept])
    alone = ConditionalLogit(NAMES)
    alone.fit(table[kept][:, 1:], chosen[kept][:, 1:])
    # The penalty is counted in deviations of the columns, which the closed choice has a part in.
    assert apart.weights_ == pytest.approx(alone.weights_, abs=0.05)


def test_weights_count_as_repetition_does() -> None:
    table, chosen = cases(60)
    weighed = ConditionalLogit(NAMES).fit(table, chosen, sample_weight=np.r_[np.full(30, 2.0), np.ones(30)])
    repeated = ConditionalLogit(NAMES).fit(
        np.concatenate([table[:30], table]), np.concatenate([chosen[:30], chosen])
    )
    assert weighed.weights_ == pytest.approx(repeated.weights_, abs=0.05)


def test_it_is_read_back_from_what_it_wrote() -> None:
    table, chosen = cases(200)
    model = ConditionalLogit(NAMES).fit(table, chosen)
    again = ConditionalLogit.from_json(model.as_json(), NAMES)
    assert again.predict_proba(table) == pytest.approx(model.predict_proba(table), abs=1e-3)
    with pytest.raises(ValueError, match="other columns"):
        ConditionalLogit.from_json(model.as_json(), ("like", "bias"))
