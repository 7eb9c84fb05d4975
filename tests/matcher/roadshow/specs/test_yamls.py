"""YAML that people write by hand."""

from __future__ import annotations

import pytest

from corpora.errors import ShuanglianError
from matcher.roadshow.specs import reading
from matcher.roadshow.specs.yamls import load_yaml


def wrong(text: str) -> str:
    """Return the line that says what is wrong."""
    with pytest.raises(ShuanglianError) as caught:
        reading.spec_from_text(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700
    return str(caught.value)


def test_scalars_stay_as_they_are_typed() -> None:
    text = "a: [14:00, 09:00, 007, 0x10, 1e5, 1.10, NO, on, 2026-02-30, true, '', ~, null]\nb:\n"
    assert load_yaml(text, "x") == {
        "a": [
            "14:00",
            "09:00",
            "007",
            "0x10",
            "1e5",
            "1.10",
            "NO",
            "on",
            "2026-02-30",
            "true",
            "",
            None,
            None,
        ],
        "b": None,
    }


def test_parts_may_be_merged() -> None:
    assert load_yaml("a: &a {x: 1}\nb: {<<: *a, y: 2}\n", "x")["b"] == {"x": "1", "y": "2"}


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


def test_aliases_do_not_grow_without_end() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "more than" in wrong("\n".join(lines))


def test_aliases_within_reason_are_read() -> None:
    assert load_yaml("a: &out [x, y]\nb: *out\n", "x") == {"a": ["x", "y"], "b": ["x", "y"]}
