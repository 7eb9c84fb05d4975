"""Sessions, CSRF, headers and limits: who is let in, and how a browser is kept from being misled."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFProtect
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from api.context import store
from corpora.accounts import Accounts, User
from corpora.errors import DataFolderTrouble
from corpora.files import trouble
from matcher.settings import Settings

#: More than the largest form: ten megabytes of file and what surrounds it.
MAX_REQUEST = 12 * 2**20
SESSION = timedelta(hours=12)

csrf = CSRFProtect()
#: Counted in each process by itself; a limit is against haste, not against a siege.
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)
_POLICY = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .script_src("'self'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .font_src("'self'")
    .connect_src("'self'")
    .form_action("'self'")
    .base_uri("'none'")
    .frame_ancestors("'none'")
)


class Session(UserMixin):  # type: ignore[misc]
    """A logged-in user as Flask-Login knows them."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        # A new password or a lock changes the mark, and with it ends every session.
        return f"{self.user.id}:{self.user.session_mark}"

    @property
    def is_active(self) -> bool:
        return not self.user.disabled


def init_app(app: Flask, settings: Settings) -> None:
    secure_cookies = settings.url.startswith("https://")
    app.config.update(
        SECRET_KEY=_secret(settings.data),
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=8 * 2**20,
        PERMANENT_SESSION_LIFETIME=SESSION,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure_cookies,
        # As long as a session: a form that was left open over lunch still goes through.
        WTF_CSRF_TIME_LIMIT=int(SESSION.total_seconds()),
        RATELIMIT_ENABLED=settings.limits,
    )
    csrf.init_app(app)
    limiter.init_app(app)
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_user_of)

    headers = Secure(
        csp=_POLICY,
        coop=CrossOriginOpenerPolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(31536000) if secure_cookies else None,
        permissions=PermissionsPolicy().geolocation().microphone().camera(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )

    @app.after_request
    def protect(response: Response) -> Response:
        headers.set_headers(response)
        # What one person may see shall not lie in another's cache: files too, which Flask marks otherwise.
        if request.endpoint not in ("static", "docs.static") and not response.cache_control.private:
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _user_of(session_id: str) -> Session | None:
    number, _, mark = session_id.partition(":")
    user = Accounts(store()).user(int(number)) if number.isdecimal() else None
    if user is None or user.disabled or not secrets.compare_digest(user.session_mark, mark):
        return None
    return Session(user)


def _secret(data: Path) -> bytes:
    """Return the key that signs sessions, made at the first start and kept in the data folder."""
    path = data / "secret.key"
    fresh = data / f".secret-{secrets.token_hex(8)}"
    try:
        if not path.exists():
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(32))
            # Of several processes that start at once, one makes the key, and none reads half of it.
            with suppress(FileExistsError):
                path.hardlink_to(fresh)
            fresh.unlink()
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DataFolderTrouble(
            f"数据文件夹 {data} 还没有建立；请先运行 matcher init",
            f"the data folder {data} does not exist; run `matcher init` first",
        ) from error
    except OSError as error:
        raise trouble(path, error) from error
