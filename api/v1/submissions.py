"""Needs that enterprises send in through a program of their own; a broker approves them as any other."""

from __future__ import annotations

import secrets
from typing import Any

from flask import abort, g, url_for
from pydantic import ValidationError

from api import context
from api.paths import public
from api.security import limiter
from api.v1.common import BODY, TOKEN, answers, api_blueprint, scoped
from api.v1.shapes import NeedSubmitted, Submitted
from api.v1.validation import refused
from corpora.records import Need
from matcher import submissions

blueprint = api_blueprint(
    "submissions", {"name": "提交 submissions", "description": "企业提交的需求 / needs sent in"}
)


@blueprint.post(
    "/needs",
    summary="提交一条需求，审核后公开 / send in a need, public once approved",
    security=TOKEN,
    responses=answers(Submitted, 403, 429, *BODY, status=201),
)
@scoped("submit")
@limiter.limit("60 per hour", key_func=lambda: f"submit {g.user.name}")
def submit(body: NeedSubmitted) -> tuple[dict[str, Any], int]:
    given = body.model_dump(mode="json", exclude={"id", "consent", "attachments"})
    key = submissions.new_key()
    try:
        # An id of its own: two enterprises may ask for the same in the same words.
        need = Need.model_validate({**given, "id": f"n-{secrets.token_hex(8)}"})
    except ValidationError as error:
        abort(refused(error))
    made, _ = submissions.submit(context.store(), need, key, None, g.user, context.who())
    context.log("need submitted", f"need:{need.id}", code=made.code)
    link = public(url_for("tracking.show", key=key))
    return {"code": made.code, "need_id": need.id, "status": made.status.value, "link": link}, 201
