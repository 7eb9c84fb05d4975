"""What a request works with: the settings, a store of its own, the shared service, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g, request
from flask_login import current_user

from corpora.accounts import Accounts, User
from corpora.errors import Forbidden
from corpora.store import Store
from matcher import accounts
from matcher.service import Service
from matcher.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")


def settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


def service() -> Service:
    return cast(Service, current_app.extensions["shuanglian"])


def store() -> Store:
    """Return the store that this request alone uses; it is closed when the request ends."""
    if "store" not in g:
        g.store = Store(settings().data)
    return cast(Store, g.store)


def close_store(_: BaseException | None = None) -> None:
    opened = g.pop("store", None)
    if opened is not None:
        opened.close()


def user() -> User | None:
    """Return who is asking: by a token on the API, by the session on a page; None for a visitor."""
    if "user" in g:
        return cast("User | None", g.user)
    return cast(User, current_user.user) if current_user.is_authenticated else None


def who() -> str:
    """Return the name under which the asker's doings are written down."""
    asking = user()
    return asking.name if asking else "visitor"


def may(capability: str) -> bool:
    return accounts.may(user(), capability)


def needs(capability: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only those in who have the capability: a visitor is asked to log in, others get 403."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require(capability)
            return view(*args, **kwargs)

        return guarded

    return decorate


def require(capability: str | None = None) -> User:
    """Return who is asking. Raises Unauthorized for a visitor, Forbidden without the capability."""
    from werkzeug.exceptions import Unauthorized

    asking = user()
    if asking is None:
        raise Unauthorized
    if capability and not accounts.may(asking, capability):
        raise Forbidden(
            f"您的角色（{asking.role}）不能这样做；请联系管理员",
            f"your role ({asking.role}) may not do this; ask an admin",
        )
    return asking


def log(action: str, subject: str = "", **detail: object) -> None:
    """Write a line into the audit log, in the asker's name."""
    Accounts(store()).log(who(), action, subject, request.remote_addr or "", **detail)
