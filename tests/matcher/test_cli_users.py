"""``matcher user``, run as a person or a program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpora.accounts import Accounts, Role
from corpora.errors import ShuanglianError
from corpora.store import Store
from matcher.accounts import User, bearer, check_scope, find_user, log_in
from matcher.cli.users import user


@pytest.fixture
def data(tmp_path: Path) -> Path:
    Store.create(tmp_path / "data").close()
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Store:
    return Store(data)


def quick(*arguments: object, data: Path, input: str | None = None) -> Result:
    return CliRunner(env={"MATCHER_DATA": str(data), "MATCHER_WHO": "keeper", "COLUMNS": "80"}).invoke(
        user, [str(each) for each in arguments], input=input
    )


def run(*arguments: object, data: Path, input: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", "user", *map(str, arguments)],
        env=os.environ | {"MATCHER_DATA": str(data), "COLUMNS": "80"},
        capture_output=True, text=True, timeout=120, check=False, input=input,
    )  # fmt: skip


def speaks_for(store: Store, secret: str, scope: str) -> User:
    """Return whose token it is; it has the scope."""
    user, token = bearer(store, secret)
    check_scope(user, token.scopes, scope)
    return user


def test_a_user_is_added_with_a_password_that_is_printed_once(data: Path, store: Store) -> None:
    ran = quick(
        "add", "小李", "--role", "broker", "--display", "李经纪", "--email", "li@example.com", data=data
    )
    assert ran.exit_code == 0, ran.output
    password = ran.output.split()[-1]
    found = log_in(store, "小李", password)
    assert found is not None
    assert (found.role, found.display, found.email) == (Role.BROKER, "李经纪", "li@example.com")
    entry = next(Accounts(store).entries())
    assert (entry.who, entry.action, entry.subject) == ("keeper", "user added", "user:小李")
    assert password not in str(entry)


def test_a_password_comes_by_standard_input(data: Path, store: Store) -> None:
    ran = quick(
        "add", "root", "--role", "admin", "--password-stdin", data=data, input="correct horse battery\n"
    )
    assert ran.exit_code == 0, ran.output
    assert "correct horse" not in ran.output
    assert log_in(store, "root", "correct horse battery")
    changed = quick("password", "root", "--password-stdin", data=data, input="another long word\r\n")
    assert changed.exit_code == 0
    assert log_in(store, "root", "another long word")
    assert not log_in(store, "root", "correct horse battery")
    made_up = quick("password", "root", data=data)
    assert log_in(store, "root", made_up.output.split()[-1])


def test_users_are_listed(data: Path, store: Store) -> None:
    assert "还没有账号" in quick("list", data=data).output
    assert json.loads(quick("list", "--json", data=data).output) == []
    quick("add", "boss", "--role", "admin", data=data)
    quick("add", "小李", "--role", "broker", data=data)
    told = json.loads(quick("list", "--json", data=data).output)
    assert [(one["name"], one["role"], one["disabled"]) for one in told] == [
        ("boss", "admin", False), ("小李", "broker", False)
    ]  # fmt: skip
    assert "password" not in str(told)
    assert "argon" not in str(told)
    assert "小李" in quick("list", data=data).output


def test_a_user_is_disabled_and_enabled_but_never_the_last_admin(data: Path, store: Store) -> None:
    quick("add", "boss", "--role", "admin", data=data)
    quick("add", "小李", "--role", "broker", data=data)
    assert quick("disable", "小李", data=data).exit_code == 0
    assert find_user(store, "小李").disabled
    assert quick("enable", "小李", data=data).exit_code == 0
    assert not find_user(store, "小李").disabled
    refused = quick("disable", "boss", data=data)
    assert isinstance(refused.exception, ShuanglianError)
    assert not find_user(store, "boss").disabled


def test_a_token_is_printed_once_and_works(data: Path, store: Store) -> None:
    quick("add", "小李", "--role", "broker", data=data)
    ran = quick(
        "token",
        "小李",
        "--scope",
        "read",
        "--scope",
        "judge",
        "--days",
        5,
        "--name",
        "夜间",
        "--json",
        data=data,
    )
    told = json.loads(ran.output)
    assert (told["user"], told["name"], told["scopes"], told["days"]) == (
        "小李",
        "夜间",
        ["judge", "read"],
        5,
    )
    assert speaks_for(store, told["token"], "judge").name == "小李"
    plain = quick("token", "小李", "--scope", "read", data=data).output.strip().splitlines()
    assert speaks_for(store, plain[-1], "read").name == "小李"
    assert told["token"] not in str(list(Accounts(store).entries()))


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "小王", "--role", "broker"),
        ("add", "x", "--role", "broker"),
        ("add", "a b", "--role", "broker"),
        ("add", "fine", "--role", "broker", "--email", "nowhere"),
        ("add", "fine", "--role", "broker", "--display", "两\n行"),
        ("add", "fine", "--role", "broker", "--password-stdin"),
        ("disable", "nobody"),
        ("enable", "nobody"),
        ("password", "nobody"),
        ("token", "nobody", "--scope", "read"),
        ("token", "小王", "--scope", "import"),
        ("token", "小王", "--scope", "read", "--days", "0"),
        ("token", "小王", "--scope", "read", "--days", "999999999999"),
        ("token", "小王", "--scope", "read", "--name", " "),
    ],
)
def test_bad_input_changes_nothing(data: Path, store: Store, arguments: tuple[str, ...]) -> None:
    quick("add", "小王", "--role", "organizer", data=data)
    before = (Accounts(store).users(), list(Accounts(store).entries()))
    ran = quick(*arguments, data=data, input="short\n")
    assert isinstance(ran.exception, ShuanglianError)
    assert "\n" not in str(ran.exception)
    assert (Accounts(store).users(), list(Accounts(store).entries())) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x", "--role", "king"),
        ("add", "fine"),
        ("token", "x", "--scope", "fly"),
        ("token", "x"),
        ("fly",),
    ],
)
def test_a_wrong_option_is_told(data: Path, arguments: tuple[str, ...]) -> None:
    assert quick(*arguments, data=data).exit_code == 2


def test_the_command_line_tells_errors_in_one_line(data: Path, tmp_path: Path) -> None:
    for ran in (run("disable", "nobody", data=data), run("list", data=tmp_path / "nowhere")):
        assert ran.returncode == 1
        assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
        assert "Traceback" not in ran.stderr


def test_every_command_helps_in_both_languages(data: Path) -> None:
    for command in ((), ("add",), ("list",), ("disable",), ("enable",), ("password",), ("token",)):
        said = quick(*command, "--help", data=data).output
        assert any("一" <= letter <= "鿿" for letter in said)
        assert len([word for word in said.split() if word.isascii()]) > 5
