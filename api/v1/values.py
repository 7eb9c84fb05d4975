"""The values of which the API's shapes are made: texts, numbers, dates and amounts that a program may write."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from corpora.records import MAX_SHORT, MAX_TEXT, MAX_TITLE

#: Text without control characters; one that says something; an id, which has no space around it.
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*$"
SAID = (
    r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*"
    r"[^\s\u0085\u0000-\u001f\u007f\ufffe\uffff][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*$"
)
_ID = (
    r"^[^\s\u0085\u0000-\u001f\u007f\ufffe\uffff]"
    r"([^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*[^\s\u0085\u0000-\u001f\u007f\ufffe\uffff])?$"
)
#: A letter, a digit or a Chinese character: without one, there is nothing to match.
LETTER = r"[0-9A-Za-zÀ-ÖØ-öø-ÿα-ωА-яぁ-ゖァ-ヺ一-龥가-힣]"


def number(value: object) -> object:
    """Read a number of a query, in plain digits; int() takes more than anybody means."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,6}(\.0)?", value, re.ASCII):
            raise PydanticCustomError("int_parsing", "a number is needed")
        return int(value.removesuffix(".0"))
    return value


def whole(value: object) -> object:
    """Read a whole number of a body: 3.0 is one, true is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise PydanticCustomError("int_type", "a whole number is needed")
    return value


def day(value: object) -> object:
    """Read a date as ISO 8601 writes it; a number of seconds is none."""
    if value is not None and not (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)
    ):
        raise PydanticCustomError("date_type", "a date is needed")
    return value


#: The dates that there are, and the amounts that a program may write.
_DAYS = (
    r"^(199[0-9]|20[0-9]{2})-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    r"|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$"
)
MONEY = (
    r"^(|面议|(不超过|不低于)?[0-9]{1,6}(\.[0-9]{1,2})?万元|[0-9]{1,6}(\.[0-9]{1,2})?万元以[上下]"
    r"|[0-9]{1,6}(\.[0-9]{1,2})?-[0-9]{1,6}(\.[0-9]{1,2})?万元)$"
)
Number = BeforeValidator(number)
Top = Annotated[int, Field(ge=1, le=100, description="最多几条 / how many at most"), Number]
Text = Annotated[str, Field(max_length=MAX_TEXT, pattern=_PLAIN)]
Short = Annotated[str, Field(max_length=MAX_SHORT, pattern=_PLAIN)]
Said = Annotated[str, Field(min_length=1, max_length=MAX_SHORT, pattern=SAID)]
Id = Annotated[str, Field(min_length=1, max_length=MAX_SHORT, pattern=_ID)]
Title = Annotated[str, Field(min_length=1, max_length=MAX_TITLE, pattern=SAID)]
Stage = Annotated[int, Field(ge=1, le=9), BeforeValidator(whole)]
Level = Annotated[int, Field(ge=1, le=4), BeforeValidator(whole)]
Deadline = Annotated[
    date | None,
    BeforeValidator(day),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": _DAYS, "examples": ["2027-06-30"]}, {"type": "null"}]}
    ),
]
Budget = Annotated[
    str,
    Field(max_length=MAX_SHORT, pattern=_PLAIN),
    WithJsonSchema({"type": "string", "pattern": MONEY, "examples": ["50-100万元", "面议"]}),
]
