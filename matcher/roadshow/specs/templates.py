"""SPECs to start from, with a word on every key."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from string import Template
from typing import Literal, get_args

Kind = Literal["event", "meetings", "visits"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Days that invitations take.
_AHEAD = 28
_FRIDAY = 4


def template(kind: Kind = "event", today: date | None = None) -> str:
    """Return a SPEC as commented YAML, its date a Friday four to five weeks ahead of `today`."""
    text = resources.files("matcher.roadshow.specs").joinpath("templates", f"{kind}.yaml").read_text("utf-8")
    early = (today or date.today()) + timedelta(days=_AHEAD)
    day = early + timedelta(days=(_FRIDAY - early.weekday()) % 7)
    return Template(text).substitute(date=day.isoformat())
