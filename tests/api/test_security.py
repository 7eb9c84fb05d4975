"""The key of the sessions, and what may lie in a cache."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.security import _secret


def test_processes_that_start_at_once_share_one_whole_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(_secret, [tmp_path] * 64))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "path", ["/", "/search/export.xlsx", "/matches/need.docx?id=n-nuts-01", "/needs/nobody"]
)
def test_nothing_that_is_somebodys_is_kept_in_a_cache(
    logged_in: Callable[[str], FlaskClient], path: str
) -> None:
    answer = logged_in("broker").get(path)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_is_everybodys_may_be_kept(visitor: FlaskClient) -> None:
    assert "no-store" not in visitor.get("/static/icon.svg").headers.get("Cache-Control", "")
