"""What fine-tuning changed comes back from its small file, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer

from corpora.errors import EncoderUnavailable
from models.delta import FILE, FROZEN, apply_delta, save_delta, tuned_parameters
from models.encoders import Encoder

Tensors = dict[str, torch.Tensor]


def weights(model: SentenceTransformer) -> Tensors:
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def same(one: SentenceTransformer, other: SentenceTransformer) -> bool:
    return all(torch.equal(value, weights(other)[name]) for name, value in weights(one).items())


@pytest.fixture(scope="module")
def base(small_transformer: Encoder) -> SentenceTransformer:
    return small_transformer.fresh_model()


@pytest.fixture(scope="module")
def moved(small_transformer: Encoder) -> SentenceTransformer:
    """The encoder with its upper layers moved a little, each number its own way."""
    model = small_transformer.fresh_model()
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for value in tuned_parameters(model).values():
            value += 0.02 * torch.randn(value.shape, generator=chance)
    return model


@pytest.fixture
def folder(moved: SentenceTransformer, base: SentenceTransformer, tmp_path: Path) -> Path:
    save_delta(moved, base, tmp_path)
    return tmp_path


def test_what_changed_comes_back_within_half_a_step_of_eight_bits(
    folder: Path, base: SentenceTransformer, moved: SentenceTransformer, small_transformer: Encoder
) -> None:
    again = small_transformer.fresh_model()
    apply_delta(again, folder)
    before, wanted, found = weights(base), weights(moved), weights(again)
    assert not same(base, moved)
    for name, value in wanted.items():
        step = (value - before[name]).abs().amax(-1, keepdim=True) / 127
        assert ((found[name] - value).abs() <= step / 2 + 1e-6).all(), name


def test_only_layers_that_changed_are_written(folder: Path) -> None:
    assert {int(name.split(".")[0]) for name in load_file(folder / FILE)} == {FROZEN, FROZEN + 1}
    assert (folder / FILE).stat().st_size < 2 * 2 * (4 * 32 * 32 + 2 * 32 * 64)


def test_nothing_changed_is_a_delta_too(
    base: SentenceTransformer, tmp_path: Path, small_transformer: Encoder
) -> None:
    save_delta(base, base, tmp_path)
    again = small_transformer.fresh_model()
    apply_delta(again, tmp_path)
    assert same(again, base)


def without_the_last(tensors: Tensors) -> Tensors:
    """Of the last layer only: the others fit."""
    last = f"{FROZEN + 1}."
    return {name: value[..., :-1] if name.startswith(last) else value for name, value in tensors.items()}


@pytest.mark.parametrize("other", [
    without_the_last,
    lambda tensors: {name: value[..., :1] for name, value in tensors.items()},
    lambda tensors: {f"9{name}": value for name, value in tensors.items()},
    lambda tensors: {name: value for name, value in tensors.items() if not name.endswith(".scale")},
], ids=["narrower", "one-number", "more-layers", "no-scales"])  # fmt: skip
def test_a_delta_of_another_encoder_is_refused_and_changes_nothing(
    folder: Path,
    base: SentenceTransformer,
    small_transformer: Encoder,
    other: Callable[[Tensors], Tensors],
) -> None:
    tensors = {name: value.contiguous() for name, value in other(load_file(folder / FILE)).items()}
    save_file(tensors, folder / FILE)
    asked = small_transformer.fresh_model()
    with pytest.raises(EncoderUnavailable, match=r"^[^\n]*matcher train[^\n]*$"):
        apply_delta(asked, folder)
    assert same(asked, base)


@pytest.mark.parametrize("content", [None, b"", b"no tensors", b"\xff" * 64])
def test_a_damaged_or_missing_delta_is_refused(
    base: SentenceTransformer, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(EncoderUnavailable, match="matcher train"):
        apply_delta(base, tmp_path)


def test_a_delta_cut_short_is_refused(folder: Path, base: SentenceTransformer) -> None:
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EncoderUnavailable, match="matcher train"):
        apply_delta(base, folder)
