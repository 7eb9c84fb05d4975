"""``matcher user``: who may log in, and the tokens of programs."""

from __future__ import annotations

import sys
from typing import Any

import click

from corpora.accounts import Accounts, Role, User
from corpora.store import Store
from corpora.vocabulary import vocabulary
from matcher import accounts
from matcher.cli.common import json_option, open_store, out, say_json, settings, table

_stdin_option = click.option(
    "--password-stdin", is_flag=True, help="从标准输入读密码。 Read the password from standard input."
)


@click.group()
def user() -> None:
    """管理登录账号和程序令牌。

    Manage who may log in, and the tokens of programs.
    """


@user.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="角色：企业、技术经纪人、路演组织者、科技局、管理员。 What the account is for.",
)
@click.option("--display", default="", metavar="TEXT", help="页面上显示的名字。 The name that pages show.")
@click.option("--email", default="", metavar="ADDRESS", help="邮箱。 Where mails go.")
@_stdin_option
def add(name: str, role: str, display: str, email: str, password_stdin: bool) -> None:
    """新建一个账号。

    Add a user. The password is asked for on a terminal; elsewhere one is made up and printed, once.
    """
    with open_store(settings().data) as store:
        accounts.check_user(store, name, display, email)
        password, made_up = _password(password_stdin)
        made = accounts.add_user(store, name, Role(role), password, display, email)
        _log(store, "user added", made, role=role)
    out.print(f"已新建 added: {made.name}（{'/'.join(vocabulary().label('roles', role))}）")
    _show(password, made_up)


@user.command("list")
@json_option
def list_(as_json: bool) -> None:
    """列出账号。

    List the users, without their passwords.
    """
    with open_store(settings().data) as store:
        users = Accounts(store).users()
    if as_json:
        say_json([
            {"name": one.name, "display": one.display, "email": one.email, "role": one.role.value,
             "disabled": one.disabled, "created_at": one.created_at, "last_seen_at": one.last_seen_at}
            for one in users
        ])  # fmt: skip
        return
    if not users:
        out.print("还没有账号，用 matcher user add 新建。 No users yet; `matcher user add` makes one.")
        return
    shown = table("用户名 name", "角色 role", "显示 display", "状态 state", "上次登录 last seen")
    for one in users:
        state = "停用 disabled" if one.disabled else "可用 enabled"
        shown.add_row(one.name, one.role.value, one.display, state, (one.last_seen_at or "")[:16])
    out.print(shown)


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """停用一个账号，登录和令牌即刻失效。

    Keep a user out: sessions and tokens end at once. The last admin stays.
    """
    _set_disabled(name, True)
    out.print(f"已停用 disabled: {name}")


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """恢复一个停用的账号。

    Let a disabled user in again.
    """
    _set_disabled(name, False)
    out.print(f"已恢复 enabled: {name}")


@user.command()
@click.argument("name")
@_stdin_option
def password(name: str, password_stdin: bool) -> None:
    """重设密码，其他地方的登录随之退出。

    Set a new password, which ends the user's sessions.
    """
    with open_store(settings().data) as store:
        found = accounts.find_user(store, name)
        word, made_up = _password(password_stdin)
        accounts.set_password(store, found, word)
        _log(store, "password reset", found)
    out.print(f"密码已改 password changed: {found.name}")
    _show(word, made_up)


@user.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(list(accounts.SCOPES)),
    help="权限范围，可多次。 What it is good for; may be repeated.",
)
@click.option("--days", default=90, show_default=True, help="有效几天。 How long it lasts, in days.")
@click.option(
    "--name", "title", default="matcher user token", show_default=True, help="令牌的名称。 What it is called."
)
@json_option
def token(name: str, scopes: tuple[str, ...], days: int, title: str, as_json: bool) -> None:
    """新建一个程序令牌，只显示这一次。

    Make a token for a program to act in the user's name; it is shown this once. Programs send it as
    Authorization: Bearer sl_….
    """
    with open_store(settings().data) as store:
        found = accounts.find_user(store, name)
        secret = accounts.issue_token(store, found, title, set(scopes), days)
        _log(store, "token issued", found, name=title.strip(), scopes=sorted(scopes))
    if as_json:
        say_json({"user": found.name, "name": title.strip(), "scopes": sorted(set(scopes)), "days": days,
                  "token": secret})  # fmt: skip
    else:
        out.print(f"令牌只显示这一次，请保存。 The token, shown this once:\n{secret}", soft_wrap=True)


def _set_disabled(name: str, disabled: bool) -> None:
    with open_store(settings().data) as store:
        found = accounts.find_user(store, name)
        accounts.set_disabled(store, found, disabled)
        _log(store, "user disabled" if disabled else "user enabled", found)


def _password(from_stdin: bool) -> tuple[str, bool]:
    """Return the password, and whether it was made up here."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        return click.prompt("密码 password", hide_input=True, confirmation_prompt="再输一次 once more"), False
    return accounts.random_password(), True


def _show(password: str, made_up: bool) -> None:
    if made_up:
        out.print(f"随机密码，只显示这一次 random password, shown this once: {password}", soft_wrap=True)


def _log(store: Store, action: str, subject: User, **detail: Any) -> None:
    Accounts(store).log(settings().who, action, f"user:{subject.name}", **detail)
