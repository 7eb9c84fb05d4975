"""A SPEC that is no SPEC, or no YAML at all."""

from __future__ import annotations

import pytest

from corpora.errors import ShuanglianError
from matcher.roadshow.specs import reading


def wrong(text: str) -> str:
    """Return the line that says what is wrong."""
    with pytest.raises(ShuanglianError) as caught:
        reading.spec_from_text(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ("empty",)),
        ("# nothing\n", ("empty",)),
        ("- a\n- b\n", ("keys with values",)),
        ("just words", ("keys with values",)),
        ("a: 1\n\tb: 2", ("line 2",)),
        ("? [a, b]\n: c", ("line 1",)),
        ("!!python/object/apply:os.system ['true']", ("YAML",)),
        ("[" * 10_000, ("YAML",)),
        ("a: " + "[" * 40 + "]" * 40, ("too deeply",)),
        ("a: &a [*a]", ("too deeply",)),
        ("{}", ("date", "required")),
        ("date: 2026-12-11\nsessions: 3\n", ("sessions", "list")),
    ],
)
def test_what_is_no_spec_is_one_line(text: str, named: tuple[str, ...]) -> None:
    said = wrong(text)
    assert not [one for one in named if one not in said], said
