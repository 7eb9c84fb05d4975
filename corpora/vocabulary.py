"""The field's own words: the closed lists of the records, and how people write them.

The words live in ``vocabulary.yaml``, which an installation extends with a file of the same
shape (the setting ``MATCHER_VOCABULARY``, or ``--vocabulary`` on the command line), and an admin
with words that the store keeps.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from corpora.errors import BadRequest


class Kind(StrEnum):
    """What a row of a file can be."""

    ACHIEVEMENT = "achievement"
    NEED = "need"
    ORGANIZATION = "organization"


class Mode(StrEnum):
    """How a university and an enterprise may work together (合作方式)."""

    TRANSFER = "transfer"
    LICENSE = "license"
    EQUITY = "equity"
    JOINT = "joint"
    COMMISSION = "commission"
    SERVICE = "service"
    CONSULTING = "consulting"
    SCALE_UP = "scale_up"
    OTHER = "other"


class Ownership(StrEnum):
    """Whose the intellectual property shall be (产权归属)."""

    ENTERPRISE = "enterprise"
    SHARED = "shared"
    DEVELOPER = "developer"
    NEGOTIABLE = "negotiable"


class OrganizationKind(StrEnum):
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    ENTERPRISE = "enterprise"
    PLATFORM = "platform"
    PILOT_BASE = "pilot_base"
    TRANSFER_AGENCY = "transfer_agency"
    FUND = "fund"
    PARK = "park"


class Tier(StrEnum):
    """How far an enterprise has grown, lowest first (企业梯队)."""

    SEED = "seed"
    TECH_SME = "tech_sme"
    HIGH_TECH = "high_tech"
    ABOVE_SCALE = "above_scale"
    LISTED = "listed"
    CHAIN_LEADER = "chain_leader"


class Vocabulary:
    """Words by list: ``modes``, ``ownership``, ``organization_kinds``, ``tiers``, ``stages``,
    ``headers``, ``open_words``, ``counties``.
    """

    def __init__(self, lists: Mapping[str, Any]) -> None:
        self.lists = lists

    @classmethod
    def load(cls, extension: Path | None = None, own: str = "") -> Vocabulary:
        """Return the shipped words, with those of the YAML file `extension` and of the JSON `own` added.

        Raises BadRequest when the extension is not YAML of the same shape.
        """
        shipped = resources.files("corpora").joinpath("vocabulary.yaml").read_text("utf-8")
        lists = yaml.safe_load(shipped)
        if extension is not None:
            try:
                added = yaml.safe_load(extension.read_text("utf-8")) or {}
                _extend(lists, added, str(extension))
            except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
                raise BadRequest(
                    f"词表文件读不了：{extension}（{error}）。请给一个与 vocabulary.yaml 同形的 YAML 文件",
                    f"cannot read the vocabulary file {extension} ({error}); give a YAML file "
                    "shaped like vocabulary.yaml",
                ) from error
        if own:
            _extend(lists, json.loads(own), "own words")
        return cls(lists)

    def match(self, name: str, text: str, *, whole: bool = False) -> str | None:
        """Return the key of list `name` that `text` means, or None.

        The key itself, any of its words, or (unless `whole`) the longest word contained in `text`.
        """
        wanted = normalize(text)
        words = self._words[name]
        if whole or wanted in words:
            return words.get(wanted)
        contained = [word for word in words if len(word) > 1 and word in wanted]
        return words[max(contained, key=len)] if contained else None

    def label(self, name: str, key: str) -> tuple[str, str]:
        """Return the (Chinese, English) label of `key` in list `name`."""
        entry = self.lists[name][key]
        return entry["zh"], entry["en"]

    def is_open(self, text: str) -> bool:
        """True where `text` says that something is left open: 面议, 待定, 不限, n/a …"""
        return normalize(text) in self._open_words

    @cached_property
    def _open_words(self) -> set[str]:
        return {normalize(word) for word in self.lists["open_words"]} | {""}

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        return {
            name: {
                normalize(word): key
                for key, entry in entries.items()
                for word in (key, entry["zh"], entry["en"], *entry.get("words", []))
            }
            for name, entries in self.lists.items()
            if isinstance(entries, dict) and name not in ("headers", "counties")
        }


_extension: Path | None = None
_own = ""


def use_extension(path: Path | None) -> None:
    """Add the words of the YAML file `path` to those in force, for this process."""
    global _extension
    _extension = path


def use_words(own: str) -> None:
    """Add the words of the JSON `own`, shaped like an extension, to those in force, for this process."""
    global _own
    _own = own


def vocabulary() -> Vocabulary:
    """Return the words in force."""
    return _loaded(_extension, _own)


@lru_cache(maxsize=8)
def _loaded(extension: Path | None, own: str) -> Vocabulary:
    return Vocabulary.load(extension, own)


def normalize(text: str) -> str:
    """Fold width and case and drop white space and ornaments, to compare what people wrote."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s*★☆:：_\-—]+", "", folded)


def _extend(lists: dict[str, Any], added: Any, where: str) -> None:
    """Add the words of `added` to `lists` in place: lists grow, mappings merge."""
    if not isinstance(added, dict):
        raise BadRequest(f"词表文件不是键值结构：{where}", f"the vocabulary file {where} is not a mapping")
    for key, value in added.items():
        if key not in lists:
            lists[key] = value
        elif isinstance(lists[key], dict):
            _extend(lists[key], value, f"{where}: {key}")
        elif isinstance(lists[key], list) and isinstance(value, list):
            lists[key] = [*lists[key], *value]
        else:
            lists[key] = value
