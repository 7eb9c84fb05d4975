"""A model is its ranker and the encoder that it was fitted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import BadRequest
from matcher.indexing import document
from matcher.matches import Scored
from matcher.model import Model
from matcher.service import Service
from matcher.settings import Settings
from matcher.training import fit_ranker
from matcher.tuned import Source
from models.encoders import Encoder


@pytest.fixture(scope="module")
def folder(demo: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model fitted to the demo with the bundled encoder."""
    made = tmp_path_factory.mktemp("model")
    fit_ranker([demo.corpus()]).save(made)
    return made


def test_another_encoder_is_refused_in_one_line(
    folder: Path, demo_settings: Settings, tiny_folder: Path
) -> None:
    assert Model(folder, demo_settings).encoder.name == "bundled"
    with pytest.raises(BadRequest) as caught:
        Model(folder, demo_settings, encoder=str(tiny_folder))
    said = str(caught.value)
    assert "\n" not in said
    assert str(folder) in said
    assert str(tiny_folder) in said


def test_a_model_of_another_encoder_opens_once_that_one_is_named(
    demo: Service, demo_settings: Settings, tiny: Encoder, tmp_path: Path
) -> None:
    needs, offered = map(document, demo.store.needs()), map(document, demo.store.achievements())
    source = Source(list(needs), list(offered), demo.corpus().judged)
    fit_ranker([source.corpus(tiny)]).save(tmp_path / "model")
    with pytest.raises(BadRequest, match="name that one with --encoder"):
        Model(tmp_path / "model", demo_settings)
    opened = Model(tmp_path / "model", demo_settings, encoder=tiny.name)
    assert opened.ranker.neighbours_ is not None


def test_a_folder_without_a_model_is_refused(demo_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="matcher train"):
        Model(tmp_path / "none", demo_settings)


def test_without_a_cross_encoder_predictions_stay_as_they_are(folder: Path, demo_settings: Settings) -> None:
    model = Model(folder, demo_settings)
    scored = [Scored("n", "a", 3, (0.1, 0.2, 0.4, 0.3), 3.5)]
    assert model.cross is None
    assert model.reread(scored, {}, {}) == scored
