"""Every action that the log is told of has a name for people."""

from __future__ import annotations

import ast
from pathlib import Path

from matcher.audit import ACTIONS, words

ROOT = Path(__file__).parents[2]


def logged() -> set[str]:
    """Return the actions that `log` is called with, as far as they stand there in letters."""
    found = set()
    for layer in ("api", "matcher"):
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                # Accounts.log is told who first, the others begin with the action.
                place = 1 if isinstance(node.func, ast.Attribute) and "Accounts" in ast.dump(node.func) else 0
                if name == "log" and len(node.args) > place:
                    said = node.args[place]
                    if isinstance(said, ast.Constant) and isinstance(said.value, str):
                        found.add(said.value)
    return found


def test_every_logged_action_has_words() -> None:
    actions = logged()
    assert {"login", "login failed", "imported", "need approved"} <= actions
    assert actions <= ACTIONS.keys()


def test_an_action_of_another_version_is_shown_as_it_is() -> None:
    assert words("login") == ("登录", "login")
    assert words("flown") == ("flown", "flown")
