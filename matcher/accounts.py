"""Accounts: adding people, checking passwords and tokens, and what each role may do."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpora.accounts import Accounts, Role, Token, User
from corpora.errors import BadRequest, Conflict, Forbidden, Unauthenticated, UnknownRecord, shorten
from corpora.store import Store

__all__ = ["CAPABILITIES", "SCOPES", "Role", "Token", "User"]

LEAST_PASSWORD, MOST_PASSWORD = 10, 200
#: How long a token lasts at most, in days.
MOST_DAYS = 366

#: What each role may do; a rule about rights is written here and nowhere else.
CAPABILITIES: dict[Role, frozenset[str]] = {
    # Own submissions come with the private link or the account, not by a capability.
    Role.ENTERPRISE: frozenset(),
    Role.ORGANIZER: frozenset({"see_pending", "export", "plan_roadshows"}),
    Role.BUREAU: frozenset({"see_pending", "export", "see_cases", "edit_map", "correct_placement"}),
    Role.BROKER: frozenset(
        {"see_pending", "export", "see_cases", "work_cases", "see_contacts", "judge", "approve", "import", "review",
         "correct_placement"}
    ),
    Role.ADMIN: frozenset(
        {"see_pending", "export", "see_cases", "work_cases", "see_contacts", "judge", "approve", "import", "review",
         "administer", "plan_roadshows", "edit_map", "correct_placement"}
    ),
}  # fmt: skip
#: What a token may be good for, and the capability that its user must have (None: any user).
SCOPES: dict[str, str | None] = {
    "read": None,
    "submit": None,
    "judge": "judge",
    "cases": "work_cases",
    "import": "import",
    "roadshows": "plan_roadshows",
    # Overriding a verdict takes edit_map besides.
    "map": "correct_placement",
}

MOST_DISPLAY = 64
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>,;]{1,64}@[^@\s\x00-\x1f<>,;]{1,190}")
_NAME = re.compile(r"[\w.@-]{2,64}")
_hasher = PasswordHasher()
#: Checked where no such user is, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex())


def may(user: User | None, capability: str) -> bool:
    """Return whether the user may do it; nobody may nothing."""
    return user is not None and capability in CAPABILITIES[user.role]


def add_user(store: Store, name: str, role: Role, password: str, display: str = "", email: str = "") -> User:
    """Raises Conflict where the name is taken, BadRequest where it is none, or the password too short or long."""
    check_user(store, name, display, email)
    _check_password(password)
    return Accounts(store).add(
        name, display or name, email, role, _hasher.hash(password), secrets.token_hex(16)
    )


def check_user(store: Store, name: str, display: str, email: str) -> None:
    """Raises as add_user does, for all but the password: before somebody is asked for one."""
    if not _NAME.fullmatch(name):
        raise BadRequest(
            f"用户名“{shorten(name)}”不行：用 2–64 个字母、汉字、数字或 . _ @ -",
            f"'{shorten(name)}' is no user name: use 2–64 letters, digits or . _ @ -",
        )
    if len(display) > MOST_DISPLAY or not display.isprintable():
        raise BadRequest(
            f"显示名“{shorten(display)}”不行：最多 {MOST_DISPLAY} 个字，不换行",
            f"'{shorten(display)}' is no name to show: at most {MOST_DISPLAY} letters on one line",
        )
    if email and not _EMAIL.fullmatch(email):
        raise BadRequest(
            f"邮箱“{shorten(email)}”不对，应像 name@example.com",
            f"'{shorten(email)}' is no email address; write it like name@example.com",
        )
    if Accounts(store).named(name) is not None:
        raise Conflict(
            f"用户名“{name}”已有人用，请换一个", f"the user name '{name}' is taken; choose another"
        )


def random_password() -> str:
    """Return a password that nobody guesses: 20 letters, some 120 bits."""
    return secrets.token_urlsafe(15)


def find_user(store: Store, name: str) -> User:
    """Raises UnknownRecord."""
    user = Accounts(store).named(name)
    if user is None:
        raise UnknownRecord(
            f"没有用户“{shorten(name)}”；用 matcher user list 查看",
            f"there is no user '{shorten(name)}'; `matcher user list` shows them",
        )
    return user


def log_in(store: Store, name: str, password: str) -> User | None:
    """Return the user whose name and password these are, None for any other pair or a disabled one."""
    accounts = Accounts(store)
    user = accounts.named(name)
    right = _is_right(user.password if user else _NOBODY, password[:MOST_PASSWORD])
    if user is None or user.disabled or not right:
        return None
    changes: dict[str, str | int] = {"last_seen_at": datetime.now(UTC).isoformat(timespec="seconds")}
    if _hasher.check_needs_rehash(user.password):
        changes["password"] = _hasher.hash(password)
    accounts.change(user.id, **changes)
    return user


def set_password(store: Store, user: User, password: str) -> None:
    """Set a new password and end every session of the user. Raises BadRequest for a poor one."""
    _check_password(password)
    Accounts(store).change(user.id, password=_hasher.hash(password), session_mark=secrets.token_hex(16))


def set_disabled(store: Store, user: User, disabled: bool) -> None:
    """Keep the user out, sessions and tokens too, or let them in again.

    Raises BadRequest where the last admin would be locked out.
    """
    if disabled:
        _keep_an_admin(store, user)
    Accounts(store).change(user.id, disabled=int(disabled), session_mark=secrets.token_hex(16))


def set_role(store: Store, user: User, role: Role) -> None:
    """Raises BadRequest where no admin would be left."""
    if role is not Role.ADMIN:
        _keep_an_admin(store, user)
    Accounts(store).change(user.id, role=role)


def issue_token(store: Store, user: User, name: str, scopes: set[str], days: int) -> str:
    """Return a new token; it is shown once, for only its digest is kept. Raises BadRequest."""
    name = name.strip()
    if not 1 <= len(name) <= 64:
        raise BadRequest("令牌要有 1–64 个字的名称", "a token needs a name of 1–64 characters")
    if unknown := scopes - SCOPES.keys():
        raise BadRequest(
            f"没有权限范围“{'、'.join(sorted(unknown))}”；可用：{'、'.join(SCOPES)}",
            f"unknown scope {', '.join(sorted(unknown))}; there are {', '.join(SCOPES)}",
        )
    if not scopes:
        raise BadRequest("至少选一个权限范围", "choose at least one scope")
    for scope in sorted(scopes):
        needed = SCOPES[scope]
        if needed and not may(user, needed):
            raise BadRequest(
                f"角色 {user.role} 没有“{scope}”的权限",
                f"the role {user.role} may not have the scope {scope}",
            )
    if not 1 <= days <= MOST_DAYS:
        raise BadRequest(
            f"有效期应为 1–{MOST_DAYS} 天，现为 {days}", f"a token lasts 1–{MOST_DAYS} days, not {days}"
        )
    secret = f"sl_{secrets.token_urlsafe(32)}"
    expires = datetime.now(UTC) + timedelta(days=days)
    Accounts(store).add_token(
        user.id, name, digest(secret), sorted(scopes), expires.isoformat(timespec="seconds")
    )
    return secret


def bearer(store: Store, secret: str) -> tuple[User, Token]:
    """Return whose token it is, and the token.

    Raises Unauthenticated where it is unknown, over, revoked, or of a disabled user.
    """
    accounts = Accounts(store)
    token = accounts.token(digest(secret))
    user = accounts.user(token.user_id) if token else None
    if token is None or user is None or user.disabled or token.revoked_at:
        raise Unauthenticated(
            "令牌无效或已撤销；请在“我的账号”新建",
            "the token is unknown or revoked; make a new one on the account page",
        )
    if datetime.fromisoformat(token.expires_at) <= datetime.now(UTC):
        raise Unauthenticated(
            f"令牌已于 {token.expires_at} 过期；请在“我的账号”新建",
            f"the token expired at {token.expires_at}; make a new one on the account page",
        )
    # To the hour is enough to see which tokens sleep, and spares a write for every request.
    if token.used_at is None or token.used_at[:13] != datetime.now(UTC).isoformat()[:13]:
        accounts.mark_token(token.id, "used_at")
    return user, token


def check_scope(user: User, scopes: Collection[str], scope: str) -> None:
    """Raises Forbidden where the scopes, or the user's role, are not enough for `scope`."""
    needed = SCOPES[scope]
    if scope not in scopes:
        raise Forbidden(
            f"令牌没有“{scope}”的权限；请用有此权限的令牌",
            f"the token lacks the scope {scope}; use one that has it",
        )
    if needed and not may(user, needed):
        raise Forbidden(
            f"您的角色（{user.role}）没有“{scope}”的权限；请联系管理员",
            f"your role ({user.role}) may not use the scope {scope}; ask an admin",
        )


def digest(secret: str) -> str:
    """Return what is kept of a random secret: long random words need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_right(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _check_password(password: str) -> None:
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise BadRequest(
            f"密码应有 {LEAST_PASSWORD}–{MOST_PASSWORD} 个字符，现有 {len(password)} 个",
            f"a password has {LEAST_PASSWORD}–{MOST_PASSWORD} characters, not {len(password)}",
        )


def _keep_an_admin(store: Store, user: User) -> None:
    admins = [one for one in Accounts(store).users(Role.ADMIN) if not one.disabled]
    if [one.id for one in admins] == [user.id]:
        raise BadRequest(
            f"“{user.name}”是唯一的管理员，不能停用或改角色",
            f"'{user.name}' is the only admin and must stay one",
        )
