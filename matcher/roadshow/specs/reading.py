"""Reading a SPEC, from YAML or as a mapping, with one clear line for what is wrong in it; and writing one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from corpora.errors import BadSpec, UnreadableFile, UnreadableValue, shorten
from corpora.yamls import load_yaml
from matcher.roadshow.plan import Plan
from matcher.roadshow.spec import MeetingsSession, Part, PitchesSession, Spec, VisitsSession
from matcher.roadshow.specs.edits import edited
from matcher.roadshow.specs.faults import Inconsistent

MAX_SPEC_BYTES = 4 * 2**20
MAX_PLAN_BYTES = 64 * 2**20
#: What to do about a SPEC that is empty.
_START = ("可用 matcher roadshow template 写一份样板", "matcher roadshow template writes one to start from")

_SESSIONS: dict[str, type[Part]] = {
    "pitches": PitchesSession,
    "meetings": MeetingsSession,
    "visits": VisitsSession,
}
#: By the kind of error: what is wrong and what to do. {value} is what was given, {limit} what pydantic names.
_WORDS = {
    "missing": ("必须写，却没有；请补上", "is required, but missing; add it"),
    "int": ("“{value}”不是整数；请改", "'{value}' is no whole number; correct it"),
    "bool": ("“{value}”应是 true 或 false", "'{value}' should be true or false"),
    "string": ("应是文字，不是 {shape}", "should be a text, not {shape_en}"),
    "string_too_short": ("是空的；请填写或删去", "is empty; fill or remove it"),
    "string_too_long": (
        "太长，最多 {limit} 字；请缩短",
        "is too long; at most {limit} characters, shorten it",
    ),
    "too_long": ("太多，最多 {limit} 项", "has too many entries; at most {limit}"),
    "too_short": ("太少，至少 {limit} 项", "has too few entries; at least {limit}"),
    "greater_than_equal": ("“{value}”太小，至少是 {limit}", "'{value}' is too small; at least {limit}"),
    "less_than_equal": ("“{value}”太大，至多是 {limit}", "'{value}' is too large; at most {limit}"),
    "literal_error": ("“{value}”不在可选之列：{limit}", "'{value}' is none of {limit}"),
    "tuple_type": ("应是列表，如 [a, b]，不是 {shape}", "should be a list like [a, b], not {shape_en}"),
    "model": ("应是“键: 值”，不是 {shape}", "should be keys with values, not {shape_en}"),
}
#: What pydantic calls the kinds above, and under which name it gives the limit.
_KINDS = {
    "int_parsing": "int", "int_type": "int", "int_from_float": "int", "int_parsing_size": "int",
    "bool_parsing": "bool", "bool_type": "bool", "string_type": "string", "string_unicode": "string",
    "model_type": "model", "model_attributes_type": "model", "dict_type": "model",
}  # fmt: skip
_LIMITS = ("max_length", "min_length", "ge", "le", "expected")
_CUT = 60


def read_spec(path: Path) -> Spec:
    """Read a SPEC from a YAML (or JSON) file.

    Raises UnreadableFile where it is no YAML, BadSpec where it makes no sense.
    """
    text = _text(path, MAX_SPEC_BYTES)
    return spec_from(load_yaml(text, path.name, _START), files=True)


def spec_from_text(text: str, name: str = "SPEC") -> Spec:
    """Read a SPEC that somebody typed as YAML. Raises UnreadableFile or BadSpec."""
    if len(text) > MAX_SPEC_BYTES:
        raise _too_large(name, MAX_SPEC_BYTES)
    return spec_from(load_yaml(text, name, _START))


def spec_from(given: object, files: bool = False) -> Spec:
    """Return the SPEC that a mapping says. It may name an affinity file only with `files`.

    What comes over the web must not name files of this machine. Raises BadSpec, whose `problems` name
    every key that is wrong.
    """
    if not isinstance(given, Mapping):
        raise BadSpec(
            f"SPEC 应是“键: 值”，不是{_shape(given)[0]}；可用 matcher roadshow template 写一份样板",
            f"a SPEC is keys with values, not {_shape(given)[1]}; matcher roadshow template writes one",
        )
    if given.get("affinity") and not files:
        raise _bad(
            [
                (
                    "affinity",
                    "这里不能写文件名；请在路演的表单里上传，或在命令行用",
                    "no file can be named here; upload it in the form of the roadshow, or use the command line",
                )
            ]
        )
    try:
        return Spec.model_validate(given)
    except ValidationError as error:
        # A key that is misspelt is told before the one that is missing for it.
        found = sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        raise _bad([problem for one in found for problem in _problems(one)]) from None


def apply_edits(spec: Spec, edits: Iterable[Mapping[str, Any]]) -> Spec:
    """Return the SPEC changed by the edits of explanations; of an entry that is gone nothing is removed.

    Raises BadSpec where an edit names what the SPEC has not, or leaves what makes no sense.
    """
    return spec_from(edited(spec.as_json(), edits), files=True)


def without(spec: Spec, people: Iterable[str]) -> Spec:
    """Return the SPEC after enterprises or teams have called off: nothing is asked of them any more."""
    said, gone = spec.as_json(), {one.strip() for one in people}
    said["cancelled"] = [*dict.fromkeys((*said["cancelled"], *sorted(gone)))]
    said["force"] = [pair for pair in said["force"] if not gone & {*pair}]
    said["pinned"] = [one for one in said["pinned"] if not gone & {one["enterprise_id"], one["team_id"]}]
    said["enterprises"]["must"] = [one for one in said["enterprises"]["must"] if one not in gone]
    return spec_from(said, files=True)


def as_yaml(spec: Spec) -> str:
    """Return the SPEC as YAML, without what it leaves to the defaults."""
    said = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for session, whole in zip(said["sessions"], spec.sessions, strict=True):
        session["kind"] = whole.kind
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100)


def schema() -> dict[str, Any]:
    """Return the JSON schema of a SPEC."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Spec.model_json_schema(by_alias=True),
    }


def read_plan(path: Path) -> Plan:
    """Read a plan.json. Raises UnreadableFile where it is none."""
    text = _text(path, MAX_PLAN_BYTES)
    try:
        return Plan.from_json(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        said = shorten(error.args[0] if isinstance(error, KeyError) else str(error), _CUT)
        raise UnreadableFile(
            f"文件 {path.name} 不是 plan.json（{said}）；请给 matcher roadshow plan 写出的 plan.json",
            f"{path.name} is no plan.json ({said}); give one that matcher roadshow plan wrote",
        ) from error


def _text(path: Path, limit: int) -> str:
    try:
        if path.stat().st_size > limit:
            raise _too_large(path.name, limit)
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"文件 {path.name} 不是 UTF-8 文字（第 {error.start} 字节）；请另存为 UTF-8",
            f"{path.name} is no UTF-8 text (byte {error.start}); save it as UTF-8",
        ) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise UnreadableFile(
            f"文件 {path.name} 打不开（{said}）；请检查路径",
            f"{path.name} cannot be opened ({said}); check its path",
        ) from error


def _too_large(name: str, limit: int) -> UnreadableFile:
    return UnreadableFile(
        f"文件 {name} 太大，最多 {limit // 2**20} MB；请检查是不是给错了文件",
        f"{name} is too large, at most {limit // 2**20} MB; check that it is the right file",
    )


def _bad(problems: list[tuple[str, str, str]]) -> BadSpec:
    path, zh, en = problems[0]
    more = len(problems) - 1
    rest = (f"（另有 {more} 处）", f" (and {more} more)") if more else ("", "")
    where = f"{path}：" if path else "", f"{path}: " if path else ""
    return BadSpec(f"{where[0]}{zh}{rest[0]}", f"{where[1]}{en}{rest[1]}", problems)


def _problems(error: Any) -> list[tuple[str, str, str]]:
    """Return what an error of pydantic means, as (path of the key, zh, en)."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Inconsistent):
        return [(_written(one.path), one.zh, one.en) for one in cause.faults]
    path = tuple(
        part for place, part in enumerate(error["loc"]) if not (place == 2 and error["loc"][0] == "sessions")
    )
    if isinstance(cause, UnreadableValue):
        return [(_written(path), cause.zh, cause.en)]
    if error["type"] in ("extra_forbidden", "invalid_key"):
        return [(_written(path), *_unknown_key(error["loc"]))]
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        given = error["input"].get("kind", "") if isinstance(error["input"], Mapping) else error["input"]
        kinds = ", ".join(_SESSIONS)
        return [
            (
                _written((*path, "kind")),
                f"“{shorten(given)}”不是场的种类；可写 {kinds}",
                f"'{shorten(given)}' is no kind of session; write one of {kinds}",
            )
        ]
    words = _WORDS.get(_KINDS.get(error["type"], error["type"]))
    if words is None:
        said = shorten(error["msg"], _CUT)
        return [
            (_written(path), f"“{_said(error['input'])}”不对（{said}）", f"'{_said(error['input'])}': {said}")
        ]
    limit = next((error["ctx"][name] for name in _LIMITS if name in error.get("ctx", {})), "")
    shape = _shape(error["input"])
    zh, en = (
        one.format(value=_said(error["input"]), limit=limit, shape=shape[0], shape_en=shape[1])
        for one in words
    )
    return [(_written(path), zh, en)]


def _unknown_key(path: tuple[Any, ...]) -> tuple[str, str]:
    known = _keys(path[:-1])
    key = shorten(path[-1])
    near = get_close_matches(str(path[-1]), known, 1, 0.5)
    if near:
        return f"没有“{key}”这个键；是不是 {near[0]}？", f"there is no key '{key}'; did you mean {near[0]}?"
    return (
        f"没有“{key}”这个键；可写 {', '.join(known)}",
        f"there is no key '{key}'; known are {', '.join(known)}",
    )


def _keys(path: tuple[Any, ...]) -> list[str]:
    """Return the keys that may stand at `path`, in which the kind of a session follows its number."""
    model: type[BaseModel] = Spec
    for part in path:
        model = _SESSIONS.get(part) or _models(model).get(part, model)
    return [_alias(model, name) for name in model.model_fields]


def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for name, field in model.model_fields.items():
        for one in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(one, type) and issubclass(one, BaseModel):
                found[name] = one
    return found


def _alias(model: type[BaseModel], name: str) -> str:
    return model.model_fields[name].alias or name


def _written(path: Iterable[Any]) -> str:
    said = ""
    for part in path:
        said += f"[{part}]" if isinstance(part, int) else f".{shorten(part)}" if said else shorten(part)
    return said


def _said(value: object) -> str:
    """A value as it is quoted; of a list or a mapping not all, which may be endless."""
    if isinstance(value, str | int | float):
        return shorten(value)
    return _shape(value)[1]


def _shape(value: object) -> tuple[str, str]:
    if value is None:
        return "空的", "nothing"
    if isinstance(value, Mapping):
        return "“键: 值”", "keys with values"
    if isinstance(value, list | tuple):
        return "列表", "a list"
    return f"“{shorten(value)}”", f"'{shorten(value)}'"
