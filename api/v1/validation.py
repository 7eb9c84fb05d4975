"""What is wrong with the fields of a request, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from pydantic import ValidationError

from api.problems import problem
from corpora.errors import ShuanglianError, shorten

#: Told at once; who sends a thousand wrong rows mends the first and asks again.
_MOST = 50
_WORDS = {
    "missing": ("缺少这一项", "this is missing"),
    "extra_forbidden": ("没有这个字段", "there is no such field"),
    "string_type": ("应是文字", "text is needed"),
    "int_type": ("应是整数", "a whole number is needed"),
    "int_parsing": ("应是整数", "a whole number is needed"),
    "int_from_float": ("应是整数", "a whole number is needed"),
    "unreachable": ("电话和邮箱请至少填一个", "give a telephone number or an email address"),
    "list_type": ("应是列表", "a list is needed"),
    "model_type": ("应是键值对象", "an object is needed"),
    "model_attributes_type": ("应是键值对象", "an object is needed"),
    "greater_than_equal": ("至少是 {ge}", "{ge} or more is needed"),
    "less_than_equal": ("至多是 {le}", "{le} or less is needed"),
    "string_too_short": ("至少 {min_length} 个字符", "at least {min_length} characters are needed"),
    "string_too_long": ("至多 {max_length} 个字符", "at most {max_length} characters are allowed"),
    "too_short": ("至少 {min_length} 项", "at least {min_length} items are needed"),
    "too_long": ("至多 {max_length} 项", "at most {max_length} items are allowed"),
    "enum": ("应是 {expected} 之一", "one of {expected} is needed"),
    "literal_error": ("应是 {expected} 之一", "one of {expected} is needed"),
    "string_pattern_mismatch": (
        "没有文字，或含有不该有的空白、控制字符",
        "there is no text in it, or white space or control characters that should not be",
    ),
    "date_from_datetime_parsing": ("应是日期，如 2027-06-30", "a date is needed, like 2027-06-30"),
    "date_parsing": ("应是日期，如 2027-06-30", "a date is needed, like 2027-06-30"),
    "date_type": ("应是日期，如 2027-06-30", "a date is needed, like 2027-06-30"),
}  # fmt: skip


def refused(error: ValidationError) -> Response:
    """Return the problem that tells each wrong field: of the address a bad request, of the body another."""
    errors = [_told(detail) for detail in error.errors(include_url=False)[:_MOST]]
    status, title = (
        (400, "Bad Request") if error.title.endswith(("Query", "Path")) else (422, "Unprocessable Content")
    )
    first = errors[0]
    detail = f"{first['field']}：{first['zh']} / {first['field']}: {first['en']}"
    return problem(status, title, detail, errors=errors)


def _told(detail: Mapping[str, Any]) -> dict[str, str]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ShuanglianError):
        zh, en = cause.zh, cause.en
    else:
        words = _WORDS.get(detail["type"], (f"不合要求（{detail['msg']}）", detail["msg"]))
        zh, en = (each.format_map(detail.get("ctx", {})) if "ctx" in detail else each for each in words)
    value = "" if detail["type"] == "missing" else shorten(detail["input"])
    field = ".".join(shorten(part) for part in detail["loc"]) or "body"
    return {"field": field, "value": value, "zh": zh, "en": en}
