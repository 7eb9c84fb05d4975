"""The layers: imports go one way, and SQL and HTTP stay where they belong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("corpora", "models", "matcher", "api")
MODULES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]

#: Statements, not the English words: "select" in a help text is none.
SQL = re.compile(
    r"\b(?:SELECT\s.+\sFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(?:TABLE|INDEX)|DROP\s+TABLE|PRAGMA\s)",
    re.DOTALL,
)
DATABASES = {"sqlite3", "sqlite_utils", "psycopg", "psycopg2", "sqlalchemy", "pgvector"}
WEB = {"flask", "werkzeug", "gunicorn"}


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imported(path: Path) -> Iterator[str]:
    """The first name of all that the module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module).split(".")[0]


def test_there_are_modules_to_look_at() -> None:
    assert {layer_of(path) for path in MODULES} >= set(LAYERS) - {"api"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_imports_go_one_way(path: Path) -> None:
    above = set(LAYERS[LAYERS.index(layer_of(path)) + 1 :])
    assert not above & set(imported(path))
    assert not {"tests", "notebooks"} & set(imported(path))


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_sql_is_spoken_in_corpora_only(path: Path) -> None:
    if layer_of(path) == "corpora":
        return
    assert not DATABASES & set(imported(path))
    texts = (
        node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
    )
    assert not [text for text in texts if isinstance(text, str) and SQL.search(text)]


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_http_is_spoken_in_api_only(path: Path) -> None:
    if layer_of(path) != "api":
        assert not WEB & set(imported(path))


def test_no_folder_of_tests_is_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
