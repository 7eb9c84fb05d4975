"""Encoders learn from judgements, and what they learnt is kept as a small delta."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from sentence_transformers import SentenceTransformer

from corpora.errors import EncoderUnavailable
from models.delta import FILE, FROZEN, apply_delta, save_delta, tuned_parameters
from models.encoders import Encoder
from models.tuning import Example, fine_tune

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
    titles, _, offered, levels = (list(column) for column in zip(*EXAMPLES, strict=True))
    cosines = (model.encode_query(titles) * model.encode_document(offered)).sum(1)
    strong = np.asarray(levels) == 4
    return float(cosines[strong].mean() - cosines[~strong].mean())


@pytest.fixture(scope="module")
def tuned(small_transformer: Encoder) -> SentenceTransformer:
    return fine_tune(small_transformer, EXAMPLES, epochs=5, rate=2e-3)


def test_what_is_judged_higher_comes_nearer(small_transformer: Encoder, tuned: SentenceTransformer) -> None:
    assert advantage(tuned) > advantage(small_transformer.model) + 0.001


def test_the_encoder_itself_stays_as_it_was(small_transformer: Encoder, tuned: SentenceTransformer) -> None:
    fresh = small_transformer.fresh_model()
    before = small_transformer.model.encode_query(["板栗去壳需求"])
    assert np.allclose(fresh.encode_query(["板栗去壳需求"]), before, atol=1e-6)
    lower, upper = (
        set(tuned_parameters(fresh, frozen=0)) - set(tuned_parameters(fresh)),
        tuned_parameters(fresh),
    )
    for name, value in tuned_parameters(tuned, frozen=0).items():
        same = bool((value == tuned_parameters(fresh, frozen=0)[name]).all())
        assert same or name in upper
    assert lower
    assert {name.split(".")[0] for name in upper} == {str(layer) for layer in range(FROZEN, 8)}


def test_a_delta_brings_back_what_was_learnt(
    small_transformer: Encoder, tuned: SentenceTransformer, tmp_path: Path
) -> None:
    save_delta(tuned, small_transformer.model, tmp_path)
    again = small_transformer.fresh_model()
    apply_delta(again, tmp_path)
    texts = [f"{thing}设备" for thing in THINGS]
    assert np.allclose(again.encode_document(texts), tuned.encode_document(texts), atol=2e-3)
    assert advantage(again) == pytest.approx(advantage(tuned), abs=1e-3)


def test_only_what_changed_is_written(
    small_transformer: Encoder, tuned: SentenceTransformer, tmp_path: Path
) -> None:
    save_delta(tuned, small_transformer.model, tmp_path)
    with safe_open(tmp_path / FILE, "pt") as saved:
        layers = {int(name.split(".")[0]) for name in saved.keys()}  # noqa: SIM118 - no mapping
    assert layers == set(range(FROZEN, 8))


@pytest.mark.parametrize("content", [b"", b"no tensors", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_damaged_delta_is_refused_or_changes_nothing(
    small_transformer: Encoder, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / FILE).write_bytes(content)
    fresh = small_transformer.fresh_model()
    try:
        apply_delta(fresh, tmp_path)
    except EncoderUnavailable as error:
        assert "matcher train" in str(error)  # noqa: PT017
    assert advantage(fresh) == pytest.approx(advantage(small_transformer.model), abs=1e-6)


def test_a_delta_of_another_encoder_is_refused(
    small_transformer: Encoder, tuned: SentenceTransformer, bundled: Encoder, tmp_path: Path
) -> None:
    save_delta(tuned, small_transformer.model, tmp_path)
    with pytest.raises(EncoderUnavailable, match="matcher train"):
        apply_delta(bundled.fresh_model(), tmp_path)
