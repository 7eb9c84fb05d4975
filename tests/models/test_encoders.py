"""Encoders are found by name, and encode each text once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpora.errors import EncoderUnavailable
from models import encoders
from models.encoders import Encoder


@pytest.mark.parametrize("name", ["nonsense", "./nowhere", ""])
def test_an_unknown_encoder_fails_and_lists_the_choices(name: str, tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="bundled"):
        Encoder(name, tmp_path)


def test_a_folder_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"modules\.json"):
        Encoder(str(tmp_path), tmp_path)


def test_vectors_are_unit_and_in_the_order_of_the_texts(tiny: Encoder) -> None:
    texts = ["短", "这一条要长得多，才会在批次里换位置", "短"]
    vectors = tiny.encode(texts, "document")
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[2])
    alone = tiny.encode([texts[1]], "document")
    assert np.allclose(vectors[1], alone[0])


def test_no_text_is_encoded_twice(tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder(str(tiny_folder), tmp_path)
    encoded = _spy(monkeypatch)
    encoder.encode(["甲", "乙", "甲"], "document")
    encoder.encode(["乙", "丙"], "document")
    Encoder(str(tiny_folder), tmp_path).encode(["丙", "甲"], "document")
    assert sorted(encoded) == ["丙", "乙", "甲"]


def test_roles_are_cached_apart(tiny: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = _spy(monkeypatch)
    tiny.encode(["甲"], "document")
    tiny.encode(["甲"], "query")
    assert encoded == ["甲", "甲"]


def test_encoding_resumes_where_it_stopped(tiny: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"文本{number}" for number in range(10)]
    monkeypatch.setattr(encoders, "_CHUNK", 4)
    run = Encoder._run
    chunks: list[list[str]] = []

    def interrupted(self: Encoder, chunk: list[str], role: encoders.Role) -> object:
        if len(chunks) == 2:
            raise KeyboardInterrupt
        chunks.append(chunk)
        return run(self, chunk, role)

    monkeypatch.setattr(Encoder, "_run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny.encode(texts, "document")
    done = {text for chunk in chunks for text in chunk}
    monkeypatch.setattr(Encoder, "_run", run)
    again = _spy(monkeypatch)
    tiny.encode(texts, "document")
    assert len(done) == 8
    assert set(again) == set(texts) - done


def test_another_encoder_has_another_fingerprint(tiny: Encoder, bundled: Encoder) -> None:
    assert tiny.fingerprint != bundled.fingerprint


def _spy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every text that reaches the model, which still encodes it."""
    run = Encoder._run
    seen: list[str] = []

    def noted(self: Encoder, texts: list[str], role: encoders.Role) -> object:
        seen.extend(texts)
        return run(self, texts, role)

    monkeypatch.setattr(Encoder, "_run", noted)
    return seen
