"""Fixtures of the integration map's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.service import Service
from matcher.settings import Settings


@pytest.fixture
def service(demo_settings: Settings, tmp_path: Path) -> Iterator[Service]:
    """The demo, to be written to."""
    shutil.copytree(demo_settings.data, tmp_path / "data")
    opened = Service(demo_settings.model_copy(update={"data": tmp_path / "data"}))
    yield opened
    opened.close()
