"""Boosted ordinal trees give valid, calibrated probabilities of ordered levels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpora.errors import BadRequest
from models.ordinal import OrdinalBooster, from_above

NAMES = ("likeness", "noise")


def drawn(size: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A table, levels, and the true P(level ≥ 3), from a proportional-odds model in the first column."""
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(size, len(NAMES)))
    latent = 1.5 * table[:, 0]
    noise = chance.logistic(size=size)
    levels = 1 + sum((latent + noise > threshold).astype(int) for threshold in (-1, 1, 2.5))
    return table, levels, 1 / (1 + np.exp(1 - latent))


@pytest.fixture(scope="module")
def fitted() -> OrdinalBooster:
    table, levels, _ = drawn()
    return OrdinalBooster(NAMES, {"likeness"}, rounds=150).fit(table, levels)


def test_fitted_probabilities_are_near_the_true_ones(fitted: OrdinalBooster) -> None:
    table, _, true = drawn(seed=1)
    assert np.abs(fitted.predict_proba(table)[:, 2:].sum(1) - true).mean() < 0.04


def test_probabilities_sum_to_one_and_none_is_negative(fitted: OrdinalBooster) -> None:
    said = fitted.predict_proba(np.random.default_rng(2).normal(size=(500, 2)) * 50)
    assert np.allclose(said.sum(1), 1)
    assert said.min() >= 0


@given(st.floats(-5, 5), st.floats(0, 3), st.floats(-5, 5))
def test_more_likeness_is_never_held_against_a_pair(
    fitted: OrdinalBooster, likeness: float, more: float, noise: float
) -> None:
    reached = fitted.predict_proba([[likeness, noise], [likeness + more, noise]])[:, ::-1].cumsum(1)
    assert (reached[1] >= reached[0] - 1e-9).all()


def test_not_even_where_the_judgements_say_so_nor_after_learning_on() -> None:
    table, levels, _ = drawn(1000)
    upside_down = OrdinalBooster(NAMES, {"likeness"}, rounds=50).fit(table, 5 - levels)
    for model in (
        upside_down,
        OrdinalBooster(NAMES, {"likeness"}, rounds=20).fit(table, levels, upside_down),
    ):
        grid = np.column_stack([np.linspace(-4, 4, 200), np.zeros(200)])
        reached = model.predict_proba(grid)[:, ::-1].cumsum(1)
        assert np.diff(reached, axis=0).min() >= -1e-9


def test_said_as_often_as_it_is_so(fitted: OrdinalBooster) -> None:
    table, levels, _ = drawn(20_000, seed=4)
    said = fitted.predict_proba(table)
    for level in range(1, 5):
        order = np.argsort(said[:, level - 1])
        for part in np.array_split(order, 10):
            # Four standard errors of 2,000 draws, and a little for 4,000 judgements not being all.
            assert abs(said[part, level - 1].mean() - (levels[part] == level).mean()) < 0.08


def test_the_same_seed_gives_the_same_trees() -> None:
    table, levels, _ = drawn(200)
    one, again, other = (OrdinalBooster(NAMES, seed=seed, rounds=10).fit(table, levels) for seed in (3, 3, 4))
    assert one.as_text() == again.as_text()
    assert one.as_text() != other.as_text()


def test_contributions_explain_the_difference_of_two_rows(fitted: OrdinalBooster) -> None:
    rows = [[-1.0, 0.3], [2.0, 0.3]]
    margins = np.asarray(
        [fitted.booster_.predict([[*row, t] for t in (1, 2, 3)], raw_score=True).mean() for row in rows]
    )
    told = fitted.contributions(rows)
    # The threshold's own share may differ a little between rows, for trees mix columns.
    assert np.diff(told.sum(1))[0] == pytest.approx(np.diff(margins)[0], rel=0.1)
    assert abs(np.diff(told[:, 0])[0]) > 5 * abs(np.diff(told[:, 1])[0])


def test_a_model_survives_as_text(fitted: OrdinalBooster) -> None:
    table, _, _ = drawn(50)
    again = OrdinalBooster.from_text(fitted.as_text(), NAMES)
    assert np.array_equal(again.predict_proba(table), fitted.predict_proba(table))


@given(st.data())
def test_a_text_cut_short_is_refused_not_fatal(fitted: OrdinalBooster, data: st.DataObject) -> None:
    text = fitted.as_text()
    cut = data.draw(st.integers(0, text.rindex("end of parameters")))
    with pytest.raises(ValueError, match="cut short"):
        OrdinalBooster.from_text(text[:cut], NAMES)


@pytest.mark.parametrize("text", ["", "tree\n", "{}", "end of trees", "\x00\xff"])
def test_a_text_that_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - LightGBM's own words
        OrdinalBooster.from_text(text, NAMES)


def test_a_model_of_other_columns_is_refused(fitted: OrdinalBooster) -> None:
    with pytest.raises(ValueError, match="columns"):
        OrdinalBooster.from_text(fitted.as_text(), ("likeness", "other"))


def test_new_trees_grow_after_old_ones(fitted: OrdinalBooster) -> None:
    table, levels, _ = drawn(200, seed=3)
    grown = OrdinalBooster(NAMES, {"likeness"}, rounds=5).fit(table, levels, fitted)
    assert fitted.booster_.num_trees() < grown.booster_.num_trees() <= fitted.booster_.num_trees() + 5
    assert np.abs(grown.predict_proba(table) - fitted.predict_proba(table)).max() < 0.2


@pytest.mark.parametrize(("levels", "said"), [
    ([1] * 40, "two"), ([0, 1, 2] * 20, "1–4"), ([3, 4, 5] * 20, "1–4"), ([1, 2, 3], "at least 30"),
])  # fmt: skip
def test_levels_that_teach_nothing_are_refused(levels: list[int], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        OrdinalBooster(NAMES).fit(np.zeros((len(levels), 2)), levels)


@given(arrays(float, (5, 3), elements=st.floats(allow_nan=False)))
def test_anything_above_becomes_probabilities(above: np.ndarray) -> None:
    said = from_above(above)
    assert np.allclose(said.sum(1), 1)
    assert said.min() >= 0


@given(arrays(float, 4, elements=st.floats(0.01, 1)))
def test_probabilities_come_back_from_their_sums(shares: np.ndarray) -> None:
    probabilities = shares / shares.sum()
    above = probabilities[::-1].cumsum()[::-1][1:]
    assert np.allclose(from_above(above[None]), probabilities)
