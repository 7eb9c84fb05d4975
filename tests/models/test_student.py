"""The student imitates its teacher on the corpus it was distilled over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matcher.service import Service
from models.encoders import Encoder
from models.student import distil


@pytest.fixture(scope="module")
def student(demo: Service, bundled: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("student")
    documents = [record.document for record in demo.store.achievements()]
    queries = [record.document for record in demo.store.needs()]
    distil(bundled, documents, queries).save(str(folder), create_model_card=False)
    return Encoder(str(folder), folder / "cache")


def test_on_its_corpus_it_stands_where_the_teacher_stands(
    student: Encoder, bundled: Encoder, demo: Service
) -> None:
    texts = [record.document for record in demo.store.achievements()]
    taught, learnt = (encoder.encode(texts, "document") for encoder in (bundled, student))
    assert (taught * learnt).sum(1).mean() > 0.99
    nearest = [np.argsort(-(vectors @ vectors.T), axis=1)[:, 1] for vectors in (taught, learnt)]
    assert (nearest[0] == nearest[1]).mean() > 0.7


def test_new_words_have_a_place_too(student: Encoder) -> None:
    vectors = student.encode(["从未见过的词", "板栗去壳设备", "!!!", "板栗脱壳机"], "query")
    assert np.isfinite(vectors).all()
    assert vectors[1] @ vectors[3] > vectors[1] @ vectors[0]


def test_it_is_an_ordinary_encoder_folder(student: Encoder) -> None:
    assert (Path(student.name) / "modules.json").exists()
    assert student.fingerprint.startswith("folder:")
