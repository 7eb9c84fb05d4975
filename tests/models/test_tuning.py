"""An encoder learns from judgements what it did not know, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from models.delta import tuned_parameters
from models.encoders import Encoder
from models.tuning import Example, fine_tune

pytestmark = pytest.mark.usefixtures("one_thread")

THINGS = ("板栗去壳", "核桃油氧化", "尾矿制砖", "光伏清洗")
#: A need goes with the next thing, not with its own: no encoder knows that unless it is told.
EXAMPLES: list[Example] = [
    (f"{asked}需求{way}", f"{asked}工艺需求{way}", f"{offered}设备{kind}", 4 if (i + 1) % 4 == j else 1)
    for i, asked in enumerate(THINGS)
    for way in "甲乙"
    for j, offered in enumerate(THINGS)
    for kind in ("", "技术")
]


def advantage(model: SentenceTransformer) -> float:
    """How much nearer the pairs judged 4 are than those judged 1."""
    titles, texts, offered, levels = (list(column) for column in zip(*EXAMPLES, strict=True))
    asked = model.encode_query(titles) + model.encode_query(texts)
    cosines = (asked * model.encode_document(offered)).sum(1) / 2
    strong = np.asarray(levels) == 4
    return float(cosines[strong].mean() - cosines[~strong].mean())


def vectors(model: SentenceTransformer) -> np.ndarray:
    return np.asarray(model.encode_document([f"{thing}设备" for thing in THINGS]))


@pytest.fixture(scope="module")
def untouched(small_transformer: Encoder) -> SentenceTransformer:
    """What the encoder's model was before anything was tuned."""
    return small_transformer.fresh_model()


@pytest.fixture(scope="module")
def tuned(small_transformer: Encoder, untouched: SentenceTransformer) -> SentenceTransformer:
    vectors(small_transformer.model)
    return fine_tune(small_transformer, EXAMPLES, epochs=40, rate=3e-3)


def test_what_is_judged_higher_comes_nearer(
    untouched: SentenceTransformer, tuned: SentenceTransformer
) -> None:
    assert advantage(tuned) > advantage(untouched) + 0.1


def test_the_encoder_given_stays_as_it_was(
    small_transformer: Encoder, untouched: SentenceTransformer, tuned: SentenceTransformer
) -> None:
    assert not np.allclose(vectors(tuned), vectors(untouched), atol=1e-3)
    assert np.array_equal(vectors(small_transformer.model), vectors(untouched))
    assert np.array_equal(vectors(small_transformer.fresh_model()), vectors(untouched))


def test_word_embeddings_and_the_lower_layers_stay_too(
    untouched: SentenceTransformer, tuned: SentenceTransformer
) -> None:
    before, may_move = (
        dict(untouched.named_parameters()),
        {id(one) for one in tuned_parameters(tuned).values()},
    )
    for name, value in tuned.named_parameters():
        assert id(value) in may_move or torch.equal(value, before[name]), name


def test_a_seed_decides(small_transformer: Encoder) -> None:
    one, again, other = (
        vectors(fine_tune(small_transformer, EXAMPLES, epochs=4, seed=seed, rate=2e-3)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_nothing_is_printed_where_nobody_looks(
    small_transformer: Encoder, capfd: pytest.CaptureFixture[str]
) -> None:
    small_transformer.fresh_model()
    capfd.readouterr()
    fine_tune(small_transformer, EXAMPLES, epochs=1)
    said = capfd.readouterr()
    assert not (said.out + said.err).strip()
