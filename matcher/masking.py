"""Masking: contacts that somebody wrote into a note are hidden from those who may not see contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpora.records import Contact

_MASK = "＊＊＊"
#: ASCII only, for in Chinese nothing stands between an address and the words before it.
_EMAIL = re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]++@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SEPARATOR = r"[\s\u2010-\u2015-]?"
#: Mobile numbers, and those of a fixed line with its area code.
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_SEPARATOR})?(?:1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}}"
    rf"|\(?0\d{{2,3}}\)?{_SEPARATOR}\d{{3,4}}{_SEPARATOR}\d{{4}})(?!\d)"
)


def masked(text: str, contacts: Iterable[Contact] = ()) -> str:
    """Return the text without telephone numbers and email addresses, and without what `contacts` say."""
    text = _PHONE.sub(_MASK, _EMAIL.sub(_MASK, text))
    known = {value for contact in contacts for _, value in contact if len(value) > 1}
    # Longest first, so that no part of a longer one stays.
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, _MASK)
    return text
