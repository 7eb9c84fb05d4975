"""What the endpoints share: the service, and how they read a request's parameters."""

from __future__ import annotations

from flask import request

from corpora.errors import BadRequest


def top() -> int:
    """Return how many answers are wanted. Raises BadRequest."""
    given = request.args.get("top", "10")
    if not given.isdecimal() or len(given) > 3 or not 1 <= int(given) <= 100:
        raise BadRequest(
            f"参数 top 应为 1–100，现为“{given[:20]}”", f"top must be 1–100, found '{given[:20]}'"
        )
    return int(given)


def text() -> str:
    """Return the text that is asked about. Raises BadRequest where there is none."""
    given = request.args.get("text", "").strip()
    if not given:
        raise BadRequest("缺少参数 text", "the parameter text is missing")
    return given
