"""The JSON API, version 1, and its OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.openapi import OpenAPI

from api.security import csrf
from api.v1 import (
    account,
    cases,
    chainmap,
    docs,
    experts,
    judgements,
    matches,
    records,
    roadshows,
    submissions,
)
from api.v1.common import IdConverter, LoneIdConverter, StrictJSON
from api.v1.shapes import Problem
from api.v1.validation import refused

_ABOUT = """\
双链把高校的科技成果（achievements）与企业的技术需求（needs）匹配起来，并说明理由。

**令牌**：在网页“我的账号”或用 `matcher user token 用户名 --scope read` 新建，请求时带上 `Authorization: Bearer sl_…`。\
查成果、需求、匹配不需要令牌；写入需要令牌有相应的权限范围（read、submit、judge、cases、import、roadshows、map）。\
联系方式是隐私，接口从不给出。出错时一律回答 RFC 9457 问题说明（application/problem+json）。

Shuanglian matches university achievements with enterprise needs and says why.

**Tokens**: make one on the account page, or with `matcher user token NAME --scope read`, and send it as \
`Authorization: Bearer sl_…`. Reading achievements, needs and matches takes no token; writing takes one with the \
scope for it (read, submit, judge, cases, import, roadshows, map). Contacts are private and never given. Every error is \
RFC 9457 problem details (application/problem+json).
"""

#: How the OpenAPI document introduces itself, and what it says of a request that is wrong.
DOCUMENT: dict[str, Any] = {
    "info": {"title": "双链 Shuanglian", "version": "1", "description": _ABOUT},
    "security_schemes": {
        "token": {"type": "http", "scheme": "bearer", "description": "令牌 sl_… / a token sl_…"}
    },
    "validation_error_model": Problem,
    "validation_error_callback": refused,
    # The pages of the library need scripts that the policy forbids: docs.py has one of its own.
    "doc_ui": False,
}


def init_app(app: Flask) -> None:
    assert isinstance(app, OpenAPI)
    app.json = StrictJSON(app)
    app.openapi_version = "3.1.0"
    # Every operation says itself what it answers to a wrong request.
    app.validation_error_status = "400"
    app.url_map.converters.update(id=IdConverter, lone_id=LoneIdConverter)
    for module in (matches, experts, records, submissions, cases, judgements, roadshows, chainmap, account):
        # Programs bring a token, never a cookie, so nobody can be made to send one.
        csrf.exempt(module.blueprint)
        _share_paths(app, module.blueprint)
        app.register_api(module.blueprint)
    app.register_blueprint(docs.blueprint)


def _share_paths(app: OpenAPI, blueprint: APIBlueprint) -> None:
    """Let operations of several blueprints stand under one path: the library keeps those of the last one."""
    for path, item in blueprint.paths.items():
        if path in app.paths:
            told = {name: operation for name, operation in item if operation is not None}
            blueprint.paths[path] = app.paths[path].model_copy(update=told)
