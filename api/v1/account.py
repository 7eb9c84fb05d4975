"""Who the token speaks for, and whether the service is up."""

from __future__ import annotations

from typing import Any

from flask import g

from api import context
from api.v1.common import ANY, TOKEN, answers, api_blueprint, scoped
from api.v1.shapes import Health, Me
from matcher.accounts import CAPABILITIES

blueprint = api_blueprint("service", {"name": "服务 service", "description": "令牌与状态 / token and state"})


@blueprint.get(
    "/me",
    summary="这个令牌代表谁 / for whom the token speaks",
    security=TOKEN,
    responses=answers(Me),
)
@scoped(ANY)
def me() -> dict[str, Any]:
    user = g.user
    return {
        "name": user.name,
        "display": user.display,
        "role": user.role.value,
        "capabilities": sorted(CAPABILITIES[user.role]),
        "scopes": sorted(g.token.scopes),
        "expires_at": g.token.expires_at,
    }


@blueprint.get(
    "/health",
    summary="服务是否正常 / whether the service is up",
    responses=answers(Health),
)
def health() -> dict[str, Any]:
    return {"ok": True, "revision": context.store().revision()}
