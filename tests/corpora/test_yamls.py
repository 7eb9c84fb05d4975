"""YAML that people write by hand."""

from __future__ import annotations

import pytest

from corpora.errors import UnreadableFile
from corpora.yamls import load_yaml


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
    ("text", "said"),
    [
        ("", "is empty; check"),
        ("# nothing\n", "is empty; check"),
        ("a: 1\n\tb: 2", "line 2"),
        ("? [a, b]\n: c", "line 1"),
        ("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' is already on line 1"),
        ("[" * 10_000, "YAML"),
        ("a: " + "[" * 40 + "]" * 40, "too deeply"),
        ("a: &a [*a]", "too deeply"),
        ("\x00", "does not allow"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
    ],
)
def test_what_is_no_yaml_is_one_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        load_yaml(text, "some.yaml")
    assert said in caught.value.en
    assert "some.yaml" in caught.value.zh
    assert "\n" not in str(caught.value)


def test_what_to_do_about_an_empty_file_is_the_callers_to_say() -> None:
    with pytest.raises(UnreadableFile, match="请先写 / x is empty; write it first"):
        load_yaml("", "x", ("请先写", "write it first"))


def test_aliases_do_not_grow_without_end() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(UnreadableFile, match="more than"):
        load_yaml("\n".join(lines), "x")


def test_aliases_within_reason_are_read() -> None:
    assert load_yaml("a: &out [x, y]\nb: *out\n", "x") == {"a": ["x", "y"], "b": ["x", "y"]}
