"""A field's value in words, for pages that show two of them beside each other."""

from __future__ import annotations

from typing import Any

from api.languages import label
from api.pages.records import stage

#: The list of the vocabulary that a field takes its words from.
_LISTS = {"modes": "modes", "ip_wanted": "ownership", "kind": "organization_kinds", "tier": "tiers"}
#: Beyond so many characters each of several values has a line of its own.
_SHORT = 20


def word(name: str, value: Any) -> str:
    """Return the value of the field `name`, "" where it is empty."""
    if value in (None, "", []):
        return ""
    if name in ("stage", "min_stage"):
        return stage(int(value))
    parts = value if isinstance(value, list) else [value]
    said = [label(_LISTS[name], str(one)) if name in _LISTS else str(one) for one in parts]
    return ("\n" if any(len(one) > _SHORT for one in said) else "、").join(said)
