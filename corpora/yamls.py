"""YAML that people write by hand: every value stays as it was typed, what is ambiguous is an error."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from corpora.errors import UnreadableFile, shorten

_MOST_NODES = 200_000
_DEEPEST = 30
_RIGHT_FILE = ("请检查是不是给错了文件", "check that it is the right file")


class _Loader(yaml.CSafeLoader):
    """Scalars are texts: 14:00 is no number of seconds, 007 no octal, NO no falsehood. Only null is null."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile("^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^<<$"), ["<"])


def load_yaml(text: str, name: str, hint: tuple[str, str] = _RIGHT_FILE) -> Any:
    """Return what the YAML says, all scalars as texts; `hint` says what to do where it is empty.

    Raises UnreadableFile, which names the line.
    """
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise UnreadableFile(f"文件 {name} 是空的；{hint[0]}", f"{name} is empty; {hint[1]}")
            _check(node, name)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = shorten(error.problem or error.context or "", 80)
        raise _broken(name, line, said) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableFile(
            f"文件 {name} 第 {line} 行有 YAML 不许的字符；请删去",
            f"{name}, line {line}, holds a character that YAML does not allow; remove it",
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _broken(name, 1, shorten(error, 80)) from error


def _broken(name: str, line: int, said: str) -> UnreadableFile:
    return UnreadableFile(
        f"文件 {name} 第 {line} 行不是 YAML（{said}）；请检查缩进、冒号和引号",
        f"{name}, line {line}, is no YAML ({said}); check indentation, colons and quotes",
    )


def _check(root: yaml.Node, name: str) -> None:
    """Refuse keys that are there twice, and what grows without end when its aliases are followed."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node, depth: int) -> int:
        if depth > _DEEPEST:
            raise UnreadableFile(
                f"文件 {name} 第 {node.start_mark.line + 1} 行层次太深；请检查括号和缩进",
                f"{name}, line {node.start_mark.line + 1}, is nested too deeply; check brackets and indentation",
            )
        if id(node) not in sizes:
            inner: list[yaml.Node] = []
            if isinstance(node, yaml.SequenceNode):
                inner = node.value
            elif isinstance(node, yaml.MappingNode):
                _check_keys(node, name)
                inner = [one for pair in node.value for one in pair]
            whole = 1 + sum(size(one, depth + 1) for one in inner)
            if whole > _MOST_NODES:
                raise UnreadableFile(
                    f"文件 {name} 展开后超过 {_MOST_NODES} 项；请检查是不是给错了文件",
                    f"{name} holds more than {_MOST_NODES} values; check that it is the right file",
                )
            sizes[id(node)] = whole
        return sizes[id(node)]

    size(root, 0)


def _check_keys(node: yaml.MappingNode, name: str) -> None:
    lines: dict[Hashable, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _broken(name, line, "a key that is no text")
        if key.value in lines and key.tag != "tag:yaml.org,2002:merge":
            raise UnreadableFile(
                f"文件 {name} 第 {line} 行：键“{shorten(key.value)}”在第 {lines[key.value]} 行已写过；请删去一个",
                f"{name}, line {line}: the key '{shorten(key.value)}' is already on line {lines[key.value]}; "
                "remove one",
            )
        lines[key.value] = line
